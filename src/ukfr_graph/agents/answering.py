"""Answering the tools: facts, and the words that they rest on."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import Any

import pyoxigraph as ox

from ukfr_graph.agents.quotation import quote_evidence
from ukfr_graph.agents.tools import MOST_HITS
from ukfr_graph.errors import NotFoundError, ParameterError, ResultTooLargeError
from ukfr_graph.query.parameters import Parameter, bind_parameters, to_term
from ukfr_graph.query.questions import limit_rows, read_question
from ukfr_graph.service.answers import ROWS, ask, read_table, require_known, select
from ukfr_graph.service.names import Names, find_names
from ukfr_graph.service.searching import search
from ukfr_graph.service.service import Service
from ukfr_graph.store import Term
from ukfr_graph.triples import to_value

MOST_ROWS = 200
MOST_CHARACTERS = 100_000
_ACCEPT = f"{ROWS}, text/turtle;q=0.9"
_IRI = re.compile(r"https?://[^\s<>\"]+")


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
        saved = service.library().find(name)
        values = {key: _to_text(key, value) for key, value in arguments.items()}
        bound = bind_parameters(saved.parameters, values)
        await require_known(service, bound)
        answer = await _ask(service, saved.text, bound)
    return {**answer, "version": service.pool.version}


async def _search(service: Service, text: str, language: str = "", limit: int = 10) -> dict[str, Any]:
    if not 1 <= limit <= MOST_HITS:
        raise ParameterError(f"'limit' is from 1 to {MOST_HITS}; {limit} is not.")
    entrance = await search(service, text, {"limit": limit, "language": language})
    found = entrance.found.as_dict()
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
    questions = [
        {"tool": item.name, "arguments": dict(item.values), "question": query.summary["en"], "sure": item.is_sure}
        for item, query in entrance.questions
    ]
    told = {"questions": questions, "corrected": found["corrected"], "missing": list(found["missing"])}
    return {"hits": hits, "total": found["total"], "partial": found["is_partial"], **told, **quotes}


async def _describe(service: Service, iri: str) -> dict[str, Any]:
    term = to_term(Parameter("iri", "iri", "iri", required=True), iri)
    await require_known(service, {"iri": term})
    facts, references = await asyncio.gather(
        *(
            select(service, limit_rows(read_question("agents", name), MOST_ROWS), {"node": term})
            for name in ("facts", "references")
        )
    )
    if not facts.rows and not references.rows:
        raise NotFoundError(f"Nothing is said of {term.value}. Find IRIs with 'search'.")
    tables = {"facts": facts.dicts()[:MOST_ROWS], "references": references.dicts()[:MOST_ROWS]}
    named = {t.value for rows in tables.values() for row in rows for t in row.values() if isinstance(t, ox.NamedNode)}
    names = await find_names(service, named, "en")
    return {
        "iri": term.value,
        **{name: [_describe_row(row, names) for row in rows] for name, rows in tables.items()},
        "cut": max(facts.total, references.total) > MOST_ROWS,
        **await quote_evidence(service, [term.value]),
    }


def _describe_row(row: Mapping[str, Term], names: Names) -> dict[str, Any]:
    """Return a row with the label of each thing that it names, where it has one."""
    plain: dict[str, Any] = {}
    for name, term in row.items():
        if name != "node":
            plain[name] = _to_json(term)
            if isinstance(term, ox.NamedNode) and (label := names.label(term.value)):
                plain[f"{name}_label"] = label
    return plain


async def _ask(service: Service, text: str, values: Mapping[str, Term]) -> dict[str, Any]:
    reply = await ask(service, text, values, _ACCEPT)
    table, other = read_table(reply)
    if table is not None:
        rows = [{n: _to_json(term) for n, term in row.items()} for row in table.dicts()[:MOST_ROWS]]
        told = [
            (name, term.value)
            for row in table.dicts()[:MOST_ROWS]
            for name, term in row.items()
            if isinstance(term, ox.NamedNode)
        ]
        # A row about a part of a statement rests on the words of that part, and not on all others of the statement.
        iris = [iri for name, iri in told if name != "statement"] or [iri for _, iri in told]
        answer = {"columns": table.names, "rows": rows, "total": table.total, "cut": table.total > MOST_ROWS}
        return {**answer, **await quote_evidence(service, filter(_IRI.fullmatch, iris))}
    if reply.head["type"] == ROWS:
        return {"answer": other == "true", "evidence": []}
    if len(other) > MOST_CHARACTERS:
        raise ResultTooLargeError(f"The answer has {len(other)} characters of Turtle; narrow it, or add LIMIT.")
    triples = list(ox.parse(reply.body, format=ox.RdfFormat.TURTLE))
    iris = [t.value for q in triples for t in (q.subject, q.object) if isinstance(t, ox.NamedNode)]
    return {"turtle": other, **await quote_evidence(service, filter(_IRI.fullmatch, iris))}


def _to_json(term: Term) -> str | int | float | bool:
    """Return a term as JSON has it: numbers and booleans as such, all else as text."""
    value = to_value(term)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bool | int) or (isinstance(value, float) and isfinite(value)):
        return value
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
