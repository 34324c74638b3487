"""A source text laid out for reading: its lines as blocks, each cut where something that was recorded begins or ends.

Nothing of the text is lost but line ends, blank lines and the dashes of its lists: the pieces of a block, joined, are
its characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from ukfr_graph.sources import Span

_DASH = "- "


@dataclass(frozen=True)
class TextRun:
    """Characters of a block; ``figure`` is the IRI of the figure that they are part of, or nothing.

    ``is_first`` says that the words of the figure begin here.
    """

    text: str
    figure: str = ""
    is_first: bool = False


@dataclass(frozen=True)
class Run:
    """Pieces on which one thing rests: a clause, an uncoded passage, or neither.

    ``is_first`` says that the words of the thing begin here and not in an earlier block.
    """

    clause: str
    passage: str
    is_first: bool
    pieces: tuple[TextRun, ...]


@dataclass
class TextBlock:
    """A line of the text: a paragraph, the item of a list or a heading.

    ``paratext`` is the IRI of the stretch around the statement that it is part of; ``section`` that of the section
    that begins with it.
    """

    start: int
    end: int
    is_item: bool
    paratext: str = ""
    section: str = ""
    is_heading: bool = False
    runs: list[Run] = field(default_factory=list)


def lay_out(
    text: str,
    clauses: Mapping[str, Span],
    passages: Mapping[str, Span],
    figures: Mapping[str, Span],
    paratexts: Mapping[str, Span],
) -> list[TextBlock]:
    """Cut a text into blocks and their runs. Of spans that overlap or leave the text, the first alone is marked."""
    clause_at, passage_at = _fit(text, clauses), _fit(text, passages)
    figure_at, paratext_at = _fit(text, figures), _fit(text, paratexts)
    blocks = []
    for block in _split(text):
        block.paratext = _find(paratext_at, block.start)
        edges = {block.start, block.end}
        for marks in (clause_at, passage_at, figure_at):
            edges.update(e for span, _ in marks for e in (span.start, span.end) if block.start < e < block.end)
        cuts = sorted(edges)
        cells = []
        for a, b in pairwise(cuts):
            figure = _find(figure_at, a)
            piece = TextRun(text[a:b], figure, bool(figure) and figures[figure].start == a)
            cells.append((_find(clause_at, a), _find(passage_at, a), piece))
        at = block.start
        for (clause, passage), group in groupby(cells, key=lambda cell: cell[:2]):
            pieces = tuple(piece for _, _, piece in group)
            first = clauses.get(clause) or passages.get(passage)
            block.runs.append(Run(clause, passage, first is not None and first.start >= at, pieces))
            at += sum(len(piece.text) for piece in pieces)
        blocks.append(block)
    return blocks


def set_sections(blocks: list[TextBlock], headings: Mapping[str, Span], starts: Iterable[tuple[str, int]]) -> None:
    """Say where sections begin: at the block that is their heading, or else at the one with their first character."""
    for section, start in starts:
        heading = headings.get(section)
        at = heading.start if heading else start
        for block in blocks:
            if block.start <= at < block.end and not block.section:
                block.section, block.is_heading = section, heading is not None
                break


def _split(text: str) -> Iterable[TextBlock]:
    at = 0
    for line in text.splitlines(keepends=True):
        content = line.rstrip()
        start = at + len(content) - len(content.lstrip())
        end = at + len(content)
        at += len(line)
        if start < end:
            is_item = text.startswith(_DASH, start, end)
            yield TextBlock(start + len(_DASH) if is_item else start, end, is_item)


def _fit(text: str, spans: Mapping[str, Span]) -> list[tuple[Span, str]]:
    """Keep the spans that lie in the text and overlap none before them, in their order."""
    kept: list[tuple[Span, str]] = []
    for iri, span in sorted(spans.items(), key=lambda item: (item[1].start, item[1].end)):
        if 0 <= (kept[-1][0].end if kept else 0) <= span.start < span.end <= len(text):
            kept.append((span, iri))
    return kept


def _find(marks: list[tuple[Span, str]], at: int) -> str:
    return next((iri for span, iri in marks if span.start <= at < span.end), "")
