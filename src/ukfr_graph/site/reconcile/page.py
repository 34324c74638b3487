"""The reconciliation service over HTTP: version 0.2 at ``/reconcile``, the 1.0 draft at ``/reconcile/1.0``.

Reconciliation Service API 0.2 (https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/) and
its 1.0 draft (https://reconciliation-api.github.io/specs/1.0-draft/). JSONP, which 0.2 leaves open and 1.0 has
dropped, is not offered: every address may be read across origins (CORS).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse
from markupsafe import escape
from starlette.responses import Response

from ukfr_graph.endpoint.exchange import read_form
from ukfr_graph.endpoint.sparql import FORM
from ukfr_graph.errors import QueryError, UnsupportedMediaTypeError
from ukfr_graph.link.reconciliation import manifests, responses
from ukfr_graph.link.reconciliation.catalogue import Catalogue
from ukfr_graph.link.reconciliation.manifests import Json
from ukfr_graph.link.reconciliation.payloads import Bounds, read_batch, read_extension, read_match_batch
from ukfr_graph.link.reconciliation.responses import Kind
from ukfr_graph.resources import templates_folder
from ukfr_graph.service.service import Service
from ukfr_graph.site.addresses import find_base
from ukfr_graph.site.embedding import allow_frame
from ukfr_graph.site.reconcile.shelf import find_catalogue, find_language, find_service, find_shelf
from ukfr_graph.site.rendering import render

_JSON = "application/json"
_MOST_SKIPPED = 1_000_000


Asking = Annotated[Catalogue, Depends(find_catalogue)]
Language = Annotated[str, Depends(find_language)]
_ENTITY = "id/instrument/budapest-convention"
_QUESTION = {"query": "Budapest Convention", "type": "ukfr:Instrument"}
_BATCH = {"queries": [{"conditions": [{"matchType": "name", "propertyValue": "Budapest Convention"}]}]}
_EXTENSION: dict[str, list[Any]] = {"ids": [_ENTITY], "properties": [{"id": "ukfr:documentDate"}]}
Id = Annotated[str, Query(description="Identifier, as in an answer.", max_length=2_000, examples=[_ENTITY])]
Prefix = Annotated[str, Query(description="What was typed so far; empty: everything.", max_length=1_000)]
Skip = Annotated[int, Query(ge=0, le=_MOST_SKIPPED, description="Suggestions to leave out.")]
Limit = Annotated[int | None, Query(ge=1, le=1_000, description="Most to give.")]
Type = Annotated[str, Query(description="Identifier of a type; empty: any.", max_length=2_000)]
_PROBLEM: dict[str, Any] = {"content": {"application/problem+json": {}}}
_LANGUAGE = {
    "name": "lang",
    "in": "query",
    "required": False,
    "description": "Language of names, en or fr; else Accept-Language decides.",
    "schema": {"type": "string"},
}


def _responses(description: str, *codes: int) -> dict[int | str, dict[str, Any]]:
    problems = {400: "The request is not of the protocol's form", 404: "There is none", 413: "Too much at once",
                415: "The body is not of the type that is read"}  # fmt: skip
    return {200: {"description": description}, **{code: {"description": problems[code], **_PROBLEM} for code in codes}}


def _reply(content: Json, language: str) -> Response:
    """Write JSON; halves of surrogate pairs, which JSON may have, stay escaped."""
    body = json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf-8", "backslashreplace")
    headers = {"Vary": "Accept-Language", "Content-Language": language}
    return Response(body, media_type=_JSON, headers=headers)


async def _read_body(request: Request, media_type: str) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != media_type:
        raise UnsupportedMediaTypeError("The body is to be %(media_type)s.", media_type=media_type)
    find_service(request)
    return await request.body()


async def _read_text(request: Request) -> str:
    try:
        return (await _read_body(request, _JSON)).decode("utf-8")
    except UnicodeDecodeError as error:
        raise QueryError("The body is not UTF-8 (byte %(byte)s).", byte=error.start) from None


router = APIRouter(tags=["Reconciliation"])
_IN_LANGUAGE = {"parameters": [_LANGUAGE]}


@router.get(
    "/reconcile", summary="Manifest of the reconciliation service 0.2; with 'queries' or 'extend', the answer",
    responses=_responses("The manifest, candidates by query, or values of properties", 400, 413),
    openapi_extra=_IN_LANGUAGE,
)  # fmt: skip
async def reconcile(
    request: Request,
    language: Language,
    queries: Annotated[str | None, Query(description="A query batch, in JSON.")] = None,
    extend: Annotated[str | None, Query(description="A data extension query, in JSON.")] = None,
) -> Response:
    """Describe the service, or answer a batch that stands in the address."""
    if queries is not None or extend is not None:
        return await _answer(request, queries, extend, language)
    return _reply(await _manifest(request, language, manifests.write_manifest), language)


@router.post(
    "/reconcile", summary="Answer a batch of reconciliation queries, or a data extension query (0.2)",
    responses=_responses("Candidates by query, or values of properties", 400, 413, 415),
    openapi_extra={
        **_IN_LANGUAGE,
        "requestBody": {
            "required": True,
            "content": {
                FORM: {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "queries": {"type": "string", "contentMediaType": _JSON},
                            "extend": {"type": "string", "contentMediaType": _JSON},
                        },
                        "description": "One of the two: a query batch, or a data extension query.",
                    },
                    "example": {"queries": json.dumps({"q0": _QUESTION})},
                }
            },
        },
    },
)  # fmt: skip
async def reconcile_form(request: Request, language: Language) -> Response:
    """Answer what a form has in ``queries`` or ``extend``."""
    form = dict(read_form(await _read_body(request, FORM)))
    return await _answer(request, form.get("queries"), form.get("extend"), language)


async def _answer(request: Request, queries: str | None, extend: str | None, language: str) -> Response:
    if (queries is None) == (extend is None):
        raise QueryError("A request has a query batch in 'queries', or a data extension query in 'extend'.")
    bounds = Bounds.of(find_service(request).settings)
    if queries is not None:
        batch = read_batch(queries, bounds)
        catalogue = await find_catalogue(request)
        return _reply(await find_shelf(request).match(responses.match_batch, catalogue, batch, language), language)
    query = read_extension(extend or "", bounds)
    catalogue = await find_catalogue(request)
    return _reply(await find_shelf(request).match(responses.extend, catalogue, query, language), language)


async def _manifest(request: Request, language: str, write: Callable[..., Json]) -> Json:
    """Describe the service; that needs no token, and names no types to who has none."""
    service: Service = request.app.state.service
    needs_token = service.gate.read_token_needed
    types = [] if needs_token else responses.list_types(await find_shelf(request).take(service), language)
    return write(
        find_base(request), service.profile, language, Bounds.of(service.settings), types, needs_token=needs_token
    )


@router.get(
    "/reconcile/suggest/{kind}", summary="Suggest entities, properties or types (0.2)",
    responses=_responses("Suggestions", 400), openapi_extra=_IN_LANGUAGE,
)  # fmt: skip
async def suggest(
    kind: Literal["entity", "property", "type"],
    catalogue: Asking,
    language: Language,
    prefix: Prefix = "",
    cursor: Skip = 0,
) -> Response:
    """Suggest what begins with a text."""
    found = responses.suggest(catalogue, kind, prefix, language, cursor, responses.SUGGESTIONS)
    return _reply(found, language)


@router.get(
    "/reconcile/flyout/{kind}", summary="A small preview of what was suggested (0.2)",
    responses=_responses("Its identifier, and HTML", 400, 404), openapi_extra=_IN_LANGUAGE,
)  # fmt: skip
async def flyout(
    kind: Literal["entity", "property", "type"],
    id: Id,  # noqa: A002 - the protocol's name
    catalogue: Asking,
    language: Language,
) -> Response:
    """Return a few lines of HTML, in which nothing from the data is markup."""
    item = responses.describe(catalogue, kind, id, language)
    html = f"<p><strong>{escape(item['name'])}</strong></p><p>{escape(item['description'])}</p>"
    return _reply({"id": id, "html": html}, language)


@router.get(
    "/reconcile/preview", response_class=HTMLResponse, summary="A page about an entity, for a frame (0.2)",
    responses=_responses("HTML", 400, 404), openapi_extra=_IN_LANGUAGE,
)  # fmt: skip
@router.get(
    "/reconcile/1.0/preview", response_class=HTMLResponse, summary="A page about an entity, for a frame (1.0 draft)",
    responses=_responses("HTML", 400, 404), openapi_extra=_IN_LANGUAGE,
)  # fmt: skip
async def preview(
    request: Request,
    id: Id,  # noqa: A002
    catalogue: Asking,
    language: Language,
) -> HTMLResponse:
    """Show an entity, for a frame of another site."""
    item = responses.describe(catalogue, "entity", id, language)
    page = render(
        request, "reconcile/preview.html", item=item, facts=responses.list_facts(catalogue, item["id"], language)
    )
    allow_frame(page)
    return page


@router.get("/preview.css", include_in_schema=False)
async def style() -> PlainTextResponse:
    """Return the style of the preview."""
    return PlainTextResponse(
        (templates_folder() / "reconcile" / "preview.css").read_text("utf-8"), media_type="text/css"
    )


@router.get(
    "/reconcile/properties", summary="Propose properties of a type (0.2)",
    responses=_responses("Properties", 400), openapi_extra=_IN_LANGUAGE,
)  # fmt: skip
@router.get(
    "/reconcile/1.0/extend/propose", summary="Propose properties of a type (1.0 draft)",
    responses=_responses("Properties", 400), openapi_extra=_IN_LANGUAGE,
)  # fmt: skip
async def propose(catalogue: Asking, language: Language, type: Type = "", limit: Limit = None) -> Response:  # noqa: A002
    """Propose the properties that entities of a type have."""
    return _reply(responses.propose(catalogue, type, language, limit), language)


@router.get(
    "/reconcile/1.0", summary="Manifest of the reconciliation service 1.0 draft",
    responses=_responses("The manifest"), openapi_extra=_IN_LANGUAGE,
)  # fmt: skip
async def draft(request: Request, language: Language) -> Response:
    """Describe the service."""
    return _reply(await _manifest(request, language, manifests.write_draft_manifest), language)


def _json_body(description: str, example: dict[str, list[Any]]) -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": list(example),
        "properties": {name: {"type": "array", "items": {}} for name in example},
        "description": description,
    }
    return {
        **_IN_LANGUAGE,
        "requestBody": {"required": True, "content": {_JSON: {"schema": schema, "example": example}}},
    }


@router.post(
    "/reconcile/1.0/match", summary="Answer a batch of reconciliation queries (1.0 draft)",
    responses=_responses("Candidates, in the order of the queries", 400, 413, 415),
    openapi_extra=_json_body("A query batch", _BATCH),
)  # fmt: skip
async def match(request: Request, language: Language) -> Response:
    """Answer a batch."""
    batch = read_match_batch(await _read_text(request), Bounds.of(find_service(request).settings))
    catalogue = await find_catalogue(request)
    found = await find_shelf(request).match(responses.match_draft_batch, catalogue, batch, language)
    return _reply(found, language)


@router.post(
    "/reconcile/1.0/extend", summary="Values of properties of entities (1.0 draft)",
    responses=_responses("Values", 400, 413, 415),
    openapi_extra=_json_body("A data extension query", _EXTENSION),
)  # fmt: skip
async def extend_draft(request: Request, language: Language) -> Response:
    """Return values."""
    query = read_extension(await _read_text(request), Bounds.of(find_service(request).settings))
    catalogue = await find_catalogue(request)
    return _reply(await find_shelf(request).match(responses.extend_draft, catalogue, query, language), language)


@router.get(
    "/reconcile/1.0/suggest/{kind}", summary="Suggest entities, properties or types (1.0 draft)",
    responses=_responses("Suggestions", 400), openapi_extra=_IN_LANGUAGE,
)  # fmt: skip
async def suggest_draft(
    kind: Kind, catalogue: Asking, language: Language, prefix: Prefix = "", offset: Skip = 0, limit: Limit = None
) -> Response:
    """Suggest what begins with a text."""
    most = limit or responses.SUGGESTIONS
    return _reply(responses.suggest(catalogue, kind, prefix, language, offset, most, named=True), language)
