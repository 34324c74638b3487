"""The page for people who write programs: every operation of the OpenAPI description, without a script."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import JSONResponse, Response

from ukfr_graph.site.addresses import find_base
from ukfr_graph.site.openapi import answers
from ukfr_graph.site.rendering import render

router = APIRouter(tags=["reference"])


@router.get("/openapi.json", include_in_schema=False)
async def give_description(request: Request) -> JSONResponse:
    """Return the OpenAPI description, which names the operator's own questions, to whom may read."""
    return JSONResponse({**request.app.openapi(), "servers": [{"url": find_base(request)}]})


@router.get(
    "/docs",
    response_class=HTMLResponse,
    responses=answers("text/html"),
    summary="The operations of this server, for people",
)
async def docs(request: Request) -> Response:
    """Show the OpenAPI description as a page, grouped as its tags group it."""
    schema: dict[str, Any] = request.app.openapi()
    groups: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            if not path.endswith("/citation"):  # one for each question: said once, in the introduction
                tag = next(iter(operation.get("tags", [])), "pages")
                groups.setdefault(tag, []).append((method.upper(), path, operation))
    first = [tag for tag in ("endpoint", "resources", "ontology", "questions") if tag in groups]
    ordered = {tag: groups[tag] for tag in (*first, *sorted(set(groups) - set(first)))}
    return render(request, "reference/docs.html", groups=ordered, info=schema["info"])
