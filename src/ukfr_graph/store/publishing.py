"""Pushing the dataset to a store elsewhere by the SPARQL 1.1 Graph Store HTTP Protocol.

What was pushed is noted there, in a graph of its own: the hash of each graph. A second run pushes what is
not noted, so that it goes on where one was broken off, and changes nothing where nothing has changed.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator

import httpx
import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import DatasetError
from ukfr_graph.store.remote import check_address
from ukfr_graph.store.snapshot import Snapshot
from ukfr_graph.triples import serialize

PUBLISHED_GRAPH = iris.GRAPH + "published"
_CHECKSUM = iris.UKFR + "contentHash"
_NT = "application/n-triples"
_SIBLINGS = ("", "store", "graph-store", "data")
_TIMEOUT_S = 600.0


def publish_dataset(
    snapshot: Snapshot, endpoint: str, authorization: str, tell: Callable[[str], None] = lambda _: None
) -> int:
    """Push every graph that is not there yet as it is here, and remove those that are gone; how many it changed.

    ``endpoint`` is the graph store's address, or that of the query endpoint beside it; ``tell`` is given one
    line for each graph.

    Raises:
        DatasetError: there is no graph store, or it refuses a graph; what was pushed before stays noted.
        SettingsError: the address is not usable.
    """
    check_address(endpoint)
    graphs: dict[str, list[ox.Triple]] = defaultdict(list)
    for quad in snapshot.store:
        graphs[quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""].append(quad.triple)
    headers = {"Authorization": authorization} if authorization else {}
    with httpx.Client(timeout=_TIMEOUT_S, headers=headers) as client:
        store = _find_store(client, endpoint)
        noted = _read_notes(client, store)
        changed = 0
        for name, triples in sorted(graphs.items()):
            content = b"".join(sorted(serialize(triples, ox.RdfFormat.N_TRIPLES).splitlines(keepends=True)))
            digest = hashlib.sha256(content).hexdigest()
            if noted.get(name) == digest:
                tell(f"{name}: there already")
                continue
            _request(client, "PUT", store, name, content)
            noted[name] = digest
            _write_notes(client, store, noted)
            changed += 1
            tell(f"{name}: {len(triples)} triples pushed")
        for name in sorted(set(noted) - set(graphs)):
            _request(client, "DELETE", store, name)
            del noted[name]
            _write_notes(client, store, noted)
            changed += 1
            tell(f"{name}: removed")
    return changed


def _find_store(client: httpx.Client, endpoint: str) -> str:
    """Find the graph store: at the address itself, or at a usual one beside it."""
    tried = []
    for sibling in _SIBLINGS:
        address = str(httpx.URL(endpoint).join(sibling)) if sibling else endpoint
        tried.append(address)
        try:  # the head of the answer is enough; not every store does HEAD well
            with client.stream("GET", address, params={"default": ""}, headers={"Accept": _NT}) as response:
                media_type = response.headers.get("content-type", "").partition(";")[0]
                if response.is_success and media_type == _NT:
                    return address
        except httpx.HTTPError as error:
            raise DatasetError(f"{address} does not answer: {error!r}.") from None
    raise DatasetError(
        f"No graph store answers at {', '.join(tried)}. Give the address at which GET ?default answers with N-Triples."
    )


def _request(client: httpx.Client, method: str, store: str, graph: str, content: bytes = b"") -> None:
    parameters = {"graph": graph} if graph else {"default": ""}
    headers = {"Content-Type": _NT} if content else {}
    try:
        response = client.request(method, store, params=parameters, content=content, headers=headers)
    except httpx.HTTPError as error:
        raise DatasetError(
            f"{method} of {graph} to {store} was broken off: {error!r}. Run the command again."
        ) from None
    if not (response.is_success or (method == "DELETE" and response.status_code == httpx.codes.NOT_FOUND)):
        raise DatasetError(f"{store} answers {response.status_code} to {method} of {graph}: {response.text[:300]}")


def _read_notes(client: httpx.Client, store: str) -> dict[str, str]:
    response = client.get(store, params={"graph": PUBLISHED_GRAPH}, headers={"Accept": _NT})
    if not response.is_success:
        return {}
    return dict(_pairs(response.content))


def _pairs(content: bytes) -> Iterator[tuple[str, str]]:
    for quad in ox.parse(content, format=ox.RdfFormat.N_TRIPLES):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
            yield quad.subject.value, quad.object.value


def _write_notes(client: httpx.Client, store: str, noted: dict[str, str]) -> None:
    triples = [
        ox.Triple(ox.NamedNode(name), ox.NamedNode(_CHECKSUM), ox.Literal(digest)) for name, digest in noted.items()
    ]
    _request(client, "PUT", store, PUBLISHED_GRAPH, serialize(triples, ox.RdfFormat.N_TRIPLES))
