"""Pages as the server gives them: kept as answers are, and made elsewhere (``hosts``).

A page is kept by what it can depend on, and by nothing else (``page_requests``): what is not in its key is not sent to
the process that makes it. So an unknown parameter, a cookie of another site or one more way to write ``Accept`` make
no new page.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ukfr_graph.endpoint.addresses import find_base
from ukfr_graph.endpoint.conditional import matches, respond_entry, write_head
from ukfr_graph.endpoint.exchange import ClientGoneError, Exchange, respond_preflight
from ukfr_graph.endpoint.shortcut import identify_page
from ukfr_graph.errors import BusyError, MethodError
from ukfr_graph.server.hosts import Host, Made
from ukfr_graph.server.page_requests import choose_headers, choose_parameters, write_headers
from ukfr_graph.service.cache import KeptAnswer, make_key, today
from ukfr_graph.service.service import Service
from ukfr_graph.service.start import PAGES_PART
from ukfr_graph.site.languages import list_languages
from ukfr_graph.workers.wire import Head

_STATEFUL = ("/link/", "/code/", "/reconcile")  # what one process remembers for them, another does not have


@dataclass(frozen=True)
class _Route:
    pattern: re.Pattern[str]
    methods: frozenset[str]
    parameters: frozenset[str] | None
    is_kept: bool


@dataclass
class _Flight:
    """A page that is being made, and how many wait for it."""

    task: asyncio.Task[Made]
    readers: int = 0


@dataclass
class Pages:
    """Answers what is not the endpoint's."""

    service: Service
    _hosts: list[Host] = field(default_factory=list)
    _routes: list[_Route] = field(default_factory=list)
    _flights: dict[bytes, _Flight] = field(default_factory=dict)
    _readers: int = 0

    def __post_init__(self) -> None:
        settings = self.service.settings
        part = settings.cache_bytes // PAGES_PART
        # One worker, and one processor, is never a page's: else a cheap query waits until a page's has had its slice.
        asking = asyncio.Semaphore(max(1, min(settings.workers, len(os.sched_getaffinity(0))) - 1))
        self._hosts = [Host(self.service, part, asking, self._learn) for _ in range(settings.page_processes)]

    async def answer(self, exchange: Exchange) -> None:
        """Answer with a page that is kept, or have it made.

        Raises:
            UkfrError: it cannot be had; the caller makes a problem of it.
        """
        if not self._routes:
            await self._hosts[0].start()
        routes = [route for route in self._routes if route.pattern.match(exchange.path)]
        method = "GET" if exchange.method == "HEAD" else exchange.method
        allowed = sorted({m for route in routes for m in route.methods} | ({"HEAD", "OPTIONS"} if routes else set()))
        if routes and method == "OPTIONS":
            await respond_preflight(exchange, allowed)
        elif routes and method not in allowed:
            raise MethodError(exchange.method, tuple(allowed))
        elif method != "GET":
            await self._answer_write(exchange)
        else:
            route = next((route for route in routes if "GET" in route.methods), None)
            await self._answer_read(exchange, route)

    def stop(self) -> None:
        """End the processes."""
        for host in self._hosts:
            host.stop()

    def resident_bytes(self) -> list[int]:
        """Return the memory of each process that runs."""
        return [size for host in self._hosts if (size := host.resident_bytes())]

    async def _answer_read(self, exchange: Exchange, route: _Route | None) -> None:
        service, version = self.service, self.service.pool.version
        if route is None or not route.is_kept or service.settings.read_token_needed:
            scope = self._describe(exchange, exchange.scope["query_string"], write_headers(exchange.scope["headers"]))
            await self._send(exchange, await self._make(exchange, scope))
            return
        languages = list_languages(service.profile)
        headers = choose_headers(exchange, languages)
        parameters = choose_parameters(exchange.scope["query_string"], route.parameters, languages)
        scope = self._describe(exchange, parameters, headers)
        key = make_key(version, today(), *(scope[name] for name in ("base", "raw_path", "query_string")), headers)
        entry = service.cache.find(key)
        is_hit = entry is not None
        if entry is None:
            made = await self._make(exchange, scope, key)
            entry = _make_entry(made)
            if entry is None:
                await self._send(exchange, made)
                return
            if version == service.pool.version:
                service.cache.keep(key, entry)
        await respond_entry(exchange, entry, is_hit=is_hit)
        url = exchange.scope["raw_path"] + (b"?" if exchange.scope["query_string"] else b"")
        url += exchange.scope["query_string"]
        if exchange.method == "GET" and version == service.pool.version and exchange.scope["path"] != "/editor":
            service.cache.keep_address(identify_page(url, exchange.scope["headers"]), key, write_head(entry))

    async def _answer_write(self, exchange: Exchange) -> None:
        """Answer what has a body, which is read here: whole, within its limit and its time, and by who may."""
        service = self.service
        service.gate.admit_reader(exchange.header(b"authorization"))
        settings = service.settings
        body = await exchange.read_body(
            settings.max_request_bytes, settings.request_timeout_s, "UKFR_MAX_REQUEST_BYTES"
        )
        scope = self._describe(exchange, exchange.scope["query_string"], write_headers(exchange.scope["headers"]))
        await self._send(exchange, await self._make(exchange, scope, body=body))

    async def _make(self, exchange: Exchange, scope: Head, key: bytes = b"", body: bytes = b"") -> Made:
        """Have a page made; of equal requests (by ``key``) that come at the same time, one.

        Raises:
            BusyError: too many wait.
            ClientGoneError: the client has left.
        """
        if self._readers >= self.service.settings.queued_queries:
            raise BusyError("Too many pages are asked for (UKFR_QUEUED_QUERIES). Try again soon.")
        flight = self._flights.get(key) if key else None
        if flight is None:
            is_stateful = exchange.path.startswith(_STATEFUL)
            host = self._hosts[0] if is_stateful else min(self._hosts, key=lambda host: host.load)
            task = asyncio.get_running_loop().create_task(host.make(scope, body))
            flight = _Flight(task)
            if key:
                self._flights[key] = flight
                task.add_done_callback(lambda _: self._land(key, flight))
        self._readers += 1
        flight.readers += 1
        left = asyncio.ensure_future(exchange.wait_until_left())
        try:
            await asyncio.wait((flight.task, left), return_when=asyncio.FIRST_COMPLETED)
            if not flight.task.done():
                raise ClientGoneError
            return flight.task.result()
        finally:
            left.cancel()
            self._readers -= 1
            flight.readers -= 1
            if not flight.readers and not flight.task.done():
                self._land(key, flight)  # who comes now is not to wait for what is being cancelled
                flight.task.cancel()

    def _land(self, key: bytes, flight: _Flight) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]

    async def _send(self, exchange: Exchange, made: Made) -> None:
        """Send what is not kept: as it is, or the file that it names."""
        entry = _entry_of(made)
        asked = exchange.header(b"if-none-match")
        is_known = bool(asked and entry.tag and matches(entry.tag, asked))
        if made.file and not is_known:
            await _send_file(exchange, made)
        elif made.status == 200:
            await respond_entry(exchange, entry, is_hit=False)
        else:
            headers = [(name, value) for name, value in made.headers if name != b"content-length"]
            await exchange.respond(made.status, headers, made.body)

    def _describe(self, exchange: Exchange, query_string: bytes, headers: Sequence[tuple[str, str]]) -> Head:
        """Describe a request for the process: as ASGI does, with the headers that the page may depend on."""
        scope = exchange.scope
        return {
            "method": "GET" if exchange.method == "HEAD" else exchange.method,
            "scheme": scope["scheme"],
            "base": find_base(self.service.settings, scope),
            "path": scope["path"],
            "raw_path": scope["raw_path"].decode("latin-1"),
            "query_string": query_string.decode("latin-1"),
            "headers": headers,
            "server": scope["server"],
            "client": scope["client"],
        }

    def _learn(self, head: Head) -> None:
        self._routes = [
            _Route(
                re.compile(route["pattern"]),
                frozenset(route["methods"]),
                None if route["parameters"] is None else frozenset(route["parameters"]),
                route["is_kept"],
            )
            for route in head["routes"]
        ]


async def _send_file(exchange: Exchange, made: Made) -> None:
    """Stream a file, or the part of it that is asked for (RFC 9110, section 14)."""
    from starlette.responses import FileResponse  # rarely needed

    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in made.headers}
    headers.pop("content-length", None)
    response = FileResponse(made.file, made.status, headers)
    exchange.status = made.status
    await response(exchange.scope, exchange.receive, exchange.send)


def _make_entry(made: Made) -> KeptAnswer | None:
    """Make an entry of what may be kept; nothing of errors, files, and what is fresh each time."""
    fields = dict(made.headers)
    if made.status != 200 or made.file or b"no-store" in fields.get(b"cache-control", b""):
        return None
    return _entry_of(made)


def _entry_of(made: Made) -> KeptAnswer:
    headers = tuple((name, value) for name, value in made.headers if name != b"content-length")
    return KeptAnswer(dict(headers).get(b"etag", b"").decode("latin-1"), headers, made.body)
