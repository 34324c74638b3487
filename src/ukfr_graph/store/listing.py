"""The graphs of an endpoint elsewhere, listed once for all processes that ask it.

To list the graphs, some engines read every triple: Virtuoso takes 0.4 s for a million, and 5 s where four ask at once.
So one process lists them, while the others go on with what was listed before.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from threading import Lock, Thread

from ukfr_graph.errors import UkfrError
from ukfr_graph.store.notes import find_terms
from ukfr_graph.store.union import OutsideTerms

_BELIEVED_S = 60.0  # then it is listed anew, beside the queries
_OUTDATED_S = 180.0  # then queries wait for it
_RENEWING, _CONTENT = 0, 1  # what is locked: bytes of the file


@dataclass(frozen=True)
class Listing:
    """The graphs of an endpoint.

    ``union`` are the parameters by which the union of all graphs is asked, where it can be; ``subjects``,
    ``predicates`` and ``classes`` those of the triples in graphs of the engine's own, which are ``apart`` where no
    subject of theirs is one of the dataset; ``made_s`` is when it was listed, on the system's monotonic clock.
    """

    names: list[str]
    union: dict[str, str] | None
    subjects: list[str]
    predicates: list[str]
    classes: list[str]
    apart: bool
    made_s: float

    @cached_property
    def notes(self) -> OutsideTerms:
        """The terms of the notes of what was pushed."""
        return find_terms(self.names)

    @cached_property
    def engines_own(self) -> OutsideTerms:
        """The terms of the triples in graphs of the engine's own."""
        return OutsideTerms(
            frozenset(self.subjects), frozenset(self.predicates), frozenset(self.classes), apart=self.apart
        )


class SharedListing:
    """The newest listing; processes that are forked after it was made share it."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        self._content = Lock()  # between threads, which the file's locks do not tell apart
        self._kept: Listing | None = None
        self._renewal: Thread | None = None

    def find(self, make: Callable[[], Listing]) -> Listing:
        """Return the listing that is believed; ``make`` lists anew, in a thread where there is one that is not too old.

        Raises:
            UkfrError: there is none, and none can be made.
        """
        if _is_older(self._kept, _BELIEVED_S):
            self._kept = self._read()
        if _is_older(self._kept, _OUTDATED_S):
            with self._lock(_RENEWING):
                self._kept = self._read()  # another process may have made it meanwhile
                if _is_older(self._kept, _OUTDATED_S):
                    self._kept = self._write(make())
        elif _is_older(self._kept, _BELIEVED_S) and not (self._renewal and self._renewal.is_alive()):
            self._renewal = Thread(target=self._renew, args=(make,), daemon=True)
            self._renewal.start()
        assert self._kept is not None
        return self._kept

    def _renew(self, make: Callable[[], Listing]) -> None:
        """List anew, where no other process does; where that fails, the queries say why."""
        with suppress(OSError, UkfrError), self._lock(_RENEWING, fcntl.LOCK_NB):
            if _is_older(self._read(), _BELIEVED_S):
                self._write(make())

    def _read(self) -> Listing | None:
        with self._content, self._lock(_CONTENT):
            content = os.pread(self._file.fileno(), os.fstat(self._file.fileno()).st_size, 0)
        with suppress(ValueError):  # none yet, or not all of it was written
            return Listing(**json.loads(content))
        return None

    def _write(self, listing: Listing) -> Listing:
        content = json.dumps(asdict(listing)).encode()
        with self._content, self._lock(_CONTENT):
            os.ftruncate(self._file.fileno(), 0)
            os.pwrite(self._file.fileno(), content, 0)
        return listing

    @contextmanager
    def _lock(self, place: int, options: int = 0) -> Iterator[None]:
        """Lock a byte of the file against other processes; the system unlocks it where a process is killed.

        Raises:
            BlockingIOError: another process has it, and this one is not to wait (``LOCK_NB``).
        """
        fcntl.lockf(self._file, fcntl.LOCK_EX | options, 1, place)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)


def _is_older(listing: Listing | None, seconds: float) -> bool:
    return listing is None or time.monotonic() - listing.made_s > seconds
