"""An engine elsewhere that speaks the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import DatasetError, EngineError, Message, QueryError, SettingsError
from ukfr_graph.errors import mark as _
from ukfr_graph.store.authentication import authenticate
from ukfr_graph.store.engine import Results, Term
from ukfr_graph.store.injection import inject_values
from ukfr_graph.store.remote_results import read_results, read_triples

if TYPE_CHECKING:
    import httpx

PUBLISHED_GRAPH = iris.GRAPH + "published"
"""The graph that notes which graphs were pushed to an engine (see ``publishing``); it is no part of the dataset."""

_ROWS, _TRIPLES = "application/sparql-results+json", "application/n-triples"
_TIMEOUT_S = 3600.0  # the worker is ended long before
_DATASET_S = 60.0  # for which the endpoint's list of graphs is believed
_SHOWN = 300
_ENGINES_OWN = (  # of Virtuoso and of Stardog
    "http://www.openlinksw.com/schemas/virtrdf#", "http://localuriqaserver/", "http://www.w3.org/ns/ldp#",
    "urn:virtuoso:", "tag:stardog:api:",
)  # fmt: skip
_CUT = ("x-sparql-maxrows", "x-sql-state")  # headers by which Virtuoso says that an answer is not whole


class RemoteEngine:
    """Sends queries to an endpoint and reads its answers; ``authorization`` is the header's value, if any.

    Raises:
        SettingsError: the address is not usable, or has a password in it.
    """

    def __init__(self, endpoint: str, authorization: str = "") -> None:
        import httpx  # slow to import, and needed only here

        check_address(endpoint)
        self.version = endpoint
        self.folder = ""
        self._endpoint = endpoint
        self._errors = httpx.HTTPError
        self._unreadable = httpx.RemoteProtocolError, httpx.DecodingError
        self._client = httpx.Client(timeout=_TIMEOUT_S, auth=authenticate(authorization))
        self._graphs: list[str] = []
        self._graphs_until = 0.0
        self._is_curated = False

    @cached_property
    def curated(self) -> RemoteEngine:
        """The same endpoint, asked for the graphs with curated names alone; one that has none is asked for all."""
        engine = copy(self)
        engine._is_curated, engine._graphs_until = True, 0.0
        return engine

    def count_triples(self) -> int:
        """Count the triples of all graphs, by asking the endpoint."""
        if counts := self.count_graphs():
            return sum(counts.values())
        results = self._send("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        assert isinstance(results, ox.QuerySolutions)
        return int(next(results)["n"].value)

    def count_graphs(self) -> dict[str, int]:
        """Count the triples of each named graph by asking the endpoint, but for graphs of the engine's own."""
        counts = {name: number for name, number in self._count_all().items() if not name.startswith(_ENGINES_OWN)}
        counts.pop(PUBLISHED_GRAPH, None)
        curated = {name: number for name, number in counts.items() if iris.is_curated_graph(name)}
        return curated if self._is_curated and curated else counts

    def has_graph(self, name: str | None) -> bool:
        """Return whether there is a graph of this name that is not empty."""
        return name is None or bool(self._send(f"ASK {{ GRAPH {ox.NamedNode(name)} {{ ?s ?p ?o }} }}"))

    def hash_graph(self, name: str | None) -> str:  # noqa: ARG002 - part of the protocol
        """Nothing: the endpoint does not tell."""
        return ""

    def quads(self) -> Iterator[ox.Quad]:
        """Yield everything in the endpoint's named graphs, one graph after the other."""
        for name in sorted(self.count_graphs()):
            graph = ox.NamedNode(name)
            triples = self._send(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}", _TRIPLES)
            assert isinstance(triples, ox.QueryTriples)
            yield from (ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)

    def query(
        self,
        text: str,
        substitutions: Mapping[str, Term],
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        *,
        union: bool = True,
    ) -> Results:
        """Evaluate a query at the endpoint (see ``Engine.query``).

        The text is parsed here first, so that errors are the same as those of a dataset of our own. Where the
        endpoint's default graph is empty, or has more in it than the dataset, the request names all its graphs, so
        that their union is asked; where the curated graphs alone are asked, it names those. The protocol knows no
        substitution: values are written into the text (see ``injection``).

        Raises:
            SyntaxError: the text is not SPARQL.
            QueryError: the endpoint answers 400 or 422.
            EngineError: it answers with another error or format.
            DatasetError: it cannot be reached.
        """
        form = type(ox.Store().query(text, prefixes=dict(iris.prefixes()), base_iri=iris.ENDPOINT_BASE))
        if union and not (default_graphs or named_graphs):
            default_graphs = named_graphs = self._list_graphs()
        accept = _TRIPLES if form is ox.QueryTriples else _ROWS
        results = self._send(inject_values(text, substitutions), accept, default_graphs, named_graphs)
        if type(results) is form:
            return results
        del results  # a traceback would keep it, and another thread free it, which it does not allow
        raise EngineError(
            "The answer of %(endpoint)s is not of the form that the query asks for.", endpoint=self._endpoint
        )

    def _list_graphs(self) -> list[str]:
        """List the graphs that a request must name, because the endpoint's default graph is not their union."""
        if time.monotonic() > self._graphs_until:
            all_graphs, graphs = self._count_all(), sorted(self.count_graphs())
            is_part = len(graphs) < len(all_graphs)
            self._graphs = graphs if is_part or not self._send("ASK { ?s ?p ?o }") else []
            self._graphs_until = time.monotonic() + _DATASET_S
        return self._graphs

    def _count_all(self) -> dict[str, int]:
        results = self._send("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
        assert isinstance(results, ox.QuerySolutions)
        return {row["g"].value: int(row["n"].value) for row in results if row["g"] is not None}

    def _send(
        self, text: str, accept: str = _ROWS, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()
    ) -> Results:
        prefixes = "".join(f"PREFIX {name}: <{iri}> " for name, iri in iris.prefixes().items())
        form = {
            "query": f"BASE <{iris.ENDPOINT_BASE}> {prefixes}{text}",
            "default-graph-uri": list(default_graphs),
            "named-graph-uri": list(named_graphs),
        }
        try:
            response = self._client.post(self._endpoint, data=form, headers={"Accept": accept})
        except self._unreadable as error:
            raise EngineError(
                "The answer of %(endpoint)s cannot be read: %(error)s.", endpoint=self._endpoint, error=repr(error)
            ) from None
        except self._errors as error:
            raise DatasetError(
                "The endpoint %(endpoint)s does not answer: %(error)s.", endpoint=self._endpoint, error=repr(error)
            ) from None
        if response.is_success:
            return self._read(response)
        if response.status_code in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY):
            raise QueryError("The endpoint refuses the query: %(text)s", text=response.text[:_SHOWN])
        raise EngineError(
            "The endpoint %(endpoint)s answers %(status_code)s: %(text)s",
            endpoint=self._endpoint,
            status_code=response.status_code,
            text=response.text[:_SHOWN],
        )

    def _read(self, response: httpx.Response) -> Results:
        """Read an answer; one that the engine has cut off is none."""
        if cut := [f"{name}: {response.headers[name]}" for name in _CUT if name in response.headers]:
            raise EngineError(
                "The answer of %(endpoint)s is not whole (%(names)s). Ask for less, or raise its limit.",
                endpoint=self._endpoint,
                names=", ".join(cut),
            )
        media_type = response.headers.get("content-type", "").partition(";")[0].strip()
        try:
            if form := ox.QueryResultsFormat.from_media_type(media_type):
                return read_results(response.content, form)
            if rdf := ox.RdfFormat.from_media_type(media_type):
                return read_triples(response.content, rdf)
        except ValueError as error:
            raise EngineError(
                "The answer of %(endpoint)s is not %(media_type)s: %(error)s.",
                endpoint=self._endpoint,
                media_type=media_type,
                error=error,
            ) from None
        raise EngineError(
            "The endpoint %(endpoint)s answers with %(media_type)s, which is not read here: %(text)s",
            endpoint=self._endpoint,
            media_type=media_type or Message(_("no media type")),
            text=response.text[:_SHOWN],
        )


def check_address(endpoint: str) -> None:
    """Refuse an address that is not one, or that would show a password in logs and lists of processes.

    Raises:
        SettingsError: it is such an address.
    """
    import httpx

    try:
        address = httpx.URL(endpoint)
    except (httpx.InvalidURL, ValueError) as error:
        raise SettingsError("The endpoint is not a usable address (%(error)s).", error=error) from None
    if address.scheme not in ("http", "https") or not address.host:
        raise SettingsError("The endpoint is not a usable address: it begins with http:// or https:// and a host.")
    if address.userinfo:
        raise SettingsError(
            "The endpoint's address has a user name or password in it. Give them as UKFR_ENDPOINT_USER and "
            "UKFR_ENDPOINT_PASSWORD, or UKFR_ENDPOINT_TOKEN."
        )
