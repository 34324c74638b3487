"""Pushing the dataset to a store elsewhere by the SPARQL 1.1 Graph Store HTTP Protocol.

https://www.w3.org/TR/sparql11-http-rdf-update/. What was pushed is noted there, in a graph of its own: the hash of each
graph. A second run pushes what is not noted, so that it goes on where one was broken off, and changes nothing where
nothing has changed. A graph goes through a file, so that memory does not grow with it.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox

from ukfr_graph.errors import DatasetError, EngineError, Message, UkfrError, make_message
from ukfr_graph.store.authentication import authenticate
from ukfr_graph.store.notes import PUBLISHED_GRAPH, read_notes, write_notes
from ukfr_graph.store.remote import RemoteEngine
from ukfr_graph.store.snapshot import Snapshot
from ukfr_graph.store.transport import TRIPLES, check_address

_STORES = ("", "store", "graph-store", "data", "sparql-graph-crud-auth", "{0}/rdf-graphs/service")
_ENDPOINTS = ("", "query", "sparql")
_TIMEOUT_S = 3600.0  # a large graph is answered when the engine has taken it
_NOTES_S = 60.0  # for all other answers
_MOST_NOTES_BYTES = 50_000_000
_PIECE_BYTES = 1 << 20
_SHOWN = 300


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
        httpx.Client(timeout=_NOTES_S, auth=authenticate(authorization)) as client,
        tempfile.TemporaryDirectory() as folder,
    ):
        store = _find_store(client, endpoint)
        noted = store.read_notes()
        counts: dict[str, int] = {}
        changed = 0
        names = sorted(graph.value for graph in snapshot.store.named_graphs())
        for name in ["", *names]:
            content = _write_graph(snapshot.store, name, Path(folder) / "graph.nt")
            if not (content.triples or name):
                continue
            counts[name] = content.triples
            if noted.get(name) == content.digest:
                tell(make_message("%(graph)s: there already", graph=name))
                continue
            store.put(name, content)
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


@dataclass(frozen=True)
class _Content:
    """A graph in a file, as N-Triples; a body that can be sent twice, as authentication may ask for."""

    path: Path
    size_bytes: int
    triples: int
    digest: str

    def __iter__(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                yield piece


def _write_graph(store: ox.Store, name: str, path: Path) -> _Content:
    """Write a graph into the file, in the store's order, which is that of its terms' hashes."""
    graph = ox.NamedNode(name) if name else ox.DefaultGraph()
    store.dump(str(path), ox.RdfFormat.N_TRIPLES, from_graph=graph)
    digest, triples = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
            triples += piece.count(b"\n")
    return _Content(path, path.stat().st_size, triples, digest.hexdigest())


@dataclass(frozen=True)
class _GraphStore:
    """A graph store by its address (SPARQL 1.1 Graph Store HTTP Protocol, section 5)."""

    client: httpx.Client
    address: str

    def put(self, graph: str, content: _Content) -> None:
        """Replace a graph.

        Raises:
            DatasetError: the store does not take it.
        """
        headers = {"Content-Type": TRIPLES, "Content-Length": str(content.size_bytes)}
        timeout = httpx.Timeout(_NOTES_S, read=_TIMEOUT_S)
        with self._request("PUT", graph, content=content, headers=headers, timeout=timeout) as response:
            self._require_success(response, graph)

    def delete(self, graph: str) -> None:
        """Remove a graph, which may be gone already.

        Raises:
            DatasetError: the store does not.
        """
        with self._request("DELETE", graph) as response:
            if response.status_code != httpx.codes.NOT_FOUND:
                self._require_success(response, graph)

    def put_notes(self, noted: dict[str, str]) -> None:
        """Replace the notes.

        Raises:
            DatasetError: the store does not take them.
        """
        headers = {"Content-Type": TRIPLES}
        with self._request("PUT", PUBLISHED_GRAPH, content=write_notes(noted), headers=headers) as response:
            self._require_success(response, PUBLISHED_GRAPH)

    def probe(self, method: str = "GET") -> int:
        """Ask for the notes, or put empty ones, and return the status; 0 where something else than RDF comes.

        Raises:
            DatasetError: nothing comes.
        """
        options: dict[str, Any] = {"headers": {"Accept": TRIPLES}} if method == "GET" else {}
        if method == "PUT":
            options = {"headers": {"Content-Type": TRIPLES}, "content": write_notes({})}
        with self._request(method, PUBLISHED_GRAPH, **options) as response:
            media_type = response.headers.get("content-type", "").partition(";")[0].strip()
            is_other = method == "GET" and response.is_success and media_type != TRIPLES
            return 0 if is_other else response.status_code

    def read_notes(self) -> dict[str, str]:
        """Read what was noted.

        Raises:
            EngineError: it cannot be read.
        """
        deadline, body = time.monotonic() + _NOTES_S, b""
        with self._request("GET", PUBLISHED_GRAPH, headers={"Accept": TRIPLES}) as response:
            self._require_success(response, PUBLISHED_GRAPH)
            for piece in response.iter_bytes():
                body += piece
                if len(body) > _MOST_NOTES_BYTES or time.monotonic() > deadline:
                    raise EngineError(
                        "%(store)s gives notes of what was pushed that do not end (%(size)s bytes so far).",
                        store=self.address,
                        size=len(body),
                    )
        try:
            return read_notes(body)
        except ValueError as error:
            raise EngineError(
                "%(store)s gives notes of what was pushed that cannot be read: %(error)s.",
                store=self.address,
                error=error,
            ) from None

    @contextmanager
    def _request(self, method: str, graph: str, **options: Any) -> Iterator[httpx.Response]:
        parameters = {"graph": graph} if graph else {"default": ""}
        try:
            with self.client.stream(method, self.address, params=parameters, **options) as response:
                yield response
        except httpx.HTTPError as error:
            raise DatasetError(
                "%(method)s of %(graph)s to %(store)s was broken off: %(error)s. Run the command again.",
                method=method,
                graph=graph,
                store=self.address,
                error=repr(error),
            ) from None

    def _require_success(self, response: httpx.Response, graph: str) -> None:
        if not response.is_success:
            raise DatasetError(
                "%(store)s answers %(status_code)s to %(method)s of %(graph)s: %(text)s",
                store=self.address,
                status_code=response.status_code,
                method=response.request.method,
                graph=graph,
                text=next(response.iter_raw(_SHOWN), b"").decode("utf-8", "replace"),
            )


def _find_store(client: httpx.Client, endpoint: str) -> _GraphStore:
    """Find the graph store: at the address itself, or at a usual one beside it.

    It is asked for the graph of our own alone: not every store lets its default graph be read (Virtuoso). One that
    does not have it yet is asked to take it.
    """
    tried = []
    last = httpx.URL(endpoint).path.rpartition("/")[2]
    for sibling in _STORES:
        address = str(httpx.URL(endpoint).join(sibling.format(last))) if sibling else endpoint
        store = _GraphStore(client, address)
        status = store.probe()
        if status == httpx.codes.NOT_FOUND:
            put = store.probe("PUT")
            status = store.probe() if httpx.codes.is_success(put) else put
        if status == httpx.codes.OK:
            return store
        tried.append(f"{address} ({status})" if status else f"{address} (no N-Triples)")
    raise DatasetError(
        "No graph store lets itself be read and written at %(names)s. Give the address that takes PUT "
        "?graph=IRI of N-Triples; credentials are UKFR_ENDPOINT_USER and UKFR_ENDPOINT_PASSWORD, or "
        "UKFR_ENDPOINT_TOKEN.",
        names=", ".join(tried),
    )


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
