"""How a dataset lies on disk.

::

    <root>/
      current -> versions/<id>        the one thing that is switched; everything else is written once
      manifest.json, dataset.nq, …    links through ``current``, for people
      versions/<id>/
        manifest.json                 what the build wrote, with the hash of each file
        dataset.nq, dataset.ttl
        user/<graph>.<content>.nq     the user's own graphs, one file each, named by hashes
        store/                        the engine's files, made from the N-Quads above

A version is complete before ``current`` points to it, and is never changed afterwards.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import filelock

from ukfr_graph.errors import DatasetError

CURRENT = "current"
VERSIONS = "versions"
STAGING_PREFIX = ".staging-"
MANIFEST = "manifest.json"
NQUADS = "dataset.nq"
TURTLE = "dataset.ttl"
STORE = "store"
USER = "user"
_LOCK = ".lock"
_KEPT_VERSIONS = 2


def current_version(root: Path) -> Path:
    """Find the folder of the version in force.

    Raises:
        DatasetError: there is none.
    """
    link = root / CURRENT
    if not link.exists():
        raise DatasetError(f"There is no dataset in {root}. Run 'ukfr-graph build --out {root}' first.")
    return link.resolve()


def read_manifest(version: Path) -> dict[str, Any]:
    """Read the manifest of a version, or of the version in force where a root is given.

    Raises:
        DatasetError: it is missing or is not JSON.
    """
    path = (version / CURRENT / MANIFEST) if (version / CURRENT).exists() else version / MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DatasetError(f"The manifest {path} cannot be read ({error}). Build the dataset again.") from None
    return manifest


@contextmanager
def write_lock(root: Path) -> Iterator[None]:
    """Hold the right to write to a root; a second writer is refused at once.

    Raises:
        DatasetError: another process is writing.
    """
    root.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(root / _LOCK, timeout=0):
            yield
    except filelock.Timeout:
        raise DatasetError(f"Another process is writing to {root}. Wait until it has ended.") from None


@contextmanager
def staging_folder(root: Path) -> Iterator[Path]:
    """Give an empty folder for a version in the making; it is gone afterwards unless it was moved away."""
    for stale in root.glob(STAGING_PREFIX + "*"):  # left by a process that was killed
        shutil.rmtree(stale, ignore_errors=True)
    staging = root / f"{STAGING_PREFIX}{os.getpid()}"
    staging.mkdir()
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def switch_to(staging: Path, root: Path, name: str) -> Path:
    """Make a finished staging folder the version in force, in one step, and drop old versions."""
    sync(staging)
    versions = root / VERSIONS
    versions.mkdir(exist_ok=True)
    target = versions / name
    if target.exists():
        if (root / CURRENT).resolve() == target.resolve():
            return target  # the same content is in force already
        shutil.rmtree(target)
    staging.rename(target)
    _replace_link(root / CURRENT, f"{VERSIONS}/{name}")
    for file in (MANIFEST, NQUADS, TURTLE):
        _replace_link(root / file, f"{CURRENT}/{file}")
    sync(root)
    _prune(versions, keep=target)
    return target


def sync(path: Path) -> None:
    """Force a folder's files and entries to the disk."""
    for entry in [*path.rglob("*"), path]:
        if entry.is_symlink() or not entry.exists():
            continue
        descriptor = os.open(entry, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _replace_link(link: Path, target: str) -> None:
    if link.is_symlink() and link.readlink() == Path(target):
        return
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def _prune(versions: Path, keep: Path) -> None:
    others = sorted((v for v in versions.iterdir() if v != keep), key=lambda v: v.stat().st_mtime, reverse=True)
    for version in others[_KEPT_VERSIONS - 1 :]:
        shutil.rmtree(version, ignore_errors=True)
