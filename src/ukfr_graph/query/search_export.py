"""The text index and what questions are known by as plain values, for a browser that searches without a server.

The browser has no SQLite: from the texts it makes the words, stems and counts that the index has, and scores them by
the same formula (``web/src/text-index.ts``). What is weighed how stands in Python alone, and travels with the texts.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from ukfr_graph.query import recognition, search, search_words
from ukfr_graph.query.saved import SavedQuery
from ukfr_graph.store.text_index import STEMS, TEXTS
from ukfr_graph.word_forms import meanings, number_words, stop_words


def describe_search(index: sqlite3.Connection, questions: list[SavedQuery]) -> dict[str, Any]:
    """Return the documents, resources, types and names of an index, the words that it goes by, and the questions."""
    types = [iri for (iri,) in index.execute("SELECT iri FROM type ORDER BY resources, iri")]
    place = {iri: number for number, iri in enumerate(types)}
    kinds: dict[int, set[int]] = {}
    for resource, iri in index.execute("SELECT kind.resource, type.iri FROM kind JOIN type ON type.id = kind.type"):
        kinds.setdefault(resource, set()).add(place[iri])
    resources = index.execute("SELECT id, iri, weight FROM resource ORDER BY id").fetchall()
    number = {resource: n for n, (resource, _, _) in enumerate(resources)}
    documents = index.execute(
        f"SELECT d.id, d.resource, d.language, {', '.join(TEXTS)} FROM document d JOIN text ON text.rowid = d.id "
        "ORDER BY d.id"
    ).fetchall()
    row = {document[0]: n for n, document in enumerate(documents)}
    return {
        "texts": TEXTS,
        "stems": STEMS,
        "resources": [[iri, weight, sorted(kinds.get(resource, ()))] for resource, iri, weight in resources],
        "documents": [[number[document[1]], *document[2:]] for document in documents],
        "names": [
            [key, row[document], weight]
            for key, document, weight in index.execute("SELECT key, document, weight FROM name")
        ],
        "types": types,
        "stop": sorted(stop_words()),
        "meanings": meanings(),
        "numbers": number_words(),
        "numbered": sorted(search_words.NUMBERED),
        "score": search.describe_score(),
        "questions": recognition.QuestionIndex(questions).as_dict(),
    }
