"""Whatever a query does, it does to itself: limits of time, memory and size, and lanes for quick and slow ones."""

from __future__ import annotations

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from support.queries import CHEAP, RUNAWAY, ask, salt
from support.servers import Server, list_descendants, read_cpu_s, read_metrics, start_server

MEMORY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
DOUBLING = "SELECT (STRLEN(?z) AS ?n) { BIND (REPLACE('" + "a" * 1000 + "', 'a', '" + "b" * 20000 + "') AS ?x) " + "".join(
    f"BIND (CONCAT({'?x' if i == 0 else f'?y{i - 1}'}, {'?x' if i == 0 else f'?y{i - 1}'}) AS ?y{i}) " for i in range(12)
) + "BIND (?y11 AS ?z) }"  # fmt: skip
TIMEOUT_S = 1.0
"""The time limit of the fixture ``limited``."""
DEMOTED, TIMED_OUT = (f'ukfr_evaluations_total{{outcome="{outcome}"}}' for outcome in ("demoted", "timed_out"))


def test_a_query_that_takes_too_long_is_ended_with_the_limit_named(limited: Server) -> None:
    started, before = time.monotonic(), read_metrics(limited)[TIMED_OUT]
    response = ask(limited, salt(RUNAWAY))
    assert response.status_code == 504
    assert response.headers["content-type"] == "application/problem+json"
    assert "UKFR_QUERY_TIMEOUT_S" in response.json()["detail"]
    assert TIMEOUT_S <= time.monotonic() - started < TIMEOUT_S + 10  # not when the client gives up
    assert read_metrics(limited)[TIMED_OUT] == before + 1


@pytest.mark.parametrize("query", [MEMORY, DOUBLING])
def test_a_query_that_needs_too_much_memory_is_ended_and_nothing_else_is(limited: Server, query: str) -> None:
    response = ask(limited, query)
    assert response.status_code in (503, 504), response.text[:300]
    assert "UKFR_QUERY_" in response.json()["detail"]
    assert ask(limited, salt(CHEAP)).json()["boolean"] is True


def test_a_result_that_is_too_large_is_an_error_and_not_a_part(limited: Server) -> None:
    response = ask(limited, "SELECT * { ?s ?p ?o } LIMIT 2500")  # in time on a crowded machine, too
    assert (response.status_code, response.json()["title"]) == (422, "The result is too large")
    assert "LIMIT" in response.json()["detail"]


def test_cheap_queries_are_answered_while_slow_ones_run(limited: Server) -> None:
    with ThreadPoolExecutor(3) as threads:
        slow = [threads.submit(ask, limited, salt(RUNAWAY)) for _ in range(3)]
        answered = 0
        while not any(future.done() for future in slow):
            assert ask(limited, salt(CHEAP)).json()["boolean"] is True
            answered += 1
        assert answered >= 2  # on a crowded machine, too; the last may have ended after the first of the slow ones
        assert {future.result().status_code for future in slow} == {504}


def test_slow_queries_wait_for_their_turn_and_are_refused_when_they_waited_too_long(limited: Server) -> None:
    with ThreadPoolExecutor(9) as threads:
        responses = list(threads.map(lambda _: ask(limited, salt(RUNAWAY)), range(9)))
    statuses = [r.status_code for r in responses]
    assert set(statuses) <= {503, 504}
    assert statuses.count(504) >= 3
    assert all(r.headers["retry-after"] == "1" for r in responses if r.status_code == 503)
    assert ask(limited, salt(CHEAP)).json()["boolean"] is True


def test_moderately_slow_queries_at_once_are_all_answered(dataset: Path) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a a ukfr:Pledge ; ukfr:summary ?l . ?b rdfs:label ?m FILTER (STRLEN(?l) = STRLEN(?m) + {}) }"
    settings = {"query_timeout_s": "100"}  # what is demoted has only what no other process wants
    with start_server("--store", str(dataset), settings=settings) as server, ThreadPoolExecutor(12) as threads:
        responses = list(threads.map(lambda n: ask(server, query.replace("{}", str(n))), range(12)))
    assert [r.status_code for r in responses] == [200] * 12


def test_workers_are_forked_when_they_are_needed(dataset: Path) -> None:
    def count(server: Server) -> int:
        return int(httpx.get(f"{server.url}/health", timeout=60).json()["workers"]["quick"])

    with start_server("--store", str(dataset), settings={"workers": "4"}) as server:
        assert count(server) < 4  # one, unless the machine is so busy that a question of the start has waited
        query = "SELECT (COUNT(*) AS ?n) { ?a rdfs:label ?l FILTER (STRLEN(?l) > 3) }"
        with ThreadPoolExecutor(80) as threads:
            statuses = {r.status_code for r in threads.map(lambda _: ask(server, salt(query)), range(160))}
        assert statuses == {200}
        assert count(server) > 1


def test_equal_queries_at_once_are_evaluated_once(dataset: Path) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ukfr:summary ?l . ?b rdfs:label ?m FILTER (STRLEN(?l) = STRLEN(?m)) }"
    with start_server("--store", str(dataset)) as server, ThreadPoolExecutor(12) as threads:
        before = read_metrics(server)[DEMOTED]  # on a busy machine, what was asked at the start may be among them
        answers = {r.text for r in threads.map(lambda _: ask(server, query), range(12))}
        assert read_metrics(server)[DEMOTED] == before + 1
    assert len(answers) == 1


def test_no_processor_time_is_spent_for_a_client_that_left(limited: Server) -> None:
    for query in (salt(RUNAWAY), RUNAWAY):
        with contextlib.suppress(httpx.ReadTimeout):
            httpx.post(f"{limited.url}/sparql", data={"query": query}, timeout=0.4)
    time.sleep(0.3)
    before = sum(map(read_cpu_s, list_descendants(limited.process.pid)))
    time.sleep(0.5)
    assert sum(map(read_cpu_s, list_descendants(limited.process.pid))) - before < 0.2
    assert "cancelled" in httpx.get(f"{limited.url}/metrics").text
