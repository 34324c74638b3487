"""The application: which handler answers which address, and how errors look.

The endpoint and what an operator asks are bare ASGI and start at once; the pages are a FastAPI application,
run in processes of their own from when the first of them is asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import traceback
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from functools import partial

from ukfr_graph.endpoint import graph_store, sparql
from ukfr_graph.endpoint import health as figures
from ukfr_graph.endpoint.addresses import strip_prefix
from ukfr_graph.endpoint.description import Describer
from ukfr_graph.endpoint.exchange import (
    COMMON_HEADERS,
    ClientGoneError,
    Exchange,
    Receive,
    Scope,
    Send,
    read_form,
    respond_preflight,
)
from ukfr_graph.endpoint.problems import INTERNAL, problem_headers, respond_problem, write_problem
from ukfr_graph.errors import MethodError, UkfrError
from ukfr_graph.query.formats import prefers_html
from ukfr_graph.server.pages import Pages
from ukfr_graph.service.service import ClientLeftError, Service

Handler = Callable[[Service, Exchange], Awaitable[None]]
_READ = ("GET", "HEAD", "OPTIONS")
_METHODS = {"/sparql": ("GET", "HEAD", "POST", "OPTIONS"), "/health": _READ, "/metrics": _READ}


class Application:
    """The ASGI application over one service, once its dataset is ``verified``."""

    def __init__(self, service: Service, verified: Future[None]) -> None:
        self.service = service
        self._verified = verified
        self._pages = Pages(service)
        self._describer = Describer(service)
        self._handlers: dict[str, Handler] = {
            "/sparql": sparql.handle,
            graph_store.PATH: graph_store.handle,
            "/health": figures.give_health,
            "/metrics": partial(figures.give_metrics, pages=self._pages.resident_bytes),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or run the lifespan."""
        if scope["type"] == "http":
            send = _keep_to_itself(send) if self.service.gate.is_open else send
            await self._answer(Exchange(strip_prefix(self.service.settings, scope), receive, send))
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _answer(self, exchange: Exchange) -> None:
        try:
            with self.service.using_names():
                await self._dispatch(exchange)
        except UkfrError as error:
            await respond_problem(exchange, error)
        except (ClientGoneError, ClientLeftError):
            if not exchange.status:  # nobody reads it, but the connection is closed in good order
                await exchange.respond(408, [(b"connection", b"close")])
        except Exception:  # a fault of ours: it goes to the log, and the client is told no internals
            traceback.print_exc()
            if not exchange.status:
                await exchange.respond(500, problem_headers(500), write_problem(500, INTERNAL))

    async def _dispatch(self, exchange: Exchange) -> None:
        self.service.gate.admit_address(exchange.header(b"host"), exchange.header(b"origin"))
        path = "/sparql" if exchange.path == "/sparql/" else exchange.path
        handler = self._handlers.get(path)
        if handler is None and path.startswith(graph_store.PATH + "/"):
            handler = graph_store.handle
        if exchange.method == "OPTIONS" and handler is not None:
            await respond_preflight(exchange, _METHODS.get(path, graph_store.METHODS))
        elif path == "/sparql" and exchange.method in ("GET", "HEAD") and _is_for_people(exchange):
            exchange.scope = {**exchange.scope, "path": "/editor", "raw_path": b"/editor"}
            await self._pages.answer(exchange)
        elif path == "/sparql" and not exchange.scope["query_string"] and exchange.method in ("GET", "HEAD"):
            await self._describer.handle(exchange)
        elif handler is None:
            await self._pages.answer(exchange)
        elif handler in (sparql.handle, graph_store.handle) or exchange.method in ("GET", "HEAD"):
            await handler(self.service, exchange)
        else:
            raise MethodError(exchange.method, _READ)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start the workers, follow the dataset's versions, and end the workers (ASGI lifespan)."""
        await receive()
        try:
            await asyncio.wrap_future(self._verified)
            await self.service.pool.start()
        except UkfrError:
            await send({"type": "lifespan.startup.failed"})
            raise
        settings = self.service.settings
        pool = self.service.pool
        start = {"event": "start", "host": settings.host, "port": settings.port, "version": pool.version}
        logging.getLogger("ukfr_graph").info(json.dumps({**start, "isolation": pool.supervisor.isolation}))
        if pool.source.root and pool.supervisor.isolation == "none":
            warning = {
                "event": "isolation",
                "problem": "This machine cannot keep workers from the network: see docs/security.md",
            }
            logging.getLogger("ukfr_graph").warning(json.dumps(warning))
        self.service.start_scrub()
        follower = asyncio.create_task(self.service.follow_versions())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        follower.cancel()
        if self.service.scrub:
            self.service.scrub.end()
        with contextlib.suppress(asyncio.CancelledError):
            await follower
        self._pages.stop()
        self.service.journal.flush()
        self.service.pool.stop()
        await send({"type": "lifespan.shutdown.complete"})


def _keep_to_itself(send: Send) -> Send:
    """Take out what lets pages of other origins read a response (https://fetch.spec.whatwg.org/#http-cors-protocol)."""

    async def send_closed(message: Scope) -> None:
        if message["type"] == "http.response.start":
            headers = [h for h in message["headers"] if not h[0].lower().startswith(b"access-control-")]
            message = {**message, "headers": headers}
        await send(message)

    return send_closed


def _is_for_people(exchange: Exchange) -> bool:
    """Return whether a browser opens the endpoint or a link to a query; what the workbench ignores is for programs."""
    accept = exchange.header(b"accept") or ""
    if "text/html" not in accept or not prefers_html(accept):  # the first is quick: this is asked for every query
        return False
    return {name for name, _ in read_form(exchange.scope["query_string"])} <= {"query", "lang"}


__all__ = ["COMMON_HEADERS", "Application"]
