"""The home page, and the form for SPARQL."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse

from ukfr_graph.errors import UkfrError
from ukfr_graph.query.federation import is_allowed
from ukfr_graph.query.saved import SavedQuery, find_query
from ukfr_graph.resources import templates_folder
from ukfr_graph.server.answers import ROWS, ask, read_table, select
from ukfr_graph.server.rendering import language_of, render
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


@router.get("/", response_class=HTMLResponse, summary="What is here, how much, and where to start")
async def home(request: Request) -> HTMLResponse:
    """Show the home page in English or French."""
    service: Service = request.app.state.service
    kinds: list[tuple[str, int]] = []
    if not service.is_plain:
        label = "label_fr" if language_of(request) == "fr" else "label"
        table = await select(service, find_query("clauses-by-kind").text)
        kinds = [(row[label].value, int(row["clauses"].value)) for row in table.dicts()]
    facts = (await service.ask({"task": "facts"}, "facts")).head
    return render(
        request,
        "home.html",
        kinds=kinds,
        clauses=sum(n for _, n in kinds),
        triples=facts["triples"],
        version=service.pool.version,
        queries=[query for query in service.library().queries.values() if _can_answer(service, query)],
    )


def _can_answer(service: Service, query: SavedQuery) -> bool:
    """Whether every host that a query calls may be called here: what is refused anyway is not offered."""
    return all(is_allowed(address, service.settings.service_allow) for address in query.services)


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
