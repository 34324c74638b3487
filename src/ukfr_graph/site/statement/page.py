"""The statements, and each read with the graph: its text as published, and what was recorded of every word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

import pyoxigraph as ox
from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from ukfr_graph import iris
from ukfr_graph.clauses import Clause
from ukfr_graph.clauses.roles import SPEAKER
from ukfr_graph.clauses.rows import read_text
from ukfr_graph.errors import NotFoundError
from ukfr_graph.messages import UNKNOWN_LANGUAGE, load_messages, read_authority_code
from ukfr_graph.query.questions import read_question
from ukfr_graph.service.answers import select_together
from ukfr_graph.service.names import Named, find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.clause_table import give_clauses
from ukfr_graph.site.filters import require_known_filters
from ukfr_graph.site.follow import follow_up
from ukfr_graph.site.navigation import Navigation
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.site.negotiation import PAGE, Variant
from ukfr_graph.site.openapi import not_found
from ukfr_graph.site.rendering import language_of, render
from ukfr_graph.site.rules import find_rules, list_coded
from ukfr_graph.site.statement.contents import ROOM, STATEMENT, Statement, find_statement
from ukfr_graph.site.statement.facets import FACETS, FacetChoice, find_facets, list_values
from ukfr_graph.site.statement.passages import find_passage
from ukfr_graph.site.taking import CLAUSES, WITH_CLAUSES, choose_form, list_files
from ukfr_graph.site.templates import read_day

router = APIRouter()
navigation = Navigation(1, "/statements", _("Statement"))
_SEE_OTHER = 303


@dataclass(frozen=True)
class ListedStatement:
    """A statement in the list of all; ``language`` is the code of that of its text."""

    statement: Named
    day: str
    language: str
    clauses: int

    @property
    def page(self) -> str:
        """Return the address at which it is read; nothing where its IRI is not one of ours."""
        return page_of(self.statement.iri)


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
        tongue = read_authority_code(read_text(row, "language")) or UNKNOWN_LANGUAGE
        found.setdefault(iri, ListedStatement(names.of(iri), read_text(row, "day"), tongue, int(row["clauses"].value)))
    return sorted(found.values(), key=lambda s: read_day(s.day) or date.min, reverse=True)


@router.get("/statements", response_class=HTMLResponse, summary="The statements; where there is one, itself")
async def statements(request: Request) -> Response:
    """List the statements, or lead to the only one."""
    listed = await list_statements(request.app.state.service, language_of(request))
    if len(listed) == 1 and listed[0].page:
        return RedirectResponse(listed[0].page, _SEE_OTHER)
    return render(request, "statement/statements.html", statements=listed)


@router.get("/statements/{name}", summary="A statement as published, read with the graph", **WITH_CLAUSES)
async def statement(name: Annotated[str, Path(examples=["uk-fr-2016-08-30"])], request: Request) -> Response:
    """Show the text with its clauses marked; ``kind``, ``holder`` … choose some, which ``format`` takes along."""
    form = choose_form(request, CLAUSES)
    await require_known_filters(request, FACETS)
    found = await find_statement(request.app.state.service, name, language_of(request))
    facets = find_facets(found.clauses, found.names, request.query_params, found.broader)
    values = list_values(found.clauses, found.broader)
    chosen = [facet for facet in facets if facet.chosen]
    matching = [
        clause for clause in found.clauses if all(facet.chosen in values[clause.anchor][facet.name] for facet in chosen)
    ]
    if form != PAGE:
        return await _give_table(request, form, found, matching, chosen)
    blocks = found.lay_out()
    marked = {iri for block in blocks for run in block.runs for iri in (run.clause, run.passage)}
    marked |= {piece.figure for block in blocks for run in block.runs for piece in run.pieces}
    return render(
        request,
        "statement/statement.html",
        **_tell(found),
        complete=await _find_complete(request, found.iri),
        description=_describe(found, language_of(request)),
        structured=_describe_for_search(found),
        blocks=blocks,
        section_at={section.iri: section for section in found.sections},
        kinds=[(found.names.of(kind), count) for kind, count in Counter(c.kind for c in found.clauses).most_common()],
        facets=facets,
        values=values,
        matching={clause.iri for clause in matching},
        unmarked=[anchor for anchor, iri in found.records.items() if iri not in marked],
        files=list_files(page_of(found.iri), [(facet.name, facet.chosen) for facet in chosen], CLAUSES),
    )


async def _find_complete(request: Request, statement: str) -> list[str]:
    """Find what the coding is complete for, in the reader's language where it is said in that."""
    service: Service = request.app.state.service
    question = read_question(ROOM, "complete")
    (table,) = await select_together(service, [question], {"statement": ox.NamedNode(statement)})
    told: dict[str, dict[str, str]] = {}
    for row in table.dicts():
        text = row["description"]
        told.setdefault(row["completeness"].value, {})[getattr(text, "language", "")] = text.value
    return [texts.get(language_of(request)) or next(iter(texts.values())) for texts in told.values()]


def _describe(found: Statement, language: str) -> str:
    """Say in a sentence what the page has."""
    messages = load_messages(language)
    if not found.clauses:
        return ""
    coded = messages.ngettext(
        "%(title)s: the text as published, with %(num)s clause read word by word.",
        "%(title)s: the text as published, with %(num)s clauses read word by word.",
        len(found.clauses),
    )
    return coded % {"title": found.title, "num": len(found.clauses)}


def _describe_for_search(found: Statement) -> dict[str, Any]:
    """Describe the statement in schema.org's terms: a joint statement is a political document, and no law."""
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": found.iri,
        "name": found.title,
        "inLanguage": found.text_language,
    }
    if days := found.facts.get("documentDate"):
        told["dateCreated"] = days[0]
    if published := [link for link in found.source.get("source", ()) if link.startswith(("https://", "http://"))]:
        told["sameAs"] = published
    if found.clauses:
        told["hasPart"] = [{"@type": "Quotation", "@id": clause.iri} for clause in found.clauses]
    return told


async def _give_table(
    request: Request, form: Variant, found: Statement, clauses: list[Clause], chosen: list[FacetChoice]
) -> Response:
    """Answer with the chosen clauses as a table, which says what was chosen and where it is from."""
    gettext = load_messages(language_of(request)).gettext
    names = [found.names.of(iris.expand(facet.chosen)).name for facet in chosen]
    about = {
        gettext("Title"): found.title,
        gettext("Chosen"): ", ".join(names) or gettext("all"),
        gettext("Clauses"): f"{len(clauses)} / {len(found.clauses)}",
        gettext("Statement"): found.iri,
    }
    return await give_clauses(
        request, form, [clause.iri for clause in clauses], about, name=f"{iris.local_name(found.iri)}-{len(clauses)}"
    )


@router.get(
    "/statements/{name}/records",
    response_class=HTMLResponse,
    summary="All that was recorded of the words of a statement",
    responses=not_found(),
)
async def records(name: Annotated[str, Path(examples=["uk-fr-2016-08-30"])], request: Request) -> HTMLResponse:
    """Show every record, one after the other."""
    found = await find_statement(request.app.state.service, name, language_of(request))
    return render(
        request,
        "statement/all-records.html",
        **_tell(found),
        follow_up=await follow_up(request),
        rules=await _find_rules(request, found),
    )


@router.get(
    "/statements/{name}/records/{anchor}",
    response_class=HTMLResponse,
    summary="What was recorded of some words of a statement",
    responses=not_found(),
)
async def record(
    name: Annotated[str, Path(examples=["uk-fr-2016-08-30"])],
    anchor: Annotated[str, Path(examples=["children-to-uk"])],
    request: Request,
) -> HTMLResponse:
    """Show one record, with the words where they stand: that of a clause, ``figure-…`` or ``passage-…``."""
    found = await find_statement(request.app.state.service, name, language_of(request))
    iri = found.records.get(anchor)
    if iri is None:
        raise NotFoundError(
            "The statement %(name)s has no record %(anchor)s; %(address)s/records has all.",
            name=repr(name),
            anchor=repr(anchor),
            address=page_of(found.iri),
        )
    anchors = list(found.records)
    at = anchors.index(anchor)
    place = found.places.get(iri)
    return render(
        request,
        "statement/record.html",
        **_tell(found),
        follow_up=await follow_up(request),
        rules=await _find_rules(request, found),
        anchor=anchor,
        before=anchors[at - 1] if at else "",
        after=anchors[at + 1] if at + 1 < len(anchors) else "",
        passage=find_passage(found.text, place.start, place.end) if place else None,
    )


async def _find_rules(request: Request, found: Statement) -> Mapping[str, str]:
    return await find_rules(request.app.state.service, list_coded(found.clauses), language_of(request))


def page_of(statement: str) -> str:
    """Return the address of the page on which a statement is read; nothing where its IRI is not one of ours.

    >>> page_of("https://w3id.org/ukfr/id/statement/uk-fr-2016-08-30")
    '/statements/uk-fr-2016-08-30'
    """
    name = iris.local_id(statement).removeprefix(STATEMENT)
    return "" if not iris.is_local_name(name) else "/statements/" + quote(name)


def _tell(found: Statement) -> dict[str, Any]:
    """Return what the templates of all pages of a statement have."""
    return {
        "statement": found,
        "page": page_of(found.iri),
        "names": found.names,
        "text_language": found.text_language,
        "speaker": SPEAKER,
    }
