"""Clients that are slow lose their connections, and nobody else does."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from support.servers import TOKEN, Server, start_server

TIMEOUT_S = 2
CONNECTIONS = 60


@pytest.fixture(scope="module")
def small(dataset: Path) -> Iterator[Server]:
    settings = {"request_timeout_s": str(TIMEOUT_S), "max_connections": str(CONNECTIONS), "write_token": TOKEN}
    with start_server("--store", str(dataset), settings=settings) as running:
        httpx.get(running.url + "/")
        yield running


@contextmanager
def slow_sockets(server: Server, number: int, begin: bytes, *, addresses: int = 1) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        links = []
        for count in range(number):
            link = stack.enter_context(socket.socket())
            link.bind((f"127.0.0.{1 + count % addresses}", 0))
            link.connect(("127.0.0.1", server.port))
            link.sendall(begin)
            links.append(link)
        yield links


HEAD = b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: "
BODY = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Length: 900\r\n\r\nASK"


@pytest.mark.parametrize("addresses", [1, 200])
@pytest.mark.parametrize("begin", [b"", HEAD, BODY], ids=["silent", "in the head", "in the body"])
def test_slow_sockets_take_nobodys_place(small: Server, begin: bytes, addresses: int) -> None:
    with slow_sockets(small, 3 * CONNECTIONS, begin, addresses=addresses):
        for _ in range(5):
            assert httpx.get(small.url + "/health").status_code == 200
            assert httpx.get(small.url + "/sparql", params={"query": "ASK {}"}).status_code == 200


def test_idle_connections_give_way_first(small: Server) -> None:
    with slow_sockets(small, CONNECTIONS - 1, b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n") as links:
        for link in links:
            assert link.recv(100).startswith(b"HTTP/1.1 200")
        with socket.create_connection(("127.0.0.1", small.port)) as arriving:
            arriving.sendall(HEAD)
            assert httpx.get(small.url + "/health").status_code == 200
            arriving.sendall(b"y\r\n\r\n")
            assert arriving.recv(100).startswith(b"HTTP/1.1 200")


POSTED = (
    ("/sparql", "application/sparql-query", ""),
    ("/sparql", "application/x-www-form-urlencoded", ""),
    ("/graph-store?graph=urn:x", "text/turtle", TOKEN),
    ("/export/network", "application/sparql-query", ""),
    ("/reconcile", "application/x-www-form-urlencoded", ""),
    ("/reconcile/1.0/match", "application/json", ""),
    ("/link/review/sign-in", "application/x-www-form-urlencoded", ""),
    ("/", "text/plain", ""),
    ("/nowhere", "text/plain", ""),
)


@contextmanager
def bodies_begun(server: Server) -> Iterator[dict[str, socket.socket]]:
    """On a connection for each route, by its path, send the head and the beginning of a body."""
    with ExitStack() as stack:
        links = {}
        for path, media_type, token in POSTED:
            head = f"POST {path} HTTP/1.1\r\nHost: localhost:{server.port}\r\nOrigin: {server.url}\r\n"
            head += f"Content-Type: {media_type}\r\nContent-Length: 500\r\n"
            head += f"Authorization: Bearer {token}\r\n" if token else ""
            link = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=5 * TIMEOUT_S))
            link.sendall(f"{head}\r\nquery=".encode())
            links[f"{path} {media_type}"] = link
        yield links


def test_a_body_that_does_not_come_ends_at_its_clock_on_every_route(small: Server) -> None:
    started = time.monotonic()
    with bodies_begun(small) as links:
        for path, link in links.items():
            answer = b""
            while part := link.recv(10_000):
                answer += part
            assert time.monotonic() - started < 4 * TIMEOUT_S, path  # the connection is closed
            assert 400 <= int(answer[9:12]) < 500, path


def test_a_client_that_leaves_in_its_body_is_no_fault_of_the_server(small: Server) -> None:
    with bodies_begun(small):
        time.sleep(0.1)
    assert httpx.get(small.url + "/health").status_code == 200
    log = small.log.read_text()
    assert "Traceback" not in log
    assert '"status": 500' not in log


def test_a_client_that_does_not_read_its_answer_loses_its_connection(dataset: Path) -> None:
    query = "SELECT * { ?s ?p ?o . ?s ?q ?r } LIMIT 60000"
    settings = {"request_timeout_s": "1"}
    with start_server("--store", str(dataset), settings=settings) as running, socket.socket() as link:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        link.connect(("127.0.0.1", running.port))
        link.sendall(
            f"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
            f"Content-Length: {len(query)}\r\n\r\n{query}".encode()
        )
        received = len(link.recv(1))  # from now on
        deadline = time.monotonic() + 60
        while is_held(running, link):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with pytest.raises(ConnectionResetError):
            while part := link.recv(1 << 20):
                received += len(part)
            raise ConnectionResetError  # the end came before the length that was promised
    assert received < 10_000_000


def is_held(server: Server, link: socket.socket) -> bool:
    """Return whether the server's end of a connection is established still (proc_net(5), state 01)."""
    ports = f":{server.port:04X}", f":{link.getsockname()[1]:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
    return any(row[1].endswith(ports[0]) and row[2].endswith(ports[1]) and row[3] == "01" for row in rows)


@pytest.mark.parametrize("path", ["/sparql?query=", "/graph?query="])
def test_the_same_slow_question_on_every_connection_takes_nobodys_place(dataset: Path, path: str) -> None:
    """A question is evaluated once for all who ask it: they wait for it, and each has a connection."""
    slow = quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER (STR(?a) < STR(?f)) }")
    head = f"GET {path}{slow} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n".encode()
    head = head.replace(b"text/html", b"*/*") if path.startswith("/sparql") else head
    settings = {"max_connections": str(CONNECTIONS), "queued_queries": "10", "query_timeout_s": "20"}
    with start_server("--store", str(dataset), settings=settings) as running:
        httpx.get(running.url + "/")
        with slow_sockets(running, 2 * CONNECTIONS, head):
            for _ in range(3):
                assert httpx.get(running.url + "/health").status_code == 200
                assert httpx.get(running.url + "/sparql", params={"query": "ASK {}"}).status_code == 200
