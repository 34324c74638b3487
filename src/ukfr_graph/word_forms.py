"""Words as the search compares them: folded, without their endings, and which of them carry no meaning.

The recipe, for whoever searches the same index in another language (``store.text_index`` has the tables):

1. Split a text into words: runs of letters and digits.
2. Fold each: small letters, no accents, ligatures written out (*œ* as *oe*).
3. Leave out the stop words, unless nothing else is left. The index has them in its table ``stop``.
4. The stem of a word is what Snowball (https://snowballstem.org) makes of the folded word, in English or in French.
   Which languages have stems in the index is in its table ``stemmed``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from ukfr_graph.resources import package_folder

if TYPE_CHECKING:
    from snowballstemmer.basestemmer import BaseStemmer

STEMMED = {"en": "english", "fr": "french"}
"""The languages whose words are stemmed, and what Snowball calls them."""

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_WORD = re.compile(r"[^\W_]+")
_BLANKS = "".join(c if _WORD.fullmatch(c) else " " for c in map(chr, range(128)))  # ASCII is split three times as fast
_REMEMBERED = 65_536  # stems of a language
_LONGEST_STEMMED = 40  # characters; a longer run of letters is no word


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Return a text in small letters, without accents and ligatures.

    >>> fold("Évian, À l'ŒUVRE")
    "evian, a l'oeuvre"
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return "".join(c for c in plain if not unicodedata.combining(c))


def split_words(text: str) -> list[str]:
    """Return the words of a text, folded.

    >>> split_words("L'accord du Touquet n° 2004-137")
    ['l', 'accord', 'du', 'touquet', 'n', '2004', '137']
    """
    folded = fold(text)
    return folded.translate(_BLANKS).split() if folded.isascii() else _WORD.findall(folded)


@lru_cache(maxsize=_REMEMBERED)
def stem(word: str, language: str) -> str:
    """Return a folded word without its ending; as it is where the language has no stemmer.

    >>> stem("traffickers", "en"), stem("frontieres", "fr"), stem("2016", "en"), stem("miast", "pl")
    ('traffick', 'frontier', '2016', 'miast')
    """
    if language not in STEMMED or not word.isalpha() or len(word) > _LONGEST_STEMMED:
        return word
    stemmed: str = _stemmer(language).stemWord(word)
    return stemmed


class _Stems(dict[str, str]):
    """The stems of a language's words, as far as they were needed: in a large text, asking for each takes long."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> str:
        if len(self) > _REMEMBERED:
            self.clear()
        self[word] = stemmed = stem(word, self._language)
        return stemmed


def stem_words(words: Iterable[str], language: str) -> str:
    """Return the stems of folded words, with blanks between them.

    >>> stem_words(["criminal", "networks"], "en")
    'crimin network'
    """
    known = _stems_of(language)
    return " ".join([known[word] for word in words])


@cache
def _stems_of(language: str) -> _Stems:
    return _Stems(language)


def stems(word: str) -> list[str]:
    """Return the stems that a folded word has in any of the languages, each once.

    >>> stems("promises")
    ['promis']
    """
    return list(dict.fromkeys(stem(word, language) for language in STEMMED))


def stem_text(text: str, language: str) -> str:
    """Return the stems of a text's words, with blanks between them; without a language, those of each.

    >>> stem_text("Criminal networks", "en")
    'crimin network'
    """
    words = split_words(text)
    return " ".join(" ".join(stems(word)) if not language else stem(word, language) for word in words)


@cache
def stop_words() -> frozenset[str]:
    """Return the words that say nothing of what is sought, folded: articles, pronouns, question words."""
    return frozenset((package_folder() / "stop-words.txt").read_text("utf-8").split())


@cache
def meanings() -> dict[str, str]:
    """Return which words mean the same where questions are asked: each form, and its stems, to the first of them."""
    meant: dict[str, str] = {}
    for line in (package_folder() / "question-words.txt").read_text("utf-8").splitlines():
        words = [] if line.startswith("#") else line.split()
        for word in words:
            for form in (word, *stems(word)):
                meant.setdefault(form, words[0])
    return meant


@cache
def number_words() -> dict[str, int]:
    """Return the numbers that are written in words, folded; a number of two words is their sum."""
    lines = (package_folder() / "number-words.txt").read_text("utf-8").splitlines()
    return {word: int(number) for number, *words in map(str.split, lines) for word in words}


def drop_stop_words(words: Iterable[str]) -> list[str]:
    """Return the words that carry meaning; all of them where none does.

    >>> drop_stop_words(["what", "became", "of", "the", "children"]), drop_stop_words(["the", "who"])
    (['became', 'children'], ['the', 'who'])
    """
    every, stopped = list(words), stop_words()
    return [word for word in every if word not in stopped] or every


@cache
def _stemmer(language: str) -> BaseStemmer:
    import snowballstemmer  # 60 ms, which only the search spends

    return snowballstemmer.stemmer(STEMMED[language])
