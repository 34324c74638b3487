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
from ukfr_graph.build.lacking import LackingRecord
from ukfr_graph.coding.act_gate import check_records
from ukfr_graph.coding.coding_files import CodingFiles
from ukfr_graph.coding.statement_texts import StatementFiles, list_records
from ukfr_graph.messages import say_message
from ukfr_graph.site.coding.access import PATH, find_coder, find_desk, keep_fresh, open_files
from ukfr_graph.site.coding.vocabularies import name_key, name_term
from ukfr_graph.site.rendering import language_of, render

router = APIRouter()


@dataclass(frozen=True)
class FindingPlace:
    """The place of a fault: the record of the statement, or a file and its line (from 1)."""

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


@dataclass(frozen=True)
class StatementFindings:
    """The findings about a statement, and the number of others; ``seen`` names the state of its files at the check.

    ``lacking`` are the records that lack something until the draft is finished.
    """

    findings: list[ShownFinding]
    lacking: list[LackingRecord]
    elsewhere: int
    seen: str


@router.get("/{statement}/findings", response_class=HTMLResponse)
async def show_findings(request: Request, statement: str, record: str = "") -> Response:
    """Check the workspace as it is now, and show what is wrong with this statement, each with where it is.

    ``record`` is the one in hand, of which is told apart what it lacks.
    """
    files = open_files(request, statement)
    if find_coder(request) is None:
        return RedirectResponse(f"{PATH}/{quote(statement)}", 303)
    found, language = await _find(request, files, statement), language_of(request)
    page = render(
        request, "coding/findings.html", statement=statement, found=found, cited=None,
        of_hand=[each for each in found.lacking if each.record == record],
        say=lambda text: say_message(text, language),
        name_key=lambda key: name_key(key, language),
        name_term=lambda scheme, name: name_term(scheme, name, language),
    )  # fmt: skip
    return keep_fresh(page)


async def _find(request: Request, files: CodingFiles, statement: str) -> StatementFindings:
    state = await asyncio.to_thread(files.read)
    if files.second:
        problems = await asyncio.to_thread(check_records, state.files)
        places = [(p, FindingPlace(p.record, p.file, p.line)) for p in problems]
        return StatementFindings([ShownFinding(p.message, p.fix, (place,)) for p, place in places], [], 0, state.seen)
    checked = await find_desk(request).checks.check(files, state.seen)
    state = await asyncio.to_thread(files.read)
    own = _match_files(statement, _find_source(state.files))
    shown = list(_choose(checked, own))
    lacking = [each for each in checked.lacking if own.fullmatch(each.file)]
    return StatementFindings(shown, lacking, len(checked.findings) - len(shown), state.seen)


def _match_files(statement: str, source: str) -> re.Pattern[str]:
    """Match the names of the files of a statement and of its source."""
    name = re.escape(statement)
    return re.compile(rf"(^|.*/)((statements|entities|vocab)/{name}\.yaml|sources/{re.escape(source)}(/.*)?)")


def _find_source(files: StatementFiles) -> str:
    """Find the local id of the source of the text."""
    expressions = (record.get("expression") for record in list_records(files, "records"))
    return next((str(name).removeprefix("expression/") for name in expressions if name), files.statement)


def _choose(checked: Checked, own: re.Pattern[str]) -> Iterator[ShownFinding]:
    """Choose the findings that are about the files of a statement."""
    for finding in checked.findings:
        problems = [problem for problem in finding.problems if own.fullmatch(problem.file)]
        if problems:
            places = dict.fromkeys(FindingPlace(p.record.partition("#")[0], p.file, p.line) for p in problems)
            is_gap = any(problem.rule == "not-covered" for problem in problems)
            yield ShownFinding(finding.message, finding.fix, tuple(places), is_gap)
