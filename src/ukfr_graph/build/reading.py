"""Every curated file of workspaces, read: sources, records and links, and what is wrong with them.

Reading is most of a build of many statements: where there is much to read, other processes take their share. They
start anew, so that it does not matter what else the program that builds is doing.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.accounting import Account
from ukfr_graph.build.link_files import LinkSet, read_link_set
from ukfr_graph.documents import Document, check_head, read_document
from ukfr_graph.errors import DataError, Problem, SettingsError
from ukfr_graph.own_terms import Names, complete_terms, find_names, join_names, link_names
from ukfr_graph.records import Lines, Location, Records, find_lines, to_records
from ukfr_graph.shorthand import write_out
from ukfr_graph.sources import RECORD_NAME, SourceText, list_sources, read_source
from ukfr_graph.triples import serialize
from ukfr_graph.workspace import LINKS, SOURCES, VOCABULARY, Workspace

LAYERS = {
    VOCABULARY: iris.VOCABULARY_GRAPH,
    "entities": iris.ENTITIES_GRAPH,
    "statements": iris.ENTITIES_GRAPH,
    "observations": iris.OBSERVATIONS_GRAPH,
    "outcomes": iris.OUTCOMES_GRAPH,
}
"""The graph of each folder's records, unless coded from a source: what is known and what is concluded stay apart."""
_WORTH_A_PROCESS = 500_000  # bytes: what a process reads in the time that it needs to start


@dataclass(frozen=True)
class RecordFile:
    """A file of records: its ``name``, where it lies, and in which ``part`` of which workspace (by its folder)."""

    name: str
    path: Path
    root: Path
    base: str
    part: str
    workspace: Path

    def read(self) -> Document:
        """Read it, its short forms written out.

        Raises:
            DataError: it cannot be read, or begins otherwise than a file of its workspace does.
        """
        document = write_out(read_document(self.path, self.root))
        check_head(document, self.base)
        if self.part == VOCABULARY:
            complete_terms(document)
        return document


@dataclass
class Files:
    """The files read of workspaces, and the ``problems`` of what cannot be.

    ``records`` are by the file's name, ``identifiers`` are the IRIs of records by local id, and ``unread`` the IRIs of
    the expressions whose source cannot be read; ``changed`` are the files that were not kept from before.
    """

    files: dict[str, RecordFile] = field(default_factory=dict)
    sources: list[SourceText] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
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
            found.unread.add(f"{workspace.base_of(SOURCES)}expression/{folder.name}")
            found.problems += error.problems
        else:
            file = _describe(folder / RECORD_NAME, SOURCES, workspace)
            found.files[file.name] = file


def _read_records(found: Files, terms: Iterable[str], kept: Kept) -> None:
    digests = {name: _digest(file.path) for name, file in found.files.items()}
    changed = [file for name, file in found.files.items() if kept.names.get(name, ("",))[0] != digests[name]]
    found.changed = {file.name for file in changed}
    with _Readers(changed) as readers:
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
        with _Readers([found.files[name] for name in again]) as readers:
            readers.read([])
            made |= readers.finish(found.elsewhere, found.problems)
    kept.records |= {name: (digests[name] + state, records) for name, records in made.items()}
    for name in [n for n in kept.records if n not in names or kept.records[n][0] != digests[n] + state]:
        del kept.records[name]
    found.records = {name: kept.records[name][1] for name in found.files if name in kept.records}


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "unreadable"


_Problems = tuple[Problem, ...]


class _Share:
    """Reads some of the files: first the names that they define, then, with those of all files, their records."""

    def __init__(self, files: Sequence[RecordFile]) -> None:
        self._files = files
        self._documents: list[Document] = []

    def read(self) -> tuple[dict[str, Names], list[Problem]]:
        names: dict[str, Names] = {}
        problems: list[Problem] = []
        for file in self._files:
            try:
                document = file.read()
                names[file.name] = find_names(document)
            except DataError as error:
                problems += error.problems
            else:
                self._documents.append(document)
        return names, problems

    def finish(self, elsewhere: dict[str, str]) -> Iterator[Records | _Problems]:
        for document in self._documents:
            try:
                link_names(document, elsewhere)
                yield to_records(document)
            except DataError as error:
                yield error.problems


class _Readers:
    """Reads files on all processors where that is worth it: the largest first, in shares of about the same size."""

    def __init__(self, files: Sequence[RecordFile]) -> None:
        sizes = {file: file.path.stat().st_size if file.path.exists() else 0 for file in files}
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        count = min(cores, 1 + sum(sizes.values()) // _WORTH_A_PROCESS) if sys.executable else 1
        shares: list[list[RecordFile]] = [[] for _ in range(count)]
        for file in sorted(files, key=lambda file: sizes[file], reverse=True):
            min(shares, key=lambda share: sum(sizes[f] for f in share)).append(file)
        self._own = _Share(shares[0])
        self._counts: list[int] = []
        self._others = [_start_reader(share) for share in shares[1:]]

    def __enter__(self) -> _Readers:
        return self

    def __exit__(self, *error: object) -> None:
        for process in self._others:
            process.kill()
            process.communicate()

    def read(self, problems: list[Problem]) -> dict[str, Names]:
        with ThreadPoolExecutor(1 + len(self._others)) as threads:
            answers = [threads.submit(_receive, process) for process in self._others]
            parts = [self._own.read(), *(answer.result() for answer in answers)]
        problems += [problem for _, found in parts for problem in found]
        self._counts = [len(names) for names, _ in parts[1:]]
        return {name: found for names, _ in parts for name, found in names.items()}

    def finish(self, elsewhere: dict[str, str], problems: list[Problem]) -> dict[str, Records]:
        with ThreadPoolExecutor(1 + len(self._others)) as threads:
            for process in self._others:
                _send(process, elsewhere)
            counted = zip(self._others, self._counts, strict=True)
            answers = [threads.submit(_receive_records, process, count) for process, count in counted]
            made = list(self._own.finish(elsewhere))
            made += [each for answer in answers for each in answer.result()]
        problems += [problem for each in made if not isinstance(each, Records) for problem in each]
        return {each.name: each for each in made if isinstance(each, Records)}


def _start_reader(files: Sequence[RecordFile]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", f"from {__name__} import serve_reader; serve_reader()"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)  # noqa: S603
    _send(process, files)
    return process


def _send(process: subprocess.Popen[bytes], content: Any) -> None:
    assert process.stdin
    pickle.dump(content, process.stdin)
    process.stdin.flush()


def _receive(process: subprocess.Popen[bytes]) -> Any:
    assert process.stdout
    try:
        return pickle.load(process.stdout)  # noqa: S301  # our own process wrote it
    except EOFError:
        raise SettingsError(f"A process that reads files has ended ({process.wait()}): is there memory left?") from None


def _receive_records(process: subprocess.Popen[bytes], count: int) -> list[Records | _Problems]:
    return [_unpack(_receive(process)) for _ in range(count)]


_Packed = tuple[str, bytes, dict[str, int], Account]


def _pack(read: Records | _Problems) -> _Packed | _Problems:
    if not isinstance(read, Records):
        return read
    lines = {iri: location.line for iri, location in read.locations.items()}
    return read.name, serialize(read.triples, ox.RdfFormat.N_TRIPLES), lines, read.account


def _unpack(packed: Any) -> Records | _Problems:
    if not (packed and isinstance(packed[0], str)):
        problems: _Problems = packed
        return problems
    name, text, lines, account = packed
    triples = frozenset(quad.triple for quad in ox.parse(text, ox.RdfFormat.N_TRIPLES))
    return Records(name, triples, {iri: Location(name, line) for iri, line in lines.items()}, account)


def serve_reader() -> None:
    """Read a share for the process that started this one, which ends it."""
    share = _Share(pickle.load(sys.stdin.buffer))  # noqa: S301
    pickle.dump(share.read(), sys.stdout.buffer)
    sys.stdout.buffer.flush()
    for each in share.finish(pickle.load(sys.stdin.buffer)):  # noqa: S301
        pickle.dump(_pack(each), sys.stdout.buffer)
    sys.stdout.buffer.flush()
