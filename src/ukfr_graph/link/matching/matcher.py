"""Which of our instruments a treaty of another dataset is, if any.

Pairs are considered where an identifier or a publication is shared, where the dates of signature are not more than
``YEAR_DAYS`` apart or one is unknown, or where the titles fold to the same. Those pairs are compared
(``comparisons``) and the best few are kept for each treaty; ``decide`` says what comes of them.
"""

from __future__ import annotations

import math
import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Literal

import numpy as np

from ukfr_graph.link.datasets.references import contradict, identifies
from ukfr_graph.link.datasets.treaties import Treaty
from ukfr_graph.link.matching import sides
from ukfr_graph.link.matching.comparisons import ACCEPT_MARGIN, ACCEPT_WEIGHT, COMPARISONS, PRIOR, REVIEW_WEIGHT
from ukfr_graph.link.matching.subjects import find_missing, is_about, names_more, names_parties

Outcome = Literal["accepted", "review", "none"]
CELLS = 4_000_000
KEPT = 5
_TIE = 0.01  # bits for a title that is wholly alike: tells apart what has the same levels
_IDENTIFIED = 1_000.0
_NAMED = [level.name for level in next(c for c in COMPARISONS if c.name == "identifier").levels].index("named")
_TABLES = {c.name: np.array([level.weight for level in c.levels], dtype=np.float32) for c in COMPARISONS}
_BEST_TITLE = float(_TABLES["title"].max()) + _TIE
_AGAINST = (
    ("date", "apart", "it was signed in another year"),
    ("parties", "different", "its parties are others"),
    ("kind", "different", "it is of another kind"),
    ("title", COMPARISONS[0].levels[-1].name, "its title is another"),
)
"""The levels that, two together, speak against an identifier in common."""
PIECE = 10_000
_NGRAMS = (2, 4)


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


class Matcher:
    """Matches treaties against one set of targets, in pieces, so that memory does not grow with their number."""

    def __init__(self, targets: Sequence[Treaty], sample: Sequence[Treaty] = ()) -> None:
        """Prepare the targets; ``sample`` are some treaties of the other side, from which words get their weight."""
        self._targets = sides.prepare(targets)
        self._vectorizer, self._titles = self._weigh(sample)
        self._identified: dict[str, list[int]] = {}
        for at, target in enumerate(targets):
            for reference in filter(identifies, target.references):
                self._identified.setdefault(reference, []).append(at)
        self._folded: dict[str, list[int]] = {}
        for at in range(len(targets)):
            for text in self._targets.texts[self._targets.starts[at] : self._targets.starts[at + 1]]:
                self._folded.setdefault(text, []).append(at)

    def _weigh(self, sample: Sequence[Treaty]) -> tuple[Any, Any]:
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(
            analyzer="char_wb", ngram_range=_NGRAMS, lowercase=False, sublinear_tf=True, dtype=np.float32
        )
        vectorizer.fit([*self._targets.texts, *sides.prepare(sample).texts, "treaty"])
        texts = self._targets.texts
        return vectorizer, vectorizer.transform(texts).T.tocsr() if texts else None

    @property
    def side(self) -> sides.Side:
        """The targets as arrays."""
        return self._targets

    @property
    def vocabulary_size(self) -> int:
        """The number of n-grams that titles are weighed by."""
        return len(self._vectorizer.vocabulary_)

    def weigh(self, texts: Sequence[str]) -> Any:
        """Return the weights of shortened titles (texts × n-grams, sparse)."""
        return self._vectorizer.transform(texts)

    def match(self, sources: Sequence[Treaty], kept: int = KEPT, least: float = -math.inf) -> list[Match]:
        """Match treaties, with up to ``kept`` candidates for each.

        Candidates that weigh less than ``least`` are left out, unless an identifier is the same; up to
        ``REVIEW_WEIGHT`` that is quicker and changes no outcome.
        """
        if not len(self._targets):
            return [Match(source, (), "none", "there is nothing to match with") for source in sources]
        matches: list[Match] = []
        step = max(1, CELLS // len(self._targets))
        for start in range(0, len(sources), step):
            matches += self._match(sources[start : start + step], kept, least)
        return matches

    def _match(self, treaties: Sequence[Treaty], kept: int, least: float) -> list[Match]:
        side = sides.prepare(treaties)
        cosines, levels, weights = self.score(side, least)
        ranks = np.where(self._identify(side), weights + _IDENTIFIED, weights)  # an identifier comes before all else
        ranks = np.where(levels["identifier"] == _NAMED, np.maximum(ranks, REVIEW_WEIGHT), ranks)
        count = min(kept, weights.shape[1])
        best = np.argpartition(-ranks, count - 1, axis=1)[:, :count]
        order = np.take_along_axis(ranks, best, axis=1).argsort(axis=1, kind="stable")[:, ::-1]
        best = np.take_along_axis(best, order, axis=1)
        matches = []
        for row, treaty in enumerate(treaties):
            places = [int(at) for at in best[row] if np.isfinite(weights[row, at])]
            candidates = tuple(
                RankedTarget(
                    self._targets.treaties[at],
                    round(float(weights[row, at]), 3),
                    round(float(cosines[row, at]), 3),
                    tuple((c.name, int(levels[c.name][row, at])) for c in COMPARISONS),
                    frozenset(filter(identifies, treaty.references & self._targets.treaties[at].references)),
                )
                for at in places
            )
            matches.append(Match(treaty, candidates, *decide(treaty, candidates)))
        return matches

    def score(self, side: sides.Side, least: float = -math.inf) -> tuple[Any, Any, Any]:
        """Compare and weigh all pairs: cosines, levels by comparison, and weights (-inf where not considered).

        Titles, which cost the most, are not compared where even equal ones would not bring a pair to ``least``.
        """
        levels = sides.compare(side, self._targets)
        weights = np.full((len(side), len(self._targets)), PRIOR, dtype=np.float32)
        for comparison in COMPARISONS[1:]:
            weights += _TABLES[comparison.name][levels[comparison.name]]
        identified = self._identify(side) | (levels["identifier"] == _NAMED)
        considered = self._consider(side, levels) & (weights >= least - _BEST_TITLE)
        rows = np.flatnonzero((considered | identified).any(axis=1))
        cosines = np.zeros(weights.shape, dtype=np.float32)
        if len(rows):
            cosines[rows] = self._cosines(side, rows)
        levels["title"] = np.where(_has_titles(side)[:, None], sides.title_levels(cosines), 0)
        weights += _TABLES["title"][levels["title"]] + _TIE * cosines
        weights[~(identified | (considered & (weights >= least)))] = -np.inf
        return cosines, levels, weights

    def _consider(self, side: sides.Side, levels: Mapping[str, Any]) -> Any:
        considered = (levels["date"] < sides.APART) | (levels["publication"] == 1)
        for row in range(len(side)):
            for text in side.texts[side.starts[row] : side.starts[row + 1]]:
                for at in self._folded.get(text, ()):
                    considered[row, at] = True
        return considered

    def _identify(self, side: sides.Side) -> Any:
        identified = np.zeros((len(side), len(self._targets)), dtype=bool)
        for row, treaty in enumerate(side.treaties):
            for reference in treaty.references:
                for at in self._identified.get(reference, ()):
                    identified[row, at] = True
        return identified

    def _cosines(self, side: sides.Side, rows: Any) -> Any:
        spans = [(side.starts[row], side.starts[row + 1]) for row in rows]
        texts = [text for start, end in spans for text in side.texts[start:end]]
        starts = np.cumsum([0, *(end - start for start, end in spans)])
        scores = (self._vectorizer.transform(texts) @ self._titles).toarray()
        return sides.fold_variants(sides.fold_variants(scores, self._targets.starts, 1), starts, 0)


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


def match_all(
    targets: Sequence[Treaty], sources: Iterable[Treaty], processes: int = 1, step: int = PIECE
) -> Iterator[tuple[int, list[Match]]]:
    """Match a stream of treaties in pieces, in several processes where there are several pieces.

    The first piece is the sample from which words get their weight, so that the outcome does not depend on the
    number of processes.

    Yields:
        For each piece, how many treaties it had, and the matches that are accepted or for review.
    """
    stream = iter(sources)
    first, second = list(islice(stream, step)), list(islice(stream, step))
    matcher = Matcher(targets, first)
    if not second or processes < 2:
        for piece in chain([first, second], iter(lambda: list(islice(stream, step)), [])):
            yield len(piece), _matched(matcher, piece)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _keep_matcher, (matcher,)) as pool:
        waiting: deque[tuple[int, Future[list[Match]]]] = deque()
        for piece in chain([first, second], iter(lambda: list(islice(stream, step)), [])):
            waiting.append((len(piece), pool.submit(_match_kept, piece)))
            if len(waiting) > 2 * processes:
                count, future = waiting.popleft()
                yield count, future.result()
        for count, future in waiting:
            yield count, future.result()


def _has_titles(side: sides.Side) -> Any:
    return np.array([bool(treaty.titles) for treaty in side.treaties], dtype=bool)


_kept: list[Matcher] = []  # one in each process of a pool


def _keep_matcher(matcher: Matcher) -> None:
    _kept[:] = [matcher]


def _match_kept(piece: list[Treaty]) -> list[Match]:
    return _matched(_kept[0], piece)


def _matched(matcher: Matcher, piece: list[Treaty]) -> list[Match]:
    return [match for match in matcher.match(piece, least=REVIEW_WEIGHT) if match.outcome != "none"]
