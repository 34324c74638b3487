"""The home page: what this is and what one can do here, findings first; then a statement in figures, and answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, TypeAlias

import pyoxigraph as ox
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from ukfr_graph import iris
from ukfr_graph.clauses import Clause
from ukfr_graph.clauses.rows import read_text
from ukfr_graph.query.questions import give_values, read_question
from ukfr_graph.query.saved import SavedQuery
from ukfr_graph.service.answers import select
from ukfr_graph.service.clause_answers import find_clauses
from ukfr_graph.service.names import Named, find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.addresses import find_base, places_of
from ukfr_graph.site.catalog.page import read_edition
from ukfr_graph.site.catalog.structured_data import describe_dataset
from ukfr_graph.site.follow import day_of
from ukfr_graph.site.home.findings import find_findings
from ukfr_graph.site.navigation import Navigation
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.site.outcomes.page import name_day
from ukfr_graph.site.rendering import language_of, render
from ukfr_graph.site.statement.contents import ROOM as STATEMENT
from ukfr_graph.site.statement.facets import count_values, find_broader
from ukfr_graph.site.statement.page import list_statements, page_of
from ukfr_graph.site.templates import link_to
from ukfr_graph.site.timeline.axis import fit_axis
from ukfr_graph.store import Term

router = APIRouter()
navigation = Navigation(0, "/", _("Home"))
_SHOWN_ANSWERS = 5
_SHOWN_BARS = 18
_CHARTS = ("kind", "topic", "holder")
_PLEDGE = iris.UKFR + "Pledge"
_TESTABLE = "testable"
_Rows: TypeAlias = tuple[SavedQuery, list[dict[str, Term]]]


@dataclass(frozen=True)
class AnswerRow:
    """One row of an answer: what it says, the words on which it rests, and the address where they are read."""

    text: Named | None
    value: str
    start: str
    end: str
    words: str
    address: str


@dataclass(frozen=True)
class Answered:
    """A saved query with the first of its answers, and their number."""

    query: SavedQuery
    answers: list[AnswerRow]
    total: int


@router.get("/", response_class=HTMLResponse, summary="What is here, what was found, and where to start")
async def home(request: Request, statement: Annotated[str, Query(max_length=200)] = "") -> HTMLResponse:
    """Show the home page; ``statement``, by its name, is the one whose figures are shown, else the latest."""
    service: Service = request.app.state.service
    language = language_of(request)
    statements = await list_statements(service, language)
    latest = next(iter(statements), None)
    chosen = next((each for each in statements if each.page == f"/statements/{statement}"), latest)
    clauses: list[Clause] = []
    answered: list[_Rows] = []
    if chosen:
        clauses, *answered = await asyncio.gather(  # type: ignore[assignment]  # a list, and the rest of another type
            find_clauses(service, chosen.statement.iri),
            *(_ask(service, query, chosen.statement.iri) for query in _find_questions(service)),
        )
    day = day_of(request)
    has_all_days = places_of(request).is_static
    findings, broader = await asyncio.gather(
        find_findings(service, clauses, day, language, has_all_days=has_all_days), find_broader(service)
    )
    pledges = [clause for clause in clauses if clause.kind == _PLEDGE]
    shown = [row for _, rows in answered for row in rows[:_SHOWN_ANSWERS]]
    told = {str(term) for row in shown if isinstance(term := _find_subject(row), ox.NamedNode)}
    statement_of = await _find_statements(service, told)
    named = {thing for clause in clauses for thing in clause.mentioned()}.union(*broader.values())
    named |= {row["instrument"].value for row in shown if "instrument" in row}
    names = await find_names(service, named, language)
    charts = {name: sorted(count_values(clauses, name, names, broader), key=lambda item: -item[1]) for name in _CHARTS}
    edition = await asyncio.to_thread(read_edition, request)
    return render(
        request,
        "home/home.html",
        structured=describe_dataset(find_base(request), service.profile, language, edition) if statements else None,
        day=day,
        findings=findings,
        statement_day=await name_day(service, language),
        pledges=pledges,
        testable=[clause for clause in pledges if iris.local_name(clause.testability) == _TESTABLE],
        axis=fit_axis([made.day for made in findings.series[-1].told], None, None),
        statements=statements,
        chosen=chosen,
        page=chosen.page if chosen else "",
        clauses=clauses,
        instruments=len({instrument for clause in clauses for instrument in clause.instruments}),
        figures=sum(len(clause.figures) for clause in clauses),
        charts=charts,
        shown_bars=_SHOWN_BARS,
        answered=[
            Answered(query, [_read_answer(row, names.of, statement_of) for row in rows[:_SHOWN_ANSWERS]], len(rows))
            for query, rows in answered
        ],
        questions=len(service.questions()),
    )


def _find_questions(service: Service) -> list[SavedQuery]:
    """Find the questions of the dataset's profile, those that need a value or are not here left out."""
    known = service.questions()
    asked = (known[name] for name in service.profile.questions if name in known)
    return [query for query in asked if query.kind == "solutions" and not any(p.required for p in query.parameters)]


async def _ask(service: Service, query: SavedQuery, statement: str) -> _Rows:
    """Ask a question, of this statement alone where it tells statements apart."""
    about = next((p.variable for p in query.parameters if p.name == "statement"), "")
    asked: dict[str, Term] = {about: ox.NamedNode(statement)} if about else {}
    return query, (await select(service, query.text, asked)).dicts()


async def _find_statements(service: Service, things: set[str]) -> dict[str, str]:
    """Find the statement that each clause or figure is of: an answer leads to the words of its own."""
    if not things:
        return {}
    question = give_values(read_question(STATEMENT, "statements-of"), "thing", " ".join(sorted(things)))
    return {row["thing"].value: row["statement"].value for row in (await select(service, question)).dicts()}


def _find_subject(row: dict[str, Term]) -> Term | None:
    """Find the figure, else the clause, whose words a row shows."""
    return row.get("figure") or row.get("clause")


def _read_answer(row: dict[str, Term], name: Callable[[str], Named], statement_of: Mapping[str, str]) -> AnswerRow:
    subject = _find_subject(row)
    iri = subject.value if subject else ""
    anchor = f"#{'record-figure' if 'figure' in row else 'clause'}-{iris.local_name(iri)}"
    return AnswerRow(
        text=name(row["instrument"].value) if "instrument" in row else None,
        value=read_text(row, "value"),
        start=read_text(row, "from"),
        end=read_text(row, "until"),
        words=read_text(row, "words"),
        address=page + anchor if (page := page_of(statement_of.get(iri, ""))) else link_to(iri),
    )
