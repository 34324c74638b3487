"""The verdicts that the page shows: of each pledge and call with what it rests on, and how many there are of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ukfr_graph.service.names import Named
from ukfr_graph.site.follow import Source

NONE = "none"
"""The key in place of a verdict where none is recorded."""


@dataclass(frozen=True)
class Count:
    """The number of pledges and calls with a verdict; ``key`` is its local name, or ``NONE``."""

    key: str
    label: str
    pledges: int
    calls: int


@dataclass(frozen=True)
class Ground:
    """An observation that a verdict rests on, with its sources."""

    observation: Named
    day: str
    sources: list[Source] = field(default_factory=list)


@dataclass
class DatedVerdict:
    """A judgement of what became of a clause."""

    verdict: Named
    day: date
    coder: Named
    is_settled: bool
    grounds: list[Ground] = field(default_factory=list)


@dataclass(frozen=True)
class Followed:
    """A pledge or call with the verdict that holds on the day; ``key`` is ``NONE`` where there is none.

    ``language`` is the code of that of its words.
    """

    clause: Named
    order: int
    kind: Named
    words: str
    language: str
    address: str
    key: str
    verdict: str
    day: date | None
    reason: str
    confidence: str
    coder: Named | None
    through: Named | None
    grounds: list[Ground]
    others: list[DatedVerdict]
    facets: Mapping[str, list[Named]]
    chosen_by: Mapping[str, list[Named]]
    """The values to choose it by: a topic's clauses are also those of its broader ones."""

    def list_former(self) -> list[tuple[DatedVerdict | None, date]]:
        """List what held before this verdict, each until a day: that there was none, then the earlier verdicts."""
        if self.day is None:
            return []
        settled = [j for j in self.others if j.is_settled and j.day < self.day]  # the oldest first
        ends = [*(j.day for j in settled), self.day]
        return list(zip([None, *settled], ends, strict=True))
