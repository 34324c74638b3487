"""The page of promises and calls of a statement, with who makes each and whom it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from ukfr_graph import iris
from ukfr_graph.clauses.rows import read_text
from ukfr_graph.messages import load_messages
from ukfr_graph.query.saved_files import find_query
from ukfr_graph.service.answers import select_together
from ukfr_graph.service.names import find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.charts import CHART, CHART_FORMS, give_chart, list_chart_files, make_address, read_caption
from ukfr_graph.site.deeds.drawing import NARROW_WIDTH, PARTS, WIDTH, Deed, draw, draw_narrow
from ukfr_graph.site.filters import require_known_filters
from ukfr_graph.site.follow import Source, day_of
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.site.negotiation import PAGE
from ukfr_graph.site.rendering import language_of, render
from ukfr_graph.site.spreadsheets import Cell, Sheet, say_sheet
from ukfr_graph.site.statement.contents import Statement, find_statement
from ukfr_graph.site.statement.page import page_of
from ukfr_graph.site.taking import choose_form
from ukfr_graph.triples import node

router = APIRouter()
SWITCHES = ("kind",)
_QUESTION = "who-is-asked-what"
_MOST = 40


@router.get("/statements/{name}/deeds", summary="Who is asked to do what in a statement", **CHART)
async def deeds(name: Annotated[str, Path(examples=["uk-fr-2016-08-30"])], request: Request) -> Response:
    """Show promises and calls between who makes them and whom they concern; ``kind`` chooses some."""
    service: Service = request.app.state.service
    form, language, day = choose_form(request, CHART_FORMS), language_of(request), day_of(request)
    await require_known_filters(request, SWITCHES)
    statement = await find_statement(service, name, language)
    known = await find_deeds(service, statement.iri, language)
    given = {"kind": request.query_params.get("kind", "")}
    chosen = [deed for deed in known if given["kind"] in ("", iris.shorten(deed.kind.iri))]
    drawing = draw(chosen[:_MOST], language)
    facts: dict[str, Any] = {
        "statement": statement, "known": known, "chosen": chosen, "most": _MOST, "drawing": drawing,
    }  # fmt: skip
    path, size = f"{page_of(statement.iri)}/deeds", (WIDTH, drawing.height)
    if form != PAGE:
        published = next(iter(statement.source.get("source", ())), "")
        sources = [Source("", statement.title, "", "", None, published)] if published else []
        caption = read_caption("deeds", language, sources, make_address(service, path, given, day), **facts)
        sheets = [_make_sheet(statement, chosen, language)]
        return await give_chart(request, form, "deeds/picture.html", caption, sheets, size=size, day=day, **facts)
    return render(
        request,
        "deeds/deeds.html",
        picture=f"{path}?format=png",
        **facts,
        size=size,
        narrow=draw_narrow(chosen[:_MOST], language),
        narrow_width=NARROW_WIDTH,
        page=page_of(statement.iri),
        text_language=statement.text_language,
        files=list_chart_files(request, path, given, day),
        given=given,
        parts=PARTS,
        kinds=sorted({deed.kind for deed in known}, key=lambda kind: kind.name),
    )


async def find_deeds(service: Service, statement: str, language: str) -> list[Deed]:
    """Find the promises and calls of a statement, in the order of its text.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    question = find_query(_QUESTION, dataset=service.pool.folder)
    about = next(parameter.variable for parameter in question.parameters if parameter.name == "statement")
    (table,) = await select_together(service, [question.text], {about: node(statement)})
    columns = ("clause", "kind", "holder", "other")
    names = await find_names(service, {row[c].value for row in table.dicts() for c in columns if c in row}, language)
    found: dict[str, Deed] = {}
    for row in table.dicts():
        clause = row["clause"].value
        deed = found.setdefault(clause, Deed(names.of(clause), int(row["order"].value), names.of(row["kind"].value)))
        if (holder := read_text(row, "holder")) and names.of(holder) not in deed.holders:
            deed.holders.append(names.of(holder))
        if other := read_text(row, "other"):
            part = iris.local_name(row["part"].value), names.of(other)
            if part not in deed.others:
                deed.others.append(part)
    return list(found.values())


def _make_sheet(statement: Statement, chosen: Sequence[Deed], language: str) -> Sheet:
    gettext = load_messages(language).gettext
    headings = (
        _("Number"), _("Kind"), _("What"), _("Words"), _("Who promises or asks"), _("Whom it concerns"),
        _("Identifier"),
    )  # fmt: skip
    rows: list[list[Cell]] = [
        [
            Decimal(deed.order), deed.kind.name, deed.clause.name, statement.quote(deed.clause.iri),
            "; ".join(holder.name for holder in deed.holders), concerned, deed.clause.iri,
        ]
        for deed in chosen
        for concerned in [gettext(PARTS[part]) % {"who": other.name} for part, other in deed.others] or [""]
    ]  # fmt: skip
    return say_sheet(_("Who is asked to do what"), headings, rows, language)
