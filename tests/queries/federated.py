"""The federated queries name, in VALUES, what the other host is asked about: an engine does not send its own rows.

``python tests/queries/federated.py --write`` writes the lists anew from the dataset; run it when instruments or links
have changed.
"""

from __future__ import annotations

import re
import sys

from ukfr_graph.query import Executor, SavedQuery, read_queries
from ukfr_graph.settings import read_settings
from ukfr_graph.store import open_snapshot

CELEX = """SELECT DISTINCT ?o { ?s adms:identifier ?i . ?s a ukfr:Instrument .
  ?i ukfr:identifierScheme <https://w3id.org/ukfr/vocab/identifier-scheme/celex> ; skos:notation ?o } ORDER BY ?o"""
ITEMS = """SELECT DISTINCT ?o { ?s skos:exactMatch ?o FILTER (STRSTARTS(STR(?o), "http://www.wikidata.org/entity/Q") &&
  STRSTARTS(STR(?s), "https://w3id.org/ukfr/id/")) } ORDER BY ?o"""
_VALUES = re.compile(r"VALUES \?(act|celex|item) \{[^}]*\}")


def federated() -> list[SavedQuery]:
    return [query for query in read_queries().values() if "federated" in query.tags]


def refresh(executor: Executor, text: str) -> str:
    """Return a query with the lists that the dataset calls for."""

    def write(match: re.Match[str]) -> str:
        name = match[1]
        rows = executor.run(ITEMS if name == "item" else CELEX).rows()[1]
        values = [getattr(row[0], "value", "") for row in rows]
        terms = {
            "act": [f"<http://publications.europa.eu/resource/celex/{value}>" for value in values],
            "celex": [f'"{value}"' for value in values],
            "item": [f"<{value}>" for value in values],
        }[name]
        return f"VALUES ?{name} {{ {' '.join(terms)} }}"

    return _VALUES.sub(write, text)


def main() -> None:
    executor = Executor(open_snapshot(read_settings().dataset))
    for query in federated():
        text = query.path.read_text("utf-8")
        fresh = refresh(executor, text)
        if fresh != text:
            print(f"{query.path.name} differs")  # noqa: T201
            if "--write" in sys.argv:
                query.path.write_text(fresh, "utf-8")


if __name__ == "__main__":
    main()
