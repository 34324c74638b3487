"""The times of a clause as worded, with bounds only where the words give them (codebook, section 4)."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ukfr_graph.drafting.language import Language
from ukfr_graph.drafting.readings import Reading

_YEAR = re.compile(r"(?:1[89]|20|21)\d\d")
_WORD = re.compile(r"[^\W\d_]+")
_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_IN_FIGURES = re.compile(r"(\d{1,2})([./])(\d{1,2})[./](\d{4})|(\d{4})-(\d\d)-(\d\d)")
_MOST_MONTHS = 12


@dataclass(frozen=True)
class FoundTime:
    """A time in a text: its characters, its ``aspect``, and "" or a day in ISO 8601 for each bound that it gives."""

    start: int
    end: int
    rule: str
    aspect: Reading
    urgency: str = ""
    earliest: str = ""
    latest: str = ""


def find_times(text: str, start: int, end: int, kind: str, language: Language) -> Iterator[FoundTime]:
    """Find the times of a clause of a kind; of those that overlap the longest, and of those the first."""
    found: list[tuple[int, int, int]] = []
    for number, cue in enumerate(language.times):
        found += [(m.start(), m.end(), number) for m in cue.pattern.finditer(text, start, end)]
    last = start
    kept: list[tuple[int, int, int]] = []
    for first, stop, number in sorted(found, key=lambda item: (item[0], -item[1], item[2])):
        if first >= last:
            kept.append((first, stop, number))
            last = stop
    for first, stop, number in kept:
        cue = language.times[number]
        earliest, latest = _find_bounds(text[first:stop], cue.rule, cue.bound, language)
        yield FoundTime(
            first, stop, cue.rule, _find_aspect(text, start, first, kind, language), cue.urgency, earliest, latest
        )


def _find_aspect(text: str, start: int, at: int, kind: str, language: Language) -> Reading:
    if language.patterns["agreeing"].search(text, start, at) and kind != "Report":
        return Reading("agreeing", "after-agreed", "low")
    if kind in ("Pledge", "Call"):
        return Reading("performing", "act-to-come", "medium")
    return Reading("reported", "what-is-reported", "medium")


def _find_bounds(words: str, rule: str, bound: str, language: Language) -> tuple[str, str]:
    """Read the bounds that words give: days of the calendar and nothing that has to be reckoned from another day."""
    years = [match[0] for match in _YEAR.finditer(words)]
    if not years:
        return "", ""
    lowered = words.lower()
    if in_figures := _IN_FIGURES.search(words):
        return _bind(*_read_figures(in_figures), bound)
    months = sorted((lowered.find(name), number) for number, name in enumerate(language.months, 1) if name in lowered)
    if rule == "between" and len(years) == 2:
        return f"{years[0]}-01-01", f"{years[1]}-12-31"
    words_of = set(_WORD.findall(lowered))
    if words_of & language.words["vague"]:
        return "", ""
    year, month = years[-1], months[0][1] if months else 0
    days = [(m.start(), int(m[0])) for m in _DAY.finditer(words) if 1 <= int(m[0]) <= 31] if month else []
    if rule == "date" and len(days) > 1:  # "from 30 April to 2 May 2030"
        of_first = next((number for at, number in months if at > days[0][0]), months[-1][1])
        first, last = _span(int(years[0]), of_first, days[0][1])[0], _span(int(year), months[-1][1], days[-1][1])[1]
        return (first, last) if first and first <= last else ("", "")
    first, last = _span(int(year), month, days[0][1] if days else 0)
    if not first:
        return "", ""
    if rule == "by-end":
        is_end = words_of & language.words["at_end"] and not words_of & language.words["until"]
        return ("", last) if is_end else ("", "")
    if bound == "latest" and not days:
        return "", ""  # "by 2030" may mean its first day or its last
    return _bind(first, last, bound)


def _bind(first: str, last: str, bound: str) -> tuple[str, str]:
    return first if bound in ("earliest", "both") else "", last if bound in ("latest", "both") else ""


def _read_figures(written: re.Match[str]) -> tuple[str, str]:
    """Read a day that is written in figures; 1/7/2031 may be in January or in July, and says neither."""
    if written[5]:
        year, month, day = (int(written[group]) for group in (5, 6, 7))
    else:
        day, month, year = (int(written[group]) for group in (1, 3, 4))
        if day != month and written[2] == "/" and day <= _MOST_MONTHS >= month:
            return "", ""
        day, month = (month, day) if month > _MOST_MONTHS else (day, month)
    return _span(year, month, day) if 1 <= month <= _MOST_MONTHS and day else ("", "")


def _span(year: int, month: int, day: int) -> tuple[str, str]:
    if not month:
        return f"{year}-01-01", f"{year}-12-31"
    length = calendar.monthrange(year, month)[1]
    if day > length:
        return "", ""
    return f"{year}-{month:02}-{day or 1:02}", f"{year}-{month:02}-{day or length:02}"
