"""Measure how long matching takes, and in how much memory.

    python benchmarks/linking/scale.py DATASET [--rows 1000000] [--processes 2] [--engine own]

DATASET is the folder of a built dataset. With --rows, made-up treaties (dates from 1815 to 2025, two parties, titles
of ten to twenty words) are written to a temporary CSV and read through the adapter ``table``; without, the records
that UKFR_FCDO_CSV names are read. Memory is the largest resident size of this process and of its children, added.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from labels import records_path

from ukfr_graph.link.datasets.reader import find_adapter, read_treaties
from ukfr_graph.link.datasets.treaties import Treaty
from ukfr_graph.link.matching.engines import ENGINES, find_engine
from ukfr_graph.link.matching.targets import read_targets
from ukfr_graph.query import Executor
from ukfr_graph.store import open_snapshot

MAPPING = """prefix: made-up
namespace: https://example.org/
columns: {identifier: id, title: {en: title}, signed: signed, parties: parties}
"""
KINDS = ("Treaty", "Agreement", "Convention", "Protocol", "Exchange of Notes", "Agreement amending the Agreement")
WORDS = """concerning frontier controls policing customs fisheries extradition taxation income estates aviation services
commerce navigation postal telegraph cables boundaries defence cooperation atomic energy loans payments social security
cultural relations visas passports railways tunnels ports rivers pollution seals whales arms explosives slavery labour
patents trade marks copyright judgments arbitration claims property debts currency sugar wheat coffee tin rubber""".split()
STATES = "GB FR DE IT ES PT BE NL DK NO SE US CA MX BR AR CL PE JP CN TH TR EG IN AU NZ ZA GR PL CZ".split()


def write_rows(path: Path, rows: int) -> None:
    """Write made-up treaties, the same each time."""
    draw = random.Random(20261124)
    first = date(1815, 1, 1)
    with path.open("w", encoding="utf-8") as file:
        file.write("id,title,signed,parties\n")
        for number in range(rows):
            words = " ".join(draw.choices(WORDS, k=draw.randint(8, 18)))
            day = first + timedelta(days=draw.randrange(77_000))
            file.write(f"{number},{draw.choice(KINDS)} {words},{day},{';'.join(draw.sample(STATES, 2))}\n")


def main() -> None:
    """Print one line of figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("dataset", type=Path, help="a dataset that 'ukfr-graph build' has made")
    parser.add_argument("--rows", type=int, default=0, help="made-up treaties; 0 reads the records")
    parser.add_argument("--processes", type=int, default=1, help="processes that match")
    parser.add_argument("--engine", choices=ENGINES, default="own", help="the engine of matching")
    arguments = parser.parse_args()
    targets = read_targets(Executor(open_snapshot(arguments.dataset)))
    with tempfile.TemporaryDirectory() as folder:
        path, mapping = Path(folder) / "rows.csv", Path(folder) / "mapping.yaml"
        mapping.write_text(MAPPING)
        if arguments.rows:
            write_rows(path, arguments.rows)
            items = read_treaties(path, find_adapter("table"), mapping)
        else:
            items = read_treaties(records_path(), find_adapter("fcdo_csv"))
        started = time.monotonic()
        sources = (item for item in items if isinstance(item, Treaty))
        run = find_engine(arguments.engine, arguments.processes)
        counts = [(count, len(found)) for count, found in run(targets, sources)]
    seconds = time.monotonic() - started
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = (own.ru_maxrss + arguments.processes * (others.ru_maxrss if others.ru_utime > 1 else 0)) / 1e6
    busy = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
    print(
        f"{arguments.engine}: {sum(c for c, _ in counts)} treaties with {len(targets)} instruments, "
        f"{sum(f for _, f in counts)} accepted or for review: {seconds:.0f} s, {busy:.0f} s of processor, "
        f"{peak:.2f} GB, {arguments.processes} processes"
    )


if __name__ == "__main__":
    main()
