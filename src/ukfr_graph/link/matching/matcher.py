"""The search for our instrument that a treaty of another dataset is, if any.

Pairs are considered where an identifier or a publication is shared, where the dates of signature are not more than
``YEAR_DAYS`` apart or one is unknown, or where the titles fold to the same. Those pairs are compared
(``comparisons``) and the best few are kept for each treaty; ``decide`` says what comes of them.
"""

from __future__ import annotations

import math
import multiprocessing
import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from ukfr_graph.link.datasets.references import identifies
from ukfr_graph.link.datasets.treaties import Treaty
from ukfr_graph.link.matching import sides
from ukfr_graph.link.matching.comparisons import COMPARISONS, PRIOR, REVIEW_WEIGHT
from ukfr_graph.link.matching.matches import Match, RankedTarget, decide

CELLS = 4_000_000
KEPT = 5
_TIE = 0.01  # bits for a title that is wholly alike: tells apart what has the same levels
_IDENTIFIED = 1_000.0
_NAMED = [level.name for level in next(c for c in COMPARISONS if c.name == "identifier").levels].index("named")
_TABLES = {c.name: np.array([level.weight for level in c.levels], dtype=np.float32) for c in COMPARISONS}
_BEST_TITLE = float(_TABLES["title"].max()) + _TIE
PIECE = 10_000
_NGRAMS = (2, 4)


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
    with TemporaryDirectory() as folder, ProcessPoolExecutor(processes, context) as pool:
        prepared = Path(folder, "matcher")
        prepared.write_bytes(pickle.dumps(matcher))
        waiting: deque[tuple[int, Future[list[Match]]]] = deque()
        for piece in chain([first, second], iter(lambda: list(islice(stream, step)), [])):
            waiting.append((len(piece), pool.submit(_match_piece, prepared, piece)))
            if len(waiting) > 2 * processes:
                count, future = waiting.popleft()
                yield count, future.result()
        for count, future in waiting:
            yield count, future.result()


def _has_titles(side: sides.Side) -> Any:
    return np.array([bool(treaty.titles) for treaty in side.treaties], dtype=bool)


@lru_cache(maxsize=1)
def _load(prepared: Path) -> Matcher:
    """Load the matcher that the process in charge has prepared, once in each process of a pool."""
    matcher: Matcher = pickle.loads(prepared.read_bytes())  # noqa: S301 - written a moment ago, in a folder of our own
    return matcher


def _match_piece(prepared: Path, piece: list[Treaty]) -> list[Match]:
    return _matched(_load(prepared), piece)


def _matched(matcher: Matcher, piece: list[Treaty]) -> list[Match]:
    return [match for match in matcher.match(piece, least=REVIEW_WEIGHT) if match.outcome != "none"]
