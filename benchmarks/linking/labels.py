"""The labelled set, and the records of UK Treaties Online that it points to."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ukfr_graph.link.datasets.assembly import assemble
from ukfr_graph.link.datasets.reader import find_adapter, read_treaties
from ukfr_graph.link.datasets.treaties import Treaty

HERE = Path(__file__).parent
LABELLED = HERE / "labelled.tsv"


@dataclass(frozen=True)
class Question:
    """A treaty as someone else words it, and which records it is (none: it is not among them)."""

    name: str
    part: str
    group: str
    hard: tuple[str, ...]
    treaty: Treaty
    answers: frozenset[str]


def read_questions(part: str = "") -> list[Question]:
    """Read the labelled set, or one part of it; or a set by rule, which ``fresh.py`` or ``second.py`` makes."""
    made = part in ("fresh", "second", "third", "fourth", "fifth", "hand")
    path = HERE / f"{'by_hand' if part == 'hand' else part}.tsv" if made else LABELLED
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [_question(row) for row in rows if made or not part or row["part"] == part]


def _question(row: dict[str, str]) -> Question:
    items = assemble(
        0, row["id"], {"en": row["title"]}, signed=row["signed"], parties=row["parties"].split(";"),
        references=row.get("references") or "", others=row.get("cites") or "",
    )  # fmt: skip
    found = next(item for item in items if isinstance(item, Treaty))
    return Question(
        row["id"], row["part"], row["group"], tuple(row["hard"].split()), found, frozenset(row["targets"].split())
    )


def records_path() -> Path:
    """Return the CSV of UK Treaties Online, which UKFR_FCDO_CSV names."""
    if not (path := os.environ.get("UKFR_FCDO_CSV")):
        sys.exit("UKFR_FCDO_CSV does not name the CSV of UK Treaties Online.")
    return Path(path)


def read_records() -> Sequence[Treaty]:
    """Read the records of UK Treaties Online."""
    return [t for t in read_treaties(records_path(), find_adapter("fcdo_csv")) if isinstance(t, Treaty)]
