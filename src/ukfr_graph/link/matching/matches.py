"""Matches: the candidates for a treaty, and what comes of them: accepted, for a person to review, or none; and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ukfr_graph.link.datasets.references import contradict, identifies
from ukfr_graph.link.datasets.treaties import Treaty
from ukfr_graph.link.matching.comparisons import ACCEPT_MARGIN, ACCEPT_WEIGHT, COMPARISONS, REVIEW_WEIGHT
from ukfr_graph.link.matching.subjects import find_missing, is_about, names_more, names_parties

Outcome = Literal["accepted", "review", "none"]
_AGAINST = (
    ("date", "apart", "it was signed in another year"),
    ("parties", "different", "its parties are others"),
    ("kind", "different", "it is of another kind"),
    ("title", COMPARISONS[0].levels[-1].name, "its title is another"),
)
"""The levels that, two together, speak against an identifier in common."""


@dataclass(frozen=True)
class RankedTarget:
    """One of our instruments as what a treaty may be: ``levels`` by comparison, ``weight`` in bits, prior included.

    ``shared`` are the identifying references that both have.
    """

    target: Treaty
    weight: float
    cosine: float
    levels: tuple[tuple[str, int], ...]
    shared: frozenset[str] = frozenset()

    def level(self, comparison: str) -> str:
        """Return the name of the level at which a comparison came out."""
        at = dict(self.levels)[comparison]
        return next(c for c in COMPARISONS if c.name == comparison).levels[at].name


@dataclass(frozen=True)
class Match:
    """The result for one treaty: its candidates, the likeliest first, and the outcome with its reason."""

    source: Treaty
    candidates: tuple[RankedTarget, ...]
    outcome: Outcome
    reason: str


def decide(source: Treaty, candidates: Sequence[RankedTarget]) -> tuple[Outcome, str]:
    """Say what comes of candidates (the likeliest first), and why.

    Accepted: one candidate, and no other, has an identifying reference in common, has no other number in a series
    that numbers each once, and is itself a change of another instrument if the treaty says that it is one; or the
    likeliest was signed on the same day by the same parties (or by more, where the titles are alike and name none:
    lists of the parties of a multilateral treaty differ), is of no different kind, weighs ``ACCEPT_WEIGHT`` or more and
    ``ACCEPT_MARGIN`` more than the next, has no identifier that the treaty only names, no other numbers in its title,
    and neither is about the other nor about less or more (``subjects``). For review: any candidate of
    ``REVIEW_WEIGHT`` or more, or with an identifier that the treaty names. None: otherwise.
    """
    identified = [candidate for candidate in candidates if candidate.shared]
    if len(identified) == 1:
        return _decide_identified(source, identified[0])
    if identified:
        return "review", "several of ours have an identifier in common with it"
    named = [reference for c in candidates for reference in sorted(source.mentions & c.target.references)]
    if not candidates or (candidates[0].weight < REVIEW_WEIGHT and not any(map(identifies, named))):
        return "none", "nothing is alike enough"
    best = candidates[0]
    margin = best.weight - candidates[1].weight if len(candidates) > 1 else float("inf")
    doubts = []
    if any(map(identifies, named)):
        doubts.append(f"it names {next(filter(identifies, named))}, which may be another instrument")
    if contradict(source.references, best.target.references):
        doubts.append("it has another number in the same series")
    if best.level("date") != "same":
        doubts.append("not known to be signed on the same day")
    if best.level("parties") != "same" and not _lists_more(source, best):
        doubts.append("the parties are not known to be the same")
    if best.level("kind") == "different" or best.level("change") == "different":
        doubts.append("of another kind")
    elif is_about(source, best.target):
        doubts.append("one title is that of an instrument about the other")
    if best.level("numbers") == "different":
        doubts.append("the numbers in the titles differ")
    if all(len(title.split()) == 1 for _, title in source.titles):
        doubts.append("a title of one word may be that of several")
    missing = find_missing(source, best.target)
    if missing is None:
        doubts.append("a title does not say what it is about")
    elif missing:
        doubts.append(f"one title lacks what the other is about ({', '.join(sorted(missing))})")
    if best.weight < ACCEPT_WEIGHT:
        doubts.append("not alike enough")
    if margin < ACCEPT_MARGIN:
        doubts.append("the next candidate is nearly as likely")
    return ("review", "; ".join(doubts)) if doubts else ("accepted", "same day, same parties, same subject, no rival")


def _lists_more(source: Treaty, best: RankedTarget) -> bool:
    """Return whether a treaty has all our parties and more, as lists of a multilateral one do, by its very title."""
    titles = (*source.titles, *best.target.titles)
    return (
        best.level("parties") == "within"
        and source.parties > best.target.parties
        and best.level("title") == COMPARISONS[0].levels[1].name
        and not any(names_parties(title) for _, title in titles)
    )


def _decide_identified(source: Treaty, found: RankedTarget) -> tuple[Outcome, str]:
    """Say what comes of an identifier in common, against which the title or another identifier may speak."""
    reference = min(found.shared)
    if against := contradict(source.references, found.target.references):
        return "review", f"the identifier {reference} is the same, but {min(against)} is another"
    if (source.is_change and not found.target.is_change) or names_more(source, found.target):
        return (
            "review",
            f"the identifier {reference} is the same, but the title is that of an instrument about it",
        )
    unlike = [words for comparison, level, words in _AGAINST if found.level(comparison) == level]
    if len(unlike) > 1:
        return "review", f"the identifier {reference} is the same, but {', and '.join(unlike)}"
    return "accepted", f"the identifier {reference} is the same"
