"""Dates as datasets write them: as exact as they are, and no exacter."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

FIRST_YEAR = 1000
DEFAULT_FORMATS = ("%Y-%m-%d", "%Y-%m", "%Y", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%Y/%m/%d", "%Y%m%d")
_UNKNOWN = frozenset({"", "na", "n/a", "nan", "none", "null", "-", "—", "0000-00-00", "unknown"})
_TIME = re.compile(r"(?<=\d)[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$")
_RANGE = re.compile(r"^(\d{4}-\d{2}-\d{2}):\d{4}-\d{2}-\d{2}$")
_MONTHS = {name: f"{number:02d}" for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name: f"{number:02d}" for number, name in enumerate(calendar.month_abbr) if name}
_FRENCH = (  # noqa: SIM905
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
).split()
_MONTHS |= {name: f"{number:02d}" for number, name in enumerate(_FRENCH, 1)}
_MONTHS = {name.casefold(): number for name, number in _MONTHS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er)\b")


class DateError(ValueError):
    """A text is not a date in any of the formats, or not a possible one."""


@dataclass(frozen=True, order=True)
class Day:
    """A day, or the month or year that is all that is known: the unknown parts are 0.

    >>> Day(2003, 2, 4), str(Day(2003, 2, 4)), str(Day(2003, 2)), str(Day(2003))
    (Day(year=2003, month=2, day=4), '2003-02-04', '2003-02', '2003')
    """

    year: int
    month: int = 0
    day: int = 0

    def __str__(self) -> str:
        """Write it as XSD does: a date, a gYearMonth or a gYear."""
        parts = [f"{self.year:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part]
        return "-".join(parts)


@lru_cache(maxsize=100_000)
def read_date(text: str, formats: tuple[str, ...] = DEFAULT_FORMATS, today: date | None = None) -> Day | None:
    """Read a date; nothing where the dataset says that it has none.

    ``formats`` are those of ``datetime.strptime``; names of months may be English or French. A time of day is
    left out. Without ``%d`` or ``%m`` in the format, day or month are unknown; ``-01-01`` is taken as it stands.

    Raises:
        DateError: it fits no format, is before the year 1000, or after ``today`` (where that is given).

    >>> read_date("4 février 2003"), read_date("0000-00-00"), read_date("2003-02-04T00:00:00Z")
    (Day(year=2003, month=2, day=4), None, Day(year=2003, month=2, day=4))
    >>> read_date("31/02/2003")
    Traceback (most recent call last):
    ...
    ukfr_graph.link.datasets.dates.DateError: '31/02/2003' is not a date in the formats expected
    """
    stripped = text.strip()
    if stripped.casefold() in _UNKNOWN:
        return None
    plain = _ORDINAL.sub("", _TIME.sub("", _RANGE.sub(r"\1", stripped)))
    numbered = _WORD.sub(lambda word: _MONTHS.get(word[0].casefold(), word[0]), plain)
    for form in formats:
        found = _parse(numbered, form.replace("%B", "%m").replace("%b", "%m"))
        if found is None:
            continue
        if found.year < FIRST_YEAR:
            raise DateError(f"{text!r} lies before the year {FIRST_YEAR}")
        if today and (found.year, found.month or 1, found.day or 1) > (today.year, today.month, today.day):
            raise DateError(f"{text!r} lies in the future")
        return found
    raise DateError(f"{text[:40]!r} is not a date in the formats expected")


def _parse(text: str, form: str) -> Day | None:
    if form == "%Y-%m-%d" and re.fullmatch(r"\d{4}-\d{2}-00", text):  # the day is unknown, in some datasets
        return _parse(text[:7], "%Y-%m") or _parse(text[:4], "%Y")
    if "%y" not in form and len(re.findall(r"\d{4}", text)) != 1 and "%Y%m%d" not in form:
        return None
    try:
        when = datetime.strptime(text, form)  # noqa: DTZ007  # a calendar day has no time zone
    except ValueError:
        return None
    has_day, has_month = "%d" in form or "%j" in form, any(code in form for code in ("%m", "%j"))
    return Day(when.year, when.month if has_month else 0, when.day if has_day else 0)
