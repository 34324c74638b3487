"""Holding a version's files against their checksums, and which of them need not be read again.

Reading everything at each start takes longer the larger the dataset is. So a file that was held against its checksum
is noted with the state it was in, and is read again only where it is in another one. A file that takes the place of
another has another inode; one that is written to has another time of its last change (``st_ctime``, which no call
sets). So a copy, a restored backup, an edit that leaves size and date as they were, all are read. What rots below the
file system changes no state: the engine has a checksum in each block that it reads, and a server reads every file
again while it runs (see ``service.scrub``).

::

    <root>/verified.json    {"folder": …, "files": {path: [SHA-256, bytes, modified_ns, changed_ns, inode]}}

``curated.json`` is among the files once the curated graphs were held against it, and the store has not changed since.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeAlias

from ukfr_graph.errors import DatasetError
from ukfr_graph.store import layout
from ukfr_graph.store.curated import verify_curated

_BLOCK_BYTES = 1 << 20
_TICK_NS = 50_000_000  # a change within the same tick of the file system's clock shows in no time of the file


class FileState(NamedTuple):
    """The state of a file: no change of its content leaves all of it as it was."""

    size_bytes: int
    modified_ns: int
    changed_ns: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> FileState:
        """Look at a file."""
        found = path.stat()
        return cls(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


class Verified(NamedTuple):
    """A file that was held against its checksum, a SHA-256, in a state."""

    sha256: str
    state: FileState


Note: TypeAlias = dict[str, Verified]
"""The files of a version that were held against their checksums, by their path in it."""


def list_expected(version: Path) -> dict[str, str]:
    """Return the SHA-256 that each file of a version should have, by its path; of a user's graph, how it begins.

    Raises:
        DatasetError: the manifests cannot be read.
    """
    expected = {name: str(facts["sha256"]) for name, facts in layout.read_manifest(version)["files"].items()}
    expected |= {name: str(facts["sha256"]) for name, facts in layout.read_checksums(version).items()}
    return expected | {f"{layout.USER}/{p.name}": p.name.split(".")[1] for p in (version / layout.USER).glob("*.nq")}


def verify_version(root: Path, *, anew: bool = False) -> None:
    """Hold the version in force against the checksums of its files, and its curated graphs against the build.

    The text indexes are not among them: they are where they are opened (see ``text_index``), and only the search
    needs them. With ``anew`` they are, and every file is read, whatever is noted of it.

    Raises:
        DatasetError: there is none, or something is missing or changed; the message says how to rebuild it.
    """
    version = layout.current_version(root)
    intact = {} if anew else find_intact(version)
    note = _verify(version, intact, is_whole=anew)
    if layout.DIGESTS not in note:
        digests = version / layout.DIGESTS
        try:
            note[layout.DIGESTS] = _examine(digests)
        except OSError as error:
            raise damaged(version, f"{digests} cannot be read ({error})") from None
        if fault := verify_curated(version):
            raise damaged(version, fault)
    if anew or note != intact:
        _write_note(version, note)


def verify_files(root: Path) -> None:
    """Hold every file of the version in force, but for the text indexes, against its checksum.

    Raises:
        DatasetError: there is none, or a file is missing or changed; the message says how to rebuild it.
    """
    version = layout.current_version(root)
    intact = find_intact(version)
    if (note := _verify(version, intact)) != intact:
        _write_note(version, note)


def is_verified(version: Path, name: str) -> bool:
    """Return whether a file of a version has its checksum; it is read unless that is noted."""
    expected: str | None = layout.read_checksums(version).get(name, {}).get("sha256")
    found = find_intact(version).get(name)
    return expected == (found.sha256 if found else layout.describe_file(version / name)["sha256"])


def find_intact(version: Path) -> Note:
    """Return the files of a version that are noted as verified, and are as they were then."""
    note: Note = {}
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):  # none, or not in this form
        noted = json.loads(_place(version).read_text("utf-8"))
        for name, (sha256, *state) in noted["files"].items() if noted["folder"] == version.name else ():
            with contextlib.suppress(OSError):  # it is gone
                if FileState.of(version / name) == (known := FileState(*state)):
                    note[name] = Verified(sha256, known)
    return note


@contextmanager
def carry_note(root: Path) -> Iterator[Note]:
    """Return what is noted of the version in force, and note it of the one that is in force at the end.

    Linking a file, and removing a link to it, changes its state and not its content: a file that is linked to one that
    was intact before is so, and so is what was written with its checksum meanwhile. Only who may write does this.

    Raises:
        DatasetError: there is no version in force.
    """
    before = layout.current_version(root)
    intact = find_intact(before)
    try:
        yield intact
    finally:
        with contextlib.suppress(OSError, DatasetError):  # then everything is read at the next start
            after = layout.current_version(root)
            known = {} if after == before else {n: facts["sha256"] for n, facts in layout.read_checksums(after).items()}
            by_inode = {verified.state.inode: verified for verified in intact.values()}
            for name in intact if after == before else list_expected(after):
                state = FileState.of(after / name)
                linked = by_inode.get(state.inode)
                if linked is not None and linked.state[:2] == state[:2]:
                    known[name] = linked.sha256
            note_files(after, known)


def note_files(version: Path, known: Mapping[str, str]) -> None:
    """Note files of a version without reading them, as they were read, or written with their checksums, just now.

    ``known`` are their checksums, by their paths.

    Raises:
        OSError: one of them cannot be looked at.
    """
    states = {name: FileState.of(version / name) for name in known}
    _write_note(version, {n: Verified(known[n], state) for n, state in states.items() if _is_settled(state)})


def check_built(staging: Path) -> None:
    """Hold the files that a build wrote against its manifest, before anything is put in force.

    Raises:
        DatasetError: one of them is missing, or not what the manifest says.
    """
    for name, facts in layout.read_manifest(staging)["files"].items():
        found = _try_to_examine(staging / name)
        if isinstance(found, OSError) or found.sha256 != facts["sha256"]:
            raise DatasetError("%(name)s is not what the manifest says. Build the dataset again.", name=name)


def scrub_dataset(root: Path, pause: Callable[[int], bool]) -> str:
    """Read every file of the version in force again, and say what is not as it should be; nothing where all is.

    Where another version comes into force meanwhile, it goes on with what that has beyond the one before, whose files
    are not kept for it. ``pause`` is called with the number of bytes that were read, and says whether to go on. A
    dataset that is found damaged is read whole at the next start.

    Raises:
        DatasetError: there is no version in force.
    """
    intact: set[tuple[int, ...]] = set()
    while True:
        version = layout.current_version(root)
        try:
            for name, expected in list_expected(version).items():
                path = version / name
                size_bytes, modified_ns, _, inode = FileState.of(path)
                if (identity := (inode, size_bytes, modified_ns)) in intact:
                    continue
                digest = hashlib.sha256()
                with path.open("rb") as stream:
                    while block := stream.read(_BLOCK_BYTES):
                        digest.update(block)
                        if not pause(len(block)):
                            return ""
                if not digest.hexdigest().startswith(expected):
                    raise damaged(version, f"{path} is not what it was when it was written")
                intact.add(identity)
        except (OSError, DatasetError) as error:
            if layout.current_version(root) != version:
                continue
            _place(version).unlink(missing_ok=True)
            return str(error)
        return ""


def read_ahead(version: Path) -> None:
    """Have the kernel read the engine's files in order, where they take less than half of the memory that is free.

    The engine reads single blocks from all over them, each of which costs an access to the disk after a restart.

    Raises:
        OSError: they cannot be opened.
    """
    files = [path for name in (layout.STORE, layout.CURATED) for path in (version / name).glob("*.sst")]
    free = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemAvailable:"))
    if 2 * sum(path.stat().st_size for path in files) > int(free.split()[1]) * 1024:
        return
    for path in files:
        with path.open("rb") as stream:
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)


def damaged(version: Path, fault: str) -> DatasetError:
    """Say what is wrong with a version, and how to rebuild it."""
    return DatasetError(
        "The dataset is damaged: %(fault)s. Run 'ukfr-graph build --out %(root)s' to make it anew; your "
        "own graphs are kept as text beside the store and come along.",
        fault=fault,
        root=version.parent.parent,
    )


def _verify(version: Path, intact: Mapping[str, Verified], *, is_whole: bool = False) -> Note:
    """Read the files that are not known to be intact, and note them with those that are.

    Raises:
        DatasetError: see ``verify_files``.
    """
    expected = list_expected(version)
    note = {name: intact[name] for name, sha256 in expected.items() if _fits(intact.get(name), sha256)}
    if layout.DIGESTS in intact and all(name in note for name in expected if name.startswith(layout.STORE + "/")):
        note[layout.DIGESTS] = intact[layout.DIGESTS]
    unread = [name for name in expected if name not in note and (is_whole or name not in layout.INDEXES)]
    with ThreadPoolExecutor(2) as threads:  # hashing releases the interpreter's lock
        for name, found in zip(unread, threads.map(lambda name: _try_to_examine(version / name), unread), strict=True):
            if isinstance(found, OSError):
                raise damaged(version, str(found))
            if not _fits(found, expected[name]):
                raise damaged(version, f"{version / name} is not what it was when it was written")
            if _is_settled(found.state):
                note[name] = found
    return note


def _fits(verified: Verified | None, sha256: str) -> bool:
    return verified is not None and verified.sha256.startswith(sha256)


def _is_settled(state: FileState) -> bool:
    """Return whether any change from now on shows in a file's times."""
    return state.modified_ns < time.time_ns() - _TICK_NS


def _examine(path: Path) -> Verified:
    state = FileState.of(path)  # before it is read: what changes meanwhile shows
    return Verified(layout.describe_file(path)["sha256"], state)


def _try_to_examine(path: Path) -> Verified | OSError:
    try:
        return _examine(path)
    except OSError as error:
        return error


def _place(version: Path) -> Path:
    return version.parent.parent / layout.VERIFIED


def _write_note(version: Path, note: Note) -> None:
    place = _place(version)
    text = json.dumps({"folder": version.name, "files": {name: [v.sha256, *v.state] for name, v in note.items()}})
    fresh = place.with_name(f".{place.name}.{os.getpid()}")
    with contextlib.suppress(OSError):  # a folder that cannot be written to: everything is read at each start
        fresh.write_text(text, "utf-8")
        fresh.replace(place)
