"""What a writer process does: one write, in a version of its own, in force when it is durable; or one file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ukfr_graph.errors import QueryError, UkfrError
from ukfr_graph.limits import Limits
from ukfr_graph.query.executor import explain_syntax
from ukfr_graph.query.federation import Route
from ukfr_graph.query.guard import check_query
from ukfr_graph.query.update import add_dataset
from ukfr_graph.store import Rights, delete_graph, name_graph, next_version, open_snapshot, put_graph, run_update
from ukfr_graph.store.uploads import find_rewritten, read_rdf, split_parts
from ukfr_graph.workers.wire import Head

_WAIT_S = 30  # for another writer to end
_SHOWN = 20  # rewritten literals


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
            if traits.calls_others and route:
                full = route.rewrite(full)
            run_update(draft, full, rights, if_match=head.get("if_match"))
        except UkfrError:
            raise
        except SyntaxError as error:
            raise explain_syntax(str(error), text) from None
        except (ValueError, OSError, RuntimeError) as error:
            raise QueryError(f"The update cannot be carried out: {error}. Nothing was changed.") from None
    return {"status": 200, "version": draft.name}, b""


def _put(root: Path, limits: Limits, head: Head, body: bytes) -> tuple[Head, bytes]:
    """Add to a graph or replace it (SPARQL 1.1 Graph Store Protocol, sections 5.3 and 5.5)."""
    graph = name_graph(head["graph"])
    base = head.get("base") or head["graph"] or "urn:default"
    parts = split_parts(head["content_type"], body)
    triples = {t for part, media_type in parts for t in read_rdf(part, media_type, base, "the document")}
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

    return {"status": 200, **make_export(open_snapshot(root, verify=False), head["path"])}, b""
