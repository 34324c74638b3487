"""SPARQL 1.1 Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/)."""

from __future__ import annotations

import json
import time
import uuid

import pyoxigraph as ox

from ukfr_graph.endpoint.addresses import find_base
from ukfr_graph.endpoint.conditional import matches
from ukfr_graph.endpoint.exchange import Exchange, text_header
from ukfr_graph.endpoint.sparql import Operation, admit_writer, answer, read_tag, version_headers
from ukfr_graph.errors import MethodError, NotFoundError, QueryError, UkfrError
from ukfr_graph.query.formats import negotiate, write_content_type
from ukfr_graph.service.cache import Header
from ukfr_graph.service.service import Service
from ukfr_graph.store import Rights, check_right, name_graph
from ukfr_graph.workers.wire import Head

PATH = "/graph-store"
METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")


async def handle(service: Service, exchange: Exchange) -> None:
    """Read, replace, extend or remove one graph.

    Raises:
        UkfrError: it cannot be done; the caller makes a problem of it.
    """
    if exchange.method not in METHODS:
        raise MethodError(exchange.method, METHODS)
    if exchange.method in ("GET", "HEAD"):
        service.gate.admit_reader(exchange.header(b"authorization"))
        await _get(service, exchange, identify_graph(service, exchange))
        return
    prefixes = admit_writer(service, exchange)
    started = time.monotonic()
    try:
        if exchange.method == "DELETE":
            await _delete(service, exchange, identify_graph(service, exchange), prefixes)
        else:
            await _store(service, exchange, prefixes)
    except UkfrError as error:
        exchange.status = error.status
        raise
    finally:
        address = exchange.path + "?" + exchange.scope["query_string"].decode("latin-1")
        service.journal.record(
            f"graph-{exchange.method.lower()}", address, exchange.status, time.monotonic() - started, 0
        )


def identify_graph(service: Service, exchange: Exchange) -> str | None:
    """Find which graph is meant: indirectly by ``?graph=`` or ``?default`` (section 4.2), or by the address (4.1).

    Returns the graph's IRI, or nothing for the default graph.

    Raises:
        QueryError: it is not named exactly once, or not by an absolute IRI.
    """
    pairs = exchange.parameters()
    named = [value for name, value in pairs if name == "graph"]
    default = [name for name, _ in pairs if name == "default"]
    direct = exchange.path != PATH
    if len(named) + len(default) + direct != 1:
        raise QueryError("Name one graph: ?graph=<IRI>, or ?default, or the graph's own address.")
    if default:
        return None
    name = (
        named[0] if named else find_base(service.settings, exchange.scope) + exchange.scope["raw_path"].decode("ascii")
    )
    try:
        return ox.NamedNode(name).value
    except ValueError as error:
        raise QueryError("%(name)s is not an absolute IRI (%(error)s).", name=repr(name), error=error) from None


async def _get(service: Service, exchange: Exchange, graph: str | None) -> None:
    """Return a graph (section 5.2); its tag is of its content and format, for ``If-Match`` of a write."""
    facts = (await service.pool.ask({"task": "graph", "graph": graph})).head
    if not facts["exists"]:
        raise NotFoundError("There is no graph <%(graph)s> here.", graph=graph)
    if graph is None:
        query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    else:
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {ox.NamedNode(graph)} {{ ?s ?p ?o }} }}"
    if not facts["hash"]:
        await answer(service, exchange, Operation(query, (), ()))
        return
    form = negotiate(exchange.header(b"accept"), "graph")
    tag = f'"{facts["hash"]}.{form.name}"'
    headers: list[Header] = [(b"etag", tag.encode()), (b"vary", b"Accept"), (b"cache-control", b"no-cache")]
    if matches(tag, exchange.header(b"if-none-match") or ""):
        await exchange.respond(304, headers)
        return
    reply = await service.ask(
        {"task": "query", "query": query, "accept": form.media_type, "with_user_graphs": True},
        query,
        exchange.wait_until_left,
    )
    headers.append((b"content-type", write_content_type(form.media_type).encode()))
    await exchange.respond(200, headers, reply.body)


async def _store(service: Service, exchange: Exchange, prefixes: tuple[str, ...]) -> None:
    """Replace a graph (PUT, section 5.3), or add to it (POST, section 5.5); POST to the store makes a new one."""
    settings = service.settings
    base = find_base(settings, exchange.scope)
    is_new = exchange.method == "POST" and exchange.path == PATH and not exchange.scope["query_string"]
    graph = f"{base}{PATH}/{uuid.uuid4()}" if is_new else identify_graph(service, exchange)
    check_right(name_graph(graph), Rights(prefixes), is_plain=service.is_plain)  # before anything is read
    body = await exchange.read_body(settings.max_upload_bytes, settings.request_timeout_s, "UKFR_MAX_UPLOAD_BYTES")
    head: Head = {
        "task": "put",
        "graph": graph,
        "content_type": exchange.header(b"content-type") or "",
        "replace": exchange.method == "PUT",
        "prefixes": prefixes,
        "if_match": _content_tag(exchange),
        "if_new": (exchange.header(b"if-none-match") or "").strip() == "*",
    }
    reply = await service.write(head, body)
    report = {"graph": graph, "version": reply.head["version"], **reply.head["report"]}
    headers = [(b"content-type", b"application/json"), (b"ukfr-version", reply.head["version"].encode())]
    if is_new and graph:
        headers.append(text_header(b"location", graph))
    await exchange.respond(reply.head["status"], headers, json.dumps(report).encode())


async def _delete(service: Service, exchange: Exchange, graph: str | None, prefixes: tuple[str, ...]) -> None:
    """Remove a graph (section 5.4)."""
    head: Head = {"task": "delete", "graph": graph, "prefixes": prefixes, "if_match": _content_tag(exchange)}
    reply = await service.write(head)
    if reply.head["status"] == 404:
        raise NotFoundError("There is no graph <%(graph)s> here.", graph=graph)
    await exchange.respond(204, version_headers(reply.head["version"]))


def _content_tag(exchange: Exchange) -> str | None:
    """Take the content's hash out of a tag that ``_get`` gave: it is the same for every format."""
    tag = read_tag(exchange.header(b"if-match"))
    return tag.rpartition(".")[0] or tag if tag else tag
