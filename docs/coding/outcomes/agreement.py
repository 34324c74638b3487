"""How far the two codings of outcomes agree: value on two days, and the relation of figures to observations.

``python docs/coding/outcomes/agreement.py`` prints the table of ``README.md``; a test holds the two together.

A verdict holds until the next one of the same clause. A clause counts on a day if both coders have a verdict that
holds then. A figure and an observation count once if both coders hold the one against the other.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ukfr_graph.coding.agreement import measure_agreement
from ukfr_graph.documents import read_document
from ukfr_graph.resources import data_folder
from ukfr_graph.shorthand import write_out

HERE = Path(__file__).parent
DAYS = ("2016-12-31", "2026-11-29")
FIRST = "coder/outcomes-first"


def read_first(name: str) -> list[dict[str, Any]]:
    """Read what the first coder gave, from the records that the graph is built from."""
    root = data_folder()
    return [dict(r) for r in write_out(read_document(root / "outcomes" / name, root)).records() if r["coder"] == FIRST]


def read_verdicts() -> tuple[dict[str, list[tuple[str, str]]], dict[str, list[tuple[str, str]]]]:
    """Return the verdicts of both coders: for each clause (day, value), in order."""
    first: dict[str, list[tuple[str, str]]] = {}
    second: dict[str, list[tuple[str, str]]] = {}
    for record in read_first("uk-fr-2016-08-30.yaml"):
        first.setdefault(record["outcomeOf"], []).append((str(record["asOf"]), record["outcomeValue"]))
    for verdict in json.loads((HERE / "second.json").read_text("utf-8"))["outcomes"]:
        second.setdefault(verdict["clause"], []).append((verdict["as_of"], verdict["value"]))
    return first, second


def values_on(verdicts: dict[str, list[tuple[str, str]]], day: str) -> dict[str, str]:
    """Return the value of each clause that holds on a day."""
    held = {clause: [v for v in sorted(all_) if v[0] <= day] for clause, all_ in verdicts.items()}
    return {clause: all_[-1][1] for clause, all_ in held.items() if all_}


def read_relations() -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]:
    """Return the relations of both coders: for each figure and observation, how they compare."""
    first = {
        (r["corroborates"], by): r["corroborationRelation"]
        for r in read_first("corroborations.yaml")
        for by in r["corroboratedBy"]
    }
    given = json.loads((HERE / "second.json").read_text("utf-8"))["corroborations"]
    return first, {(c["of"], by): c["relation"] for c in given for by in c["by"]}


def shared(first: dict[Any, str], second: dict[Any, str]) -> list[tuple[str, str]]:
    """Pair what both have."""
    return [(first[key], second[key]) for key in sorted(first.keys() & second.keys())]


def table() -> str:
    """Write the agreement as a Markdown table."""
    verdicts = read_verdicts()
    rows = [(f"value on {day}", shared(*(values_on(v, day) for v in verdicts))) for day in DAYS]
    rows.append(("relation of a figure to an observation", shared(*read_relations())))
    lines = ["| what | items | agree | Cohen's κ | Krippendorff's α |", "|---|---:|---:|---:|---:|"]
    for what, labels in rows:
        row = measure_agreement(what, labels)
        lines.append(f"| {what} | {row.items} | {row.share:.1%} | {row.kappa:.3f} | {row.alpha:.3f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
