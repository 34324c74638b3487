"""The layout of a dataset on disk.

::

    <root>/
      current -> versions/<id>        the one thing that is switched; everything else is written once
      manifest.json, dataset.nq, …    links through ``current``, for people
      versions/<version>.<n>/         n counts up; the same content made anew is a new folder
        manifest.json                 what the build wrote, with the hash of each file
        dataset.nq, dataset.ttl
        sources/, queries/            the texts that the graphs were coded from, and the dataset's own questions
        user/<graph>.<content>.nq     the user's own graphs, one file each, named by hashes
        store/                        the engine's files, made from the N-Quads above
        curated/                      the same without the user's graphs, where there are any (see ``curated_store``)
        search.sqlite                 the text index of the curated graphs (see ``text_index``)
        user.sqlite                   the text index of the user's graphs, where there are any
        store.json                    the hash of each of the engine's files, and of the indexes
        curated.json                  the digest of each curated graph, as the build put it into the store
      verified.json                   which files were held against their checksums (see ``verification``)
      exports/<version>.<n>/          files for downloading, made when they are first asked for; may be removed

A version is complete before ``current`` points to it, and is never changed afterwards. Whoever reads it
holds a shared lock on its folder (its files may be those of other versions too), and it is not pruned.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import filelock

from ukfr_graph.errors import BusyError, DatasetError

CURRENT = "current"
VERSIONS = "versions"
STAGING_PREFIX = ".staging-"
MANIFEST = "manifest.json"
NQUADS = "dataset.nq"
TURTLE = "dataset.ttl"
STORE = "store"
CURATED = "curated"
CHECKSUMS = "store.json"
VERIFIED = "verified.json"
INDEX = "search.sqlite"
USER_INDEX = "user.sqlite"
INDEXES = (INDEX, USER_INDEX)
DIGESTS = "curated.json"
USER = "user"
QUERIES = "queries"
CARRIED = ("sources", QUERIES)
EXPORTS = "exports"
_LOCK = ".lock"
KEPT_VERSIONS = 2
_CHANGING = ("LOCK", "LOG")  # the engine's own lock and diary


def current_version(root: Path) -> Path:
    """Find the folder of the version in force.

    Raises:
        DatasetError: there is none.
    """
    link = root / CURRENT
    if not link.exists():
        raise DatasetError("There is no dataset in %(root)s. Run 'ukfr-graph build --out %(root)s' first.", root=root)
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
        raise DatasetError(
            "The manifest %(path)s cannot be read (%(error)s). Build the dataset again.", path=path, error=error
        ) from None
    return manifest


@lru_cache(maxsize=8)
def read_date(version: Path) -> str:
    """Read the day of a version (ISO 8601; empty where it has none), once: its folder never changes.

    Raises:
        DatasetError: see ``read_manifest``.
    """
    return str(read_manifest(version).get("date", ""))


def read_checksums(version: Path) -> dict[str, Any]:
    """Read the checksums of a version's derived files: path in it → size in bytes and SHA-256.

    Raises:
        DatasetError: they are missing or not JSON.
    """
    try:
        checksums: dict[str, Any] = json.loads((version / CHECKSUMS).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DatasetError(
            "The checksums of %(version)s cannot be read (%(error)s). Build the dataset again.",
            version=version,
            error=error,
        ) from None
    # Before there was an index, the names were those of files in the store's folder.
    return {name if "/" in name or name in INDEXES else f"{STORE}/{name}": facts for name, facts in checksums.items()}


def curated_store(version: Path) -> Path:
    """Find the engine's files of the curated graphs alone: nothing that a user writes ever opens them for writing.

    Raises:
        DatasetError: the version was made before they were kept apart.
    """
    if not any((version / USER).glob("*.nq")):
        return version / STORE
    if not (version / CURATED).exists():
        raise DatasetError(
            "The dataset in %(version)s was made by an older version, which did not keep the curated graphs "
            "apart from those of users. Run 'ukfr-graph build' to make it anew; your own graphs come along.",
            version=version,
        )
    return version / CURATED


def write_checksums(version: Path, known: Mapping[int, str] = MappingProxyType({})) -> None:
    """Write the checksums of the engine's files and of the text indexes, once they are final.

    ``known`` are checksums by the inode of a file, which need not be read then.
    """
    folders = [folder for name in (CURATED, STORE) if (folder := version / name).exists()]
    files = [path for folder in folders for path in sorted(folder.iterdir()) if path.name not in _CHANGING]
    files += [path for name in INDEXES if (path := version / name).exists()]
    described = {path.relative_to(version).as_posix(): _describe_once(path, known) for path in files}
    (version / CHECKSUMS).write_text(json.dumps(described, indent=1), "utf-8")


def describe_file(path: Path) -> dict[str, Any]:
    """Return a file's size in bytes and its SHA-256."""
    with path.open("rb") as stream:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(stream, "sha256").hexdigest()}


def _describe_once(path: Path, known: Mapping[int, str]) -> dict[str, Any]:
    state = path.stat()
    sha256 = known.get(state.st_ino)
    return {"bytes": state.st_size, "sha256": sha256} if sha256 else describe_file(path)


@contextmanager
def write_lock(root: Path, wait_s: float = 0) -> Iterator[None]:
    """Hold the right to write to a root; a second writer is refused when its patience ends.

    Raises:
        BusyError: another process is writing.
    """
    root.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(root / _LOCK, timeout=wait_s):
            yield
    except filelock.Timeout:
        raise BusyError("Another process is writing to %(root)s. Try again when it has ended.", root=root) from None


@contextmanager
def staging_folder(root: Path) -> Iterator[Path]:
    """Return an empty folder for a version in the making; it is gone afterwards unless it was moved away."""
    for stale in root.glob(STAGING_PREFIX + "*"):  # left by a process that was killed
        shutil.rmtree(stale, ignore_errors=True)
    staging = root / f"{STAGING_PREFIX}{os.getpid()}"
    staging.mkdir()
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def hold_version(version: Path) -> int:
    """Keep a version from being pruned, for as long as the file descriptor that is returned stays open.

    Raises:
        DatasetError: it is gone.
    """
    try:
        descriptor = os.open(version, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise DatasetError(
            "The version %(version)s cannot be read (%(error)s).", version=version, error=error
        ) from None
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def version_name(version: Path) -> str:
    """Name of the content that a version's folder holds."""
    return version.name.partition(".")[0]


def find_before(version: Path) -> Path | None:
    """Find the folder of the version with other content that was in force before a version, if it is still kept."""
    older = sorted((v for v in version.parent.iterdir() if _number(v) < _number(version)), key=_number, reverse=True)
    return next((v for v in older if version_name(v) != version_name(version)), None)


def older_versions(version: Path) -> list[str]:
    """Name the contents of the versions that were in force before a version and are still kept, newest first."""
    older = sorted((v for v in version.parent.iterdir() if _number(v) < _number(version)), key=_number, reverse=True)
    return list(dict.fromkeys(name for v in older if (name := version_name(v)) != version_name(version)))


def switch_to(staging: Path, root: Path, name: str) -> Path:
    """Make a finished staging folder the version in force, in one step, and drop old versions."""
    sync(staging)
    versions = root / VERSIONS
    versions.mkdir(exist_ok=True)
    target = versions / f"{name}.{max(map(_number, versions.iterdir()), default=0) + 1}"
    staging.rename(target)
    _replace_link(root / CURRENT, f"{VERSIONS}/{target.name}")
    for file in (MANIFEST, NQUADS, TURTLE):
        _replace_link(root / file, f"{CURRENT}/{file}")
    sync(versions, deep=False)
    sync(root, deep=False)
    prune(versions, keep=target)
    drop_exports(root)
    return target


def sync(path: Path, *, deep: bool = True) -> None:
    """Force a folder's entries to the disk, and with ``deep`` all files under it."""
    for entry in [*(path.rglob("*") if deep else ()), path]:
        if entry.is_symlink() or not entry.exists():
            continue
        descriptor = os.open(entry, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _number(version: Path) -> int:
    suffix = version.name.rpartition(".")[2]
    return int(suffix) if suffix.isdigit() else 0


def _replace_link(link: Path, target: str) -> None:
    if link.is_symlink() and link.readlink() == Path(target):
        return
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def drop_exports(root: Path) -> None:
    """Drop the files for downloading of versions that are gone."""
    for exports in (root / EXPORTS).glob("*"):
        if not (root / VERSIONS / exports.name).exists():
            shutil.rmtree(exports, ignore_errors=True)


def prune(versions: Path, keep: Path, kept: int = KEPT_VERSIONS) -> None:
    """Drop all but so many versions, of which ``keep`` is one; a version that is held stays."""
    others = sorted((v for v in versions.iterdir() if v != keep), key=_number, reverse=True)
    for version in others[kept - 1 :]:
        if not _is_held(version):
            shutil.rmtree(version, ignore_errors=True)


def _is_held(version: Path) -> bool:
    try:
        descriptor = os.open(version, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held, or on a file system that cannot tell
        return True
    finally:
        os.close(descriptor)
    return False
