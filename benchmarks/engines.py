"""Engines of others, filled by ``publish`` and asked directly and through ``serve --endpoint``, in turns.

``python benchmarks/engines.py --triples 1000000 --work /tmp/engines --out benchmarks/results/NAME.md`` starts each engine
that is installed (Oxigraph from PyPI, Virtuoso and Jena from Debian), one after the other. What was measured is kept in
the folder, so that a run may be continued, or measure a part: ``--engines jena --only load,cheap``.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Container, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO
from urllib.parse import quote, urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import questions
from load import run
from servers import free_port, make_dataset, start
from treaties import CLAUSES_PER_STATEMENT, write_dataset

from support.engines import OXIGRAPH, Engine, missing, start_engine

ROUNDS = 5
ASKED = {"cheap": 400, "medium": 60, "aggregate": 5}
WARM_UP = {"cheap": 2000, "medium": 20, "aggregate": 2}
"""So many are asked before: until the JVM has compiled what a query runs, it takes a processor beside what is measured."""
PARTS = ("load", *ASKED, "clients")
MEDIUM = questions.PREFIXES + (
    "SELECT ?c ?label ?holder {{ ?c dcterms:subject <https://example.org/bench/topic/{topic}> ; rdfs:label ?label ; "
    "ukfr:holder ?holder }} LIMIT {limit}"
)


def make_queries(kind: str, clauses: int, seed: int) -> Iterator[str]:
    """Return queries of a kind, each another."""
    randomness, names = random.Random(seed), itertools.cycle(questions.CHEAP)
    for number in itertools.count():
        if kind == "cheap":
            yield questions.cheap_query(next(names), randomness, clauses)
        elif kind == "medium":
            yield MEDIUM.format(topic=randomness.randrange(50, 150), limit=randomness.randrange(1000, 100_000))
        else:
            yield questions.HEAVY["kinds by holder"].format(limit=1000 + 10 * number + seed)


class Asker:
    """One connection to an endpoint; ``extra`` are parameters of each request."""

    def __init__(self, address: str, extra: list[tuple[str, str]]) -> None:
        parts = urlsplit(address)
        self.port = parts.port or 80
        self.path = f"{parts.path}?{urlencode(extra)}{'&' if extra else ''}query="
        self._link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

    def ask(self, query: str) -> float:
        """Ask, and return the milliseconds until the answer was whole."""
        began = time.perf_counter()
        self._link.request("GET", self.path + quote(query), headers={"Accept": "application/sparql-results+json"})
        answer = self._link.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {body[:300]!r}")
        return (time.perf_counter() - began) * 1000

    def requests(self, queries: Iterator[str]) -> Iterator[bytes]:
        """Write requests for the load generator."""
        for query in queries:
            yield (
                f"GET {self.path}{quote(query)} HTTP/1.1\r\nHost: localhost\r\n"
                "Accept: application/sparql-results+json\r\n\r\n"
            ).encode()


def load_natively(engine: Engine, nquads: Path, graphs: dict[str, Path], folder: Path) -> float:
    """Fill an empty engine by its own means; the seconds that it took."""
    began = time.perf_counter()
    if engine.name == "oxigraph":
        subprocess.run([OXIGRAPH, "load", "--location", str(folder / "own"), "--file", str(nquads)], check=True, capture_output=True)  # fmt: skip
        return time.perf_counter() - began
    how = "digest" if engine.name == "virtuoso" else "basic"
    for graph, path in graphs.items():  # its graph store, filled by curl
        command = ["curl", "-sS", "--fail", f"--{how}", "-u", f"{engine.user}:{engine.password}", "-T", str(path)]
        address = f"{engine.store}?{urlencode({'graph': graph})}"
        subprocess.run(
            [*command, "-H", "Content-Type: application/n-triples", address], check=True, capture_output=True
        )
    return time.perf_counter() - began


def split_graphs(nquads: Path, work: Path) -> dict[str, Path]:
    """Split the made-up data by graph, once."""
    folder = work / "graphs"
    names = folder / "names.json"
    if not names.exists():
        folder.mkdir(exist_ok=True)
        found: dict[str, Path] = {}
        files: dict[str, TextIO] = {}
        with nquads.open() as lines:
            for line in lines:
                triple, graph = line[:-3].rsplit(" ", 1)
                if graph not in files:
                    found[graph[1:-1]] = folder / f"{len(files)}.nt"
                    files[graph] = found[graph[1:-1]].open("w")
                files[graph].write(triple + " .\n")
        for file in files.values():
            file.close()
        names.write_text(json.dumps({name: str(path) for name, path in found.items()}))
    return {name: Path(path) for name, path in json.loads(names.read_text()).items()}


def publish(engine: Engine, root: Path) -> tuple[float, float]:
    """Fill an empty engine by ``publish``; the seconds that it took, and the most memory, in megabytes."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "ukfr_graph.cli", "publish", "--endpoint", engine.query, "--out", str(root)]
    process = subprocess.Popen(command, env={**os.environ, **engine.credentials}, stderr=subprocess.PIPE, text=True)
    memory_mb = 0.0
    while process.poll() is None:  # what ``wait4`` tells is at least what this process had when it forked
        memory_mb = read_peak_mb(process.pid) or memory_mb
        time.sleep(0.05)
    assert process.stderr is not None
    if process.returncode:
        raise RuntimeError(process.stderr.read()[-500:])
    return time.perf_counter() - began, memory_mb


def read_peak_mb(pid: int) -> float:
    """Return the most memory that a process had at once; 0 where it has ended."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1000


def percentiles(times: list[float]) -> str:
    """Write the median and the 95th percentile."""
    times = sorted(times)
    return f"{statistics.median(times):.2f} / {times[int(len(times) * 0.95)]:.2f}"


def measure(engine: Engine, clauses: int, parts: Container[str], add: Callable[..., None]) -> None:
    """Ask an engine directly and through a server of ours, in turns."""
    extra = [("union-default-graph", "")] if engine.name == "oxigraph" else []
    port = free_port()
    command = [sys.executable, "-m", "ukfr_graph.cli", "serve", "--endpoint", engine.query, "--port", str(port)]
    with start("ukfr-graph", command, "/sparql", port) as server:
        there, here = Asker(engine.query, extra), Asker(f"http://127.0.0.1:{server.port}/sparql", [])
        for kind, number in ASKED.items():
            if kind not in parts:
                continue
            first = [make_queries(kind, clauses, seed) for seed in (1, 2)]
            second = [make_queries(kind, clauses, seed) for seed in (3, 4)]
            for _ in range(WARM_UP[kind]):
                there.ask(next(first[0]))
                here.ask(next(first[1]))
            direct, through = [], []
            for _ in range(number):
                direct.append(there.ask(next(second[0])))
                through.append(here.ask(next(second[1])))
            added = statistics.median(through) - statistics.median(direct)
            add(f"{kind}: p50 / p95, ms", percentiles(direct), percentiles(through), f"{added:+.2f} ms")
        if "clients" not in parts:
            return
        rates: dict[int, list[float]] = {there.port: [], here.port: []}
        for turn in range(ROUNDS):
            for asker in (there, here):
                asked = asker.requests(make_queries("cheap", clauses, 10 * turn + asker.port))
                rates[asker.port].append(run("127.0.0.1", asker.port, asked, 8, 3).rate)
        direct_rate, through_rate = (statistics.median(rates[asker.port]) for asker in (there, here))
        add("cheap, 8 clients: requests/s", f"{direct_rate:.0f}", f"{through_rate:.0f}", f"{through_rate / direct_rate:.2f} times")  # fmt: skip


def run_engine(name: str, work: Path, clauses: int, parts: Container[str], add: Callable[..., None]) -> None:
    """Measure parts of one engine, which is filled anew for it."""
    nquads, root = work / "data.nq", work / "ours"
    if "load" in parts:
        with TemporaryDirectory(dir=work) as folder, start_engine(name, Path(folder), on_disk=True) as engine:
            own_s = load_natively(engine, nquads, split_graphs(nquads, work), Path(folder))
    with TemporaryDirectory(dir=work) as folder, start_engine(name, Path(folder), on_disk=True) as engine:
        took_s, memory_mb = publish(engine, root)
        if "load" in parts:
            add("load, s", f"{own_s:.1f}", f"{took_s:.1f}", f"{took_s / own_s:.2f} times")
            add("memory of the load, MB", "", f"{memory_mb:.0f}", "")
        measure(engine, clauses, parts, add)


def write_table(measured: dict[str, dict[str, list[str]]], triples: int, out: Path) -> None:
    """Write what was measured so far."""
    rows = [[name, what, *cells] for name, found in measured.items() for what, cells in found.items()]
    head = [["engine", "measured", "directly", "through us", ""], ["---"] * 5]
    table = "\n".join("| " + " | ".join(row) + " |" for row in head + rows)
    out.write_text(
        f"{triples:,} triples; {os.cpu_count()} processors, Python {platform.python_version()}. Load of the machine "
        f"over the last 15 minutes: {os.getloadavg()[2]:.1f}.\n\n{table}\n"
    )


def main() -> None:
    """Measure the engines that are installed, and write a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000, help="the size of the made-up dataset")
    parser.add_argument("--work", type=Path, required=True, help="folder for data; what is there is used again")
    parser.add_argument("--engines", default="oxigraph,virtuoso,jena", help="engines to measure, with commas")
    parser.add_argument("--only", default=",".join(PARTS), help="what to measure of them, with commas")
    parser.add_argument("--out", type=Path, help="the file for the table")
    given = parser.parse_args()
    work: Path = given.work / str(given.triples)
    work.mkdir(parents=True, exist_ok=True)
    nquads, root, kept = work / "data.nq", work / "ours", work / "measured.json"
    if not nquads.exists():  # whole
        write_dataset(given.triples, work / "part.nq")
        (work / "part.nq").rename(nquads)
    if not (root / "current").exists():
        with nquads.open("rb") as quads:
            make_dataset(nquads, root, sum(1 for _ in quads))
    clauses = given.triples // 220 * CLAUSES_PER_STATEMENT
    measured: dict[str, dict[str, list[str]]] = json.loads(kept.read_text()) if kept.exists() else {}

    def add(name: str, what: str, *cells: str) -> None:
        measured.setdefault(name, {})[what] = [*cells]
        print(name, what, *cells, sep=" | ", flush=True)
        kept.write_text(json.dumps(measured, indent=1))
        if given.out:
            write_table(measured, given.triples, given.out)

    failed: list[str] = []
    for name in given.engines.split(","):
        if why := missing(name):
            print(why)
            continue
        try:
            run_engine(name, work, clauses, given.only.split(","), partial(add, name))
        except Exception:  # the others are measured all the same, and the end tells
            traceback.print_exc()
            failed.append(name)
    if failed:
        sys.exit(f"not measured to the end: {', '.join(failed)}")


if __name__ == "__main__":
    main()
