"""Searching by words: labels, other names, summaries, definitions and quotes, in every language they have.

Every word must occur, in one document (see ``store.text_index``); the last one may be unfinished. Words in double
quotes are a phrase. Case, accents and hyphens do not matter. Nothing in the text is an operator.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from ukfr_graph import iris
from ukfr_graph.errors import DatasetError, ParameterError
from ukfr_graph.store.text_index import SEPARATOR, find_variants

MOST_HITS = 100
MOST_OFFSET = 10_000
LONGEST_TEXT = 200
_MOST_WORDS = 16
_LONGEST_TYPE = 500
_WEIGHTS = "12.0, 8.0, 4.0, 3.0, 3.0, 2.0"  # by the columns of text
_PREFERRED = 2.0  # times the score of a text in the reader's language
_SNIPPET_WORDS = 28
_FROM, _TO = "\x02", "\x03"  # no text in the index has them
_SHOWN = {"quote": 4, "summary": 2, "definition": 3, "alias": 1}  # where a snippet comes from, the first that matches
_WORDS = re.compile(r'"([^"]*)"|([^\s"]+)')


@dataclass(frozen=True)
class Hit:
    """A resource that was found.

    ``label`` is its name in ``language`` (empty: none), the language of the words that were found; ``types`` are
    IRIs, the most specific first; ``label_html`` and ``snippet`` are HTML in which ``mark`` is the only element, and
    ``field`` is where the snippet comes from; ``graph`` is the one that says it (empty: the default graph); ``score``
    is higher for better ones, and means nothing from one search to another.
    """

    iri: str
    label: str
    label_html: str
    language: str
    types: tuple[str, ...]
    field: str
    snippet: str
    graph: str
    score: float


@dataclass(frozen=True)
class Facet:
    """A type, its name in the languages that it has one in, and how many of what was found have it."""

    iri: str
    labels: dict[str, str]
    count: int


@dataclass(frozen=True)
class Found:
    """One page of what was found; ``total`` counts all, ``facets`` all before types are chosen."""

    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


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
        DatasetError: the index is damaged.
    """
    if not (1 <= limit <= MOST_HITS and 0 <= offset <= MOST_OFFSET):
        raise ParameterError(f"Between 1 and {MOST_HITS} hits are given at a time, from 0 to {MOST_OFFSET} on.")
    try:
        return _search(index, names or index, write_match(text), limit, language, types, offset, prefer, with_facets)
    except sqlite3.DatabaseError as error:
        raise DatasetError(
            f"The text index cannot be read ({error}). Run 'ukfr-graph build' to make it anew."
        ) from None


def _search(
    index: sqlite3.Connection,
    names: sqlite3.Connection,
    match: str,
    limit: int,
    language: str,
    types: Sequence[str],
    offset: int,
    prefer: str,
    with_facets: bool,
) -> Found:
    in_language = "AND d.language IN (?, '')" if language else ""
    marks = ", ".join("?" * len(types))
    of_type = (
        f"WHERE resource IN (SELECT resource FROM kind WHERE type IN (SELECT id FROM type WHERE iri IN ({marks})))"
    )
    scored = f"""WITH scored AS MATERIALIZED (
        SELECT d.id, d.resource, -bm25(text, {_WEIGHTS}) * iif(d.language = ?, {_PREFERRED}, 1) AS score
        FROM text JOIN document d ON d.id = text.rowid WHERE text MATCH ? {in_language})"""
    values = [prefer, match, *([language] if language else [])]
    kept = of_type if types else ""
    rows = index.execute(
        f"{scored} SELECT id, resource, max(score) AS best, count(*) OVER () FROM scored {kept} "
        "GROUP BY resource ORDER BY best DESC, resource LIMIT ? OFFSET ?",
        [*values, *types, limit, offset],
    ).fetchall()
    if rows:
        total = rows[0][3]
    else:  # past the end, or nothing
        sql = f"{scored} SELECT count(DISTINCT resource) FROM scored {kept}"
        (total,) = index.execute(sql, [*values, *types]).fetchone()
    facets: tuple[Facet, ...] = ()
    if with_facets:
        sql = (
            f"{scored} SELECT type.id, type.iri, count(DISTINCT kind.resource) AS n FROM scored "
            "JOIN kind USING (resource) JOIN type ON type.id = kind.type GROUP BY type.id ORDER BY n DESC, type.iri"
        )
        facets = tuple(Facet(iri, read_labels(names, iri), n) for _, iri, n in index.execute(sql, values).fetchall())
    return Found(total, tuple(_read_hit(index, match, row[0], row[1], row[2]) for row in rows), facets)


def write_match(text: str) -> str:
    """Write the FTS5 expression for the words of a text: quoted strings and our own operators only.

    >>> write_match("co-operation Cal")
    '("co-operation" OR "cooperation") AND ("Cal"*)'

    Raises:
        ParameterError: see ``search_labels``.
    """
    if len(text) > LONGEST_TEXT:
        raise ParameterError(f"The text to search for has {len(text)} characters; at most {LONGEST_TEXT} are read.")
    words = [(bool(m[1]), m[1] or m[2] or "") for m in _WORDS.finditer(text)]
    words = [(is_phrase, word) for is_phrase, word in words if any(c.isalnum() for c in word)]
    if not words or len(words) > _MOST_WORDS:
        raise ParameterError(
            f"Give between one and {_MOST_WORDS} words to search for, such as q=asylum; {len(words)} were given."
        )
    groups = []
    for place, (is_phrase, word) in enumerate(words):
        star = "*" if place == len(words) - 1 and not is_phrase else ""
        spellings = dict.fromkeys((word, *(() if is_phrase else find_variants(word))))
        groups.append("(" + " OR ".join(f"{_quote(spelling)}{star}" for spelling in spellings) + ")")
    return " AND ".join(groups)


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
    return iris.PREFIXES[prefix] + local if prefix in iris.PREFIXES else name


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


def _read_hit(index: sqlite3.Connection, match: str, document: int, resource: int, score: float) -> Hit:
    """Read what is shown of one document."""
    snippets = ", ".join(
        f"snippet(text, {column}, '{_FROM}', '{_TO}', '…', {_SNIPPET_WORDS})" for column in _SHOWN.values()
    )
    row = index.execute(
        f"SELECT highlight(text, 0, '{_FROM}', '{_TO}'), {snippets} FROM text WHERE text MATCH ? AND rowid = ?",
        (match, document),
    ).fetchone()
    iri, language, graph = index.execute(
        "SELECT r.iri, d.language, g.name FROM document d JOIN resource r ON r.id = d.resource "
        "JOIN graph g ON g.id = d.graph WHERE d.id = ?",
        (document,),
    ).fetchone()
    types = index.execute(
        "SELECT type.iri FROM kind JOIN type ON type.id = kind.type WHERE kind.resource = ? "
        "GROUP BY type.id ORDER BY type.resources, type.iri",
        (resource,),
    )
    texts = dict(zip(_SHOWN, row[1:], strict=True))
    field = next((f for f, text in texts.items() if _FROM in text), None) or next(
        (f for f, text in texts.items() if text and f != "alias"), ""
    )
    marked = row[0].split(SEPARATOR)[0] or next(iter(read_labels(index, iri).values()), iris.shorten(iri))
    label = marked.replace(_FROM, "").replace(_TO, "")
    kinds = tuple(kind for (kind,) in types)
    return Hit(iri, label, mark(marked), language, kinds, field, mark(texts.get(field, "")), graph, round(score, 3))


def mark(text: str) -> str:
    r"""Escape a snippet for HTML, and mark the words that were found.

    >>> mark("a <b> \x02word\x03")
    'a &lt;b&gt; <mark>word</mark>'
    """
    return escape(text).replace(_FROM, "<mark>").replace(_TO, "</mark>")


def _quote(word: str) -> str:
    """Write a string of FTS5's query syntax; what has no place in it is left out."""
    text = "".join(c if c.isprintable() else " " for c in word).encode("utf-8", "ignore").decode()
    return '"' + text.replace('"', '""') + '"'
