"""SPARQL 1.1 Service Description (https://www.w3.org/TR/sparql11-service-description/), with VoID and examples."""

from __future__ import annotations

import asyncio

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.endpoint.addresses import find_base
from ukfr_graph.endpoint.exchange import Exchange
from ukfr_graph.endpoint.metadata import DATASET, FORMATS, PREFIXES, VOID, name_permanently
from ukfr_graph.endpoint.void import describe_dataset
from ukfr_graph.query.examples import SCHEMA, SH, describe_examples
from ukfr_graph.query.formats import FORMATS as FORMS
from ukfr_graph.query.formats import Format, negotiate, write_content_type
from ukfr_graph.service.cache import KeptAnswer, make_key
from ukfr_graph.service.service import Service
from ukfr_graph.service.statistics import Counter, Statistics
from ukfr_graph.workers.wire import Head

SD = "http://www.w3.org/ns/sparql-service-description#"
_ANY_BASE = "http://base.invalid"  # it is written once, and not for each name that clients have for this server
_COUNT_S = 2.0  # what a client waits for a first count; a large dataset takes longer
_PREFIXES = {**PREFIXES, "sd": SD, "sh": SH, "schema": SCHEMA}
_FORMAT_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "jsonld": "JSON-LD",
    "rdf": "RDF_XML",
}
_UNION = (
    "The union of the curated graphs and of those added by users. The pages, the saved questions and the downloads "
    "read the curated graphs alone; name graphs (FROM, or default-graph-uri) to choose."
)
_INPUTS = ("Turtle", "N-Triples", "N-Quads", "TriG", "RDF_XML", "JSON-LD")


class Describer:
    """Answers ``/sparql`` without a query: service description, VoID with partitions, and examples, as one graph.

    Query editors read all three from here: they ask the endpoint first, and then its address
    (https://github.com/sib-swiss/sparql-editor). What is counted for VoID is left out while it is not there yet.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._counter = Counter()
        self._count: asyncio.Task[Statistics] | None = None

    async def handle(self, exchange: Exchange) -> None:
        """Describe the service, in the RDF format that the client likes best.

        Raises:
            UkfrError: see ``Gate.admit_reader``, ``negotiate`` and ``Pool.ask``.
        """
        service = self._service
        service.gate.admit_reader(exchange.header(b"authorization"))
        form = negotiate(exchange.header(b"accept"), "graph")
        facts = (await service.pool.ask({"task": "facts", "with_user_graphs": True}, "facts")).head
        statistics = await self._count_briefly()
        key = make_key("description", service.pool.version, form.name, statistics is not None)
        entry = service.cache.find(key)
        if entry is None:
            entry = KeptAnswer("", (), await asyncio.to_thread(self._write, _ANY_BASE, form, facts, statistics))
            service.cache.keep(key, entry)
        body = entry.body.replace(_ANY_BASE.encode(), find_base(service.settings, exchange.scope).encode())
        headers = [
            (b"content-type", write_content_type(form.media_type).encode()),
            (b"vary", b"Accept"),
            (b"ukfr-version", service.pool.version.encode()),
        ]
        await exchange.respond(200, headers, body)

    async def _count_briefly(self) -> Statistics | None:
        """Return what the dataset holds, where it was counted or can be within a moment; else it goes on."""
        if self._count is None or self._count.done():
            self._count = asyncio.create_task(self._counter.count(self._service))
        done, _ = await asyncio.wait([self._count], timeout=_COUNT_S)
        return self._count.result() if done and self._count.exception() is None else None

    def _write(self, base: str, form: Format, facts: Head, statistics: Statistics | None) -> bytes:
        is_curated = statistics.is_curated if statistics else not self._service.is_plain
        triples = describe(self._service, base + "/sparql", facts, is_curated=is_curated)
        if statistics is not None:
            triples += describe_dataset(base, self._service.profile, statistics, (), "")
        triples += describe_examples(self._service.library().queries.values(), base)
        assert isinstance(form.engine, ox.RdfFormat)
        prefixed = form.engine in (ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML)
        return ox.serialize(dict.fromkeys(triples), format=form.engine, prefixes=_PREFIXES if prefixed else None) or b""


def describe(service: Service, endpoint: str, facts: Head, *, is_curated: bool) -> list[ox.Triple]:
    """Describe what is true of this service now: languages, formats, features, graphs and their sizes."""
    subject, default = ox.NamedNode(endpoint), ox.BlankNode()
    base = endpoint.removesuffix("/sparql")
    dataset = ox.NamedNode(name_permanently(base, DATASET, service.profile, is_curated=is_curated))
    triples = [
        _triple(subject, iris.RDF + "type", SD + "Service"),
        _triple(subject, SD + "endpoint", endpoint),
        _triple(subject, SD + "supportedLanguage", SD + "SPARQL11Query"),
        *(_triple(subject, SD + "resultFormat", FORMATS + _FORMAT_NAMES[f.name]) for f in FORMS),
        ox.Triple(subject, ox.NamedNode(SD + "defaultDataset"), dataset),
        _triple(dataset, iris.RDF + "type", SD + "Dataset"),
        _triple(dataset, iris.RDF + "type", VOID + "Dataset"),
        _triple(dataset, VOID + "sparqlEndpoint", endpoint),
        _triple(dataset, iris.RDFS + "seeAlso", f"{base}/.well-known/void"),
        ox.Triple(dataset, ox.NamedNode(SD + "defaultGraph"), default),
        _triple(default, iris.RDF + "type", SD + "Graph"),
    ]
    if not service.is_plain:
        triples.append(_triple(subject, SD + "feature", SD + "UnionDefaultGraph"))
        triples.append(ox.Triple(default, ox.NamedNode(iris.RDFS + "comment"), ox.Literal(_UNION, language="en")))
        triples.append(_count(default, facts["triples"]))
    if service.gate.grants or service.gate.is_open:
        triples.append(_triple(subject, SD + "supportedLanguage", SD + "SPARQL11Update"))
        triples += [_triple(subject, SD + "inputFormat", FORMATS + name) for name in _INPUTS]
    for name, count in sorted(facts["graphs"].items()):
        named, graph = ox.BlankNode(), ox.BlankNode()
        triples += [
            ox.Triple(dataset, ox.NamedNode(SD + "namedGraph"), named),
            _triple(named, iris.RDF + "type", SD + "NamedGraph"),
            _triple(named, SD + "name", name),
            ox.Triple(named, ox.NamedNode(SD + "graph"), graph),
            _triple(graph, iris.RDF + "type", SD + "Graph"),
            _count(graph, count),
        ]
    return triples


def _triple(subject: ox.NamedNode | ox.BlankNode, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), ox.NamedNode(value))


def _count(graph: ox.BlankNode, count: int) -> ox.Triple:
    return ox.Triple(graph, ox.NamedNode(VOID + "triples"), ox.Literal(count))
