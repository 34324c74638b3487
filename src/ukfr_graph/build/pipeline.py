"""The steps of a build, in order. Nothing is written here: the result is graphs in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.accounting import Account
from ukfr_graph.build.coverage import Coverage, Measured, describe_gap, measure_coverage
from ukfr_graph.build.evidence import locate_paratexts, resolve_evidence
from ukfr_graph.build.inference import fill_store, infer
from ukfr_graph.build.links import to_triples
from ukfr_graph.build.reading import LAYERS, Files, Kept, read_files
from ukfr_graph.build.schema import Graphs, read_schema
from ukfr_graph.build.validation import validate
from ukfr_graph.errors import DataError, Problem
from ukfr_graph.records import Locations, Records, duplicate
from ukfr_graph.sources import RECORD_NAME, SourceText
from ukfr_graph.triples import Index, serialize

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
    for examined in examine(data, progress):
        if examined.problems:
            raise DataError(examined.problems)
    graphs = {name: frozenset(triples) for name, triples in examined.graphs.items() if triples}
    return Built(graphs, {name: m.coverage for name, m in examined.measured.items()}, examined.accounts)


@dataclass
class Examined:
    """How far curated files have been taken: ``problems`` of all steps until now, and what was made."""

    problems: list[Problem]
    sources: tuple[SourceText, ...]
    accounts: dict[str, Account]
    graphs: dict[str, AbstractSet[ox.Triple]]
    measured: dict[str, Measured]


def examine(data: Path, progress: Progress = lambda _: None, kept: Kept | None = None) -> Iterator[Examined]:
    """Take curated files step by step, and yield after each what there is; a step takes what the one before it left.

    The files that ``kept`` has from before are read only where they changed.
    """
    progress("Reading the schema")
    schema = read_schema()
    progress("Reading sources and records")
    files = read_files(data, kept)
    accounts = {name: records.account for name, records in sorted(files.records.items())}
    state = Examined(files.problems, files.sources, accounts, dict(schema), {})
    locations = _merge_locations(files.records.values(), data, state.problems)
    graphs: dict[str, set[ox.Triple]] = {n: set() for n in (*LAYERS.values(), *(s.graph for s in files.sources))}
    for name, records in files.records.items():
        graphs[_graph_of(name, records, files, state.problems)] |= records.triples
    files.records.clear()  # half a million triples are not held twice
    yield state
    progress("Resolving quotes")
    for source in files.sources:
        index = Index(graphs[source.graph])
        evidence = resolve_evidence(index, source, locations)
        measured = state.measured[source.name] = measure_coverage(index, source, evidence.spans, locations)
        state.problems += [*evidence.problems, *measured.problems]
        if not evidence.problems:  # words whose quote is not found are no gap
            state.problems += [describe_gap(gap, source) for gap in measured.gaps]
        graphs[source.graph] |= evidence.triples | measured.order | locate_paratexts(source)
    yield state
    progress("Inferring")
    state.graphs |= graphs
    store = fill_store(state.graphs.values())
    linked, problems = to_triples(files.links, lambda iri: any(store.quads_for_pattern(ox.NamedNode(iri), None, None)))
    state.problems += problems
    store.load(serialize(linked, ox.RdfFormat.N_TRIPLES), ox.RdfFormat.N_TRIPLES)
    state.graphs[iris.LINKS_GRAPH] = linked
    if len(store) != sum(map(len, state.graphs.values())):
        state.problems += _find_repeated(state.graphs)
    state.graphs[iris.INFERRED_GRAPH] = infer(store)
    yield state
    progress("Validating")
    state.problems += validate(store, state.graphs.values(), locations)
    yield state


def _merge_locations(files: Iterable[Records], data: Path, problems: list[Problem]) -> Locations:
    merged = Locations(data)
    for records in files:
        for iri, location in records.locations.items():
            if iri in merged:
                problems.append(duplicate(iri, location.file, location.line, merged[iri]))
            merged.setdefault(iri, location)
    return merged


def _graph_of(name: str, records: Records, files: Files, problems: list[Problem]) -> str:
    """Name the graph of a file: that of the expression its statement is coded from, else the entities'."""
    expressions = _find_values(records, iris.UKFR + "expression")
    for source in files.sources:
        if name == f"sources/{source.name}/{RECORD_NAME}" or source.iri in expressions:
            return source.graph
    levels = _find_values(records, iris.UKFR + "codingLevel")
    is_outline = levels == {iris.VOCABULARY + "coding-level/outline"}
    if name.startswith("statements/") and not (is_outline or expressions & files.unread):
        message = "the statement points to no expression that has a source folder"
        fix = "give it 'expression: expression/<folder under data/sources>', or 'codingLevel: outline'"
        problems.append(Problem(name, 1, "", "source", message, fix))
    return LAYERS.get(name.partition("/")[0], iris.ENTITIES_GRAPH)


def _find_values(records: Records, predicate: str) -> set[str]:
    return {t.object.value for t in records.triples if t.predicate.value == predicate}  # type: ignore[union-attr]


def _find_repeated(graphs: Mapping[str, AbstractSet[ox.Triple]]) -> Iterator[Problem]:
    """Yield a problem for each triple that stands in two graphs: the engine's union would count it twice."""
    seen: dict[ox.Triple, str] = {}
    for name, triples in graphs.items():
        for triple in triples:
            if triple in seen:
                message = f"{triple} stands in {seen[triple]} and in {name}"
                yield Problem("", 0, str(triple.subject), "two-graphs", message, "state it in one file only")
            seen[triple] = name
