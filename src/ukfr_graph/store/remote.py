"""An engine elsewhere that speaks the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import EngineError
from ukfr_graph.store.engine import ReadSolutions, Results, Term
from ukfr_graph.store.injection import inject_values
from ukfr_graph.store.listing import Listing, SharedListing
from ukfr_graph.store.notes import PUBLISHED_GRAPH
from ukfr_graph.store.remote_results import read_results, read_triples
from ukfr_graph.store.transport import TRIPLES, Transport
from ukfr_graph.store.union import UnionQuery
from ukfr_graph.tokens import list_tokens, read_prefixes

_ROWS = "application/sparql-results+json"
_NO_GRAPH = iris.GRAPH + "none"  # named where no graph is to be: Virtuoso would take all there are, and its own
_UNREADABLE = ox.QueryResultsFormat.CSV  # it does not tell an IRI from a text; text/plain is taken for it, too
_OWN_BASE = re.compile(r"(?:\s|#[^\r\n]*[\r\n])*BASE\s*<[a-z][a-z0-9+.-]*:[^<>\s]*>", re.IGNORECASE)
_UNIONS: tuple[dict[str, str], ...] = ({}, {"union-default-graph": ""})  # as it is set up; a parameter of Oxigraph's
_FORMS = {ox.QuerySolutions: ReadSolutions, ox.QueryBoolean: ox.QueryBoolean, ox.QueryTriples: ox.QueryTriples}
_ENGINES_OWN = (  # of Virtuoso and of Stardog
    "http://www.openlinksw.com/schemas/virtrdf#", "http://localuriqaserver/", "http://www.w3.org/ns/ldp#",
    "urn:virtuoso:", "tag:stardog:api:",
)  # fmt: skip


class _Scope(NamedTuple):
    """The graphs that are asked where a query names none: those of the dataset, of which there are ``names``.

    ``union`` is how the union of all graphs is asked, if that has nothing else in it than these, and the notes of what
    was pushed (``has_notes``), and graphs of the engine's own (``has_engines_own``).
    """

    listing: Listing
    names: list[str]
    union: dict[str, str] | None
    has_notes: bool
    has_engines_own: bool

    def find_union(self, text: str) -> dict[str, str] | None:
        """Return how the union is asked; none where there is more in it that the query could see.

        Nor is it with a sub-select where an engine has graphs of its own: asked of everything there is, Virtuoso joins
        it to rows that it does not belong to.
        """
        if self.union is None or not (self.has_notes or self.has_engines_own):
            return self.union
        query = UnionQuery(text)
        if (self.has_notes and query.may_see(self.listing.notes)) or (
            self.has_engines_own and (query.has_sub_select() or query.may_see(self.listing.engines_own))
        ):
            return None
        return self.union


class RemoteEngine:
    """Sends queries to an endpoint and reads its answers; ``authorization`` is the header's value, if any.

    ``listing`` is what processes that ask the same endpoint share of what they know of its graphs.

    Raises:
        SettingsError: the address is not usable, or has a password in it.
    """

    def __init__(self, endpoint: str, authorization: str = "", listing: SharedListing | None = None) -> None:
        self._transport = Transport(endpoint, authorization)
        self._authorization = authorization
        self.version = endpoint
        self.folder = ""
        self._listing = listing or SharedListing()
        self._is_curated = False
        self._scope: _Scope | None = None
        self._parser = ox.Store()

    @cached_property
    def curated(self) -> RemoteEngine:
        """The same endpoint, asked for the graphs with curated names alone; one that has none is asked for all."""
        engine = copy(self)
        engine._is_curated, engine._scope = True, None
        return engine

    def count_triples(self) -> int:
        """Count the triples of all graphs, by asking the endpoint."""
        if counts := self.count_graphs():
            return sum(counts.values())
        (row,) = self._select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        return int(row["n"].value)

    def count_graphs(self) -> dict[str, int]:
        """Count the triples of each named graph by asking the endpoint, but for graphs of the engine's own."""
        rows = self._select("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
        counts = {row["g"].value: int(row["n"].value) for row in rows if row["g"] is not None}
        return {name: counts[name] for name in self._choose(counts)}

    def has_graph(self, name: str | None) -> bool:
        """Return whether there is a graph of this name that is not empty."""
        return name is None or bool(self._send(f"ASK {{ GRAPH {ox.NamedNode(name)} {{ ?s ?p ?o }} }}"))

    def hash_graph(self, name: str | None) -> str:  # noqa: ARG002 - part of the protocol
        """Nothing: the endpoint does not tell."""
        return ""

    def quads(self) -> Iterator[ox.Quad]:
        """Yield everything in the endpoint's named graphs, one graph after the other, each through a file.

        Raises:
            EngineError: it gives another number of triples than it counts.
        """
        for name, number in sorted(self.count_graphs().items()):
            graph = ox.NamedNode(name)
            form = {"query": f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"}
            with tempfile.NamedTemporaryFile(suffix=".nt") as file:
                for piece in self._transport.download(form, TRIPLES):
                    file.write(piece)
                file.flush()
                given = 0
                try:
                    for quad in ox.parse(path=file.name, format=ox.RdfFormat.N_TRIPLES):
                        given += 1
                        yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)
                except SyntaxError as error:
                    raise self._refuse(TRIPLES, error) from None
            if given != number:
                raise EngineError(
                    "%(endpoint)s gives %(given)s of the %(number)s triples of %(graph)s.",
                    endpoint=self._transport.endpoint,
                    given=given,
                    number=number,
                    graph=name,
                )

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
        endpoint's default graph is not the union of the dataset's graphs, the request names them all. The protocol
        knows no substitution: values are written into the text (see ``injection``).

        Raises:
            SyntaxError: the text is not SPARQL.
            QueryError: the endpoint answers 400 or 422.
            EngineError: it answers with another error or format.
            DatasetError: it cannot be reached.
        """
        prefixes = _find_prefixes(text)
        form = _FORMS[type(self._parser.query(text, prefixes=prefixes, base_iri=iris.ENDPOINT_BASE))]
        text = inject_values(text, substitutions)
        options: dict[str, str] = {}
        if default_graphs and not named_graphs:
            named_graphs = [_NO_GRAPH]
        elif not (union or named_graphs):
            text = _name_no_graph(text)
        if union and not (default_graphs or named_graphs):
            scope = self._find_scope()
            if (found := scope.find_union(text)) is not None:
                options = found
            else:
                default_graphs = scope.names
                if "graph" in text.lower() or "\\" in text:  # else named graphs are not asked
                    named_graphs = scope.names
        accept = TRIPLES if form is ox.QueryTriples else _ROWS
        results = self._send(_declare(text, prefixes), accept, default_graphs, named_graphs, options)
        if type(results) is form:
            return results
        del results  # a traceback would keep it, and another thread free it, which it does not allow
        raise self._mismatch()

    def _find_scope(self) -> _Scope:
        """Return what is asked by the listing that is believed."""
        listing = self._listing.find(self._list_anew)
        if self._scope is None or self._scope.listing is not listing:
            names = self._choose(listing.names)
            others = {*listing.names}.difference(names)
            engines_own = {name for name in others if name.startswith(_ENGINES_OWN)}
            has_more = bool(others - engines_own - {PUBLISHED_GRAPH})
            union = None if has_more else listing.union
            self._scope = _Scope(listing, names, union, PUBLISHED_GRAPH in others, bool(engines_own))
        return self._scope

    def _choose(self, names: Sequence[str] | Mapping[str, int]) -> list[str]:
        """Return the graphs of the dataset among those of the endpoint, in order."""
        own = sorted(name for name in names if not name.startswith(_ENGINES_OWN) and name != PUBLISHED_GRAPH)
        return ([name for name in own if iris.is_curated_graph(name)] or own) if self._is_curated else own

    def _list_anew(self) -> Listing:
        """List the endpoint's graphs over a connection of its own: queries go on beside it."""
        return RemoteEngine(self._transport.endpoint, self._authorization, self._listing)._list_graphs()

    def _list_graphs(self) -> Listing:
        """List the endpoint's graphs, find out how it offers their union, and what is in the graphs of its own."""
        began = time.monotonic()
        names = self._list("SELECT ?g { GRAPH ?g { } }")
        if not names:  # of Virtuoso, and where the dataset has a default graph alone
            names = self._list("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
        own = self._choose(names)
        some = {own[0], own[-1]} if own else ()
        union = next((u for u in _UNIONS if all(self._is_in_default(name, u) for name in some)), None)
        subjects, predicates, classes, apart = set[str](), set[str](), set[str](), True
        for graph in (ox.NamedNode(name) for name in names if name.startswith(_ENGINES_OWN)):
            subjects.update(self._list(f"SELECT DISTINCT ?s {{ GRAPH {graph} {{ ?s ?p ?o }} }}"))
            predicates.update(self._list(f"SELECT DISTINCT ?p {{ GRAPH {graph} {{ ?s ?p ?o }} }}"))
            classes.update(self._list(f"SELECT DISTINCT ?c {{ GRAPH {graph} {{ ?s a ?c }} }}"))
            places = self._list(f"SELECT DISTINCT ?g {{ GRAPH {graph} {{ ?s ?p ?o }} GRAPH ?g {{ ?s ?q ?r }} }}")
            apart = apart and not self._choose(places)
        return Listing(names, union, sorted(subjects), sorted(predicates), sorted(classes), apart, began)

    def _list(self, query: str) -> list[str]:
        """Return the terms of the first column of an answer, as text."""
        return sorted(row[0].value for row in self._select(query) if isinstance(row[0], ox.NamedNode))

    def _is_in_default(self, name: str, options: Mapping[str, str]) -> bool:
        """Return whether the default graph has the first triple of a graph."""
        first = f"SELECT ?s ?p ?o {{ GRAPH {ox.NamedNode(name)} {{ ?s ?p ?o }} }} LIMIT 1"
        return bool(self._send(f"ASK {{ {{ {first} }} ?s ?p ?o }}", options=options))

    def _select(self, text: str) -> ReadSolutions:
        results = self._send(text)
        if isinstance(results, ReadSolutions):
            return results
        del results
        raise self._mismatch()

    def _mismatch(self) -> EngineError:
        return EngineError(
            "The answer of %(endpoint)s is not of the form that the query asks for.", endpoint=self._transport.endpoint
        )

    def _send(
        self,
        text: str,
        accept: str = _ROWS,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        options: Mapping[str, str] = _UNIONS[0],
    ) -> Results:
        graphs = {"default-graph-uri": list(default_graphs), "named-graph-uri": list(named_graphs)}
        content = self._transport.ask({"query": text, **graphs, **options}, accept)
        try:
            if accept == TRIPLES and (rdf := ox.RdfFormat.from_media_type(content.media_type)):
                return read_triples(content.body, rdf)
            form = ox.QueryResultsFormat.from_media_type(content.media_type)
            if accept == _ROWS and form and form != _UNREADABLE:
                return read_results(content.body, form)
        except ValueError as error:
            raise self._refuse(content.media_type, error) from None
        raise self._transport.refuse(content.media_type, content.body.decode("utf-8", "replace"))

    def _refuse(self, media_type: str, error: Exception) -> EngineError:
        return EngineError(
            "The answer of %(endpoint)s is not %(media_type)s: %(error)s.",
            endpoint=self._transport.endpoint,
            media_type=media_type,
            error=error,
        )


def _name_no_graph(text: str) -> str:
    """Say in a query whose FROM clauses give a default graph alone that no graph is named."""
    tokens = list_tokens(text)
    clauses = [(token, following) for token, following in pairwise(tokens) if token.is_word("FROM")]
    if not clauses or any(following.is_word("NAMED") for _, following in clauses):
        return text
    at = clauses[0][0].start
    return f"{text[:at]}FROM NAMED <{_NO_GRAPH}> {text[at:]}"


def _declare(text: str, prefixes: Mapping[str, str]) -> str:
    """Write the base and prefixes that are known here into a query; it may have a base, and Virtuoso reads but one."""
    own = _OWN_BASE.match(text)
    base, rest = (own[0], text[own.end() :]) if own else (f"BASE <{iris.ENDPOINT_BASE}>", text)
    return " ".join([base, *(f"PREFIX {name}: <{iri}>" for name, iri in prefixes.items()), rest])


def _find_prefixes(text: str) -> dict[str, str]:
    """Return the prefixes that a text may use without declaring them: Jena reads one that is declared twice twice."""
    used = {name: iri for name, iri in iris.prefixes().items() if name + ":" in text}
    return {name: iri for name, iri in used.items() if name not in read_prefixes(text)} if used else {}
