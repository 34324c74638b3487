"""The answer to a saved question as people read it: named columns, things by their names, days, sums of money.

A question answers with variables for programs. For people, of ``x``, ``x_label`` and ``x_fr`` one column is left: the
thing by its name, or the text in the reader's language; the currency of an amount joins it; a source is one column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.messages import find_languages, load_messages
from ukfr_graph.query.captions import ColumnName
from ukfr_graph.service.answers import Table, translate
from ukfr_graph.service.names import Names, find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.addresses import find_words
from ukfr_graph.site.amounts import format_money
from ukfr_graph.site.templates import link_to, write_day, write_number
from ukfr_graph.store import Term
from ukfr_graph.triples import is_true

_SOURCE = ("source_title", "source_address")  # a source is named by the first, and read at the second
_ORDER, _WORDS = "order", "words"
_LEADING = {"value": "figure", "other_value": "other", "words": "passage"}
"""Columns that lead to the thing of another, which is not shown beside them."""
_NUMERIC = ("integer", "decimal", "double", "float", "nonNegativeInteger", "positiveInteger", "gYear")


@dataclass(frozen=True)
class Cell:
    """A value as shown: ``href`` is where it leads to (empty: nowhere), ``language`` that of the text (empty: none)."""

    text: str
    href: str = ""
    language: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class ReadableAnswer:
    """The rows of an answer with the names of their columns; ``total`` counts those of the whole answer."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int

    def head(self, rows: int, columns: int) -> ReadableAnswer:
        """Return the beginning of it."""
        return ReadableAnswer(
            self.headings[:columns], tuple(row[:columns] for row in self.rows[:rows]), self.total
        )  # fmt: skip


async def read_answer(
    service: Service, table: Table, columns: Mapping[str, ColumnName], language: str, asked: Iterable[Term] = ()
) -> ReadableAnswer:
    """Put the rows of a saved question into words; ``asked`` are the things that it is asked about.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    kept = choose_columns(table, language)
    translated = await translate(service, table, language)
    nodes = {term.value for row in table.rows for term in row if isinstance(term, ox.NamedNode)}
    names = await find_names(service, nodes, language)
    about = [term.value for term in asked if isinstance(term, ox.NamedNode)]
    units = {name: table.names.index(unit) for name in kept if (unit := _unit_of(name, columns)) in table.names}
    shown = [name for name in kept if name not in {_unit_of(other, columns) for other in units}]
    return ReadableAnswer(
        tuple(name_column(name, columns, language) for name in shown),
        tuple(
            tuple(_read_cell(translated, row, name, units.get(name), names, language, about) for name in shown)
            for row in translated.rows
        ),
        table.total,
    )


def choose_columns(table: Table, language: str) -> list[str]:
    """Choose one column where several say the same in other words or in another language."""
    kept = list(table.names)
    tongues = {name for code in find_languages() for name in kept if name.endswith(f"_{code}") and name[:-3] in kept}
    for name in sorted(tongues):
        dropped = name[:-3] if name.endswith(f"_{language}") else name
        kept = [other for other in kept if other != dropped]
    named = {_base(name) for name in table.names if _is_thing(table, name)}
    kept = [name for name in kept if not (name.endswith("_label") or "_label_" in name) or _base(name) not in named]
    if "source" in kept and "source_title" in kept:
        kept = [name for name in kept if name not in _SOURCE]
    kept = [name for name in kept if not any(name == thing and told in kept for told, thing in _LEADING.items())]
    return [name for name in kept if _base(name) != "label" or not _follows_thing(table, _base(name))]


def _base(name: str) -> str:
    """Return what a column is of: ``kind`` for ``kind_label_fr``."""
    for code in find_languages():
        name = name.removesuffix(f"_{code}")
    return name.removesuffix("_label")


def _is_thing(table: Table, name: str) -> bool:
    at = table.names.index(name)
    return any(isinstance(row[at], ox.NamedNode) for row in table.rows)


def _follows_thing(table: Table, name: str) -> bool:
    """Return whether a column stands behind one of things, whose names it gives."""
    at = table.names.index(name) if name in table.names else 0
    return at > 0 and _is_thing(table, table.names[at - 1])


def _unit_of(name: str, columns: Mapping[str, ColumnName]) -> str:
    return columns[name].unit if name in columns else ""


def name_column(name: str, columns: Mapping[str, ColumnName], language: str) -> str:
    """Return what a column is called in a language; its variable in words where it has no name."""
    known = columns.get(name) or columns.get(_base(name))
    return known.label(language) if known else _base(name).replace("_", " ").capitalize()


def _read_cell(
    table: Table,
    row: Sequence[Term | ox.Triple | None],
    name: str,
    unit: int | None,
    names: Names,
    language: str,
    about: Sequence[str],
) -> Cell:
    term = row[table.names.index(name)]
    if term is None or isinstance(term, ox.Triple):
        return Cell(str(term or ""))
    if isinstance(term, ox.NamedNode):
        return Cell(names.of(term.value).name, link_to(term.value))
    if isinstance(term, ox.BlankNode):
        return Cell("")
    kind = term.datatype.value.removeprefix(iris.XSD)
    currency = row[unit] if unit is not None else None
    if isinstance(currency, ox.Literal):
        return Cell(format_money(term.value, currency.value, language), _find_target(table, row, name), is_number=True)
    if kind == "date":
        return Cell(write_day(term.value, language))
    if kind == "boolean":
        messages = load_messages(language)
        return Cell(messages.gettext("Yes") if is_true(term) else messages.gettext("No"))
    if kind in _NUMERIC:
        href = _find_target(table, row, name)
        text = term.value if kind == "gYear" or name == "year" else write_number(term.value, language)
        return Cell(text, href, is_number=True)
    href = link_to(term.value) if kind == "anyURI" else _find_words(row, about) if name == _WORDS else ""
    return Cell(term.value, href, _other(term.language or "", language))


def _find_target(table: Table, row: Sequence[Term | ox.Triple | None], name: str) -> str:
    """Return where a number leads to: that of a clause to its words in the text, a figure to its record."""
    if name == _ORDER:
        return _find_words(row, ())
    thing = row[table.names.index(_LEADING[name])] if _LEADING.get(name) in table.names else None
    return link_to(thing.value) if isinstance(thing, ox.NamedNode) else ""


def _find_words(row: Sequence[Term | ox.Triple | None], about: Iterable[str]) -> str:
    """Return where the words of a row stand in their text: those of its first thing that has some, else as asked."""
    nodes = [term.value for term in row if isinstance(term, ox.NamedNode)]
    return next((address for node in (*nodes, *about) if (address := find_words(node))), "")


def _other(tag: str, language: str) -> str:
    return "" if tag == language else tag
