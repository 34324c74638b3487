"""No stream of requests makes the server hold more memory than its setting says, and a fifth."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from pathlib import Path

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
    with start_server("--store", str(dataset), settings={"cache_bytes": str(CACHE_BYTES)}) as running:
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
    assert answer.status_code in (200, 503)


def many_pages(client: httpx.Client, number: int) -> None:
    assert client.get(f"/search?q=calais{number}&lang=fr").is_success


@pytest.mark.parametrize(
    ("stream", "requests"),
    [
        (large_answers, 60),
        (many_questions_by_post, 1_200),
        (many_addresses_of_one_answer, 2_000),
        (many_accept_headers, 2_000),
        (many_slow_questions, 30),
        (many_pages, 200),
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
