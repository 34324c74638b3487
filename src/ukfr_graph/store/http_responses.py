"""Responses of HTTP/1.1 as they come over a connection (RFC 9112: https://www.rfc-editor.org/rfc/rfc9112).

The standard library takes 0.2 ms of processor time for the head of a response; httptools, which also reads the requests
to our own server, takes a tenth of that.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

_MOST_HEAD_BYTES = 1 << 16
_LONGEST_RETRY_S = 86_400
_INFORMATIONAL = range(100, 200)  # the status of a response that another one follows


class ResponseError(Exception):
    """The response is no HTTP, or ended too early."""


class Response:
    """A response over a ``connection``, whose head has come: ``status`` and ``fields``, whose names are in lower case.

    ``space`` is what is read into, and is free again when the response is whole.

    Raises:
        ConnectionResetError: the connection was closed instead.
        ResponseError: what came is no HTTP.
        OSError: the connection broke, or was silent for longer than its time-out.
    """

    def __init__(self, connection: socket.socket, space: memoryview) -> None:
        self.status = 0
        self.fields: list[tuple[str, str]] = []
        self.is_whole = False
        self._has_head = self._stays_open = False
        self._pieces: list[bytes] = []
        self.connection, self._space = connection, space
        self._parser = HttpResponseParser(self)
        head_bytes = 0
        while not self._has_head:
            received = self._receive()
            head_bytes += received
            if not received:
                raise ResponseError("it ends in its head") if head_bytes else ConnectionResetError("closed")
            if head_bytes > _MOST_HEAD_BYTES and not self._has_head:
                raise ResponseError(f"its head goes on after {head_bytes} bytes")

    def find(self, name: str) -> str | None:
        """Return the first field of a name; none where there is none."""
        return next((value for field, value in self.fields if field == name), None)

    @property
    def media_type(self) -> str:
        """Return the type of the body, without parameters, in lower case."""
        return (self.find("content-type") or "").partition(";")[0].strip().lower()

    @property
    def coding(self) -> str:
        """Return how the body is packed, in lower case."""
        return (self.find("content-encoding") or "identity").strip().lower()

    @property
    def retry_after_s(self) -> int:
        """Return for how long the engine wants to be left alone; a second where it says nothing, or a date."""
        told = self.find("retry-after") or ""
        return min(int(told), _LONGEST_RETRY_S) if re.fullmatch("[0-9]{1,9}", told) else 1

    @property
    def tells_end(self) -> bool:
        """Return whether it tells where its body ends, which else is where the connection does."""
        return self.find("content-length") is not None or "chunked" in (self.find("transfer-encoding") or "").lower()

    @property
    def leaves_open(self) -> bool:
        """Return whether it was read to its end, and another may come over the same connection."""
        return self.is_whole and self._stays_open

    def read(self) -> Iterator[bytes]:
        """Yield the body in pieces; at the end it is whole.

        Raises:
            ResponseError: it ends too early, or is no HTTP.
            OSError: the connection broke, or was silent for longer than its time-out.
        """
        while True:
            pieces, self._pieces = self._pieces, []
            yield from pieces
            if self.is_whole:
                return
            if not self._receive():
                if self.tells_end:
                    raise ResponseError("it ends too early")
                self.is_whole = True  # and the connection is closed

    def _receive(self) -> int:
        """Read what has come, and return the number of bytes: none where the connection was closed."""
        received = self.connection.recv_into(self._space)
        try:
            self._parser.feed_data(self._space[:received])
        except (HttpParserError, HttpParserUpgrade) as error:
            self._stays_open = False
            if not self.is_whole:
                raise ResponseError(str(error)) from None
        return received

    def on_message_begin(self) -> None:
        """Note that something follows a whole response, which nobody has asked for."""
        self._stays_open = self._stays_open and not self.is_whole

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a field of the head."""
        if not self._has_head:  # a trailer is none
            self.fields.append((name.decode("latin-1").lower(), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        """Keep the status, unless another response follows (1xx)."""
        if self.is_whole:
            return
        self.status = self._parser.get_status_code()
        self._has_head = self.status not in _INFORMATIONAL
        self._stays_open = self._parser.should_keep_alive()
        if not self._has_head:
            self.fields.clear()

    def on_body(self, piece: bytes) -> None:
        """Keep a piece of the body."""
        if not self.is_whole:
            self._pieces.append(piece)

    def on_message_complete(self) -> None:
        """Note that it is whole."""
        self.is_whole = self.is_whole or self._has_head
