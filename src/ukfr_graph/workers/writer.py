"""The work of a writer process: one write, in a version of its own, in force when it is durable; or one file."""

from __future__ import annotations

import math
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ukfr_graph.errors import DocumentRefusedError, QueryError, UkfrError
from ukfr_graph.limits import Limits
from ukfr_graph.query.executor import explain_syntax
from ukfr_graph.query.federation import NOWHERE, Route
from ukfr_graph.query.guard import check_query
from ukfr_graph.query.update import add_dataset
from ukfr_graph.store import Rights, delete_graph, name_graph, next_version, open_snapshot, put_graph, run_update
from ukfr_graph.store.disk_space import is_full
from ukfr_graph.store.graph_files import find_rewritten
from ukfr_graph.store.uploads import read_rdf, split_parts
from ukfr_graph.workers.memory import measure_address_space
from ukfr_graph.workers.wire import Head

_WAIT_S = 30  # for another writer to end
_SHOWN = 20  # rewritten literals
_READING_BYTES = 200_000_000  # of address space, for any document
_READING_FACTOR = 200  # bytes of memory for a byte of the densest Turtle


def find_task(
    name: str, root: Path, limits: Limits, route: Route | None
) -> Callable[[Head, bytes], tuple[Head, bytes]]:
    """Find a writing task by its name, bound to a dataset."""
    tasks: dict[str, Callable[[Head, bytes], tuple[Head, bytes]]] = {
        "update": lambda head, _: _update(root, limits, route, head),
        "put": lambda head, body: _put(root, limits, head, body),
        "delete": lambda head, _: _delete(root, limits, head),
        "export": lambda head, _: _export(root, head),
    }
    return tasks[name]


def _update(root: Path, limits: Limits, route: Route | None, head: Head) -> tuple[Head, bytes]:
    """Run a SPARQL 1.1 Update (https://www.w3.org/TR/sparql11-update/)."""
    text = head["update"]
    traits = check_query(text, limits)
    default, named = head.get("default", ()), head.get("named", ())
    if traits.has_dataset and (default or named):
        raise QueryError(
            "The update has a USING or WITH clause, and the request names graphs of its own: one of the two "
            "(SPARQL 1.1 Protocol, section 2.2.3)."
        )
    with next_version(root, _WAIT_S) as draft:
        if not (traits.has_dataset or default or named or draft.is_plain):
            default = named = draft.graph_names()  # as in queries, the default graph is the union of all
        rights = Rights(tuple(head.get("prefixes", ())), limits.max_graphs)
        try:
            full = add_dataset(text, default, named)
            if traits.calls_others:
                full = (route or NOWHERE).rewrite(full)
            run_update(draft, full, rights, if_match=head.get("if_match"))
        except UkfrError:
            raise
        except SyntaxError as error:
            raise explain_syntax(str(error), text) from None
        except (ValueError, OSError, RuntimeError) as error:
            if is_full(error):
                raise
            raise QueryError("The update cannot be carried out: %(error)s. Nothing was changed.", error=error) from None
    return {"status": 200, "version": draft.name}, b""


def _put(root: Path, limits: Limits, head: Head, body: bytes) -> tuple[Head, bytes]:
    """Add to a graph or replace it (SPARQL 1.1 Graph Store Protocol, sections 5.3 and 5.5)."""
    graph = name_graph(head["graph"])
    base = head.get("base") or head["graph"] or "urn:default"
    with _reading(limits, len(body)):
        triples = {
            triple
            for part, media_type in split_parts(head["content_type"], body)
            for triple in read_rdf(part, media_type, base, "The document", limits.max_upload_nesting)
        }
    with next_version(root, _WAIT_S) as draft:
        is_new = put_graph(
            draft,
            graph,
            triples,
            Rights(tuple(head.get("prefixes", ())), limits.max_graphs),
            replace=head["replace"],
            if_match=head.get("if_match"),
            if_new=head.get("if_new", False),
        )
    rewritten = find_rewritten(triples)
    return {
        "status": 201 if is_new else 200,
        "version": draft.name,
        "report": {
            "triples": len(triples),
            "rewritten": len(rewritten),
            "examples": [{"given": a, "stored": b} for a, b in rewritten[:_SHOWN]],
        },
    }, b""


def _delete(root: Path, limits: Limits, head: Head) -> tuple[Head, bytes]:
    """Remove a graph (SPARQL 1.1 Graph Store Protocol, section 5.4)."""
    with next_version(root, _WAIT_S) as draft:
        rights = Rights(tuple(head.get("prefixes", ())), limits.max_graphs)
        existed = delete_graph(draft, name_graph(head["graph"]), rights, if_match=head.get("if_match"))
    return {"status": 200 if existed else 404, "version": draft.name}, b""


def _export(root: Path, head: Head) -> tuple[Head, bytes]:
    """Make a file for downloading, and give its facts."""
    from ukfr_graph.query.exports import make_export  # heavy, and no write needs it

    return {"status": 200, **make_export(open_snapshot(root, verify=False).curated, head["path"])}, b""


@contextmanager
def _reading(limits: Limits, size: int) -> Iterator[None]:
    """Limit memory, in proportion to a document's size in bytes, and processor time while it is read."""
    before = {name: resource.getrlimit(name) for name in (resource.RLIMIT_AS, resource.RLIMIT_CPU)}
    memory = min(limits.query_memory_bytes, _READING_BYTES + _READING_FACTOR * size)
    seconds = math.ceil(time.process_time()) + limits.upload_cpu_s
    for name, limit in (
        (resource.RLIMIT_AS, measure_address_space() + memory),
        (resource.RLIMIT_CPU, seconds),
    ):
        hard = before[name][1]
        resource.setrlimit(name, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    try:
        yield
    except MemoryError:
        raise DocumentRefusedError(
            "Reading %(size)s bytes of this document takes more than %(memory)s bytes of memory. Send a "
            "simpler form of it, such as N-Triples.",
            size=size,
            memory=memory,
        ) from None
    finally:
        for name, limits_before in before.items():
            resource.setrlimit(name, limits_before)
