"""The files of the coding of a statement in a workspace: read, changed by one act, and written whole or not at all.

The YAML files stay the truth: whoever edits them in the meantime is not overwritten, but told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import filelock

from ukfr_graph.coding.act_journal import ActJournal, Edit, JournalEntry, digest, list_undoable
from ukfr_graph.coding.acts import ACTS
from ukfr_graph.coding.record_texts import RecordText
from ukfr_graph.coding.statement_texts import StatementFiles
from ukfr_graph.drafting.gate import ENTITY_TYPES, LEAVES, Coding, check_proposal
from ukfr_graph.drafting.proposal_files import FOLDER, ProposalFile
from ukfr_graph.drafting.texts import read_source_text
from ukfr_graph.errors import BusyError, DataError, NotFoundError, ParameterError, PreconditionError, Problem
from ukfr_graph.files import open_text, read_file
from ukfr_graph.iris import is_local_name
from ukfr_graph.texts import decode
from ukfr_graph.workspace import languages_of, read_workspaces

PARTS = {"records": "statements", "entities": "entities", "proposals": FOLDER}
"""The folder of each file, in the order in which they are written."""
_OF_PROPOSALS = "person"  # the rule by which a proposal may not have what only a person decides
_LOCK_S = 10
_UNDO = "undo"
_SIGNED = ("accept", "judge")  # acts with a judgement, which carries its coder and day


@dataclass(frozen=True)
class CodingState:
    """The files of a statement as they were read; ``seen`` names this state, ``languages`` are the workspace's."""

    files: StatementFiles
    seen: str
    languages: tuple[str, ...]


class CodingFiles:
    """The files of the coding of one statement (its local id) in a workspace (its folder).

    Raises:
        ParameterError: the statement is no local id.
    """

    def __init__(self, root: Path, statement: str) -> None:
        if not is_local_name(statement):
            raise ParameterError(
                "%(statement)s is no local id: small letters, digits and hyphens.", statement=repr(statement)
            )
        self._root, self._statement = root, statement
        self._proposals = ProposalFile(root, statement)
        self._journal = ActJournal(root / FOLDER / f"{statement}.acts.jsonl")

    def read(self) -> CodingState:
        """Read the files, once what a crash cut short is finished or dropped.

        Raises:
            BusyError: another program keeps them.
            DataError: a file cannot be read.
            NotFoundError: the workspace has no text of the statement.
        """
        with self._lock():
            return self._read()

    def perform(self, act: str, seen: str, *, coder: str, **arguments: Any) -> CodingState:
        """Do one act; it is durable on return.

        Args:
            act: a name among ``acts.ACTS``, or "undo" for the latest that still holds.
            seen: the state that the coder has seen.
            coder: the id of the coder's record, such as "coder/harbour-desk".
            arguments: those of the act.

        Raises:
            BusyError: another program keeps the files.
            DataError: the gate refuses what the act would make.
            NotFoundError: there is no such record or proposal, or nothing to undo.
            OutputError: a file cannot be written; then nothing has changed.
            ParameterError: there is no such act, or an argument is not acceptable.
            PreconditionError: somebody else has changed the files since they were seen.
        """
        with self._lock():
            state = self._read()
            if state.seen != seen:
                raise PreconditionError("Somebody has changed the files in the meantime; look again, and then decide.")
            if act == _UNDO:
                return self._undo(state, coder)
            if act not in ACTS:
                raise ParameterError(
                    "There is no act %(act)s; there are %(names)s.", act=repr(act), names=", ".join([*ACTS, _UNDO])
                )
            if act in _SIGNED:
                arguments |= {"coder": coder, "on": datetime.now(UTC).date().isoformat()}
            after = _call(ACTS[act], state.files, arguments)
            if problems := _find_new_problems(state.files, after):
                raise DataError(problems)
            edits = tuple(
                Edit.of(self._name(part), before, now)
                for part in PARTS
                if (before := getattr(state.files, part)) != (now := getattr(after, part))
            )
            return self._write(JournalEntry(self._next(), act, str(arguments.get("record", "")), coder, _now(), edits))

    def _undo(self, state: CodingState, coder: str) -> CodingState:
        undoable = list_undoable(self._journal.read()[0])
        if not undoable:
            raise NotFoundError("There is nothing to undo.")
        last = undoable[-1]
        texts = {self._name(part): getattr(state.files, part) for part in PARTS}
        if changed := [edit.file for edit in last.edits if digest(texts[edit.file]) != edit.after]:
            raise PreconditionError(
                "%(names)s was changed by somebody else after the act (%(act)s %(record)s): take it back there.",
                names=", ".join(changed),
                act=last.act,
                record=last.record,
            )
        edits = tuple(edit.reverse() for edit in reversed(last.edits))
        return self._write(JournalEntry(self._next(), _UNDO, last.record, coder, _now(), edits, last.number))

    def _write(self, entry: JournalEntry) -> CodingState:
        self._journal.begin(entry)
        for edit in entry.edits:
            self._apply(edit)
        self._journal.end(entry.number, done=True)
        return self._read()

    def _apply(self, edit: Edit) -> None:
        path = self._root / edit.file
        text = edit.apply(_read_text(path))
        if text is None:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(exist_ok=True)
        with open_text(path) as file:
            file.write(text)

    def _recover(self) -> None:
        """Finish the act that a crash cut short where some of its files have it already; else drop it."""
        _, begun = self._journal.read()
        if begun is None:
            return
        for edit in begun.edits:
            for part in (self._root / edit.file).parent.glob(f".{self._statement}.yaml.*.part"):
                part.unlink()  # what was being written when the process ended
        now = {edit.file: digest(_read_text(self._root / edit.file)) for edit in begun.edits}
        left = [edit for edit in begun.edits if now[edit.file] != edit.after]
        done = len(left) < len(begun.edits) and all(now[edit.file] == edit.before for edit in left)
        for edit in left if done else ():
            self._apply(edit)
        self._journal.end(begun.number, done=done)

    def _read(self) -> CodingState:
        self._recover()
        texts = {part: _read_text(self._root / self._name(part)) for part in PARTS}
        workspaces = read_workspaces([self._root])
        base = read_source_text(self._statement, workspaces).base
        coding = self._proposals.read_coding()
        seen = digest("\0".join(map(digest, texts.values())))
        return CodingState(
            StatementFiles(self._statement, base, coding, **texts), seen, languages_of(workspaces)[self._root.resolve()]
        )

    def _name(self, part: str) -> str:
        return f"{PARTS[part]}/{self._statement}.yaml"

    def _next(self) -> int:
        done, _ = self._journal.read()
        return max((entry.number for entry in done), default=0) + 1

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self._proposals.path.parent.mkdir(exist_ok=True)
        try:
            with filelock.FileLock(f"{self._proposals.path}.lock", timeout=_LOCK_S):
                yield
        except filelock.Timeout:
            raise BusyError(
                "%(statement)s is being written to by another program; try again.", statement=self._statement
            ) from None


def _call(act: Callable[..., StatementFiles], files: StatementFiles, arguments: dict[str, Any]) -> StatementFiles:
    try:
        return act(files, **arguments)
    except TypeError as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is None:  # the call itself does not fit
            raise ParameterError("The act has other arguments: %(error)s.", error=error) from None
        raise


def check_records(files: StatementFiles) -> list[Problem]:
    """List what the gate says of the records of a statement as they are."""
    records, entities = (_records(files, part) for part in ("records", "entities"))
    known = files.coding.known | {str(record.get("id")) for record in (*records, *entities)}
    checked = (*LEAVES, *ENTITY_TYPES.values())
    return [
        replace(problem, file=f"statements/{files.statement}.yaml")
        for record in (*records, *entities)
        if record.get("type") in checked
        for problem in _check(record, files.coding, records, known)
    ]


def _find_new_problems(before: StatementFiles, after: StatementFiles) -> list[Problem]:
    """Find what the gate says of the records after an act that it did not say before."""
    records, entities = (_records(after, part) for part in ("records", "entities"))
    old = {str(r.get("id")): r for part in ("records", "entities") for r in _records(before, part)}
    named = {str(record.get("id")) for record in (*entities, *records)}
    known = (before.coding.known - {str(r.get("id")) for r in _records(before, "entities")}) | named
    checked = (*LEAVES, *ENTITY_TYPES.values())
    found: list[Problem] = []
    for record in (*records, *entities):
        if record.get("type") in checked and record != old.get(str(record.get("id"))):
            told = _check(record, after.coding, records, known)
            earlier = old.get(str(record.get("id")))
            if earlier is not None:
                said = {(p.rule, p.message) for p in _check(earlier, before.coding, _records(before, "records"), known)}
                told = [problem for problem in told if (problem.rule, problem.message) not in said]
            found += [replace(problem, file=f"statements/{after.statement}.yaml") for problem in told]
    return found


def _check(record: Any, coding: Coding, records: tuple[Any, ...], known: frozenset[str]) -> list[Problem]:
    identifier = str(record.get("id"))
    others = tuple(other for other in records if str(other.get("id")) != identifier)
    seen = Coding(coding.text, coding.body, others, known - {identifier}, coding.terms)
    return [problem for problem in check_proposal(record, seen) if problem.rule != _OF_PROPOSALS]


def _records(files: StatementFiles, part: str) -> tuple[Any, ...]:
    text: RecordText | None = files.read(part)
    return tuple(text.records) if text else ()


def _read_text(path: Path) -> str | None:
    return decode(read_file(path)) if path.is_file() else None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
