"""The pages and the saved queries: a FastAPI application beside the bare endpoint."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ukfr_graph import __version__
from ukfr_graph.errors import UkfrError
from ukfr_graph.server import pages
from ukfr_graph.server.exchange import COMMON_HEADERS
from ukfr_graph.server.problems import problem_headers, write_problem
from ukfr_graph.server.service import Service
from ukfr_graph.server.sparql import FORM, QUERY, UPDATE

_HEADERS = {name.decode(): value.decode() for name, value in COMMON_HEADERS}


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
    app.include_router(pages.router)
    describe = app.openapi
    app.openapi = lambda: _add_endpoint(describe())  # type: ignore[method-assign]  # as FastAPI's documentation does

    @app.middleware("http")
    async def add_headers(request: Request, call_next):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        response: Response = await call_next(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @app.exception_handler(UkfrError)
    async def explain(_: Request, error: UkfrError) -> Response:
        return _problem(error.status, write_problem(error.status, str(error), error.title, error.members))

    @app.exception_handler(HTTPException)
    async def explain_http(_: Request, error: HTTPException) -> Response:
        return _problem(error.status_code, write_problem(error.status_code, str(error.detail)))

    return app


def _problem(status: int, body: bytes) -> Response:
    return Response(body, status, {k.decode(): v.decode() for k, v in problem_headers(status)})


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
