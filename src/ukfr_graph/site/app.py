"""The pages and the saved queries: a FastAPI application beside the bare endpoint."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Mapping, MutableMapping
from http import HTTPStatus
from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ukfr_graph import __version__, site
from ukfr_graph.endpoint.exchange import COMMON_HEADERS, Receive, Scope, Send
from ukfr_graph.endpoint.problems import INTERNAL, problem_headers, write_problem
from ukfr_graph.errors import ParameterError, UkfrError
from ukfr_graph.messages import ENGLISH, SaidError, load_messages, say_error
from ukfr_graph.query.formats import prefers_html
from ukfr_graph.service.service import Service
from ukfr_graph.site import look, openapi, static
from ukfr_graph.site.addresses import place_headers
from ukfr_graph.site.compression import CODINGS, compress, is_compressible
from ukfr_graph.site.negotiation import to_uri
from ukfr_graph.site.question import operations
from ukfr_graph.site.rendering import language_of, render
from ukfr_graph.site.routes import list_routes

_HEADERS = {name.decode(): value.decode() for name, value in COMMON_HEADERS}
_OK = 200
_OF_THE_PAGE = ("content-type", "content-language", "vary")
_PAGES = {
    room.name: import_module(f"ukfr_graph.site.{room.name}.page") for room in iter_modules(site.__path__) if room.ispkg
}
"""The rooms, found by being there: a folder whose ``page`` has a ``router`` and, where every page leads to it, a
``navigation``."""

_OPEN = _PAGES["reconcile"].router  # says itself, to anyone, that reading needs a token
_ROUTERS = (look.router, *(page.router for page in _PAGES.values()), static.router)


class Site:
    """The ASGI application of the pages: whole responses, with their tag and in the coding that the client reads.

    ``routes`` tells what there is, ``app`` is FastAPI's application. Conditions and OPTIONS are left to who serves it.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self.app = create_app(service)
        self.routes = list_routes([*self.app.routes, *(route for router in _ROUTERS for route in router.routes)])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        start: MutableMapping[str, Any] = {}
        parts: list[bytes] = []

        async def collect(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))
            else:  # a file, by its path
                await send(self._finish(scope, start, b"")[0])
                await send(message)
                start.clear()

        try:
            with self._service.using_names():
                await self.app(scope, receive, collect)
        except Exception:  # FastAPI has answered with a problem, and raises all the same
            traceback.print_exc()
        if start:
            for message in self._finish(scope, start, b"".join(parts)):
                await send(message)

    def _finish(
        self, scope: Scope, start: MutableMapping[str, Any], body: bytes
    ) -> tuple[MutableMapping[str, Any], MutableMapping[str, Any]]:
        """Add the common headers; tag what was found by its content, and compress it."""
        headers = MutableHeaders(raw=list(start["headers"]))
        if start["status"] == HTTPStatus.TEMPORARY_REDIRECT:  # Starlette's, from a slash at the end: it repeats Host
            headers["location"] = "/" + urlsplit(headers["location"])._replace(scheme="", netloc="").geturl().lstrip(
                "/"
            )
        place_headers(headers, scope)
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        if start["status"] == _OK:
            for key, text in (*self._service.version_headers(), (b"cache-control", b"no-cache")):
                headers.setdefault(key.decode(), text.decode())
            if body:
                headers.setdefault("etag", f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"')
        if body and is_compressible(headers.get("content-type", ""), body) and "content-encoding" not in headers:
            headers.add_vary_header("Accept-Encoding")
            coding = Headers(scope=scope).get("accept-encoding", "")
            if coding in CODINGS:
                body = compress(body, coding)
                headers["content-encoding"] = coding
                if "etag" in headers:
                    headers["etag"] = f'{headers["etag"].removesuffix(chr(34))}-{coding}"'
        if "content-length" in headers and body:
            headers["content-length"] = str(len(body))
        return {**start, "headers": headers.raw}, {"type": "http.response.body", "body": body}


def create_app(service: Service) -> FastAPI:
    """Make the application over a service."""
    app = FastAPI(
        title="ukfr-graph",
        version=__version__,
        summary="An evidence-first knowledge graph of what states declare to each other.",
        license_info={"name": "MIT", "identifier": "MIT"},
        docs_url=None,  # the stock page loads its script from another host
        redoc_url=None,
        openapi_url=None,  # ``reference`` gives it, to whom may read
    )
    app.state.service = service
    app.state.navigation = sorted(page.navigation for page in _PAGES.values() if hasattr(page, "navigation"))
    for router in _ROUTERS:
        app.include_router(router, dependencies=[] if router is _OPEN else [Depends(_admit)])
    describe = app.openapi
    app.openapi = lambda: openapi.complete(  # type: ignore[method-assign]  # as FastAPI's documentation does
        describe(), operations.describe_questions(service.library()), service.profile
    )

    @app.exception_handler(Exception)
    async def explain_fault(request: Request, _: Exception) -> Response:
        return _problem(request, 500, SaidError("", load_messages(language_of(request)).gettext(INTERNAL), ""))

    @app.exception_handler(UkfrError)
    async def explain(request: Request, error: UkfrError) -> Response:
        response = _problem(request, error.status, say_error(error, language_of(request)), error.members)
        if error.links:
            response.headers["Link"] = ", ".join(f'<{to_uri(iri)}>; rel="{relation}"' for relation, iri in error.links)
        return response

    @app.exception_handler(HTTPException)
    async def explain_http(request: Request, error: HTTPException) -> Response:
        response = _problem(request, error.status_code, SaidError("", str(error.detail), ENGLISH))
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(RequestValidationError)
    async def explain_parameters(request: Request, error: RequestValidationError) -> Response:
        faults = "; ".join(f"{fault['loc'][-1]}: {fault['msg']}" for fault in error.errors())
        return await explain(request, ParameterError("A parameter is not acceptable: %(faults)s.", faults=faults))

    return app


def _problem(request: Request, status: int, said: SaidError, members: Mapping[str, object] | None = None) -> Response:
    """Answer with an error: as a page for a reader, as problem JSON for a program."""
    fields = problem_headers(status, said.language or ENGLISH, members or {})
    headers = {name.decode(): value.decode() for name, value in fields}
    if (
        request.method == "GET"
        and prefers_html(request.headers.get("accept"))
        and "_mediatype" not in request.query_params
    ):
        is_plain = status == HTTPStatus.INTERNAL_SERVER_ERROR and not said.title  # the page says the same itself
        detail = "" if is_plain or said.detail == HTTPStatus(status).phrase else said.detail
        page = render(
            request,
            "error.html",
            status=status,
            code=status,
            detail=detail,
            detail_language=said.language,
            members=members or {},
        )
        page.headers.update({name: value for name, value in headers.items() if name not in _OF_THE_PAGE})
        return page
    return Response(write_problem(status, said.detail, said.title, members), status, headers)


async def _admit(request: Request) -> None:
    """Let a reader pass, with a token where reading needs one.

    Raises:
        AuthorizationError, ForbiddenError: see ``Gate.admit_reader``.
    """
    service: Service = request.app.state.service
    service.gate.admit_reader(request.headers.get("authorization"))
