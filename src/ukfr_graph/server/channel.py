"""Messages between the server and the processes that make its pages: a JSON head and a body, both ways."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from ukfr_graph.workers.wire import Decoder, Head, pack


class PageChannel(asyncio.Protocol):
    """One end: ``on_message`` is called with each message, ``on_lost`` when the other end is gone."""

    def __init__(self, on_message: Callable[[Head, bytes], None], on_lost: Callable[[], None]) -> None:
        self._on_message, self._on_lost = on_message, on_lost
        self._decoder = Decoder()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's name
        """Say that the other end is gone."""
        self._transport = None
        self._on_lost()

    def data_received(self, data: bytes) -> None:
        """Take a piece of the messages."""
        self._decoder.feed(data)
        while message := self._decoder.take():
            self._on_message(*message)

    def send(self, head: Head, body: bytes = b"") -> None:
        """Send a message; to an end that is gone it is not sent."""
        if self._transport is not None:
            self._transport.write(pack(head, body))
            if body:
                self._transport.write(body)

    def close(self) -> None:
        """Close this end."""
        if self._transport is not None:
            self._transport.close()
