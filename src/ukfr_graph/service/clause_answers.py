"""Clauses, asked of the workers."""

from __future__ import annotations

import asyncio

import pyoxigraph as ox

from ukfr_graph.clauses import PARTS, QUESTIONS, ROOM, Clause, read_clauses
from ukfr_graph.query.questions import read_question
from ukfr_graph.service.answers import select_kept, select_together
from ukfr_graph.service.service import Service


async def find_clauses(service: Service, statement: str) -> list[Clause]:
    """Find the clauses of a statement in their order, without the words that their parts rest on.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    texts = [read_question(ROOM, name) for name in QUESTIONS]
    tables = await select_together(service, texts, {"statement": ox.NamedNode(statement)})
    return read_clauses({name: table.dicts() for name, table in zip(QUESTIONS, tables, strict=True)})


async def find_clause(service: Service, iri: str) -> Clause | None:
    """Find a clause with everything that is recorded of it; None where the graph has no such clause.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    asked = {"clause": ox.NamedNode(iri)}
    tables = await asyncio.gather(*(select_kept(service, read_question(ROOM, name), asked) for name in PARTS))
    return next(iter(read_clauses({name: table.dicts() for name, table in zip(PARTS, tables, strict=True)})), None)
