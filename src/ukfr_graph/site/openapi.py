"""The OpenAPI description: what each operation answers with, its errors included.

How a router documents an operation (``from ukfr_graph.site.openapi import …``):

- data or a page, by negotiation: ``@router.get(path, summary=…, **negotiated(variants))``, where ``variants`` are
  those that the handler gives to ``negotiation.choose_variant``; it declares ``_mediatype``, 200 in each form, 406;
- one fixed media type: ``@router.get(path, summary=…, response_class=Response, responses=answers("text/css"))``;
- JSON: ``@router.get(path, summary=…, responses=not_found())`` with an annotated return type;
- any further error: ``responses={**answers(…), **problems(409, 413)}``.

Every error is problem JSON (RFC 9457) by the handlers of ``app``, so a handler only raises. The errors that the
workers may answer with (``COMMON``) are added to each operation here, once. ``tests/protocol/test_openapi.py`` calls
the whole of it and fails where an answer is not described.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from ukfr_graph import iris
from ukfr_graph.endpoint.problems import MEDIA_TYPE
from ukfr_graph.endpoint.sparql import FORM, QUERY, UPDATE
from ukfr_graph.profile import Profile
from ukfr_graph.query.formats import FORMATS
from ukfr_graph.query.saved import declare_prefixes
from ukfr_graph.site.languages import list_languages
from ukfr_graph.site.negotiation import PROFILES, Variant

Responses = dict[int | str, dict[str, Any]]

_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_PROBLEM_PAGE = {**_PROBLEM, "text/html": {"schema": {"type": "string"}}}
_PROBLEM_SCHEMA = {
    "type": "object",
    "description": "What went wrong, where, and what to do (RFC 9457); SPARQL errors have line and column.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": "integer", "minimum": 1},
        "successors": {"type": "array", "items": {"type": "string"}},
    },
    "additionalProperties": True,
}
_MEANINGS = {
    400: "A parameter or the query is not acceptable",
    401: "A token is needed",
    403: "Refused: beyond a limit, or not allowed",
    404: "There is no such thing here",
    405: "Not a method of this resource",
    406: "None of the accepted forms can be given",
    410: "Retired; `successors` and `Link` say what stands in its place",
    412: "The resource has changed since (If-Match)",
    413: "The body is larger than the limit",
    415: "The body's media type is not read here",
    422: "The result is larger than the limit, or the data does not conform",
    503: "Busy, or the dataset is not available; try again",
    504: "The time limit was reached",
}
COMMON = (400, 401, 403, 422, 503, 504)
"""Errors that any operation which asks the dataset may answer with."""
_TEXT = {"type": "string"}
_GRAPH_TYPES = tuple(f.media_type for f in FORMATS if "graph" in f.kinds)
_ROW_TYPES = tuple(f.media_type for f in FORMATS if "solutions" in f.kinds)
_UPLOADS = (*_GRAPH_TYPES, "application/n-quads", "application/trig")
_TRIPLE = "<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n"
_UPLOAD: dict[str, Any] = {
    "application/ld+json": {"@id": "https://example.org/a", "https://example.org/b": {"@id": "https://example.org/c"}},
    "application/rdf+xml": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://example.org/">'
        '<rdf:Description rdf:about="https://example.org/a"><e:b rdf:resource="https://example.org/c"/>'
        "</rdf:Description></rdf:RDF>"
    ),
}
_FORM_UPLOAD = {
    "type": "object",
    "description": "One part a document, each with its media type",
    "additionalProperties": {"type": "string", "format": "binary"},
}


def problems(*statuses: int, page: bool = True) -> Responses:
    """Document errors by their status; a browser gets a ``page`` of them, but from the bare endpoints."""
    content = _PROBLEM_PAGE if page else _PROBLEM
    return {
        status: {"description": _MEANINGS.get(status, HTTPStatus(status).phrase), "content": content}
        for status in statuses
    }


def not_found() -> Responses:
    """Document that there may be no such thing."""
    return problems(404)


def answers(*media_types: str, description: str = "The answer") -> Responses:
    """Document success in each of these media types, and that the client may have it already."""
    return {
        200: {"description": description, "content": {name: _schema_of(name) for name in media_types}},
        304: {"description": "The client has it already (If-None-Match)"},
    }


def redirect(description: str) -> Responses:
    """Document a 303 to another address of ours."""
    return {
        303: {"description": description, "headers": {"Location": {"schema": {**_TEXT, "format": "uri-reference"}}}}
    }


def negotiated(variants: Sequence[Variant], *, profiles: bool = False) -> dict[str, Any]:
    """Return the arguments of a route whose form is negotiated, and by ``profiles`` where it has them."""
    from starlette.responses import Response

    parameters = [media_type_parameter([v.media_type for v in variants])]
    if profiles:
        parameters.append(
            query_parameter("_profile", {"type": "string", "enum": [p.name for p in PROFILES]}, "How much to tell")
        )
    extra = problems(404, 406, 410) if profiles else problems(404, 406)
    forms = answers(*(v.media_type for v in variants))
    elsewhere = {} if profiles else redirect("Where the data lies")
    return {
        "response_class": Response,
        "responses": {**forms, **extra, **elsewhere},
        "openapi_extra": {"parameters": parameters},
    }


def query_parameter(name: str, schema: dict[str, Any], description: str, **more: Any) -> dict[str, Any]:
    """Describe one parameter of the address."""
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description, **more}


def media_type_parameter(media_types: Sequence[str]) -> dict[str, Any]:
    """Describe ``_mediatype``, which wins over ``Accept``."""
    schema = {"type": "string", "enum": list(media_types)}
    return query_parameter("_mediatype", schema, "The form to give, whatever `Accept` says")


def complete(schema: dict[str, Any], more_paths: dict[str, Any], profile: Profile) -> dict[str, Any]:
    """Complete what FastAPI says of its routes: the bare endpoints, further paths, and the common errors.

    The examples that name things of the bundled workspace are left out where the dataset is made without it.
    """
    paths = schema["paths"]
    paths.update(more_paths)
    languages = " or ".join(f"`{code}`" for code in list_languages(profile))
    language = query_parameter("lang", {"type": "string"}, f"The page's language, {languages}; another is passed over")
    for path, item in paths.items():
        for operation in item.values():
            given = operation["responses"]
            given.pop("422", None)  # FastAPI's own; a parameter that does not fit is a 400 here
            for status, response in problems(*COMMON).items():
                given.setdefault(str(status), response)
            for status, response in given.items():
                if int(status) >= HTTPStatus.BAD_REQUEST:
                    response.setdefault("content", _PROBLEM_PAGE)
            operation["responses"] = dict(sorted(given.items()))  # in one order, however often a list was completed
            if "text/html" in given.get("200", {}).get("content", {}):
                given_names = {(p["name"], p["in"]) for p in operation.get("parameters", ())}
                if ("lang", "query") not in given_names:  # a list may be shared by operations: it is not added to
                    operation["parameters"] = [*operation.get("parameters", ()), language]
            if not profile.has_bundled:
                _forget_examples(operation)
            operation.setdefault("operationId", _identify(path, operation))
    for path, item in (bare := _bare_paths()).items():
        for method, operation in item.items():
            operation["operationId"] = f"{_identify(path, operation)}_{method}"
    paths.update(bare)
    components = schema.setdefault("components", {})
    components["schemas"] = {
        name: value
        for name, value in components.get("schemas", {}).items()
        if name not in ("HTTPValidationError", "ValidationError")
    } | {"Problem": _PROBLEM_SCHEMA}
    schema["security"] = [{}, {"token": []}]  # reading needs a token where the operator says so
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return schema


def _forget_examples(operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        examples = map(str, parameter["schema"].get("examples", ()))
        if parameter["in"] == "path" or any(example.startswith(iris.ID) for example in examples):
            parameter["schema"].pop("examples", None)


def _bare_paths() -> dict[str, Any]:
    """Describe what is answered before FastAPI is asked: the endpoint, the graph store, and the operator's figures."""
    return {
        "/sparql": _sparql(),
        "/graph-store": _graph_store(),
        "/health": {
            "get": _operation(
                "Liveness, readiness and the dataset's version",
                {**answers("application/json"), **problems(503, 504, page=False)},
            )
        },
        "/metrics": {"get": _operation("Figures for Prometheus", answers("text/plain"))},
    }


def _sparql() -> dict[str, Any]:
    lists = {"type": "array", "items": {**_TEXT, "format": "iri"}}
    dataset = [
        query_parameter("default-graph-uri", lists, "Graphs that the default graph is made of"),
        query_parameter("named-graph-uri", lists, "Graphs that GRAPH can name"),
    ]
    question = "SELECT ?kind (COUNT(*) AS ?n) { ?c a ?kind . ?kind rdfs:subClassOf ukfr:Clause } GROUP BY ?kind"
    example = declare_prefixes(question)
    answered = {
        **answers(
            *dict.fromkeys((*_ROW_TYPES, *_GRAPH_TYPES, "text/html")), description="Rows, a yes or no, or a graph"
        ),
        **problems(*COMMON, 406, page=False),
    }
    query = query_parameter("query", _TEXT, "A query; without one, the service is described", example=example)
    form = {"type": "object", "properties": {"query": _TEXT, "update": _TEXT}, "description": "One of the two"}
    update = "INSERT DATA { GRAPH <https://example.org/mine> { <https://example.org/a> <https://example.org/b> 'c' } }"
    return {
        "get": _operation("SPARQL 1.1 Protocol: query by GET; service description", answered, [query, *dataset]),
        "post": _operation(
            "SPARQL 1.1 Protocol: query or update by POST",
            {**answered, 204: {"description": "The update is durable"}, **problems(412, 413, 415, page=False)},
            body={
                FORM: {"schema": form, "example": {"query": example}},
                QUERY: {"schema": _TEXT, "example": example},
                UPDATE: {"schema": _TEXT, "example": update},
            },
            is_write=True,
        ),
    }


def _graph_store() -> dict[str, Any]:
    default = query_parameter("default", _TEXT, "The default graph; its value is passed over", allowEmptyValue=True)
    iri = {**_TEXT, "format": "iri"}
    read = [query_parameter("graph", iri, "The graph's IRI", example=iris.GRAPH + "entities"), default]
    written = [query_parameter("graph", iri, "The graph's IRI", example="https://example.org/mine"), default]
    report = {
        **answers("application/json", description="What was stored"),
        **problems(*COMMON, 404, 412, 413, 415, page=False),
    }
    body = {name: {"schema": _TEXT, "example": _UPLOAD.get(name, _TRIPLE)} for name in _UPLOADS}
    body["application/ld+json"]["schema"] = {"type": "object"}
    body["multipart/form-data"] = {"schema": _FORM_UPLOAD}
    stored = {**report, 201: {**report[200], "description": "The graph is new"}, 204: {"description": "Stored"}}
    return {
        "get": _operation("Read a graph", {**answers(*_GRAPH_TYPES), **problems(*COMMON, 404, 406, page=False)}, read),
        "put": _operation("Replace a graph", stored, written, body, is_write=True),
        "post": _operation("Add to a graph", stored, written, body, is_write=True),
        "delete": _operation(
            "Remove a graph",
            {204: {"description": "Removed"}, **problems(*COMMON, 404, 412, page=False)},
            written,
            is_write=True,
        ),
    }


def _operation(
    summary: str,
    responses: Responses,
    parameters: Sequence[dict[str, Any]] = (),
    body: dict[str, Any] | None = None,
    *,
    is_write: bool = False,
) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": summary,
        "tags": ["endpoint"],
        "parameters": list(parameters),
        "responses": {str(status): response for status, response in responses.items()},
    }
    if body:
        operation["requestBody"] = {"required": True, "content": body}
    if is_write:
        operation["security"] = [{"token": []}, {}]
    return operation


def _schema_of(media_type: str) -> dict[str, Any]:
    return {"schema": {} if media_type.endswith(("json", "+json")) else _TEXT}


def _identify(path: str, operation: dict[str, Any]) -> str:
    return path.strip("/").replace("/", "_").replace("-", "_") or operation["summary"]
