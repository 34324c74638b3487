"""The journal of what was done to the coding of a statement: JSON lines, only ever appended to.

An act is written down, with the lines that it changes, before the files are; and once more when they are. So an act
that a crash cut short is finished or dropped as a whole, and every act can be taken back after a restart.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ukfr_graph.errors import DataError, Message, OutputError, Problem
from ukfr_graph.errors import mark as _

_CUT = b"#"  # ends a line that a crash cut off


@dataclass(frozen=True)
class Edit:
    """A change of one file (its name in the workspace): from line ``at`` (from 0) on, ``new`` stands for ``old``.

    ``before`` and ``after`` are the digests of the whole text; empty where there is no file.
    """

    file: str
    before: str
    after: str
    at: int
    old: tuple[str, ...]
    new: tuple[str, ...]

    @staticmethod
    def of(file: str, before: str | None, after: str | None) -> Edit:
        """Make the edit that turns one text of a file into another; None stands for no file."""
        old, new = _split(before), _split(after)
        start = 0
        while start < min(len(old), len(new)) and old[start] == new[start]:
            start += 1
        end = 0
        while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
            end += 1
        cut = slice(start, len(old) - end), slice(start, len(new) - end)
        return Edit(file, digest(before), digest(after), start, tuple(old[cut[0]]), tuple(new[cut[1]]))

    def reverse(self) -> Edit:
        """Return the edit that takes this one back."""
        return Edit(self.file, self.after, self.before, self.at, self.new, self.old)

    def apply(self, text: str | None) -> str | None:
        """Return the text after the edit, of the text before it."""
        lines = _split(text)
        lines[self.at : self.at + len(self.old)] = self.new
        return "".join(lines) if self.after else None


@dataclass(frozen=True)
class JournalEntry:
    """One act: its number (from 1), who did what to which record and when (UTC), and the edits.

    ``undoes`` is the number of the act that it takes back, or 0.
    """

    number: int
    act: str
    record: str
    coder: str
    when: str
    edits: tuple[Edit, ...]
    undoes: int = 0


class ActJournal:
    """The journal in a file. What was read of it is kept, and only what was added since is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._forget()

    def _forget(self) -> None:
        self._file, self._size, self._lines = 0, 0, 0
        self._done: list[JournalEntry] = []
        self._begun: JournalEntry | None = None

    def read(self) -> tuple[list[JournalEntry], JournalEntry | None]:
        """Read the acts that were done, and the last one where it was begun and neither finished nor dropped.

        Raises:
            DataError: a whole line is no act.
        """
        if not self.path.is_file():
            self._forget()
            return [], None
        with self.path.open("rb") as file:
            state = os.fstat(file.fileno())
            if state.st_ino != self._file or state.st_size < self._size:
                self._forget()
                self._file = state.st_ino
            file.seek(self._size)
            content = file.read()
        for line in content.split(b"\n")[:-1]:  # what follows the last break was cut off
            self._lines += 1
            self._size += len(line) + 1
            if line and not line.endswith(_CUT):
                self._take(line)
        return list(self._done), self._begun

    def _take(self, line: bytes) -> None:
        try:
            found = json.loads(line)
            if "ends" not in found:
                self._begun = _read_entry(found)
                return
            if self._begun and found["ends"] == self._begun.number and found["done"]:
                self._done.append(self._begun)
            self._begun = None
        except (ValueError, TypeError, KeyError):
            number = self._lines
            self._forget()
            message, fix = Message(_("the line is no act")), Message(_("take the line out"))
            raise DataError([Problem(self.path.name, number, "", "journal", message, fix)]) from None

    def begin(self, entry: JournalEntry) -> None:
        """Write an act down that is about to be done; it is durable on return.

        Raises:
            OutputError: it cannot be written.
        """
        self._append(asdict(entry))

    def end(self, number: int, *, done: bool) -> None:
        """Write down that the files have an act, or that it was dropped.

        Raises:
            OutputError: it cannot be written.
        """
        self._append({"ends": number, "done": done})

    def _append(self, line: Mapping[str, Any]) -> None:
        written = json.dumps(line, ensure_ascii=False).encode() + b"\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a+b") as file:
                size = file.tell()
                if size and os.pread(file.fileno(), 1, size - 1) != b"\n":
                    written = _CUT + b"\n" + written  # behind a line that was cut off
                file.write(written)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise OutputError(
                "%(path)s cannot be written: %(strerror)s.", path=self.path, strerror=error.strerror
            ) from None


def list_undoable(done: list[JournalEntry]) -> list[JournalEntry]:
    """List the acts that hold and can be taken back, the latest last."""
    return _list_states(done)[0]


def list_redoable(done: list[JournalEntry]) -> list[JournalEntry]:
    """List what was taken back and can be done again, the one to begin with last; an act of another kind ends that."""
    return _list_states(done)[1]


def _list_states(done: list[JournalEntry]) -> tuple[list[JournalEntry], list[JournalEntry]]:
    """Return what can be taken back, and what can be done again.

    To do again is to take back what took an act back, and can be taken back like the act itself.
    """
    holding: list[JournalEntry] = []
    taken: list[JournalEntry] = []
    for entry in done:
        if not entry.undoes:
            holding.append(entry)
            taken.clear()
        elif holding and holding[-1].number == entry.undoes:
            holding.pop()
            taken.append(entry)
        elif taken and taken[-1].number == entry.undoes:
            taken.pop()
            holding.append(entry)
    return holding, taken


def digest(text: str | None) -> str:
    """Return the SHA-256 of a text in UTF-8; nothing where there is no file."""
    return hashlib.sha256(text.encode()).hexdigest() if text is not None else ""


def _split(text: str | None) -> list[str]:
    return text.splitlines(keepends=True) if text else []


def _read_entry(found: dict[str, Any]) -> JournalEntry:
    edits = tuple(Edit(**{**edit, "old": tuple(edit["old"]), "new": tuple(edit["new"])}) for edit in found["edits"])
    return JournalEntry(**{**found, "edits": edits})
