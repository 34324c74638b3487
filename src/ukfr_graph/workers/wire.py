"""Messages between the server and its workers: a JSON head and a body of bytes, each with its length before it."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterator
from typing import Any, TypeAlias

Head: TypeAlias = dict[str, Any]

_LENGTHS = struct.Struct("!IQ")
_CHUNK = 1 << 18


def pack(head: Head, body: bytes = b"") -> bytes:
    """Write a message's lengths and head; the body is sent after it."""
    text = json.dumps(head, separators=(",", ":")).encode()
    return _LENGTHS.pack(len(text), len(body)) + text


def send(link: socket.socket, head: Head, body: bytes = b"") -> None:
    """Send a message over a blocking socket."""
    first = pack(head, body)
    if len(body) < _CHUNK:
        link.sendall(first + body)
    else:
        link.sendall(first)
        link.sendall(body)


def receive(link: socket.socket) -> tuple[Head, bytes]:
    """Wait for a message on a blocking socket.

    Raises:
        EOFError: the other side has closed it.
    """
    head_length, body_length = _LENGTHS.unpack(_read(link, _LENGTHS.size))
    return json.loads(_read(link, head_length)), bytes(_read(link, body_length))


class Decoder:
    """Puts messages together from what arrives in pieces."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[Head, bytes]]:
        """Take a piece; yield the messages that are whole now."""
        buffer = self._buffer
        buffer += data
        while len(buffer) >= _LENGTHS.size:
            head_length, body_length = _LENGTHS.unpack_from(buffer)
            start = _LENGTHS.size + head_length
            if len(buffer) < start + body_length:
                return
            head = json.loads(buffer[_LENGTHS.size : start])
            body = bytes(memoryview(buffer)[start : start + body_length])
            del buffer[: start + body_length]
            yield head, body


def _read(link: socket.socket, length: int) -> bytearray:
    data = bytearray(length)
    view, got = memoryview(data), 0
    while got < length:
        count = link.recv_into(view[got:], min(length - got, _CHUNK))
        if not count:
            raise EOFError
        got += count
    return data
