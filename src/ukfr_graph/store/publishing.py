"""Pushing the dataset to a store elsewhere by the SPARQL 1.1 Graph Store HTTP Protocol.

https://www.w3.org/TR/sparql11-http-rdf-update/. What was pushed is noted there, in a graph of its own: the hash of each
graph. A second run pushes what is not noted, so that it goes on where one was broken off, and changes nothing where
nothing has changed. A graph goes through a file, so that memory does not grow with it.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import DatasetError, EngineError, Message, UkfrError, make_message
from ukfr_graph.store.authentication import authenticate
from ukfr_graph.store.remote import PUBLISHED_GRAPH, RemoteEngine, check_address
from ukfr_graph.store.snapshot import Snapshot
from ukfr_graph.triples import serialize

_CHECKSUM = iris.UKFR + "contentHash"
_DEFAULT = PUBLISHED_GRAPH + "#default"  # the name by which the default graph is noted
_NT = "application/n-triples"
_STORES = ("", "store", "graph-store", "data", "sparql-graph-crud-auth", "{0}/rdf-graphs/service")
_ENDPOINTS = ("", "query", "sparql")
_TIMEOUT_S = 3600.0  # a large graph is answered when the engine has taken it
_PIECE_BYTES = 1 << 20


def publish_dataset(
    snapshot: Snapshot, endpoint: str, authorization: str, tell: Callable[[Message], None] = lambda _: None
) -> int:
    """Push every graph that is not there yet as it is here, and remove those that are gone; return how many it changed.

    ``endpoint`` is the graph store's address, or that of the query endpoint beside it; ``tell`` is given one
    line for each graph. Where a query endpoint answers, the triples that it has are counted against those here.

    Raises:
        DatasetError: there is no graph store, or it refuses a graph or keeps only a part; what was pushed before
            stays noted.
        SettingsError: the address is not usable.
    """
    check_address(endpoint)
    with (
        httpx.Client(timeout=_TIMEOUT_S, auth=authenticate(authorization)) as client,
        tempfile.TemporaryDirectory() as folder,
    ):
        store = _find_store(client, endpoint)
        noted = _read_notes(client, store)
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
            _request(client, "PUT", store, name, content)
            noted[name] = content.digest
            _write_notes(client, store, noted)
            changed += 1
            tell(make_message("%(graph)s: %(triples)s triples pushed", graph=name, triples=content.triples))
        for name in sorted(set(noted) - set(counts)):
            _request(client, "DELETE", store, name)
            del noted[name]
            _write_notes(client, store, noted)
            changed += 1
            tell(make_message("%(graph)s: removed", graph=name))
        different = _compare(_count_there(endpoint, authorization), counts, tell)
        if different:
            _write_notes(client, store, {name: noted[name] for name in noted if name not in different})
            raise EngineError(
                "%(store)s has taken what it does not have: %(names)s. Run the command again.",
                store=store,
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


def _find_store(client: httpx.Client, endpoint: str) -> str:
    """Find the graph store: at the address itself, or at a usual one beside it.

    It is asked for the graph of our own alone: not every store lets its default graph be read (Virtuoso). One that
    does not have it yet is asked to take it.
    """
    tried = []
    last = httpx.URL(endpoint).path.rpartition("/")[2]
    for sibling in _STORES:
        address = str(httpx.URL(endpoint).join(sibling.format(last))) if sibling else endpoint
        try:
            status = _ask_for_notes(client, address)
            if status == httpx.codes.NOT_FOUND:
                response = client.put(
                    address,
                    params={"graph": PUBLISHED_GRAPH},
                    content=_serialize_notes({}),
                    headers={"Content-Type": _NT},
                )
                status = _ask_for_notes(client, address) if response.is_success else response.status_code
        except httpx.HTTPError as error:
            raise DatasetError("%(address)s does not answer: %(error)s.", address=address, error=repr(error)) from None
        if status == httpx.codes.OK:
            return address
        tried.append(f"{address} ({status})" if status else f"{address} (no N-Triples)")
    raise DatasetError(
        "No graph store lets itself be read and written at %(names)s. Give the address that takes PUT "
        "?graph=IRI of N-Triples; credentials are UKFR_ENDPOINT_USER and UKFR_ENDPOINT_PASSWORD, or "
        "UKFR_ENDPOINT_TOKEN.",
        names=", ".join(tried),
    )


def _ask_for_notes(client: httpx.Client, address: str) -> int:
    """Ask for our own graph, and return the status; 0 where something else than RDF comes."""
    with client.stream("GET", address, params={"graph": PUBLISHED_GRAPH}, headers={"Accept": _NT}) as response:
        media_type = response.headers.get("content-type", "").partition(";")[0]
        return 0 if response.is_success and media_type != _NT else response.status_code


def _request(client: httpx.Client, method: str, store: str, graph: str, content: _Content | None = None) -> None:
    parameters = {"graph": graph} if graph else {"default": ""}
    headers = {"Content-Type": _NT, "Content-Length": str(content.size_bytes)} if content else {}
    try:
        response = client.request(method, store, params=parameters, content=content, headers=headers)
    except httpx.HTTPError as error:
        raise DatasetError(
            "%(method)s of %(graph)s to %(store)s was broken off: %(error)s. Run the command again.",
            method=method,
            graph=graph,
            store=store,
            error=repr(error),
        ) from None
    if not (response.is_success or (method == "DELETE" and response.status_code == httpx.codes.NOT_FOUND)):
        raise DatasetError(
            "%(store)s answers %(status_code)s to %(method)s of %(graph)s: %(text)s",
            store=store,
            status_code=response.status_code,
            method=method,
            graph=graph,
            text=response.text[:300],
        )


def _read_notes(client: httpx.Client, store: str) -> dict[str, str]:
    response = client.get(store, params={"graph": PUBLISHED_GRAPH}, headers={"Accept": _NT})
    return dict(_pairs(response.content)) if response.is_success else {}


def _pairs(content: bytes) -> Iterator[tuple[str, str]]:
    for quad in ox.parse(content, format=ox.RdfFormat.N_TRIPLES):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
            yield "" if quad.subject.value == _DEFAULT else quad.subject.value, quad.object.value


def _write_notes(client: httpx.Client, store: str, noted: dict[str, str]) -> None:
    parameters = {"graph": PUBLISHED_GRAPH}
    response = client.put(store, params=parameters, content=_serialize_notes(noted), headers={"Content-Type": _NT})
    if not response.is_success:
        raise DatasetError(
            "%(store)s answers %(status_code)s to PUT of %(graph)s: %(text)s",
            store=store,
            status_code=response.status_code,
            graph=PUBLISHED_GRAPH,
            text=response.text[:300],
        )


def _serialize_notes(noted: dict[str, str]) -> bytes:
    """Write the notes; one triple is always there, because a store may forget a graph that is empty."""
    notes = ox.NamedNode(PUBLISHED_GRAPH)
    triples = [ox.Triple(notes, ox.NamedNode(iris.RDF + "type"), ox.NamedNode(iris.PROV + "Entity"))]
    for name, digest in noted.items():
        triples.append(ox.Triple(ox.NamedNode(name or _DEFAULT), ox.NamedNode(_CHECKSUM), ox.Literal(digest)))
    return serialize(triples, ox.RdfFormat.N_TRIPLES)


def _count_there(endpoint: str, authorization: str) -> dict[str, int] | None:
    """Count the triples of each graph at a query endpoint, at the address or beside it; none where there is none."""
    for sibling in _ENDPOINTS:
        address = str(httpx.URL(endpoint).join(sibling)) if sibling else endpoint
        try:
            return RemoteEngine(address, authorization).count_graphs()
        except UkfrError:
            continue
    return None


def _compare(there: dict[str, int] | None, here: dict[str, int], tell: Callable[[Message], None]) -> dict[str, str]:
    """Return what differs in number, by graph."""
    if there is None:
        tell(Message("no query endpoint answers beside the graph store: the triples were not counted there"))
        return {}
    different = {
        name: f"{name}: {there.get(name, 0)} of {triples} triples"
        for name, triples in here.items()
        if name and there.get(name, 0) != triples
    }
    if not different:
        tell(make_message("%(triples)s triples here and there", triples=sum(here.values())))
    return different
