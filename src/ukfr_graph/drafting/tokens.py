"""The words and signs of a sentence, with what the rules ask of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from ukfr_graph.drafting.language import Cue, Language

_TOKEN = re.compile(r"\d{1,3}(?:[,.]\d{3})+(?!\d)|[^\W_]+(?:['’\-./&][^\W_]+)*|[^\w\s]|_")
_SHORT_WORD = 5  # letters, of one that may end like a gerund by chance
_SUBJECT_WORDS = 9  # from the start of a clause to its verb


@dataclass(frozen=True)
class TextToken:
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
    """A sentence of a text and its tokens. Positions are those of tokens; beyond the ends there are empty words."""

    def __init__(self, text: str, start: int, end: int, language: Language) -> None:
        self.text, self.start, self.end, self.language = text, start, end, language
        self.tokens = [
            TextToken(m[0].lower(), m.start(), m.end(), m[0][0].isupper()) for m in _TOKEN.finditer(text, start, end)
        ]
        self._at = {token.start: number for number, token in enumerate(self.tokens)}
        self._ends = {token.end: number + 1 for number, token in enumerate(self.tokens)}

    def __len__(self) -> int:
        return len(self.tokens)

    def word(self, at: int) -> str:
        """Return the word at a position."""
        return self.tokens[at].word if 0 <= at < len(self.tokens) else ""

    def has(self, at: int, words: str) -> bool:
        """Return whether the word at a position is in a list of the language."""
        return self.word(at) in self.language.words[words]

    def match(self, pattern: str, at: int) -> int:
        """Match a pattern of the language at a token; return the position after it, or 0."""
        if not 0 <= at < len(self.tokens):
            return 0
        found = self.language.patterns[pattern].match(self.text, self.tokens[at].start, self.end)
        return self._ends.get(found.end(), 0) if found else 0

    @cached_property
    def anchors(self) -> dict[int, Anchor]:
        """Every cue of a kind by its first token, in order; of those that start together the first in the list.

        What stands behind an article or a possessive is a noun ("their pledges") and no cue, but for a modal verb.
        """
        found: dict[int, Anchor] = {}
        for cue in self.language.cues:
            for match in cue.pattern.finditer(self.text, self.start, self.end):
                first, last = self._at.get(match.start()), self._ends.get(match.end())
                if first is None or last is None or (cue.form != "bare" and self.has(first - 1, "before_nouns")):
                    continue
                found.setdefault(first, Anchor(cue, first, last))
        return {first: found[first] for first in sorted(found)}

    def skip_adverbs(self, at: int) -> int:
        """Return the position of the first word from ``at`` on that is no adverb."""
        while self.is_adverb(at):
            at += 1
        return at

    def is_adverb(self, at: int) -> bool:
        """Return whether an adverb stands here."""
        return self.language.is_adverb(self.word(at))

    def is_verb(self, at: int, *, certain: bool = False) -> bool:
        """Return whether a word can be a verb's base form; ``certain``: and hardly anything else."""
        return self.language.is_verb(self.word(at), certain=certain)

    def is_base_verb(self, at: int) -> bool:
        """Return whether a verb's base form stands here, to go by the word and the one after it."""
        if at > 0 and at < len(self) and self.tokens[at].is_capital:
            return False
        if not self.is_verb(at):
            return self.is_unknown(at) and (self.has(at + 1, "possessives") or self.has(at + 1, "pronouns"))
        after = self.word(at + 1)
        return (
            self.is_verb(at, certain=True)
            or self.has(at + 1, "determiners")
            or self.is_number(at + 1)
            or self.is_adverb(at + 1)
            or bool(after and self.gerund(at + 1))
        )

    def is_unknown(self, at: int) -> bool:
        """Return whether a word is in no list and has no ending of a form: an object behind it makes it a verb.

        In a language whose base forms have endings of their own, none is told so.
        """
        word = self.word(at)
        if self.language.infinitives:
            return False
        has_ending = any(self.language.has_ending(word, form) for form in self.language.endings)
        return word.isalpha() and not has_ending and not self.language.is_listed(word)

    def is_doubtful_verb(self, at: int) -> bool:
        """Return whether a word that may be a verb or a noun stands before another word, as the last of a list does."""
        is_capital = at < len(self) and self.tokens[at].is_capital
        follows = self.word(at + 1)[:1].isalpha() and not self.has(at + 1, "stops")
        return self.is_verb(at) and not is_capital and follows

    def gerund(self, at: int) -> str:
        """Return the base form of a gerund that stands here, or nothing."""
        return self.language.find_base(self.word(at), "gerund")

    def looks_like_gerund(self, at: int) -> bool:
        """Return whether a word has the ending of a gerund, whatever its base form: behind "by" it is one."""
        word = self.word(at)
        return len(word) > _SHORT_WORD and self.language.has_ending(word, "gerund") and not self.has(at, "no_forms")

    def is_past_verb(self, at: int) -> bool:
        """Return whether a verb in the past tense, or in the third person, seems to stand here."""
        word = self.word(at)
        if not word or (at > 0 and self.tokens[at].is_capital):
            return False
        if self.language.find_base(word, "past"):
            return not self.has(at + 1, "agents")
        base = self.language.find_base(word, "third")
        return bool(base) and self.language.is_verb(base, certain=True) and self.has(at + 1, "determiners")

    def is_number(self, at: int) -> bool:
        """Return whether a number stands here, in digits or in words."""
        return self.word(at)[:1].isdigit() or self.word(at) in self.language.numbers

    def is_object(self, at: int) -> bool:
        """Return whether an object seems to start here: an article, a possessive or a number."""
        return self.has(at, "articles") or self.is_number(at)

    def is_that(self, at: int) -> bool:
        """Return whether a "that" stands here which begins a clause, and points at nothing: not "to that end"."""
        return self.has(at, "that") and not self.has(at - 1, "prepositions")

    def is_coordinator(self, at: int) -> bool:
        """Return whether a word that coordinates stands here."""
        return self.has(at, "coordinators")

    def is_cue_verb(self, at: int) -> bool:
        """Return whether a cue that is a finite verb starts here."""
        return at in self.anchors and not self.language.has_ending(self.word(at), "gerund")

    def skip_coordinator(self, at: int) -> tuple[int, bool]:
        """Return the position after a comma, coordinator or both, and whether there was a coordinator."""
        while self.word(at) in (",", ";"):
            at += 1
        if last := self.match("as_well", at):
            return last, True
        return (at + 1, True) if self.is_coordinator(at) else (at, False)

    def starts_clause(self, at: int, *, any_subject: bool = False) -> bool:
        """Return whether a main clause starts here: a subject, and its verb within a few words.

        ``any_subject`` takes any words for a subject, as after a semicolon.
        """
        is_subject = any_subject or (
            self.has(at, "subjects")
            or self.has(at, "articles")
            or self.is_number(at)
            or bool(self.match("both", at))
            or (at < len(self) and self.tokens[at].is_capital)
        )
        if not is_subject:
            return False
        for place in range(at + 1, min(at + 1 + _SUBJECT_WORDS, len(self))):
            if self.word(place) in (",", ";") or self.has(place, "relatives") or self.is_that(place):
                return False
            is_verb = self.is_cue_verb(place)
            if self.is_coordinator(place - 1) and (is_verb or self.is_past_verb(place)):
                return False  # the verb goes on with something else: "Peace and Progress and agreed"
            if is_verb or (place > at + 1 and self.is_past_verb(place) and self.is_object(place + 1)):
                return True
        return False
