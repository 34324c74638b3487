"""Networks over HTTP: ``/export/network``. A worker reads, lays out and writes them, within the limits of a query."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from ukfr_graph.analysis.network_formats import FORMATS, PICTURES, NetworkFormat, find_network_format
from ukfr_graph.analysis.network_parameters import (
    PARAMETERS,
    NetworkRequest,
    describe_schema,
    parse_request,
    write_request,
)
from ukfr_graph.endpoint.exchange import read_form
from ukfr_graph.endpoint.sparql import FORM, QUERY
from ukfr_graph.errors import (
    NotAcceptableError,
    ParameterError,
    QueryError,
    UnsupportedMediaTypeError,
)
from ukfr_graph.query.formats import best_match
from ukfr_graph.service.cache import KeptAnswer, make_key
from ukfr_graph.service.service import Service
from ukfr_graph.site.charts import write_imprint
from ukfr_graph.site.openapi import problems, query_parameter
from ukfr_graph.site.rendering import language_of
from ukfr_graph.site.templates import read_day

router = APIRouter()

_PATH = "/export/network"
_IN_A_LANGUAGE = (*PICTURES, "dot")  # the other formats have both
_VARY = "Accept, Accept-Language, Cookie"
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The network, with places for its nodes",
        "content": {form.media_type: {} for form in FORMATS.values()},
    },
    **problems(400, 401, 403, 404, 406, 413, 415, 422, 500, 503, 504),
}


_DESCRIBED = [
    query_parameter("format", {"type": "string", "enum": ["", *FORMATS]}, "Else by Accept, else JSON."),
    *(query_parameter(parameter.name, describe_schema(parameter), parameter.help) for parameter in PARAMETERS.values()),
]
_EXAMPLE = "SELECT ?source ?target { ?clause ukfr:holder ?source ; ukfr:cites ?target }"
_SHOWN = ("format", "lang")


def _read_request(request: Request) -> NetworkRequest:
    """Read the parameters of the address; one that is not known is an error, and no filter that does nothing."""
    given = [(name, value) for name, value in request.query_params.multi_items() if name not in _SHOWN]
    return parse_request(given, language_of(request))


@router.get(
    _PATH,
    summary="A network, for Gephi, Cytoscape, networkx or the eye",
    responses=_RESPONSES,
    openapi_extra={"parameters": _DESCRIBED},
)
async def export_network(request: Request) -> Response:
    """Return a projection, the answer of a saved query or of your own as a network.

    Every node and tie has its IRI, its labels, its type, its weight and the clauses behind it.
    """
    asked = _read_request(request)
    if bool(asked.query) != (asked.projection == "query"):
        raise ParameterError("Give 'query' with projection=query, and neither without the other.")
    return await _respond(request, asked)


@router.post(
    _PATH,
    summary="The answer of a SPARQL query as a network",
    responses=_RESPONSES,
    openapi_extra={
        "parameters": [parameter for parameter in _DESCRIBED if parameter["name"] != "query"],
        "requestBody": {
            "required": True,
            "content": {
                QUERY: {"schema": {"type": "string"}, "example": _EXAMPLE},
                FORM: {
                    "schema": {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]},
                    "example": {"query": _EXAMPLE},
                },
            },
        },
    },
)
async def post_network(request: Request) -> Response:
    """Take a SELECT, CONSTRUCT or DESCRIBE as the body, and the filters from the address."""
    asked = _read_request(request)
    if asked.query:
        raise ParameterError("Send the query as the body, and leave out 'query' from the address.")
    return await _respond(request, replace(asked, projection="query", query=await _read_query(request)))


async def ask_network(service: Service, asked: NetworkRequest, form: NetworkFormat) -> KeptAnswer:
    """Have a network read, laid out and written by the workers, or find it among the answers that are kept.

    A picture says whose it is and where it can be seen for good.

    Raises:
        UkfrError: see ``answer_request``.
    """
    wanted = asdict(asked if form.name in _IN_A_LANGUAGE else replace(asked, language="en"))
    key = make_key("network", service.pool.version, form.name, json.dumps(wanted, sort_keys=True))
    entry = service.cache.find(key)
    if entry is None:
        head: dict[str, Any] = {"task": "network", "request": wanted, "format": form.name}
        if form.name in PICTURES:
            head["credit"] = write_credit(service, asked)
        reply = await service.ask(head, key)
        entry = KeptAnswer(f'"{reply.head["etag"]}"', (), reply.body)
        service.cache.keep(key, entry)
    return entry


def write_credit(service: Service, asked: NetworkRequest) -> list[str]:
    """Write whose a picture of a network is, and the address at which it can be seen for good."""
    imprint = write_imprint(service.profile, asked.language, service.pool.version, read_day(asked.at))
    query = urlencode(write_request(asked), doseq=True)
    return [imprint, f"{service.profile.namespace}graph{'?' if query else ''}{query}"]


async def _respond(request: Request, asked: NetworkRequest) -> Response:
    service: Service = request.app.state.service
    form = _choose_format(request.query_params.get("format", ""), request.headers.get("accept"))
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
            raise ParameterError(
                "'format' is one of %(formats)s; %(name)s is not.", formats=", ".join(FORMATS), name=repr(name[:100])
            )
        return find_network_format(name)
    by_type = {form.media_type: form for form in reversed(FORMATS.values())}
    best = best_match(by_type, accept) if accept else "application/json"
    if not best:
        raise NotAcceptableError("A network is given as %(by_type)s.", by_type=", ".join(by_type))
    return by_type[best]


async def _read_query(request: Request) -> str:
    """Read the query from the body (SPARQL 1.1 Protocol, sections 2.1.2 and 2.1.3)."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in (FORM, QUERY):
        raise UnsupportedMediaTypeError("The body is %(query)s, or %(form)s with a 'query'.", query=QUERY, form=FORM)
    body = await request.body()
    if media_type == FORM:
        queries = [value for name, value in read_form(body) if name == "query"]
        if len(queries) != 1 or not queries[0]:
            raise QueryError("Exactly one 'query' is needed; %(queries)s were given.", queries=len(queries))
        return queries[0]
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise QueryError("The query is not UTF-8 (byte %(byte)s).", byte=error.start) from None
    if not text.strip():
        raise QueryError("The body is empty: send a query.")
    return text
