"""Rows of the questions, and what is read of them: texts by language, days, and the rows of each part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeAlias

import pyoxigraph as ox

from ukfr_graph.triples import to_value

Row: TypeAlias = Mapping[str, ox.NamedNode | ox.Literal | ox.BlankNode]
Texts: TypeAlias = Mapping[str, str]
"""One text by language; without a language under the empty text."""


class Labelled:
    """A thing with labels by language, and those of the tables: in English, and in French."""

    labels: Texts

    @property
    def label(self) -> str:
        """The name in English."""
        return self.labels.get("en", "")

    @property
    def label_fr(self) -> str:
        """The name in French."""
        return self.labels.get("fr", "")


def group_rows(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Group rows by the clause that they are about."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["clause"].value].append(row)
    return found


def list_parts(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Group rows by the part that they are about, in the order of the parts' names and of the rows' other terms."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=_sort_key):
        found[row["part"].value].append(row)
    return found


def read_texts(rows: Iterable[Row], about: str, name: str) -> dict[str, dict[str, str]]:
    """Return texts by what they are about and their language: the first in order where there are several."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    texts = {
        (row[about].value, getattr(row[name], "language", None) or "", row[name].value) for row in rows if name in row
    }
    for subject, language, text in sorted(texts, reverse=True):
        found[subject][language] = text
    return found


def read_day(row: Row, name: str) -> date | str:
    """Return a day; what is written as none, as its text."""
    value = to_value(row.get(name))
    return value if isinstance(value, date) else read_text(row, name)


def read_text(row: Row, name: str) -> str:
    """Return a value as text; nothing where it is unbound."""
    term = row.get(name)
    return "" if term is None else str(term.value)


def _sort_key(row: Row) -> Any:
    return row["part"].value, sorted((name, str(term)) for name, term in row.items())
