"""The edits of an act, written to the files of a workspace: all of them or none, and never over somebody else's."""

from __future__ import annotations

import codecs
import errno
import os
from pathlib import Path

from ukfr_graph.coding.act_journal import ActJournal, Edit, JournalEntry, digest
from ukfr_graph.errors import OutputError, PreconditionError, SettingsError, UkfrError
from ukfr_graph.files import open_text, read_file
from ukfr_graph.texts import decode


def write_edits(root: Path, journal: ActJournal, entry: JournalEntry) -> None:
    """Write the edits of an act down, then make them; they are durable on return.

    Raises:
        OutputError: a file cannot be written; then nothing has changed.
        PreconditionError: a file is another by now than its edit was made for; then nothing has changed.
        SettingsError: a file is not in UTF-8; then nothing has changed.
    """
    journal.begin(entry)
    applied: list[Edit] = []
    try:
        for edit in entry.edits:
            _apply(root, edit)
            applied.append(edit)
    except UkfrError:
        for edit in reversed(applied):
            _apply(root, edit.reverse())
        journal.end(entry.number, done=False)
        raise
    journal.end(entry.number, done=True)


def recover_edits(root: Path, journal: ActJournal) -> None:
    """Finish the act that a crash cut short where some of its files have it already; else drop it."""
    _, begun = journal.read()
    if begun is None:
        return
    for edit in begun.edits:
        path = root / edit.file
        for part in path.parent.glob(f".{path.name}.*.part"):
            part.unlink()  # what was being written when the process ended
    now = {edit.file: digest(_read_text(root / edit.file)) for edit in begun.edits}
    left = [edit for edit in begun.edits if now[edit.file] != edit.after]
    done = len(left) < len(begun.edits) and all(now[edit.file] == edit.before for edit in left)
    for edit in left if done else ():
        _apply(root, edit)
    journal.end(begun.number, done=done)


def tell_change() -> PreconditionError:
    """Make the error that tells of a change by somebody else."""
    return PreconditionError("Somebody has changed the files in the meantime; look again, and then decide.")


def read_if_there(path: Path) -> bytes | None:
    """Read a file; None where there is none.

    Raises:
        SettingsError: it cannot be read, or not be looked for.
    """
    try:
        return read_file(path) if path.is_file() else None
    except OSError as error:
        raise SettingsError("%(path)s cannot be read: %(strerror)s.", path=path, strerror=error.strerror) from None


def _apply(root: Path, edit: Edit) -> None:
    """Change one file, unless it is another by now than the edit was made for, or may not be written."""
    path = root / edit.file
    raw = read_if_there(path)
    before = decode(raw) if raw is not None else None
    if digest(before) != edit.before:
        raise tell_change()
    if before is not None and not os.access(path, os.W_OK):  # another file in its place would be
        raise OutputError("%(path)s cannot be written: %(strerror)s.", path=path, strerror=os.strerror(errno.EACCES))
    text = edit.apply(before)
    if text is None:
        path.unlink(missing_ok=True)
        return
    mark = "\ufeff" if raw and raw.startswith(codecs.BOM_UTF8) else ""
    if before is not None and raw != (mark + before).encode():
        raise SettingsError("%(path)s is not in UTF-8; save it in UTF-8 first.", path=edit.file)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open_text(path) as file:
        file.write(mark + text)
        file.flush()
        os.fsync(file.fileno())
        if digest(_read_text(path)) != edit.before:  # changed while it was being written
            raise tell_change()


def _read_text(path: Path) -> str | None:
    raw = read_if_there(path)
    return decode(raw) if raw is not None else None
