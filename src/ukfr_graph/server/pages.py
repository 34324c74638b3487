"""The form for SPARQL, and the look of all pages."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse

from ukfr_graph.errors import UkfrError
from ukfr_graph.resources import templates_folder
from ukfr_graph.server.answers import ROWS, ask, read_table
from ukfr_graph.server.rendering import render
from ukfr_graph.server.service import Service

router = APIRouter()
_SHOWN_ROWS = 1000
_READABLE = f"{ROWS}, text/turtle;q=0.9"
_EXAMPLE = """SELECT ?kind (COUNT(*) AS ?n)
{ ?c a ?kind . ?kind rdfs:subClassOf ukfr:Clause }
GROUP BY ?kind"""


@router.get("/style.css", include_in_schema=False)
async def style() -> PlainTextResponse:
    """Give the style of the pages."""
    return PlainTextResponse((templates_folder() / "style.css").read_text("utf-8"), media_type="text/css")


@router.get("/icon.svg", include_in_schema=False)
async def icon() -> PlainTextResponse:
    """Give the mark that browsers show beside the title."""
    return PlainTextResponse((templates_folder() / "icon.svg").read_text("utf-8"), media_type="image/svg+xml")


@router.get("/editor", response_class=HTMLResponse, summary="A form for SPARQL, and the answer as a table")
async def editor(request: Request) -> HTMLResponse:
    """Show the form; with a query, its answer or what is wrong with it."""
    service: Service = request.app.state.service
    query = request.query_params.get("query", "")
    table, text, error = None, "", None
    if query.strip():
        try:
            table, text = read_table(await ask(service, query, accept=_READABLE), _SHOWN_ROWS)
        except UkfrError as problem:
            error = problem
    return render(
        request, "editor.html", status=error.status if error else 200,
        query=query or _EXAMPLE, table=table, text=text[:200_000], error=error,
    )  # fmt: skip
