"""No stream of requests makes the server hold more memory than its setting says, and a fifth."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from support.servers import Server, start_server

CACHE_BYTES = 32_000_000
_ALLOWED_BYTES = CACHE_BYTES * 1.2
_JSON = "application/sparql-results+json"


def resident_bytes(server: Server) -> int:
    pages = int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize()


@pytest.fixture(scope="module")
def bounded(dataset: Path) -> Iterator[tuple[Server, int]]:
    """A server, and the memory that it has when it has answered a little: what is imported is no answer."""
    with start_server("--store", str(dataset), settings={"cache_bytes": str(CACHE_BYTES)}, forked=False) as running:
        for number in range(20):
            httpx.get(running.url + "/sparql", params={"query": f"ASK {{ BIND ({number} AS ?n) }}"})
        httpx.get(running.url + "/")
        yield running, resident_bytes(running)


def large_answers(client: httpx.Client, number: int) -> None:
    query = f"SELECT * {{ ?s ?p ?o BIND ({number} AS ?n) }} LIMIT 12000"
    assert client.get("/sparql", params={"query": query}, headers={"Accept-Encoding": "identity"}).is_success


def many_questions_by_post(client: httpx.Client, number: int) -> None:
    query = f"ASK {{}} #{number}#" + "x" * 80_000
    assert client.post("/sparql", content=query, headers={"Content-Type": "application/sparql-query"}).is_success


def many_addresses_of_one_answer(client: httpx.Client, number: int) -> None:
    query = "SELECT * { ?s ?p ?o } LIMIT 100"
    assert client.get("/sparql", params={"query": query, "x": f"{number}" + "y" * 20_000}).is_success


def many_accept_headers(client: httpx.Client, number: int) -> None:
    accept = f"{_JSON}, text/x{number};q=0.1, text/" + "z" * 1_000
    assert client.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": accept}).is_success


def many_slow_questions(client: httpx.Client, number: int) -> None:
    query = f"SELECT (COUNT(*) AS ?n) {{ ?a a ?b . ?c a ?b FILTER (STR(?a) < STR(?c)) }} LIMIT 1 #{number}#"
    answer = client.post("/sparql", content=query + "x" * 90_000, headers={"Content-Type": "application/sparql-query"})
    assert answer.status_code in (200, 503, 504)


def many_pages(client: httpx.Client, number: int) -> None:
    assert client.get(f"/search?q=calais{number}&lang=fr").is_success


@pytest.mark.parametrize(
    ("stream", "requests"),
    [
        (large_answers, 25),
        (many_accept_headers, 2_000),
        *(
            pytest.param(stream, requests, marks=pytest.mark.exhaustive)
            for stream, requests in (
                (many_questions_by_post, 1_200),
                (many_addresses_of_one_answer, 2_000),
                (many_slow_questions, 5),
                (many_pages, 200),
            )
        ),
    ],
)
def test_memory_stays_within_its_setting(
    bounded: tuple[Server, int], stream: Callable[[httpx.Client, int], None], requests: int
) -> None:
    server, before = bounded
    with httpx.Client(base_url=server.url, timeout=60) as client:
        for number in range(requests):
            stream(client, number)
    assert resident_bytes(server) - before < _ALLOWED_BYTES


RESULT_BYTES = 12_000_000
BODY_BYTES = 10_000_000


@pytest.fixture(scope="module")
def crowded(dataset: Path) -> Iterator[tuple[Server, int]]:
    """A server with small limits of all that it may have to hold for its clients, and its memory before."""
    settings = {
        "cache_bytes": str(CACHE_BYTES), "max_result_bytes": str(RESULT_BYTES), "max_upload_bytes": str(BODY_BYTES),
        "quick_query_s": "10",
    }  # fmt: skip
    with start_server("--store", str(dataset), settings=settings, forked=False) as running:
        httpx.get(running.url + "/sparql", params={"query": "ASK {}"})
        yield running, resident_bytes(running)


@contextmanager
def requests_sent(server: Server, requests: Iterable[bytes]) -> Iterator[list[socket.socket]]:
    """Send each request on a connection of its own, and read nothing of what is answered."""
    with ExitStack() as stack:
        links = []
        for request in requests:
            link = stack.enter_context(socket.socket())
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            link.connect(("127.0.0.1", server.port))
            link.sendall(request)
            links.append(link)
        yield links


def ask_for(rows: int, number: int) -> bytes:
    query = quote(f"SELECT ?s ?n ?x {{ ?s ?p ?o BIND ({number} AS ?n) BIND ('{'x' * 500}' AS ?x) }} LIMIT {rows}")
    return f"GET /sparql?query={query} HTTP/1.1\r\nHost: localhost\r\nAccept: {_JSON}\r\n\r\n".encode()


def test_bodies_that_do_not_end_take_no_more_than_there_is_room_for(crowded: tuple[Server, int]) -> None:
    server, before = crowded
    head = b"POST /%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Length: 900000\r\n\r\n"
    bodies = [head % path + b"x" * 899_000 for path in (b"sparql", b"nowhere")] * 60
    with requests_sent(server, bodies):
        assert httpx.post(server.url + "/sparql", data={"query": "ASK {}" + " " * 60_000}).is_success
        assert resident_bytes(server) - before < 4 * BODY_BYTES


def test_answers_that_nobody_reads_take_no_more_than_there_is_room_for(crowded: tuple[Server, int]) -> None:
    server, before = crowded
    with requests_sent(server, (ask_for(12_000, number) for number in range(25))):
        wait_until(lambda: evaluations(server) >= 25)
        wait_until(lambda: resident_bytes(server) - before < _ALLOWED_BYTES + 2 * RESULT_BYTES, within_s=6)
        assert httpx.get(server.url + "/health").is_success


def test_an_answer_that_is_kept_is_not_copied_for_each_who_does_not_read_it(crowded: tuple[Server, int]) -> None:
    server, _ = crowded
    request = ask_for(6_000, 0)
    for _ in range(2):
        with requests_sent(server, [request]) as (link,):
            assert link.recv(12).startswith(b"HTTP/1.1 200")
    before = resident_bytes(server)
    with requests_sent(server, [request] * 40) as links:
        for link in links:
            assert link.recv(12)
        assert resident_bytes(server) - before < _ALLOWED_BYTES


def evaluations(server: Server) -> float:
    """Count what was evaluated and answered."""
    lines = httpx.get(server.url + "/metrics").text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith("ukfr_requests_total"))


def wait_until(is_so: Callable[[], bool], within_s: float = 60) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.2)
