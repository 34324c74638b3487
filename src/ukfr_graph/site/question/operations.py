"""An OpenAPI operation of its own for each saved query, with its parameters, their types, and its answers."""

from __future__ import annotations

from typing import Any

from ukfr_graph.query.parameters import MAX_VALUE_LENGTH, Parameter
from ukfr_graph.query.saved import Library, SavedQuery
from ukfr_graph.site.citation import FORMS
from ukfr_graph.site.negotiation import PAGE, variants_of
from ukfr_graph.site.openapi import answers, media_type_parameter, problems, query_parameter
from ukfr_graph.site.question.paging import MOST_ROWS
from ukfr_graph.site.spreadsheets import WORKBOOK

_INTEGER_LIMIT = 10**18 - 1
_LINK = {"Link": {"description": "`cite-as`: the permanent address of this answer", "schema": {"type": "string"}}}
_PAGED = {
    "Link": {
        "description": "`first`, `prev`, `next`, `last` (RFC 8288) where the answer comes in pages; `cite-as`",
        "schema": {"type": "string"},
    },
    "UKFR-Total-Rows": {
        "description": "Rows of the whole answer, where it comes in pages",
        "schema": {"type": "integer"},
    },
}


def describe_questions(library: Library) -> dict[str, Any]:
    """Describe the operations of all saved queries, by path."""
    paths: dict[str, Any] = {}
    for query in library.queries.values():
        paths[f"/queries/{query.name}"] = {"get": _describe_answer(query)}
        paths[f"/queries/{query.name}/citation"] = {"get": _describe_citation(query)}
    return paths


def _describe_answer(query: SavedQuery) -> dict[str, Any]:
    variants = variants_of(query.kind)
    media_types = [v.media_type for v in (*variants, PAGE, *([WORKBOOK] if query.kind == "solutions" else []))]
    parameters = [*map(_describe_parameter, _with_examples(query)), media_type_parameter(media_types)]
    responses = {**answers(*media_types), **problems(404, 406, 410)}
    responses[200]["headers"] = _PAGED if query.kind == "solutions" else _LINK
    if query.kind == "solutions":
        size = {"type": "integer", "minimum": 1, "maximum": MOST_ROWS}
        page = {"type": "integer", "minimum": 1, "maximum": 10**9}
        size_text = f"Rows of a page; {query.page_size or 'all, or 100 where a page is asked for,'} without it"
        parameters += [
            query_parameter("page", page, "Which page of the answer, from 1", example=1),
            query_parameter("page_size", size, size_text),
        ]
    return {
        "operationId": query.name,
        "summary": query.summary["en"],
        "description": "\n\n".join(filter(None, (query.summary["fr"], query.description))),
        "tags": [f"questions: {query.area}"],
        "parameters": [*parameters, *_describe_versions()],
        "responses": _by_text(responses),
    }


def _describe_citation(query: SavedQuery) -> dict[str, Any]:
    media_types = [v.media_type for v in FORMS]
    parameters = [*map(_describe_parameter, _with_examples(query)), media_type_parameter(media_types)]
    return {
        "operationId": f"{query.name}-citation",
        "summary": f"Cite the answer to: {query.summary['en']}",
        "tags": [f"questions: {query.area}"],
        "parameters": [*parameters, *_describe_versions()],
        "responses": _by_text({**answers(*media_types), **problems(404, 406, 410)}),
    }


def _describe_parameter(item: tuple[Parameter, list[str]]) -> dict[str, Any]:
    parameter, values = item
    schemas: dict[str, dict[str, Any]] = {
        "iri": {"type": "string", "format": "iri", "maxLength": MAX_VALUE_LENGTH},
        "date": {"type": "string", "format": "date"},
        "integer": {"type": "integer", "minimum": -_INTEGER_LIMIT, "maximum": _INTEGER_LIMIT},
        "number": {"type": "number", "minimum": -_INTEGER_LIMIT, "maximum": _INTEGER_LIMIT},
    }
    schema = schemas.get(parameter.kind, {"type": "string", "maxLength": MAX_VALUE_LENGTH})
    if parameter.choices:
        schema = {"type": "string", "enum": list(parameter.choices)}
    if parameter.default is not None:
        schema = {**schema, "default": _typed(parameter, parameter.default)}
    meaning = {
        "iri": "An IRI, whole or with a known prefix", "date": "A day, such as 2016-08-30", "en": "A text in English",
        "fr": "A text in French", "integer": "A whole number", "number": "A number",
    }.get(parameter.kind, "A text")  # fmt: skip
    described = query_parameter(parameter.name, schema, meaning)
    described["required"] = parameter.required
    if values:
        described["examples"] = {
            f"example-{number}": {"value": _typed(parameter, value)} for number, value in enumerate(values, 1)
        }
    return described


def _with_examples(query: SavedQuery) -> list[tuple[Parameter, list[str]]]:
    """Return each parameter with the values that the file knows of it."""
    found = []
    for parameter in query.parameters:
        values = [parameter.default, *(example.get(parameter.name) for example in query.examples)]
        found.append((parameter, [v for v in dict.fromkeys(values) if v is not None]))
    return found


def _describe_versions() -> list[dict[str, Any]]:
    name = {"type": "string", "pattern": "^[0-9a-f]{12}(?:-[0-9a-f]{8})?$"}
    text = {"type": "string", "pattern": "^[0-9a-f]{12}$"}
    return [
        query_parameter("version", name, "The version of the dataset that is meant; another one is refused with 410"),
        query_parameter("query_hash", text, "The text of the query that is meant; another one is refused with 410"),
    ]


def _typed(parameter: Parameter, value: str) -> str | int | float:
    if parameter.choices:
        return value
    return int(value) if parameter.kind == "integer" else float(value) if parameter.kind == "number" else value


def _by_text(responses: dict[int | str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {str(status): response for status, response in responses.items()}
