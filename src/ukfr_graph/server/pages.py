"""The home page and the health of the service."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ukfr_graph.iris import shorten
from ukfr_graph.query import Executor, find_query, prefers_html, read_queries
from ukfr_graph.query.parameters import bind_parameters
from ukfr_graph.resources import templates_folder
from ukfr_graph.server.languages import choose_language
from ukfr_graph.server.sparql import respond

router = APIRouter()


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates_folder()), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["shorten"] = shorten
    return environment


@router.get("/health", summary="Whether the service answers, and over which version of the dataset")
async def health(request: Request) -> JSONResponse:
    """Count the triples: a store that cannot be read is not healthy."""
    engine = request.app.state.executor.engine
    triples = await run_in_threadpool(engine.count_triples)
    return JSONResponse({"status": "ok", "version": engine.version, "triples": triples})


@router.get("/style.css", include_in_schema=False)
async def style() -> PlainTextResponse:
    """Give the style of the pages."""
    return PlainTextResponse((templates_folder() / "style.css").read_text("utf-8"), media_type="text/css")


@router.get("/", response_class=HTMLResponse, summary="What is here, how much, and where to start")
async def home(request: Request) -> HTMLResponse:
    """Show the home page in English or French."""
    language = choose_language(request.query_params.get("lang"), request.headers.get("accept-language"))
    facts = await run_in_threadpool(_gather, request.app.state.executor, language)
    page = _templates().get_template("home.html").render(language=language, **facts)
    return HTMLResponse(page, headers={"Vary": "Accept-Language", "Content-Language": language})


@router.get("/queries/{name}", summary="Ask a saved query; its parameters are those of the address")
async def saved_query(name: str, request: Request) -> Response:
    """Answer as data, or as a plain table where a browser asks."""
    query = find_query(name)
    values = bind_parameters(query.parameters, {k: v for k, v in request.query_params.items() if k != "lang"})
    executor: Executor = request.app.state.executor
    accept = request.headers.get("accept")
    language = choose_language(request.query_params.get("lang"), request.headers.get("accept-language"))

    def run() -> Response:
        answer = executor.run(query.text, values)
        if answer.kind != "solutions" or not prefers_html(accept):
            return respond(answer, accept)
        names, rows = answer.rows()
        page = _templates().get_template("answer.html").render(language=language, query=query, names=names, rows=rows)
        return HTMLResponse(page, headers={"Vary": "Accept, Accept-Language", "Content-Language": language})

    return await run_in_threadpool(run)


def _gather(executor: Executor, language: str) -> dict[str, Any]:
    names, rows = executor.run(find_query("clauses-by-kind").text).rows()
    label = names.index("label_fr" if language == "fr" else "label")
    counts = [(str(getattr(r[label], "value", "")), int(getattr(r[names.index("clauses")], "value", 0))) for r in rows]
    return {
        "kinds": counts,
        "clauses": sum(n for _, n in counts),
        "triples": executor.engine.count_triples(),
        "version": executor.engine.version,
        "queries": list(read_queries().values()),
    }
