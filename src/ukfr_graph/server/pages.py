"""The home page and the health of the service."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool

from ukfr_graph.query import Executor, find_query, read_queries
from ukfr_graph.server.languages import choose_language
from ukfr_graph.resources import templates_folder

router = APIRouter()


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(templates_folder()), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


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


def _gather(executor: Executor, language: str) -> dict[str, Any]:
    names, rows = executor.run(find_query("clauses-by-kind").text).rows()
    label = names.index("label_fr" if language == "fr" else "label")
    counts = [(str(getattr(r[label], "value", "")), int(getattr(r[names.index("clauses")], "value", 0))) for r in rows]
    return {
        "kinds": counts,
        "clauses": sum(n for _, n in counts),
        "triples": executor.engine.count_triples(),
        "version": executor.engine.version,
        "queries": [(q.area, q.name, q.summary[language], q.text) for q in read_queries().values()],
    }
