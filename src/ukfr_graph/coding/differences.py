"""Differences of two codings of a text, for two people to settle: each with its section of the codebook."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ukfr_graph.coding.agreement import NONE, find_shared
from ukfr_graph.coding.units import UNCODED, CodedRole, Unit
from ukfr_graph.resources import guides_folder
from ukfr_graph.shorthand import JUDGEMENTS
from ukfr_graph.sources import Span
from ukfr_graph.texts import line_starts

CODEBOOK = "codebook.md"
_SECTIONS = {"kind": 1, "boundary": 2, "role": 3, "novelty": 6, "testability": 6}
_ENDS = 4  # words at either end of a clause that are shown
_HEADING = re.compile(r"^## (\d+)\. (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Difference:
    """One thing to settle.

    ``what`` is kind, boundary, role, novelty or testability; ``line`` (from 1) and ``words`` say where it stands in
    the text; ``first`` and ``second`` what either coder has; ``section`` is the heading of the codebook that decides;
    ``ours`` and ``theirs`` are the ids of the records, and ``role`` which one it is about.
    """

    what: str
    line: int
    words: str
    first: str
    second: str
    section: str
    ours: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    role: str = ""


def find_differences(
    first: Sequence[Unit], second: Sequence[Unit], text: str, words: Sequence[Span]
) -> list[Difference]:
    """Find what two codings, both in the order of the text, make otherwise; in the order of the text."""
    found: list[tuple[int, Difference]] = []
    lines = line_starts(text)

    def tell(
        what: str, of: range, a: str, b: str, ours: Sequence[Unit], theirs: Sequence[Unit], role: str = ""
    ) -> None:
        start, end = words[of.start].start, words[of.stop - 1].end
        shown = " ".join(text[start:end].split())
        first_ids, second_ids = (tuple(unit.record for unit in units) for units in (ours, theirs))
        line, section = bisect_right(lines, start), read_sections()[what]
        found.append((of.start, Difference(what, line, shown, a, b, section, first_ids, second_ids, role)))

    for a, b in find_shared(first, second):
        both = range(min(a.words.start, b.words.start), max(a.words.stop, b.words.stop))
        if a.kind != b.kind:
            tell("kind", both, a.kind, b.kind, [a], [b])
        for name in JUDGEMENTS:
            ours, theirs = (unit.verdicts.get(name) or NONE for unit in (a, b))
            if ours != theirs:
                tell(name, both, ours, theirs, [a], [b])
        for role in sorted({*a.roles, *b.roles}):
            if a.roles.get(role) != b.roles.get(role):
                ours, theirs = (f"{role}: {_show_role(unit.roles.get(role))}" for unit in (a, b))
                tell("role", both, ours, theirs, [a], [b], role)
    for whole, cut, other in _group(first, second):
        if [unit.words for unit in cut] != [unit.words for unit in other]:
            what = "boundary" if cut and other else "kind"
            ours, theirs = (_show_units(units, text, words) for units in (cut, other))
            tell(what, whole, ours, theirs, cut, other)
    order = list(_SECTIONS)
    found.sort(key=lambda item: (item[0], order.index(item[1].what)))
    return [difference for _, difference in found]


@cache
def read_sections() -> Mapping[str, str]:
    """Read which section of the codebook decides each kind of difference: its number and heading."""
    headings = dict(_HEADING.findall((guides_folder() / CODEBOOK).read_text("utf-8")))
    return {what: f"{number}. {headings[str(number)]}" for what, number in _SECTIONS.items()}


def _group(first: Sequence[Unit], second: Sequence[Unit]) -> Iterator[tuple[range, list[Unit], list[Unit]]]:
    """Yield the stretches within which the clauses of two codings share words: (words, ours, theirs)."""
    clauses = [
        (unit, coder)
        for coder, units in enumerate((first, second))
        for unit in units
        if unit.kind != UNCODED and unit.words
    ]
    clauses.sort(key=lambda item: (item[0].words.start, item[0].words.stop))
    whole = range(0)
    sides: tuple[list[Unit], list[Unit]] = ([], [])
    for unit, coder in clauses:
        if unit.words.start >= whole.stop:
            if whole:
                yield whole, *sides
            whole, sides = range(unit.words.start, unit.words.start), ([], [])
        whole = range(whole.start, max(whole.stop, unit.words.stop))
        sides[coder].append(unit)
    if whole:
        yield whole, *sides


def _show_role(role: CodedRole | None) -> str:
    if role is None:
        return NONE
    return f"{', '.join(sorted(role.participants)) or NONE} ({', '.join(sorted(role.bases))})"


def _show_units(units: Sequence[Unit], text: str, words: Sequence[Span]) -> str:
    """Say into which clauses a coder cut a stretch: the kind of each, and its first and last words."""
    return "; ".join(f"{unit.kind} {_shorten(text, words, unit.words)!r}" for unit in units) or UNCODED


def _shorten(text: str, words: Sequence[Span], of: range) -> str:
    shown = text[words[of.start].start : words[of.stop - 1].end].split()
    return " ".join(shown if len(shown) <= 2 * _ENDS else [*shown[:_ENDS], "…", *shown[-_ENDS:]])
