"""One statement with its text and all that was recorded of its words, as its pages need it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.clauses import Clause, Figure
from ukfr_graph.clauses.rows import read_text
from ukfr_graph.errors import NotFoundError
from ukfr_graph.messages import UNKNOWN_LANGUAGE, read_authority_code
from ukfr_graph.query.questions import read_question
from ukfr_graph.service.answers import Table, select_together
from ukfr_graph.service.clause_answers import find_clauses
from ukfr_graph.service.identifiers import find_identifier
from ukfr_graph.service.names import Named, Names, find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.statement.blocks import TextBlock, lay_out, set_sections
from ukfr_graph.site.statement.facets import Broader, read_broader
from ukfr_graph.source_texts import SourceTexts
from ukfr_graph.sources import Span
from ukfr_graph.store import Term
from ukfr_graph.triples import is_count

ROOM = "site/statement"
STATEMENT = "statement/"


@dataclass(frozen=True)
class UncodedPassage:
    """Words that are not coded, and why; ``label`` says what a paratext is."""

    iri: str
    reason: Named
    label: str
    is_paratext: bool

    @property
    def anchor(self) -> str:
        """Return the last part of the IRI."""
        return iris.local_name(self.iri)


@dataclass(frozen=True)
class Section:
    """A section of a statement."""

    iri: str
    order: int
    label: str

    @property
    def anchor(self) -> str:
        """Return the last part of the IRI."""
        return iris.local_name(self.iri)


@dataclass
class Statement:
    """A statement: its facts and those of the expression that was coded, by the names of their properties.

    ``places`` has where the words of each thing stand in ``text``, which is empty where it is not here; ``broader`` the
    broader topics of each topic.
    """

    iri: str
    facts: Mapping[str, list[str]]
    source: Mapping[str, list[str]]
    text: str
    places: Mapping[str, Span]
    clauses: list[Clause]
    passages: Mapping[str, UncodedPassage]
    sections: list[Section]
    names: Names
    broader: Broader
    by_iri: dict[str, Clause] = field(default_factory=dict)
    figures: dict[str, tuple[Figure, Clause]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_iri = {clause.iri: clause for clause in self.clauses}
        self.figures = {figure.iri: (figure, clause) for clause in self.clauses for figure in clause.figures}

    @property
    def title(self) -> str:
        """Return its title, else its label, else its compact IRI."""
        return next((self.facts[name][0] for name in ("title", "label") if name in self.facts), iris.shorten(self.iri))

    @property
    def text_language(self) -> str:
        """Return the code of the language of the text."""
        codes = [read_authority_code(value) for value in self.source.get("language", ())]
        return next((code for code in codes if code), UNKNOWN_LANGUAGE)

    @cached_property
    def records(self) -> dict[str, str]:
        """Return what has a record, in the order of the records, by anchor: clauses, figures, what is not coded."""
        return {
            **{clause.anchor: clause.iri for clause in self.clauses},
            **{f"figure-{figure.anchor}": figure.iri for figure, _ in self.figures.values()},
            **{f"passage-{p.anchor}": p.iri for p in self.passages.values() if not p.is_paratext},
        }

    def quote(self, thing: str) -> str:
        """Return the words of a thing, as they stand in the text; nothing where the text or the place is not known."""
        place = self.places.get(thing)
        return self.text[place.start : place.end] if place else ""

    def lay_out(self) -> list[TextBlock]:
        """Cut the text into blocks, each with what was recorded of its words."""
        if not self.text:
            return []
        blocks = lay_out(
            self.text,
            self._among([clause.iri for clause in self.clauses]),
            self._among([p.iri for p in self.passages.values() if not p.is_paratext]),
            self._among(list(self.figures)),
            self._among([p.iri for p in self.passages.values() if p.is_paratext]),
        )
        starts = []
        for section in self.sections:
            own = [self.places[c.iri].start for c in self.clauses if c.section == section.iri and c.iri in self.places]
            if own or section.iri in self.places:
                starts.append((section.iri, min(own, default=0)))
        set_sections(blocks, self._among([section.iri for section in self.sections]), starts)
        return blocks

    def _among(self, things: list[str]) -> dict[str, Span]:
        return {thing: self.places[thing] for thing in things if thing in self.places}


async def find_statement(service: Service, name: str, language: str) -> Statement:
    """Find the statement of this name, with names in a language.

    Raises:
        NotFoundError: there is none.
        UkfrError: see ``Pool.ask``.
    """
    texts = [read_question(ROOM, question) for question in ("document", "words", "passages", "sections", "broader")]
    missing = NotFoundError("There is no statement %(name)s; /statements lists them.", name=repr(name))
    if not iris.is_local_name(name):
        raise missing
    iri = await find_identifier(service, f"id/{STATEMENT}{name}")
    given: dict[str, Term] = {"statement": ox.NamedNode(iri), "language": ox.Literal(language)}
    clauses, (document, words, passage_rows, section_rows, broader_rows) = await asyncio.gather(
        find_clauses(service, iri), select_together(service, texts, given)
    )
    about = _gather(document)
    if iris.UKFR + "Statement" not in about[iri].get(iris.RDF + "type", ()):
        raise missing
    named = {thing for clause in clauses for thing in clause.mentioned()}
    named |= {row["reason"].value for row in passage_rows.dicts()} | {r["section"].value for r in section_rows.dicts()}
    broader = read_broader(broader_rows)
    names = await find_names(service, named.union(*broader.values()), language)
    source, text = _find_text(about, iri, service.source_texts)
    places = _read_places(words, source)
    return Statement(
        iri,
        {iris.local_name(property_): values for property_, values in about[iri].items()},
        {iris.local_name(property_): values for property_, values in about[source].items()},
        text,
        places,
        clauses,
        _read_passages(passage_rows, names, places),
        _read_sections(section_rows, names),
        names,
        broader,
    )


def _gather(table: Table) -> dict[str, dict[str, list[str]]]:
    """Gather triples by subject and property."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in table.dicts():
        found[row["subject"].value][row["property"].value].append(row["value"].value)
    return found


def _read_passages(table: Table, names: Names, places: Mapping[str, Span]) -> dict[str, UncodedPassage]:
    """Read what is not coded, in the order of the text."""
    found = {
        row["passage"].value: UncodedPassage(
            row["passage"].value,
            names.of(row["reason"].value),
            read_text(row, "label"),
            row["class"].value == iris.UKFR + "Paratext",
        )
        for row in table.dicts()
    }
    starts = {iri: places[iri].start for iri in found if iri in places}
    return {iri: found[iri] for iri in sorted(found, key=lambda iri: (iri not in starts, starts.get(iri), iri))}


def _read_sections(table: Table, names: Names) -> list[Section]:
    found = [
        Section(row["section"].value, int(row["order"].value), names.of(row["section"].value).name)
        for row in table.dicts()
        if is_count(row["order"].value)
    ]
    return sorted(found, key=lambda section: section.order)


def _find_text(about: Mapping[str, Mapping[str, list[str]]], statement: str, texts: SourceTexts) -> tuple[str, str]:
    """Find the first expression whose text is here, and the text; without one, an expression and nothing."""
    expressions = sorted(about[statement].get(iris.UKFR + "expression", ()))
    for expression in expressions:
        facts = about[expression]
        checksums = [
            value
            for node in facts.get(iris.SPDX + "checksum", ())
            for value in about[node].get(iris.SPDX + "checksumValue", ())
        ]
        for checksum in checksums:
            with suppress(NotFoundError):
                return expression, texts.read(checksum)
    return (expressions or [""])[0], ""


def _read_places(words: Table, source: str) -> dict[str, Span]:
    """Read where the words of each thing stand; the first place, where there are several."""
    found = [
        (row["thing"].value, Span(int(row["start"].value), int(row["end"].value)))
        for row in words.dicts()
        if row["source"].value == source and is_count(row["start"].value) and is_count(row["end"].value)
    ]
    return dict(sorted(found, key=lambda place: place[1].start, reverse=True))
