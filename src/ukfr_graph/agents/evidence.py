"""The words that an answer rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from ukfr_graph.errors import UkfrError
from ukfr_graph.server.answers import select
from ukfr_graph.server.service import Service

MOST_RESOURCES = 100
MOST_QUOTES = 60
_EACH = 3  # quotes for a resource that has none of its own
_QUERY = """SELECT DISTINCT ?of ?is_own ?on ?label ?words ?start ?end ?source ?page {
  VALUES ?of { %s }
  { ?of ukfr:evidence ?evidence . BIND (?of AS ?on) BIND (true AS ?is_own) }
  UNION
  { ?on ?any ?of ; a ukfr:Clause ; ukfr:evidence ?evidence . BIND (false AS ?is_own) }
  ?evidence oa:hasSource ?source ; oa:hasSelector ?quote, ?position .
  ?quote oa:exact ?words . ?position oa:start ?start ; oa:end ?end . ?source dcterms:source ?page .
  OPTIONAL { ?on rdfs:label ?label FILTER (LANG(?label) = "en") }
} ORDER BY DESC(?is_own) ?start ?on LIMIT 2000"""


async def quote_evidence(service: Service, resources: Iterable[str]) -> dict[str, Any]:
    """Give ``evidence``, and where it could not be found ``evidence_error``: the answer itself is not lost with it."""
    try:
        return {"evidence": await _find_evidence(service, resources)}
    except UkfrError as error:
        return {"evidence": [], "evidence_error": str(error)}


async def _find_evidence(service: Service, resources: Iterable[str]) -> list[dict[str, Any]]:
    """Find the quotes of resources, in the order of the text: their own, else those of clauses that name them.

    At most 60 for the first 100 resources, so that an answer stays readable.
    """
    names = [str(ox.NamedNode(iri)) for iri in dict.fromkeys(resources)][:MOST_RESOURCES]
    if not names:
        return []
    table = await select(service, _QUERY.replace("%s", " ".join(names)))
    rows = [{name: term.value for name, term in row.items()} for row in table.dicts()]
    own = {row["of"] for row in rows if row["is_own"] == "true"}
    given: Counter[str] = Counter()
    quotes: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        if row["is_own"] == "false" and (row["of"] in own or given[row["of"]] >= _EACH):
            continue
        given[row["of"]] += 1
        quotes[row["on"], row["start"]] = {
            "iri": row["on"],
            "label": row.get("label", ""),
            "words": row["words"],
            "start": int(row["start"]),
            "end": int(row["end"]),
            "source": row["source"],
            "page": row["page"],
        }
    return sorted(quotes.values(), key=lambda q: (q["source"], q["start"], q["iri"]))[:MOST_QUOTES]
