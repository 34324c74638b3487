"""Parts that the rooms on outcomes, money and the series share: the day, answers to saved questions, and sources."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from fastapi import Request

from ukfr_graph import iris
from ukfr_graph.clauses.rows import read_text
from ukfr_graph.query.questions import read_question
from ukfr_graph.query.saved_files import find_query
from ukfr_graph.service.answers import Table, ask_kept, read_rows, select_together
from ukfr_graph.service.names import Named, Names, find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.addresses import places_of
from ukfr_graph.site.rendering import as_of, language_of
from ukfr_graph.site.templates import read_day
from ukfr_graph.store import Term
from ukfr_graph.triples import literal, node


@dataclass(frozen=True)
class Source:
    """The source of a fact: its record here, what it is called, and the address at which it is read."""

    iri: str
    title: str
    publisher: str
    day: str
    kind: Named | None
    address: str


def day_of(request: Request) -> date:
    """Return the day as of which a page tells things: the reader's, else that of the files, else today."""
    return as_of(request) or places_of(request).day or date.today()  # noqa: DTZ011  # the page says which day it is


def bind_day(day: date) -> dict[str, Term]:
    """Return the parameter of the saved questions that ask as of a day."""
    return {"_day_date": literal(day.isoformat(), "date")}


async def ask_saved(service: Service, *names: str, day: date | None = None) -> tuple[Table, ...]:
    """Ask saved questions at a time; those that ask as of a day are asked as of this one.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    texts = [find_query(name, dataset=service.pool.folder).text for name in names]
    return await select_together(service, texts, bind_day(day) if day else {})


def say(row: Mapping[str, Term], name: str, language: str) -> str:
    """Return a text of a row in a language: saved questions answer in English, and in the others beside it."""
    return read_text(row, f"{name}_{language}") or read_text(row, name)


def read_source(row: Mapping[str, Term], names: Names | None = None) -> Source | None:
    """Read the source that a row names; none where it names none."""
    iri = read_text(row, "source")
    if not iri:
        return None
    kind = read_text(row, "source_kind")
    return Source(
        iri=iri if iris.is_identifier(iri) else "",
        title=read_text(row, "source_title"),
        publisher=read_text(row, "publisher"),
        day=read_text(row, "issued"),
        kind=names.of(kind) if kind and names else None,
        address=read_text(row, "source_address"),
    )


def day_in(row: Mapping[str, Term], name: str) -> date | None:
    """Return a day of a row; none where it is unbound or no day."""
    return read_day(read_text(row, name))


def cite(sources: Iterable[Source]) -> str:
    """Write sources into one cell of a table: publisher, title and address of each."""
    return "; ".join(f"{source.publisher or source.title}: {source.title} <{source.address}>" for source in sources)


def name_of(thing: Named | None) -> str:
    """Return the name of a thing, nothing where there is none."""
    return thing.name if thing else ""


@dataclass(frozen=True)
class ActState:
    """The standing of an act for a state on a day: the status that binds the state, or the day on which that ended."""

    party: Named
    status: str
    start: date | None
    ended: date | None


@dataclass(frozen=True)
class FollowUp:
    """The outcomes of clauses, and the state of the acts that they rest on, as of a day."""

    day: date
    verdicts: Mapping[str, tuple[Named, date | None]]
    """The verdict of each clause that has one, by the IRI of the clause."""
    standings: Mapping[str, list[ActState]]
    """The standing of each act for each state of the dataset, by the IRI of the act; none where it never bound one."""


async def follow_up(request: Request) -> FollowUp:
    """Find what became of the clauses, and how the acts stand, as of the reader's day.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    service: Service = request.app.state.service
    language, day = language_of(request), day_of(request)
    if service.is_plain:
        return FollowUp(day, {}, {})
    rows, standings = await asyncio.gather(
        ask_kept(service, find_query("outcomes", dataset=service.pool.folder).text, bind_day(day)),
        find_standings(service, day, language),
    )
    return FollowUp(day, _read_verdicts(rows, language), standings)


async def find_standings(service: Service, day: date, language: str) -> Mapping[str, list[ActState]]:
    """Find how each act stands on a day for each state of the dataset, by the IRI of the act.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    states, binding = service.profile.states, find_query("acts-binding-a-party", dataset=service.pool.folder).text
    names = await find_names(service, states, language)
    answers = await asyncio.gather(
        ask_kept(service, read_question("site/timeline", "statuses")),
        *(ask_kept(service, binding, bind_day(day) | {"_party_iri": node(state)}) for state in states),
    )
    return _read_standings(tuple(answers), tuple(names.of(state) for state in states), day, language)


# Every page about a clause tells of both, and nobody changes what is read: it is read once an answer.
@lru_cache(maxsize=8)
def _read_verdicts(answer: bytes, language: str) -> Mapping[str, tuple[Named, date | None]]:
    return {
        row["clause"].value: (Named(row["verdict"].value, say(row, "verdict_label", language)), day_in(row, "as_of"))
        for row in read_rows(answer).dicts()
        if "verdict" in row
    }


@lru_cache(maxsize=8)
def _read_standings(
    answers: tuple[bytes, ...], states: tuple[Named, ...], day: date, language: str
) -> Mapping[str, list[ActState]]:
    statuses, *binding = map(read_rows, answers)
    ended = _find_ends(statuses, day)
    known = {row["instrument"].value for row in statuses.dicts()}
    standings: dict[str, list[ActState]] = {act: [] for act in sorted(known)}
    for state, table in zip(states, binding, strict=True):
        bound = {row["instrument"].value: row for row in table.dicts()}
        for act, found in standings.items():
            row = bound.get(act, {})
            status, start = say(row, "status_label", language), day_in(row, "from")
            found.append(ActState(state, status, start, None if status else ended.get((act, state.iri))))
    return {act: found for act, found in standings.items() if any(s.status or s.ended for s in found)}


def _find_ends(statuses: Table, day: date) -> dict[tuple[str, str], date]:
    """Find the last day up to a day on which an act ceased for a party, or a status of it there ended."""
    ends: dict[tuple[str, str], date] = {}
    for row in statuses.dicts():
        ceased = iris.local_name(row["status"].value) == "ceased"
        end = day_in(row, "from" if ceased else "until")
        if end and end <= day and "party" in row:
            key = row["instrument"].value, row["party"].value
            ends[key] = max(end, ends.get(key, end))
    return ends
