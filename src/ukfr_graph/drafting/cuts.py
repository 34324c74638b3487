"""Cuts of a sentence, and what is open while it is read from left to right."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ukfr_graph.drafting.tokens import Sentence

Frame = Literal["", "any", "modal", "bare", "to", "gerund", "means", "finite"]
"""The forms that a further verb may take up: a modal with its verb ("bare") or without one yet, an infinitive, a
gerund, means, or the subject alone."""


@dataclass(frozen=True, order=True)
class Cut:
    """A clause ends before token ``stop`` and the next begins at ``start``; what is between joins them."""

    stop: int
    start: int
    rule: str
    is_part: bool = False


@dataclass(frozen=True)
class Join:
    """A comma, a semicolon or a coordinator: at which token, where the words ``after`` it start, and its signs."""

    at: int
    after: int
    here: int  # the first word after it that is no adverb
    is_joined: bool  # there is a coordinator
    has_comma: bool
    is_strong: bool  # there is a semicolon


@dataclass
class Open:
    """The construction that is open in a sentence at the level of the main verb, and the cuts so far.

    ``verb`` is the last verb of that level, ``means`` the "by" before a gerund, ``since`` the start of the clause: all
    tokens, -1 where there is none. ``is_purpose``: an infinitive that depends on the verb is open; ``is_subordinate``:
    a clause is; ``is_asking``: a call was made, and what is asked for has not been said.
    """

    sentence: Sentence
    frame: Frame = ""
    verb: int = -1
    means: int = -1
    since: int = 0
    is_purpose: bool = False
    is_subordinate: bool = False
    is_asking: bool = False
    cuts: list[Cut] = field(default_factory=list)

    def take(self, frame: Frame, verb: int, *, purpose: bool = False) -> None:
        """Take a verb for the open one."""
        self.frame, self.verb, self.is_purpose = frame, verb, purpose

    def close(self) -> None:
        """Close what is open: a clause with a subject of its own begins."""
        self.take("", -1)
        self.means = -1

    def cut(self, join: Join, rule: str, *, start: int = -1, part: bool = False) -> None:
        """Cut at a join."""
        start = join.after if start < 0 else start
        self.cuts.append(Cut(join.at, start, rule, part))
        self.is_subordinate, self.since = False, start

    def has_verb(self, at: int) -> bool:
        """Return whether the clause has a verb before a token."""
        return bool(self.frame) or any(first in self.sentence.anchors for first in range(self.since, at))

    def has_object(self, at: int) -> bool:
        """Return whether there is more between the open verb and a token than further verbs and adverbs."""
        if self.verb < 0:
            return True
        sentence = self.sentence
        return any(
            not (
                sentence.word(place) == ","
                or sentence.is_coordinator(place)
                or sentence.is_adverb(place)
                or sentence.is_verb(place, certain=True)
                or (sentence.is_verb(place) and (sentence.word(place - 1) == "," or sentence.is_coordinator(place - 1)))
            )
            for place in range(self.verb + 1, at)
        )

    def is_blocked(self, join: Join) -> bool:
        """Return whether what a join goes on with belongs to a subordinate clause."""
        return self.is_subordinate and not (join.is_joined and join.has_comma) and not join.is_strong
