"""Rows of the tables that are of clauses or of their parts, read from the model of clauses.

Such a table is a YAML file in ``tables/``: ``each`` names the parts that have a row each (without it, the clause has),
and the ``value`` of a field is where the cell is found, such as ``clause.evidence.words`` or ``part.role``. With a
``language`` the cell is the text, or the label of the thing, in it; ``local: true`` is the last part of its IRI.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

from ukfr_graph import iris
from ukfr_graph.clauses import PARTS, ROOM, Clause, read_clauses
from ukfr_graph.query.executor import Executor
from ukfr_graph.query.labels import Names, read_names
from ukfr_graph.query.package_tables import Field
from ukfr_graph.query.questions import read_question
from ukfr_graph.source_texts import SourceTexts


class _Place(NamedTuple):
    clause: Clause
    part: Any


def read_all_clauses(executor: Executor) -> list[Clause]:
    """Read the clauses of all statements.

    Raises:
        UkfrError: see ``Executor.run``.
    """
    answers = {name: executor.run(read_question(ROOM, name)).bindings() for name in PARTS}
    return read_clauses(answers, SourceTexts(executor.engine.folder))


def make_rows(executor: Executor, clauses: Iterable[Clause], each: str, fields: Iterable[Field]) -> Iterator[list[str]]:
    """Make the rows of a table; a cell without a value is empty.

    Raises:
        UkfrError: see ``Executor.run``.
    """
    places = [_Place(clause, part) for clause in clauses for part in (getattr(clause, each) if each else (None,))]
    columns = [(field, [attrgetter(field.value)(place) for place in places]) for field in fields]
    things = {value for field, values in columns if field.language for value in values if isinstance(value, str)}
    names = read_names(executor, things, {field.language for field, _ in columns if field.language})
    for row in zip(*([_write(value, field, names) for value in values] for field, values in columns), strict=True):
        yield list(row)


def _write(value: Any, field: Field, names: Mapping[str, Names]) -> str:
    if field.language:
        return value.get(field.language, "") if isinstance(value, Mapping) else names[field.language].label(value)
    if field.local:
        return iris.local_name(value)
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)
