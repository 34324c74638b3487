"""Recognising saved questions, and values of their parameters, in what someone typed.

A question is known by the words of its summary and of the phrasings in its file (``#+ asked``), in every language, and
by words that mean the same (``question-words.txt``). A rare word tells more than one that many questions have. Names of
things and days in the text become values of parameters that take them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from math import log
from typing import Any

from ukfr_graph import iris
from ukfr_graph.query.parameters import Parameter
from ukfr_graph.query.saved import SavedQuery
from ukfr_graph.query.search import Found, NameFound
from ukfr_graph.resources import package_folder
from ukfr_graph.word_forms import fold, split_words, stems, stop_words

_SURE = 0.72
"""A question with at least this score is what was meant; one with less may be."""

_SURE_OF_A_QUESTION = 0.57  # where the text is worded as a question
_LIKELY = 0.4
_MOST = 6
MOST_CARDS = 2
"""Most questions whose answers are shown above what was found."""

_COVERED, _SPECIFIC = 0.6, 0.4  # how much it counts that the words typed are the question's, and that its are typed
_UNKNOWN = 3.0  # how much a word tells that no question has: that none is meant
_LITTLE = 0.6  # how much a word tells that asks, such as *who*
_ALIKE = 0.62  # how much words that do not ask have in common with a phrasing at least; more than `_UNASKED`
_UNASKED = 0.6  # times what words without a question word have in common with a phrase that has one
_SAME = 0.9  # from which on a text is a phrasing, but for little
_OPEN = 0.9  # times the score of a question about a thing of which none was named
_ASKING = frozenset({
    "who", "whom", "whose", "what", "which", "when", "where", "why", "how", "much", "many", "about", "say",
    "qui", "quoi", "quel", "quelle", "quels", "quelles", "quand", "ou", "pourquoi", "comment", "combien", "sur", "dit",
})  # fmt: skip
_VERBS = frozenset({
    "do", "does", "did", "is", "are", "was", "were", "can", "could", "has", "have", "will", "should",
    "est", "sont", "a", "ont", "y", "peut", "faut", "qu",
})  # fmt: skip
_DAY = re.compile(r"\b(1[89]\d\d|20\d\d)(?:-(\d\d)-(\d\d))?\b")


@dataclass(frozen=True)
class Recognised:
    """A saved question that was meant, or may be (``is_sure``), with the values of its parameters as text."""

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
                _read_terms(text)
                for texts in (question.summary.values(), *question.asked.values())
                for text in texts
            ]
            for question in self._questions
        }  # fmt: skip
        self._keys = {
            question.name: {_make_key(text) for texts in question.asked.values() for text in texts}
            for question in self._questions
            if not any(map(_is_about, question.parameters))
        }

    def as_dict(self) -> dict[str, Any]:
        """Return what ``recognise`` goes by as plain values, for a script that does the same."""
        questions = [
            {
                "name": question.name,
                "question": dict(question.summary),
                "phrases": [sorted(phrase) for phrase in self._phrases[question.name]],
                "asked": sorted(self._keys.get(question.name, ())),
                "parameters": [{"name": p.name, "kind": p.kind, "takes": p.takes} for p in question.parameters],
            }
            for question in self._questions
        ]
        weights = {"covered": _COVERED, "specific": _SPECIFIC, "open": _OPEN, "unknown": _UNKNOWN, "asking": _LITTLE}
        least = {"sure": _SURE, "sureOfQuestion": _SURE_OF_A_QUESTION, "likely": _LIKELY, "same": _SAME}
        words = {"meanings": dict(_meanings()), "asking": sorted(_ASKING), "verbs": sorted(_VERBS)}
        return {"questions": questions, "rarity": dict(self._rarity), **words, "weights": weights, "least": least}

    def recognise(self, text: str, found: Found) -> list[Recognised]:
        """Return the questions that the text asks, the best first; ``found`` is what a search for it found."""
        for word, meant in found.corrected.items():
            if _meaning(fold(word)) not in self._rarity:
                text = text.replace(word, meant)
        names = found.names
        days = [day for day in map(_read_day, _DAY.finditer(text)) if day]
        typed = _read_terms(_DAY.sub(" ", text)) | frozenset(days)
        least, alike = (_SURE_OF_A_QUESTION, 0.0) if _is_question(text) else (_SURE, _ALIKE)
        matched = [self._match(question, typed, names, days, least, alike) for question in self._questions]
        likely = sorted((item for item in matched if item and item.score >= _LIKELY), key=lambda item: -item.score)
        if typed.isdisjoint(_ASKING) and (found.is_name or len(typed) == 1):
            # What a thing is called, or one word, is a question only where it is asked so.
            is_typed = not found.corrected
            likely = [replace(i, is_sure=is_typed and i.is_sure and self._is_asked(i.name, text)) for i in likely]
        return likely[:_MOST]

    def _match(
        self,
        question: SavedQuery,
        typed: frozenset[str],
        names: Sequence[NameFound],
        days: Sequence[str],
        least: float,
        alike: float,
    ) -> Recognised | None:
        values, used = _fill(question.parameters, names, days)
        phrases = self._phrases[question.name]
        asked = typed - used
        words = frozenset().union(*phrases)
        best = max((self._compare(asked, phrase - used) for phrase in phrases), default=0.0)
        if not best:
            return None
        covered = self._weigh((typed & words) | (typed & used)) / max(self._weigh(typed), 0.1)
        is_open = any(_is_about(parameter) and parameter.name not in values for parameter in question.parameters)
        score = round((_COVERED * covered + _SPECIFIC * best) * (_OPEN if is_open else 1), 3)
        named = frozenset(term for name in names if _is_one(name) for word in name.words for term in _read_terms(word))
        is_told = bool(used or (asked - named - _ASKING) & words) or best >= _SAME  # not by a thing's name alone
        return Recognised(question.name, values, score, score >= least and best >= alike and is_told)

    def _is_asked(self, name: str, text: str) -> bool:
        """Return whether a text is a phrasing of a question, and has not only words that mean the same."""
        return _make_key(text) in self._keys.get(name, ())

    def _compare(self, typed: frozenset[str], phrase: frozenset[str]) -> float:
        """Return how much a phrase and what was typed have in common, from 0 to 1; less where only one asks."""
        whole = self._weigh(phrase | typed)
        share = self._weigh(phrase & typed) / whole if whole else 0.0
        return share * (_UNASKED if phrase & _ASKING and not typed & _ASKING else 1)

    def _weigh(self, terms: Iterable[str]) -> float:
        return sum(_LITTLE if term in _ASKING else self._rarity.get(term, _UNKNOWN) for term in terms)

    @cached_property
    def _rarity(self) -> dict[str, float]:
        """How much a word tells: more, the fewer questions have it."""
        words = [frozenset().union(*phrases) for phrases in self._phrases.values()]
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
                used |= {term for word in known.words for term in _read_terms(word)}
    return values, frozenset(used)


def _takes(parameter: Parameter, name: NameFound) -> bool:
    """Return whether a parameter takes a thing: by its class, its vocabulary, or what may be chosen."""
    if parameter.choices:
        return name.iri in map(iris.expand, parameter.choices)
    kinds = map(iris.expand, parameter.takes.split())
    return any(kind in name.types or name.iri.startswith(kind + "/") for kind in kinds)


def _is_about(parameter: Parameter) -> bool:
    """Return whether a question is about the thing that a parameter takes; a statement alone narrows any question."""
    return bool(parameter.takes) and parameter.takes != "ukfr:Statement"


def _is_one(name: NameFound) -> bool:
    """Return whether a name is of one thing, such as a person or place, and not of a topic or a term."""
    return name.is_thing and iris.SKOS + "Concept" not in name.types


def _read_day(match: re.Match[str]) -> str:
    """Read a day; a year stands for its last day."""
    year, month, day = match.groups()
    try:
        return date(int(year), int(month or 12), int(day or 31)).isoformat()
    except ValueError:
        return ""


def _is_question(text: str) -> bool:
    """Return whether a text is worded as a question: by its first word, or a question mark."""
    return text.rstrip().endswith("?") or not (_ASKING | _VERBS).isdisjoint(split_words(text)[:1])


def _read_terms(text: str) -> frozenset[str]:
    """Return the words of a text by their meaning: those that mean the same are one."""
    return frozenset(map(_meaning, _drop_stop_words(text)))


def _drop_stop_words(text: str) -> list[str]:
    words = split_words(text)
    return [word for word in words if word not in stop_words() or word in _ASKING] or words


def _make_key(text: str) -> str:
    return " ".join(stems(word)[0] for word in _drop_stop_words(text))


def _meaning(word: str) -> str:
    if word in _ASKING:
        return word
    known = _meanings()
    return next((known[form] for form in (word, *stems(word)) if form in known), stems(word)[0])


@cache
def _meanings() -> dict[str, str]:
    """Read which words mean the same: each form, and its stems, to the first word of its line."""
    meanings: dict[str, str] = {}
    for line in (package_folder() / "question-words.txt").read_text("utf-8").splitlines():
        words = [] if line.startswith("#") else line.split()
        for word in words:
            for form in (word, *stems(word)):
                meanings.setdefault(form, words[0])
    return meanings
