"""An engine elsewhere that speaks the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import DatasetError
from ukfr_graph.store.engine import Results, Term
from ukfr_graph.tokens import read_tokens

_ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9"
_TIMEOUT_S = 60.0


class RemoteEngine:
    """Sends queries to an endpoint and reads its answers; the endpoint keeps its own limits."""

    def __init__(self, endpoint: str) -> None:
        self.version = self.folder = ""
        self._endpoint = endpoint
        import httpx  # slow to import, and needed only here

        self._errors = httpx.HTTPError
        self._client = httpx.Client(timeout=_TIMEOUT_S, headers={"Accept": _ACCEPT})

    def count_triples(self) -> int:
        """Count the triples of all graphs, by asking the endpoint."""
        results = self.query("SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", {})
        assert isinstance(results, ox.QuerySolutions)
        return int(next(results)["n"].value)

    def count_graphs(self) -> dict[str, int]:
        """Count the triples of each named graph, by asking the endpoint."""
        results = self.query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g", {})
        assert isinstance(results, ox.QuerySolutions)
        return {row["g"].value: int(row["n"].value) for row in results}

    def has_graph(self, name: str | None) -> bool:
        """Whether there is a graph of this name that is not empty."""
        return name is None or bool(self.query(f"ASK {{ GRAPH {ox.NamedNode(name)} {{ ?s ?p ?o }} }}", {}))

    def hash_graph(self, name: str | None) -> str:  # noqa: ARG002 - part of the protocol
        """Nothing: the endpoint does not tell."""
        return ""

    def query(
        self,
        text: str,
        substitutions: Mapping[str, Term],
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        *,
        union: bool = True,  # noqa: ARG002 - part of the protocol
    ) -> Results:
        """Evaluate a query at the endpoint (see ``Engine.query``).

        Whether its default graph is the union of all is the endpoint's own affair. The protocol knows no
        substitution: values are given as VALUES at the start of the outermost group, whose filters see them.

        Raises:
            SyntaxError: the endpoint answers 400.
            DatasetError: it cannot be reached, or answers with another error or format.
        """
        header = "".join(f"PREFIX {name}: <{iri}> " for name, iri in iris.PREFIXES.items())
        form = {
            "query": header + _with_values(text, substitutions),
            "default-graph-uri": list(default_graphs),
            "named-graph-uri": list(named_graphs),
        }
        try:
            response = self._client.post(self._endpoint, data=form)
        except self._errors as error:
            raise DatasetError(f"The endpoint {self._endpoint} does not answer: {error!r}.") from None
        if response.status_code == HTTPStatus.BAD_REQUEST:
            raise SyntaxError(response.text[:500])
        media_type = response.headers.get("content-type", "").partition(";")[0].strip()
        if response.is_success and (form_ := ox.QueryResultsFormat.from_media_type(media_type)):
            return ox.parse_query_results(response.content, format=form_)
        if response.is_success and (rdf := ox.RdfFormat.from_media_type(media_type)):
            return _as_triples(response.content, rdf)
        raise DatasetError(
            f"The endpoint {self._endpoint} answers {response.status_code} with {media_type or 'no type'}."
        )


def _with_values(text: str, substitutions: Mapping[str, Term]) -> str:
    if not substitutions:
        return text
    depth, after_where, at = 0, False, -1
    for token in read_tokens(text):
        if token.kind == "open":
            if depth == 0 and token.text == "{" and (at < 0 or after_where):
                at, after_where = token.start + 1, False
            depth += 1
        elif token.kind == "close":
            depth -= 1
        elif token.is_word("WHERE") and depth == 0:
            after_where = True
    values = "".join(f" VALUES ?{name} {{ {term} }}" for name, term in substitutions.items())
    return text[:at] + values + text[at:] if at >= 0 else text


def _as_triples(content: bytes, form: ox.RdfFormat) -> ox.QueryTriples:
    """Give RDF the type of the engine's own CONSTRUCT results."""
    store = ox.Store()
    store.load(content, format=form)
    results = store.query("CONSTRUCT WHERE { ?s ?p ?o }")
    assert isinstance(results, ox.QueryTriples)
    return results
