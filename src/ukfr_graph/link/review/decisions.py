"""The decisions of reviewers: a file of JSON lines beside the candidates, only ever appended to.

A decision is on disk before it is answered for; a line that was cut off by a crash is passed over. Several reviewers
may write at once, in the terminal and on the page.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

import filelock

from ukfr_graph.link.datasets.treaties import InputError

Verdict = Literal["exact", "close", "reject", "skip", "undo"]
SUFFIX = ".decisions.jsonl"
_LOCK_S = 10


@dataclass(frozen=True)
class Decision:
    """One decision about one pair: by whom and when (UTC, to the second). ``undo`` takes back the one before."""

    subject: str
    object: str
    verdict: Verdict
    author: str
    author_id: str = ""
    when: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Subject and object."""
        return self.subject, self.object


class Decisions:
    """The decisions about one file of candidates."""

    def __init__(self, candidates: Path) -> None:
        self.path = candidates.with_name(candidates.name + SUFFIX)

    def read(self) -> dict[tuple[str, str], Decision]:
        """Return what holds now, by pair, in the order in which it was decided.

        Raises:
            InputError: the file cannot be read, or a whole line of it is no decision.
        """
        held: dict[tuple[str, str], Decision] = {}
        for number, line in enumerate(self._lines(), 1):
            try:
                decision = Decision(**json.loads(line))
                if decision.verdict not in get_args(Verdict):
                    raise ValueError  # noqa: TRY301  # told as the other faults of a line
            except (ValueError, TypeError):
                raise InputError(
                    "%(file)s, line %(line)s, is no decision; take the line out.", file=self.path.name, line=number
                ) from None
            held.pop(decision.key, None)
            if decision.verdict != "undo":
                held[decision.key] = decision
        return held

    def append(self, decision: Decision) -> Decision:
        """Write a decision down, with the time; it is durable on return.

        Raises:
            InputError: the file cannot be written.
        """
        when = datetime.now(UTC).isoformat(timespec="seconds")
        written = Decision(**{**asdict(decision), "when": when})
        line = json.dumps(asdict(written), ensure_ascii=False).encode() + b"\n"
        try:
            with filelock.FileLock(f"{self.path}.lock", timeout=_LOCK_S), self.path.open("a+b") as file:
                if file.tell() and not self._ends_whole(file.fileno()):
                    line = b"\n" + line
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except (OSError, filelock.Timeout) as error:
            raise InputError(
                "The decision could not be written to %(file)s: %(error)s.", file=self.path, error=error
            ) from None
        return written

    def _ends_whole(self, descriptor: int) -> bool:
        size = os.fstat(descriptor).st_size
        return os.pread(descriptor, 1, size - 1) == b"\n"

    def _lines(self) -> list[bytes]:
        """Return the whole lines; one that was cut off, at the end or before a later one, is passed over."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise InputError("%(file)s cannot be read: %(error)s.", file=self.path, error=error.strerror) from None
        lines = content.split(b"\n")[:-1]  # what follows the last line break was cut off
        return [line for line in lines if line.endswith(b"}")]


def settle(held: Mapping[tuple[str, str], Decision]) -> set[str]:
    """Return the outside treaties that are settled: one of ours was found to be exactly the same."""
    return {decision.object for decision in held.values() if decision.verdict == "exact"}
