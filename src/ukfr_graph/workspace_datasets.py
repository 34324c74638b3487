"""Datasets of workspaces, the bundled one among them, built where they are not yet."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ukfr_graph import __version__
from ukfr_graph.errors import mark as _
from ukfr_graph.resources import cache_folder, data_folder, ontology_folder
from ukfr_graph.settings import read_settings
from ukfr_graph.workspace import Workspace, read_workspaces


def find_dataset(data: Sequence[Path] = ()) -> Path:
    """Return the folder of the dataset of workspaces: ``UKFR_DATASET`` where that is set, else one in the user's cache.

    The cache has a folder for each content of the curated files, so that an upgrade, or a change of a workspace, makes
    a new one: ``$XDG_CACHE_HOME/ukfr-graph/<hash>``.

    Raises:
        DataError, SettingsError: see ``read_workspaces``.
    """
    settings = read_settings()
    if "dataset" in settings.model_fields_set:
        return settings.dataset
    digest = hashlib.sha256(__version__.encode())
    for folder in (ontology_folder(), *(workspace.folder for workspace in read_workspaces(data or [data_folder()]))):
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return cache_folder() / digest.hexdigest()[:12]


def is_built(root: Path, data: Sequence[Path] = ()) -> bool:
    """Return whether there is a dataset under ``root``; where workspaces are named, one of what they hold now."""
    if not (root / "current").exists():
        return False
    if not data:
        return True
    from ukfr_graph.build.dataset import hash_inputs  # slow to import, as all of the build is
    from ukfr_graph.store import read_manifest

    return read_manifest(root).get("inputs") == hash_inputs(read_workspaces(data))


def build_dataset(
    root: Path, progress: Callable[[str], None], data: Sequence[Path] = (), *, strict: bool = False
) -> tuple[dict[str, Any], Path]:
    """Build the dataset of workspaces, else of the bundled one, and put it in force; its manifest and its folder.

    Raises:
        DataError: the files do not conform; with ``strict``, the coding of a statement has gaps.
        DatasetError: ``root`` cannot be written to.
        SettingsError: a folder holds no workspace.
    """
    return _install(root, read_workspaces(data or [data_folder()]), progress, strict=strict)


def build_without_records(data: Sequence[Path]) -> Path:
    """Build the dataset of workspaces as they are before they have a record, and return its folder.

    It serves the pages on which what does not conform is mended.
    """
    digest = hashlib.sha256(str([path.resolve() for path in data]).encode()).hexdigest()
    root = cache_folder() / "without-records" / digest[:12]
    bare = [replace(each, parts=(), keys=each.keys.model_copy(update={"states": ()})) for each in read_workspaces(data)]
    _install(root, bare, lambda _: None)
    return root


def _install(
    root: Path, workspaces: Sequence[Workspace], progress: Callable[[str], None], *, strict: bool = False
) -> tuple[dict[str, Any], Path]:
    from ukfr_graph.build import build_graphs, write_dataset
    from ukfr_graph.store import install_dataset, staging_folder, write_lock

    with write_lock(root), staging_folder(root) as staging:
        built = build_graphs(workspaces, progress, strict=strict)
        progress(_("Writing"))
        manifest = write_dataset(built, staging)
        progress(_("Loading the store"))
        return manifest, install_dataset(staging, root, progress)
