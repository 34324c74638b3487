"""The findings that lead the home page: as of a day, or, for files, as of each day up to theirs."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeAlias, TypeVar

from ukfr_graph import iris
from ukfr_graph.clauses import Clause
from ukfr_graph.service.names import Named
from ukfr_graph.service.service import Service
from ukfr_graph.site.follow import ask_saved, day_in, list_verdict_days
from ukfr_graph.site.history import Interval, list_intervals
from ukfr_graph.site.money.page import Sum, count_unpaid, find_sums
from ukfr_graph.site.outcomes.page import count_outcomes
from ukfr_graph.site.outcomes.verdicts import Count
from ukfr_graph.site.standings import Standings, find_standings

T = TypeVar("T")
_IN_FULL = "full"


class DatedStatement(NamedTuple):
    """The making of a statement or treaty, on a day; ``is_full`` where it is coded in full."""

    day: date
    is_full: bool


Money: TypeAlias = tuple[list[Sum], tuple[int, int]]
"""Sums, and how many agreements have no payment that is found, of how many."""


@dataclass(frozen=True)
class Findings:
    """The findings over time: as of one day, each is one interval."""

    outcomes: list[Interval[list[Count]]]
    money: list[Interval[Money]]
    ended: list[Interval[list[tuple[Named, int]]]]
    """How many clauses name an act that bound a state and no longer does, by state."""
    series: list[Interval[list[DatedStatement]]]

    def __bool__(self) -> bool:
        """Return whether anything was found by the last day."""
        return any((self.outcomes[-1].told, self.money[-1].told[0], self.series[-1].told))


async def find_findings(
    service: Service, clauses: Sequence[Clause], day: date, language: str, *, has_all_days: bool
) -> Findings:
    """Find what is told as of a day, or of each day up to it; ``clauses`` are those of which acts that ended are told.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    sums, series, standings = await asyncio.gather(
        find_sums(service, day, language), _find_series(service, day), find_standings(service, language)
    )
    judged = await list_verdict_days(service) if has_all_days else set()
    days = [date.min, *sorted(on for on in judged if on <= day)] if has_all_days else [day]
    counts = dict(zip(days, await asyncio.gather(*(count_outcomes(service, on, language) for on in days)), strict=True))

    def list_told(tell: Callable[[date], T], changes: Iterable[date]) -> list[Interval[T]]:
        return list_intervals(tell, changes, day) if has_all_days else [Interval(tell(day))]

    def tell_money(on: date) -> Money:
        known = [item for item in sums if item.day is None or item.day <= on]
        return known, count_unpaid(known)

    acts = {act for clause in clauses for act in clause.instruments}
    changes = {on for act in acts for on in standings.list_changes(act)}
    return Findings(
        list_told(lambda on: counts[max(known for known in days if known <= on)], days[1:]),
        list_told(tell_money, [item.day for item in sums if item.day]),
        list_told(lambda on: _count_ended(clauses, standings, on), changes),
        list_told(lambda on: [made for made in series if made.day <= on], [made.day for made in series]),
    )


async def _find_series(service: Service, day: date) -> list[DatedStatement]:
    """Find when the statements and treaties were made, up to a day; those that have no day are left out."""
    (rows,) = await ask_saved(service, "series")
    made = [
        DatedStatement(on, iris.local_name(row["level"].value) == _IN_FULL)
        for row in rows.dicts()
        if (on := day_in(row, "date") or day_in(row, "not_before") or day_in(row, "not_after")) and on <= day
    ]
    return sorted(made, key=lambda each: each.day)


def _count_ended(clauses: Sequence[Clause], standings: Standings, day: date) -> list[tuple[Named, int]]:
    """Count the clauses that name an act which bound a state and no longer does, by state."""
    found = Counter(
        state
        for clause in clauses
        for state in {s.party for act in clause.instruments for s in standings.tell(act, day) if s.ended}
    )
    return sorted(found.items(), key=lambda item: (-item[1], item[0].name))
