"""The record of a publication: every file with its hash, so that the next time only what has changed is written."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ukfr_graph.errors import OutputError
from ukfr_graph.files import open_whole

NAME = "site.json"
_SOURCE = ".made-from"  # it is not the site's: hosts that publish hidden files show no more than a digest
_UNFINISHED = ".unfinished"
"""The file that a run locks, and an interrupted one leaves: it names the files that are not of the site."""
_OURS_TOO = ("CNAME",)  # what hosts want beside a site, and hidden files
_HIDDEN_TOO = (".well-known", ".nojekyll")  # of the site, unlike other hidden files


@dataclass(frozen=True)
class Written:
    """A file of the site as it is now; ``is_new`` where it was not there, or had another content."""

    name: str
    digest: str
    size_bytes: int
    is_new: bool


@dataclass(frozen=True)
class FileShelf:
    """The folder of a site; any process may write into it."""

    folder: Path

    def write(self, name: str, content: bytes) -> Written:
        """Write a file, unless it is there with this content.

        Raises:
            OutputError: it cannot be written.
        """
        digest, path = _digest(content), self.folder / name
        try:
            if path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content:
                return Written(name, digest, len(content), is_new=False)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise OutputError("%(path)s cannot be written: %(strerror)s.", path=path, strerror=error.strerror) from None
        return Written(name, digest, len(content), is_new=True)


@dataclass
class Record:
    """A site in a folder: its files by digest, as they were the last time and as they are now."""

    shelf: FileShelf
    unfinished: BinaryIO
    """The open file that says that a run is under way."""
    is_whole: bool = True
    """False where the last run was interrupted."""
    before: Mapping[str, str] = field(default_factory=dict)
    """The files of the last time by digest, which those of a run that was interrupted do not have."""
    retired: dict[str, str] = field(default_factory=dict)
    """The pages of what is no longer there, and the last version that had it."""
    version: str = ""
    """The version that was published the last time."""
    languages: tuple[str, ...] = ()
    """The languages that it was published in, the first one at the top."""
    files: dict[str, str] = field(default_factory=dict)
    written: int = 0
    size_bytes: int = 0

    def add(self, written: Written) -> None:
        """Note a file of the site."""
        self.files[written.name] = written.digest
        self.size_bytes += written.size_bytes
        self.written += written.is_new

    def write(self, name: str, content: bytes) -> None:
        """Write a file, unless it is there with this content.

        Raises:
            OutputError: it cannot be written.
        """
        self.add(self.shelf.write(name, content))

    def find_stale(self) -> list[str]:
        """List the files of the last time that were not made again."""
        return sorted(set(self.before) - set(self.files))

    def was_published(self, name: str) -> bool:
        """Return whether a file was part of the site when it was last whole."""
        return bool(self.before.get(name))

    def is_made_from(self, source: str) -> bool:
        """Return whether the site was made from this source (a digest of all that it follows from), and is whole."""
        try:
            noted = (self.shelf.folder / _SOURCE).read_text("utf-8")
            return (
                self.is_whole
                and noted == self._note(source)
                and all(
                    _digest((self.shelf.folder / name).read_bytes()) == digest for name, digest in self.before.items()
                )
            )
        except OSError:
            return False

    def keep(self) -> None:
        """Take the site as it is."""
        self.files = dict(self.before)
        self.size_bytes = sum((self.shelf.folder / name).stat().st_size for name in self.files)
        self._finish()

    def close(self, facts: Mapping[str, object], source: str) -> None:
        """Remove what is stale; write down what there is, whole, and last from what it was made.

        Raises:
            OutputError: it cannot be written.
        """
        folder = self.shelf.folder
        (folder / _SOURCE).unlink(missing_ok=True)
        for name in self.find_stale():
            (folder / name).unlink(missing_ok=True)
        with open_whole(folder / NAME) as file:
            content = {**facts, "retired": self.retired, "files": dict(sorted(self.files.items()))}
            file.write(json.dumps(content, ensure_ascii=False, indent=0).encode())
        (folder / _SOURCE).write_text(self._note(source), "utf-8")
        self._finish()

    def _finish(self) -> None:
        (self.shelf.folder / _UNFINISHED).unlink(missing_ok=True)
        self.unfinished.close()

    def _note(self, source: str) -> str:
        """Name a source with the list of what was made from it, which someone may have changed since."""
        return f"{source} {_digest((self.shelf.folder / NAME).read_bytes())}\n"


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def open_record(folder: Path) -> Record:
    """Open a folder for a site: an empty one, or one that has a site of ours, which may be unfinished.

    Raises:
        OutputError: something else is in it, another run writes into it, or it cannot be read.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        facts = json.loads((folder / NAME).read_text("utf-8")) if (folder / NAME).is_file() else {}
        before = {_check_name(name): str(digest) for name, digest in facts.get("files", {}).items()}
        retired, languages = dict(facts.get("retired", {})), tuple(facts.get("languages", ()))
        version = str(facts.get("version", ""))
        others = [p.name for p in folder.iterdir() if not p.name.startswith(".") and p.name not in _OURS_TOO]
        if others and not facts and not (folder / _UNFINISHED).exists():
            raise OutputError(
                "%(folder)s has something else in it (%(names)s). Give an empty folder, or one with a site that "
                "was published before (%(name)s).",
                folder=folder,
                names=", ".join(sorted(others)[:3]),
                name=NAME,
            )
        unfinished = _claim(folder)
        noted = unfinished.read()
        foreign = set(json.loads(noted)) if noted else _list_files(folder) - set(before)
        if noted:  # whatever else is there, the run that was interrupted has written
            before = dict.fromkeys(_list_files(folder) - foreign, "") | before
        else:
            unfinished.write(json.dumps(sorted(foreign)).encode())
            unfinished.flush()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise OutputError(
            "%(folder)s cannot be used for a site (%(error)s). Give an empty folder.", folder=folder, error=error
        ) from None
    return Record(FileShelf(folder), unfinished, not noted, before, retired, version, languages)


def _claim(folder: Path) -> BinaryIO:
    """Open the file that says that a run is under way; no other run has it while it is open.

    Raises:
        OutputError: another run has it.
    """
    path = folder / _UNFINISHED
    while True:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise OutputError("%(folder)s is being written by another run. Wait for its end.", folder=folder) from None
        if path.exists() and os.path.samestat(path.stat(), os.fstat(file.fileno())):
            return file
        file.close()  # the other run has just removed it


def _list_files(folder: Path) -> set[str]:
    """List the files in a folder, but for what is hidden and no site of ours has."""
    found = set()
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") or name in _HIDDEN_TOO]
        at = Path(parent).relative_to(folder)
        found |= {(at / name).as_posix() for name in names if not name.startswith(".") or name in _HIDDEN_TOO}
    return found - {NAME, *_OURS_TOO}


def _check_name(name: str) -> str:
    """Return the name of a file of a site, which lies in its folder.

    Raises:
        ValueError: it does not.
    """
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise ValueError(f"{NAME} names {name}")
    return name
