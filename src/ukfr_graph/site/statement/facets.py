"""Ways of choosing clauses: by kind, holder, topic, instrument and testability."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ukfr_graph import iris
from ukfr_graph.clauses import Clause
from ukfr_graph.query.questions import read_question
from ukfr_graph.service.answers import Table, select_together
from ukfr_graph.service.names import Named, Names
from ukfr_graph.service.service import Service

FACETS = ("kind", "holder", "topic", "instrument", "testability")


@dataclass(frozen=True)
class FacetChoice:
    """One way of choosing clauses: its values with the number of clauses, and the one that is chosen."""

    name: str
    values: list[tuple[Named, int]]
    chosen: str


Broader: TypeAlias = Mapping[str, Sequence[str]]
"""The broader topics of topics: a clause is on them too."""


async def find_broader(service: Service) -> Broader:
    """Find the broader topics of the topics that clauses have.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    (table,) = await select_together(service, [read_question("site/statement", "broader")])
    return read_broader(table)


def read_broader(table: Table) -> Broader:
    """Read the broader topics of each topic from the answer of ``broader.rq``."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in table.dicts():
        found[row["topic"].value].append(row["broader"].value)
    return dict(found)


def values_of(clause: Clause, facet: str, broader: Broader) -> list[str]:
    """Return the IRIs that a clause has to choose it by."""
    found = {
        "kind": [clause.kind],
        "holder": clause.holders(),
        "topic": [wider for topic in clause.topics for wider in (topic, *broader.get(topic, ()))],
        "instrument": clause.instruments,
        "testability": [clause.testability] if clause.testability else [],
    }[facet]
    return list(dict.fromkeys(found))


def count_values(clauses: list[Clause], facet: str, names: Names, broader: Broader) -> list[tuple[Named, int]]:
    """Count the clauses by what they have to choose them by, in the order of its names."""
    counts = Counter(names.of(value) for clause in clauses for value in values_of(clause, facet, broader))
    return sorted(counts.items(), key=lambda item: item[0].name.casefold())


def list_values(clauses: list[Clause], broader: Broader) -> dict[str, dict[str, list[str]]]:
    """Return the compact IRIs to choose each clause by: by its anchor, then by facet."""
    return {
        clause.anchor: {facet: [iris.shorten(value) for value in values_of(clause, facet, broader)] for facet in FACETS}
        for clause in clauses
    }


def find_facets(clauses: list[Clause], names: Names, given: Mapping[str, str], broader: Broader) -> list[FacetChoice]:
    """Return the choices that clauses offer, with what is chosen of them; what none of them has is not chosen."""
    facets = []
    for name in FACETS:
        values = count_values(clauses, name, names, broader)
        chosen = given.get(name, "")
        facets.append(
            FacetChoice(name, values, chosen if any(iris.shorten(v.iri) == chosen for v, _ in values) else "")
        )
    return facets
