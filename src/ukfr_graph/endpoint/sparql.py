"""SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/): one function a rule."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from typing import NamedTuple

from ukfr_graph.endpoint.conditional import HIT, matches, respond_entry, tag_headers, write_head
from ukfr_graph.endpoint.exchange import Exchange, read_form
from ukfr_graph.endpoint.shortcut import identify_query
from ukfr_graph.errors import (
    ForbiddenError,
    Message,
    MethodError,
    PreconditionError,
    QueryError,
    UkfrError,
    UnsupportedMediaTypeError,
)
from ukfr_graph.errors import mark as _
from ukfr_graph.query.formats import accept_format, write_content_type
from ukfr_graph.service.cache import Header, KeptAnswer, make_key
from ukfr_graph.service.service import ClientLeftError, Service
from ukfr_graph.texts import decode
from ukfr_graph.workers.wire import Head

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"


class Operation(NamedTuple):
    """A query or update with the graphs of the request, default and named; ``accept`` wins over the header."""

    text: str
    default: tuple[str, ...]
    named: tuple[str, ...]
    is_update: bool = False
    accept: str | None = None


async def handle(service: Service, exchange: Exchange) -> None:
    """Answer a query or carry out an update.

    Raises:
        UkfrError: it cannot be done; the caller makes a problem of it.
    """
    operation = await read_operation(service, exchange)
    if operation.is_update:
        await _update(service, exchange, operation)
    else:
        service.gate.admit_reader(exchange.header(b"authorization"))
        await answer(service, exchange, operation)


async def read_operation(service: Service, exchange: Exchange) -> Operation:
    """Read the operation, whichever way it is sent (sections 2.1 and 2.2).

    Raises:
        MethodError: the method is none of those.
        UnsupportedMediaTypeError: the body is of another type.
        QueryError: a parameter is missing, repeated or in conflict.
    """
    if exchange.method in ("GET", "HEAD"):
        return query_by_get(exchange.parameters())
    if exchange.method != "POST":
        raise MethodError(exchange.method, ("GET", "HEAD", "POST", "OPTIONS"))
    media_type = exchange.media_type()
    if media_type not in (FORM, QUERY, UPDATE):
        raise UnsupportedMediaTypeError(
            "The body is %(media_type)s; send %(form)s, %(query)s or %(update)s.",
            media_type=media_type or Message(_("of no type")),
            form=FORM,
            query=QUERY,
            update=UPDATE,
        )
    settings = service.settings
    body = await exchange.read_body(settings.max_request_bytes, settings.request_timeout_s, "UKFR_MAX_REQUEST_BYTES")
    if media_type == FORM:
        return operation_by_form([*read_form(body), *exchange.parameters()])
    return operation_by_body(body, exchange.parameters(), is_update=media_type == UPDATE)


def query_by_get(pairs: Sequence[tuple[str, str]]) -> Operation:
    """Query via GET (section 2.1.1); updates have no such form (section 2.2)."""
    if any(name == "update" for name, _ in pairs):
        raise QueryError("An update is sent by POST, not by GET (SPARQL 1.1 Protocol, section 2.2).")
    return _read_query(pairs)


def operation_by_form(pairs: Sequence[tuple[str, str]]) -> Operation:
    """Query or update via POST with a form (sections 2.1.2 and 2.2.1): one of the two, once."""
    names = {name for name, _ in pairs}
    if {"query", "update"} <= names:
        raise QueryError("The form has both a query and an update; send one of them.")
    return _read_update(pairs) if "update" in names else _read_query(pairs)


def operation_by_body(body: bytes, pairs: Sequence[tuple[str, str]], *, is_update: bool) -> Operation:
    """Query or update as the body itself (sections 2.1.3 and 2.2.2); the graphs are in the address."""
    text = decode(body)
    if is_update:
        return _read_update([("update", text), *pairs])
    return _read_query([("query", text), *pairs])


def _read_query(pairs: Sequence[tuple[str, str]]) -> Operation:
    """Read a query and its RDF dataset (section 2.1.4)."""
    if any(name.startswith("using-") for name, _ in pairs):
        raise QueryError("using-graph-uri belongs to updates; a query takes default-graph-uri.")
    return Operation(
        _one(pairs, "query"),
        _graphs(pairs, "default-graph-uri"),
        _graphs(pairs, "named-graph-uri"),
        accept=_read_format(pairs),
    )


def _read_update(pairs: Sequence[tuple[str, str]]) -> Operation:
    """Read an update and its RDF dataset (section 2.2.3)."""
    if any(name in ("default-graph-uri", "named-graph-uri") for name, _ in pairs):
        raise QueryError("default-graph-uri belongs to queries; an update takes using-graph-uri.")
    return Operation(
        _one(pairs, "update"), _graphs(pairs, "using-graph-uri"), _graphs(pairs, "using-named-graph-uri"), True
    )


def _one(pairs: Sequence[tuple[str, str]], name: str) -> str:
    values = _values(pairs, name)
    if len(values) != 1:
        raise QueryError("Exactly one '%(name)s' is needed; %(values)s were given.", name=name, values=len(values))
    return values[0]


def _graphs(pairs: Sequence[tuple[str, str]], name: str) -> tuple[str, ...]:
    """Return the graphs that a parameter names; forms send it empty where their field is."""
    return tuple(filter(None, _values(pairs, name)))


def _read_format(pairs: Sequence[tuple[str, str]]) -> str | None:
    """Return the ``Accept`` header that ``format=`` or ``output=`` stands for, as other endpoints take them.

    Raises:
        NotAcceptableError: there is no such format.
        QueryError: it is given more than once.
    """
    values = [value for key, value in pairs if key in ("format", "output") and value]
    if len(set(values)) > 1:
        raise QueryError("The format is given more than once (format=, output=).")
    return accept_format(values[0]) if values else None


def _values(pairs: Sequence[tuple[str, str]], name: str) -> tuple[str, ...]:
    return tuple(value for key, value in pairs if key == name)


async def answer(service: Service, exchange: Exchange, operation: Operation) -> None:
    """Answer a query from what is kept, or by evaluating it; conditional requests by their tags alone.

    The answer is whole before its status is sent (sections 2.1.5 to 2.1.7).
    """
    started = time.monotonic()
    text, default, named, _, asked_format = operation
    accept = asked_format or exchange.header(b"accept")
    coding = exchange.header(b"accept-encoding")
    asked = exchange.header(b"if-none-match")
    version = service.pool.version
    key = make_key("query", version, text, default, named, accept, "gzip" in (coding or ""))
    is_cached = True
    try:
        tag = service.cache.find_tag(key) if asked else None
        if not (asked and tag and matches(tag, asked)):
            entry = service.cache.find(key)
            if entry is None:
                is_cached = False
                entry = await _evaluate(service, exchange, operation, key)
            await respond_entry(exchange, entry, is_hit=is_cached)
            is_current = version == service.pool.version
            if entry.tag and is_current and exchange.method == "GET" and not service.settings.read_token_needed:
                address = identify_query(exchange.address(), exchange.scope["headers"])
                service.cache.keep_address(address, key, write_head(entry))
        else:
            await exchange.respond(304, (*tag_headers(tag), HIT))
    except UkfrError as error:
        exchange.status = error.status
        raise
    finally:
        service.journal.record(
            "query", text, exchange.status, time.monotonic() - started, exchange.sent_bytes, is_cached=is_cached
        )


async def _evaluate(service: Service, exchange: Exchange, operation: Operation, key: bytes) -> KeptAnswer:
    """Have a query evaluated; of equal ones that come at the same time, only the first.

    Raises:
        BusyError: too many wait for it.
    """
    while (flight := service.flights.get(key)) is not None:
        with service.follow(), contextlib.suppress(ClientLeftError):  # the first one's client; then another goes first
            return await asyncio.shield(flight)
    flight = service.flights[key] = asyncio.get_running_loop().create_future()
    flight.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may be waiting for it
    head: Head = {"task": "query", "query": operation.text, "with_user_graphs": True}
    if accept := operation.accept or exchange.header(b"accept"):
        head["accept"] = accept
    if "gzip" in (exchange.header(b"accept-encoding") or ""):
        head["gzip"] = True
    if operation.default or operation.named:
        head |= {"default": operation.default, "named": operation.named}
    try:
        reply = await service.ask(head, (operation.text, operation.default, operation.named), exchange.wait_until_left)
        entry = _make_entry(service, operation.text, reply.head, reply.body)
    except BaseException as error:  # also when this request is cancelled: others wait for its answer
        flight.set_exception(error if isinstance(error, UkfrError) else ClientLeftError())
        raise
    else:
        if entry.tag:
            service.cache.keep(key, entry)
            flight.set_result(entry)
        else:  # what varies is evaluated for each
            flight.set_exception(ClientLeftError())
        return entry
    finally:
        del service.flights[key]


def _make_entry(service: Service, text: str, head: Head, body: bytes) -> KeptAnswer:
    media_type = write_content_type(head["type"])
    headers: list[Header] = [(b"content-type", media_type.encode()), *service.version_headers()]
    if "coding" in head:
        headers.append((b"content-encoding", head["coding"].encode()))
    if "etag" not in head:
        return KeptAnswer(
            "", (*headers, (b"vary", b"Accept, Accept-Encoding"), (b"cache-control", b"no-store")), body, text
        )
    tag = f'"{head["etag"]}{"-" + head["coding"] if "coding" in head else ""}"'
    return KeptAnswer(tag, (*headers, *tag_headers(tag)), body, text)


async def _update(service: Service, exchange: Exchange, operation: Operation) -> None:
    """Carry out an update (section 2.2); it is durable, and seen by every new query, before it is acknowledged."""
    started = time.monotonic()
    prefixes = admit_writer(service, exchange)
    head: Head = {
        "task": "update",
        "update": operation.text,
        "default": operation.default,
        "named": operation.named,
        "prefixes": prefixes,
        "if_match": read_tag(exchange.header(b"if-match")),
    }
    try:
        reply = await service.write(head)
        await exchange.respond(204, version_headers(reply.head["version"]))
    except UkfrError as error:
        exchange.status = error.status
        raise
    finally:
        service.journal.record("update", operation.text, exchange.status, time.monotonic() - started, 0)


def admit_writer(service: Service, exchange: Exchange) -> tuple[str, ...]:
    """Let a writer pass; the beginnings of the graphs that it may write to.

    Raises:
        AuthorizationError, ForbiddenError: see ``Gate.admit_writer``.
    """
    if service.is_remote:
        raise ForbiddenError("This server relays queries to another endpoint: write there.")
    return service.gate.admit_writer(exchange.header(b"authorization"), exchange.header(b"origin"))


def read_tag(if_match: str | None) -> str | None:
    """Read the one strong tag of an ``If-Match`` header (RFC 9110, section 13.1.1).

    Raises:
        PreconditionError: it is weak, or there are several.
    """
    if if_match is None or if_match.strip() == "*":
        return if_match
    tag = if_match.strip()
    if not (tag.startswith('"') and tag.endswith('"') and tag.count('"') == 2):
        raise PreconditionError("If-Match takes one strong entity tag here, as it was given with the resource.")
    return tag.strip('"')


def version_headers(version: str) -> list[Header]:
    """Name the version that a write made; its tag is what ``If-Match`` of the next update takes."""
    return [(b"etag", f'"{version}"'.encode()), (b"ukfr-version", version.encode())]
