"""Messages between the server and its workers: a JSON head and a body of bytes, each with its length before it."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any, TypeAlias

Head: TypeAlias = dict[str, Any]

_LENGTHS = struct.Struct("!IQ")
_CHUNK = 1 << 18
_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def pack(head: Head, body: bytes = b"") -> bytes:
    """Write a message's lengths and head; the body is sent after it."""
    text = _encode(head).encode()
    return _LENGTHS.pack(len(text), len(body)) + text


class Decoder:
    """Puts messages together from what arrives in pieces."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes | memoryview) -> None:
        """Take a piece."""
        self._buffer += data

    def take(self) -> tuple[Head, bytes] | None:
        """Take the next message off, once it is whole."""
        buffer = self._buffer
        if len(buffer) < _LENGTHS.size:
            return None
        head_length, body_length = _LENGTHS.unpack_from(buffer)
        start = _LENGTHS.size + head_length
        end = start + body_length
        if len(buffer) < end:
            return None
        with memoryview(buffer) as view:
            head, body = json.loads(bytes(view[_LENGTHS.size : start])), bytes(view[start:end])
        del buffer[:end]
        return head, body


class Channel:
    """The worker's end of a socket: it waits for messages."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._decoder = Decoder()
        self._space = memoryview(bytearray(_CHUNK))  # one buffer for all: a fresh one each time costs page faults

    def receive(self) -> tuple[Head, bytes]:
        """Wait for a message.

        Raises:
            EOFError: the other side has closed the socket.
        """
        while (message := self._decoder.take()) is None:
            count = self._end.recv_into(self._space)
            if not count:
                raise EOFError
            self._decoder.feed(self._space[:count])
        return message

    def send(self, head: Head, body: bytes = b"") -> None:
        """Send a message."""
        first = pack(head, body)
        if len(body) < _CHUNK:
            self._end.sendall(first + body)
        else:
            self._end.sendall(first)
            self._end.sendall(body)
