"""The words around what was found, with marks: why a resource is among the hits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape

from ukfr_graph.query.search_words import Word
from ukfr_graph.store.text_documents import NAMED_BY, SEPARATOR, find_variants
from ukfr_graph.word_forms import fold, split_words, stems

_FROM, _TO = "\x02", "\x03"  # no text in the index has them
_SHOWN = ("quote", "summary", "definition", "alias", "about")  # where a snippet comes from, the first that matches
_NAMES = ("alias", "about")
_WORDS_AROUND = 14  # words before and after the first that was found
_TOKEN = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)*|\d{1,3}(?:[,.\u00a0\u202f ]\d{3})+")
_MARKED = re.compile(f"{_FROM}[^{_TO}]*{_TO}")
_BLANKS = re.compile(r"\S+")


@dataclass(frozen=True)
class Marker:
    """The parts to mark in a text: words as spelled, beginnings of words, and stems."""

    spelled: frozenset[str]
    begun: tuple[str, ...]
    stemmed: frozenset[str]
    _known: dict[str, bool] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, words: Iterable[Word]) -> Marker:
        """Make it for the words that were searched for."""
        every = list(words)
        spelled = {
            part
            for word in every
            for part in (*split_words(word.text), *map(fold, find_variants(word.text)), *split_words(word.near))
        }
        begun = tuple(split_words(word.text)[-1] for word in every if word.is_open)
        return cls(frozenset(spelled), begun, frozenset(stem for word in every for stem in word.stems))

    def matches(self, token: str) -> bool:
        """Return whether a word, or one of several that are joined, was searched for."""
        if token not in self._known:
            self._known[token] = any(
                part in self.spelled or part.startswith(self.begun) or not self.stemmed.isdisjoint(stems(part))
                for part in (*split_words(token), *map(fold, find_variants(token)))
            )
        return self._known[token]

    def mark(self, text: str) -> str:
        """Put marks around the words that were found; ``mark`` makes HTML of them."""
        return _TOKEN.sub(lambda m: f"{_FROM}{m[0]}{_TO}" if self.matches(m[0]) else m[0], text)

    def choose_snippet(self, texts: Mapping[str, str]) -> tuple[str, str]:
        """Return the field that shows best why a resource was found, and the words around, with marks."""
        for name in _SHOWN:
            marked = self.mark(texts[name])
            if _FROM in marked:
                return name, _cut_names(marked) if name in _NAMES else _cut(marked)
        if spellings := _MARKED.findall(self.mark(texts["variant"])):  # such as the number of a clause
            return "alias", " ".join(dict.fromkeys(spellings))
        name = next((name for name in _SHOWN if texts[name] and name not in _NAMES), "")
        return name, _cut(texts[name]) if name else ""


def mark(text: str) -> str:
    r"""Escape a snippet for HTML, and mark the words that were found.

    >>> mark("a <b> \x02word\x03")
    'a &lt;b&gt; <mark>word</mark>'
    """
    return escape(text).replace(_FROM, "<mark>").replace(_TO, "</mark>")


def _cut_names(text: str) -> str:
    """Keep the names that were found, each with the label of what it is a name of."""
    kept = []
    for thing in text.split(SEPARATOR):
        if _FROM in thing:
            label, is_named, others = thing.partition(NAMED_BY)
            found = [name for name in others.split(", ") if _FROM in name] if is_named else []
            kept.append(f"{label} ({', '.join(found[:2])})" if found and _FROM not in label else label)
    return SEPARATOR.join(kept[:3])


def _cut(text: str) -> str:
    """Keep the words around the first that was found."""
    places = list(_BLANKS.finditer(text))
    if len(places) <= 2 * _WORDS_AROUND:
        return text
    first = next((n for n, place in enumerate(places) if _FROM in place[0]), 0)
    start = max(0, min(first - _WORDS_AROUND // 2, len(places) - 2 * _WORDS_AROUND))
    end = min(len(places), start + 2 * _WORDS_AROUND) - 1
    cut = text[places[start].start() : places[end].end()]
    return f"{'…' if start else ''}{cut}{'…' if end + 1 < len(places) else ''}"
