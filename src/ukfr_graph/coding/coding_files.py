"""The files of the coding of a statement in a workspace: read, changed by one act, and written whole or not at all.

The YAML files stay the truth: whoever edits them in the meantime is not overwritten, but told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import filelock

from ukfr_graph.coding.act_journal import ActJournal, Edit, JournalEntry, digest, list_redoable, list_undoable
from ukfr_graph.coding.acts import ACTS
from ukfr_graph.coding.statement_texts import StatementFiles
from ukfr_graph.coding.structure import begin_second, find_first_coder, is_finished
from ukfr_graph.coding.surroundings import SurroundingsReader
from ukfr_graph.drafting.gate import ENTITY_TYPES, LEAVES, Coding, check_proposal
from ukfr_graph.drafting.known import Entity
from ukfr_graph.drafting.proposal_files import FOLDER
from ukfr_graph.errors import (
    BusyError,
    DataError,
    NotFoundError,
    ParameterError,
    PreconditionError,
    Problem,
    UkfrError,
)
from ukfr_graph.files import open_text, read_file
from ukfr_graph.iris import is_local_name
from ukfr_graph.texts import decode

BEFORE = "before-settling"
"""Stands in the place of a coder for the first coding as it was before the first difference was settled."""
CODINGS = "codings"
"""The folder of second codings, which no build reads."""
_OF_PROPOSALS = "person"  # the rule by which a proposal may not have what only a person decides
_LOCK_S = 10
_UNDO, _REDO = "undo", "redo"
_KEPT = ("records", "entities")
_NOTHING: dict[str, None] = {"before": None, "settlements": None}
_SIGNED = ("accept", "accept-part", "add-entity", "judge", "settle")  # acts that carry their coder and day


def name_files(statement: str, second: str = "") -> dict[str, str]:
    """Return the names of the files of a coding in its workspace, in the order in which they are written.

    ``second`` is the local id of who codes the statement a second time.
    """
    if second:
        own = f"{CODINGS}/{second}/{statement}"
        return {
            "records": f"{own}.yaml",
            "entities": f"entities/{statement}.yaml",
            "proposals": f"{own}.proposals.yaml",
            "rejected": f"{own}.rejected.yaml",
        }
    return {
        "before": f"{CODINGS}/{BEFORE}/{statement}.yaml",
        "records": f"statements/{statement}.yaml",
        "entities": f"entities/{statement}.yaml",
        "settlements": f"settlements/{statement}.yaml",
        "proposals": f"{FOLDER}/{statement}.yaml",
        "rejected": f"{FOLDER}/{statement}.rejected.yaml",
    }


@dataclass(frozen=True)
class CodingState:
    """The files of a statement as they were read; ``seen`` names this state.

    ``languages`` are the workspace's, ``entities`` those that its other files have.
    """

    files: StatementFiles
    seen: str
    languages: tuple[str, ...]
    entities: tuple[Entity, ...]


class CodingFiles:
    """The files of the coding of one statement (its local id) in a workspace (its folder).

    ``second`` is the local id of who codes it a second time, in files of their own: they see none of the first coding.
    What was read is kept, so that an act takes the time of what it changes.

    Raises:
        ParameterError: the statement or the coder is no local id.
    """

    def __init__(self, root: Path, statement: str, second: str = "") -> None:
        for name in (statement, second) if second else (statement,):
            if not is_local_name(name):
                raise ParameterError("%(name)s is no local id: small letters, digits and hyphens.", name=repr(name))
        self._root, self._statement, self.second = root, statement, second
        self._names = name_files(statement, second)
        own = [*self._names.values(), *name_files(statement).values()]
        self._surroundings = SurroundingsReader(root, statement, [root / name for name in own])
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
                raise _tell_change()
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
            if problems := _find_new_problems(state.files, after):
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
        self._journal.begin(entry)
        applied: list[Edit] = []
        try:
            for edit in entry.edits:
                self._apply(edit)
                applied.append(edit)
        except UkfrError:
            for edit in reversed(applied):
                self._apply(edit.reverse())
            self._journal.end(entry.number, done=False)
            raise
        self._journal.end(entry.number, done=True)
        return self._read()

    def _apply(self, edit: Edit) -> None:
        """Change one file, unless it is another by now than the edit was made for."""
        path = self._root / edit.file
        before = _read_text(path)
        if digest(before) != edit.before:
            raise _tell_change()
        text = edit.apply(before)
        if text is None:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with open_text(path) as file:
            file.write(text)

    def _recover(self) -> None:
        """Finish the act that a crash cut short where some of its files have it already; else drop it."""
        _, begun = self._journal.read()
        if begun is None:
            return
        for edit in begun.edits:
            path = self._root / edit.file
            for part in path.parent.glob(f".{path.name}.*.part"):
                part.unlink()  # what was being written when the process ended
        now = {edit.file: digest(_read_text(self._root / edit.file)) for edit in begun.edits}
        left = [edit for edit in begun.edits if now[edit.file] != edit.after]
        done = len(left) < len(begun.edits) and all(now[edit.file] == edit.before for edit in left)
        for edit in left if done else ():
            self._apply(edit)
        self._journal.end(begun.number, done=done)

    def _read(self) -> CodingState:
        self._recover()
        around = self._surroundings.read()
        texts = {part: self._read_text(name) for part, name in self._names.items()}
        bare = Coding(around.text, around.body)
        files = StatementFiles(self._statement, around.base, bare, around.records, self._names, **{**_NOTHING, **texts})
        own = [record for part in ("records", "proposals") for record in list_records(files, part)]
        entities = frozenset(str(record.get("id")) for record in list_records(files, "entities"))
        coding = Coding(around.text, around.body, (*around.records, *own), around.known | entities, around.terms)
        seen = digest("\0".join(digest(texts[part]) for part in sorted(texts)))
        return CodingState(replace(files, coding=coding), seen, around.languages, around.entities)

    def _read_text(self, name: str) -> str | None:
        """Read a file; what is the same as before is the same object, which is quicker to compare."""
        path = self._root / name
        if not path.is_file():
            return None
        content = read_file(path)
        if self._texts.get(name, (b"",))[0] != content:
            self._texts[name] = content, decode(content)
        return self._texts[name][1]

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


def list_second_coders(root: Path, statement: str) -> list[str]:
    """List who codes a statement a second time in a workspace, by the local ids of their records."""
    names = sorted(path.parent.name for path in (root / CODINGS).glob(f"*/{statement}.yaml"))
    return [name for name in names if name != BEFORE and is_local_name(name)]


def _call(act: Callable[..., StatementFiles], files: StatementFiles, arguments: dict[str, Any]) -> StatementFiles:
    try:
        return act(files, **arguments)
    except TypeError as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is None:  # the call itself does not fit
            raise ParameterError("The act has other arguments: %(error)s.", error=error) from None
        raise


def check_records(files: StatementFiles) -> list[Problem]:
    """List what the gate says of the records of a statement as they are."""
    own = [record for part in _KEPT for record in list_records(files, part)]
    return [problem for record in own for problem in _check(record, files.coding, files)]


def _find_new_problems(before: StatementFiles, after: StatementFiles) -> list[Problem]:
    """Find what the gate says of the records after an act that it did not say before."""
    records, entities = (list_records(after, part) for part in _KEPT)
    earlier_records, earlier_entities = (list_records(before, part) for part in _KEPT)
    old = {str(record.get("id")): record for record in (*earlier_records, *earlier_entities)}
    changed = [r for r in (*records, *entities) if r is not (same := old.get(str(r.get("id")))) and r != same]
    if not changed:
        return []
    gone = frozenset(str(record.get("id")) for record in earlier_entities)
    known = (before.coding.known - gone) | {str(record.get("id")) for record in entities}
    now = replace(before.coding, records=(*before.others, *records), known=known)
    then = replace(before.coding, records=(*before.others, *earlier_records), known=known)
    found: list[Problem] = []
    for record in changed:
        earlier = old.get(str(record.get("id")))
        said = {(p.rule, p.message) for p in _check(earlier, then, before)} if earlier is not None else set()
        found += [problem for problem in _check(record, now, after) if (problem.rule, problem.message) not in said]
    return found


def _check(record: Mapping[str, Any], coding: Coding, files: StatementFiles) -> list[Problem]:
    if record.get("type") not in (*LEAVES, *ENTITY_TYPES.values()):
        return []
    told = check_proposal(record, coding, is_kept=True)
    return [replace(problem, file=files.names["records"]) for problem in told if problem.rule != _OF_PROPOSALS]


def list_records(files: StatementFiles, part: str) -> Sequence[Mapping[str, Any]]:
    """List the records of one of the files; none where it is not there."""
    text = files.read(part)
    return text.records if text else ()


def _tell_change() -> PreconditionError:
    return PreconditionError("Somebody has changed the files in the meantime; look again, and then decide.")


def _read_text(path: Path) -> str | None:
    return decode(read_file(path)) if path.is_file() else None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
