"""One worker: it answers queries, one after the other, until it is killed or its socket is closed.

Whatever a query does to the engine (a stack that overflows, memory that runs out, an evaluation without
end) it does to this process alone. An answer is whole before a word of it is sent.
"""

from __future__ import annotations

import contextlib
import gc
import gzip
import hashlib
import json
import os
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import Message, QueryCrashedError, ResultTooLargeError, UkfrError
from ukfr_graph.errors import mark as _
from ukfr_graph.limits import Limits
from ukfr_graph.profile import Profile
from ukfr_graph.query.executor import Executor
from ukfr_graph.query.federation import Route
from ukfr_graph.query.formats import negotiate
from ukfr_graph.query.known import require_known
from ukfr_graph.store import Engine, RemoteEngine, Snapshot, Term, current_version, open_snapshot, read_profile
from ukfr_graph.store.listing import SharedListing
from ukfr_graph.workers import writer
from ukfr_graph.workers.memory import limit_memory
from ukfr_graph.workers.wire import Channel, Head

if TYPE_CHECKING:
    import sqlite3

Task: TypeAlias = Callable[[Head, bytes], tuple[Head, bytes]]
_GZIP_FROM_BYTES = 1_000
_GZIP_LEVEL = 1  # a cheap query must not wait for a better one


@dataclass(frozen=True)
class DataSource:
    """A source: a dataset's root on disk, or an endpoint elsewhere; ``queries``, a folder of one's own."""

    root: str = ""
    endpoint: str = ""
    authorization: str = field(default="", repr=False)
    queries: str = ""


def work(
    channel: Channel, source: DataSource, limits: Limits, route: Route | None, listing: SharedListing | None
) -> None:
    """Open the source, say so, and answer what comes over the socket until it is closed.

    ``listing`` is what the workers share of what they know of an endpoint elsewhere.
    """
    try:
        engine: Engine = (
            RemoteEngine(source.endpoint, source.authorization, listing)
            if source.endpoint
            else open_snapshot(Path(source.root), verify=False)
        )
        tasks = list_tasks(engine, limits, source, route)
    except UkfrError as error:
        channel.send({"error": str(error)})
        return
    channel.send({"ready": engine.version, "folder": engine.folder, "cpu": time.thread_time()})
    limit_memory(limits.query_memory_bytes)
    profile = read_profile(Path(engine.folder)) if engine.folder else Profile()
    with iris.using(profile.namespaces), contextlib.suppress(EOFError):  # the server has closed the socket
        while True:
            head, body = channel.receive()
            reply, content = attempt(tasks[head["task"]], head, body)
            channel.send({**reply, "cpu": time.thread_time()}, content)  # of this thread, as schedstat (proc(5))


def list_tasks(engine: Engine, limits: Limits, source: DataSource, route: Route | None = None) -> dict[str, Task]:
    """List what can be asked of an engine, by name."""
    executors = {whole: Executor(engine, limits, route, with_user_graphs=whole) for whole in (True, False)}
    return {
        "query": lambda head, _: _answer(executors[_asks_all(head)], limits, head),
        "known": lambda head, _: _require_known(executors[head["with_user_graphs"]], head),
        "graph": lambda head, _: _give_graph(engine, head),
        "network": lambda head, _: _give_network(executors[False], limits, source, head),
        "picture": lambda head, _: _draw(limits, head),
        "facts": lambda head, _: _give_facts(engine if _asks_all(head) else engine.curated),
        "search": lambda head, _: _search(engine, head),
        "exports": lambda _, __: _list_exports(engine.curated),
    }


def write(channel: Channel, source: DataSource, limits: Limits, route: Route | None) -> None:
    """Do the one write that comes over the socket."""
    channel.send({"ready": "", "folder": ""})
    with contextlib.suppress(EOFError):  # the server has closed the socket
        head, body = channel.receive()
        limit_memory(limits.query_memory_bytes)
        with iris.using(read_profile(current_version(Path(source.root))).namespaces):
            channel.send(*attempt(writer.find_task(head["task"], Path(source.root), limits, route), head, body))


def attempt(task: Task, head: Head, body: bytes) -> tuple[Head, bytes]:
    """Do a task; an error becomes a head with status, title, message and members, and shows no internals."""
    try:
        return task(head, body)
    except UkfrError as error:
        return {
            "status": error.status, "title": error.title, "message": error.message.to_plain(), "members": error.members,
        }, b""  # fmt: skip
    except MemoryError:
        return attempt(_refuse_memory, head, body)
    except Exception:  # a fault of ours, or of the engine: the worker goes on
        traceback.print_exc()
        message = Message(_("The fault is in the server's log."))
        return {"status": 500, "title": UkfrError.title, "message": message.to_plain()}, b""


def _refuse_memory(_: Head, __: bytes) -> tuple[Head, bytes]:
    raise QueryCrashedError("It needed more memory than one query may have (UKFR_QUERY_MEMORY_BYTES).")


def _asks_all(head: Head) -> bool:
    """Return whether the graphs that users added are asked on purpose; nothing is unless its head says so."""
    return bool(head.get("with_user_graphs"))


def _answer(executor: Executor, limits: Limits, head: Head) -> tuple[Head, bytes]:
    """Answer a query in the format that the client likes best."""
    parameters = {name: _read_term(term) for name, term in head.get("parameters", {}).items()}
    answer = executor.run(head["query"], parameters, head.get("default", ()), head.get("named", ()))
    form = negotiate(head.get("accept"), answer.kind)
    body = _check_size(answer.serialize(form), limits)
    return _finish(body, form.media_type, head, repeatable=answer.is_repeatable)


def _require_known(executor: Executor, head: Head) -> tuple[Head, bytes]:
    """Make sure that IRIs that someone typed occur in the dataset (see ``query.known``)."""
    require_known(executor, {term: _read_term(term) for term in head["iris"]})
    return {"status": 200}, b""


def _give_network(executor: Executor, limits: Limits, source: DataSource, head: Head) -> tuple[Head, bytes]:
    """Read, lay out and write a network (see ``analysis.requests``)."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # each thread reserves address space, of which there is little
    from ukfr_graph.analysis.network_formats import find_network_format
    from ukfr_graph.analysis.requests import Sizes, answer_request, restore_request

    request = restore_request(head["request"])
    sizes = Sizes(limits.max_network_nodes, limits.max_overview_nodes)
    form = find_network_format(head["format"])
    gc.disable()  # a large network is much that stays: to walk through it again and again took a fifth of the time
    try:
        queries = Path(source.queries) if source.queries else None
        body = answer_request(executor, request, form.name, sizes, queries, tuple(head.get("credit", ())))
    finally:
        gc.enable()
    return _finish(_check_size(body, limits), form.media_type, head)


def _draw(limits: Limits, head: Head) -> tuple[Head, bytes]:
    """Draw a picture of ours as PNG or PDF (see ``analysis.pictures``): that takes a processor for a while."""
    from ukfr_graph.analysis.pictures import draw_png, write_pdf

    draw, media_type = {"png": (draw_png, "image/png"), "pdf": (write_pdf, "application/pdf")}[head["format"]]
    return _finish(_check_size(draw(head["svg"]), limits), media_type, head)


def _check_size(body: bytes, limits: Limits) -> bytes:
    if len(body) > limits.max_result_bytes:
        raise ResultTooLargeError(
            "The result is %(size)s bytes; the limit is %(max_result_bytes)s (UKFR_MAX_RESULT_BYTES). Ask "
            "for less of it: add LIMIT and OFFSET, or narrow the query.",
            size=len(body),
            max_result_bytes=limits.max_result_bytes,
        )
    return body


def _finish(body: bytes, media_type: str, head: Head, *, repeatable: bool = True) -> tuple[Head, bytes]:
    """Make the head of a whole body: its type, its strong entity tag, and the coding the client may have."""
    reply: Head = {"status": 200, "type": media_type}
    if repeatable:
        reply["etag"] = hashlib.blake2b(body, digest_size=12).hexdigest()
    if head.get("gzip") and len(body) >= _GZIP_FROM_BYTES:
        body = gzip.compress(body, _GZIP_LEVEL, mtime=0)
        reply["coding"] = "gzip"
    return reply, body


def _give_graph(engine: Engine, head: Head) -> tuple[Head, bytes]:
    """Say whether there is a graph, and name its content."""
    return {"status": 200, "exists": engine.has_graph(head["graph"]), "hash": engine.hash_graph(head["graph"])}, b""


def _give_facts(engine: Engine) -> tuple[Head, bytes]:
    """Count the triples of all graphs that are asked, and of each."""
    return {"status": 200, "triples": engine.count_triples(), "graphs": engine.count_graphs()}, b""


def _search(engine: Engine, head: Head) -> tuple[Head, bytes]:
    """Search a text index of the version (see ``query.search``); the answer is JSON."""
    from ukfr_graph.query.search import search_labels  # only where it is asked for: SQLite takes memory and time

    index, names = _open_indexes(engine.folder, of_users=_asks_all(head))
    found = search_labels(index, head["text"], names=names, **head["options"])
    return {"status": 200}, json.dumps(found.as_dict(), ensure_ascii=False).encode()


def _list_exports(engine: Engine) -> tuple[Head, bytes]:
    """List the files for downloading, and what is known of those that are made (see ``query.exports``)."""
    from ukfr_graph.query.exports import find_export, list_exports

    assert isinstance(engine, Snapshot)  # the server asks for no files of an endpoint elsewhere
    files = {e.path: {**asdict(e), **(find_export(engine, e.path) or {})} for e in list_exports(engine)}
    return {"status": 200, "files": files}, b""


@cache
def _open_indexes(folder: str, *, of_users: bool) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    from ukfr_graph.store.text_index import open_indexes

    return open_indexes(Path(folder), of_users=of_users)


def _read_term(text: str) -> Term:
    """Read a term written as in N-Triples."""
    (quad,) = ox.parse(f"<urn:x> <urn:x> {text} .", format=ox.RdfFormat.N_TRIPLES)
    term: Term | ox.Triple = quad.object
    assert not isinstance(term, ox.Triple)  # no parameter is one
    return term
