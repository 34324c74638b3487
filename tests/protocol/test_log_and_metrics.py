"""What a server tells its operator: a line of the log for each query, and counts."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import httpx

from support.queries import CHEAP, ask, salt
from support.servers import Server, read_metrics


def read_log(server: Server) -> list[dict[str, Any]]:
    """Read the lines that are whole."""
    *lines, _ = server.log.read_text().split("\n")
    return [json.loads(line) for line in lines if line.startswith("{")]


def test_each_query_is_one_line_of_the_log(limited: Server) -> None:
    deadline = time.monotonic() + 30
    while ask(limited, marked := f"ASK {{ <https://a/marked-{time.monotonic_ns()}> ?p ?o }}").status_code != 200:
        assert time.monotonic() < deadline  # a crowded machine does not answer each in time
    while not (found := [line for line in read_log(limited) if line.get("text") == marked]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    (line,) = found
    assert line["event"] == "query"
    assert line["status"] == 200
    assert line["bytes"] > 0
    assert line["ms"] > 0
    assert re.fullmatch("[0-9a-f]{16}", line["query"])
    assert not line["cached"]


def test_metrics_count_what_happened(limited: Server) -> None:
    before = read_metrics(limited)
    query = salt(CHEAP)
    ask(limited, query)
    ask(limited, query)
    after = read_metrics(limited)
    answered, kept = 'ukfr_requests_total{operation="query",status="200"}', 'ukfr_cache_lookups_total{outcome="hit"}'
    assert (after[answered] - before.get(answered, 0), after[kept] - before[kept]) == (2, 1)
    assert after['ukfr_memory_bytes{process="server"}'] > 1e7


def test_metrics_tell_the_memory_of_the_processes_that_make_pages(limited: Server) -> None:
    httpx.get(limited.url + "/timeline")
    assert read_metrics(limited)['ukfr_memory_bytes{process="pages-0"}'] > 1e7
