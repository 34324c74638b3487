"""Names of things that stand in a text that someone typed, and how much it counts that they do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log

from ukfr_graph import iris
from ukfr_graph.query.search_words import Word
from ukfr_graph.store.text_documents import LEAST_OF_A_THING
from ukfr_graph.word_forms import STEMMED, drop_stop_words, split_words, stem, stems

LONGEST_NAME = 6
"""The most words of a name that is looked for."""

MOST_NAMESAKES = 8
"""The most things of one name."""

LEAST_SHARE = 0.8
"""The least part of a name's weight that counts where the name has two words or more, and is a part of the text."""


@dataclass(frozen=True)
class NameFound:
    """A resource whose name stands in the text: ``words`` are those of the name as typed, ``types`` its IRIs.

    ``is_thing`` where it is one that people ask for, and no record or term of the schema.
    """

    iri: str
    words: tuple[str, ...]
    types: tuple[str, ...]
    is_thing: bool


def find_names(index: sqlite3.Connection, words: Sequence[Word]) -> list[NameFound]:
    """Find the things whose names stand among the words, the longest names first."""
    found = []
    sql = (
        f"SELECT r.id, r.iri, r.weight >= {LEAST_OF_A_THING} FROM name JOIN document d ON d.id = name.document "
        "JOIN resource r ON r.id = d.resource WHERE name.key IN ({}) "
        f"GROUP BY r.id ORDER BY r.weight DESC, max(name.weight) DESC, r.id LIMIT {MOST_NAMESAKES}"
    )
    for part in _list_parts(list_telling(words)):
        keys = _make_keys(part)
        for resource, iri, is_thing in index.execute(sql.format(", ".join("?" * len(keys))), keys).fetchall():
            found.append(NameFound(iri, tuple(part), read_types(index, resource), bool(is_thing)))
    return found


def weigh_keys(index: sqlite3.Connection, words: Iterable[Word]) -> dict[str, float]:
    """Return the keys of names that the words, or some that stand together, may be, and how much a name counts."""
    telling = list_telling(word for word in words if word.is_known)
    rarity = _measure_rarity(index, telling)
    keys: dict[str, float] = {}
    for part in _list_parts(telling):
        if len(part) == 1 < len(telling) and part[0].isdecimal():
            continue  # a number among words is not that of a clause
        share = max(len(part) / len(telling), LEAST_SHARE if len(part) > 1 else 0) * max(rarity[word] for word in part)
        keys |= dict.fromkeys(_make_keys(part), 1 if len(part) == len(telling) else share)
    return keys


def match_persons(names: Iterable[NameFound]) -> Iterator[str]:
    """Write what matches the persons whose names stand in the text: they are found whatever stands beside them."""
    for name in names:
        if iris.UKFR + "Person" in name.types:
            yield f"({join_words(Word(word) for word in name.words)})"


def join_words(words: Iterable[Word]) -> str:
    """Write that all words are meant."""
    return " AND ".join(word.write() for word in words)


def list_telling(words: Iterable[Word]) -> list[str]:
    """Return the words that carry meaning, folded."""
    return drop_stop_words(part for word in words for part in split_words(word.text))


def read_types(index: sqlite3.Connection, resource: int) -> tuple[str, ...]:
    """Read the types of a resource, the most specific first."""
    sql = (
        "SELECT type.iri FROM kind JOIN type ON type.id = kind.type WHERE kind.resource = ? "
        "GROUP BY type.id ORDER BY type.resources, type.iri"
    )
    return tuple(kind for (kind,) in index.execute(sql, (resource,)))


def _measure_rarity(index: sqlite3.Connection, words: Iterable[str]) -> dict[str, float]:
    """Measure how much a word tells, from 0 for one that every document has to 1."""
    (documents,) = index.execute("SELECT count(*) FROM document").fetchone()
    sql = "SELECT max(doc) FROM vocabulary WHERE term IN ({})"
    rarity = {}
    for word in set(words):
        forms = [word, *stems(word)]
        (found,) = index.execute(sql.format(", ".join("?" * len(forms))), forms).fetchone()
        rarity[word] = max(0.0, 1 - log(1 + (found or 0)) / log(2 + documents))
    return rarity


def _list_parts(words: list[str]) -> list[list[str]]:
    """List the runs of words that a name may have, the longest first."""
    lengths = range(min(LONGEST_NAME, len(words)), 0, -1)
    return [words[start : start + length] for length in lengths for start in range(len(words) - length + 1)]


def _make_keys(words: Sequence[str]) -> list[str]:
    """Return the keys that a name of these words may have, in each language."""
    return list(dict.fromkeys(" ".join(stem(word, language) for word in words) for language in STEMMED))
