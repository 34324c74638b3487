"""The surroundings of a coding: its text, the entities and terms of the workspace, the other statements.

All of it is kept until one of its files changes: an act of a coder changes none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ukfr_graph.build.collector import pause_collector
from ukfr_graph.coding.record_texts import read_records
from ukfr_graph.drafting.gate import LEAVES, is_of
from ukfr_graph.drafting.known import Entity, read_entities
from ukfr_graph.drafting.texts import read_source_text
from ukfr_graph.files import read_file
from ukfr_graph.sources import Span
from ukfr_graph.texts import decode
from ukfr_graph.workspace import VOCABULARY, Workspace, languages_of, read_workspaces

_State = frozenset[tuple[str, int, int]]


@dataclass(frozen=True)
class Surroundings:
    """The ``text`` of a statement with LF as its line ends, which stretches of it are the statement, and the rest.

    ``base`` is that of the identifiers of records, ``records`` are those of the other statements that a clause may
    name, ``entities`` those of the other files, and ``known`` their ids; ``terms`` are the records of the workspace's
    own terms, ``languages`` the workspace's.
    """

    text: str
    body: tuple[Span, ...]
    base: str
    records: tuple[Mapping[str, Any], ...]
    entities: tuple[Entity, ...]
    known: frozenset[str]
    terms: tuple[Mapping[str, Any], ...]
    languages: tuple[str, ...]


class SurroundingsReader:
    """Reads the surroundings of a statement (its local id) in a workspace, but for the files that ``own`` names."""

    def __init__(self, root: Path, statement: str, own: Iterable[str]) -> None:
        self._root, self._statement = root.resolve(), statement
        self._own = frozenset(self._root / name for name in own)  # not where they lead, if they are links
        self._seen: _State = frozenset()
        self._folders: tuple[Path, ...] = ()
        self._found: Surroundings | None = None
        self._records: dict[Path, list[Mapping[str, Any]]] = {}

    def read(self) -> Surroundings:
        """Read them, or what was kept of them.

        Raises:
            DataError: a file of the workspace cannot be read.
            NotFoundError: the workspace has no text of the statement.
            SettingsError: the folder is no workspace.
        """
        if self._found is None or self._look() != self._seen:
            workspaces = read_workspaces([self._root])
            self._folders = tuple(workspace.folder for workspace in workspaces)
            seen = self._look()
            self._found = self._read(workspaces)
            self._records = {}
            self._seen = seen
        return self._found

    @pause_collector()
    def _read(self, workspaces: Sequence[Workspace]) -> Surroundings:
        self._records = {}
        source = read_source_text(self._statement, workspaces, self._read_file)
        others = tuple(
            record
            for record in self._read_all(workspaces, "statements")
            if record.get("type") not in LEAVES or is_of(record, self._statement)
        )
        entities = tuple(read_entities(self._read_all(workspaces, "entities")))
        return Surroundings(
            source.text,
            source.body,
            source.base,
            others,
            entities,
            frozenset(entity.id for entity in entities),
            tuple(self._read_all(workspaces, VOCABULARY)),
            languages_of(workspaces)[self._root],
        )

    def _read_all(self, workspaces: Sequence[Workspace], part: str) -> Iterator[Mapping[str, Any]]:
        for workspace in workspaces:
            for path in workspace.files(part):
                if path not in self._own:
                    yield from self._read_file(workspace, path)

    def _read_file(self, workspace: Workspace, path: Path) -> Iterable[Mapping[str, Any]]:
        """Read a file once; one of the statement's own as it is read for every act."""
        if path not in self._records:
            is_own = path in self._own and path.is_relative_to(self._root)
            self._records[path] = (
                read_records(decode(read_file(path)), path.relative_to(self._root).as_posix()).records
                if is_own
                else list(workspace.read(path).records())
            )
        return self._records[path]

    def _look(self) -> _State:
        """Look at every file: when it was written, and its size."""
        found = set()
        for folder in self._folders:
            for pattern in ("*.yaml", "[esv]*/*.yaml", "sources/*/*"):
                for path in folder.glob(pattern):
                    with suppress(OSError):  # it has just been replaced
                        if path not in self._own:
                            state = path.stat()
                            found.add((str(path), state.st_mtime_ns, state.st_size))
        return frozenset(found)
