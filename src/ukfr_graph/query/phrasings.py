"""Phrasings of questions, and what someone typed: words by their meaning, and the things and days that they name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from ukfr_graph import iris
from ukfr_graph.query.search_names import NameFound
from ukfr_graph.query.search_results import Found
from ukfr_graph.word_forms import meanings, split_words, stems, stop_words

NAMED, TOPIC = 0.3, 1.0  # how much a word tells that names a thing, or a topic, which the question does not take
ASKING = frozenset({
    "who", "whom", "whose", "what", "which", "when", "where", "why", "how", "much", "many", "about", "say",
    "qui", "quoi", "quel", "quelle", "quels", "quelles", "quand", "ou", "pourquoi", "comment", "combien", "sur", "dit",
})  # fmt: skip
TELLING = frozenset({"plus", "number"})  # as in *ne … plus*, *number of*: here they carry meaning
VERBS = frozenset({
    "do", "does", "did", "is", "are", "was", "were", "can", "could", "has", "have", "will", "should",
    "est", "sont", "a", "ont", "y", "peut", "faut", "qu", "que",
})  # fmt: skip
STATES = frozenset((iris.UKFR + "State", iris.UKFR + "Government"))
_INVERTED = re.compile(r"-(?:ils?|elles?|on|ce)\b", re.IGNORECASE)
_PLACE = re.compile(r"\{(\w+:\w+)\}")
_DAY = re.compile(r"\b(1[89]\d\d|20\d\d)(?:-(\d\d)-(\d\d))?\b")


@dataclass(frozen=True)
class Phrase:
    """A way to ask a question: its words by their meaning with its places for things, and all words as they stand."""

    terms: frozenset[str]
    said: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a phrasing.

        >>> sorted(Phrase.of("who was {ukfr:Office}").terms)
        ['who', '{https://w3id.org/ukfr/ontology#Office}']
        """
        places = frozenset(_write_place(iris.expand(name)) for name in _PLACE.findall(text))
        rest = _PLACE.sub(" ", text)
        return cls(read_terms(rest) | places, frozenset(split_words(rest)))


@dataclass(frozen=True)
class Typed:
    """A typed text: its words by their meaning, the things and days that it names, and the words of those.

    ``named`` are the words that name things, with how much each tells of a question that does not take the thing, and
    ``places`` the words that name a thing of a class, by the place for it; ``said`` are all words as they stand,
    ``states`` those that name states and their governments: what they do with each other is what all of it is about.
    """

    text: str
    said: frozenset[str]
    words: frozenset[str]
    names: tuple[NameFound, ...]
    days: tuple[str, ...]
    named: Mapping[str, float]
    places: Mapping[str, frozenset[str]]
    states: frozenset[str]
    is_name: bool
    is_corrected: bool

    @classmethod
    def of(cls, text: str, found: Found) -> Self:
        """Read what was typed; ``found`` is what a search for it found."""
        days = tuple(day for day in map(_read_day, _DAY.finditer(text)) if day)
        words = read_terms(_DAY.sub(" ", text)) | frozenset(days)
        named: dict[str, float] = {}
        places: dict[str, frozenset[str]] = {}
        for name in found.names:
            if name.is_thing:
                terms = frozenset(term for word in name.words for term in read_terms(word))
                for term in terms:
                    named[term] = max(named.get(term, 0), NAMED if _is_one(name) else TOPIC)
                for kind in (*name.types, name.iri.rpartition("/")[0]):
                    places.setdefault(_write_place(kind), terms)
        is_corrected = bool(found.corrected)
        states = frozenset(w for name in found.names if not STATES.isdisjoint(name.types) for w in name.words)
        said = frozenset(split_words(text))
        return cls(text, said, words, found.names, days, named, places, states, found.is_name, is_corrected)

    @property
    def is_question(self) -> bool:
        """Return whether it is worded as a question: by its first word, a question mark, or *est-il*, *a-t-elle*."""
        is_asking = not (ASKING | VERBS).isdisjoint(split_words(self.text)[:1])
        return is_asking or self.text.rstrip().endswith("?") or bool(_INVERTED.search(self.text))


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


def _write_place(kind: str) -> str:
    return f"{{{kind}}}"


def read_terms(text: str) -> frozenset[str]:
    """Return the words of a text by their meaning: those that mean the same are one."""
    return frozenset(map(find_meaning, drop_stop_words(text)))


def drop_stop_words(text: str) -> list[str]:
    """Return the words of a text that carry meaning; all of them where none does."""
    words = split_words(text)
    return [word for word in words if word not in stop_words() or word in ASKING or word in TELLING] or words


def make_key(words: Iterable[str]) -> str:
    """Join the stems of words: two texts with one key say the same."""
    return " ".join(stems(word)[0] for word in words)


def find_meaning(word: str) -> str:
    """Return the word that stands for all that mean the same, else the stem."""
    if word in ASKING:
        return word
    known = meanings()
    return next((known[form] for form in (word, *stems(word)) if form in known), stems(word)[0])
