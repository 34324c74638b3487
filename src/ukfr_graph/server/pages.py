"""The saved queries, and the look of all pages."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from starlette.responses import Response

from ukfr_graph.query.formats import prefers_html
from ukfr_graph.query.parameters import bind_parameters
from ukfr_graph.query.saved import find_query
from ukfr_graph.resources import templates_folder
from ukfr_graph.server.answers import ROWS, ask, read_table
from ukfr_graph.server.rendering import PAGE_PARAMETERS, render
from ukfr_graph.server.service import Service

router = APIRouter()
_SHOWN_ROWS = 1000
_READABLE = f"{ROWS}, text/turtle;q=0.9"


@router.get("/style.css", include_in_schema=False)
async def style() -> PlainTextResponse:
    """Give the style of the pages."""
    return PlainTextResponse((templates_folder() / "style.css").read_text("utf-8"), media_type="text/css")


@router.get("/icon.svg", include_in_schema=False)
async def icon() -> PlainTextResponse:
    """Give the mark that browsers show beside the title."""
    return PlainTextResponse((templates_folder() / "icon.svg").read_text("utf-8"), media_type="image/svg+xml")


@router.get("/queries/{name}", summary="Ask a saved query; its parameters are those of the address")
async def saved_query(name: str, request: Request) -> Response:
    """Answer as data, or as a plain table where a browser asks."""
    service: Service = request.app.state.service
    query = find_query(name)
    values = bind_parameters(
        query.parameters, {k: v for k, v in request.query_params.items() if k not in PAGE_PARAMETERS}
    )
    accept = request.headers.get("accept")
    as_page = prefers_html(accept)
    reply = await ask(service, query.text, values, _READABLE if as_page else accept or "")
    table, _ = read_table(reply, _SHOWN_ROWS) if as_page else (None, "")
    if table is None:
        charset = "; charset=utf-8" if reply.head["type"].startswith("text/") else ""
        return Response(reply.body, headers={"Content-Type": reply.head["type"] + charset, "Vary": "Accept"})
    return render(request, "answer.html", query=query, table=table)
