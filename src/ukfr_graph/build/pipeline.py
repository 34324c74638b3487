"""The steps of a build, in order. Nothing is written here: the result is graphs in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.accounting import Account
from ukfr_graph.build.coverage import Coverage, measure_coverage
from ukfr_graph.build.evidence import locate_paratexts, resolve_evidence
from ukfr_graph.build.inference import infer
from ukfr_graph.build.link_files import read_links
from ukfr_graph.build.links import to_triples
from ukfr_graph.build.schema import Graphs, read_schema
from ukfr_graph.build.validation import validate
from ukfr_graph.errors import DataError, Problem
from ukfr_graph.records import Location, Records, duplicate, read_records, to_records
from ukfr_graph.sources import SourceText, read_sources
from ukfr_graph.triples import Index

_LAYERS = {
    "entities": iris.ENTITIES_GRAPH,
    "statements": iris.ENTITIES_GRAPH,
    "observations": iris.OBSERVATIONS_GRAPH,
    "outcomes": iris.OUTCOMES_GRAPH,
}
"""The graph of each folder's records, unless coded from a source: what is known and what is concluded stay apart."""

Progress = Callable[[str], None]
"""Told the name of each step as it starts."""


@dataclass(frozen=True)
class Built:
    """A validated dataset: ``graphs`` by name, the ``coverage`` of each source by its folder's name, the ``accounts``.

    An account says for each file of records what was read of it and what was made of that.
    """

    graphs: Graphs
    coverage: dict[str, Coverage]
    accounts: dict[str, Account]


def build_graphs(data: Path, progress: Progress = lambda _: None) -> Built:
    """Build the dataset from the curated files under ``data``.

    Raises:
        DataError: with every problem that the failing step found.
    """
    progress("Reading the schema")
    schema = read_schema()
    progress("Reading sources and records")
    sources = read_sources(data)
    files = _read_all(data, sources)
    links = read_links(data)
    locations = _merge_locations(files.values())
    graphs: dict[str, set[ox.Triple]] = {name: set() for name in (*_LAYERS.values(), *(s.graph for s in sources))}
    for path, records in files.items():
        graphs[_graph_of(path, records, sources)] |= records.triples
    progress("Resolving quotes")
    coverage = {}
    problems: list[Problem] = []
    for source in sources:
        index = Index(graphs[source.graph])
        try:
            evidence = resolve_evidence(index, source, locations)
            coverage[source.name], order = measure_coverage(index, source, evidence.spans, locations)
        except DataError as error:
            problems += error.problems
        else:
            graphs[source.graph] |= evidence.triples | order | locate_paratexts(source)
    if problems:
        raise DataError(problems)
    progress("Inferring")
    described = Index(t for part in (*schema.values(), *graphs.values()) for t in part).subjects()
    graphs[iris.LINKS_GRAPH] = set(to_triples(links, described))
    asserted = frozenset().union(*schema.values(), *graphs.values())
    inferred = infer(asserted)
    progress("Validating")
    validate(asserted | inferred, locations)
    named = {name: frozenset(triples) for name, triples in graphs.items() if triples}
    accounts = {name: records.account for name, records in sorted(files.items())}
    return Built(_disjoint({**schema, **named, iris.INFERRED_GRAPH: inferred}), coverage, accounts)


def _read_all(data: Path, sources: Iterable[SourceText]) -> dict[str, Records]:
    """Read every file of records, those of the sources included, by its name."""
    files: dict[str, Records] = {}
    problems: list[Problem] = []
    paths = [path for folder in _LAYERS for path in sorted((data / folder).glob("*.yaml"))]
    for read in [
        *(partial(to_records, source.document) for source in sources),
        *(partial(read_records, path, data) for path in paths),
    ]:
        try:
            records = read()
        except DataError as error:
            problems += error.problems
        else:
            files[records.name] = records
    if problems:
        raise DataError(problems)
    return files


def _merge_locations(files: Iterable[Records]) -> dict[str, Location]:
    merged: dict[str, Location] = {}
    problems = []
    for records in files:
        for iri, location in records.locations.items():
            if iri in merged:
                problems.append(duplicate(iri, location.file, location.line, merged[iri]))
            merged.setdefault(iri, location)
    if problems:
        raise DataError(problems)
    return merged


def _graph_of(name: str, records: Records, sources: Iterable[SourceText]) -> str:
    """Name the graph of a file: that of the expression its statement is coded from, else the entities'."""
    expressions = {value for _, value in Index(records.triples).pairs(iris.UKFR + "expression")}
    for source in sources:
        if name == source.document.name or source.iri in expressions:
            return source.graph
    if name.startswith("statements/") and not _is_outline(records):
        raise DataError(
            [
                Problem(
                    name,
                    1,
                    "",
                    "source",
                    "the statement points to no expression that has a source folder",
                    "give it 'expression: expression/<folder under data/sources>', or 'codingLevel: outline'",
                )
            ]
        )
    return _LAYERS[name.partition("/")[0]]


def _is_outline(records: Records) -> bool:
    """Return whether no statement of a file is coded in full."""
    levels = [value for _, value in Index(records.triples).pairs(iris.UKFR + "codingLevel")]
    return bool(levels) and set(levels) == {iris.VOCABULARY + "coding-level/outline"}


def _disjoint(graphs: Graphs) -> Graphs:
    """Make sure that no triple stands in two graphs: the engine's union would count it twice."""
    seen: dict[ox.Triple, str] = {}
    for name, triples in graphs.items():
        for triple in triples:
            if triple in seen:
                raise DataError(
                    [
                        Problem(
                            "",
                            0,
                            str(triple.subject),
                            "two-graphs",
                            f"{triple} stands in {seen[triple]} and in {name}",
                            "state it in one file only",
                        )
                    ]
                )
            seen[triple] = name
    return graphs
