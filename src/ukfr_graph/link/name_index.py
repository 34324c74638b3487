"""An index of names by nearness: the cosine of character n-grams that are weighted by TF-IDF.

See Manning, Raghavan and Schütze, "Introduction to Information Retrieval", 2008, chapter 6. The n-grams and weights are
those of ``TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)`` of scikit-learn
(https://scikit-learn.org/stable/modules/feature_extraction.html), with which the tests compare them. The whole of both
names counts, so that a short name inside a long one is not the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ukfr_graph.link.spelling import fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.integer[Any]]
    Weights = NDArray[np.float32]

_SHORTEST, _LONGEST = 2, 4
_CHARACTER_BITS = 21  # of a code point
_UNIT = 100_000  # scores are told apart to this fraction, so that the order does not hang on rounding


class NameIndex:
    """Names that can be searched by nearness. It costs 8 bytes for each n-gram of each name; searches do not change it.

    It is an inverted index: names and weights of n-gram i are those from ``starts[i]`` up to ``starts[i + 1]``.
    """

    def __init__(self, names: Sequence[str]) -> None:
        import numpy as np

        self._size = len(names)
        self._known: list[Numbers] = []
        ngrams, in_names, counts = _count(self._read(names, learn=True), self._size)
        frequencies = np.bincount(ngrams)
        self._starts = np.concatenate(([0], np.cumsum(frequencies)))
        self._rarities = 1 + np.log((1 + self._size) / (1 + frequencies))
        self._names = in_names
        self._weights = self._weigh(ngrams, in_names, counts)

    def search(self, texts: Sequence[str], limit: int) -> list[list[tuple[int, float]]]:
        """Find the names nearest to each of several texts.

        Returns:
            For each text at most ``limit`` pairs of a name's position and its cosine, over 0 and up to 1, the
            nearest first; of equally near ones, the one that stands first. A name that folds to the text has 1,
            and so has one with the same words in another order.

        >>> index = NameIndex(["Treaty of Le Touquet", "Protocole de Sangatte", "Treaty of Sandhurst"])
        >>> [[at for at, _ in found] for found in index.search(["protocole de SANGATTE", "Le Touquet"], 1)]
        [[1], [0]]
        >>> index.search(["…"], 3)
        [[]]
        """
        import numpy as np

        if limit < 1 or not len(self._names):
            return [[] for _ in texts]
        ngrams, in_texts, counts = _count(self._read(texts), len(texts))
        order = np.argsort(in_texts, kind="stable")
        ngrams, weights = ngrams[order], self._weigh(ngrams, in_texts, counts)[order]
        starts = np.searchsorted(in_texts[order], np.arange(len(texts) + 1)).tolist()
        return [_best(self._score(ngrams[start:end], weights[start:end]), limit) for start, end in pairwise(starts)]

    def _read(self, texts: Sequence[str], *, learn: bool = False) -> Iterator[tuple[Numbers, Numbers]]:
        """Read the n-grams of texts, length by length: the number of each, and which text it is in.

        One is known by the number of what it is without its last character, and by that character: ``known`` are both
        in one whole number, in order. An unknown one is left out, unless it is to be learnt.
        """
        import numpy as np

        marked = [f" {fold(text).replace(' ', '  ')} " for text in texts]  # each word between two blanks
        characters = np.frombuffer(("".join(marked) + " ").encode("utf-32-le"), dtype=np.int32)
        in_texts = np.repeat(np.arange(len(texts), dtype=np.int32), [len(text) for text in marked])
        in_words = (characters[:-1] != ord(" ")) | (characters[1:] != ord(" "))
        at, numbers, before = np.arange(len(in_texts), dtype=np.int32), characters[:-1], 0
        for length in range(_SHORTEST, _LONGEST + 1):
            kept = in_words[at + length - 2]
            at = at[kept]
            keys = numbers[kept].astype(np.int64) << _CHARACTER_BITS | characters[at + length - 1]
            if learn:
                self._known.append(np.unique(keys))
            known = self._known[length - _SHORTEST]
            numbers = np.searchsorted(known, keys)
            kept = known.take(numbers, mode="clip") == keys
            at, numbers = at[kept], numbers[kept]
            yield before + numbers, in_texts[at]
            before += len(known)

    def _weigh(self, ngrams: Numbers, in_texts: Numbers, counts: Numbers) -> Weights:
        """Weigh the n-grams of texts, so that the weights of each text are a vector of length 1."""
        import numpy as np

        weights = (1 + np.log(counts)) * self._rarities[ngrams]
        weights /= np.sqrt(np.bincount(in_texts, weights**2))[in_texts]
        short: Weights = weights.astype(np.float32)
        return short

    def _score(self, ngrams: Numbers, weights: Weights) -> Weights:
        """Compute the cosine of each name with a text that has these n-grams with these weights."""
        import numpy as np

        scores = np.zeros(self._size, dtype=np.float32)
        if len(ngrams):
            starts, ends = self._starts[ngrams], self._starts[ngrams + 1]
            spans = [slice(start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
            names = np.concatenate([self._names[span] for span in spans])
            products = np.concatenate([self._weights[span] for span in spans]) * np.repeat(weights, ends - starts)
            np.add.at(scores, names.astype(np.intp), products)
        return scores


def _count(read: Iterator[tuple[Numbers, Numbers]], size: int) -> tuple[Numbers, Numbers, Numbers]:
    """Count each n-gram in each of so many texts: the n-grams in order, the texts, and how often."""
    import numpy as np

    counted = (np.unique(ngrams * size + in_texts, return_counts=True) for ngrams, in_texts in read)
    pairs, counts = map(np.concatenate, zip(*counted, strict=True))
    return pairs // size, (pairs % size).astype(np.int32), counts


def _best(scores: Weights, limit: int) -> list[tuple[int, float]]:
    """Return the best scores over 0 in order, with their positions."""
    import numpy as np

    rounded = np.rint(scores.clip(max=1) * _UNIT)
    least = np.partition(rounded, -limit)[-limit] if limit < len(rounded) else 0
    places = np.flatnonzero(rounded >= max(least, 1))
    places = places[np.argsort(-rounded[places], kind="stable")[:limit]]
    return [(at, score / _UNIT) for at, score in zip(places.tolist(), rounded[places].tolist(), strict=True)]
