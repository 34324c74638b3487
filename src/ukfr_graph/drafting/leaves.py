"""A text → its leaves: clauses and passages that are none, which together are the whole body and never overlap."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ukfr_graph.drafting.blocks import Block, find_blocks
from ukfr_graph.drafting.clauses import split_sentence
from ukfr_graph.drafting.cuts import Frame
from ukfr_graph.drafting.language import Language
from ukfr_graph.drafting.lead_ins import read_bare
from ukfr_graph.drafting.readings import Piece, Reading
from ukfr_graph.drafting.tokens import Sentence
from ukfr_graph.sources import Span

_NOTE_MARK = re.compile(r"\s*(\[\d{1,3}\])\Z")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"\w")
_STOPPED = re.compile(r"(?<![\w.])([a-z]{3,30})\.\s+(?=[A-Z“\"‘])")


PLAIN = Reading("", "", "high")
"""The boundary of a passage that is a block of its own."""


@dataclass(frozen=True)
class Leaf:
    """A clause, or a passage with the reason why it is none (``reason``).

    ``section`` is the number of the heading that it stands under, from 1 (0: before the first); ``head`` the position
    of the clause that it elaborates among the leaves; ``lead_in`` that of the lead-in that it completes.
    """

    start: int
    end: int
    kind: Reading | None = None
    boundary: Reading = PLAIN
    reason: str = ""
    section: int = 0
    head: int | None = None
    lead_in: int | None = None

    @property
    def is_clause(self) -> bool:
        """Return whether it is a clause."""
        return not self.reason


@dataclass
class _Lead:
    """A lead-in whose list is open: the style of its items once one was seen, and what it gives them."""

    kind: Reading | None
    frame: Frame
    leaf: int | None
    is_clause: bool
    style: str | None = None


@dataclass
class _Reader:
    text: str
    language: Language
    leaves: list[Leaf] = field(default_factory=list)
    leads: list[_Lead] = field(default_factory=list)
    section: int = 0
    sections: int = 0

    def add(self, start: int, end: int, **rest: object) -> int:
        self.leaves.append(Leaf(start, end, section=self.section, **rest))  # type: ignore[arg-type]
        return len(self.leaves) - 1


def find_leaves(text: str, body: Sequence[Span], language: Language) -> list[Leaf]:
    """Find the clauses and passages of the parts of a text that are the statement.

    Every word of the body is in one of them. Line ends are LF.
    """
    reader = _Reader(text, language)
    blocks = [block for block in find_blocks(text, body, language) if _WORD.search(text, block.start, block.end)]
    for number, block in enumerate(blocks):
        following = blocks[number + 1] if number + 1 < len(blocks) else None
        _read_block(reader, block, following)
    return list(_fill(text, body, reader.leaves))


def split_sentences(text: str, start: int, end: int, language: Language) -> Iterator[Span]:
    """Split a stretch of a text into sentences, without the white space around them.

    What starts in lower case goes on with what is before; a verb with a full stop is no abbreviation ("They met.").
    """
    from nupunkt import sent_spans

    before: Span | None = None
    content = text[start:end].replace("\n", " ")
    for first, last in _cut_at_verbs(content, sent_spans(content), language):
        stretch = content[first:last].strip()
        if not stretch:
            continue
        begin = start + content.index(stretch[0], first)
        span = Span(begin, begin + len(stretch))
        if before and text[span.start].islower():
            before = Span(before.start, span.end)
            continue
        if before:
            yield before
        before = span
    if before:
        yield before


def _cut_at_verbs(content: str, spans: Iterable[tuple[int, int]], language: Language) -> Iterator[tuple[int, int]]:
    for first, last in spans:
        at = first
        for match in _STOPPED.finditer(content, first, last):
            if language.is_verb(match[1], certain=True) or language.find_base(match[1], "past"):
                yield at, match.end()
                at = match.end()
        yield at, last


def _read_block(reader: _Reader, block: Block, following: Block | None) -> None:
    if block.sort in ("heading", "title-block", "share-links"):
        if block.sort == "heading":
            reader.sections += 1
            reader.section = reader.sections
        reader.leads.clear()
        reader.add(block.start, block.end, reason=block.sort)
        return
    lead = _find_lead(reader, block)
    if block.content > block.start and _WORD.search(reader.text, block.start, block.content):
        reader.add(block.start, _trim(reader.text, block.start, block.content), reason="heading")
    if block.sort == "row":
        _read_row(reader, block, lead)
        return
    sentences = split_sentences(reader.text, block.content, block.end, reader.language)
    spans = [part for sentence in sentences for part in _set_mark_apart(reader.text, sentence)]
    for number, span in enumerate(spans):
        is_last = number == len(spans) - 1
        opens = is_last and reader.text[span.end - 1] in ":—" and following is not None
        if not _LETTER.search(reader.text, span.start, span.end):
            reader.add(span.start, span.end, reason="heading", boundary=Reading("", "mark-of-a-note", "medium"))
        elif is_last and _is_recital_start(reader, span, following):
            reader.add(span.start, span.end, reason="lead-in", boundary=Reading("", "subject-of-recitals", "medium"))
        else:
            _read_sentence(reader, span, lead if number == 0 else None, opens=opens)


def _set_mark_apart(text: str, sentence: Span) -> Iterator[Span]:
    """Set the mark of a note behind a sentence apart: "We will act.[1]"."""
    mark = _NOTE_MARK.search(text, sentence.start, sentence.end)
    if mark and mark.start() > sentence.start:
        yield Span(sentence.start, mark.start())
        yield Span(mark.start(1), mark.end())
    else:
        yield sentence


def _find_lead(reader: _Reader, block: Block) -> _Lead | None:
    """Find the lead-in that a block completes, and close those that it does not."""
    style = block.style if block.sort == "item" else ("row" if block.sort == "row" else "")
    while reader.leads:
        lead = reader.leads[-1]
        if lead.style is None and (style or _is_plain_item(reader, block)):
            lead.style = style
            return lead
        if lead.style == style and (style or _is_plain_item(reader, block)):
            return lead
        reader.leads.pop()
    return None


def _is_plain_item(reader: _Reader, block: Block) -> bool:
    """Return whether a paragraph without a marker is an item: it starts in lower case, or with a verb."""
    first = re.match(r"\w+", reader.text[block.content : block.end])
    word = first[0] if first else ""
    is_infinitive = word.lower() in reader.language.words["infinitive"]
    return word[:1].islower() or is_infinitive or reader.language.is_verb(word.lower(), certain=True)


def _is_recital_start(reader: _Reader, span: Span, following: Block | None) -> bool:
    if following is None or reader.text[span.end - 1] not in ",:":
        return False
    content = reader.text[following.content : following.end]
    return bool(reader.language.patterns["openers"].match(content)) and not any(
        anchor.cue.confidence != "low"
        for anchor in Sentence(reader.text, span.start, span.end, reader.language).anchors.values()
    )


def _read_row(reader: _Reader, block: Block, lead: _Lead | None) -> None:
    """Read a row of a table: the names of its columns are a heading, any other a clause that a person must look at."""
    previous = reader.leaves[-1] if reader.leaves else None
    is_first = previous is None or previous.boundary.rule not in ("row", "columns")
    has_number = any(c.isdigit() for c in reader.text[block.content : block.end])
    end = _trim(reader.text, block.start, block.end)
    if not _WORD.search(reader.text, block.start, end):
        return
    if is_first and not has_number:
        reader.add(block.start, end, reason="heading", boundary=Reading("", "columns", "medium"))
        return
    kind = Reading(lead.kind.value if lead and lead.kind else "Report", "row", "low")
    start = block.start
    while not _WORD.match(reader.text, start):
        start += 1
    reader.add(start, end, kind=kind, boundary=Reading("", "row", "low"))


def _read_sentence(reader: _Reader, span: Span, lead: _Lead | None, *, opens: bool) -> None:
    text, language = reader.text, reader.language
    frame: Frame = lead.frame if lead else ""
    pieces = split_sentence(text, span.start, span.end, language, lead.kind if lead else None, frame)
    if not pieces:
        return
    if opens or language.patterns["formula"].fullmatch(text[span.start : span.end].rstrip(" :")):
        bare = read_bare(text, pieces[-1], language)
        if bare is not None:
            _add_pieces(reader, pieces[:-1], lead)
            at = reader.add(
                pieces[-1].start, pieces[-1].end, reason="lead-in", boundary=Reading("", "bare-lead-in", "medium")
            )
            if opens:
                reader.leads.append(_Lead(bare.kind, bare.frame, at, is_clause=False))
            return
    first = _add_pieces(reader, pieces, lead)
    if opens:
        last = next((at for at in range(len(reader.leaves) - 1, first - 1, -1) if reader.leaves[at].is_clause), None)
        kind = reader.leaves[last].kind if last is not None else None
        is_opener = kind is not None and language.patterns["openers"].match(text, pieces[-1].start) is not None
        reader.leads.append(_Lead(None if is_opener else kind, "any", last, is_clause=not is_opener))


def _add_pieces(reader: _Reader, pieces: Sequence[Piece], lead: _Lead | None) -> int:
    """Add clauses and the connectives between them; return the position of the first."""
    first = len(reader.leaves)
    head: int | None = None
    for number, piece in enumerate(pieces):
        if number:
            _add_connective(reader, pieces[number - 1].end, piece.start)
        elaborates = head if piece.is_part else (lead.leaf if lead and lead.is_clause and number == 0 else None)
        at = reader.add(
            piece.start,
            piece.end,
            kind=piece.kind,
            boundary=piece.boundary,
            head=elaborates,
            lead_in=lead.leaf if lead and not lead.is_clause else None,
        )
        if not piece.is_part:
            head = at
    return first


def _add_connective(reader: _Reader, start: int, end: int) -> None:
    words = list(re.finditer(r"\w+", reader.text[start:end]))
    if words:
        reader.add(start + words[0].start(), start + words[-1].end(), reason="connective")


def _trim(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def _fill(text: str, body: Sequence[Span], leaves: list[Leaf]) -> Iterator[Leaf]:
    """Yield the leaves; words that are in none become connectives (none is left out)."""
    yield from leaves
    at = 0
    spans = sorted(leaves, key=lambda leaf: leaf.start)
    for part in body:
        position = part.start
        while at < len(spans) and spans[at].end <= part.end:
            yield from _gap(text, position, spans[at].start)
            position = spans[at].end
            at += 1
        yield from _gap(text, position, part.end)


def _gap(text: str, start: int, end: int) -> Iterator[Leaf]:
    words = list(re.finditer(r"\w+", text[start:end])) if _WORD.search(text, start, end) else []
    if words:
        yield Leaf(
            start + words[0].start(),
            start + words[-1].end(),
            reason="connective",
            boundary=Reading("", "left-over", "low"),
        )
