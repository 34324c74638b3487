"""Clauses, asked of the workers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from functools import lru_cache

import pyoxigraph as ox

from ukfr_graph.clauses import PARTS, QUESTIONS, ROOM, Clause, read_clauses
from ukfr_graph.clauses.rows import Row
from ukfr_graph.query.labels import list_nameable
from ukfr_graph.query.questions import ask_about, read_question
from ukfr_graph.service.answers import ask_kept, list_values, read_rows, select
from ukfr_graph.service.service import Service

_LONGEST_READ = 1_000_000  # bytes of answers whose clauses are kept


async def find_clauses(service: Service, statement: str) -> list[Clause]:
    """Find the clauses of a statement in their order, without the words that their parts rest on.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    if service.is_plain:
        return []
    asked = {"statement": ox.NamedNode(statement)}
    bodies = await asyncio.gather(*(ask_kept(service, read_question(ROOM, name), asked) for name in QUESTIONS))
    read = _read_once if sum(map(len, bodies)) <= _LONGEST_READ else _read
    return list(read(*bodies))


async def find_clause(service: Service, iri: str) -> Clause | None:
    """Find a clause with everything that is recorded of it; None where the graph has no such clause.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    asked = {"clause": ox.NamedNode(iri)}
    tables = await asyncio.gather(*(select(service, read_question(ROOM, name), asked) for name in PARTS))
    answers = {name: table.dicts() for name, table in zip(PARTS, tables, strict=True)}
    return next(iter(read_clauses(answers, service.source_texts)), None)


async def find_some_clauses(service: Service, clauses: Iterable[str], questions: Sequence[str]) -> list[Clause]:
    """Find those of the clauses that the graph has, in the order of their statements, by some of ``QUESTIONS``.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    parts = list_values(service, list_nameable(clauses))
    asked = [(name, ask_about(read_question(ROOM, name), "clause", nodes)) for name in questions for nodes in parts]
    tables = await asyncio.gather(*(select(service, text) for _, text in asked))
    answers: dict[str, list[Row]] = {name: [] for name in ("clauses", *questions)}
    for (name, _), table in zip(asked, tables, strict=True):
        answers[name] += table.dicts()
    return sorted(
        read_clauses(answers, service.source_texts), key=lambda clause: (clause.statement, clause.order, clause.iri)
    )


@lru_cache(maxsize=4)
def _read_once(*bodies: bytes) -> tuple[Clause, ...]:
    """Read clauses that many pages show; nobody changes them."""
    return _read(*bodies)


def _read(*bodies: bytes) -> tuple[Clause, ...]:
    return tuple(read_clauses({n: read_rows(body).dicts() for n, body in zip(QUESTIONS, bodies, strict=True)}))
