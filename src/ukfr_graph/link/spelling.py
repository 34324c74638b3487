"""Spellings of names: what is written differently but reads the same."""

from __future__ import annotations

import re
import unicodedata

_ELISION = re.compile(r"\b(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu)['’ʼ](?=\w)")
_NOT_LETTERS = re.compile(r"[\W_]+")
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "°": "o"})


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
