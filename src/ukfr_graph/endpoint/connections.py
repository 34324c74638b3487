"""Connections of clients that are slow, or send more than they should: they lose theirs, and nobody else does.

uvicorn has no limit on the time or the size of a request's head; this adds both, and one on connections.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, TypeAlias

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ukfr_graph.endpoint.exchange import COMMON_HEADERS
from ukfr_graph.endpoint.problems import MEDIA_TYPE, write_problem

Shortcut: TypeAlias = Callable[[bytes, Sequence[tuple[bytes, bytes]]], tuple[bytes, bytes] | None]
_PREFIX = b"/sparql?"
_HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%-]+)(?::[0-9]{1,5})?")


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 protocol with limits, which are set on the class that ``guard`` makes."""

    head_limit_bytes = 32_768
    head_timeout_s = 20.0
    most_connections = 1_000
    shortcut: Shortcut = staticmethod(lambda _, __: None)

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._head_bytes = 0
        self._is_in_head = True
        self._deadline: asyncio.TimerHandle | None = None
        self._is_answered = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            self._refuse(503, "Too many connections are open (UKFR_MAX_CONNECTIONS). Try again soon.")
        else:
            self._start_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what has arrived, and measure the head of a request while it is not whole."""
        if self._is_in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._is_in_head and self._head_bytes > self.head_limit_bytes and not self.transport.is_closing():
            self._refuse(431, f"The head of the request is larger than {self.head_limit_bytes} bytes.")

    def on_message_begin(self) -> None:
        """Start to measure a request."""
        self._is_in_head = True
        if self._deadline is None:
            self._start_clock()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """End to measure the head; a request that was answered before is answered at once."""
        self._stop_clock()
        self._is_in_head, self._head_bytes = False, 0
        self._is_answered = self.transport.is_closing() or self._is_refused() or self._answer_at_once()
        if not self._is_answered:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body, unless nobody needs it."""
        if not self._is_answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """End the request."""
        if not self._is_answered:
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, as a problem."""
        self._refuse(400, msg)

    def _is_refused(self) -> bool:
        """Refuse other versions, and a request without the one valid Host that it must have (RFC 9112, section 3.2)."""
        version = self.parser.get_http_version()
        hosts = [value for name, value in self.headers if name == b"host"]
        if version not in ("1.0", "1.1"):
            self._refuse(505, "HTTP/1.1 is spoken here.")
        elif len(hosts) > 1 or not all(map(_HOST.fullmatch, hosts)) or (not hosts and version == "1.1"):
            self._refuse(400, "A request has one Host header, with a host and perhaps a port.")
        else:
            return False
        return True

    def _answer_at_once(self) -> bool:
        """Answer without a task of its own, where the answer is kept and no other is still being given."""
        if (
            not self.url.startswith(_PREFIX)
            or self.parser.get_method() != b"GET"
            or not (self.cycle is None or self.cycle.response_complete)
            or self.flow.write_paused
            or not self.parser.should_keep_alive()
        ):
            return False
        answer = self.shortcut(self.url, self.headers)
        if answer is None:
            return False
        date = b"".join(name + b": " + value + b"\r\n" for name, value in self.server_state.default_headers)
        self.transport.write(b"".join((answer[0], date, b"\r\n", answer[1])))
        self.on_response_complete()
        return True

    def _start_clock(self) -> None:
        self._deadline = self.loop.call_later(self.head_timeout_s, self._expire)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _expire(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self._refuse(408, f"The request did not arrive within {self.head_timeout_s:g} s.")

    def _refuse(self, status: int, detail: str) -> None:
        body = write_problem(status, detail)
        headers = (
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
            *COMMON_HEADERS,
        )
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode(), *(n + b": " + v for n, v in headers)]
        self.transport.write(b"\r\n".join([*lines, b"", body]))
        self.transport.close()


def guard(
    head_limit_bytes: int, head_timeout_s: float, most_connections: int, shortcut: Shortcut
) -> type[GuardedProtocol]:
    """Make the protocol with these limits; ``shortcut`` finds responses by address and headers."""
    limits = {
        "head_limit_bytes": head_limit_bytes,
        "head_timeout_s": head_timeout_s,
        "most_connections": most_connections,
        "shortcut": staticmethod(shortcut),
    }
    return type("LimitedProtocol", (GuardedProtocol,), limits)
