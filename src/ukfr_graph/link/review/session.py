"""The order of a review, whoever shows it: which pair comes next, and what was decided so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ukfr_graph.errors import Message, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.link.review.candidate_files import CandidateFile, Pair
from ukfr_graph.link.review.decisions import Decision, Decisions, Verdict, settle


@dataclass(frozen=True)
class Progress:
    """The progress of a review: pairs decided and open (what follows from a decision is not open), and skipped ones."""

    decided: int
    open: int
    skipped: int


class Review:
    """The review of one file of candidates.

    The candidates of one outside treaty come together, the likeliest first; once one is found to be exactly the
    same, the others are not asked any more. Skipped pairs come again at the end.
    """

    def __init__(self, candidates: CandidateFile) -> None:
        self.candidates = candidates
        self.decisions = Decisions(candidates.path)
        self._pairs = {pair.key: pair for pair in candidates.pairs}

    def next_pair(self) -> Pair | None:
        """Return the pair to look at next; nothing when all is decided."""
        held = self.decisions.read()
        still_open = self._open(held)
        fresh = [pair for pair in still_open if pair.key not in held]
        if fresh:
            return fresh[0]
        order = {key: at for at, key in enumerate(held)}  # skipped the longest ago comes first
        return min(still_open, key=lambda pair: order[pair.key], default=None)

    def find_pair(self, subject: str, object_: str) -> Pair | None:
        """Return a pair by its two sides."""
        return self._pairs.get((subject, object_))

    def decide(self, pair: Pair, verdict: Verdict, author: str, author_id: str = "") -> Decision:
        """Write down a decision about a pair; it is durable on return."""
        return self.decisions.append(Decision(pair.subject, pair.object, verdict, author, author_id))

    def undo(self, author: str) -> Pair | None:
        """Take back the latest decision that holds; the pair that is open again."""
        held = [pair for key in self.decisions.read() if (pair := self._pairs.get(key))]
        if held:
            self.decide(held[-1], "undo", author)
        return held[-1] if held else None

    def progress(self) -> Progress:
        """Say how far the review is."""
        held = {key: decision for key, decision in self.decisions.read().items() if key in self._pairs}
        skipped = sum(decision.verdict == "skip" for decision in held.values())
        return Progress(len(held) - skipped, len(self._open(held)), skipped)

    def _open(self, held: dict[tuple[str, str], Decision]) -> list[Pair]:
        settled = settle(held)
        return [
            pair
            for pair in self.candidates.pairs
            if pair.object not in settled and (pair.key not in held or held[pair.key].verdict == "skip")
        ]


def report(review: Review) -> list[Message]:
    """Say in lines what the candidates came to: counts, what reviewers said of the machine, what is unresolved."""
    pairs = review.candidates.pairs
    held = review.decisions.read()
    outcomes = Counter(pair.outcome for pair in pairs if pair.rank == 1)
    verdicts = Counter(held[pair.key].verdict for pair in pairs if pair.key in held)
    lines = [
        make_message(
            "%(treaties)s treaties of %(dataset)s have %(pairs)s candidates: %(accepted)s accepted by rule, "
            "%(review)s for review.",
            treaties=len({pair.object for pair in pairs}),
            dataset=review.candidates.dataset.name,
            pairs=len(pairs),
            accepted=outcomes["accepted"],
            review=outcomes["review"],
        ),
        make_message(
            "Reviewed: %(exact)s exact, %(close)s close, %(reject)s rejected, %(skip)s skipped.",
            **{verdict: verdicts[verdict] for verdict in ("exact", "close", "reject", "skip")},
        ),
    ]
    for outcome, template in (
        ("accepted", _("Of %(count)s that were accepted by rule and reviewed, %(right)s (%(share)s) are right.")),
        ("review", _("Of %(count)s first candidates that were reviewed, %(right)s (%(share)s) are right.")),
    ):
        first = [held[p.key] for p in pairs if p.rank == 1 and p.outcome == outcome and p.key in held]
        judged = [decision for decision in first if decision.verdict != "skip"]
        right = sum(decision.verdict == "exact" for decision in judged)
        if judged:
            share = f"{right / len(judged):.0%}"
            lines.append(make_message(template, count=len(judged), right=right, share=share))
    state = review.progress()
    template = _("Unresolved: %(count)s pairs.")
    if state.skipped:
        template = _("Unresolved: %(count)s pairs, of them %(skipped)s skipped.")
    return [*lines, make_message(template, count=state.open, skipped=state.skipped)]
