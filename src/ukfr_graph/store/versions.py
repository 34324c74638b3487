"""Making the next version: of a new build, of nothing, or with a write. The old one stays whole until the switch."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from ukfr_graph.errors import DatasetError, StorageError, UkfrError
from ukfr_graph.errors import mark as _
from ukfr_graph.store import curated, disk_space, layout, text_index, verification
from ukfr_graph.store.text_pass import make_index_of_file

Graph: TypeAlias = ox.NamedNode | ox.DefaultGraph
_INDEXED_LATER_BYTES = 100_000_000  # of N-Quads, whose text index takes a quarter of a minute


@dataclass
class NextVersion:
    """A version in the making: a store that may be written to, its ``folder``, and which graphs were ``changed``.

    ``before`` is the folder of the version it starts from, ``name`` its name, ``is_plain`` whether it holds
    no curated graphs.
    """

    store: ox.Store
    folder: Path
    before: Path
    name: str
    is_plain: bool
    changed: set[Graph] = field(default_factory=set)

    def graph_names(self) -> list[str]:
        """Name the named graphs, in order."""
        return sorted(graph.value for graph in self.store.named_graphs())

    def graphs(self) -> set[Graph]:
        """Return the default graph and the named ones."""
        return {ox.DefaultGraph(), *(ox.NamedNode(name) for name in self.graph_names())}


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
        _link_files((layout.current_version(root) / layout.USER).glob("*.nq"), user)
    manifest = layout.read_manifest(staging)
    name, nquads = _name(manifest["version"], user), staging / layout.NQUADS
    known: Mapping[int, str] = {}
    is_wanted_early = nquads.stat().st_size > _INDEXED_LATER_BYTES and not (root / layout.CURRENT).exists()
    with ThreadPoolExecutor(2) as threads:  # the engine loads without the interpreter's lock
        index = threads.submit(make_index_of_file, nquads, staging / layout.INDEX)
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
    _link_tree(staging, early)
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
    built = _name_graphs(store)
    for path in user_files:
        if not layout.is_intact(path):
            raise DatasetError(
                "A graph of the user's own is damaged: %(name)s is not what it was when it was written. Restore "
                "it from a backup, or remove it from %(root)s, and build again.",
                name=path.name,
                root=root / layout.CURRENT / layout.USER,
            )
        store.bulk_load(path=path, format=ox.RdfFormat.N_QUADS)
    store.flush()
    text_index.make_index(store, staging / layout.USER_INDEX, _name_graphs(store) - built)


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


@contextmanager
def next_version(root: Path, wait_s: float = 0) -> Iterator[NextVersion]:
    """Return a draft of the next version; it is put in force at the end, unless an error ends it.

    The engine's backup is a hard-linked copy: cheap, and the original is not touched. Only one writer at a
    time; the next waits for it, at most ``wait_s`` seconds.

    Raises:
        BusyError: another process is writing.
        DatasetError: there is no dataset, or it cannot be written to.
        StorageError: the disk is full, or what is left of it is kept for removing something.
    """
    with (
        _tell_of_full_disk(),
        layout.write_lock(root, wait_s),
        verification.carry_note(root) as intact,
        layout.staging_folder(root) as staging,
    ):
        disk_space.make_room(root)
        version = layout.current_version(root)
        manifest = layout.read_manifest(version)
        kept = [version / name for name in (layout.MANIFEST, layout.NQUADS, layout.TURTLE, layout.DIGESTS)]
        _link_files(filter(Path.exists, kept), staging)
        for name in layout.CARRIED:
            _link_tree(version / name, staging / name)
        user = staging / layout.USER
        user.mkdir()
        _link_files((version / layout.USER).glob("*.nq"), user)
        ox.Store.read_only(str(version / layout.STORE)).backup(staging / layout.STORE)
        apart = ox.Store()  # in a plain dataset, all is the user's
        if not manifest.get("plain"):
            apart = ox.Store.read_only(str(layout.curated_store(version)))
            apart.backup(staging / layout.CURATED)
        folder = staging / layout.STORE
        draft = NextVersion(
            ox.Store(folder), folder, version, layout.version_name(version), bool(manifest.get("plain"))
        )
        yield draft
        if not draft.changed:
            return
        draft.store.flush()
        for graph in draft.changed:
            _write_user_graph(draft.store, graph, user)
        _index_graphs(draft, apart, staging)
        del draft.store  # releases the engine's lock before the folder moves
        layout.write_checksums(staging, {verified.state.inode: verified.sha256 for verified in intact.values()})
        if (shortage := disk_space.find_shortage(root)) and _count(staging) > _count(version):
            raise StorageError("%(shortage)s. Nothing was changed.", shortage=shortage)
        draft.name = layout.version_name(layout.switch_to(staging, root, _name(manifest["version"], user)))


@contextmanager
def _tell_of_full_disk() -> Iterator[None]:
    try:
        yield
    except UkfrError:
        raise
    except Exception as error:  # the system, the engine and SQLite have each an error of their own for a full disk
        if not disk_space.is_full(error):
            raise
        raise StorageError(
            "The disk is full (%(error)s). Nothing was changed. Remove graphs, or make room beside the dataset.",
            error=error,
        ) from None


def hash_graph(version: Path, graph: Graph) -> str:
    """Name the content of a graph in a version: the hash of its text, or the version where it is curated."""
    for path in (version / layout.USER).glob(f"{_stem(graph)}.*.nq"):
        return path.name.split(".")[1]
    return str(layout.read_manifest(version)["version"])


def _count(version: Path) -> int:
    return len(ox.Store.read_only(str(version / layout.STORE)))


def _write_user_graph(store: ox.Store, graph: Graph, user: Path) -> None:
    """Write a graph to its file, named by the hashes of graph and content, in place of the one before."""
    for before in user.glob(f"{_stem(graph)}.*.nq"):
        before.unlink()
    content = ox.serialize(store.quads_for_pattern(None, None, None, graph), format=ox.RdfFormat.N_QUADS)
    assert content is not None  # no output file was given
    lines = b"".join(sorted(content.splitlines(keepends=True)))
    if lines:
        (user / f"{_stem(graph)}.{hashlib.sha256(lines).hexdigest()[:16]}.nq").write_bytes(lines)


def _stem(graph: Graph) -> str:
    name = graph.value if isinstance(graph, ox.NamedNode) else ""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def _link_files(files: Iterable[Path], folder: Path) -> None:
    for file in files:
        try:
            os.link(file, folder / file.name)
        except OSError:  # another file system
            shutil.copy2(file, folder / file.name)


def _link_tree(folder: Path, target: Path) -> None:
    for inner in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        place = target / inner.relative_to(folder)
        place.mkdir(parents=True, exist_ok=True)
        _link_files(filter(Path.is_file, inner.glob("*")), place)


def _index_graphs(draft: NextVersion, curated: ox.Store, staging: Path) -> None:
    """Make the text index of the user's graphs, from the one before where there is one; the other stays as it is."""
    if text_index.is_readable(draft.before / layout.INDEX):
        _link_files([draft.before / layout.INDEX], staging)
    else:
        text_index.make_index(curated, staging / layout.INDEX)
    before, after = draft.before / layout.USER_INDEX, staging / layout.USER_INDEX
    if text_index.is_readable(before):
        text_index.update_index(before, draft.store, draft.changed, after)
    else:
        text_index.make_index(draft.store, after, _name_graphs(draft.store) - _name_graphs(curated))


def _name_graphs(store: ox.Store) -> set[Graph]:
    """Name the graphs of a store; the default graph is among them where it is not empty."""
    default = ox.DefaultGraph()
    found: set[Graph] = {g for g in store.named_graphs() if isinstance(g, ox.NamedNode)}
    return found | ({default} if next(store.quads_for_pattern(None, None, None, default), None) else set())


def _name(version: str, user: Path) -> str:
    names = sorted(path.stem for path in user.glob("*.nq"))
    return f"{version}-{hashlib.sha256(' '.join(names).encode()).hexdigest()[:8]}" if names else version
