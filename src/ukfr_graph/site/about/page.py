"""About the dataset: who coded it and how, what rests on which sources, and how far to trust it."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ukfr_graph.clauses.rows import read_text
from ukfr_graph.query.questions import read_question
from ukfr_graph.service.answers import select_together
from ukfr_graph.service.names import find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.addresses import find_base
from ukfr_graph.site.catalog.page import read_edition
from ukfr_graph.site.catalog.structured_data import describe_dataset
from ukfr_graph.site.guides.markdown import write_page
from ukfr_graph.site.navigation import Navigation
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.site.rendering import language_of, render

router = APIRouter()
navigation = Navigation(20, "/about", _("About"), is_minor=True)
_ROOM = "site/about"


@router.get("/about", response_class=HTMLResponse, summary="Method and trust")
async def about(request: Request) -> HTMLResponse:
    """Tell what the dataset says of its method, with the counts that its records give."""
    service: Service = request.app.state.service
    language = language_of(request)
    coders, sources = await select_together(service, [read_question(_ROOM, name) for name in ("coders", "sources")])
    rows = [*coders.dicts(), *sources.dicts()]
    named = {term.value for row in rows for name, term in row.items() if name in ("coder", "kind", "reading")}
    edition = await asyncio.to_thread(read_edition, request)
    told = service.profile.say(service.profile.about, language)
    return render(
        request,
        "about/about.html",
        structured=describe_dataset(find_base(request), service.profile, language, edition) if coders.rows else None,
        told=write_page(told, lambda link: link).body if told else "",
        coders=[(row["coder"].value, read_text(row, "records"), read_text(row, "standing")) for row in coders.dicts()],
        sources=[(row["kind"].value, read_text(row, "reading"), read_text(row, "sources")) for row in sources.dicts()],
        names=await find_names(service, named, language),
    )
