"""Turns of those who read pages: an answer that is kept costs so little that many of them would fill the event loop."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

_TURN_S = 0.001


class Reader(Protocol):
    """A connection whose page is found."""

    def write_pending(self) -> None:
        """Write the answer that waits, if one does."""


class Turns:
    """The connections whose page is found, one after the other; ``is_busy`` tells whether a query is evaluated.

    The next one's turn is after the loop has looked at everybody else; while a query is evaluated, a millisecond
    later: queries do not wait behind pages.
    """

    def __init__(self, is_busy: Callable[[], bool]) -> None:
        self._is_busy = is_busy
        self._readers: deque[Reader] = deque()

    def add(self, reader: Reader) -> None:
        """Let a reader wait for its turn."""
        self._readers.append(reader)
        if len(self._readers) == 1:
            asyncio.get_running_loop().call_soon(self._take)

    def _take(self) -> None:
        self._readers.popleft().write_pending()
        if self._readers:
            loop = asyncio.get_running_loop()
            if self._is_busy():
                loop.call_later(_TURN_S, self._take)
            else:
                loop.call_soon(self._take)
