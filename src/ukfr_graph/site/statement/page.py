"""The statements, and each read with the graph: its text as published, and what was recorded of every word."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

import pyoxigraph as ox
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from ukfr_graph import iris
from ukfr_graph.clauses import Clause
from ukfr_graph.clauses.model import SPEAKER
from ukfr_graph.errors import NotFoundError
from ukfr_graph.query.questions import read_question
from ukfr_graph.resources import data_folder
from ukfr_graph.service.answers import Table, select_together, text_of
from ukfr_graph.service.clause_answers import find_clauses
from ukfr_graph.service.names import Named, Names, find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.follow import follow_up
from ukfr_graph.site.navigation import Navigation
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.site.openapi import not_found
from ukfr_graph.site.rendering import language_of, read_day, render
from ukfr_graph.site.statement.reading import Block, lay_out, set_sections
from ukfr_graph.sources import Span, read_text
from ukfr_graph.store import Term
from ukfr_graph.triples import is_count

router = APIRouter()
navigation = Navigation(1, "/statements", _("Statement"))
ROOM = "site/statement"
_STATEMENT = iris.ID + "statement/"
_SEE_OTHER = 303
_LANGUAGES = {"ENG": "en", "FRA": "fr"}
FACETS = ("kind", "holder", "topic", "instrument", "testability")


@dataclass(frozen=True)
class ListedStatement:
    """A statement in the list of all."""

    statement: Named
    day: str
    clauses: int

    @property
    def page(self) -> str:
        """Return the address at which it is read; nothing where its IRI is not one of ours."""
        return page_of(self.statement.iri)


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


@dataclass(frozen=True)
class Choice:
    """One way of choosing clauses: its values with the number of clauses, and the one that is chosen."""

    name: str
    values: list[tuple[Named, int]]
    chosen: str


async def list_statements(service: Service, language: str) -> list[ListedStatement]:
    """List the statements, the latest first.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    (table,) = await select_together(service, [read_question(ROOM, "statements")])
    names = await find_names(service, [row["statement"].value for row in table.dicts()], language)
    found: dict[str, ListedStatement] = {}
    for row in table.dicts():
        iri = row["statement"].value
        found.setdefault(iri, ListedStatement(names.of(iri), text_of(row, "day"), int(row["clauses"].value)))
    return sorted(found.values(), key=lambda s: read_day(s.day) or date.min, reverse=True)


@router.get("/statements", response_class=HTMLResponse, summary="The statements; where there is one, itself")
async def statements(request: Request) -> Response:
    """List the statements, or lead to the only one."""
    listed = await list_statements(request.app.state.service, language_of(request))
    if len(listed) == 1 and listed[0].page:
        return RedirectResponse(listed[0].page, _SEE_OTHER)
    return render(request, "statement/statements.html", statements=listed)


@router.get(
    "/statements/{name}",
    response_class=HTMLResponse,
    summary="A statement as published, read with the graph",
    responses=not_found(),
)
async def statement(name: str, request: Request) -> HTMLResponse:
    """Show the text with its clauses marked, and the record of each; ``kind``, ``holder`` … choose some of them."""
    service: Service = request.app.state.service
    language, iri = language_of(request), _STATEMENT + name
    texts = [read_question(ROOM, name) for name in ("document", "words", "passages", "sections")]
    missing = NotFoundError(f"There is no statement {name!r}; /statements lists them.")
    if not iris.is_local_name(name):
        raise missing
    given: dict[str, Term] = {"statement": ox.NamedNode(iri), "language": ox.Literal(language)}
    clauses, (document, words, passage_rows, section_rows) = await asyncio.gather(
        find_clauses(service, iri), select_together(service, texts, given)
    )
    about = _gather(document)
    if iris.UKFR + "Statement" not in about[iri].get(iris.RDF + "type", ()):
        raise missing
    named = {thing for clause in clauses for thing in clause.mentioned()}
    named |= {row["reason"].value for row in passage_rows.dicts()} | {r["section"].value for r in section_rows.dicts()}
    names = await find_names(service, named, language)
    passages = _read_passages(passage_rows, names)
    sections = _read_sections(section_rows, names)
    source, text = _find_text(about, iri)
    blocks = _lay_out(text, source, words, clauses, passages, sections) if text else []
    facets = _find_facets(clauses, names, request.query_params)
    chosen = {facet.name: facet.chosen for facet in facets if facet.chosen}
    return render(
        request,
        "statement/statement.html",
        iri=iri,
        names=names,
        follow_up=await follow_up(request),
        speaker=SPEAKER,
        about={iris.local_name(property_): values for property_, values in about[iri].items()},
        source={iris.local_name(property_): values for property_, values in about[source].items()},
        text_language=_language_of(about[source]),
        blocks=blocks,
        clauses=clauses,
        by_iri={clause.iri: clause for clause in clauses},
        figures={figure.iri: (figure, clause) for clause in clauses for figure in clause.figures},
        passages=passages,
        sections=sections,
        section_at={section.iri: section for section in sections},
        kinds=[(names.of(kind), count) for kind, count in Counter(c.kind for c in clauses).most_common()],
        facets=facets,
        values_of=values_of,
        matching={clause.iri for clause in clauses if _matches(clause, chosen)},
    )


def page_of(statement: str) -> str:
    """Return the address of the page on which a statement is read; nothing where its IRI is not one of ours.

    >>> page_of("https://w3id.org/ukfr/id/statement/uk-fr-2016-08-30")
    '/statements/uk-fr-2016-08-30'
    """
    name = statement.removeprefix(_STATEMENT)
    return "" if name == statement else "/statements/" + quote(name)


def values_of(clause: Clause, facet: str) -> list[str]:
    """Return the IRIs that a clause has to choose it by."""
    found = {
        "kind": [clause.kind],
        "holder": clause.holders(),
        "topic": clause.topics,
        "instrument": clause.instruments,
        "testability": [clause.testability] if clause.testability else [],
    }[facet]
    return list(dict.fromkeys(found))


def count_values(clauses: list[Clause], facet: str, names: Names) -> list[tuple[Named, int]]:
    """Count the clauses by what they have to choose them by, in the order of its names."""
    counts = Counter(names.of(value) for clause in clauses for value in values_of(clause, facet))
    return sorted(counts.items(), key=lambda item: item[0].name.casefold())


def _matches(clause: Clause, chosen: Mapping[str, str]) -> bool:
    return all(any(iris.shorten(v) == value for v in values_of(clause, facet)) for facet, value in chosen.items())


def _find_facets(clauses: list[Clause], names: Names, given: Mapping[str, str]) -> list[Choice]:
    facets = []
    for name in FACETS:
        values = count_values(clauses, name, names)
        chosen = given.get(name, "")
        facets.append(Choice(name, values, chosen if any(iris.shorten(v.iri) == chosen for v, _ in values) else ""))
    return facets


def _gather(table: Table) -> dict[str, dict[str, list[str]]]:
    """Gather triples by subject and property."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in table.dicts():
        found[row["subject"].value][row["property"].value].append(row["value"].value)
    return found


def _read_passages(table: Table, names: Names) -> dict[str, UncodedPassage]:
    return {
        row["passage"].value: UncodedPassage(
            row["passage"].value,
            names.of(row["reason"].value),
            text_of(row, "label"),
            row["class"].value == iris.UKFR + "Paratext",
        )
        for row in table.dicts()
    }


def _read_sections(table: Table, names: Names) -> list[Section]:
    found = [
        Section(row["section"].value, int(row["order"].value), names.of(row["section"].value).name)
        for row in table.dicts()
        if is_count(row["order"].value)
    ]
    return sorted(found, key=lambda section: section.order)


def _find_text(about: Mapping[str, Mapping[str, list[str]]], statement: str) -> tuple[str, str]:
    """Find the first expression whose text is here, and the text; without one, an expression and nothing."""
    expressions = sorted(about[statement].get(iris.UKFR + "expression", ()))
    for expression in expressions:
        facts = about[expression]
        checksums = [
            value
            for node in facts.get(iris.SPDX + "checksum", ())
            for value in about[node].get(iris.SPDX + "checksumValue", ())
        ]
        for file in facts.get(iris.UKFR + "file", ()):
            for checksum in checksums:
                try:
                    return expression, read_text(data_folder(), iris.local_name(expression), file, checksum)
                except NotFoundError:
                    continue
    return (expressions or [""])[0], ""


def _lay_out(
    text: str,
    source: str,
    words: Table,
    clauses: list[Clause],
    passages: Mapping[str, UncodedPassage],
    sections: list[Section],
) -> list[Block]:
    places = {
        row["thing"].value: Span(int(row["start"].value), int(row["end"].value))
        for row in words.dicts()
        if row["source"].value == source and is_count(row["start"].value) and is_count(row["end"].value)
    }

    def among(things: list[str]) -> dict[str, Span]:
        return {thing: places[thing] for thing in things if thing in places}

    blocks = lay_out(
        text,
        among([clause.iri for clause in clauses]),
        among([p.iri for p in passages.values() if not p.is_paratext]),
        among([figure.iri for clause in clauses for figure in clause.figures]),
        among([p.iri for p in passages.values() if p.is_paratext]),
    )
    starts = []
    for section in sections:
        own = [places[c.iri].start for c in clauses if c.section == section.iri and c.iri in places]
        if own or section.iri in places:
            starts.append((section.iri, min(own, default=0)))
    set_sections(blocks, among([section.iri for section in sections]), starts)
    return blocks


def _language_of(expression: Mapping[str, list[str]]) -> str:
    codes = [_LANGUAGES.get(iris.local_name(value)) for value in expression.get(iris.DCTERMS + "language", ())]
    return next((code for code in codes if code), "und")
