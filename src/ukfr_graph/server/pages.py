"""The pages that people look at, and the saved queries."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import pyoxigraph as ox
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from ukfr_graph.errors import UkfrError
from ukfr_graph.iris import shorten
from ukfr_graph.query.formats import prefers_html
from ukfr_graph.query.parameters import bind_parameters
from ukfr_graph.query.saved import find_query, read_queries
from ukfr_graph.resources import templates_folder
from ukfr_graph.server.languages import choose_language
from ukfr_graph.server.service import Service
from ukfr_graph.workers.link import Reply

router = APIRouter()
_JSON = "application/sparql-results+json"
_SHOWN_ROWS = 1000
_EXAMPLE = """SELECT ?kind (COUNT(*) AS ?n)
{ ?c a ?kind . ?kind rdfs:subClassOf ukfr:Clause }
GROUP BY ?kind"""


class Table(NamedTuple):
    """The rows of an answer; ``total`` is their number before a page cut them."""

    names: list[str]
    rows: list[list[Any]]
    total: int


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates_folder()), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["shorten"] = shorten
    return environment


@router.get("/style.css", include_in_schema=False)
async def style() -> PlainTextResponse:
    """Give the style of the pages."""
    return PlainTextResponse((templates_folder() / "style.css").read_text("utf-8"), media_type="text/css")


@router.get("/", response_class=HTMLResponse, summary="What is here, how much, and where to start")
async def home(request: Request) -> HTMLResponse:
    """Show the home page in English or French."""
    service: Service = request.app.state.service
    language = _language(request)
    kinds: list[tuple[str, int]] = []
    if not service.is_plain:
        table = await _ask_table(service, find_query("clauses-by-kind").text)
        label, count = (table.names.index(n) for n in (f"label{'_fr' if language == 'fr' else ''}", "clauses"))
        kinds = [(row[label].value, int(row[count].value)) for row in table.rows]
    facts = (await service.ask({"task": "facts"}, "facts")).head
    return _page(
        "home.html",
        language,
        kinds=kinds,
        clauses=sum(n for _, n in kinds),
        triples=facts["triples"],
        version=service.pool.version,
        queries=[] if service.is_plain else list(read_queries().values()),
    )


@router.get("/editor", response_class=HTMLResponse, summary="A form for SPARQL, and the answer as a table")
async def editor(request: Request) -> HTMLResponse:
    """Show the form; with a query, its answer or what is wrong with it."""
    service: Service = request.app.state.service
    query = request.query_params.get("query", "")
    table, text, error = None, "", None
    if query.strip():
        try:
            reply = await service.ask({"task": "query", "query": query, "accept": f"{_JSON}, text/turtle;q=0.9"}, query)
            table, text = _read(reply)
        except UkfrError as problem:
            error = problem
    page = _page(
        "editor.html", _language(request), query=query or _EXAMPLE, table=table, text=text[:200_000], error=error,
        shown=_SHOWN_ROWS,
    )  # fmt: skip
    page.status_code = error.status if error else 200
    return page


@router.get("/queries/{name}", summary="Ask a saved query; its parameters are those of the address")
async def saved_query(name: str, request: Request) -> Response:
    """Answer as data, or as a plain table where a browser asks."""
    service: Service = request.app.state.service
    query = find_query(name)
    values = bind_parameters(query.parameters, {k: v for k, v in request.query_params.items() if k != "lang"})
    accept = request.headers.get("accept")
    as_page = prefers_html(accept)
    terms = {key: str(term) for key, term in values.items()}
    wanted = f"{_JSON}, text/turtle;q=0.9" if as_page else accept
    head = {"task": "query", "query": query.text, "parameters": terms, "accept": wanted}
    reply = await service.ask(head, (query.name, *terms.items()))
    table, _ = _read(reply) if as_page else (None, "")
    if table is None:
        charset = "; charset=utf-8" if reply.head["type"].startswith("text/") else ""
        return Response(reply.body, headers={"Content-Type": reply.head["type"] + charset, "Vary": "Accept"})
    return _page("answer.html", _language(request), query=query, table=table, shown=_SHOWN_ROWS)


async def _ask_table(service: Service, query: str) -> Table:
    table, _ = _read(await service.ask({"task": "query", "query": query, "accept": _JSON}, query))
    assert table is not None  # our own SELECT
    return table


def _read(reply: Reply) -> tuple[Table | None, str]:
    """Read an answer for showing: rows as a table, anything else as text."""
    if reply.head["type"] != _JSON:
        return None, reply.body.decode("utf-8")
    results = ox.parse_query_results(reply.body, format=ox.QueryResultsFormat.JSON)
    if isinstance(results, ox.QueryBoolean):
        return None, str(bool(results)).lower()
    assert isinstance(results, ox.QuerySolutions)
    names = [variable.value for variable in results.variables]
    rows = [[solution[name] for name in names] for solution in results]
    return Table(names, rows[:_SHOWN_ROWS], len(rows)), ""


def _language(request: Request) -> str:
    return choose_language(request.query_params.get("lang"), request.headers.get("accept-language"))


def _page(template: str, language: str, **facts: Any) -> HTMLResponse:
    page = _templates().get_template(template).render(language=language, **facts)
    return HTMLResponse(page, headers={"Vary": "Accept, Accept-Language", "Content-Language": language})
