"""The words that things rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ukfr_graph.clauses.rows import Row, read_text
from ukfr_graph.source_texts import SourceTexts
from ukfr_graph.triples import to_value


@dataclass(frozen=True)
class Evidence:
    """The words, and where they stand: characters ``start`` to ``end`` (from 0, the end not included) of the source.

    ``source`` is the IRI of the expression, ``page`` where it was published, ``sha256`` the hash of the file. All are
    empty where the words were not asked for.
    """

    words: str = ""
    start: int = 0
    end: int = 0
    source: str = ""
    page: str = ""
    sha256: str = ""


def read_quotes(rows: Iterable[Row], texts: SourceTexts) -> dict[str, list[Evidence]]:
    """Return the quotes of each thing in the order of the text; none that its text, where it is here, does not have.

    Args:
        rows: with ``part``, ``words``, ``start``, ``end``, ``source``, and where known ``page`` and ``sha256``.
        texts: those that the words are held against.
    """
    found: defaultdict[str, list[Evidence]] = defaultdict(list)
    for row in rows:
        words, start, end, sha256 = (
            row["words"].value,
            to_value(row["start"]),
            to_value(row["end"]),
            read_text(row, "sha256"),
        )
        if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start <= end:
            continue
        if texts.has_words(words, row["start"].value, row["end"].value, sha256) is not False:
            quote = Evidence(words, start, end, row["source"].value, read_text(row, "page"), sha256)
            found[row["part"].value].append(quote)
    return {part: sorted(quotes, key=lambda q: (q.start, q.source)) for part, quotes in found.items()}
