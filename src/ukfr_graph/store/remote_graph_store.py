"""A graph store elsewhere, by the SPARQL 1.1 Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import httpx

from ukfr_graph.errors import DatasetError, EngineError
from ukfr_graph.store.graph_files import GraphFile
from ukfr_graph.store.notes import PUBLISHED_GRAPH, read_notes, write_notes
from ukfr_graph.store.transport import TRIPLES

_SIBLINGS = ("", "store", "graph-store", "data", "sparql-graph-crud-auth", "{0}/rdf-graphs/service")
_TIMEOUT_S = 3600.0  # a large graph is answered when the engine has taken it
_MOST_NOTES_BYTES = 50_000_000
_SHOWN = 300
_BULK = MappingProxyType({"no_transaction": ""})
"""Oxigraph takes a graph seven times as fast where nobody needs to see it whole or not at all."""

ANSWER_S = 60.0
"""For every other answer."""


@dataclass(frozen=True)
class GraphStore:
    """A graph store by its address (SPARQL 1.1 Graph Store HTTP Protocol, section 5)."""

    client: httpx.Client
    address: str
    is_oxigraph: bool = False

    def put(self, graph: GraphFile, *, is_new: bool) -> None:
        """Replace a graph. One that ``is_new`` may be seen in part, and stays so where this is broken off.

        Raises:
            DatasetError: the store does not take it.
        """
        headers = {"Content-Type": TRIPLES, "Content-Length": str(graph.size_bytes)}
        timeout = httpx.Timeout(ANSWER_S, read=_TIMEOUT_S)
        more = _BULK if is_new and self.is_oxigraph else {}
        with self._request("PUT", graph.name, more, content=graph, headers=headers, timeout=timeout) as response:
            self._require_success(response, graph.name)

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

    def probe(self, method: str = "GET") -> tuple[int, str]:
        """Ask for the notes, or put empty ones; return the status and the server's name.

        The status is 0 where something else than RDF comes.

        Raises:
            DatasetError: nothing comes.
        """
        options: dict[str, Any] = {"headers": {"Accept": TRIPLES}} if method == "GET" else {}
        if method == "PUT":
            options = {"headers": {"Content-Type": TRIPLES}, "content": write_notes({})}
        with self._request(method, PUBLISHED_GRAPH, **options) as response:
            media_type = response.headers.get("content-type", "").partition(";")[0].strip()
            is_other = method == "GET" and response.is_success and media_type != TRIPLES
            return 0 if is_other else response.status_code, response.headers.get("server", "")

    def read_notes(self) -> dict[str, str]:
        """Read what was noted.

        Raises:
            EngineError: it cannot be read.
        """
        deadline, body = time.monotonic() + ANSWER_S, b""
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
    def _request(
        self, method: str, graph: str, more: Mapping[str, str] = MappingProxyType({}), **options: Any
    ) -> Iterator[httpx.Response]:
        parameters = {**({"graph": graph} if graph else {"default": ""}), **more}
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


def find_store(client: httpx.Client, endpoint: str) -> GraphStore:
    """Find the graph store: at the address itself, or at a usual one beside it.

    It is asked for the graph of our own alone: not every store lets its default graph be read (Virtuoso). One that
    does not have it yet is asked to take it.

    Raises:
        DatasetError: there is none.
    """
    tried = []
    last = httpx.URL(endpoint).path.rpartition("/")[2]
    for sibling in _SIBLINGS:
        address = str(httpx.URL(endpoint).join(sibling.format(last))) if sibling else endpoint
        store = GraphStore(client, address)
        status, server = store.probe()
        if status == httpx.codes.NOT_FOUND:
            put, _ = store.probe("PUT")
            status = store.probe()[0] if httpx.codes.is_success(put) else put
        if status == httpx.codes.OK:
            return replace(store, is_oxigraph=server.startswith("Oxigraph/"))
        tried.append(f"{address} ({status})" if status else f"{address} (no N-Triples)")
    raise DatasetError(
        "No graph store lets itself be read and written at %(names)s. Give the address that takes PUT "
        "?graph=IRI of N-Triples; credentials are UKFR_ENDPOINT_USER and UKFR_ENDPOINT_PASSWORD, or "
        "UKFR_ENDPOINT_TOKEN.",
        names=", ".join(tried),
    )
