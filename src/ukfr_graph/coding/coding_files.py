"""The files of the coding of a statement in a workspace: read, changed by one act, and written whole or not at all.

The YAML files stay the truth: whoever edits them in the meantime is not overwritten, but told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import filelock

from ukfr_graph.coding.act_gate import find_new_problems
from ukfr_graph.coding.act_journal import ActJournal, Edit, JournalEntry, digest, list_redoable, list_undoable
from ukfr_graph.coding.acts import ACTS
from ukfr_graph.coding.file_edits import read_if_there, recover_edits, tell_change, write_edits
from ukfr_graph.coding.file_names import name_files
from ukfr_graph.coding.statement_texts import StatementFiles, list_records
from ukfr_graph.coding.structure import begin_second, find_first_coder, is_finished
from ukfr_graph.coding.surroundings import SurroundingsReader
from ukfr_graph.drafting.gate import Coding
from ukfr_graph.drafting.known import Entity
from ukfr_graph.drafting.proposal_files import FOLDER
from ukfr_graph.errors import (
    BusyError,
    DataError,
    NotFoundError,
    ParameterError,
    PreconditionError,
)
from ukfr_graph.files import open_text
from ukfr_graph.texts import decode

_LOCK_S = 10
_UNDO, _REDO = "undo", "redo"
_NOTHING: dict[str, None] = {"before": None, "settlements": None}
_SIGNED = ("accept", "accept-part", "add-entity", "judge", "settle")  # acts that carry their coder and day


@dataclass(frozen=True)
class CodingState:
    """The files of a statement as they were read; ``seen`` names this state.

    ``languages`` are the workspace's, ``entities`` those that its other files have, ``terms`` the records of its own
    terms.
    """

    files: StatementFiles
    seen: str
    languages: tuple[str, ...]
    entities: tuple[Entity, ...]
    terms: tuple[Mapping[str, Any], ...]


class CodingFiles:
    """The files of the coding of one statement (its local id) in a workspace (its folder).

    ``second`` is the local id of who codes it a second time, in files of their own: they see none of the first coding.
    What was read is kept, so that an act takes the time of what it changes.

    Raises:
        ParameterError: the statement or the coder is no local id.
    """

    def __init__(self, root: Path, statement: str, second: str = "") -> None:
        self._root, self._statement, self.second = root, statement, second
        self._names = name_files(statement, second)
        own = [*self._names.values(), *name_files(statement).values()]
        self._surroundings = SurroundingsReader(root, statement, own)
        self._journal = ActJournal((root / self._names["proposals"]).with_suffix(".acts.jsonl"))
        self._texts: dict[str, tuple[bytes, str]] = {}

    def read(self) -> CodingState:
        """Read the files, once what a crash cut short is finished or dropped.

        Raises:
            BusyError: another program keeps them.
            DataError: a file cannot be read.
            NotFoundError: the workspace has no text of the statement.
        """
        with self._lock():
            return self._read()

    def begin(self) -> None:
        """Begin a second coding with what is no coder's own; one that is begun stays as it is.

        Raises:
            BusyError: another program keeps the files.
            DataError: a file cannot be read.
            NotFoundError: the workspace has no text of the statement.
            OutputError: the file cannot be written.
            ParameterError: it is the coder of the first coding.
        """
        with self._lock():
            path = self._root / self._names["records"]
            if not path.is_file():
                first = CodingFiles(self._root, self._statement)._read()
                if find_first_coder(first.files) == f"coder/{self.second}":
                    raise ParameterError("This is the coder of the first coding; a second one is somebody else's.")
                path.parent.mkdir(parents=True, exist_ok=True)
                with open_text(path) as file:
                    file.write(begin_second(first.files, f"coder/{self.second}"))

    def perform(self, act: str, seen: str, *, coder: str, **arguments: Any) -> CodingState:
        """Do one act; it is durable on return.

        Args:
            act: a name among ``acts.ACTS``, "undo" for the latest that still holds, or "redo" for the latest that was
                taken back, as long as nothing else was done.
            seen: the state that the coder has seen.
            coder: the id of the coder's record, such as "coder/harbour-desk".
            arguments: those of the act.

        Raises:
            BusyError: another program keeps the files.
            DataError: the gate refuses what the act would make.
            NotFoundError: there is no such record or proposal, or nothing to undo.
            OutputError: a file cannot be written; then nothing has changed.
            ParameterError: there is no such act, or an argument is not acceptable.
            PreconditionError: somebody else has changed the files since they were seen, or a second coding is finished.
        """
        with self._lock():
            state = self._read()
            if state.seen != seen:
                raise tell_change()
            if self.second and act not in (_UNDO, "reopen") and is_finished(state.files):
                raise PreconditionError("This coding is finished: make it a draft again before you change it.")
            if act in (_UNDO, _REDO):
                return self._undo(state, coder, again=act == _REDO)
            if act not in ACTS:
                raise ParameterError(
                    "There is no act %(act)s; there are %(acts)s.", act=repr(act), acts=", ".join([*ACTS, _UNDO, _REDO])
                )
            if act in _SIGNED:
                arguments |= {"coder": coder, "on": datetime.now(UTC).date().isoformat()}
            after = _call(ACTS[act], state.files, arguments)
            if problems := find_new_problems(state.files, after):
                raise DataError(problems)
            edits = tuple(
                Edit.of(name, before, now)
                for part, name in self._names.items()
                if (before := getattr(state.files, part)) != (now := getattr(after, part))
            )
            return self._write(JournalEntry(self._next(), act, str(arguments.get("record", "")), coder, _now(), edits))

    def _undo(self, state: CodingState, coder: str, *, again: bool) -> CodingState:
        done, _ = self._journal.read()
        found = list_redoable(done) if again else list_undoable(done)
        if not found:
            if again:
                raise NotFoundError("There is nothing to do again.")
            raise NotFoundError("There is nothing to undo.")
        last = found[-1]
        edits = tuple(edit.reverse() for edit in reversed(last.edits))
        texts = {name: getattr(state.files, part) for part, name in self._names.items()}
        if changed := [edit.file for edit in edits if digest(texts[edit.file]) != edit.before]:
            raise PreconditionError(
                "%(files)s was changed by somebody else after the act (%(act)s): take it back there.",
                files=", ".join(changed), act=f"{last.act} {last.record}".strip(),
            )  # fmt: skip
        act = _REDO if again else _UNDO
        return self._write(JournalEntry(self._next(), act, last.record, coder, _now(), edits, last.number))

    def _write(self, entry: JournalEntry) -> CodingState:
        write_edits(self._root, self._journal, entry)
        return self._read()

    def _read(self) -> CodingState:
        recover_edits(self._root, self._journal)
        around = self._surroundings.read()
        texts = {part: self._read_text(name) for part, name in self._names.items()}
        bare = Coding(around.text, around.body)
        files = StatementFiles(self._statement, around.base, bare, around.records, self._names, **{**_NOTHING, **texts})
        own = [record for part in ("records", "proposals") for record in list_records(files, part)]
        entities = frozenset(str(record.get("id")) for record in list_records(files, "entities"))
        terms = (*around.terms, *list_records(files, "terms"))
        known = around.known | entities
        coding = Coding(around.text, around.body, (*around.records, *own), known, _group_terms(terms))
        seen = digest("\0".join(digest(texts[part]) for part in sorted(texts)))
        return CodingState(replace(files, coding=coding), seen, around.languages, around.entities, terms)

    def _read_text(self, name: str) -> str | None:
        """Read a file; what is the same as before is the same object, which is quicker to compare."""
        content = read_if_there(self._root / name)
        if content is None:
            return None
        kept = self._texts.get(name)
        if kept is None or kept[0] != content:
            kept = self._texts[name] = content, decode(content)
        return kept[1]

    def _next(self) -> int:
        done, _ = self._journal.read()
        return max((entry.number for entry in done), default=0) + 1

    @contextmanager
    def _lock(self) -> Iterator[None]:
        path = self._root / FOLDER / f"{self._statement}.yaml.lock"  # one for all codings: they share the entities
        path.parent.mkdir(exist_ok=True)
        try:
            with filelock.FileLock(path, timeout=_LOCK_S):
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


def _group_terms(terms: Iterable[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """Return the names of terms by their vocabulary."""
    found: dict[str, frozenset[str]] = {}
    for term in terms:
        scheme, _, name = str(term.get("id", "")).partition("/")
        found[scheme] = found.get(scheme, frozenset()) | {name}
    return found


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
