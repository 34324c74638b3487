"""The completeness of the properties that an answer rests on: what is not recorded is missing from the answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ukfr_graph import iris
from ukfr_graph.query.questions import read_question
from ukfr_graph.query.saved import SavedQuery
from ukfr_graph.service.answers import select_together
from ukfr_graph.service.names import find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.phrases import name_outside

_PAIRS = re.compile(r"(?<=VALUES \(\?class \?property\) )\{[^{}]*\}")


@dataclass(frozen=True)
class Completeness:
    """A property of the things of a class, by their names: ``filled`` of ``total`` have it."""

    name: str
    kind: str
    filled: int
    total: int


async def find_completeness(service: Service, query: SavedQuery, language: str) -> list[Completeness]:
    """Count how far the properties are filled that a question rests on (``#+ rests-on`` in its file).

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    if not query.rests_on:
        return []
    pairs = " ".join(f"({kind} {property_})" for kind, property_ in query.rests_on)
    text = _PAIRS.sub(lambda _: f"{{ {pairs} }}", read_question("site/question", "coverage"))
    (found,) = await select_together(service, [text])
    rows = {(row["class"].value, row["property"].value): row for row in found.dicts()}
    names = await find_names(service, {iri for pair in rows for iri in pair}, language)
    asked = [(iris.expand(kind), iris.expand(property_)) for kind, property_ in query.rests_on]
    return [
        Completeness(
            names.label(property_) or name_outside(property_, language),
            names.of(kind).name,
            filled=int(rows[kind, property_]["with"].value),
            total=int(rows[kind, property_]["all"].value),
        )
        for kind, property_ in asked
        if (kind, property_) in rows
    ]
