"""Quotes that stand in a text once: words, with as much before and after them as that takes.

Web Annotation Data Model, TextQuoteSelector: https://www.w3.org/TR/annotation-model/#text-quote-selector
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import islice

_WINDOW = 24  # characters that are looked up
_CONTEXTS = (0, 1, 2, 4, 8, 16, 32)  # words before and after
_PATIENCE = 50_000_000  # characters that may be searched for what no window tells
_WORD = re.compile(r"\S+")
_START = re.compile(r"(?<!\w)\w")


@dataclass(frozen=True)
class Quote:
    """A quote and its context, as a record has them."""

    exact: str
    prefix: str = ""
    suffix: str = ""

    def write(self) -> dict[str, str]:
        """Return the keys of a record."""
        found = {"exact": self.exact, "prefix": self.prefix, "suffix": self.suffix}
        return {key: value for key, value in found.items() if value}


class Quoter:
    """Makes quotes of one text, whose line ends are LF."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = [match.start() for match in _WORD.finditer(text)]
        self._starts = [match.start() for match in _START.finditer(text) if match.start()]
        self._repeated: set[str] = set()
        self._left = _PATIENCE
        seen: set[str] = set()
        for at in self._starts:
            window = text[at - 1 : at - 1 + _WINDOW]
            (self._repeated if window in seen else seen).add(window)

    def quote(self, start: int, end: int) -> Quote | None:
        """Quote a stretch so that it stands in the text once; None where that takes too much context."""
        for words in _CONTEXTS:
            first = self._step_back(start, words)
            if self._is_unique(first, end):
                return Quote(self._text[start:end], self._text[first:start])
        for words in _CONTEXTS[1:]:
            first, last = self._step_back(start, words), self._step_on(end, words)
            if self._is_unique(first, last):
                return Quote(self._text[start:end], self._text[first:start], self._text[end:last])
        return None

    def quote_within(self, start: int, end: int, scope: tuple[int, int]) -> Quote | None:
        """Quote a stretch of a clause, whose characters are ``scope``, so that it stands in the clause once."""
        for words in _CONTEXTS[:-2]:
            first = self._step_back(start, words)
            last = self._step_on(end, words) if words > 1 else end
            found = Quote(self._text[start:end], self._text[first:start], self._text[end:last])
            if self._count(found, scope) == 1:
                return found
        return None

    def _count(self, quote: Quote, scope: tuple[int, int]) -> int:
        """Count the places in a scope where a quote stands with its context, up to two."""
        whole = quote.prefix + quote.exact + quote.suffix
        before, after = len(quote.prefix), len(quote.suffix)
        found, at = 0, self._text.find(whole, max(0, scope[0] - before), scope[1] + after)
        while at >= 0 and found < 2:
            found += scope[0] <= at + before and at + before + len(quote.exact) <= scope[1]
            at = self._text.find(whole, at + 1, scope[1] + after)
        return found

    def _step_back(self, at: int, words: int) -> int:
        place = bisect_left(self._words, at)
        return self._words[max(0, place - words)] if words and place else at

    def _step_on(self, at: int, words: int) -> int:
        found = list(islice(_WORD.finditer(self._text, at), words))
        return found[-1].end() if found else at

    def _is_unique(self, start: int, end: int) -> bool:
        place = bisect_left(self._starts, start + 1)
        while place < len(self._starts) and self._starts[place] - 1 + _WINDOW <= end:
            at = self._starts[place] - 1
            if self._text[at : at + _WINDOW] not in self._repeated:
                return True
            place += 1
        if self._left <= 0:
            return False
        words = self._text[start:end]
        first = self._text.find(words)
        if first != start:
            self._left -= first + len(words)
            return False
        second = self._text.find(words, start + 1)
        self._left -= (second if second >= 0 else len(self._text)) + 1
        return second < 0
