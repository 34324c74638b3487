"""A load generator: one process, raw sockets, requests made beforehand, so that it costs little itself."""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class Figures:
    """The figures of a run: requests per second, milliseconds at the percentiles, and the statuses seen."""

    requests: int
    rate: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    received_bytes: int
    statuses: Counter[int]


class _Connection:
    def __init__(self, host: str, port: int) -> None:
        self.link = socket.create_connection((host, port))
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent = 0.0
        self.received = bytearray()

    def ask(self, request: bytes) -> None:
        self.received.clear()
        self.sent = time.perf_counter()
        self.link.sendall(request)

    def is_answered(self) -> int:
        """Take what has arrived; the status, once the answer is whole, else 0."""
        data = self.link.recv(1 << 18)
        if not data:
            raise ConnectionError("the server closed the connection")
        self.received += data
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return 0
        head = bytes(self.received[:end]).lower()
        status = int(head[9:12])
        if status in (204, 304):
            return status
        at = head.find(b"content-length:")
        if at >= 0:
            length = int(head[at + 15 : at + 30].split(b"\r\n")[0])
            return status if len(self.received) >= end + 4 + length else 0
        return status if self.received.endswith(b"0\r\n\r\n") else 0


def make_request(
    path: str, query: str, accept: str = "application/sparql-results+json", method: str = "GET", **headers: str
) -> bytes:
    """Write a request, by GET or as a POST of the query itself; ``_`` in the names of headers stands for ``-``."""
    lines = [f"Accept: {accept}", "Host: localhost", *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items())]
    if method == "GET":
        return "\r\n".join([f"GET {path}?query={quote(query)} HTTP/1.1", *lines, "", ""]).encode()
    body = query.encode()
    lines += ["Content-Type: application/sparql-query", f"Content-Length: {len(body)}"]
    return "\r\n".join([f"POST {path} HTTP/1.1", *lines, "", ""]).encode() + body


def run(host: str, port: int, requests: Iterator[bytes], clients: int, seconds: float) -> Figures:
    """Ask one request after the other on each of so many connections, for so many seconds."""
    times: list[float] = []
    statuses: Counter[int] = Counter()
    received = 0
    with selectors.DefaultSelector() as selector:
        connections = [_Connection(host, port) for _ in range(clients)]
        for connection in connections:
            selector.register(connection.link, selectors.EVENT_READ, connection)
            connection.ask(next(requests))
        started = time.perf_counter()
        while time.perf_counter() - started < seconds:
            for key, _ in selector.select(timeout=1):
                connection = key.data
                status = connection.is_answered()
                if status:
                    times.append(time.perf_counter() - connection.sent)
                    statuses[status] += 1
                    received += len(connection.received)
                    connection.ask(next(requests))
        elapsed = time.perf_counter() - started
        for connection in connections:
            connection.link.close()
    times.sort()
    if not times:
        return Figures(0, 0.0, float("inf"), float("inf"), float("inf"), received, statuses)
    p50, p95, p99 = (times[int(len(times) * part)] * 1000 for part in (0.5, 0.95, 0.99))
    return Figures(len(times), len(times) / elapsed, p50, p95, p99, received, statuses)
