"""Treaties turned into arrays, and the levels at which two sets of them compare, all pairs at once.

Sizes: with s sources and t targets, every array of levels is s × t bytes; ``matching`` keeps s × t under its cells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from ukfr_graph.link.datasets.dates import Day
from ukfr_graph.link.datasets.kinds import KINDS, compare_kinds
from ukfr_graph.link.datasets.references import PUBLISHING, SINGLE, identifies
from ukfr_graph.link.datasets.titles import bare_title
from ukfr_graph.link.datasets.treaties import Treaty
from ukfr_graph.link.matching.comparisons import MONTH_DAYS, NEAR_DAYS, TITLE_STEPS, YEAR_DAYS
from ukfr_graph.link.spelling import fold

_BOILERPLATE = re.compile(
    r"\b(?:the )?(?:(?:his|her) (?:britannic )?majesty s? ?government(?: in)?|governments? of"
    r"|provisional government of)\b(?: the)?"
)
_SHORTER = (
    (re.compile(r"united kingdom(?: of great britain(?: and (?:northern )?ireland)?)?|great britain"), "uk"),
    (re.compile(r"united states of america"), "usa"),
    (re.compile(r"french republic"), "france"),
)
_NUMBER = re.compile(r"\d+")
_DAYS_A_MONTH = 31
_UNKNOWN_DAY = -1
APART = 7
"""The level of dates that are too far apart for a pair to be considered."""


def shorten_title(title: str) -> str:
    """Fold a title and leave out what every bilateral title says, so that its subject weighs.

    >>> shorten_title("Agreement between the Government of the French Republic and Her Majesty's Government")
    'agreement between france and'
    """
    text = _BOILERPLATE.sub(" ", fold(title))
    for pattern, short in _SHORTER:
        text = pattern.sub(short, text)
    return " ".join(text.split())


@dataclass(frozen=True)
class Side:
    """One set of n treaties as arrays.

    ``texts`` are shortened titles without place and day (empty where there is none), those of treaty i at
    ``starts[i]`` up to ``starts[i + 1]``; ``first`` and ``last`` are the days between which it was signed (days since
    0001-01-01, -1 unknown) and ``parts`` their year, month and day; ``force`` the day of entry into force; ``parties``,
    ``numbers`` and ``published`` are sets, as sorted codes.
    """

    treaties: Sequence[Treaty]
    texts: list[str]
    starts: Any
    first: Any
    last: Any
    parts: Any
    force: Any
    kinds: Any
    changes: Any
    parties: list[frozenset[str]]
    numbers: list[frozenset[str]]
    published: list[frozenset[str]]

    def __len__(self) -> int:
        """Return the number of treaties."""
        return len(self.treaties)


_CODES = {kind: code for code, kind in enumerate(KINDS)}


def prepare(treaties: Sequence[Treaty]) -> Side:
    """Turn treaties into arrays."""
    texts: list[str] = []
    starts = [0]
    bare = [[bare_title(title).text for _, title in treaty.titles] for treaty in treaties]
    for titles in bare:
        texts += dict.fromkeys(map(shorten_title, titles or [""]))
        starts.append(len(texts))
    spans = [_span(treaty.signed) for treaty in treaties]
    return Side(
        treaties,
        texts,
        np.array(starts),
        np.array([span[0] for span in spans], dtype=np.int32),
        np.array([span[1] for span in spans], dtype=np.int32),
        np.array([_parts(treaty.signed) for treaty in treaties], dtype=np.int16).reshape(-1, 3),
        np.array([_span(treaty.in_force)[0] for treaty in treaties], dtype=np.int32),
        np.array([_CODES[treaty.kind] for treaty in treaties], dtype=np.int16),
        np.array([treaty.is_change for treaty in treaties], dtype=bool),
        [treaty.parties for treaty in treaties],
        [frozenset(n.lstrip("0") for title in titles for n in _NUMBER.findall(title)) for titles in bare],
        [frozenset(r for r in treaty.references if r.partition(":")[0] in PUBLISHING) for treaty in treaties],
    )


def compare(sources: Side, targets: Side) -> dict[str, Any]:
    """Compare all pairs but for their titles; each comparison's level as an array of sources × targets (uint8)."""
    return {
        "date": _date_levels(sources, targets),
        "parties": _party_levels(sources, targets),
        "kind": _kind_levels(sources, targets),
        "change": np.where(sources.changes[:, None] == targets.changes[None, :], 1, 2).astype(np.uint8),
        "numbers": _set_levels(sources.numbers, targets.numbers),
        "force": _force_levels(sources, targets),
        "publication": _set_levels(sources.published, targets.published),
        "identifier": _identifier_levels(sources.treaties, targets.treaties),
    }


def fold_variants(scores: Any, starts: Any, axis: int) -> Any:
    """Take the best of each treaty's titles along an axis."""
    if len(starts) - 1 == scores.shape[axis]:
        return scores
    return np.maximum.reduceat(scores, starts[:-1], axis=axis)


def title_levels(cosines: Any) -> Any:
    """Return the levels of titles from their cosines."""
    steps = np.array(TITLE_STEPS[::-1], dtype=np.float32)
    return (len(steps) + 1 - np.searchsorted(steps, cosines, side="right")).astype(np.uint8)


def _date_levels(sources: Side, targets: Side) -> Any:
    gap = np.maximum(
        np.maximum(sources.first[:, None] - targets.last[None, :], targets.first[None, :] - sources.last[:, None]), 0
    )
    exact = (sources.first == sources.last)[:, None] & (targets.first == targets.last)[None, :]
    agree = sum((sources.parts[:, None, i] == targets.parts[None, :, i]).astype(np.uint8) for i in range(3))
    levels = np.full(gap.shape, APART, dtype=np.uint8)
    levels[gap <= YEAR_DAYS] = 6
    levels[gap <= MONTH_DAYS] = 5
    levels[(agree == 2) & exact & (gap <= YEAR_DAYS)] = 3
    levels[(gap <= NEAR_DAYS) & exact] = 2
    levels[(gap == 0) & exact] = 1
    levels[(gap == 0) & ~exact] = 4
    levels[(sources.first == _UNKNOWN_DAY), :] = 0
    levels[:, (targets.first == _UNKNOWN_DAY)] = 0
    return levels


def _party_levels(sources: Side, targets: Side) -> Any:
    shared = _shared(sources.parties, targets.parties)
    ours = np.array([len(p) for p in sources.parties])[:, None]
    theirs = np.array([len(p) for p in targets.parties])[None, :]
    smaller = np.minimum(ours, theirs)
    levels = np.full(shared.shape, 4, dtype=np.uint8)
    levels[shared >= 2] = 3
    levels[(shared == smaller) & (smaller >= 2)] = 2
    levels[(shared == 1) & (smaller == 1)] = 3
    levels[(shared == ours) & (shared == theirs)] = 1
    levels[np.broadcast_to(smaller == 0, shared.shape)] = 0
    return levels


def _kind_levels(sources: Side, targets: Side) -> Any:
    table = np.zeros((len(_CODES), len(_CODES)), dtype=np.uint8)
    codes = {"": 0, "same": 1, "close": 2, "different": 3}
    for one, i in _CODES.items():
        for other, j in _CODES.items():
            table[i, j] = codes[compare_kinds(one, other)]
    return table[sources.kinds[:, None], targets.kinds[None, :]]


def _force_levels(sources: Side, targets: Side) -> Any:
    levels = np.where(sources.force[:, None] == targets.force[None, :], 1, 2).astype(np.uint8)
    levels[sources.force == _UNKNOWN_DAY, :] = 0
    levels[:, targets.force == _UNKNOWN_DAY] = 0
    return levels


def _set_levels(ours: list[frozenset[str]], theirs: list[frozenset[str]]) -> Any:
    shared = _shared(ours, theirs)
    levels = np.full(shared.shape, 2, dtype=np.uint8)
    levels[shared > 0] = 1
    levels[[not one for one in ours], :] = 0
    levels[:, [not one for one in theirs]] = 0
    return levels


def _identifier_levels(sources: Sequence[Treaty], targets: Sequence[Treaty]) -> Any:
    levels = np.zeros((len(sources), len(targets)), dtype=np.uint8)
    ours, theirs = ([t.references for t in side] for side in (sources, targets))
    mentions = [t.mentions for t in sources]
    if any(mentions):
        levels[_shared(mentions, [frozenset(filter(identifies, one)) for one in theirs]) > 0] = 2
    if any(ours):
        levels[_shared([frozenset(filter(identifies, one)) for one in ours], theirs) > 0] = 1
        for scheme in sorted(SINGLE):
            one, other = ([_of_scheme(scheme, each) for each in side] for side in (ours, theirs))
            both = np.array(list(map(bool, one)))[:, None] & np.array(list(map(bool, other)))[None, :]
            if both.any():
                levels[both & (_shared(one, other) == 0)] = 3
    return levels


def _of_scheme(scheme: str, references: frozenset[str]) -> frozenset[str]:
    return frozenset(reference for reference in references if reference.startswith(f"{scheme}:"))


def _shared(ours: list[frozenset[str]], theirs: list[frozenset[str]]) -> Any:
    """Count the members that two sets share, for all pairs."""
    codes = {member: at for at, member in enumerate(sorted(frozenset().union(*theirs)))}
    if not codes:
        return np.zeros((len(ours), len(theirs)), dtype=np.int16)
    return (_members(ours, codes) @ _members(theirs, codes).T).toarray()


def _members(sets: list[frozenset[str]], codes: Mapping[str, int]) -> Any:
    places = [[codes[member] for member in one if member in codes] for one in sets]
    ends = np.cumsum([0, *map(len, places)])
    flat = np.array([place for one in places for place in one], dtype=np.int32)
    return sparse.csr_matrix((np.ones(len(flat), dtype=np.int16), flat, ends), shape=(len(sets), len(codes)))


def _span(day: Day | None) -> tuple[int, int]:
    if day is None:
        return _UNKNOWN_DAY, _UNKNOWN_DAY
    low = _ordinal(day.year, day.month or 1, day.day or 1)
    high = _ordinal(day.year, day.month or 12, day.day or _DAYS_A_MONTH)
    return low, high


def _ordinal(year: int, month: int, day: int) -> int:
    import calendar
    from datetime import date

    return date(year, month, min(day, calendar.monthrange(year, month)[1])).toordinal()


def _parts(day: Day | None) -> tuple[int, int, int]:
    return (day.year, day.month, day.day) if day else (0, 0, 0)
