"""Judgements of a clause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ukfr_graph.clauses.rows import Row, Texts, list_parts, read_day, read_text, read_texts
from ukfr_graph.triples import is_true


@dataclass(frozen=True)
class Judgement:
    """A verdict on a clause, with its reasons; one that is not settled differs from the one that is."""

    iri: str
    question: str
    verdict: str
    confidence: str
    coder: str
    day: date | str
    reasons: Texts
    is_settled: bool


def read_judgements(rows: Iterable[Row]) -> tuple[Judgement, ...]:
    """Read the judgements of a clause, the settled ones first."""
    judgements = [
        Judgement(
            part,
            read_text(found[0], "question"),
            found[0]["verdict"].value,
            found[0]["confidence"].value,
            found[0]["coder"].value,
            read_day(found[0], "day"),
            read_texts(found, "part", "reason").get(part, {}),
            is_true(found[0]["settled"]),
        )
        for part, found in list_parts(rows).items()
    ]
    return tuple(sorted(judgements, key=lambda j: (not j.is_settled, j.verdict, j.iri)))
