"""An axis of time: where a day lies on it, and how a stretch with open ends is drawn. Positions are per cent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

_MOST_TICKS = 10
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_OPEN = 12.0  # per cent of the axis over which an end that is not known fades away
_LEAST = 0.6  # per cent: a stretch of days on an axis of decades must still be seen


@dataclass(frozen=True)
class Stretch:
    """A stretch to draw; ``ends`` says which are not known: "", "start", "end" or "both"."""

    left: float
    width: float
    ends: str
    is_point: bool = False


@dataclass(frozen=True)
class Axis:
    """An axis from the first day of the year ``first`` to the last of ``last``."""

    first: int
    last: int

    def place(self, day: date) -> float:
        """Return the position of a day; before the axis it is negative, after it more than 100."""
        start = date(self.first, 1, 1).toordinal()
        days = date(self.last, 12, 31).toordinal() + 1 - start
        return round(100 * (day.toordinal() - start) / days, 2)

    def holds(self, day: date) -> bool:
        """Return whether a day lies on the axis."""
        return self.first <= day.year <= self.last

    def ticks(self) -> list[tuple[int, float]]:
        """Return round years and their positions."""
        step = next(s for s in _STEPS if (self.last - self.first) / s <= _MOST_TICKS or s == _STEPS[-1])
        years = range(-(-self.first // step) * step, self.last + 1, step)
        return [(year, self.place(date(year, 1, 1))) for year in years]

    def stretch(self, start: date | None, end: date | None, *, is_open: bool = True) -> Stretch | None:
        """Place a stretch of time, clipped to the axis; None where nothing of it lies on the axis.

        An end that is not known fades away near the one that is; a stretch with neither has the whole axis. With
        ``is_open`` false, a stretch without an end is one that is not known to have ended: it lasts to the axis's end.
        """
        if start is None and end is None:
            return Stretch(0, 100, "both")
        if start is not None and start == end:
            return Stretch(self.place(start), 0, "", is_point=True) if self.holds(start) else None
        if start is None:
            assert end is not None
            right = self.place(end)
            left, ends = right - _OPEN, "start"
        else:
            left = self.place(start)
            right = self.place(end) if end else (left + _OPEN if is_open else 100.0)
            ends = "" if end else "end"
        if right <= 0 or left >= 100:
            return None
        left, right = max(left, 0), min(right, 100)
        return Stretch(round(left, 2), round(max(right - left, _LEAST), 2), ends)


def fit_axis(days: list[date], first: int | None, last: int | None) -> Axis:
    """Make an axis over all days, or the years that are asked for; without either, over the present year."""
    present = datetime.now(UTC).year
    low = first or min((day.year for day in days), default=present)
    high = last or max((day.year for day in days), default=present)
    return Axis(min(low, high), max(low, high))
