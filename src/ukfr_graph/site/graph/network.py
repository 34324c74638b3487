"""Networks over HTTP: ``/export/network``. A worker reads, lays out and writes them, within the limits of a query."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from ukfr_graph.analysis.formats import FORMATS, NetworkFormat, find_network_format
from ukfr_graph.analysis.requests import NetworkRequest
from ukfr_graph.endpoint.exchange import read_form
from ukfr_graph.endpoint.sparql import FORM, QUERY
from ukfr_graph.errors import (
    NotAcceptableError,
    ParameterError,
    QueryError,
    RequestTooLargeError,
    UnsupportedMediaTypeError,
)
from ukfr_graph.query.formats import best_match
from ukfr_graph.service.cache import Entry, make_key
from ukfr_graph.service.service import Service
from ukfr_graph.site.openapi import problems
from ukfr_graph.site.rendering import language_of

router = APIRouter()

_PATH = "/export/network"
_IN_A_LANGUAGE = ("svg", "dot")  # the other formats have both
_VARY = "Accept, Accept-Language, Cookie"
_IRI = "An IRI, or a compact one such as vocab:topic/terrorism."
_KNOWN = frozenset(
    (
        "format", "lang", "projection", "query", "param", "type", "topic", "kind", "section", "focus", "steps", "from",
        "to", "community", "overview", "measures", "whole", "at", "fit",
    )
)  # fmt: skip
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The network, with places for its nodes",
        "content": {form.media_type: {} for form in FORMATS.values()},
    },
    **problems(400, 401, 403, 404, 406, 413, 415, 422, 500, 503, 504),
}


def _read_request(
    request: Request,
    projection: Annotated[str, Query(description="A projection, any saved query, or 'query'.")] = "all",
    query: Annotated[str, Query(description="SPARQL, with projection=query: SELECT, CONSTRUCT or DESCRIBE.")] = "",
    param: Annotated[list[str] | None, Query(description="name=value, for each parameter of the saved query.")] = None,
    type: Annotated[list[str] | None, Query(description=f"Keep nodes of these types or kinds. {_IRI}")] = None,  # noqa: A002
    topic: Annotated[str, Query(description=f"Keep what rests on clauses on a topic. {_IRI}")] = "",
    kind: Annotated[str, Query(description="Keep what rests on clauses of a kind, such as ukfr:Pledge.")] = "",
    section: Annotated[str, Query(description=f"Keep what rests on clauses of a section. {_IRI}")] = "",
    focus: Annotated[str, Query(description=f"Keep a node and what is around it. {_IRI}")] = "",
    steps: Annotated[int, Query(ge=0, le=10, description="How far around the focus.")] = 1,
    start: Annotated[str, Query(alias="from", description=f"Keep the shortest paths between two nodes. {_IRI}")] = "",
    end: Annotated[str, Query(alias="to", description=_IRI)] = "",
    community: Annotated[int | None, Query(ge=0, description="Keep the members of one community, from 0 on.")] = None,
    overview: Annotated[bool, Query(description="Show each community as one node.")] = False,
    measures: Annotated[
        bool, Query(description="Add degree, strength, betweenness, community and cut to the nodes.")
    ] = False,
    whole: Annotated[
        bool, Query(description="Lay out as many nodes as an overview may stand for (UKFR_MAX_OVERVIEW_NODES).")
    ] = False,
    at: Annotated[str, Query(description="Show it as of this day (YYYY-MM-DD).")] = "",
    fit: Annotated[
        bool, Query(description="Show communities where it has more nodes than are laid out (UKFR_MAX_NETWORK_NODES).")
    ] = False,
) -> NetworkRequest:
    """Read the parameters of the address; one that is not known is an error, and no filter that does nothing."""
    if unknown := sorted(set(request.query_params) - _KNOWN):
        raise ParameterError(f"There is no parameter {', '.join(unknown)}; there are {', '.join(sorted(_KNOWN))}.")
    values: dict[str, str] = {}
    for pair in param or []:
        name, equals, value = pair.partition("=")
        if not equals or name in values:
            raise ParameterError(f"'param' is {pair!r}: write each parameter once, as name=value.")
        values[name] = value
    return NetworkRequest(
        projection, query, values, tuple(type or ()), topic, kind, section, focus, steps, start, end,
        community, overview, measures, language_of(request), whole, at, fit,
    )  # fmt: skip


_Asked = Annotated[NetworkRequest, Depends(_read_request)]
_Format = Annotated[
    str, Query(alias="format", description="Else by Accept, else JSON.", json_schema_extra={"enum": ["", *FORMATS]})
]


@router.get(_PATH, summary="A network, for Gephi, Cytoscape, networkx or the eye", responses=_RESPONSES)
async def export_network(request: Request, asked: _Asked, form: _Format = "") -> Response:
    """Give a projection, the answer of a saved query or of your own as a network.

    Every node and tie has its IRI, its label in English and French, its type, its weight and the clauses behind it.
    """
    if bool(asked.query) != (asked.projection == "query"):
        raise ParameterError("Give 'query' with projection=query, and neither without the other.")
    return await _respond(request, asked, form)


@router.post(
    _PATH,
    summary="The answer of a SPARQL query as a network",
    responses=_RESPONSES,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                QUERY: {"schema": {"type": "string"}},
                FORM: {
                    "schema": {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
                },
            },
        }
    },
)
async def post_network(request: Request, asked: _Asked, form: _Format = "") -> Response:
    """Take a SELECT, CONSTRUCT or DESCRIBE as the body, and the filters from the address."""
    if asked.query:
        raise ParameterError("Send the query as the body, and leave out 'query' from the address.")
    return await _respond(request, replace(asked, projection="query", query=await _read_query(request)), form)


async def ask_network(service: Service, asked: NetworkRequest, form: NetworkFormat) -> Entry:
    """Have a network read, laid out and written by the workers, or find it among the answers that are kept.

    Raises:
        UkfrError: see ``answer_request``.
    """
    wanted = asdict(asked if form.name in _IN_A_LANGUAGE else replace(asked, language="en"))
    key = make_key("network", service.pool.version, form.name, json.dumps(wanted, sort_keys=True))
    entry = service.cache.find(key)
    if entry is None:
        reply = await service.ask({"task": "network", "request": wanted, "format": form.name}, key)
        entry = Entry(f'"{reply.head["etag"]}"', (), reply.body)
        service.cache.keep(key, entry)
    return entry


async def _respond(request: Request, asked: NetworkRequest, name: str) -> Response:
    service: Service = request.app.state.service
    form = _choose_format(name, request.headers.get("accept"))
    entry = await ask_network(service, asked, form)
    file = f"{re.sub(r'[^a-z0-9-]', '', asked.projection)}.{form.name}"
    headers = {
        "Content-Type": form.media_type,
        "Vary": _VARY,
        "ETag": entry.tag,
        "Cache-Control": "no-cache",
        "Content-Disposition": f'inline; filename="{file}"',
    }
    return Response(entry.body, headers=headers)


def _choose_format(name: str, accept: str | None) -> NetworkFormat:
    """Choose a format by its name, else by what is accepted (RFC 9110, section 12.5.1)."""
    if name:
        if name not in FORMATS:
            raise ParameterError(f"'format' is one of {', '.join(FORMATS)}; {name[:100]!r} is not.")
        return find_network_format(name)
    by_type = {form.media_type: form for form in reversed(FORMATS.values())}
    best = best_match(by_type, accept) if accept else "application/json"
    if not best:
        raise NotAcceptableError(f"A network is given as {', '.join(by_type)}.")
    return by_type[best]


async def _read_query(request: Request) -> str:
    """Read the query from the body (SPARQL 1.1 Protocol, sections 2.1.2 and 2.1.3)."""
    service: Service = request.app.state.service
    limit = service.settings.max_request_bytes
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in (FORM, QUERY):
        raise UnsupportedMediaTypeError(f"The body is {QUERY}, or {FORM} with a 'query'.")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit:
            raise RequestTooLargeError(f"The body is larger than {limit} bytes (UKFR_MAX_REQUEST_BYTES).")
    if media_type == FORM:
        queries = [value for name, value in read_form(bytes(body)) if name == "query"]
        if len(queries) != 1 or not queries[0]:
            raise QueryError(f"Exactly one 'query' is needed; {len(queries)} were given.")
        return queries[0]
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise QueryError(f"The query is not UTF-8 (byte {error.start}).") from None
    if not text.strip():
        raise QueryError("The body is empty: send a query.")
    return text
