"""The faults of a coding: the findings of the whole check, and of a second coding those of the gate."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from ukfr_graph.build.findings import Checked
from ukfr_graph.coding.act_gate import check_records
from ukfr_graph.coding.coding_files import CodingFiles
from ukfr_graph.coding.statement_texts import StatementFiles, list_records
from ukfr_graph.site.coding.access import PATH, find_coder, find_desk, keep_fresh, open_files
from ukfr_graph.site.rendering import render

router = APIRouter()


@dataclass(frozen=True)
class FindingPlace:
    """Where something is wrong: the record of the statement, or a file and its line (from 1)."""

    record: str
    file: str
    line: int


@dataclass(frozen=True)
class ShownFinding:
    """A finding with the places of it in this statement; ``is_gap`` where words are in no record."""

    message: str
    fix: str
    places: tuple[FindingPlace, ...]
    is_gap: bool = False


@router.get("/{statement}/findings", response_class=HTMLResponse)
async def show_findings(request: Request, statement: str) -> Response:
    """Check the workspace as it is now, and show what is wrong with this statement, each with where it is."""
    files = open_files(request, statement)
    if find_coder(request) is None:
        return RedirectResponse(f"{PATH}/{quote(statement)}", 303)
    found, elsewhere, seen = await _find(request, files, statement)
    page = render(
        request, "coding/findings.html", statement=statement, findings=found, elsewhere=elsewhere, seen=seen, cited=None
    )  # fmt: skip
    return keep_fresh(page)


async def _find(request: Request, files: CodingFiles, statement: str) -> tuple[list[ShownFinding], int, str]:
    """Return the findings of a statement, the number of those elsewhere, and the state of its files then."""
    state = await asyncio.to_thread(files.read)
    if files.second:
        problems = await asyncio.to_thread(check_records, state.files)
        places = [(p, FindingPlace(p.record, p.file, p.line)) for p in problems]
        return [ShownFinding(f"{p.rule}: {p.message}", p.fix, (place,)) for p, place in places], 0, state.seen
    checked = await find_desk(request).checks.check(files, state.seen)
    state = await asyncio.to_thread(files.read)
    shown = list(_choose(checked, statement, _find_source(state.files)))
    return shown, len(checked.findings) - len(shown), state.seen


def _find_source(files: StatementFiles) -> str:
    """Find the local id of the source of the text."""
    expressions = (record.get("expression") for record in list_records(files, "records"))
    return next((str(name).removeprefix("expression/") for name in expressions if name), files.statement)


def _choose(checked: Checked, statement: str, source: str) -> Iterator[ShownFinding]:
    """Choose the findings that are about the files of a statement."""
    own = re.compile(rf"(^|.*/)((statements|entities)/{re.escape(statement)}\.yaml|sources/{re.escape(source)}(/.*)?)")
    for finding in checked.findings:
        problems = [problem for problem in finding.problems if own.fullmatch(problem.file)]
        if problems:
            places = dict.fromkeys(FindingPlace(p.record.partition("#")[0], p.file, p.line) for p in problems)
            is_gap = any(problem.rule == "not-covered" for problem in problems)
            yield ShownFinding(finding.message, finding.fix, tuple(places), is_gap)
