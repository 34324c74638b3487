"""The steps of a build, in order. Nothing is written here: the result is graphs in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.accounting import Account
from ukfr_graph.build.coverage import Coverage, measure_coverage
from ukfr_graph.build.evidence import locate_paratexts, resolve_evidence
from ukfr_graph.build.inference import infer
from ukfr_graph.build.link_files import LinkSet, read_links
from ukfr_graph.build.links import to_triples
from ukfr_graph.build.schema import Graphs, read_schema
from ukfr_graph.build.validation import validate
from ukfr_graph.documents import check_head
from ukfr_graph.errors import DataError, Problem
from ukfr_graph.own_terms import complete_terms, link_workspaces
from ukfr_graph.profile import Profile
from ukfr_graph.records import Location, Records, duplicate, to_records
from ukfr_graph.sources import SourceText, read_sources
from ukfr_graph.triples import Index, node
from ukfr_graph.workspace import (
    LINKS,
    SOURCES,
    VOCABULARY,
    Workspace,
    languages_of,
    make_profile,
    read_workspaces,
)

_LAYERS = {
    VOCABULARY: iris.VOCABULARY_GRAPH,
    "entities": iris.ENTITIES_GRAPH,
    "statements": iris.ENTITIES_GRAPH,
    "observations": iris.OBSERVATIONS_GRAPH,
    "outcomes": iris.OUTCOMES_GRAPH,
}
"""The graph of each folder's records, unless coded from a source: what is known and what is concluded stay apart."""

_DRAFT = iris.VOCABULARY + "coding-status/draft"

Progress = Callable[[str], None]
"""Told the name of each step as it starts."""


@dataclass(frozen=True)
class Built:
    """A validated dataset: ``graphs`` by name, the ``coverage`` of each source by its folder's name, the ``accounts``.

    An account says for each file of records what was read of it and what was made of that. ``profile`` is what the
    dataset says of itself, and ``workspaces`` are those it was made of.
    """

    graphs: Graphs
    coverage: dict[str, Coverage]
    accounts: dict[str, Account]
    profile: Profile
    workspaces: tuple[Workspace, ...]


def build_graphs(
    data: Path | Sequence[Workspace], progress: Progress = lambda _: None, *, strict: bool = False
) -> Built:
    """Build the dataset from workspaces, or from one in a folder and what it extends.

    A statement that is a draft may have gaps in its coverage, unless ``strict`` refuses drafts.

    Raises:
        DataError: with every problem that the failing step found.
        SettingsError: the folder holds no workspace.
    """
    workspaces = read_workspaces([data]) if isinstance(data, Path) else tuple(data)
    for workspace in workspaces:
        iris.declare_namespace(workspace.prefix, workspace.namespace)
    progress("Reading the schema")
    schema = read_schema()
    progress("Reading sources and records")
    sources = [source for workspace in workspaces for source in read_sources(workspace)]
    files, identifiers = _read_all(workspaces, sources, Index(schema[iris.VOCABULARY_GRAPH]).subjects())
    drafts = {
        statement
        for file in files
        for statement, status in Index(file.records.triples).pairs(iris.UKFR + "codingStatus")
        if status == _DRAFT
    }
    profile = make_profile(workspaces, identifiers, drafts)
    locations = _merge_locations(files)
    if strict and drafts:
        raise DataError(_refuse_draft(statement, locations) for statement in sorted(drafts))
    links = [linked for workspace in workspaces for linked in _read_links(workspace)]
    graphs: dict[str, set[ox.Triple]] = {name: set() for name in (*_LAYERS.values(), *(s.graph for s in sources))}
    for file in files:
        graphs[_graph_of(file, sources)] |= file.records.triples
    graphs[iris.VOCABULARY_GRAPH] |= schema[iris.VOCABULARY_GRAPH] | _place_terms(graphs[iris.VOCABULARY_GRAPH])
    progress("Resolving quotes")
    coverage = {}
    problems: list[Problem] = []
    for source in sources:
        index = Index(graphs[source.graph])
        try:
            evidence = resolve_evidence(index, source, locations)
            may_have_gaps = _is_draft(source, graphs, drafts)
            coverage[source.name], order = measure_coverage(
                index, source, evidence.spans, locations, may_have_gaps=may_have_gaps
            )
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
    unfinished = frozenset().union(
        *(Index(graphs[s.graph]).subjects() for s in sources if _is_draft(s, graphs, drafts))
    )
    validate(asserted | inferred, locations, _name_languages(files, workspaces), unfinished)
    named = {name: frozenset(triples) for name, triples in graphs.items() if triples}
    accounts = {file.records.name: file.records.account for file in sorted(files, key=lambda f: f.records.name)}
    graphs_of_all = _disjoint({**schema, **named, iris.INFERRED_GRAPH: inferred})
    return Built(graphs_of_all, coverage, accounts, profile, workspaces)


class _File(NamedTuple):
    """A file of records in a part of a workspace."""

    workspace: Workspace
    part: str
    records: Records


def _read_all(
    workspaces: Iterable[Workspace], sources: Iterable[SourceText], terms: frozenset[str]
) -> tuple[list[_File], dict[str, str]]:
    """Read every file of records, those of the sources included; and the IRIs of the records by local id."""
    problems: list[Problem] = []
    read = [(source.workspace, SOURCES, source.document) for source in sources]
    for workspace in workspaces:
        for part in _LAYERS:
            for path in workspace.files(part):
                try:
                    document = workspace.read(path)
                    check_head(document, workspace.base_of(part))
                    if part == VOCABULARY:
                        complete_terms(document)
                except DataError as error:
                    problems += error.problems
                else:
                    read.append((workspace, part, document))
    if problems:
        raise DataError(problems)
    identifiers = link_workspaces([document for _, _, document in read], terms)
    files = []
    for workspace, part, document in read:
        try:
            files.append(_File(workspace, part, to_records(document)))
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return files, identifiers


def _read_links(workspace: Workspace) -> Iterable[LinkSet]:
    return read_links(workspace.folder) if LINKS in workspace.parts else ()


def _is_draft(source: SourceText, graphs: Mapping[str, set[ox.Triple]], drafts: Iterable[str]) -> bool:
    """Return whether what is coded from a source is a draft."""
    return not Index(graphs[source.graph]).subjects().isdisjoint(drafts)


def _refuse_draft(statement: str, locations: dict[str, Location]) -> Problem:
    place, fix = locations[statement], "finish it and take 'status: draft' out, or build without --strict"
    return Problem(place.file, place.line, iris.local_id(statement), "draft", "its coding is a draft", fix)


def _place_terms(terms: Iterable[ox.Triple]) -> set[ox.Triple]:
    """Return what vocabularies, and the terms above them, say of the terms of workspaces."""
    inverse = {"topConceptOf": "hasTopConcept", "broader": "narrower"}
    return {
        ox.Triple(node(above), node(iris.SKOS + down), node(term))
        for up, down in inverse.items()
        for term, above in Index(terms).pairs(iris.SKOS + up)
    }


def _name_languages(files: Iterable[_File], workspaces: Sequence[Workspace]) -> dict[str, tuple[str, ...]]:
    """Return the languages that each file is to be written in, by its name."""
    languages = languages_of(workspaces)
    return {file.records.name: languages[file.workspace.folder] for file in files}


def _merge_locations(files: Iterable[_File]) -> dict[str, Location]:
    """Put the places of all records together; a workspace may say more of what stands in one that it extends."""
    merged: dict[str, tuple[Workspace, Location]] = {}
    problems = []
    for file in files:
        for iri, location in file.records.locations.items():
            if iri in merged and merged[iri][0] is file.workspace:
                problems.append(duplicate(iri, location.file, location.line, merged[iri][1]))
            merged[iri] = file.workspace, location
    if problems:
        raise DataError(problems)
    return {iri: location for iri, (_, location) in merged.items()}


def _graph_of(file: _File, sources: Iterable[SourceText]) -> str:
    """Name the graph of a file: that of the expression its statement is coded from, else that of its part."""
    name = file.records.name
    expressions = {value for _, value in Index(file.records.triples).pairs(iris.UKFR + "expression")}
    for source in sources:
        if name == source.document.name or source.iri in expressions:
            return source.graph
    if file.part == "statements" and not _is_outline(file.records):
        message = "the statement points to no expression that has a source folder"
        fix = "give it 'expression: expression/<folder under sources>', or 'codingLevel: outline'"
        raise DataError([Problem(name, 1, "", "source", message, fix)])
    return _LAYERS[file.part]


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
