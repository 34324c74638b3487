"""Memory that connections share: for bodies that arrive, and for answers that their clients have yet to read.

Where it is used up, a client that is slow gives its part back, and nobody else does.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

_SMALL_BYTES = 65_536  # of a body, which is nobody's loss


class Connection(Protocol):
    """A connection, as far as it is asked here."""

    transport: asyncio.Transport

    def give_way(self) -> None:
        """End this connection in favour of others."""


class Arrivals:
    """The bodies that arrive, in the order in which their requests began: at most ``limit_bytes`` of them all."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._sizes: dict[Connection, int] = {}

    def grow(self, connection: Connection, size_bytes: int) -> None:
        """Count a piece of a body; where there is no room for it, the body gives way that has arrived for longest."""
        self._sizes[connection] = self._sizes.get(connection, 0) + size_bytes
        while sum(self._sizes.values()) > self._limit:
            others = (c for c, size in self._sizes.items() if c is not connection and size > _SMALL_BYTES)
            slowest = next(others, None)
            if slowest is None:
                return
            self.drop(slowest)
            slowest.give_way()

    def drop(self, connection: Connection) -> None:
        """Forget a body: it is whole, or will never be."""
        self._sizes.pop(connection, None)


class Departures:
    """The answers that their clients have yet to read: at most ``limit_bytes`` of them all, or one."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._begun: dict[Connection, tuple[float, int]] = {}

    def add(self, connection: Connection, now_s: float) -> None:
        """Note an answer that waits for its client; where there is no room for it, the slowest reader loses its own."""
        unread = {other: other.transport.get_write_buffer_size() for other in self._begun}
        self._begun[connection] = now_s, connection.transport.get_write_buffer_size()
        free = self._limit - self._begun[connection][1]
        while unread and sum(unread.values()) > free:
            slowest = min(unread, key=lambda other: self._find_speed(other, now_s, unread[other]))
            del unread[slowest]
            self.drop(slowest)
            slowest.transport.abort()

    def drop(self, connection: Connection) -> None:
        """Forget an answer: it is read, or will never be."""
        self._begun.pop(connection, None)

    def _find_speed(self, connection: Connection, now_s: float, unread_bytes: int) -> float:
        """Return the bytes that a client has read in a second."""
        since, size = self._begun[connection]
        return (size - unread_bytes) / max(now_s - since, 1e-3)
