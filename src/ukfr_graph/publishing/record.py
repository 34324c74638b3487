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
_OURS_TOO = ("CNAME",)  # what hosts want beside a site, and hidden files


@dataclass
class Record:
    """A site in a folder: its files by SHA-256, as they were the last time and as they are now."""

    folder: Path
    before: Mapping[str, str]
    retired: dict[str, str] = field(default_factory=dict)
    """The pages of what is no longer there, and the last version that had it."""
    version: str = ""
    """The version that was published the last time."""
    files: dict[str, str] = field(default_factory=dict)
    written: int = 0
    size_bytes: int = 0

    def write(self, name: str, content: bytes) -> None:
        """Write a file, unless it is there with this content.

        Raises:
            OutputError: it cannot be written.
        """
        digest = hashlib.sha256(content).hexdigest()
        self.files[name] = digest
        self.size_bytes += len(content)
        path = self.folder / name
        if self.before.get(name) == digest and path.is_file() and path.stat().st_size == len(content):
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.written += 1

    def find_stale(self) -> list[str]:
        """List the files of the last time that were not made again."""
        return sorted(set(self.before) - set(self.files))

    def close(self, facts: Mapping[str, object]) -> None:
        """Remove what is stale, and write down what there is; the list comes last, and whole.

        Raises:
            OutputError: it cannot be written.
        """
        for name in self.find_stale():
            (self.folder / name).unlink(missing_ok=True)
        with open_whole(self.folder / NAME) as file:
            content = {**facts, "retired": self.retired, "files": dict(sorted(self.files.items()))}
            file.write(json.dumps(content, ensure_ascii=False, indent=1).encode())


def open_record(folder: Path) -> Record:
    """Open a folder for a site: an empty one, or one that has a site of ours.

    Raises:
        OutputError: something else is in it, or it cannot be read.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / NAME).is_file():
            facts = json.loads((folder / NAME).read_text("utf-8"))
            return Record(folder, dict(facts["files"]), dict(facts["retired"]), str(facts["version"]))
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
    return Record(folder, {})
