"""The words that an answer rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from ukfr_graph.errors import UkfrError
from ukfr_graph.query.questions import give_values, limit_rows, read_question
from ukfr_graph.service.answers import select
from ukfr_graph.service.names import find_names
from ukfr_graph.service.service import Service
from ukfr_graph.source_texts import check_quote
from ukfr_graph.triples import is_count

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
    own = {row["of"] for row in rows}
    naming: defaultdict[str, set[str]] = defaultdict(set)
    for row in await _ask(service, "naming", "of", [iri for iri in resources if iri not in own], _MOST_NAMING):
        naming[row["of"]].add(row["on"])
    found = await _ask(service, "clause-evidence", "of", {on for some in naming.values() for on in some})
    chosen = {on for some in naming.values() for on in sorted(some & {row["of"] for row in found})[:_EACH]}
    of = {row["evidence"]: row["of"] for row in (*rows, *found) if row["of"] in own | chosen}
    names = await find_names(service, of.values(), "en")
    words = await _ask(service, "quotes", "evidence", of)
    right = [row for row in words if _is_right(row)]
    misquoted = sorted({of[row["evidence"]] for row in words} - {of[row["evidence"]] for row in right})
    quotes = [
        {
            "iri": of[row["evidence"]],
            "label": names.label(of[row["evidence"]]),
            "words": row["words"],
            "start": int(row["start"]),
            "end": int(row["end"]),
            "source": row["source"],
            "page": row["page"],
        }
        for row in right
    ]
    return sorted(quotes, key=lambda q: (q["source"], q["start"], q["iri"]))[:MOST_QUOTES], misquoted


def _is_right(row: dict[str, str]) -> bool:
    """Return whether a quote may leave the house: its place is one, and its text, where it is here, has it there."""
    start, end = row["start"], row["end"]
    in_text = check_quote(row["words"], start, end, row.get("sha256", ""))
    return is_count(start) and is_count(end) and in_text is not False


async def _ask(
    service: Service, name: str, variable: str, resources: Iterable[str], most: int | None = None
) -> list[dict[str, str]]:
    """Ask a question of ours about resources; none of them, no question."""
    nodes = [str(ox.NamedNode(iri)) for iri in dict.fromkeys(resources) if ":" in iri]
    if not nodes:
        return []
    question = give_values(read_question("agents", name), variable, " ".join(nodes))
    table = await select(service, question if most is None else limit_rows(question, most))
    return [{name: term.value for name, term in row.items()} for row in table.dicts()]
