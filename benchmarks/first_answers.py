"""How long the questions on what became of it take when they are asked for the first time.

``python benchmarks/first_answers.py OUT`` opens the dataset in a new process for each question, answers it once, as CSV,
and again; nothing is kept between them but what the system keeps of the file. Times are of the processor: those of the
clock are as good as the machine is idle.
"""

from __future__ import annotations

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


def ask(root: str, name: str) -> None:
    """Answer a question with its defaults, and print the times."""
    from ukfr_graph.query import Executor, read_queries
    from ukfr_graph.query.formats import find_format
    from ukfr_graph.query.parameters import bind_parameters
    from ukfr_graph.store import open_snapshot

    query = read_queries()[name]
    values = bind_parameters(query.parameters, query.examples[0])
    executor = Executor(open_snapshot(Path(root)))
    times = []
    for _ in range(2):
        clock, processor = time.perf_counter(), time.process_time()
        size = len(executor.run(query.text, values).serialize(find_format("csv", "solutions")))
        times.append((time.process_time() - processor, time.perf_counter() - clock))
    print(json.dumps({"first": times[0], "again": times[1], "bytes": size}))


def main() -> None:
    """Print the figures as a Markdown table."""
    root = sys.argv[1]
    print(f"| question | first answer, ms of processor time (bound {BOUND_MS}) | by the clock, ms | again, ms | kB |")
    print("|---|--:|--:|--:|--:|")
    for name in QUESTIONS:
        command = [sys.executable, __file__, root, name]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        first, again = found["first"], found["again"]
        print(
            f"| {name} | {first[0] * 1e3:.0f} | {first[1] * 1e3:.0f} | {again[0] * 1e3:.0f} | {found['bytes'] / 1e3:.1f} |"
        )


if __name__ == "__main__":
    main() if len(sys.argv) == 2 else ask(*sys.argv[1:])
