"""Intervals of time in which something is told alike: pages without a server have them all, and a script chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Interval(Generic[T]):
    """The days from ``first`` (None: from ever) to the one before ``end`` (None: on), and what is ``told`` of them."""

    told: T
    first: date | None = None
    end: date | None = None


def list_intervals(tell: Callable[[date], T], changes: Iterable[date], last: date) -> list[Interval[T]]:
    """List what ``tell`` tells of the days up to a last one, where it may tell something else from each of some days.

    >>> changes = [date(2016, 5, 1), date(2017, 1, 1)]
    >>> [(s.told, s.end) for s in list_intervals(lambda day: day.year > 2016, changes, date(2020, 1, 1))]
    [(False, datetime.date(2017, 1, 1)), (True, None)]
    """
    days = sorted({day for day in changes if day <= last})
    before = max(days[0], date.min + timedelta(1)) - timedelta(1) if days else last
    found: list[Interval[T]] = [Interval(tell(before))]
    for day in days:
        if (told := tell(day)) != found[-1].told:
            found[-1] = Interval(found[-1].told, found[-1].first, day)
            found.append(Interval(told, day))
    return found
