"""Pushing the dataset to a store elsewhere by the SPARQL 1.1 Graph Store HTTP Protocol.

https://www.w3.org/TR/sparql11-http-rdf-update/. What was pushed is noted there, in a graph of its own: the hash of each
graph. A second run pushes what is not noted, so that it goes on where one was broken off, and changes nothing where
nothing has changed. A graph is read from the dataset's files as it is sent, so that memory does not grow with it.
"""

from __future__ import annotations

from collections.abc import Callable

import httpx

from ukfr_graph.errors import EngineError, Message, UkfrError, make_message
from ukfr_graph.store.authentication import authenticate
from ukfr_graph.store.graph_files import find_graphs
from ukfr_graph.store.remote import RemoteEngine
from ukfr_graph.store.remote_graph_store import ANSWER_S, find_store
from ukfr_graph.store.snapshot import Snapshot
from ukfr_graph.store.transport import check_address

_ENDPOINTS = ("", "query", "sparql")


def publish_dataset(
    snapshot: Snapshot, endpoint: str, authorization: str, tell: Callable[[Message], None] = lambda _: None
) -> int:
    """Push every graph that is not there yet as it is here, and remove those that are gone; return how many it changed.

    ``endpoint`` is the graph store's address, or that of the query endpoint beside it; ``tell`` is given one
    line for each graph. Where a query endpoint answers, the triples that it has are counted against those here.

    Raises:
        DatasetError: there is no graph store, or it refuses a graph; what was pushed before stays noted.
        EngineError: it keeps only a part, or forgets what was noted, or gives what cannot be read.
        SettingsError: the address is not usable.
    """
    check_address(endpoint)
    with httpx.Client(timeout=ANSWER_S, auth=authenticate(authorization)) as client:
        store = find_store(client, endpoint)
        noted = store.read_notes()
        store.put_notes(noted)  # an older version wrote them otherwise; and who refuses a writer is told by little
        counts: dict[str, int] = {}
        changed = 0
        for graph in find_graphs(snapshot.list_files()):
            counts[graph.name] = graph.triples
            if noted.get(graph.name) == graph.digest:
                tell(make_message("%(graph)s: there already", graph=graph.name))
                continue
            store.put(graph, is_new=graph.name not in noted)
            noted[graph.name] = graph.digest
            store.put_notes(noted)
            changed += 1
            tell(make_message("%(graph)s: %(triples)s triples pushed", graph=graph.name, triples=graph.triples))
        for name in sorted(set(noted) - set(counts)):
            store.delete(name)
            del noted[name]
            store.put_notes(noted)
            changed += 1
            tell(make_message("%(graph)s: removed", graph=name))
        if store.read_notes() != noted:
            raise EngineError(
                "%(store)s has taken the notes of what was pushed, and gives others.", store=store.address
            )
        there = _count_there(endpoint, authorization, is_optional=endpoint == store.address)
        if different := _compare(there, counts, tell):
            store.put_notes({name: noted[name] for name in noted if name not in different})
            raise EngineError(
                "%(store)s has taken what it does not have: %(names)s. Run the command again.",
                store=store.address,
                names="; ".join(different.values()),
            )
    return changed


def _count_there(endpoint: str, authorization: str, *, is_optional: bool) -> dict[str, int] | UkfrError:
    """Count the triples of each graph at a query endpoint, at the address or beside it; or return why that cannot be.

    Raises:
        UkfrError: it is not ``is_optional``, because the address itself should be such an endpoint.
    """
    told: UkfrError | None = None
    for sibling in _ENDPOINTS:
        address = str(httpx.URL(endpoint).join(sibling)) if sibling else endpoint
        try:
            return RemoteEngine(address, authorization).count_graphs()
        except UkfrError as error:
            if not is_optional:
                raise
            told = told or error
    assert told is not None
    return told


def _compare(
    there: dict[str, int] | UkfrError, here: dict[str, int], tell: Callable[[Message], None]
) -> dict[str, str]:
    """Return what differs in number, by graph."""
    if isinstance(there, UkfrError):
        tell(make_message("the triples were not counted there: %(error)s", error=there.message))
        return {}
    different = {
        name: f"{name}: {there.get(name, 0)} of {triples} triples"
        for name, triples in here.items()
        if name and there.get(name, 0) != triples
    }
    if not different:
        tell(make_message("%(triples)s triples here and there", triples=sum(here.values())))
    return different
