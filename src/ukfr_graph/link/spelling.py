"""Names, compared: what is written differently but reads the same, and which names are near a text.

Nearness is the cosine of character n-grams weighted by TF-IDF (Manning, Raghavan and Schütze, Introduction to
Information Retrieval, chapter 6; https://scikit-learn.org/stable/modules/feature_extraction.html). It looks at
the whole of both names, so that a short name inside a long one does not count as the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

_ELISION = re.compile(r"\b(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu)['’ʼ](?=\w)")
_NOT_LETTERS = re.compile(r"[\W_]+")
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "°": "o"})
_NGRAMS = (2, 4)
_CELLS = 4_000_000  # scores held at a time: 16 MB and their keys, 32 MB
_UNIT = 100_000  # scores are told apart to this fraction, so that the order does not hang on rounding


def fold(text: str) -> str:
    """Write a text so that spellings of one name are equal.

    Case, accents, ligatures, punctuation and repeated blanks do not count, nor do French elisions. What folds
    to the same text reads the same; folding twice changes nothing.

    >>> fold("L’Accord d'Évian"), fold("SAINT-DENIS  (Île…)"), fold("Cœur"), fold("N° 604/2013")
    ('accord evian', 'saint denis ile', 'coeur', 'no 604 2013')
    """
    bare = text.lower()
    if not text.isascii():
        lowered = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        bare = "".join(c for c in lowered if not unicodedata.combining(c)).translate(_LETTERS)
    return _NOT_LETTERS.sub(" ", _ELISION.sub("", bare)).strip()


class NameIndex:
    """Names that can be searched by nearness. It costs some 500 bytes a name; searches do not change it."""

    def __init__(self, names: Sequence[str]) -> None:
        self._size = len(names)
        self._vectorizer, self._matrix = _weigh([fold(name) for name in names])

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
        if self._matrix is None or limit < 1:
            return [[] for _ in texts]
        found: list[list[tuple[int, float]]] = []
        step = max(1, _CELLS // self._size)
        for start in range(0, len(texts), step):
            asked = self._vectorizer.transform([fold(text) for text in texts[start : start + step]])
            found += _best((asked @ self._matrix).toarray(), min(limit, self._size))
        return found


def _weigh(names: list[str]) -> tuple[Any, Any]:
    """Return the vectorizer and the weights of names (n-grams × names), or nothing where no name has a letter."""
    if not any(names):
        return None, None
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(
        analyzer="char_wb", ngram_range=_NGRAMS, lowercase=False, sublinear_tf=True, dtype=np.float32
    )
    return vectorizer, vectorizer.fit_transform(names).T.tocsr()


def _best(scores: Any, limit: int) -> list[list[tuple[int, float]]]:
    """Return the best of each row (texts × names) in order: one whole number holds a score and its position."""
    import numpy as np

    size = scores.shape[1]
    keys = np.rint(scores.clip(max=1) * _UNIT).astype(np.int64) * size + np.arange(size - 1, -1, -1)
    if limit < size:
        keys = np.partition(keys, size - limit, axis=1)[:, size - limit :]
    keys = np.sort(keys, axis=1)[:, ::-1]
    values, positions = keys // size, size - 1 - keys % size
    return [
        [(at, value / _UNIT) for at, value in zip(places, row, strict=True) if value > 0]
        for places, row in zip(positions.tolist(), values.tolist(), strict=True)
    ]
