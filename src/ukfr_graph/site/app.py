"""The pages and the saved queries: a FastAPI application beside the bare endpoint."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from importlib import import_module

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match, Route

from ukfr_graph import __version__
from ukfr_graph.endpoint.conditional import matches
from ukfr_graph.endpoint.exchange import COMMON_HEADERS
from ukfr_graph.endpoint.problems import INTERNAL, problem_headers, write_problem
from ukfr_graph.errors import ParameterError, UkfrError
from ukfr_graph.query.formats import prefers_html
from ukfr_graph.service.service import Service
from ukfr_graph.site import look, openapi, static
from ukfr_graph.site.negotiation import to_uri
from ukfr_graph.site.question import operations
from ukfr_graph.site.rendering import render

_HEADERS = {name.decode(): value.decode() for name, value in COMMON_HEADERS}
_OK, _NOT_MODIFIED = 200, 304
_ALLOWED_HEADERS = "Accept, Accept-Language, Accept-Profile, Authorization, Content-Type, If-None-Match"
ROOMS = (
    "home", "statement", "timeline", "compare", "graph", "workbench", "thing", "question", "search", "ontology",
    "reference", "reconcile", "review", "download", "catalog",
)  # fmt: skip
"""The rooms, each a folder whose ``page`` has a ``router`` and, where every page leads to it, a ``navigation``."""

_PAGES = {room: import_module(f"ukfr_graph.site.{room}.page") for room in ROOMS}
_OPEN = _PAGES["reconcile"].router  # says itself, to anyone, that reading needs a token
_ROUTERS = (look.router, *(page.router for page in _PAGES.values()), static.router)


def create_app(service: Service) -> FastAPI:
    """Make the application over a service."""
    app = FastAPI(
        title="ukfr-graph",
        version=__version__,
        summary="An evidence-first knowledge graph of cooperation between the United Kingdom and France.",
        license_info={"name": "MIT", "identifier": "MIT"},
        docs_url=None,  # the stock page loads its script from another host
        redoc_url=None,
    )
    app.state.service = service
    app.state.navigation = sorted(page.navigation for page in _PAGES.values() if hasattr(page, "navigation"))
    for router in _ROUTERS:
        app.include_router(router, dependencies=[] if router is _OPEN else [Depends(_admit)])
    describe = app.openapi
    app.openapi = lambda: openapi.complete(describe(), operations.describe_questions(service.library()))  # type: ignore[method-assign]  # as FastAPI's documentation does

    @app.middleware("http")
    async def add_headers(request: Request, call_next):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        try:
            response: Response = await call_next(request)
        except Exception:  # here and not in a handler, which would answer and yet raise
            traceback.print_exc()
            response = _problem(request, 500, INTERNAL)
        if request.method == "OPTIONS" and "allow" in response.headers:
            response = _answer_preflight(_find_methods(request))
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return await _tag(service, request, response) if response.status_code == _OK else response

    @app.exception_handler(UkfrError)
    async def explain(request: Request, error: UkfrError) -> Response:
        response = _problem(request, error.status, str(error), error.title, error.members)
        if error.links:
            response.headers["Link"] = ", ".join(f'<{to_uri(iri)}>; rel="{relation}"' for relation, iri in error.links)
        return response

    @app.exception_handler(HTTPException)
    async def explain_http(request: Request, error: HTTPException) -> Response:
        response = _problem(request, error.status_code, str(error.detail))
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(RequestValidationError)
    async def explain_parameters(request: Request, error: RequestValidationError) -> Response:
        faults = "; ".join(f"{fault['loc'][-1]}: {fault['msg']}" for fault in error.errors())
        return _problem(request, 400, f"A parameter is not acceptable: {faults}.", ParameterError.title)

    return app


def _problem(
    request: Request, status: int, detail: str, title: str = "", members: Mapping[str, object] | None = None
) -> Response:
    """Answer with an error: as a page for a reader, as problem JSON for a program."""
    headers = {name.decode(): value.decode() for name, value in problem_headers(status)}
    if (
        request.method == "GET"
        and prefers_html(request.headers.get("accept"))
        and "_mediatype" not in request.query_params
    ):
        said = "" if detail in (HTTPStatus(status).phrase, INTERNAL) else detail
        page = render(request, "error.html", status=status, code=status, detail=said, members=members or {})
        page.headers.update({name: value for name, value in headers.items() if name != "content-type"})
        return page
    return Response(write_problem(status, detail, title, members), status, headers)


async def _admit(request: Request) -> None:
    """Let a reader pass, with a token where reading needs one.

    Raises:
        AuthorizationError, ForbiddenError: see ``Gate.admit_reader``.
    """
    service: Service = request.app.state.service
    service.gate.admit_reader(request.headers.get("authorization"))


def _find_methods(request: Request) -> set[str]:
    """Find the methods of a resource, which may have a route for each."""
    routes = [route for router in _ROUTERS for route in router.routes if isinstance(route, Route)]
    return {m for r in routes if r.matches(request.scope)[0] is not Match.NONE for m in r.methods or ()}


def _answer_preflight(methods: set[str]) -> Response:
    """Answer OPTIONS in the place of its refusal.

    CORS protocol (https://fetch.spec.whatwg.org/#http-cors-protocol).
    """
    allowed = ", ".join(sorted({*methods, "HEAD", "OPTIONS"}))
    headers = {
        "Allow": allowed,
        "Access-Control-Allow-Methods": allowed,
        "Access-Control-Allow-Headers": _ALLOWED_HEADERS,
        "Access-Control-Max-Age": "86400",
    }
    return Response(status_code=204, headers=headers)


async def _tag(service: Service, request: Request, response: Response) -> Response:
    """Tag a response by its content, and answer a client that has it with 304 (RFC 9110, section 15.4.5)."""
    for name, value in (*service.version_headers(), (b"cache-control", b"no-cache")):
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
