"""Figures, and the times that clauses and figures are of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ukfr_graph import iris
from ukfr_graph.clauses.quotes import Evidence
from ukfr_graph.clauses.rows import Row, Texts, list_parts, read_day, read_text, read_texts
from ukfr_graph.triples import to_value


@dataclass(frozen=True)
class Time:
    """A time as worded, with the days that bound it where the text gives them."""

    iri: str
    wording: str
    aspect: str
    urgency: str
    start: date | str
    end: date | str
    evidence: Evidence


@dataclass(frozen=True)
class Figure:
    """A quantity as it is coded, and the words that it rests on; ``unit``, ``comparator``, ``measure`` may be empty.

    ``counted_texts`` say what it counts; ``value`` is a text only where the graph has no number.
    """

    iri: str
    value: int | Decimal | float | str
    unit: str
    comparator: str
    measure: str
    currency: str
    counted_texts: Texts
    period: Time | None
    evidence: Evidence

    @property
    def counted(self) -> str:
        """Return what it counts, in English."""
        return self.counted_texts.get("en", "")

    def name(self, language: str) -> str:
        """Return what it counts in a language, else in none, else in English, else its compact IRI."""
        texts = self.counted_texts
        return texts.get(language) or texts.get("") or texts.get("en") or iris.shorten(self.iri)

    @property
    def anchor(self) -> str:
        """The last part of the IRI, of which addresses within a page are made."""
        return iris.local_name(self.iri)


def read_figures(rows: Iterable[Row], words: Callable[[str], Evidence]) -> tuple[Figure, ...]:
    """Read the figures of a clause in the order of the text; ``words`` returns what a part rests on."""
    figures = (_read_figure(part, words) for part in list_parts(rows).values())
    return tuple(sorted(figures, key=lambda f: (f.evidence.start, f.iri)))


def read_times(rows: Iterable[Row], words: Callable[[str], Evidence]) -> tuple[Time, ...]:
    """Read the times of a clause as ``read_figures`` does its figures."""
    times = (_read_time(part[0], "part", words) for part in list_parts(rows).values())
    return tuple(sorted(times, key=lambda t: (t.evidence.start, t.iri)))


def _read_figure(rows: list[Row], words: Callable[[str], Evidence]) -> Figure:
    row = rows[0]
    part, value = row["part"].value, to_value(row["value"])
    return Figure(
        iri=part,
        value=value if isinstance(value, int | Decimal | float) and not isinstance(value, bool) else row["value"].value,
        unit=read_text(row, "unit"),
        comparator=read_text(row, "comparator"),
        measure=read_text(row, "measure"),
        currency=read_text(row, "currency"),
        counted_texts=read_texts(rows, "part", "counted").get(part, {}),
        period=_read_time(row, "period", words) if "period" in row else None,
        evidence=words(part),
    )


def _read_time(row: Row, name: str, words: Callable[[str], Evidence]) -> Time:
    return Time(
        iri=row[name].value,
        wording=row["wording"].value,
        aspect=read_text(row, "aspect"),
        urgency=read_text(row, "urgency"),
        start=read_day(row, "from"),
        end=read_day(row, "until"),
        evidence=words(row[name].value),
    )
