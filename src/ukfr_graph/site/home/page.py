"""The home page: what this is, the latest statement in figures, three questions with their answers, and ways in."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ukfr_graph import iris
from ukfr_graph.query.federation import is_allowed
from ukfr_graph.query.saved import SavedQuery
from ukfr_graph.service.answers import select_kept
from ukfr_graph.service.service import Service
from ukfr_graph.site.rendering import language_of, render
from ukfr_graph.site.statement.clauses import Clause, Named, read_clauses, text_of
from ukfr_graph.site.statement.page import list_statements, page_of, values_of
from ukfr_graph.store import Term

router = APIRouter()
_QUESTIONS = ("instruments-cited", "networks-by-period", "reports-without-agent")
_SHOWN_ANSWERS = 5
_SHOWN_BARS = 18
_CHARTS = ("kind", "topic", "holder")


@dataclass(frozen=True)
class Answer:
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
    answers: list[Answer]
    total: int


@router.get("/", response_class=HTMLResponse, summary="What is here, how much, and where to start")
async def home(request: Request) -> HTMLResponse:
    """Show the home page in English or French."""
    service: Service = request.app.state.service
    language = language_of(request)
    facts = (await service.ask({"task": "facts"}, "facts")).head
    statements = await list_statements(service, language)
    clauses: list[Clause] = []
    answered: list[Answered] = []
    if statements:
        latest = statements[0].statement.iri
        clauses, *answered = await asyncio.gather(  # type: ignore[assignment]  # a list, and the rest of another type
            read_clauses(service, latest, language), *(_answer(service, name, latest) for name in _QUESTIONS)
        )
    names = {value.iri: value for clause in clauses for value in clause.instruments()}
    return render(
        request,
        "home/home.html",
        statements=statements,
        page=statements[0].page if statements else "",
        clauses=clauses,
        instruments=len(names),
        figures=sum(len(clause.figures) for clause in clauses),
        charts={name: _count(clauses, name) for name in _CHARTS},
        shown_bars=_SHOWN_BARS,
        answered=answered,
        names=names,
        questions=sum(_can_answer(service, query) for query in service.library().queries.values()),
        triples=facts["triples"],
    )


def _count(clauses: list[Clause], facet: str) -> list[tuple[Named, int]]:
    counts = Counter(value for clause in clauses for value in values_of(clause, facet))
    return sorted(counts.items(), key=lambda item: (-item[1], item[0].name.casefold()))


def _can_answer(service: Service, query: SavedQuery) -> bool:
    """Whether every host that a query calls may be called here: what is refused anyway is not counted."""
    return all(is_allowed(address, service.settings.service_allow) for address in query.services)


async def _answer(service: Service, name: str, statement: str) -> Answered:
    query = service.library().queries[name]
    rows = (await select_kept(service, query.text)).dicts()
    return Answered(query, [_read_answer(row, statement) for row in rows[:_SHOWN_ANSWERS]], len(rows))


def _read_answer(row: dict[str, Term], statement: str) -> Answer:
    instrument = row.get("instrument")
    anchor = f"#clause-{iris.local_name(row['clause'].value)}" if "clause" in row else ""
    if "figure" in row:
        anchor = f"#record-figure-{iris.local_name(row['figure'].value)}"
    return Answer(
        text=Named(instrument.value, iris.shorten(instrument.value)) if instrument else None,
        value=text_of(row, "value"),
        start=text_of(row, "from"),
        end=text_of(row, "until"),
        words=text_of(row, "words"),
        address=page_of(statement) + anchor,
    )
