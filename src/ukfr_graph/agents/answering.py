"""Answering the tools: facts, and the words that they rest on."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from ukfr_graph.agents.evidence import quote_evidence
from ukfr_graph.agents.tools import MOST_HITS
from ukfr_graph.errors import NotFoundError, ParameterError, ResultTooLargeError
from ukfr_graph.query.parameters import Parameter, bind_parameters, to_term
from ukfr_graph.query.saved import find_query
from ukfr_graph.service.answers import ROWS, ask, read_table, require_known, select
from ukfr_graph.service.service import Service, need_folder
from ukfr_graph.store import Term

MOST_ROWS = 200
MOST_CHARACTERS = 100_000
_ACCEPT = f"{ROWS}, text/turtle;q=0.9"
_IRI = re.compile(r"https?://[^\s<>\"]+")
_FACTS = """SELECT ?about ?about_label ?value ?value_label ?_of_iri {
  ?_of_iri ?about ?value .
  OPTIONAL { ?about rdfs:label ?about_label FILTER (LANG(?about_label) = "en") }
  OPTIONAL { ?value rdfs:label|skos:prefLabel ?value_label FILTER (LANG(?value_label) = "en") }
} ORDER BY ?about ?value LIMIT 1000"""
_REFERENCES = """SELECT ?from ?from_label ?about ?_of_iri {
  ?from ?about ?_of_iri .
  OPTIONAL { ?from rdfs:label|skos:prefLabel ?from_label FILTER (LANG(?from_label) = "en") }
} ORDER BY ?about ?from LIMIT 1000"""


async def answer_tool(service: Service, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a tool by its name.

    Raises:
        NotFoundError: there is no such tool.
        ParameterError: an argument is missing, unknown, or not of its type.
        UkfrError: see ``answers.ask``.
    """
    if name == "search":
        answer = await _search(service, **_check(arguments, {"text": str}, {"language": str, "limit": int}))
    elif name == "describe":
        answer = await _describe(service, **_check(arguments, {"iri": str}, {}))
    elif name == "sparql":
        answer = await _ask(service, _check(arguments, {"query": str}, {})["query"], {})
    else:
        saved = find_query(name)
        values = {key: _to_text(key, value) for key, value in arguments.items()}
        bound = bind_parameters(saved.parameters, values)
        await require_known(service, bound)
        answer = await _ask(service, saved.text, bound)
    return {**answer, "version": service.pool.version}


async def _search(service: Service, text: str, language: str = "", limit: int = 10) -> dict[str, Any]:
    if not 1 <= limit <= MOST_HITS:
        raise ParameterError(f"'limit' is from 1 to {MOST_HITS}; {limit} is not.")
    need_folder(service, "The search")
    options = {"limit": limit, "language": language}
    reply = await service.ask({"task": "search", "text": text, "options": options}, ("search", text, language, limit))
    found = json.loads(reply.body)
    hits = [
        {
            "iri": hit["iri"],
            "label": hit["label"],
            "type": next(iter(hit["types"]), ""),
            "found_in": hit["field"],
            "words": re.sub("</?mark>", "", hit["snippet"]),
        }
        for hit in found["hits"]
    ]
    quotes = await quote_evidence(service, [hit["iri"] for hit in hits if _IRI.fullmatch(hit["iri"])])
    return {"hits": hits, "total": found["total"], **quotes}


async def _describe(service: Service, iri: str) -> dict[str, Any]:
    term = to_term(Parameter("iri", "iri", "iri", required=True), iri)
    await require_known(service, {"iri": term})
    facts = (await select(service, _FACTS, {"_of_iri": term})).dicts()
    references = (await select(service, _REFERENCES, {"_of_iri": term})).dicts()
    if not facts and not references:
        raise NotFoundError(f"Nothing is said of {term.value}. Find IRIs with 'search'.")
    return {
        "iri": term.value,
        "facts": [_plain(row, "_of_iri") for row in facts[:MOST_ROWS]],
        "references": [_plain(row, "_of_iri") for row in references[:MOST_ROWS]],
        "cut": max(len(facts), len(references)) > MOST_ROWS,
        **await quote_evidence(service, [term.value]),
    }


async def _ask(service: Service, text: str, values: Mapping[str, Term]) -> dict[str, Any]:
    reply = await ask(service, text, values, _ACCEPT)
    table, other = read_table(reply)
    if table is not None:
        rows = [_plain(row) for row in table.dicts()[:MOST_ROWS]]
        iris = [t.value for row in table.rows[:MOST_ROWS] for t in row if isinstance(t, ox.NamedNode)]
        answer = {"columns": table.names, "rows": rows, "total": table.total, "cut": table.total > MOST_ROWS}
        return {**answer, **await quote_evidence(service, filter(_IRI.fullmatch, iris))}
    if reply.head["type"] == ROWS:
        return {"answer": other == "true", "evidence": []}
    if len(other) > MOST_CHARACTERS:
        raise ResultTooLargeError(f"The answer has {len(other)} characters of Turtle; narrow it, or add LIMIT.")
    triples = list(ox.parse(reply.body, format=ox.RdfFormat.TURTLE))
    iris = [t.value for q in triples for t in (q.subject, q.object) if isinstance(t, ox.NamedNode)]
    return {"turtle": other, **await quote_evidence(service, filter(_IRI.fullmatch, iris))}


def _plain(row: Mapping[str, Term], without: str = "") -> dict[str, Any]:
    """Give a row as JSON has it: numbers and booleans as such, all else as text."""
    return {name: _to_json(term) for name, term in row.items() if name != without}


def _to_json(term: Term) -> Any:
    if isinstance(term, ox.Literal):
        kind = term.datatype.value.rpartition("#")[2]
        try:
            if kind == "integer":
                return int(term.value)
            if kind in ("decimal", "double"):
                return float(term.value)
            if kind == "boolean":
                return term.value == "true"
        except ValueError:
            return term.value
    return term.value


def _check(arguments: Mapping[str, Any], needed: dict[str, type], others: dict[str, type]) -> dict[str, Any]:
    """Check arguments by name and type; the schema that the tool is listed with says the same."""
    known = needed | others
    if unknown := sorted(set(arguments) - set(known)):
        raise ParameterError(f"There is no argument {', '.join(unknown)}; there are {', '.join(known)}.")
    if missing := [name for name in needed if name not in arguments]:
        raise ParameterError(f"The argument {', '.join(missing)} must be given.")
    for name, value in arguments.items():
        if not isinstance(value, known[name]) or isinstance(value, bool):
            raise ParameterError(f"'{name}' is of type {known[name].__name__}.")
    return dict(arguments)


def _to_text(name: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ParameterError(f"'{name}' is a text or a number.")
    return str(value)
