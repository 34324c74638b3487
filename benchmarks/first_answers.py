"""The time of the questions on what became of it, asked for the first time.

``python benchmarks/first_answers.py DATASET`` opens the dataset in a new process for each question, answers it once, as
CSV, and again; nothing is kept between them but what the system keeps of the file. Times are of the processor: those of
the clock are as good as the machine is idle.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

QUESTIONS = (
    "outcomes", "outcome-of-clause", "pledges-by-outcome", "money-by-year", "money-agreed-and-paid",
    "money-by-purpose", "series", "what-followed-what", "acts-binding-a-party", "what-changed-between",
    "counts-over-time", "reports-corroborated", "sources-of-a-fact", "office-holders-over-time",
)  # fmt: skip
BOUND_MS = 200


def ask(root: Path, name: str) -> None:
    """Answer a question with its defaults, and print the times."""
    from ukfr_graph.query import Executor, read_queries
    from ukfr_graph.query.formats import find_format
    from ukfr_graph.query.parameters import bind_parameters
    from ukfr_graph.store import open_snapshot

    query = read_queries()[name]
    values = bind_parameters(query.parameters, query.examples[0])
    executor = Executor(open_snapshot(root))
    times = []
    for _ in range(2):
        clock, processor = time.perf_counter(), time.process_time()
        size = len(executor.run(query.text, values).serialize(find_format("csv", "solutions")))
        times.append((time.process_time() - processor, time.perf_counter() - clock))
    print(json.dumps({"first": times[0], "again": times[1], "bytes": size}))


def measure(root: Path) -> None:
    """Print the figures as a Markdown table."""
    print(f"| question | first answer, ms of processor time (bound {BOUND_MS}) | by the clock, ms | again, ms | kB |")
    print("|---|--:|--:|--:|--:|")
    for name in QUESTIONS:
        command = [sys.executable, __file__, str(root), "--question", name]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        first, again = found["first"], found["again"]
        print(
            f"| {name} | {first[0] * 1e3:.0f} | {first[1] * 1e3:.0f} | {again[0] * 1e3:.0f} | {found['bytes'] / 1e3:.1f} |"
        )


def main() -> None:
    """Measure all questions, or one in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path, help="a dataset that 'ukfr-graph build' has made")
    parser.add_argument("--question", help="answer this one in this process, and print its times as JSON")
    given = parser.parse_args()
    if given.question:
        ask(given.dataset, given.question)
    else:
        measure(given.dataset)


if __name__ == "__main__":
    main()
