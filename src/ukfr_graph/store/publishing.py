"""Pushing the dataset to a store elsewhere by the SPARQL 1.1 Graph Store HTTP Protocol.

https://www.w3.org/TR/sparql11-http-rdf-update/. What was pushed is noted there, in a graph of its own: the hash of each
graph. A second run pushes what is not noted, so that it goes on where one was broken off, and changes nothing where
nothing has changed. A graph goes through a file, so that memory does not grow with it; the next one is written
meanwhile.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pyoxigraph as ox

from ukfr_graph.errors import EngineError, Message, UkfrError, make_message
from ukfr_graph.store.authentication import authenticate
from ukfr_graph.store.remote import RemoteEngine
from ukfr_graph.store.remote_graph_store import ANSWER_S, GraphFile, find_store
from ukfr_graph.store.snapshot import Snapshot
from ukfr_graph.store.transport import check_address

_ENDPOINTS = ("", "query", "sparql")
_PIECE_BYTES = 1 << 20


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
    with (
        httpx.Client(timeout=ANSWER_S, auth=authenticate(authorization)) as client,
        tempfile.TemporaryDirectory() as folder,
        closing(_write_graphs(snapshot.store, Path(folder))) as graphs,
    ):
        store = find_store(client, endpoint)
        noted = store.read_notes()
        counts: dict[str, int] = {}
        changed = 0
        for name, content in graphs:
            if not (content.triples or name):
                continue
            counts[name] = content.triples
            if noted.get(name) == content.digest:
                tell(make_message("%(graph)s: there already", graph=name))
                continue
            store.put(name, content, is_new=name not in noted)
            noted[name] = content.digest
            store.put_notes(noted)
            changed += 1
            tell(make_message("%(graph)s: %(triples)s triples pushed", graph=name, triples=content.triples))
        for name in sorted(set(noted) - set(counts)):
            store.delete(name)
            del noted[name]
            store.put_notes(noted)
            changed += 1
            tell(make_message("%(graph)s: removed", graph=name))
        store.put_notes(noted)  # also where nothing has changed: an older version wrote them otherwise
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


def _write_graphs(store: ox.Store, folder: Path) -> Generator[tuple[str, GraphFile], None, None]:
    """Write one graph after the other, the default graph first, and each while the engine takes the one before it."""
    names = ["", *sorted(graph.value for graph in store.named_graphs())]
    with ThreadPoolExecutor(1) as thread:
        ahead = thread.submit(_write_graph, store, "", folder / "0.nt")
        for number, name in enumerate(names, 1):
            content = ahead.result()
            if number < len(names):
                ahead = thread.submit(_write_graph, store, names[number], folder / f"{number % 2}.nt")
            yield name, content


def _write_graph(store: ox.Store, name: str, path: Path) -> GraphFile:
    """Write a graph into the file, in the store's order, which is that of its terms' hashes."""
    graph = ox.NamedNode(name) if name else ox.DefaultGraph()
    store.dump(str(path), ox.RdfFormat.N_TRIPLES, from_graph=graph)
    digest, triples = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
            triples += piece.count(b"\n")
    return GraphFile(path, path.stat().st_size, triples, digest.hexdigest())


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
