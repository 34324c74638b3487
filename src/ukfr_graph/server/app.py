"""The application: its routes, its errors as problem JSON, its headers."""

from __future__ import annotations

import os

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from ukfr_graph import __version__
from ukfr_graph.errors import UkfrError
from ukfr_graph.query import Executor
from ukfr_graph.server import pages, sparql
from ukfr_graph.server.problems import describe_error, problem
from ukfr_graph.settings import read_settings
from ukfr_graph.store import Engine, RemoteEngine, open_snapshot

ENDPOINT_VARIABLE = "UKFR_ENDPOINT"
_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
}


def create_app(engine: Engine | None = None) -> FastAPI:
    """Make the application over an engine; without one, over the remote endpoint or dataset that is set.

    Raises:
        DatasetError: the dataset is missing or damaged.
    """
    if engine is None:
        endpoint = os.environ.get(ENDPOINT_VARIABLE)
        engine = RemoteEngine(endpoint) if endpoint else open_snapshot(read_settings().dataset)
    app = FastAPI(
        title="ukfr-graph",
        version=__version__,
        summary="An evidence-first knowledge graph of cooperation between the United Kingdom and France.",
        docs_url=None,  # the stock page loads its script from another host
        redoc_url=None,
    )
    app.state.executor = Executor(engine)
    app.include_router(pages.router)
    app.include_router(sparql.router)
    app.add_middleware(
        CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "HEAD", "POST", "OPTIONS"], allow_headers=["*"]
    )

    @app.middleware("http")
    async def add_headers(request: Request, call_next):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        response: Response = await call_next(request)
        for name, value in _SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @app.exception_handler(UkfrError)
    async def explain(_: Request, error: UkfrError) -> JSONResponse:
        return describe_error(error)

    @app.exception_handler(HTTPException)
    async def explain_http(_: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, str(error.detail), headers=dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def hide(_: Request, __: Exception) -> JSONResponse:
        return problem(500, "The server failed. The fault is in its log, not in your request.")

    return app
