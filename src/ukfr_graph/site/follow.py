"""Parts that the rooms on outcomes, money and the series share: the day, answers to saved questions, and sources."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeVar

from fastapi import Request

from ukfr_graph import iris
from ukfr_graph.clauses.rows import read_text
from ukfr_graph.query.questions import read_question
from ukfr_graph.query.saved_files import find_query
from ukfr_graph.service.answers import Table, ask_kept, read_rows, select_together
from ukfr_graph.service.names import Named, Names, find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.addresses import places_of
from ukfr_graph.site.history import Interval, list_intervals
from ukfr_graph.site.rendering import as_of, language_of
from ukfr_graph.site.standings import ActState, Standings, find_standings
from ukfr_graph.site.templates import read_day
from ukfr_graph.store import Term
from ukfr_graph.triples import is_true, literal

T = TypeVar("T")


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
class SettledVerdict:
    """The outcome of a clause, as judged on a day."""

    verdict: Named
    day: date


@dataclass(frozen=True)
class FollowUp:
    """The outcomes of clauses, and the state of the acts that they rest on: as of a day, or of each day up to it."""

    day: date
    verdicts: Mapping[str, list[SettledVerdict]]
    """The verdicts of each clause that has one by then, the latest last, by the IRI of the clause."""
    standings: Standings
    has_all_days: bool = False

    def list_verdicts(self, clause: str) -> list[Interval[SettledVerdict | None]]:
        """List the verdicts of a clause over time; that of the day alone where a server tells of any day."""
        held = self.verdicts.get(clause, [])

        def tell(day: date) -> SettledVerdict | None:
            return next((verdict for verdict in reversed(held) if verdict.day <= day), None)

        return self._list(tell, [verdict.day for verdict in held])

    def list_standings(self, act: str) -> list[Interval[list[ActState]]]:
        """List how an act stood for the states over time, without the times of which nothing is known to tell."""
        found = self._list(lambda day: self.standings.tell(act, day), self.standings.list_changes(act))
        return [stretch for stretch in found if stretch.told]

    def _list(self, tell: Callable[[date], T], changes: Iterable[date]) -> list[Interval[T]]:
        return list_intervals(tell, changes, self.day) if self.has_all_days else [Interval(tell(self.day))]


async def follow_up(request: Request) -> FollowUp:
    """Find what became of the clauses, and how the acts stand, as of the reader's day; in files, of all days up to it.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    service: Service = request.app.state.service
    language, day = language_of(request), day_of(request)
    if service.is_plain:
        return FollowUp(day, {}, Standings())
    judged, standings = await asyncio.gather(
        ask_kept(service, read_question("site/outcomes", "judgements")), find_standings(service, language)
    )
    verdicts = {verdict for told in _read_verdicts(judged).values() for _, verdict in told}
    names = await find_names(service, verdicts, language)
    settled = {
        clause: [SettledVerdict(names.of(verdict), on) for on, verdict in told if on <= day]
        for clause, told in _read_verdicts(judged).items()
    }
    return FollowUp(day, settled, standings, places_of(request).is_static)


async def list_verdict_days(service: Service) -> set[date]:
    """List the days as of which verdicts are given.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    judged = await ask_kept(service, read_question("site/outcomes", "judgements"))
    return {on for told in _read_verdicts(judged).values() for on, _ in told}


# Every page about a clause tells of it, and nobody changes what is read: it is read once an answer.
@lru_cache(maxsize=4)
def _read_verdicts(answer: bytes) -> Mapping[str, Sequence[tuple[date, str]]]:
    """Read the settled verdicts of each clause with the day of each, the oldest first."""
    found: defaultdict[str, set[tuple[date, str]]] = defaultdict(set)
    for row in read_rows(answer).dicts():
        if (day := day_in(row, "as_of")) and is_true(row["settled"]):
            found[row["clause"].value].add((day, row["verdict"].value))
    return {clause: sorted(told) for clause, told in found.items()}
