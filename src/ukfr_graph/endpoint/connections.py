"""Connections of clients that are slow, or send more than they should: they lose theirs, and nobody else does.

uvicorn has no limit on the time in which a request must arrive and a response be read, nor on the size of a request's
head; this adds them, one on connections, and one on the memory that they share (``room``). Where all are taken, a new
one takes the place of the one that has waited longest for its client: idle ones first, then those whose request has yet
to arrive whole.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ukfr_graph.endpoint.addresses import drop_forwarded
from ukfr_graph.endpoint.exchange import is_host
from ukfr_graph.endpoint.problems import write_last_response
from ukfr_graph.endpoint.room import Arrivals, Departures
from ukfr_graph.endpoint.shortcut import SPARQL
from ukfr_graph.endpoint.turns import Turns

Shortcut: TypeAlias = Callable[[bytes, Sequence[tuple[bytes, bytes]]], tuple[bytes, bytes] | None]
_COPIED_BYTES = 65_536  # of an answer; a larger one is not copied for each who asks
_DRAINED_BYTES = 65_536  # that a client must read of a response within the time of a request


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 protocol with limits, which are set on the class that ``guard`` makes."""

    head_limit_bytes = 32_768
    head_timeout_s = 20.0
    most_connections = 1_000
    shortcut: Shortcut = staticmethod(lambda _, __: None)
    is_proxy: Callable[[str], bool] = staticmethod(lambda _: False)
    dated: tuple[list[tuple[bytes, bytes]], bytes] = ([], b"")
    """uvicorn's own headers, and how they were last written."""
    arrivals: Arrivals
    departures: Departures
    turns: Turns
    idle: OrderedDict[GuardedProtocol, None]
    """The connections without a request, the longest idle first."""
    arriving: OrderedDict[GuardedProtocol, None]
    """The connections whose request has yet to arrive whole, the longest waited for first."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._head_bytes = 0
        self._is_in_head = True
        self._deadline: asyncio.TimerHandle | None = None
        self._is_answered = self._is_believed = False
        self._pending: tuple[bytes, ...] = ()
        self._reader: asyncio.TimerHandle | None = None
        self._unread_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, in the place of another where there are too many."""
        super().connection_made(transport)
        self._is_believed = self.is_proxy(self.client[0]) if self.client else False
        if len(self.connections) > self.most_connections and not self._displace_one():
            self._refuse(503, "Too many connections are open (UKFR_MAX_CONNECTIONS). Try again soon.")
        else:
            self._start_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks."""
        self._stop_clock()
        self._stop_reader()
        self.idle.pop(self, None)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Start to measure how fast the client reads its response."""
        super().pause_writing()
        self._watch_reader()
        self.departures.add(self, self.loop.time())

    def resume_writing(self) -> None:
        """End to measure it."""
        super().resume_writing()
        if not self.transport.is_closing():
            self._stop_reader()

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
        self.idle.pop(self, None)
        if self._deadline is None:
            self._start_clock()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """End to measure the head; a request that was answered before is answered at once."""
        self._is_in_head, self._head_bytes = False, 0
        self.write_pending()  # of the request before this one, which was sent without waiting
        if self.cycle is not None and self.cycle.response_complete:
            self.cycle = None  # type: ignore[assignment]  # this request has no answer yet
        if not self._is_believed:
            drop_forwarded(self.headers)
        self._is_answered = self.transport.is_closing() or self._is_refused() or self._answer_at_once()
        if not self._is_answered:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body, unless nobody needs it."""
        if not self._is_answered:
            self.arrivals.grow(self, len(body))
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Stop the clock: the request is here, head and body."""
        self._stop_clock()
        if not self._is_answered:
            super().on_message_complete()
        self._note_idle()

    def on_response_complete(self) -> None:
        """Note that the connection has no request, until the next one begins."""
        super().on_response_complete()
        self._note_idle()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection; what its client has not read yet it may go on to read, but not for ever."""
        if self.transport.get_write_buffer_size():
            self._watch_reader()
        super().timeout_keep_alive_handler()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, as a problem."""
        self._refuse(400, msg)

    def _is_refused(self) -> bool:
        """Refuse other versions, and a request without the one valid Host that it must have (RFC 9112, section 3.2)."""
        version = self.parser.get_http_version()
        hosts = [value for name, value in self.headers if name == b"host"]
        if version not in ("1.0", "1.1"):
            self._refuse(505, "HTTP/1.1 is spoken here.")
        elif len(hosts) > 1 or not all(map(is_host, hosts)) or (not hosts and version == "1.1"):
            self._refuse(400, "A request has one Host header, with a host and perhaps a port.")
        else:
            return False
        return True

    def _answer_at_once(self) -> bool:
        """Answer without a task of its own, where the answer is kept and no other is still being given."""
        if (
            self.parser.get_method() != b"GET"
            or not (self.cycle is None or self.cycle.response_complete)
            or self.flow.write_paused
            or not self.parser.should_keep_alive()
        ):
            return False
        answer = self.shortcut(self.url, self.headers)
        if answer is None:
            return False
        head, body = answer
        if len(body) <= _COPIED_BYTES:  # one piece is sent more quickly than two
            self._pending = (b"".join((head, self._write_date(), body)),)
        else:
            self._pending = head + self._write_date(), body
        if self.url.startswith(SPARQL):
            self.write_pending()
        else:
            self.turns.add(self)
        return True

    def _write_date(self) -> bytes:
        """Write the end of a head, with the headers that uvicorn makes anew each second."""
        headers, written = self.dated
        if headers is not self.server_state.default_headers:
            headers = self.server_state.default_headers
            written = b"".join(name + b": " + value + b"\r\n" for name, value in headers) + b"\r\n"
            type(self).dated = headers, written
        return written

    def write_pending(self) -> None:
        """Write the answer that waits, if one does."""
        if self._pending and not self.transport.is_closing():
            pending, self._pending = self._pending, ()
            self.transport.writelines(pending)
            self.on_response_complete()

    def _displace_one(self) -> bool:
        """End the connection that has waited longest for its client; answers under way are left alone."""
        for waiting in (self.idle, self.arriving):
            while waiting:
                slowest, _ = waiting.popitem(last=False)
                if slowest is not self and not slowest.transport.is_closing():
                    slowest.give_way()
                    return True
        return False

    def give_way(self) -> None:
        """End this connection in favour of a new one."""
        if self._deadline is None:
            self.transport.abort()  # what it has not read it would keep the place for
        else:
            self._stop_clock()
            self._refuse(408, "The request was the slowest to arrive when a place was needed. Try again.")

    def _note_idle(self) -> None:
        if self._deadline is not None or self._pending or self.transport.is_closing():
            return
        if self._is_answered or self.cycle is None or self.cycle.response_complete:
            self.idle[self] = None

    def _start_clock(self) -> None:
        self._deadline = self.loop.call_later(self.head_timeout_s, self._expire)
        self.arriving[self] = None

    def _stop_clock(self) -> None:
        self.arrivals.drop(self)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
            self.arriving.pop(self, None)

    def _expire(self) -> None:
        self._stop_clock()
        if self.flow.read_paused:  # it is we who have not read it yet
            self._start_clock()
        elif not self.transport.is_closing():
            self._refuse(408, f"The request did not arrive within {self.head_timeout_s:g} s (UKFR_REQUEST_TIMEOUT_S).")

    def _watch_reader(self) -> None:
        if self._reader is None:
            self._unread_bytes = self.transport.get_write_buffer_size()
            self._reader = self.loop.call_later(self.head_timeout_s, self._check_reader)

    def _check_reader(self) -> None:
        """End the connection of a client that does not read its response."""
        self._reader = None
        if self._unread_bytes - self.transport.get_write_buffer_size() < _DRAINED_BYTES:
            self.transport.abort()
        else:
            self._watch_reader()

    def _stop_reader(self) -> None:
        self.departures.drop(self)
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None

    def _refuse(self, status: int, detail: str) -> None:
        if not self._is_in_head and self.cycle is not None and self.cycle.response_started:
            self.transport.close()  # it has its answer, for which the rest of the body is not needed
            return
        self.transport.write(write_last_response(status, detail))
        if self.transport.get_write_buffer_size():
            self._watch_reader()
        self.transport.close()


def guard(
    head_limit_bytes: int,
    head_timeout_s: float,
    most_connections: int,
    arriving_bytes: int,
    unread_bytes: int,
    shortcut: Shortcut,
    is_busy: Callable[[], bool],
    is_proxy: Callable[[str], bool],
) -> type[GuardedProtocol]:
    """Make the protocol with these limits; ``shortcut`` finds responses by address and headers.

    All bodies that arrive take at most ``arriving_bytes``, all answers that are not read yet ``unread_bytes``.
    ``is_busy`` tells whether a query is being evaluated, ``is_proxy`` whether an address is a trusted proxy's.
    """
    limits = {
        "head_limit_bytes": head_limit_bytes,
        "head_timeout_s": head_timeout_s,
        "most_connections": most_connections,
        "shortcut": staticmethod(shortcut),
        "is_proxy": staticmethod(is_proxy),
        "arrivals": Arrivals(arriving_bytes),
        "departures": Departures(unread_bytes),
        "turns": Turns(is_busy),
        "idle": OrderedDict(),
        "arriving": OrderedDict(),
    }
    return type("LimitedProtocol", (GuardedProtocol,), limits)
