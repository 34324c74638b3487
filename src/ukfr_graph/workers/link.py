"""The server's end of one worker: a socket on the event loop, and the reply that it is waiting for."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import NamedTuple, cast

from ukfr_graph.errors import QueryCrashedError
from ukfr_graph.workers.wire import Decoder, Head, pack

_MEMORY_SIGNALS = (signal.SIGABRT, signal.SIGKILL)


class Reply(NamedTuple):
    """A worker's answer: its head (``status``, then what the task gives) and its body."""

    head: Head
    body: bytes


class Link(asyncio.Protocol):
    """A worker by its ``number``; ``is_slow`` once its query is out of the quick lane."""

    def __init__(self, number: int, on_ready: Callable[[Link], None]) -> None:
        self.number = number
        self.pid = 0
        self.version = self.folder = self.fault = ""
        self.is_ready = self.is_slow = self.is_closed = False
        self.timer: asyncio.TimerHandle | None = None
        self.reply: asyncio.Future[Reply] | None = None
        self._on_ready = on_ready
        self._transport: asyncio.Transport | None = None
        self._decoder = Decoder()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def ask(self, head: Head, body: bytes = b"") -> asyncio.Future[Reply]:
        """Send a task; the future has its reply."""
        assert self.reply is None
        assert self._transport is not None
        self.reply = asyncio.get_running_loop().create_future()
        self._transport.write(pack(head, body))
        if body:
            self._transport.write(body)
        return self.reply

    def data_received(self, data: bytes) -> None:
        """Take a piece of the worker's message; the first message says that it is ready."""
        for head, body in self._decoder.feed(data):
            if "ready" in head or "error" in head:
                self.version, self.folder = head.get("ready", ""), head.get("folder", "")
                self.fault = head.get("error", "")
                self.is_closed, self.is_ready = bool(self.fault), True
                self._on_ready(self)
            else:
                reply, self.reply = self.reply, None
                if reply and not reply.done():
                    reply.set_result(Reply(head, body))

    def fail(self, error: Exception) -> None:
        """End the wait for a reply with an error."""
        reply, self.reply = self.reply, None
        if reply and not reply.done():
            reply.set_exception(error)

    def ended(self, status: int) -> None:
        """Say why there will be no reply: ``status`` is an exit code, or a signal as a negative number."""
        self.is_closed = True
        if -status in _MEMORY_SIGNALS:
            cause = "it needed more memory than one query may have (UKFR_QUERY_MEMORY_BYTES)"
        else:
            cause = "it broke the engine"
        self.fail(QueryCrashedError(f"The evaluation was ended: {cause}. Only this request is affected."))

    def close(self) -> None:
        """Close the socket; an idle worker ends by itself then."""
        self.is_closed = True
        if self._transport is not None:
            self._transport.close()
