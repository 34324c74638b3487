"""Dates as datasets write them: as exact as they are, and no exacter.

A date is read by itself only where it can be read in one way. Which of two numbers is the day is a matter of the
whole column (``find_order``), or of a format that its mapping gives; it is never guessed.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from ukfr_graph.link.spelling import fold

Order = Literal["", "day", "month"]
"""The first of day and month where both are numbers; empty where that is not known."""
FIRST_YEAR = 1000
_NONE = frozenset(
    {"", "na", "n/a", "#n/a", "<na>", "nan", "nat", "none", "null", "nil", "-", "--", "—", "–", "unknown", "undated",
     "inconnue", "inconnu", "s.d.", "n.d."}
)  # fmt: skip
_TIME = re.compile(
    r"(?<=\d)[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?$"
)
_RANGE = re.compile(r"^(\d{4}-\d{2}-\d{2}):\d{4}-\d{2}-\d{2}$")
_FLOAT = re.compile(r"(?<![\d.])(\d{1,4})\.0(?![\d.])")
_FRENCH = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "janv févr mars avr mai juin juil août sept oct nov déc",
)
_WEEKDAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche"
_WORD = re.compile(r"[^\W\d_]+\.?")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|ère|re)\b", re.IGNORECASE)
_PART = r"\d{1,4}|[?xX_-]{1,4}|"
_NUMBERS = re.compile(rf"({_PART})([/.-])({_PART})\2({_PART})")
_TWO = re.compile(r"(\d{1,2}|\d{4})[/.-](\d{1,2}|\d{4})")
_ROMAN = re.compile(r"^(\d{1,2})[. ]+(I{1,3}|IV|VI{0,3}|IX|XI{0,2})[. ]+(\d{4})$")
_PLACE = re.compile(r"^(?:[^\W\d][^\d,;:]*[,:]\s*)+(?=\S)")
_ROMANS = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def _name_months() -> dict[str, int]:
    names = {fold(name): at for at, name in enumerate(calendar.month_name) if name}
    names |= {fold(name): at for at, name in enumerate(calendar.month_abbr) if name}
    for row in _FRENCH:
        names |= {fold(name): at for at, name in enumerate(row.split(), 1)}
    return names | {"sept": 9, "fev": 2}


MONTHS = _name_months()
"""Months by their folded names and abbreviations, English and French."""
_IGNORED = frozenset(map(fold, (*calendar.day_name, *calendar.day_abbr))) | frozenset(
    f"{_WEEKDAYS} the of le du de on".split()
)


class DateError(ValueError):
    """A text is not a date that can be read in one way, or not a possible one."""


class AmbiguousDateError(DateError):
    """A text may be two dates: the order of day and month is not known."""


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
def read_date(text: str, formats: tuple[str, ...] = (), today: date | None = None, order: Order = "") -> Day | None:
    """Read a date; nothing where the dataset says that it has none.

    ``formats`` are those of ``datetime.strptime``; without them, every usual form is read, with names of months in
    English or French, and ``order`` says what comes first in ``02/04/2003``. With dots the day comes first. A time of
    day is left out. A part that is unknown (``00``, ``--``, ``??``, nothing) leaves the others known.

    Raises:
        AmbiguousDateError: day and month could be either, and neither ``formats`` nor ``order`` tells.
        DateError: it is no date, is before the year 1000, has no century, or is after ``today`` (where that is given).

    >>> read_date("4 février 2003"), read_date("NA"), read_date("2003-02-04T00:00:00Z"), read_date("February 4, 2003")
    (Day(year=2003, month=2, day=4), None, Day(year=2003, month=2, day=4), Day(year=2003, month=2, day=4))
    >>> read_date("2001-11-"), read_date("00/11/2001", order="day"), read_date("02/04/2003", order="month")
    (Day(year=2001, month=11, day=0), Day(year=2001, month=11, day=0), Day(year=2003, month=2, day=4))
    >>> read_date("02/04/2003")
    Traceback (most recent call last):
    ...
    ukfr_graph.link.datasets.dates.AmbiguousDateError: '02/04/2003' has day or month first: which is not told
    """
    plain = " ".join(text.split())
    if plain.casefold() in _NONE or not re.search(r"[1-9]", plain):
        if plain.casefold() in _NONE or re.fullmatch(r"[0?xX_/. -]+", plain):
            return None
        raise DateError(f"{text[:40]!r} is not a date in the formats expected")
    plain = _drop_place(plain)
    plain = _ORDINAL.sub("", _TIME.sub("", _RANGE.sub(r"\1", plain)))
    plain = _ROMAN.sub(lambda m: f"{m[1]}.{_ROMANS.index(m[2])}.{m[3]}", plain)
    found = _read_formats(plain, formats, today) if formats else _read_any(_FLOAT.sub(r"\1", plain), order)
    if found.year < FIRST_YEAR:
        raise DateError(f"{text!r} lies before the year {FIRST_YEAR}")
    if today and (found.year, found.month or 1, found.day or 1) > (today.year, today.month, today.day):
        raise DateError(f"{text!r} lies in the future")
    return found


def find_order(texts: Iterable[str]) -> tuple[Order, str]:
    """Tell from a whole column whether day or month comes first in dates of numbers.

    Returns:
        The order, and the date that decided it or, where nothing does, one that can be read in two ways.

    Raises:
        AmbiguousDateError: some dates of the column have the day first, and others the month.

    >>> find_order(["02/04/2003", "11/23/2001"]), find_order(["02/04/2003"]), find_order(["2003-02-04", "1.2.2003"])
    (('month', '11/23/2001'), ('', '02/04/2003'), ('', ''))
    """
    seen: dict[Order, str] = {}
    doubtful = ""
    for text in texts:
        parts = _NUMBERS.fullmatch(_TIME.sub("", _drop_place(" ".join(text.split()))))
        if not parts or len(parts[4]) != 4 or not parts[4].isdecimal() or parts[2] == ".":
            continue
        first, second = (int(part) if part.isdecimal() else 0 for part in (parts[1], parts[3]))
        if first > 12 >= second:
            seen.setdefault("day", text)
        elif second > 12 >= first:
            seen.setdefault("month", text)
        elif first != second and not doubtful:
            doubtful = text
    if len(seen) > 1:
        raise AmbiguousDateError(f"{seen['day']!r} has the day first, {seen['month']!r} the month")
    return next(iter(seen.items()), ("", doubtful))


def _drop_place(text: str) -> str:
    """Take off a place that stands before a date ("Geneva, 28 July 1951")."""
    place = _PLACE.match(text)
    if place and not any(fold(word) in MONTHS for word in _WORD.findall(place[0])):
        return text[place.end() :]
    return text


def is_year_and_month(text: str) -> bool:
    """Return whether six digits can be a year and a month (YYYYMM)."""
    return bool(re.fullmatch(r"(?:1[0-9]|20)\d{2}(?:0[1-9]|1[0-2])", text.strip()))


def _read_any(text: str, order: Order) -> Day:
    words = [fold(word) for word in _WORD.findall(text)]
    named = [MONTHS[word] for word in words if word in MONTHS]
    if len(named) == 1 and all(word in MONTHS or word in _IGNORED for word in words):
        return _read_named(text, named[0])
    if not words or _NUMBERS.fullmatch(text):
        if re.fullmatch(r"\d{4}", text):
            return Day(int(text))
        if re.fullmatch(r"\d{8}", text):
            return _make(int(text[:4]), int(text[4:6]), int(text[6:]), text)
        if parts := _NUMBERS.fullmatch(text):
            return _read_numbers(parts[1], parts[3], parts[4], parts[2], order, text)
        if parts := _TWO.fullmatch(text):
            year, month = (parts[1], parts[2]) if len(parts[1]) == 4 else (parts[2], parts[1])
            if len(year) == 4 and len(month) <= 2 and ("-" in text or len(parts[2]) == 4):
                return _make(int(year), int(month), 0, text)
    if is_year_and_month(text):
        raise DateError(f"{text!r} may be a year and a month: if so, write the format %Y%m into the mapping")
    raise DateError(f"{text[:40]!r} is not a date in the formats expected")


def _read_named(text: str, month: int) -> Day:
    numbers = re.findall(r"\d+", text)
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    if len(years) == 1 and len(days) == len(numbers) - 1 <= 1:
        return _make(int(years[0]), month, int(days[0]) if days else 0, text)
    if not years and len(days) == len(numbers) <= 2:
        raise DateError(f"{text!r} has a year without a century")
    raise DateError(f"{text[:40]!r} is not a date in the formats expected")


def _read_numbers(first: str, second: str, third: str, separator: str, order: Order, text: str) -> Day:
    if len(first) == 4 and first.isdecimal():
        return _make(int(first), _number(second), _number(third), text)
    if len(third) != 4 or not third.isdecimal():
        if all(part.isdecimal() for part in (first, second, third)):
            raise DateError(f"{text!r} has a year without a century: write its format (%y) into the mapping")
        raise DateError(f"{text[:40]!r} is not a date in the formats expected")
    one, other = _number(first), _number(second)
    day_first = separator == "." or order == "day" or one > 12 or one == other
    if not day_first and order != "month" and other <= 12:
        raise AmbiguousDateError(f"{text!r} has day or month first: which is not told")
    day, month = (one, other) if day_first and not (order == "month" and separator != ".") else (other, one)
    return _make(int(third), month, day, text)


def _number(part: str) -> int:
    return int(part) if part.isdecimal() else 0


def _make(year: int, month: int, day: int, text: str) -> Day:
    """Make a day of its parts; a day of an unknown month is left out."""
    if month > 12 or day > (calendar.monthrange(max(year, 1), month)[1] if month else 31):
        raise DateError(f"{text[:40]!r} is not a date in the formats expected")
    return Day(year, month, day if month else 0)


def _read_formats(text: str, formats: tuple[str, ...], today: date | None) -> Day:
    numbered = _WORD.sub(lambda word: f"{MONTHS[fold(word[0])]:02d}" if fold(word[0]) in MONTHS else word[0], text)
    for form in formats:
        found = _parse(numbered, form.replace("%B", "%m").replace("%b", "%m"), today)
        if found is not None:
            return found
    raise DateError(f"{text[:40]!r} is not a date in the formats expected")


def _parse(text: str, form: str, today: date | None) -> Day | None:
    if "%y" not in form and len(re.findall(r"(?<!\d)\d{4}(?!\d)", text)) != 1 and not re.search(r"%Y%m|%m%Y", form):
        return None
    if re.search(r"%Y%m(?!%d)", form) and not re.fullmatch(r"\d{6}", text):
        return None
    if "%Y%m%d" in form and not re.fullmatch(r"\d{8}", text):
        return None
    has_day, has_month = "%d" in form or "%j" in form, any(code in form for code in ("%m", "%j"))
    try:
        when = datetime.strptime(text, form)  # noqa: DTZ007  # a calendar day has no time zone
    except ValueError:
        return _parse_part(text, form)
    year = when.year
    if "%y" in form and year > (today or date.today()).year:  # noqa: DTZ011
        year -= 100
    return Day(year, when.month if has_month else 0, when.day if has_day else 0)


def _parse_part(text: str, form: str) -> Day | None:
    """Read a date in a format, some parts of which are unknown."""
    pattern = re.escape(form)
    for code, digits in (("%Y", r"(?P<Y>\d{4})"), ("%m", rf"(?P<m>{_PART})"), ("%d", rf"(?P<d>{_PART})")):
        pattern = pattern.replace(code, digits, 1)
    found = re.fullmatch(pattern, text) if "%" not in pattern and "?P<Y>" in pattern else None
    if not found:
        return None
    parts = found.groupdict()
    month, day = (_number(parts.get(name, "")) for name in ("m", "d"))
    if month and day:
        return None  # whole, and not possible
    try:
        return _make(int(parts["Y"]), month, day, text)
    except DateError:
        return None
