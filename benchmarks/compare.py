"""Compares the servers on the same data, in turn, and prints ratios: native Oxigraph is 1.

``python benchmarks/compare.py --triples 1000000 --work /tmp/bench --out benchmarks/results/NAME.md``
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import math
import platform
import random
import re
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import questions
from load import Figures, make_request, run
from servers import Server, cpu_s, load_native, make_dataset, memory_mb, native, ours, rdflib_endpoint
from treaties import CLAUSES_PER_STATEMENT, write_dataset

LIMIT_S = 2
ROUNDS = 3


class Report:
    """Lines of a table, printed as they come and kept for the file."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, *cells: object) -> None:
        """Add a row: what was measured, native, ours, ratio, to reach."""
        line = "| " + " | ".join(str(cell) for cell in cells) + " |"
        self.lines.append(line)
        print(line, flush=True)

    def compare(self, name: str, theirs: float, mine: float, goal: str, unit: str = "") -> None:
        """Add two figures with their ratio."""
        ratio = mine / theirs if theirs else math.nan
        self.add(name, f"{theirs:.4g}{unit}", f"{mine:.4g}{unit}", f"{ratio:.2f}", goal)


def ask(server: Server, query: str, **headers: str) -> tuple[int, bytes, dict[str, str], float]:
    """Ask once: status, body, headers in lower case, seconds."""
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    started = time.perf_counter()
    given = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json", **headers}
    link.request("POST", server.path, query.encode(), given)
    answer = link.getresponse()
    body = answer.read()
    return answer.status, body, {k.lower(): v for k, v in answer.getheaders()}, time.perf_counter() - started


def cheap_requests(server: Server, clauses: int, seed: int) -> Iterator[bytes]:
    """Return cheap requests, each another."""
    randomness = random.Random(seed)
    names = itertools.cycle(questions.CHEAP)
    while True:
        yield make_request(server.path, questions.cheap_query(next(names), randomness, clauses))


def load(server: Server, requests: Iterator[bytes], clients: int, seconds: float) -> tuple[Figures, float]:
    """Run a load; its figures, and the processor time of the server for each request, in milliseconds."""
    before = cpu_s(server.pid)
    figures = run("127.0.0.1", server.port, requests, clients, seconds)
    return figures, (cpu_s(server.pid) - before) / max(1, figures.requests) * 1000


def measure_cheap(binary: str, work: Path, clauses: int, seconds: float, report: Report) -> None:
    """Compare cheap queries that nobody asked before."""
    for clients, goal in ((1, "≥ 0.55"), (16, "≥ 0.5")):
        rates: dict[str, list[tuple[Figures, float]]] = {"native": [], "ukfr-graph": []}
        for number in range(ROUNDS):
            for manager in (native(binary, work / "native"), ours(work / "ours")):
                with manager as server:
                    load(server, cheap_requests(server, clauses, number + 100), clients, 0.5)
                    rates[server.name].append(load(server, cheap_requests(server, clauses, number), clients, seconds))
        theirs, mine = (sorted(rates[name], key=lambda pair: pair[0].rate)[ROUNDS // 2] for name in rates)
        report.compare(f"cheap uncached, {clients} client(s): requests/s", theirs[0].rate, mine[0].rate, goal)
        report.compare(f"… p50, {clients} client(s)", theirs[0].p50_ms, mine[0].p50_ms, "", " ms")
        report.compare(f"… p99, {clients} client(s)", theirs[0].p99_ms, mine[0].p99_ms, "", " ms")
        report.compare(f"… processor time a request, {clients} client(s)", theirs[1], mine[1], "≤ 2.2", " ms")
        errors = sum(mine[0].statuses.values()) - mine[0].statuses[200]
        report.add(f"… answers other than 200, {clients} client(s)", "", errors, "", "0")


def measure_repeated(binary: str, work: Path, seconds: float, report: Report) -> None:
    """Compare answers that were given before, and conditional requests."""
    with native(binary, work / "native") as server:
        small = itertools.repeat(make_request(server.path, questions.REPEATED_SMALL))
        large = itertools.repeat(make_request(server.path, questions.REPEATED_LARGE))
        size = len(ask(server, questions.REPEATED_LARGE)[1])
        theirs = [load(server, requests, 16, seconds)[0].rate for requests in (small, large)]
    with ours(work / "ours") as server:
        tag = ask(server, questions.REPEATED_LARGE)[2]["etag"]
        small = itertools.repeat(make_request(server.path, questions.REPEATED_SMALL))
        large = itertools.repeat(make_request(server.path, questions.REPEATED_LARGE))
        asked = itertools.repeat(make_request(server.path, questions.REPEATED_LARGE, If_None_Match=tag))
        mine = [load(server, requests, 16, seconds)[0].rate for requests in (small, large, asked)]
    report.compare("repeated small answer, 16 clients: requests/s", theirs[0], mine[0], "≥ 2")
    report.compare(f"repeated answer of {size // 1000} kB, 16 clients", theirs[1], mine[1], "≥ 50")
    report.compare("conditional request for it, 16 clients", theirs[1], mine[2], "≥ 150")


def measure_heavy(binary: str, work: Path, report: Report) -> None:
    """Compare heavy queries, none of them asked before."""
    times: dict[str, dict[str, float]] = {}
    for manager in (native(binary, work / "native"), ours(work / "ours")):
        with manager as server:
            for name, template in questions.HEAVY.items():
                runs = [ask(server, template.format(limit=100 + n))[3] for n in range(ROUNDS + 1)]
                times.setdefault(name, {})[server.name] = statistics.median(runs[1:])
    for name, pair in times.items():
        report.compare(f"heavy: {name}", pair["native"] * 1000, pair["ukfr-graph"] * 1000, "≤ 1.4", " ms")
    ratios = [pair["ukfr-graph"] / pair["native"] for pair in times.values()]
    report.add("heavy, geometric mean of the time ratios", 1, "", f"{statistics.geometric_mean(ratios):.2f}", "≤ 1.1")


def measure_runaway(binary: str, work: Path, clauses: int, seconds: float, report: Report) -> None:
    """Compare a cheap query on a quiet server and under four queries that never end."""
    managers = (native(binary, work / "native", LIMIT_S), ours(work / "ours", {"UKFR_QUERY_TIMEOUT_S": str(LIMIT_S)}))
    for manager in managers:
        with manager as server:
            load(server, cheap_requests(server, clauses, 7), 1, 0.5)
            quiet, _ = load(server, cheap_requests(server, clauses, 1), 1, seconds)
            stop = threading.Event()
            ended: list[tuple[int, float]] = []

            def bomb(
                number: int,
                server: Server = server,
                stop: threading.Event = stop,
                ended: list[tuple[int, float]] = ended,
            ) -> None:
                for turn in itertools.count():
                    if stop.is_set():
                        return
                    status, _, _, took = ask(server, questions.RUNAWAY.format(n=number + 10 * turn))
                    ended.append((status, took))

            threads = [threading.Thread(target=bomb, args=(n,), daemon=True) for n in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(0.3)
            under, _ = load(server, cheap_requests(server, clauses, 2), 1, seconds)
            stop.set()
            for thread in threads:
                thread.join(LIMIT_S * 3)
            report.compare(
                f"under four runaways, {server.name}: p50, its quiet one first",
                quiet.p50_ms,
                under.p50_ms,
                "≤ 1.2",
                " ms",
            )
            report.compare(
                f"under four runaways, {server.name}: p99, its quiet one first",
                quiet.p99_ms,
                under.p99_ms,
                "≤ 2",
                " ms",
            )
            late = max((took for _, took in ended), default=math.nan) - LIMIT_S
            report.add(f"… latest end after the limit, {server.name}", "", f"{late:.3f} s", "", "≤ 0.25 s")
            report.add(f"… statuses, {server.name}", "", sorted({status for status, _ in ended}), "", "no 200")
            links = []
            for number in range(4):
                link = http.client.HTTPConnection("127.0.0.1", server.port)
                link.request(
                    "POST",
                    server.path,
                    questions.RUNAWAY.format(n=-number).encode(),
                    {"Content-Type": "application/sparql-query"},
                )
                links.append(link)
            time.sleep(0.3)
            for link in links:
                link.close()
            time.sleep(0.2)
            before = cpu_s(server.pid)
            time.sleep(1)
            report.add(f"… processor time in the second after four clients left, {server.name}", "", f"{cpu_s(server.pid) - before:.2f} s", "", "0")  # fmt: skip


def measure_rest(binary: str, work: Path, report: Report) -> None:
    """Compare the time to the first answer and the memory at rest."""
    starts: dict[str, list[float]] = {"native": [], "ukfr-graph": []}
    for _ in range(ROUNDS):
        for manager in (native(binary, work / "native"), ours(work / "ours", {"UKFR_WORKERS": "4"})):
            with manager as server:
                starts[server.name].append(server.start_s)
                time.sleep(1)
                memory = memory_mb(server.pid)
                if server.name == "native":
                    theirs = memory
    report.compare("start to first answer", min(starts["native"]), min(starts["ukfr-graph"]), "≤ 0.5 s", " s")
    report.compare("memory at rest, four workers: proportional", theirs[0], memory[0], "≤ 80 MB", " MB")
    report.compare("memory at rest, four workers: resident", theirs[1], memory[1], "", " MB")


def measure_rdflib_endpoint(binary: str, work: Path, clauses: int, seconds: float, report: Report) -> None:
    """Compare with rdflib-endpoint, whose figures stand where the native server's do otherwise."""
    rates: dict[str, list[float]] = {}
    for manager in (rdflib_endpoint(binary, work / "treaties.nq"), ours(work / "ours")):
        with manager as server:
            repeated = itertools.repeat(make_request(server.path, questions.REPEATED_SMALL))
            rates[server.name] = [
                load(server, requests, 16, seconds)[0].rate
                for requests in (cheap_requests(server, clauses, 3), repeated)
            ]
    for name, goal, theirs, mine in zip(
        ("cheap uncached", "repeated small answer"), ("≥ 3", "≥ 20"), *rates.values(), strict=True
    ):
        report.compare(f"against rdflib-endpoint (first figure): {name}, 16 clients", theirs, mine, goal)


def describe_machine(binary: str, triples: int) -> str:
    """Say on what the figures were measured."""
    info = Path("/proc/cpuinfo").read_text()
    found = re.search(r"model name\s*: (.*)", info)
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1_000_000
    return (
        f"{triples:,} triples; {found[1] if found else '?'}, {info.count('processor')} processors, {memory} GB; "
        f"Python {platform.python_version()}, pyoxigraph {version('pyoxigraph')}, native server "
        f"{version('oxigraph') if 'venv' in binary else 'as given'}; {time.strftime('%Y-%m-%d')}. The load generator runs on the same machine."
    )


def main() -> None:
    """Prepare the data, measure, write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000, help="the size of the made-up dataset")
    native = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    parser.add_argument("--native", default=native, help="the program oxigraph")
    parser.add_argument("--rdflib-endpoint", help="the program of that name, to be compared with too")
    parser.add_argument("--seconds", type=float, default=4, help="how long each load lasts")
    parser.add_argument("--work", type=Path, required=True, help="folder for data; what is there is used again")
    parser.add_argument("--only", default="cheap,repeated,heavy,runaway,rest", help="parts to measure, with commas")
    parser.add_argument("--out", type=Path, help="the file for the table")
    given = parser.parse_args()
    report = Report()
    work = given.work / str(given.triples)
    work.mkdir(parents=True, exist_ok=True)
    report.lines += [describe_machine(given.native, given.triples), ""]
    report.add("measured", "native", "ukfr-graph", "ratio", "to reach")
    report.add("---", "---", "---", "---", "---")
    nquads = work / "treaties.nq"
    if not (work / "ours").exists():
        write_dataset(given.triples, nquads)
        triples = sum(1 for _ in nquads.open("rb"))
        theirs = load_native(given.native, nquads, work / "native")
        asked_s, whole_s = make_dataset(nquads, work / "ours", triples)
        report.compare("load, until the data can be asked", theirs, asked_s, "≤ 2", " s")
        report.compare("… until the text can be searched", theirs, whole_s, "", " s")
    clauses = given.triples // 12 // CLAUSES_PER_STATEMENT * CLAUSES_PER_STATEMENT
    chosen = given.only.split(",")
    if "rest" in chosen:
        measure_rest(given.native, work, report)
    if "cheap" in chosen:
        measure_cheap(given.native, work, clauses, given.seconds, report)
    if "repeated" in chosen:
        measure_repeated(given.native, work, given.seconds, report)
    if "heavy" in chosen:
        measure_heavy(given.native, work, report)
    if "runaway" in chosen:
        measure_runaway(given.native, work, clauses, given.seconds, report)
    if given.rdflib_endpoint:
        measure_rdflib_endpoint(given.rdflib_endpoint, work, clauses, given.seconds, report)
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text("\n".join(report.lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
