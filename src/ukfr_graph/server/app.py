"""The pages and the saved queries: a FastAPI application beside the bare endpoint."""

from __future__ import annotations

import hashlib
import traceback
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ukfr_graph import __version__
from ukfr_graph.errors import RemoteError, UkfrError
from ukfr_graph.query.formats import prefers_html
from ukfr_graph.server import (
    catalog,
    comparison,
    editor,
    exporting,
    graph_page,
    home,
    network,
    pages,
    searching,
    statement_pages,
    static,
    timeline,
)
from ukfr_graph.server.cache import matches
from ukfr_graph.server.exchange import COMMON_HEADERS
from ukfr_graph.server.problems import INTERNAL, problem_headers, write_problem
from ukfr_graph.server.rendering import render
from ukfr_graph.server.service import Service
from ukfr_graph.server.sparql import FORM, QUERY, UPDATE

_HEADERS = {name.decode(): value.decode() for name, value in COMMON_HEADERS}
_OK, _NOT_MODIFIED = 200, 304
_ROUTERS = (
    comparison.router,
    editor.router,
    graph_page.router,
    home.router,
    network.router,  # before /export/{path}
    catalog.router,
    exporting.router,
    pages.router,
    searching.router,
    statement_pages.router,
    static.router,
    timeline.router,
)


def create_app(service: Service) -> FastAPI:
    """Make the application over a service."""
    app = FastAPI(
        title="ukfr-graph",
        version=__version__,
        summary="An evidence-first knowledge graph of cooperation between the United Kingdom and France.",
        docs_url=None,  # the stock page loads its script from another host
        redoc_url=None,
    )
    app.state.service = service
    for router in _ROUTERS:
        app.include_router(router)
    describe = app.openapi
    app.openapi = lambda: _add_endpoint(describe())  # type: ignore[method-assign]  # as FastAPI's documentation does

    @app.middleware("http")
    async def add_headers(request: Request, call_next):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        try:
            response: Response = await call_next(request)
        except Exception:  # here and not in a handler, which would answer and yet raise
            traceback.print_exc()
            response = _explain(request, RemoteError(500, "", INTERNAL, {}))
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return await _tag(service, request, response) if response.status_code == _OK else response

    @app.exception_handler(UkfrError)
    async def explain(request: Request, error: UkfrError) -> Response:
        return _explain(request, error)

    @app.exception_handler(HTTPException)
    async def explain_http(request: Request, error: HTTPException) -> Response:
        return _explain(request, RemoteError(error.status_code, "", str(error.detail), {}))

    return app


async def _tag(service: Service, request: Request, response: Response) -> Response:
    """Tag a response by its content, and answer a client that has it with 304 (RFC 9110, section 15.4.5)."""
    for name, value in service.version_headers():
        response.headers.setdefault(name.decode(), value.decode())
    if "etag" not in response.headers:
        parts: list[bytes] = [part async for part in response.body_iterator]  # type: ignore[attr-defined]
        body = b"".join(parts)
        response = Response(body, response.status_code, response.headers)
        response.headers["etag"] = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    asked = request.headers.get("if-none-match")
    if asked and matches(response.headers["etag"], asked):
        kept = {k: v for k, v in response.headers.items() if k not in ("content-length", "content-type")}
        return Response(status_code=_NOT_MODIFIED, headers=kept)
    return response


def _explain(request: Request, error: UkfrError) -> Response:
    """Answer with an error: as a page where the client prefers one, else as problem JSON."""
    headers = {name.decode(): value.decode() for name, value in problem_headers(error.status)}
    if not prefers_html(request.headers.get("accept")):
        return Response(write_problem(error.status, str(error), error.title, error.members), error.status, headers)
    said = "" if str(error) in (HTTPStatus(error.status).phrase, INTERNAL) else str(error)
    page = render(request, "error.html", status=error.status, error=error, detail=said)
    page.headers.update({name: value for name, value in headers.items() if name != "content-type"})
    return page


def _add_endpoint(schema: dict[str, Any]) -> dict[str, Any]:
    """Describe the endpoint, which FastAPI does not route."""
    text = {"schema": {"type": "string"}}
    parameters = [
        {"name": "query", "in": "query", "required": False, **text},
        {"name": "default-graph-uri", "in": "query", **text},
        {"name": "named-graph-uri", "in": "query", **text},
    ]
    answers = {"200": {"description": "The answer, in the format that is accepted"}, "400": {"description": "Problem"}}
    schema["paths"]["/sparql"] = {
        "get": {"summary": "SPARQL 1.1 Protocol, query", "parameters": parameters, "responses": answers},
        "post": {
            "summary": "SPARQL 1.1 Protocol, query or update",
            "requestBody": {"content": {FORM: {}, QUERY: {}, UPDATE: {}}},
            "responses": answers,
        },
    }
    schema["paths"]["/graph-store"] = {
        method: {"summary": f"SPARQL 1.1 Graph Store Protocol, {method.upper()}", "responses": answers}
        for method in ("get", "put", "post", "delete")
    }
    for path, summary in (("/health", "Liveness, readiness and the dataset's version"), ("/metrics", "Prometheus")):
        schema["paths"][path] = {"get": {"summary": summary, "responses": {"200": {"description": summary}}}}
    return schema
