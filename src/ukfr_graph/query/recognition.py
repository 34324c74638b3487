"""Recognising saved questions, and values of their parameters, in what someone typed.

A question is known by the words of its summary and of the phrasings in its file (``#+ asked``), in every language, and
by words that mean the same (``question-words.txt``). A rare word tells more than one that many questions have. Names of
things and days in the text become values of parameters that take them; a phrasing may also have a place for a thing of
a class (*who was {ukfr:Office}*). Other names in the text, such as those of states, say little of what is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from math import log
from typing import Any

from ukfr_graph import iris
from ukfr_graph.query.parameters import Parameter
from ukfr_graph.query.phrasings import (
    ASKING,
    NAMED,
    STATES,
    TELLING,
    TOPIC,
    VERBS,
    Phrase,
    Typed,
    drop_stop_words,
    find_meaning,
    make_key,
    read_terms,
)
from ukfr_graph.query.saved import SavedQuery
from ukfr_graph.query.search_names import NameFound
from ukfr_graph.query.search_results import Found
from ukfr_graph.word_forms import fold

_SURE = 0.72
"""A question with at least this score is what was meant; one with less may be."""

_SURE_OF_A_QUESTION = 0.57  # where the text is worded as a question
_LIKELY = 0.4
_NEAR = 0.85  # times the best score: what has less was not meant besides
_MOST = 6
MOST_CARDS = 2
"""Most questions whose answers are shown above what was found."""

_COVERED, _SPECIFIC = 0.6, 0.4  # how much it counts that the words typed are the question's, and that its are typed
_UNKNOWN = 3.0  # how much a word tells that no question has: that none is meant
_WORDED = 0.1  # how much it counts that every word is the phrasing's, those that carry no meaning included
_LITTLE = 0.6  # how much a word tells that asks, such as *who*
_ALIKE = 0.62  # how much words that do not ask have in common with a phrasing at least; more than `_UNASKED`
_UNASKED = 0.6  # times what words without a question word have in common with a phrase that has one
_SAME = 0.9  # from which on a text is a phrasing, but for little
_OPEN = 0.9  # times the score of a question about a thing of which none was named


@dataclass(frozen=True)
class Recognised:
    """A saved question that was meant, or may be (``is_sure``), with the values of its parameters as text.

    ``score`` is 1, or a little more, where all words are the question's.
    """

    name: str
    values: Mapping[str, str]
    score: float
    is_sure: bool


class QuestionIndex:
    """The words by which a set of saved questions is known."""

    def __init__(self, questions: Iterable[SavedQuery]) -> None:
        self._questions = list(questions)
        self._phrases = {
            question.name: [
                Phrase.of(text)
                for texts in (question.summary.values(), *question.asked.values())
                for text in texts
            ]
            for question in self._questions
        }  # fmt: skip
        self._keys = {
            question.name: frozenset(
                make_key(drop_stop_words(text)) for texts in question.asked.values() for text in texts
            )
            for question in self._questions
            if not _list_needed(question)
        }

    def as_dict(self) -> dict[str, Any]:
        """Return what ``recognise`` goes by as plain values, for a script that does the same."""
        questions = [
            {
                "name": question.name,
                "question": dict(question.summary),
                "text": question.text,
                "phrases": [text for texts in question.asked.values() for text in texts],
                "needed": [parameter.name for parameter in _list_needed(question)],
                "parameters": [asdict(parameter) for parameter in question.parameters],
                "columns": {
                    name: dict(c.labels) for name, c in question.columns.items() if f"?{name}" in question.text
                },
            }
            for question in self._questions
        ]
        return {
            "questions": questions,
            "asking": sorted(ASKING),
            "telling": sorted(TELLING),
            "verbs": sorted(VERBS),
            "states": sorted(STATES),
            "weights": {
                "covered": _COVERED, "specific": _SPECIFIC, "open": _OPEN, "unknown": _UNKNOWN, "asking": _LITTLE,
                "unasked": _UNASKED, "named": NAMED, "topic": TOPIC, "worded": _WORDED,
            },
            "least": {
                "sure": _SURE, "sureOfQuestion": _SURE_OF_A_QUESTION, "likely": _LIKELY, "same": _SAME, "alike": _ALIKE,
                "near": _NEAR,
            },
            "most": {"recognised": _MOST, "cards": MOST_CARDS},
        }  # fmt: skip

    def recognise(self, text: str, found: Found) -> list[Recognised]:
        """Return the questions that the text asks, the best first; ``found`` is what a search for it found."""
        for word, meant in found.corrected.items():
            if find_meaning(fold(word)) not in self._rarity:
                text = text.replace(word, meant)
        typed = Typed.of(text, found)
        matched = [self._match(question, typed) for question in self._questions]
        likely = sorted((item for item in matched if item and item.score >= _LIKELY), key=lambda item: -item.score)
        near = _NEAR * likely[0].score if likely else 0
        return [replace(item, is_sure=item.is_sure and item.score >= near) for item in likely[:_MOST]]

    def _match(self, question: SavedQuery, typed: Typed) -> Recognised | None:
        values, used = _fill(question.parameters, typed.names, typed.days)
        phrases = self._phrases[question.name]
        words = frozenset().union(*(phrase.terms for phrase in phrases))
        asked = typed.words - used
        named = {word: weight for word, weight in typed.named.items() if word in asked - words}
        named |= dict.fromkeys(asked.intersection(typed.days) if typed.is_question else (), NAMED)
        best, alike, placed = max(
            (self._compare_phrase(phrase, typed, used, named) for phrase in phrases),
            key=lambda found: found[0],
            default=(0.0, 0.0, frozenset[str]()),
        )
        if not best:
            return None
        named = {word: weight for word, weight in named.items() if word not in placed}
        told = (typed.words & (words | used)) | placed
        covered = self._weigh(told, named) / max(self._weigh(told | asked, named), 0.1)
        is_open = any(parameter.name not in values for parameter in _list_needed(question))
        score = round((_COVERED * covered + _SPECIFIC * best) * (_OPEN if is_open else 1), 3)
        names = {word for word, weight in typed.named.items() if weight == NAMED}
        is_told = not (told - used - placed - names - ASKING).isdisjoint(words) or alike >= _SAME
        if typed.is_question:
            is_sure = score >= _SURE_OF_A_QUESTION and is_told
        else:
            is_sure = score >= _SURE and alike >= _ALIKE and is_told
        is_alone = typed.is_name or (not typed.is_question and len(told | (asked - named.keys())) == 1)
        if typed.words.isdisjoint(ASKING) and not typed.is_corrected and self._is_asked(question.name, typed):
            is_sure = True
        elif typed.words.isdisjoint(ASKING) and is_alone:
            is_sure = False  # what a thing is called, or one word, is a question only where it is asked so
        return Recognised(question.name, values, score, is_sure)

    def _compare_phrase(
        self, phrase: Phrase, typed: Typed, used: frozenset[str], named: Mapping[str, float]
    ) -> tuple[float, float, frozenset[str]]:
        """Return how alike a phrasing is, with all its words and with those of meaning, and the words in its places."""
        places = phrase.terms & typed.places.keys()
        placed = frozenset().union(*(typed.places[place] for place in places))
        share = self._compare((typed.words - used - placed) | places, phrase.terms - used, named)
        return share + _WORDED * _measure_overlap(typed.said, phrase.said) if share else 0.0, share, placed

    def _is_asked(self, name: str, typed: Typed) -> bool:
        """Return whether a text is a phrasing of a question, states left out, and not only words that mean the same."""
        words = drop_stop_words(typed.text)
        left = [word for word in words if word not in typed.states] or words
        return not self._keys.get(name, frozenset()).isdisjoint((make_key(words), make_key(left)))

    def _compare(self, typed: frozenset[str], phrase: frozenset[str], named: Mapping[str, float]) -> float:
        """Return how much a phrase and what was typed have in common, from 0 to 1; less where only one asks."""
        whole = self._weigh(phrase | typed, named)
        share = self._weigh(phrase & typed, named) / whole if whole else 1.0  # both are what the question takes
        return share * (_UNASKED if phrase & ASKING and not typed & ASKING else 1)

    def _weigh(self, terms: Iterable[str], named: Mapping[str, float]) -> float:
        return sum(_LITTLE if term in ASKING else named.get(term) or self._rarity.get(term, _UNKNOWN) for term in terms)

    @cached_property
    def _rarity(self) -> dict[str, float]:
        """Return the weight of each word: the fewer questions have it, the more it tells."""
        words = [frozenset().union(*(phrase.terms for phrase in phrases)) for phrases in self._phrases.values()]
        every = frozenset().union(*words)
        return {word: log(1 + len(words) / sum(word in known for known in words)) for word in every}


def _fill(
    parameters: Sequence[Parameter], names: Sequence[NameFound], days: Sequence[str]
) -> tuple[dict[str, str], frozenset[str]]:
    """Find values for parameters, the things and days that a text names: (values, the words that name them)."""
    values: dict[str, str] = {}
    used: set[str] = set()
    left = list(days)
    for parameter in parameters:
        if parameter.kind == "date" and left:
            values[parameter.name] = left.pop(0)
            used.add(values[parameter.name])
        elif parameter.kind == "iri":
            known = next((name for name in names if _takes(parameter, name)), None)
            if known:
                values[parameter.name] = iris.shorten(known.iri)
                used |= {term for word in known.words for term in read_terms(word)}
    return values, frozenset(used)


def _takes(parameter: Parameter, name: NameFound) -> bool:
    """Return whether a parameter takes a thing: by its class, its vocabulary, or what may be chosen."""
    if parameter.choices:
        return name.iri in map(iris.expand, parameter.choices)
    kinds = map(iris.expand, parameter.takes.split())
    return any(kind in name.types or name.iri.startswith(kind + "/") for kind in kinds)


def _list_needed(question: SavedQuery) -> list[Parameter]:
    """List the parameters for the things that a question is about; others narrow it, such as that of a statement."""
    return [p for p in question.parameters if p.takes and (p.required or p.default)]


def _measure_overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)
