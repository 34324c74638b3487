"""The record of a publication: every file with its hash, so that the next time only what has changed is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ukfr_graph.errors import OutputError
from ukfr_graph.files import open_whole

NAME = "site.json"
_SOURCE = ".made-from"  # it is not the site's: hosts that publish hidden files show no more than a digest
_OURS_TOO = ("CNAME",)  # what hosts want beside a site, and hidden files


@dataclass(frozen=True)
class Written:
    """A file of the site as it is now; ``is_new`` where it was not there, or had another content."""

    name: str
    digest: str
    size_bytes: int
    is_new: bool


@dataclass(frozen=True)
class FileShelf:
    """The folder of a site, and the digests of its files as they were the last time; any process may write into it."""

    folder: Path
    before: Mapping[str, str]

    def write(self, name: str, content: bytes) -> Written:
        """Write a file, unless it is there with this content.

        Raises:
            OutputError: it cannot be written.
        """
        digest, path = _digest(content), self.folder / name
        try:
            if self.before.get(name) == digest and path.is_file() and path.stat().st_size == len(content):
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
    retired: dict[str, str] = field(default_factory=dict)
    """The pages of what is no longer there, and the last version that had it."""
    version: str = ""
    """The version that was published the last time."""
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
        return sorted(set(self.shelf.before) - set(self.files))

    def is_made_from(self, source: str) -> bool:
        """Return whether the site was made from this source (a digest of all that it follows from), and is whole."""
        try:
            noted = (self.shelf.folder / _SOURCE).read_text("utf-8")
            return noted == self._note(source) and all(
                _digest((self.shelf.folder / name).read_bytes()) == digest for name, digest in self.shelf.before.items()
            )
        except OSError:
            return False

    def keep(self) -> None:
        """Take the site as it is."""
        self.files = dict(self.shelf.before)
        self.size_bytes = sum((self.shelf.folder / name).stat().st_size for name in self.files)

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

    def _note(self, source: str) -> str:
        """Name a source with the list of what was made from it, which someone may have changed since."""
        return f"{source} {_digest((self.shelf.folder / NAME).read_bytes())}\n"


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def open_record(folder: Path) -> Record:
    """Open a folder for a site: an empty one, or one that has a site of ours.

    Raises:
        OutputError: something else is in it, or it cannot be read.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / NAME).is_file():
            facts = json.loads((folder / NAME).read_text("utf-8"))
            return Record(FileShelf(folder, dict(facts["files"])), dict(facts["retired"]), str(facts["version"]))
        others = [p.name for p in folder.iterdir() if not p.name.startswith(".") and p.name not in _OURS_TOO]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputError(
            "%(folder)s cannot be used for a site (%(error)s). Give an empty folder.", folder=folder, error=error
        ) from None
    if others:
        raise OutputError(
            "%(folder)s has something else in it (%(names)s). Give an empty folder, or one with a site that "
            "was published before (%(name)s).",
            folder=folder,
            names=", ".join(sorted(others)[:3]),
            name=NAME,
        )
    return Record(FileShelf(folder, {}))
