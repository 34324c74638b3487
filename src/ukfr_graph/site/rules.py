"""The rules by which things were coded: the definitions of kinds and verdicts, as the vocabularies have them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from ukfr_graph.clauses import Clause
from ukfr_graph.query.labels import list_nameable
from ukfr_graph.query.questions import give_values, read_question
from ukfr_graph.service.answers import list_values, select_together
from ukfr_graph.service.service import Service


async def find_rules(service: Service, things: Iterable[str], language: str) -> Mapping[str, str]:
    """Find what kinds and verdicts mean, by IRI, in a language; what has no definition in it is left out.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    question, asked = read_question("site", "rules"), {"language": ox.Literal(language)}
    parts = list_values(service, list_nameable(things))
    tables = await asyncio.gather(
        *(select_together(service, [give_values(question, "thing", part)], asked) for part in parts)
    )
    return {row["thing"].value: row["definition"].value for (table,) in tables for row in table.dicts()}


def list_coded(clauses: Iterable[Clause]) -> set[str]:
    """List the kinds and verdicts that clauses were coded with."""
    return {iri for clause in clauses for iri in (clause.kind, *(j.verdict for j in clause.judgements))}
