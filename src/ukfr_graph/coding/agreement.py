"""Agreement of two independent codings of one text, beyond what chance would give.

- *kind of each word*: every word of the body is an item; its label is the kind of the clause it stands in, or
  ``uncoded``. It sees both what was coded and where one kind ends and another begins.
- *boundary before each word*: whether a clause or uncoded stretch begins there.
- the rest: clauses that both coders have, that is with the same words but for a few at their edges.

Cohen's kappa: Cohen, J. (1960), https://doi.org/10.1177/001316446002000104.
Krippendorff's alpha for nominal data: Krippendorff, K. (2004), Content Analysis, chapter 11.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from ukfr_graph.coding.units import UNCODED, Unit

_SHARED_WORDS = 0.8  # of the longer of two spans, for them to be one clause
NONE = "none"

Pair = tuple[Unit, Unit]
Labels = Sequence[tuple[Hashable, Hashable]]


@dataclass(frozen=True)
class Agreement:
    """The agreement of two codings in one ``measure``.

    ``share`` is the part of the ``items`` that agree, from 0 to 1; the three figures are None where there is no item.
    """

    measure: str
    items: int
    share: float | None
    kappa: float | None
    alpha: float | None


def compare(first: Sequence[Unit], second: Sequence[Unit], count: int) -> list[Agreement]:
    """Compare two codings of a body of so many words."""
    shared = find_shared(first, second)
    roles = sorted({role for units in (first, second) for unit in units for role in unit.roles})
    both = [(a.roles[role], b.roles[role]) for a, b in shared for role in roles if role in a.roles and role in b.roles]
    labels: dict[str, Labels] = {
        "kind of each word": list(zip(list_kinds(first, count), list_kinds(second, count), strict=True)),
        "boundary before each word": list(zip(_starts(first, count), _starts(second, count), strict=True)),
        "kind of shared clauses": [(a.kind, b.kind) for a, b in shared],
        "novelty of shared clauses": _verdicts(shared, "novelty"),
        "testability of shared clauses": _verdicts(shared, "testability"),
        "whether a holder is named": [(_is_named(a), _is_named(b)) for a, b in shared],
        "who has each role": [(_who(a, role), _who(b, role)) for a, b in shared for role in roles],
        "basis of each role": [(a.bases, b.bases) for a, b in both],
    }
    return [measure_agreement(name, pairs) for name, pairs in labels.items()]


def measure_agreement(measure: str, labels: Labels) -> Agreement:
    """Measure the agreement of two coders on items, each with the label that either gave it.

    Where all items agree both coefficients are 1, whatever is expected by chance.
    """
    items = len(labels)
    if not items:
        return Agreement(measure, 0, None, None, None)
    share = sum(a == b for a, b in labels) / items
    if share == 1:
        return Agreement(measure, items, 1.0, 1.0, 1.0)
    first, second = (Counter(pair[coder] for pair in labels) for coder in (0, 1))
    by_chance = sum(count * second[label] for label, count in first.items()) / items**2
    both, values = first + second, 2 * items
    differing = 1 - sum(count * (count - 1) for count in both.values()) / (values * (values - 1))
    return Agreement(measure, items, share, (share - by_chance) / (1 - by_chance), 1 - (1 - share) / differing)


def find_shared(first: Sequence[Unit], second: Sequence[Unit]) -> list[Pair]:
    """Pair the clauses that are the same in both codings, but for a few words at their edges."""
    return [
        (a, b)
        for a, b in find_overlaps(first, second)
        if UNCODED not in (a.kind, b.kind)
        and len(intersect(a.words, b.words)) >= _SHARED_WORDS * max(len(a.words), len(b.words))
    ]


def find_overlaps(first: Sequence[Unit], second: Sequence[Unit]) -> Iterator[Pair]:
    """Yield each two units that have a word in common; both codings are in the order of the text."""
    later = 0
    for a in first:
        while later < len(second) and second[later].words.stop <= a.words.start:
            later += 1
        for place in range(later, len(second)):
            if second[place].words.start >= a.words.stop:
                break
            if intersect(a.words, second[place].words):
                yield a, second[place]


def intersect(a: range, b: range) -> range:
    """Return the words that two stretches have in common."""
    start = max(a.start, b.start)
    return range(start, max(start, min(a.stop, b.stop)))


def list_kinds(units: Sequence[Unit], count: int) -> list[str]:
    """List the kind of each word: that of the clause it stands in, or ``uncoded``."""
    found = [UNCODED] * count
    for unit in units:
        found[unit.words.start : unit.words.stop] = [unit.kind] * len(unit.words)
    return found


def _starts(units: Sequence[Unit], count: int) -> list[bool]:
    first_words = {unit.words.start for unit in units if unit.words}
    return [number in first_words for number in range(count)]


def _verdicts(shared: Sequence[Pair], name: str) -> Labels:
    return [(a.verdicts.get(name) or NONE, b.verdicts.get(name) or NONE) for a, b in shared]


def _is_named(unit: Unit) -> bool:
    return "holder" in unit.roles and bool(unit.roles["holder"].bases - {"inferred"})


def _who(unit: Unit, role: str) -> frozenset[str]:
    return unit.roles[role].participants if role in unit.roles else frozenset()
