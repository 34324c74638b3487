"""How fast pages are, and what a cheap query waits while they are made.

``python benchmarks/pages.py DATASET [--out FILE]``. Everything is a ratio within one run: of a repeated page to a repeated
small answer, and of a cheap query beside eight readers of pages to the same query on a quiet server. Rounds with and
without readers follow each other, and the median of their ratios stands, since a machine is never quite quiet.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import statistics
import time
from collections.abc import Iterator, Sequence
from itertools import count, cycle, repeat
from pathlib import Path

import brotli
import httpx
import load
from servers import Server, cpu_s, family, ours

CLIENTS = 8
ROUND_S = 1.5
ROUNDS = 3
STATEMENT = "/statements/uk-fr-2016-08-30"
_RENDERINGS = 40
_HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


def page_request(path: str, **headers: str) -> bytes:
    """Write a request for a page as a browser does."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", f"Accept: {_HTML}", "Accept-Encoding: gzip, br"]
    return "\r\n".join([*lines, *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items()), "", ""]).encode()


def other_pages(paths: Sequence[str], prefix: str) -> Iterator[bytes]:
    """Write requests of which no two have the same answer, which names the host that a trusted proxy tells."""
    numbers = count()
    for path in cycle(paths):
        yield page_request(path, X_Forwarded_Host=f"{prefix}{next(numbers)}.example")


def small_answers() -> Iterator[bytes]:
    """Write a request whose answer is kept."""
    return repeat(load.make_request("/sparql", "SELECT * { ?s a ukfr:Statement } LIMIT 1"))


def cheap_queries() -> Iterator[bytes]:
    """Write cheap queries, each of which is evaluated."""
    base = time.time_ns()
    for number in count(base):
        yield load.make_request("/sparql", f"SELECT * {{ ?s a ukfr:Statement BIND ({number} AS ?n) }} LIMIT 1")


def read_for(
    port: int, paths: Sequence[str], prefix: str, seconds: float, results: multiprocessing.Queue[float]
) -> None:
    """Read pages with all clients, in a process of its own."""
    requests = other_pages(paths, prefix) if prefix else cycle([page_request(path) for path in paths])
    results.put(load.run("127.0.0.1", port, requests, CLIENTS, seconds).rate)


def rate(server: Server, requests: Iterator[bytes]) -> float:
    """Return the requests per second that all clients get answered."""
    figures = load.run("127.0.0.1", server.port, requests, CLIENTS, ROUND_S)
    assert all(status in (200, 304) for status in figures.statuses), figures.statuses
    return figures.rate


def compare_rates(server: Server, requests: bytes) -> float:
    """Return the rate of a request as a part of that of a repeated small answer."""
    ratios = []
    for _ in range(ROUNDS):
        answers = rate(server, small_answers())
        ratios.append(rate(server, repeat(requests)) / answers)
    return statistics.median(ratios)


def compare_waits(server: Server, paths: Sequence[str], prefix: str) -> tuple[float, float, float]:
    """Return p50 and p95 of a cheap query beside readers, as parts of the quiet ones, and the pages a second."""
    p50, p95, pages = [], [], []
    results: multiprocessing.Queue[float] = multiprocessing.Queue()
    for number in range(ROUNDS):
        quiet = load.run("127.0.0.1", server.port, cheap_queries(), 1, ROUND_S)
        own = f"{prefix}{number}x" if prefix else ""
        reader = multiprocessing.Process(target=read_for, args=(server.port, paths, own, ROUND_S + 1, results))
        reader.start()
        time.sleep(0.5)
        busy = load.run("127.0.0.1", server.port, cheap_queries(), 1, ROUND_S)
        pages.append(results.get())
        reader.join()
        p50.append(busy.p50_ms / quiet.p50_ms)
        p95.append(busy.p95_ms / quiet.p95_ms)
    return statistics.median(p50), statistics.median(p95), statistics.median(pages)


def processor_ms(server: Server, paths: Sequence[str], prefix: str) -> float:
    """Return the processor time of making one page that is not kept, in the processes that make pages."""
    makers = [pid for pid in family(server.pid) if b"page_process" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    requests = other_pages(paths, prefix)
    before = sum(map(cpu_s, makers))
    done = 0
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as client:
        for _ in range(_RENDERINGS):
            lines = next(requests).decode().split("\r\n")
            headers = dict(line.split(": ", 1) for line in lines[1:] if line)
            assert client.get(lines[0].split()[1], headers=headers).is_success
            done += 1
    return (sum(map(cpu_s, makers)) - before) * 1000 / done


def list_things(server: Server) -> list[str]:
    """List the addresses of things."""
    query = "SELECT DISTINCT ?c { ?c a ukfr:Clause } LIMIT 200"
    headers = {"Accept": "application/sparql-results+json"}
    answer = httpx.get(f"http://127.0.0.1:{server.port}/sparql", params={"query": query}, headers=headers).json()
    return [row["c"]["value"].replace("https://w3id.org/ukfr/id/", "/doc/") for row in answer["results"]["bindings"]]


def measure(server: Server) -> Iterator[tuple[str, str, str]]:
    """Yield each figure: what it is, its value, and its bound."""
    address = f"http://127.0.0.1:{server.port}"
    things = list_things(server)
    thing = things[0]
    for path in ("/", STATEMENT, *things[:10]):
        httpx.get(address + path, headers={"Accept": _HTML, "Accept-Encoding": "br"}, timeout=60)
    for name, path in (("home", "/"), ("statement", STATEMENT), ("thing", thing)):
        answer = httpx.get(address + path, headers={"Accept": _HTML, "Accept-Encoding": "br"})
        size = int(answer.headers["content-length"])
        yield f"{name}: on the wire (br), kB", f"{size / 1000:.1f}", {"home": "< 30", "statement": "< 60"}.get(name, "")
        yield (
            f"{name}: repeated, part of a small answer's rate",
            f"{compare_rates(server, page_request(path)):.2f}",
            "≥ 0.3",
        )
        known = page_request(path, If_None_Match=answer.headers["etag"])
        yield f"{name}: conditional, part of it", f"{compare_rates(server, known):.2f}", "≥ 0.5"
    for name, paths, bound in (("home", ["/"], "≤ 25"), ("thing", things, "≤ 25"), ("statement", [STATEMENT], "≤ 40")):
        processor_ms(server, paths, f"warm-{name}")
        yield f"{name}: made, ms of processor time", f"{processor_ms(server, paths, name):.1f}", bound
    for name, paths, prefix in (
        ("the statement, kept", [STATEMENT], ""),
        ("the statement, made each time", [STATEMENT], "r"),
        ("another page each time", ["/", STATEMENT, *things], "a"),
    ):
        p50, p95, pages = compare_waits(server, paths, prefix)
        yield f"cheap query beside 8 readers of {name}: p50, times", f"{p50:.2f}", "≤ 1.5"
        yield f"cheap query beside 8 readers of {name}: p95, times", f"{p95:.2f}", "≤ 3"
        yield f"pages a second for 8 readers of {name}", f"{pages:.0f}", ""


def main() -> None:
    """Measure, and write a table."""
    parser = argparse.ArgumentParser(description="Measure how fast pages are, and what a query waits beside readers.")
    parser.add_argument("dataset", type=Path, help="a folder that `ukfr-graph build --out` made")
    parser.add_argument("--out", type=Path, help="a file for the table (Markdown)")
    given = parser.parse_args()
    assert brotli.__version__
    with ours(given.dataset, {"UKFR_LOG_LEVEL": "error", "UKFR_TRUSTED_PROXIES": "127.0.0.1"}) as server:
        rows = [f"| {what} | {value} | {bound} |" for what, value, bound in _show(measure(server))]
    machine = f"{os.cpu_count()} processors ({platform.machine()}), Python {platform.python_version()}"
    head = [
        f"# Pages\n\n{machine}, {CLIENTS} clients, medians of {ROUNDS} rounds.\n",
        "| figure | value | bound |",
        "|---|--:|--:|",
    ]
    if given.out:
        given.out.write_text("\n".join([*head, *rows]) + "\n", "utf-8")


def _show(figures: Iterator[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    for figure in figures:
        print(*figure, sep="\t", flush=True)
        yield figure


if __name__ == "__main__":
    main()
