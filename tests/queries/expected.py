"""The expected answers of the saved queries, as TSV (CONSTRUCT: sorted N-Triples) beside each query.

``python tests/queries/expected.py --write`` writes those that differ. Read the diff before you commit it:
an answer is expected because a person checked it against the source, not because the engine gave it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from ukfr_graph.query import Executor, SavedQuery, find_format, read_queries
from ukfr_graph.query.parameters import bind_parameters
from ukfr_graph.settings import read_settings
from ukfr_graph.store import open_snapshot


def expected_path(query: SavedQuery, number: int) -> Path:
    return query.path.with_suffix(".tsv" if number == 1 else f".{number}.tsv")


def ask(executor: Executor, query: SavedQuery, number: int) -> str:
    values = query.examples[number - 1]
    answer = executor.run(query.text, bind_parameters(query.parameters, values))
    if answer.kind == "boolean":
        return f"{str(bool(answer.results)).lower()}\n"
    if answer.kind == "graph":
        lines = answer.serialize(find_format("nt", "graph")).decode().splitlines(keepends=True)
        return "".join(sorted(lines))
    return answer.serialize(find_format("tsv", "solutions")).decode()


def cases() -> Iterator[tuple[SavedQuery, int]]:
    for query in read_queries().values():
        if "federated" in query.tags:
            continue  # they call other hosts: test_federated.py asks them of extracts
        first = 2 if any(p.required for p in query.parameters) else 1  # no answer without the required ones
        for number in range(first, len(query.examples) + 1):
            yield query, number


def main() -> None:
    executor = Executor(open_snapshot(read_settings().dataset))
    for query, number in cases():
        path, answer = expected_path(query, number), ask(executor, query, number)
        if not path.exists() or path.read_text("utf-8") != answer:
            print(f"{path.name} differs")  # noqa: T201
            if "--write" in sys.argv:
                path.write_text(answer, "utf-8")


if __name__ == "__main__":
    main()
