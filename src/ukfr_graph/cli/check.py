"""The commands for who codes: check, and shorten."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ukfr_graph.cli.make import Data, open_console
from ukfr_graph.cli.output import write_text
from ukfr_graph.errors import UkfrError, say
from ukfr_graph.settings import read_settings
from ukfr_graph.texts import show_plainly

if TYPE_CHECKING:
    from ukfr_graph.build.findings import Checked, SourceCoverage
    from ukfr_graph.build.lacking import LackingRecord

_PLACES = 3  # that are named of one finding
_BAR = 30  # characters
_POLL_S = 0.1


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(check)
    app.command()(shorten)


def check(
    data: Data = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep running, and check again whenever a file is saved.")
    ] = False,
) -> None:
    """Check everything, and list what is wrong by root cause; exit code 1 where anything is. Drafts may have gaps."""
    from ukfr_graph.build.findings import Checker
    from ukfr_graph.resources import data_folder
    from ukfr_graph.workspace import read_workspaces

    folders = data or read_settings().data or [data_folder()]
    checker, seen = Checker(), _look(folders)
    told: list[Checked | None] = []
    _tell(lambda: checker.check(read_workspaces(folders)), told)
    if watch:
        with contextlib.suppress(KeyboardInterrupt):
            for _change in _wait_for_changes(folders, seen):
                _tell(lambda: checker.check_changed(read_workspaces(folders)), told, may_fail=True)
                _tell(lambda: checker.check(read_workspaces(folders)), told, may_fail=True, unless_told=True)
    last = told[-1]
    if last is None or last.findings:
        raise typer.Exit(1)


def _tell(
    check: Callable[[], Checked], told: list[Checked | None], *, may_fail: bool = False, unless_told: bool = False
) -> None:
    """Check, and show what was found, ``unless_told`` the last time; a failure too, where the next save may mend it."""
    started = time.monotonic()
    try:
        checked = check()
    except UkfrError as error:
        if not may_fail:
            raise
        told.append(None)
        write_text(show_plainly(error.say(_)))
        return
    is_known = unless_told and told[-1] == checked
    told.append(checked)
    if not is_known:
        open_console().print(f"{time.monotonic() - started:.1f} s", markup=False, highlight=False)
        write_text(show_plainly("\n".join(_show(checked))))


def _wait_for_changes(folders: Sequence[Path], seen: dict[Path, tuple[int, int]]) -> Iterator[None]:
    """Yield whenever a file is another than was ``seen`` last."""
    while True:
        time.sleep(_POLL_S)
        if (now := _look(folders)) != seen:
            seen = now
            yield


def shorten(
    files: Annotated[list[Path], typer.Argument(help="Files of records, in their workspace.", metavar="FILE…")],
) -> None:
    """Rewrite files of records in the short forms, with the same triples; comments and order are kept."""
    from ukfr_graph.build.shortening import shorten_file
    from ukfr_graph.files import open_text

    for path in files:
        target = path.resolve()
        text = shorten_file(target, target.parent.parent)
        before = len(target.read_text("utf-8").splitlines())
        with open_text(target) as file:
            file.write(text)
        said = _("%(path)s: %(lines)s lines instead of %(before)s, the same triples.")
        values = {"path": path, "lines": len(text.splitlines()), "before": before}
        open_console().print(said % values, markup=False, highlight=False)


def _show(checked: Checked) -> Iterator[str]:
    for number, finding in enumerate(checked.findings, 1):
        yield f"{number}. {say(finding.message, _)}"
        places = list(dict.fromkeys((p.file, p.line, p.record) for p in finding.problems))
        for file, line, record in places[:_PLACES]:
            yield f"     {file}:{line}" + (f"  {record}" if record else "")
        if len(places) > _PLACES:
            yield "     " + _("and %(count)s more") % {"count": len(places) - _PLACES}
        yield "   " + _("fix: %(fix)s") % {"fix": say(finding.fix, _)}
    yield from _show_lacking(checked.lacking)
    for covered in checked.coverage:
        yield from _show_coverage(covered)
    count = len(checked.findings)
    said = ngettext("%(count)s thing to mend", "%(count)s things to mend", count) % {"count": count}
    yield said if count else _("nothing is wrong")


def _show_lacking(lacking: Sequence[LackingRecord]) -> Iterator[str]:
    """Yield the keys that records of drafts lack, by record, and then the values that these may have."""
    if lacking:
        yield _("before the drafts are finished, these records need more:")
    for record in lacking:
        yield f"   {record.file}:{record.line}  {record.record}"
        for key in record.keys:
            name = key.key + (f" ({key.term})" if key.term else "")
            yield f"     {name}: {say(key.message, _)}" if name else f"     {say(key.message, _)}"
    forms = {
        "texts": _("a text in each language of the workspace"), "date": _("a day such as 2016-08-30"),
        "number": _("a number"), "name": _("the id of a record"), "text": _("a text"),
    }  # fmt: skip
    for name, form, allowed in sorted({(k.term or k.key, k.form, k.allowed) for r in lacking for k in r.keys if k.key}):
        yield f"   {name} = " + (_("one of %(terms)s") % {"terms": ", ".join(allowed)} if allowed else forms[form])


def _show_coverage(covered: SourceCoverage) -> Iterator[str]:
    full = int(covered.share * _BAR)
    yield f"{covered.source}  {'█' * full}{'░' * (_BAR - full)}  {covered.share:.0%}"
    if covered.gaps:
        gap, others = covered.gaps[0], len(covered.gaps) - 1
        said = _("next gap: line %(line)s: %(words)s") % {"line": gap.line, "words": gap.words}
        yield f"   {said}" + (" (" + _("and %(count)s more") % {"count": others} + ")" if others else "")


def _look(folders: Sequence[Path]) -> dict[Path, tuple[int, int]]:
    """Look at every file of workspaces: when it was written, and its size."""
    found = {}
    for folder in folders:
        for path in folder.rglob("*"):
            try:
                state = path.stat()
            except OSError:  # it has just been replaced
                continue
            found[path] = state.st_mtime_ns, state.st_size
    return found
