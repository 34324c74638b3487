"""The comparison of two treaties: a few comparisons, each with levels, each level with a weight in bits.

The weights are additive, as in Fellegi and Sunter (1969): a weight of 3 makes a match eight times likelier against
none. Those of title, date, parties, kind, change and numbers are fitted on the tuning part of
``benchmarks/linking/labelled.tsv`` by ``benchmarks/linking/fit.py``; those of in-force dates, publications and
identifiers, of which the labelled set has none, are set by judgement. One table drives every engine.
"""

from __future__ import annotations

from dataclasses import dataclass

TITLE_STEPS = (0.9, 0.75, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
NEAR_DAYS, MONTH_DAYS, YEAR_DAYS = 7, 31, 400


@dataclass(frozen=True)
class Level:
    """One outcome of a comparison: its name for files, its words for people, its weight in bits."""

    name: str
    words: str
    weight: float


@dataclass(frozen=True)
class Comparison:
    """One thing compared. ``levels[0]`` is that nothing can be told; it weighs nothing."""

    name: str
    levels: tuple[Level, ...]


def _title_words(low: float, high: float) -> str:
    return f"from {low:.0%} to {high:.0%} alike" if low else f"under {high:.0%} alike"


_TITLE_WEIGHTS = (3.6, 2.2, 1.5, 1.2, 0.5, -0.4, -2.0, -3.5, -5.3)
_BOUNDS = ((1.0, *TITLE_STEPS), (*TITLE_STEPS, 0.0))

COMPARISONS = (
    Comparison(
        "title",
        (
            Level("unknown", "no title to compare", 0.0),
            *(
                Level(f"from-{low:g}", _title_words(low, high), weight)
                for high, low, weight in zip(*_BOUNDS, _TITLE_WEIGHTS, strict=True)
            ),
        ),
    ),
    Comparison(
        "date",
        (
            Level("unknown", "a date of signature is missing", 0.0),
            Level("same", "signed on the same day", 6.5),
            Level("near", f"signed within {NEAR_DAYS} days", 1.5),
            Level("one-part", "day, month or year differs, the other two agree", 2.5),
            Level("consistent", "within the year or month that is known", 3.9),
            Level("month", f"signed within {MONTH_DAYS} days", 0.5),
            Level("year", f"signed within {YEAR_DAYS} days", -3.7),
            Level("apart", f"signed more than {YEAR_DAYS} days apart", -6.0),
        ),
    ),
    Comparison(
        "parties",
        (
            Level("unknown", "parties are missing", 0.0),
            Level("same", "the same parties", 3.5),
            Level("within", "the parties of one are among those of the other", -0.5),
            Level("share", "two or more parties are the same", -2.0),
            Level("different", "the parties differ", -5.0),
        ),
    ),
    Comparison(
        "kind",
        (
            Level("unknown", "a kind is not told by the title", 0.0),
            Level("same", "of the same kind", 1.6),
            Level("close", "of kinds that datasets interchange", -0.7),
            Level("different", "of different kinds", -2.5),
        ),
    ),
    Comparison(
        "change",
        (
            Level("unknown", "nothing is told", 0.0),
            Level("same", "both change another instrument, or neither", 0.0),
            Level("different", "one changes another instrument", -0.7),
        ),
    ),
    Comparison(
        "numbers",
        (
            Level("unknown", "no numbers to compare", 0.0),
            Level("shared", "numbers in the titles are shared", 0.4),
            Level("different", "the numbers in the titles differ", -1.0),
        ),
    ),
    Comparison(
        "force",
        (
            Level("unknown", "a date of entry into force is missing", 0.0),
            Level("same", "in force since the same day", 3.0),
            Level("different", "in force since different days", 0.0),
        ),
    ),
    Comparison(
        "publication",
        (
            Level("unknown", "a place of publication is missing", 0.0),
            Level("shared", "published in the same place", 6.0),
            Level("different", "published in different places", 0.0),
        ),
    ),
    Comparison(
        "identifier",
        (
            Level("unknown", "no identifiers to compare", 0.0),
            Level("shared", "an identifier is the same", 0.0),
            Level("named", "its title, or a column about others, names an identifier of ours", 2.0),
            Level("different", "another number in a series that numbers each instrument once", -10.0),
        ),
    ),
)
PRIOR = -8.2
"""Bits against any one candidate before anything is compared."""
ACCEPT_WEIGHT, ACCEPT_MARGIN, REVIEW_WEIGHT = 3.0, 2.0, -4.0
"""Bits to be accepted, and more than the next candidate; bits to be shown to a person."""


def probability(weight: float) -> float:
    """Turn a total weight, prior included, into a probability.

    >>> round(probability(0.0), 2), round(probability(4.0), 2)
    (0.5, 0.94)
    """
    return float(1.0 / (1.0 + 2.0 ** -max(min(weight, 60.0), -60.0)))
