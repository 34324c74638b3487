"""The words and signs of a sentence, with what the rules ask of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from ukfr_graph.drafting.language import Cue, Language

_TOKEN = re.compile(r"\d{1,3}(?:[,.]\d{3})+(?!\d)|[^\W_]+(?:['’\-./&][^\W_]+)*|[^\w\s]|_")
_BEFORE_NOUNS = frozenset("the a an our their its his her this these those of".split())  # noqa: SIM905


@dataclass(frozen=True)
class Token:
    """A word or a sign: its characters in lower case, and where it stands in the text."""

    word: str
    start: int
    end: int
    is_capital: bool


@dataclass(frozen=True)
class Anchor:
    """A cue in a sentence, from token ``first`` up to ``last`` (exclusive)."""

    cue: Cue
    first: int
    last: int


class Sentence:
    """A sentence of a text and its tokens."""

    def __init__(self, text: str, start: int, end: int, language: Language) -> None:
        self.text, self.start, self.end, self.language = text, start, end, language
        self.tokens = [
            Token(m[0].lower(), m.start(), m.end(), m[0][0].isupper()) for m in _TOKEN.finditer(text, start, end)
        ]
        self._at = {token.start: number for number, token in enumerate(self.tokens)}
        self._ends = {token.end: number + 1 for number, token in enumerate(self.tokens)}

    def word(self, at: int) -> str:
        """Return the word at a position; empty beyond the ends."""
        return self.tokens[at].word if 0 <= at < len(self.tokens) else ""

    def match(self, pattern: re.Pattern[str], at: int) -> int:
        """Match a pattern at a token; return the position after it, or 0."""
        if not 0 <= at < len(self.tokens):
            return 0
        found = pattern.match(self.text, self.tokens[at].start, self.end)
        return self._ends.get(found.end(), 0) if found else 0

    @cached_property
    def anchors(self) -> list[Anchor]:
        """Every cue of a kind, in the order of the text; of those that start together the first in the list."""
        found: dict[int, Anchor] = {}
        for cue in self.language.cues:
            for match in cue.pattern.finditer(self.text, self.start, self.end):
                first, last = self._at.get(match.start()), self._ends.get(match.end())
                if first is None or last is None or (cue.form != "bare" and self.word(first - 1) in _BEFORE_NOUNS):
                    continue
                if first not in found:
                    found[first] = Anchor(cue, first, last)
        return [found[first] for first in sorted(found)]

    def skip_adverbs(self, at: int) -> int:
        """Return the position of the first word from ``at`` on that is no adverb."""
        while (word := self.word(at)) and (
            word in self.language.words["adverbs"]
            or (word.endswith("ly") and word not in ("supply", "apply", "comply", "rely", "reply", "family"))
        ):
            at += 1
        return at

    def is_base_verb(self, at: int) -> bool:
        """Return whether a verb's base form stands here, to go by the word and the one after it."""
        word, after = self.word(at), self.word(at + 1)
        if self.language.is_verb(word, certain=True):
            return not (0 <= at < len(self.tokens) and self.tokens[at].is_capital and at > 0)
        return (
            word in self.language.words["doubtful"]
            and not self.tokens[at].is_capital
            and (
                after in self.language.words["determiners"]
                or after in self.language.numbers
                or after[:1].isdigit()
                or after.endswith(("ing", "ly"))
            )
        )

    def gerund(self, at: int) -> str:
        """Return the base form of a gerund that stands here, or nothing."""
        return self.language.find_base(self.word(at), "ing")

    def is_past_verb(self, at: int) -> bool:
        """Return whether a verb in the past tense, or in the third person, seems to stand here."""
        word = self.word(at)
        if at > 0 and self.tokens[at].is_capital:
            return False
        if self.language.find_base(word, "ed"):
            return self.word(at + 1) not in ("by",)
        base = word[:-1] if word.endswith("s") else ""
        return (
            bool(base)
            and self.language.is_verb(base, certain=True)
            and self.word(at + 1) in self.language.words["determiners"]
        )
