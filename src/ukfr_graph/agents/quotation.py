"""The words that an answer rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from ukfr_graph.clauses import read_quotes
from ukfr_graph.errors import UkfrError
from ukfr_graph.query.questions import give_values, limit_rows, read_question
from ukfr_graph.service.answers import select
from ukfr_graph.service.names import find_names
from ukfr_graph.service.service import Service
from ukfr_graph.store import Term

MOST_RESOURCES = 100
MOST_QUOTES = 60
_EACH = 3  # quotes for a resource that has none of its own
_MOST_NAMING = 2_000


async def quote_evidence(service: Service, resources: Iterable[str]) -> dict[str, Any]:
    """Return ``evidence``, and where it could not be found ``evidence_error``: the answer itself is not lost with it.

    A resource has its own quotes, else those of at most three clauses that name it. There are at most 60, for the
    first 100 resources, in the order of the text, so that an answer stays readable. A quote that its text does not have
    at its place is left out, and told in ``evidence_error``.
    """
    try:
        quotes, misquoted = await _find_quotes(service, list(dict.fromkeys(resources))[:MOST_RESOURCES])
    except UkfrError as error:
        return {"evidence": [], "evidence_error": str(error)}
    if not misquoted:
        return {"evidence": quotes}
    fault = f"The text does not have the words that are recorded for {', '.join(misquoted)}; they are left out."
    return {"evidence": quotes, "evidence_error": fault}


async def _find_quotes(service: Service, resources: list[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """Find the quotes, and the resources whose recorded words are not in their text.

    The questions are asked one after the other: as one, the engine would read all evidence for any of it.
    """
    rows = await _ask(service, "own-evidence", "of", resources)
    own = {row["of"].value for row in rows}
    naming: defaultdict[str, set[str]] = defaultdict(set)
    for row in await _ask(service, "naming", "of", [iri for iri in resources if iri not in own], _MOST_NAMING):
        naming[row["of"].value].add(row["on"].value)
    found = await _ask(service, "clause-evidence", "of", {on for some in naming.values() for on in some})
    clauses = {row["of"].value for row in found}
    chosen = own.union(*(sorted(some & clauses)[:_EACH] for some in naming.values()))
    of = {row["part"].value: row["of"].value for row in (*rows, *found) if row["of"].value in chosen}
    names = await find_names(service, of.values(), "en")
    told = await _ask(service, "quotes", "part", of)
    right = read_quotes(told, service.source_texts)
    misquoted = {of[row["part"].value] for row in told} - {of[part] for part in right}
    quotes = [
        {"iri": of[part], "label": names.label(of[part]), "words": quote.words, "start": quote.start, "end": quote.end,
         "source": quote.source, "page": quote.page}
        for part, parts in right.items() for quote in parts
    ]  # fmt: skip
    return sorted(quotes, key=lambda q: (q["source"], q["start"], q["iri"]))[:MOST_QUOTES], sorted(misquoted)


async def _ask(
    service: Service, name: str, variable: str, resources: Iterable[str], most: int | None = None
) -> list[dict[str, Term]]:
    """Ask a question of ours about resources; none of them, no question."""
    nodes = [str(ox.NamedNode(iri)) for iri in dict.fromkeys(resources) if ":" in iri]
    if not nodes:
        return []
    question = give_values(read_question("agents", name), variable, " ".join(nodes))
    return (await select(service, question if most is None else limit_rows(question, most))).dicts()
