"""The proposals of a statement in a workspace: ``proposals/<statement>.yaml``, which the build does not read.

Each proposal passes the gate before it is written; a person takes it over into ``statements/`` or ``entities/``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filelock

from ukfr_graph.documents import read_document
from ukfr_graph.drafting.gate import LEAVES, Coding, check_proposal, is_of
from ukfr_graph.drafting.proposals import STATUS, Record, write_records
from ukfr_graph.drafting.texts import find_known, read_source_text
from ukfr_graph.errors import BusyError, DataError, Message, ParameterError, Problem
from ukfr_graph.errors import mark as _
from ukfr_graph.files import open_text
from ukfr_graph.shorthand import NESTED
from ukfr_graph.workspace import VOCABULARY, Workspace, read_workspaces

FOLDER = "proposals"
_LOCK_S = 10
_MOST_NESTING = 8


@dataclass(frozen=True)
class ProposalFile:
    """The file of the proposals for a statement (its local id) of the workspace in a folder."""

    root: Path
    statement: str

    @property
    def path(self) -> Path:
        """Return the path of the file, which need not be there yet."""
        return self.root / FOLDER / f"{self.statement}.yaml"

    def read(self) -> list[Record]:
        """Read the proposals; none where there is no file yet.

        Raises:
            DataError: the file cannot be read.
        """
        if not self.path.is_file():
            return []
        return [_write_plainly(record) for record in read_document(self.path, self.root).records()]

    def read_coding(self) -> Coding:
        """Read the text with the records that there are of it, curated and proposed.

        Raises:
            DataError: a file of the workspace cannot be read.
            NotFoundError: the workspace has no text of the statement.
            SettingsError: the folder is no workspace.
        """
        workspaces = read_workspaces([self.root])
        text = read_source_text(self.statement, workspaces)
        curated = [
            record
            for record in _read_all(workspaces, "statements")
            if record.get("type") not in LEAVES or is_of(record, self.statement)
        ]
        terms: dict[str, frozenset[str]] = {}
        for record in _read_all(workspaces, VOCABULARY):
            scheme, _slash, name = str(record.get("id", "")).partition("/")
            terms[scheme] = terms.get(scheme, frozenset()) | {name}
        known = frozenset(find_known(workspaces).by_id)
        return Coding(text.text, text.body, (*curated, *self.read()), known, terms)

    def propose(self, record: Mapping[str, Any]) -> Record:
        """Add a proposal, and return it as it is written.

        Raises:
            BusyError: another program keeps the file.
            DataError: the gate refuses it; ``problems`` say why, and what to do.
            OutputError: the file cannot be written.
            ParameterError: a value is nothing that a record may have.
        """
        self.path.parent.mkdir(exist_ok=True)
        with self._lock():
            proposal = {**_write_plainly(record), "status": STATUS}
            if problems := [*check_proposal(proposal, self.read_coding()), *self._check_rejected(proposal)]:
                raise DataError(problems)
            with open_text(self.path) as file:
                file.write(
                    write_records(
                        [*self.read(), proposal], read_source_text(self.statement, read_workspaces([self.root])).base
                    )
                )
        return proposal

    def _check_rejected(self, proposal: Record) -> Iterator[Problem]:
        """Say where a person has rejected the same before: a clause of the same words and kind, or the same entity."""
        path = self.path.with_suffix(".rejected.yaml")
        for record in read_document(path, self.root).records() if path.is_file() else ():
            is_whole = not any(key in record for key in NESTED)
            key = "evidence" if proposal.get("type") in LEAVES else "id"
            if is_whole and (record.get(key), record.get("type")) == (proposal.get(key), proposal.get("type")):
                message = Message(_("a person has rejected this"))
                fix = Message(_("propose something else, or ask the person"))
                yield Problem(path.name, record.line, str(proposal.get("id", "")), "rejected", message, fix)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        try:
            with filelock.FileLock(f"{self.path}.lock", timeout=_LOCK_S):
                yield
        except filelock.Timeout:
            raise BusyError("%(path)s is being written to by another program; try again.", path=self.path) from None

    def name(self, folder: str) -> str:
        """Return the first free id for a clause or passage, such as ``clause/<statement>/p001``."""
        taken = {str(record.get("id")) for record in self.read_coding().records}
        ids = (f"{folder}/{self.statement}/p{number:03}" for number in range(1, len(taken) + 2))
        return next(identifier for identifier in ids if identifier not in taken)


def _read_all(workspaces: Sequence[Workspace], part: str) -> Iterator[Mapping[str, Any]]:
    """Yield the records of a part of workspaces."""
    for workspace in workspaces:
        for path in workspace.files(part):
            yield from workspace.read(path).records()


def _write_plainly(value: Any, depth: int = 0) -> Any:
    """Write numbers and truth values as the texts that records have for them.

    Raises:
        ParameterError: there is nothing (null) in it, or it is nested too deeply.
    """
    if depth > _MOST_NESTING or value is None:
        raise ParameterError("A record has texts, numbers, lists and mappings, and no more than 8 in each other.")
    if isinstance(value, Mapping):
        return {str(key): _write_plainly(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_write_plainly(inner, depth + 1) for inner in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
