"""Every curated file of workspaces, read: sources, records and links, and what is wrong with them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ukfr_graph import iris
from ukfr_graph.build.link_files import LinkSet, read_link_set
from ukfr_graph.build.readers import Readers, RecordFile
from ukfr_graph.errors import DataError, Problem, SettingsError
from ukfr_graph.files import read_file
from ukfr_graph.own_terms import Names, join_names, link_names
from ukfr_graph.records import Lines, Records, find_lines
from ukfr_graph.sources import RECORD_NAME, SourceText, list_sources, read_source
from ukfr_graph.workspace import LINKS, SOURCES, VOCABULARY, Workspace

LAYERS = {
    VOCABULARY: iris.VOCABULARY_GRAPH,
    "entities": iris.ENTITIES_GRAPH,
    "statements": iris.ENTITIES_GRAPH,
    "observations": iris.OBSERVATIONS_GRAPH,
    "outcomes": iris.OUTCOMES_GRAPH,
}
"""The graph of each folder's records, unless coded from a source: what is known and what is concluded stay apart."""


@dataclass
class Files:
    """The files read of workspaces, and the ``problems`` of what cannot be.

    ``records`` are by the file's name, ``identifiers`` are the IRIs of records by local id, and ``unread`` the files
    of sources that cannot be read, by the IRI of the expression; ``changed`` are the files that were not kept.
    """

    files: dict[str, RecordFile] = field(default_factory=dict)
    sources: list[SourceText] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    records: dict[str, Records] = field(default_factory=dict)
    identifiers: dict[str, str] = field(default_factory=dict)
    links: list[LinkSet] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    elsewhere: dict[str, str] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)

    def read_lines(self, name: str) -> Lines:
        """Read which line of a file says what; nothing where it cannot be read any more."""
        try:
            document = self.files[name].read()
            link_names(document, self.elsewhere)
            return find_lines(document)
        except (DataError, KeyError):
            return {}


@dataclass
class Kept:
    """Records that were read before, by the file's name, with the SHA-256 of what they were read of."""

    names: dict[str, tuple[str, Names]] = field(default_factory=dict)
    records: dict[str, tuple[str, Records]] = field(default_factory=dict)


def read_files(workspaces: Sequence[Workspace], terms: Iterable[str], kept: Kept | None = None) -> Files:
    """Read every file of sources, records and links; what stands in ``kept`` unchanged is not read again.

    ``terms`` are the IRIs of the bundled vocabularies.
    """
    found = Files()
    for workspace in workspaces:
        _read_sources(workspace, found)
        for part in LAYERS:
            for path in workspace.files(part):
                file = _describe(path, part, workspace)
                found.files[file.name] = file
        for path in sorted((workspace.folder / LINKS).glob("*.tsv")) if LINKS in workspace.parts else ():
            try:
                found.links.append(read_link_set(path, workspace.folder))
            except DataError as error:
                found.problems += error.problems
    _read_records(found, terms, Kept() if kept is None else kept)
    return found


def _describe(path: Path, part: str, workspace: Workspace) -> RecordFile:
    base = workspace.base_of(part)
    return RecordFile(workspace.name_of(path), path, workspace.root, base, part, workspace.folder)


def _read_sources(workspace: Workspace, found: Files) -> None:
    for folder in list_sources(workspace):
        try:
            found.sources.append(read_source(folder, workspace))
        except DataError as error:
            name = workspace.name_of(folder / RECORD_NAME)
            found.unread[f"{workspace.base_of(SOURCES)}expression/{folder.name}"] = name
            found.problems += error.problems
        else:
            file = _describe(folder / RECORD_NAME, SOURCES, workspace)
            found.files[file.name] = file


def _read_records(found: Files, terms: Iterable[str], kept: Kept) -> None:
    digests = {name: _digest(file.path) for name, file in found.files.items()}
    changed = [file for name, file in found.files.items() if kept.names.get(name, ("",))[0] != digests[name]]
    found.changed = {file.name for file in changed}
    with Readers(changed) as readers:
        for name in found.changed | (kept.names.keys() - found.files.keys()):
            kept.names.pop(name, None)
        names = {name: entry[1] for name, entry in kept.names.items()} | readers.read(found.problems)
        kept.names |= {name: (digests[name], names[name]) for name in names if name in digests}
        found.identifiers, problems = join_names(names)
        found.problems += problems
        if {file.base for file in found.files.values()} - {iris.ID, iris.VOCABULARY}:
            found.elsewhere = {iri.removeprefix(iris.VOCABULARY): iri for iri in terms} | found.identifiers
        state = hashlib.sha256(repr(sorted(found.elsewhere.items())).encode()).hexdigest()
        stale = [f.name for f in changed if f.name in names]
        again = [n for n in names if n not in stale and kept.records.get(n, ("",))[0] != digests[n] + state]
        made = readers.finish(found.elsewhere, found.problems)
    if again:
        with Readers([found.files[name] for name in again]) as readers:
            readers.read([])
            made |= readers.finish(found.elsewhere, found.problems)
    kept.records |= {name: (digests[name] + state, records) for name, records in made.items()}
    for name in [n for n in kept.records if n not in names or kept.records[n][0] != digests[n] + state]:
        del kept.records[name]
    found.records = {name: kept.records[name][1] for name in found.files if name in kept.records}


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(read_file(path)).hexdigest()
    except SettingsError:  # also a device, which has no end
        return "unreadable"
