"""The steps of a build, in order. Nothing is written here: the result is graphs in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.accounting import Account
from ukfr_graph.build.collector import pause_collector
from ukfr_graph.build.coverage import Coverage, Measured, measure_coverage, tell_gap
from ukfr_graph.build.evidence import locate_paratexts, resolve_evidence
from ukfr_graph.build.inference import fill_store, infer
from ukfr_graph.build.links import to_triples
from ukfr_graph.build.reading import LAYERS, Files, Kept, read_files
from ukfr_graph.build.schema import Graphs, read_schema
from ukfr_graph.build.validation import validate
from ukfr_graph.errors import DataError, Message, Problem, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.profile import Profile
from ukfr_graph.records import Location, Locations, Records, duplicate
from ukfr_graph.sources import RECORD_NAME, SourceText
from ukfr_graph.triples import Index, WrittenTriples, find_about, find_mentioning, node, serialize
from ukfr_graph.workspace import SOURCES, Workspace, languages_of, make_profile, namespaces_of, read_workspaces

_STATUS = node(iris.UKFR + "codingStatus")
_FINISHED = node(iris.VOCABULARY + "coding-status/finished")
_STATEMENT = iris.UKFR + "Statement"

Parts = dict[str, list[AbstractSet[ox.Triple]]]
"""The triples of each graph, by the graph's name."""

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


@pause_collector()
def build_graphs(
    data: Path | Sequence[Workspace],
    progress: Progress = lambda _: None,
    *,
    strict: bool = False,
    kept: Kept | None = None,
) -> Built:
    """Build the dataset from workspaces, or from one in a folder and what it extends.

    A statement that is a draft may have gaps in its coverage, unless ``strict`` refuses drafts. The files that ``kept``
    has from before are read only where they changed.

    Raises:
        DataError: with every problem that the failing step found.
        SettingsError: the folder holds no workspace.
    """
    workspaces = read_workspaces([data]) if isinstance(data, Path) else tuple(data)
    with iris.using(namespaces_of(workspaces)):
        for examined in examine(workspaces, progress, strict=strict, kept=kept):
            if examined.problems:
                raise DataError(examined.problems)
    assert examined.profile is not None
    graphs = {name: triples for name, triples in examined.graphs.items() if triples}
    coverage = {name: measured.coverage for name, measured in examined.measured.items()}
    return Built(graphs, coverage, examined.accounts, examined.profile, workspaces)


@dataclass
class Examined:
    """The state of curated files on their way: ``problems`` of all steps until now, and what was made.

    ``profile`` is none where it has problems; ``changed`` are the files, and the folders of sources, that were not
    kept from before; ``lost`` are the files of which no record could be made, and ``unquoted`` those
    that are coded from a source that cannot be read; ``lacking`` is what drafts must have before they are finished.
    """

    problems: list[Problem]
    sources: list[SourceText]
    accounts: dict[str, Account]
    graphs: Graphs
    measured: dict[str, Measured]
    profile: Profile | None = None
    changed: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    unquoted: frozenset[str] = frozenset()
    lacking: list[Problem] = field(default_factory=list)


def examine(
    workspaces: Sequence[Workspace],
    progress: Progress = lambda _: None,
    *,
    strict: bool = False,
    kept: Kept | None = None,
    narrow: bool = False,
) -> Iterator[Examined]:
    """Take curated files step by step, and yield after each what there is; a step takes what the one before it left.

    The files that ``kept`` has from before are read only where they changed; where it is ``narrow``, of the statements
    only those are examined in which a file changed, with what they point to elsewhere.
    """
    progress(_("Reading the schema"))
    schema = read_schema()
    progress(_("Reading sources and records"))
    files = read_files(workspaces, Index(schema[iris.VOCABULARY_GRAPH]).subjects(), kept)
    accounts = {name: records.account for name, records in sorted(files.records.items())}
    lost = (files.files.keys() - files.records.keys()) | set(files.unread.values())
    state = Examined(files.problems, files.sources, accounts, dict(schema), {}, lost=frozenset(lost))
    if files.unread:
        coded = {name: _find_values(records, iris.UKFR + "expression") for name, records in files.records.items()}
        state.unquoted = frozenset(name for name, expressions in coded.items() if expressions & files.unread.keys())
    is_statement_lost = any(files.files[name].part == "statements" for name in lost & files.files.keys())
    locations = _merge_locations(files, state.problems, files.changed if narrow else files.files.keys())
    drafted = {name: set(_find_drafts(records)) for name, records in files.records.items()}
    drafts = set(chain.from_iterable(drafted.values()))
    drafting = {files.files[name].workspace for name, found in drafted.items() if found}
    if strict:
        state.problems += [_refuse_draft(statement, locations) for statement in sorted(drafts)]
    try:
        state.profile = make_profile(workspaces, files.identifiers, drafts)
    except DataError as error:
        state.problems += error.problems
    parts: Parts = {name: [] for name in (*LAYERS.values(), *(source.graph for source in files.sources))}
    places = {name: _graph_of(name, records, files, state.problems) for name, records in files.records.items()}
    for name, records in files.records.items():
        parts[places[name]].append(records.triples)
    if narrow:
        touched = {places[name] for name in files.changed & places.keys()}
        files.sources = _narrow(parts, files.sources, touched)
    state.changed = frozenset(files.changed) | {f"{SOURCES}/{source.name}" for source in files.sources}
    terms = parts[iris.VOCABULARY_GRAPH]
    terms += [_place_terms(frozenset(chain(*terms))), schema[iris.VOCABULARY_GRAPH]]
    unfinished = {
        subject
        for name, records in files.records.items()
        if files.files[name].part == "entities" and files.files[name].workspace in drafting and not strict
        for subject in Index(records.triples).subjects()
    }
    files.records.clear()  # half a million triples are not held twice
    yield state
    progress(_("Resolving quotes"))
    for source in files.sources:
        triples = frozenset(chain(*parts.pop(source.graph)))  # as objects, those of one statement only
        index = Index(triples)
        if is_statement_lost and not index.of_type(_STATEMENT):  # its words may be in the records that were not read
            unfinished |= index.subjects()
            state.graphs[source.graph] = WrittenTriples(triples | locate_paratexts(source))
            continue
        evidence = resolve_evidence(index, source, locations)
        measured = state.measured[source.name] = measure_coverage(index, source, evidence.spans, locations)
        state.problems += [*evidence.problems, *measured.problems]
        may_have_gaps = not strict and not index.subjects().isdisjoint(drafts)
        if may_have_gaps:
            unfinished |= index.subjects()
        if not (may_have_gaps or evidence.problems):  # words whose quote is not found are no gap
            state.problems += [tell_gap(gap, source) for gap in measured.coverage.gaps]
        added = evidence.triples | measured.order | locate_paratexts(source)
        state.graphs[source.graph] = WrittenTriples(triples | added)
    yield state
    progress(_("Inferring"))
    state.graphs |= {name: WrittenTriples(frozenset(chain(*found))) for name, found in parts.items()}
    store = fill_store(state.graphs.values())
    linked, problems = to_triples(files.links, lambda iri: any(store.quads_for_pattern(node(iri), None, None)))
    state.problems += problems
    store.load(serialize(linked, ox.RdfFormat.N_TRIPLES), ox.RdfFormat.N_TRIPLES)
    state.graphs[iris.LINKS_GRAPH] = linked
    if len(store) != sum(map(len, state.graphs.values())):
        state.problems += _find_repeated(state.graphs)
    state.graphs[iris.INFERRED_GRAPH] = infer(store)
    yield state
    progress(_("Validating"))
    languages = languages_of(workspaces)
    asked = {name: languages[file.workspace] for name, file in files.files.items()}
    conformance = validate(store, state.graphs.values(), locations, asked, unfinished)
    state.problems += conformance.problems
    state.lacking += conformance.lacking
    yield state


def _narrow(parts: Parts, sources: Iterable[SourceText], touched: set[str]) -> list[SourceText]:
    """Leave of the graphs of the other sources what the rest points to; return the sources that are left whole."""
    others = {source.graph for source in sources} - touched
    rest = chain.from_iterable(chain(*found) for name, found in parts.items() if name not in others)
    pointed = {str(triple.object) for triple in rest}
    for name in others:
        parts[name] = [find_about(triples, pointed) for triples in parts[name]]
    return [source for source in sources if source.graph in touched]


def _find_drafts(records: Records) -> Iterator[str]:
    """Yield the statements of a file that are no finished ones, be it by a word that is misspelt."""
    for triple in find_mentioning(records.triples, _STATUS.value):
        if triple.predicate == _STATUS and triple.object != _FINISHED:
            yield triple.subject.value  # type: ignore[union-attr]


def _refuse_draft(statement: str, locations: Locations) -> Problem:
    place = locations[statement]
    message = Message(_("its coding is a draft"))
    fix = Message(_("finish it and take 'status: draft' out, or build without --strict"))
    return Problem(place.file, place.line, iris.local_id(statement), "draft", message, fix)


def _place_terms(terms: Iterable[ox.Triple]) -> set[ox.Triple]:
    """Return what vocabularies, and the terms above them, say of the terms of workspaces."""
    inverse = {"topConceptOf": "hasTopConcept", "broader": "narrower"}
    return {
        ox.Triple(node(above), node(iris.SKOS + down), node(term))
        for up, down in inverse.items()
        for term, above in Index(terms).pairs(iris.SKOS + up)
    }


def _merge_locations(files: Files, problems: list[Problem], told: AbstractSet[str]) -> Locations:
    """Put the places of all records together; a workspace may say more of what stands in one that it extends.

    Of the files that are ``told`` of, the lines of values can be found too.
    """
    merged = Locations(lambda name: files.read_lines(name) if name in told else {})
    for name, records in files.records.items():
        for iri, line in records.lines.items():
            first = merged.get(iri)
            if first and files.files[first.file].workspace == files.files[name].workspace:
                problems.append(duplicate(iris.local_id(iri), name, line, first))
            merged[iri] = Location(name, line)
    return merged


def _graph_of(name: str, records: Records, files: Files, problems: list[Problem]) -> str:
    """Name the graph of a file: that of the expression its statement is coded from, else that of its part."""
    file = files.files[name]
    expressions = _find_values(records, iris.UKFR + "expression")
    for source in files.sources:
        if file.path == source.file.parent / RECORD_NAME or source.iri in expressions:
            return source.graph
    levels = _find_values(records, iris.UKFR + "codingLevel")
    is_outline = levels == {iris.VOCABULARY + "coding-level/outline"}
    if file.part == "statements" and not (is_outline or expressions & files.unread.keys()):
        message = Message(_("the statement points to no expression that has a source folder"))
        fix = Message(_("give it 'expression: expression/<folder under sources>', or 'codingLevel: outline'"))
        problems.append(Problem(name, 1, "", "source", message, fix))
    return LAYERS.get(file.part, iris.ENTITIES_GRAPH)


def _find_values(records: Records, predicate: str) -> set[str]:
    found = find_mentioning(records.triples, predicate)
    return {t.object.value for t in found if t.predicate.value == predicate}  # type: ignore[union-attr]


def _find_repeated(graphs: Mapping[str, AbstractSet[ox.Triple]]) -> Iterator[Problem]:
    """Yield a problem for each triple that stands in two graphs: the engine's union would count it twice."""
    seen: dict[ox.Triple, str] = {}
    for name, triples in graphs.items():
        for triple in triples:
            if triple in seen:
                message = make_message(
                    "%(triple)s stands in %(one)s and in %(other)s", triple=triple, one=seen[triple], other=name
                )
                yield Problem(
                    "", 0, str(triple.subject), "two-graphs", message, Message(_("state it in one file only"))
                )
            seen[triple] = name
