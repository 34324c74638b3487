"""Making a version of a new build, or of nothing, and putting it in force. The old one stays whole until the switch."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox

from ukfr_graph.errors import DatasetError
from ukfr_graph.errors import mark as _
from ukfr_graph.store import curated, layout, text_index, verification
from ukfr_graph.store.text_pass import are_large, make_index_of_files
from ukfr_graph.store.user_files import is_intact
from ukfr_graph.store.versions import index_user_files, link_files, link_tree, name_graphs, name_version

_INDEXED_LATER_BYTES = 100_000_000  # of N-Quads, whose text index takes a quarter of a minute


def install_dataset(staging: Path, root: Path, progress: Callable[[str], None] = lambda _: None) -> Path:
    """Make the store of a freshly built dataset and put it in force; the user's graphs come along.

    ``staging`` holds the files that the build wrote. Returns the folder of the version. A large one that replaces none
    can be asked as soon as the engine has it: a version without a text index is in force until that is made.

    Raises:
        DatasetError: a file, or the store, does not hold what the manifest says, or a user's graph is damaged.
    """
    user = staging / layout.USER
    user.mkdir()
    if (root / layout.CURRENT).exists():
        link_files((layout.current_version(root) / layout.USER).glob("*.nq"), user)
    manifest = layout.read_manifest(staging)
    name, nquads = name_version(manifest["version"], user), staging / layout.NQUADS
    known: Mapping[int, str] = {}
    is_wanted_early = nquads.stat().st_size > _INDEXED_LATER_BYTES and not (root / layout.CURRENT).exists()
    with ThreadPoolExecutor(2) as threads:  # the engine loads without the interpreter's lock
        index = threads.submit(make_index_of_files, staging / layout.INDEX, None, nquads)
        checked = threads.submit(verification.check_built, staging)
        _load_store(staging, manifest["counts"]["triples"], root)
        checked.result()
        if is_wanted_early and not index.done():
            progress(_("Making the text index; all but the search can be asked already"))
            known = _put_in_force_early(staging, root, name)
        index.result()
    return _put_in_force(staging, root, name, known)


def _put_in_force(staging: Path, root: Path, name: str, known: Mapping[int, str]) -> Path:
    """Make a whole version the one in force, and note that its files are as they were written."""
    layout.write_checksums(staging, known)
    version = layout.switch_to(staging, root, name)
    noted = verification.list_expected(version)
    if not any((version / layout.USER).iterdir()):  # else the next start holds what was added to against the build
        noted[layout.DIGESTS] = layout.describe_file(version / layout.DIGESTS)["sha256"]
    verification.note_files(version, noted)
    return version


def _put_in_force_early(staging: Path, root: Path, name: str) -> dict[int, str]:
    """Make a version in force of what a staging folder has but the text index; return checksums by inode."""
    early = staging.with_name(f"{staging.name}-early")
    link_tree(staging, early)
    (early / layout.INDEX).unlink(missing_ok=True)
    version = _put_in_force(early, root, name, {})
    return {(version / path).stat().st_ino: facts["sha256"] for path, facts in layout.read_checksums(version).items()}


def _load_store(staging: Path, triples: int, root: Path) -> None:
    """Load the store of a version in the making: what was built, and what users added to the version before.

    What stays open is rewritten in the background, to nearly twice the size: it is closed before others are waited for.

    Raises:
        DatasetError: see ``install_dataset``.
    """
    store = ox.Store(staging / layout.STORE)
    store.bulk_load(path=staging / layout.NQUADS, format=ox.RdfFormat.N_QUADS)
    if len(store) != triples:
        raise DatasetError(
            "The store took %(count)s triples, the manifest counts %(counted)s.", count=len(store), counted=triples
        )
    store.flush()
    curated.write_digests(store, staging)
    user_files = sorted((staging / layout.USER).glob("*.nq"))
    if not user_files:
        return
    store.backup(staging / layout.CURATED)  # a hard-linked copy
    built = name_graphs(store)
    for path in user_files:
        if not is_intact(path):
            raise DatasetError(
                "A graph of the user's own is damaged: %(name)s is not what it was when it was written. Restore "
                "it from a backup, or remove it from %(root)s, and build again.",
                name=path.name,
                root=root / layout.CURRENT / layout.USER,
            )
        store.bulk_load(path=path, format=ox.RdfFormat.N_QUADS)
    store.flush()
    if are_large(user_files):
        index_user_files(staging)
    else:
        text_index.make_index(store, staging / layout.USER_INDEX, name_graphs(store) - built)


def install_plain(root: Path) -> Path:
    """Put an empty dataset without curated graphs in force, where there is none yet.

    Raises:
        DatasetError: the dataset that lies there is a curated one.
    """
    if (root / layout.CURRENT).exists():
        if not layout.read_manifest(root).get("plain"):
            raise DatasetError("%(root)s holds the curated dataset. Choose another folder for a plain one.", root=root)
        return layout.current_version(root)
    with layout.write_lock(root), layout.staging_folder(root) as staging:
        for name in (layout.NQUADS, layout.TURTLE):
            (staging / name).touch()
        files = {name: layout.describe_file(staging / name) for name in (layout.NQUADS, layout.TURTLE)}
        counts = {"triples": 0, "graphs": {}, "classes": {}}
        manifest = {"plain": True, "version": "plain", "files": files, "counts": counts, "coverage": {}}
        (staging / layout.MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
        return install_dataset(staging, root)
