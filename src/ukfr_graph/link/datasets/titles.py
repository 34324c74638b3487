"""Titles without the place and day that many lists put at their end.

"Convention relating to the Status of Refugees. Geneva, 28 July 1951" names the same instrument as the title alone.
What follows a title that changes another instrument may be the other's day, and stays where it could be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ukfr_graph.link.datasets.dates import MONTHS, DateError, Day, read_date
from ukfr_graph.link.datasets.kinds import read_kind
from ukfr_graph.link.datasets.references import find_references
from ukfr_graph.link.spelling import fold

_MONTH = r"(?:[^\W\d_]{3,9}\.?)"
_NUMERIC = r"\d{1,2}[./]\d{1,2}[./]\d{4}|\d{1,2}\.[IVX]{1,4}\.\d{4}|\d{4}-\d{2}-\d{2}"
_FULL = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|er)? (?:of )?{_MONTH},? \d{{4}}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|{_NUMERIC})"
)
_DATE = rf"(?:{_FULL}|{_MONTH} \d{{4}}|\d{{4}})"
_PLACE = r"[^\W\d_a-z][\w'’.-]*(?:[ -](?:[^\W\d_a-z][\w'’.-]*|of|de|la|le|les|sur|upon|am|du|the|D\.C\.)){0,4}"
_VERB = (
    r"(?i:done|signed|concluded|adopted|made|opened for signature|open for signature|initialled|faite?|sign[ée]e?s?"
    r"|conclue?s?|adopt[ée]e?s?|ouverte? à la signature)"
)
_ON = r"(?:on |the |on the |of |le |du |en )?"
_ENDS = (
    re.compile(rf"\s*[(\[]\s*(?P<place>{_PLACE}),? {_ON}(?P<date>{_DATE})\s*[)\]]\.?$"),
    re.compile(rf"\s*\.\s+(?P<place>{_PLACE}),? {_ON}(?P<date>{_DATE})\.?$"),
    re.compile(rf"\s*[(\[]\s*(?P<date>{_FULL})\s*[)\]]\.?$"),
)
_LOOSE_ENDS = (
    re.compile(
        rf"\s*[,;.:(\[]?\s*\b(?P<verb>{_VERB})(?:,? (?:at|in|à|au|en) (?P<place>{_PLACE}))?,? {_ON}(?P<date>{_DATE})"
        r"\s*[)\]]?\.?$"
    ),
    re.compile(rf"\s*(?:[,;:]| [-–—])\s*(?P<place>{_PLACE}),? {_ON}(?P<date>{_FULL})\.?$"),
    re.compile(rf"\s*[,;:]\s*(?P<place>{_PLACE}),? (?P<date>\d{{4}})\.?$"),
    re.compile(rf"\s*(?:[,;:]\s*|\s)(?:of|dated|du|en date du) (?P<date>{_FULL})\.?$"),
    re.compile(rf"\s*,\s*(?P<date>{_FULL})\.?$"),
    re.compile(r"\s*(?:,\s*(?P<date>\d{4})|[(\[](?P<year>\d{4})[)\]])\.?$"),
)  # fmt: skip
_INNER = re.compile(
    rf"^((?:\S+ ){{0,3}}\S+?),? (?:of|dated|du|signed on|(?:signed|done) at {_PLACE},? on) (?P<date>{_FULL}),? (?=\S)"
)
_START = re.compile(
    rf"^(?:{_VERB},? (?:at |in |à |au |en )?)?(?:(?P<place>{_PLACE}),? {_ON})?(?P<date>{_FULL})\s*[:,.–—-]\s+(?=\S)"
)
_UNREAD_END = re.compile(
    rf"\s*[,;.:(\[]?\s*\b{_VERB},? (?:at|in|à|au|en) {_PLACE},? (?:on |le )?(?:this |the )?[a-z -]+ (?:day )?(?:of )?"
    rf"{_MONTH}\b[^,;:]{{0,40}}$"
)
"""A place and a day in words that no date is read from."""
_DIGIT = re.compile(r"\d")
_BRACKETED = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\.?$")
_MOST = 3


@dataclass(frozen=True)
class BareTitle:
    """A title without place and day, and the day that stood with it."""

    text: str
    day: Day | None = None


def bare_title(title: str) -> BareTitle:
    """Take place and day off a title.

    >>> bare_title("Convention relating to the Status of Refugees (Geneva, 28 July 1951)")
    BareTitle(text='Convention relating to the Status of Refugees', day=Day(year=1951, month=7, day=28))
    >>> bare_title("Convention of 28 July 1951 relating to the Status of Refugees").text
    'Convention relating to the Status of Refugees'
    >>> bare_title("July 9, 1934: Convention on Rail").text
    'Convention on Rail'
    >>> bare_title("Convention on Rail, done at Berne on the tenth day of May 1952").text
    'Convention on Rail'
    >>> bare_title("Protocol amending the Treaty signed at Paris on 4 May 1950").day
    """
    text, day = title, None
    if not _DIGIT.search(title):
        return BareTitle(title)
    numbered = _BRACKETED.search(text)
    if numbered and find_references(numbered[0]):
        text = text[: numbered.start()]
    if (start := _START.match(text)) and (read := _read(start)):
        text, day = text[start.end() :], read
    is_change = read_kind(title)[1]
    for _ in range(_MOST):
        ends = _ENDS if is_change else (*_ENDS, *_LOOSE_ENDS)
        found = next(filter(None, (end.search(text) for end in ends)), None)
        read = _read(found) if found else None
        if found is None or read is None or not fold(text[: found.start()]):
            break
        text, day = text[: found.start()].rstrip(" ,;:.-"), max(day, read, key=_exactness) if day else read
    if not is_change and day is None:
        text = _UNREAD_END.sub("", text)
    if not is_change and (inner := _INNER.match(text)):
        read = _read(inner)
        if read:
            text = f"{inner[1]} {text[inner.end() :]}"
            day = day or read
    return BareTitle(text, day)


def _exactness(day: Day) -> int:
    return bool(day.month) + bool(day.day)


def _read(found: re.Match[str]) -> Day | None:
    """Read the day; nothing where it is none, or could be two days."""
    parts = found.groupdict()
    place, text = parts.get("place") or "", parts.get("date") or parts.get("year") or ""
    if any(fold(word) in MONTHS for word in place.split()):
        return None
    try:
        return read_date(re.sub(r"(?<=\d)(?:st|nd|rd|th|er)\b|,", "", text))
    except DateError:
        return None
