"""The parts of a statement's body that are coded, those listed as not coded, and those that are neither.

Clauses and uncoded passages are leaves: they never overlap, and together they are the whole body. White
space and punctuation between them carry no words and are not counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import Message, Problem, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.records import Locations
from ukfr_graph.sources import SourceText, Span
from ukfr_graph.texts import find_place
from ukfr_graph.triples import Index, literal, node

CLAUSE_CLASSES = tuple(iris.UKFR + name for name in ("Pledge", "Call", "Report", "Recognition", "Reaffirmation"))
_WORD = re.compile(r"\w")


@dataclass(frozen=True)
class Coverage:
    """Characters of words in the body of one source: coded in clauses, listed as uncoded, and in all.

    ``gaps`` are the stretches whose words are in no record, which only a draft may have.
    """

    coded: int
    listed: int
    body: int
    gaps: tuple[Span, ...] = ()

    @property
    def share(self) -> float:
        """The part of the body that is accounted for, from 0 to 1."""
        return (self.coded + self.listed) / self.body if self.body else 1.0


@dataclass(frozen=True)
class Measured:
    """The ``coverage`` of a source, and an ``ukfr:order`` triple for each clause (from 1).

    Two spans that overlap and one that lies outside the body are among the ``problems``; gaps are not.
    """

    coverage: Coverage
    order: frozenset[ox.Triple]
    problems: tuple[Problem, ...]


def measure_coverage(index: Index, source: SourceText, spans: dict[str, Span], locations: Locations) -> Measured:
    """Measure the coverage of one source, and derive the order of its clauses from where they stand."""
    clauses = {iri: spans[iri] for iri in index.of_type(*CLAUSE_CLASSES) if iri in spans}
    passages = {iri: spans[iri] for iri in index.of_type(iris.UKFR + "UncodedPassage") if iri in spans}
    leaves = sorted((clauses | passages).items(), key=lambda item: (item[1].start, item[1].end))
    body = list(source.body())
    problems = [_overlap(a, b, source, locations) for a, b in pairwise(leaves) if b[1].start < a[1].end]
    problems += [
        _at(
            iri,
            locations,
            "outside-body",
            make_message("the quote %(words)s is paratext", words=repr(source.text[span.start : span.end])),
            Message(_("quote the body of the statement, or correct the lines that source.yaml leaves out")),
        )
        for iri, span in leaves
        if not any(part.start <= span.start and span.end <= part.end for part in body)
    ]
    gaps = tuple(find_gaps(source, [span for _, span in leaves]))
    ordered = sorted(clauses, key=lambda iri: clauses[iri].start)
    order = frozenset(
        ox.Triple(node(iri), node(iris.UKFR + "order"), literal(place, "integer"))
        for place, iri in enumerate(ordered, 1)
    )
    coverage = Coverage(
        coded=sum(_word_characters(source.text, span) for span in clauses.values()),
        listed=sum(_word_characters(source.text, span) for span in passages.values()),
        body=sum(_word_characters(source.text, span) for span in body),
        gaps=gaps,
    )
    return Measured(coverage, order, tuple(problems))


def _word_characters(text: str, span: Span) -> int:
    return len(_WORD.findall(text, span.start, span.end))


def find_gaps(source: SourceText, leaves: Iterable[Span]) -> Iterator[Span]:
    """Find the stretches of the body whose words are in none of the spans, from the first of these words on."""
    for part in source.body():
        position = part.start
        inside = sorted((s for s in leaves if part.start <= s.start and s.end <= part.end), key=lambda s: s.start)
        for span in [*inside, Span(part.end, part.end)]:
            gap = source.text[position : span.start]
            if first := _WORD.search(gap):
                yield Span(position + first.start(), position + len(gap.rstrip()))
            position = max(position, span.end)


UNCODED = _("%(words)s is in no record")


def tell_gap(gap: Span, source: SourceText) -> Problem:
    """Say that the words of a gap are in no record."""
    return Problem(
        f"sources/{source.name}",
        find_place(source.text, gap.start)[0],
        "",
        "not-covered",
        make_message(UNCODED, words=repr(source.text[gap.start : gap.end])),
        Message(
            _(
                "code it as a clause, list it as an UncodedPassage with its reason, "
                "or give the statement 'status: draft'"
            )
        ),
    )


def _overlap(first: tuple[str, Span], second: tuple[str, Span], source: SourceText, locations: Locations) -> Problem:
    shared = source.text[second[1].start : min(first[1].end, second[1].end)]
    return _at(
        second[0],
        locations,
        "overlap",
        make_message("shares %(words)s with %(record)s", words=repr(shared), record=iris.local_id(first[0])),
        Message(_("spans are leaves: shorten one of the two quotes")),
    )


def _at(iri: str, locations: Locations, rule: str, message: Message, fix: Message) -> Problem:
    location = locations.find(iri)
    return Problem(location.file, location.line, iris.local_id(iri), rule, message, fix)
