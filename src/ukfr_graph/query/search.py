"""Searching by words: names, summaries, definitions and quotes, and what a thing is about, in every language they have.

How a text is searched for, so that any program with SQLite can do the same over the file of ``store.text_index``:

1. It is read as words (``search_words``); one that the index has not becomes the nearest that it has.
2. A word is sought as it is spelled, as the beginning of a word where it is the last, and by its stems.
3. Documents with every word come first; where there are few, those with some of the words follow, first those with all
   that have digits.
4. The score of a document is ``-bm25`` by the weights of the columns, and ``name.weight`` where the whole text is a
   name of it, or in proportion where some of its words are, and to how rare these are; twice that for texts in the
   reader's language; all of it times the weight of its resource. A resource has the score of its best document.
5. Persons whose names stand in the text are found whatever stands beside them.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ukfr_graph import iris
from ukfr_graph.errors import DatasetError, ParameterError
from ukfr_graph.query.search_names import (
    LEAST_SHARE,
    LONGEST_NAME,
    MOST_NAMESAKES,
    find_names,
    join_words,
    list_telling,
    match_persons,
    read_types,
    weigh_keys,
)
from ukfr_graph.query.search_results import Facet, Found, Hit
from ukfr_graph.query.search_snippets import Marker, mark
from ukfr_graph.query.search_words import Word, find_words, read_words
from ukfr_graph.store.text_documents import LEAST_OF_A_THING, SEPARATOR
from ukfr_graph.store.text_index import TEXTS
from ukfr_graph.word_forms import fold, meanings

MOST_HITS = 100
MOST_OFFSET = 10_000
_LONGEST_TYPE = 500
_WEIGHTS = (12.0, 8.0, 4.0, 2.0, 3.0, 3.0, 1.5, 9.0, 2.5, 1.5)  # by the columns of text
_BM25 = f"-bm25(text, {', '.join(map(str, _WEIGHTS))})"
_PREFERRED = 2.0  # times the score of a text in the reader's language
_EVERY_WORD = 100.0  # added to the score of a document that has every word
_EVERY_NUMBER = 60.0  # added where it has all those that are numbers
_NUMBER = re.compile(r"^(?!(?:19|20)\d\d$).*\d")  # a year alone tells little
_NOTHING = '"\U0010ffff"'  # matches no document
_FEW = 5  # documents with every word; with fewer, those with some of the words follow


@dataclass(frozen=True)
class _Request:
    index: sqlite3.Connection
    labels: sqlite3.Connection
    words: list[Word]
    limit: int
    language: str
    types: Sequence[str]
    offset: int
    prefer: str


def search_labels(
    index: sqlite3.Connection,
    text: str,
    limit: int = 20,
    language: str = "",
    types: Sequence[str] = (),
    *,
    offset: int = 0,
    prefer: str = "",
    with_facets: bool = False,
    names: sqlite3.Connection | None = None,
) -> Found:
    """Search an index of a version (``text_index.open_index``) for the words of a text, best first.

    ``language`` keeps texts in that language, and those without one; texts in the language that is ``prefer``red
    count a little more. ``types`` keeps resources that have one of them, inferred types included. ``names`` is the
    index that knows how types are called, where it is another one.

    Raises:
        ParameterError: the text has no word in it, or too many; ``limit`` or ``offset`` is out of bounds.
        DatasetError: the index is damaged, or of an older version.
    """
    if not (1 <= limit <= MOST_HITS and 0 <= offset <= MOST_OFFSET):
        raise ParameterError(
            "Between 1 and %(most_hits)s hits are given at a time, from 0 to %(most_offset)s on.",
            most_hits=MOST_HITS,
            most_offset=MOST_OFFSET,
        )
    typed = read_words(text)
    try:
        words = find_words(index, typed)
        request = _Request(index, names or index, words, limit, language, types, offset, prefer)
        return _search(request, with_facets=with_facets)
    except sqlite3.DatabaseError as error:
        raise DatasetError(
            "The text index cannot be read (%(error)s). Run 'ukfr-graph build' to make it anew.", error=error
        ) from None


def expand_type(name: str) -> str:
    """Write out a compact IRI of a known prefix; any other IRI stays as it is.

    >>> expand_type("ukfr:Pledge")
    'https://w3id.org/ukfr/ontology#Pledge'

    Raises:
        ParameterError: it is neither.
    """
    prefix, colon, local = name.partition(":")
    if not colon or len(name) > _LONGEST_TYPE:
        raise ParameterError("A type is an IRI, or a compact one such as ukfr:Pledge.")
    return iris.prefixes()[prefix] + local if prefix in iris.prefixes() else name


def describe_score() -> dict[str, Any]:
    """Return the weights of the score, for a script that gives the same."""
    return {
        "weights": _WEIGHTS,
        "preferred": _PREFERRED,
        "everyWord": _EVERY_WORD,
        "everyNumber": _EVERY_NUMBER,
        "few": _FEW,
        "longestName": LONGEST_NAME,
        "mostNamesakes": MOST_NAMESAKES,
        "leastShare": LEAST_SHARE,
        "leastOfAThing": LEAST_OF_A_THING,
    }


def read_labels(index: sqlite3.Connection, iri: str) -> dict[str, str]:
    """Return the name of a resource in each language that it has one in."""
    sql = (
        "SELECT d.language, text.label FROM document d JOIN resource r ON r.id = d.resource "
        "JOIN text ON text.rowid = d.id WHERE r.iri = ? AND text.label <> '' ORDER BY d.id"
    )
    labels: dict[str, str] = {}
    for language, label in index.execute(sql, (iri,)):
        labels.setdefault(language, label.split(SEPARATOR)[0])
    return labels


def _search(request: _Request, *, with_facets: bool) -> Found:
    known = [word for word in request.words if word.is_known]
    corrected = {word.typed: word.text for word in known if word.typed}
    missing = tuple(w.text for w in request.words if not w.is_known and fold(w.text) not in meanings())
    if not known:
        return Found(0, (), (), {}, missing, is_partial=False, is_name=False, names=())
    every = join_words(known)
    numbers = join_words([word for word in known if _NUMBER.search(word.text)]) or _NOTHING
    some = " OR ".join(word.write() for word in known)
    names = tuple(find_names(request.index, known))
    is_name = bool(names) and names[0].is_thing and len(names[0].words) == len(list_telling(request.words))
    is_partial = len(known) > 1 and not is_name and _count(request, every) < _FEW
    match = some if is_partial else " OR ".join([f"({every})", *match_persons(names)])
    scored, values = _score(request, (every, numbers), match)
    marks = ", ".join("?" * len(request.types))
    of_type = f"resource IN (SELECT resource FROM kind WHERE type IN (SELECT id FROM type WHERE iri IN ({marks})))"
    kept = f"WHERE {of_type}" if request.types else ""
    rows = request.index.execute(
        f"{scored} SELECT id, resource, max(score) AS best, count(*) OVER () FROM scored {kept} "
        "GROUP BY resource ORDER BY best DESC, resource LIMIT ? OFFSET ?",
        [*values, *request.types, request.limit, request.offset],
    ).fetchall()
    if rows:
        total = rows[0][3]
    else:  # past the end, or nothing
        sql = f"{scored} SELECT count(DISTINCT resource) FROM scored {kept}"
        (total,) = request.index.execute(sql, [*values, *request.types]).fetchone()
    marker = Marker.of(known)
    hits = tuple(_read_hit(request, marker, row[0], row[1], row[2]) for row in rows)
    facets = _read_facets(request, scored, values) if with_facets else ()
    return Found(total, hits, facets, corrected, missing, is_partial, is_name, names)


def _score(request: _Request, first: tuple[str, str], match: str) -> tuple[str, list[Any]]:
    """Write the part of a query that gives each document that matches its score, and its values.

    ``first`` is what comes first: what has every word, and then what has all that are numbers.
    """
    keys = weigh_keys(request.index, request.words)
    in_language = "AND d.language IN (?, '')" if request.language else ""
    sql = f"""WITH typed(key, share) AS (VALUES {", ".join(["(?, ?)"] * len(keys))}),
        every_word AS MATERIALIZED (SELECT rowid FROM text WHERE text MATCH ?),
        every_number AS MATERIALIZED (SELECT rowid FROM text WHERE text MATCH ?),
        named AS MATERIALIZED (
            SELECT document, max(weight * share) AS weight FROM typed JOIN name USING (key) GROUP BY document
        ),
        scored AS MATERIALIZED (
            SELECT d.id, d.resource, r.weight * (
                iif(d.id IN every_word, {_EVERY_WORD}, 0) + iif(d.id IN every_number, {_EVERY_NUMBER}, 0)
                + ({_BM25} + coalesce(named.weight, 0)) * iif(d.language = ?, {_PREFERRED}, 1)) AS score
            FROM text JOIN document d ON d.id = text.rowid JOIN resource r ON r.id = d.resource
            LEFT JOIN named ON named.document = d.id
            WHERE text MATCH ? {in_language})"""
    values = [value for item in keys.items() for value in item]
    return sql, [*values, *first, request.prefer, match, *([request.language] if request.language else [])]


def _count(request: _Request, match: str) -> int:
    sql = "SELECT count(DISTINCT resource) FROM text JOIN document d ON d.id = text.rowid WHERE text MATCH ?"
    (count,) = request.index.execute(sql, (match,)).fetchone()
    return int(count)


def _read_facets(request: _Request, scored: str, values: list[Any]) -> tuple[Facet, ...]:
    sql = (
        f"{scored} SELECT type.iri, count(DISTINCT kind.resource) AS n FROM scored "
        "JOIN kind USING (resource) JOIN type ON type.id = kind.type GROUP BY type.id ORDER BY n DESC, type.iri"
    )
    rows = request.index.execute(sql, values).fetchall()
    return tuple(Facet(iri, read_labels(request.labels, iri), count) for iri, count in rows)


def _read_hit(request: _Request, marker: Marker, document: int, resource: int, score: float) -> Hit:
    """Read what is shown of one document."""
    index = request.index
    texts = dict(
        zip(
            TEXTS,
            index.execute(f"SELECT {', '.join(TEXTS)} FROM text WHERE rowid = ?", (document,)).fetchone(),
            strict=True,
        )
    )
    iri, language, graph = index.execute(
        "SELECT r.iri, d.language, g.name FROM document d JOIN resource r ON r.id = d.resource "
        "JOIN graph g ON g.id = d.graph WHERE d.id = ?",
        (document,),
    ).fetchone()
    field, snippet = marker.choose_snippet(texts)
    names = read_labels(index, iri)
    tongue = next((code for code in (request.prefer, language, *names) if code in names), "")
    label = names.get(tongue) or iris.shorten(iri)
    types = read_types(index, resource)
    return Hit(
        iri, label, mark(marker.mark(label)), tongue, language, types, field, mark(snippet), graph, round(score, 3)
    )
