"""The tools: three of our own, and each saved query that can be answered here, described by its file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mcp import types

from ukfr_graph import iris
from ukfr_graph.messages import name_language
from ukfr_graph.query.parameters import MAX_VALUE_LENGTH, Parameter
from ukfr_graph.query.saved import SavedQuery
from ukfr_graph.query.search_words import LONGEST_TEXT

MOST_HITS = 50
_OWN = ("search", "describe", "sparql")
_READ_ONLY = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_KINDS: dict[str, dict[str, Any]] = {
    "iri": {"type": "string", "description": "An IRI, or a compact one such as vocab:topic/terrorism."},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "en": {"type": "string", "description": "A text in English."},
    "fr": {"type": "string", "description": "A text in French."},
}


def list_tools(questions: Iterable[SavedQuery], languages: Sequence[str], *, has_index: bool) -> list[types.Tool]:
    """List the tools: ours, the search only where there ``has_index`` of words, and saved queries of other names."""
    own = [_describe_search(languages)] if has_index else []
    own += [_describe_describe(), _describe_sparql()]
    return own + [_describe_query(saved, languages) for saved in questions if saved.name not in _OWN]


def _describe_query(saved: SavedQuery, languages: Sequence[str]) -> types.Tool:
    others = [f"({saved.summary[code]})" for code in languages if code != "en" and saved.summary.get(code)]
    return types.Tool(
        name=saved.name,
        title=saved.question("en"),
        description=" ".join(filter(None, (saved.question("en"), *others, saved.description))),
        input_schema=_write_schema(
            {p.name: _describe_parameter(p) for p in saved.parameters}, [p.name for p in saved.parameters if p.required]
        ),
        annotations=_READ_ONLY,
    )


def _describe_parameter(parameter: Parameter) -> dict[str, Any]:
    found = dict(_KINDS.get(parameter.kind, {"type": "string"}))
    if found["type"] == "string":
        found["maxLength"] = MAX_VALUE_LENGTH
    if parameter.choices:
        found["enum"] = list(parameter.choices)
    if parameter.default is not None:
        convert = {"integer": int, "number": float}.get(parameter.kind, str)
        found["default"] = convert(parameter.default)
    return found


def _describe_search(languages: Sequence[str]) -> types.Tool:
    return types.Tool(
        name="search",
        title="Find resources by the words of their names, summaries, definitions and quotes",
        description="Find clauses, actors, instruments, topics, places and terms by words, in "
        f"{' and '.join(name_language(code, 'en') for code in languages) or 'any language'}, and the tools that answer "
        "a question, with their arguments. Misspelt words are read as the nearest; what has every word comes first. "
        "Use it first, to learn IRIs.",
        input_schema=_write_schema(
            {
                "text": {"type": "string", "maxLength": LONGEST_TEXT},
                "language": {
                    "type": "string",
                    **({"enum": list(languages)} if languages else {}),
                    "description": "Only texts in this language.",
                },
                "limit": {"type": "integer", "minimum": 1, "maximum": MOST_HITS, "default": 10},
            },
            ["text"],
        ),
        annotations=_READ_ONLY,
    )


def _describe_describe() -> types.Tool:
    return types.Tool(
        name="describe",
        title="Everything that is said of one resource",
        description="The facts about an IRI with their labels, what refers to it, and the words of the source that "
        "these rest on.",
        input_schema=_write_schema({"iri": {**_KINDS["iri"], "maxLength": MAX_VALUE_LENGTH}}, ["iri"]),
        annotations=_READ_ONLY,
    )


def _describe_sparql() -> types.Tool:
    return types.Tool(
        name="sparql",
        title="Ask SPARQL of your own",
        description="A SPARQL 1.1 SELECT, ASK, CONSTRUCT or DESCRIBE over the union of all graphs. The prefixes "
        f"{', '.join(iris.prefixes())} need no declaration. Read-only, without SERVICE, within limits of time, memory "
        "and size; select the IRIs of clauses to be given their words.",
        input_schema=_write_schema({"query": {"type": "string"}}, ["query"]),
        annotations=_READ_ONLY,
    )


def _write_schema(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
