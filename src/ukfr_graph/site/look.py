"""The look of all pages."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from ukfr_graph.resources import templates_folder

router = APIRouter()


@router.get("/style.css", include_in_schema=False)
async def style() -> PlainTextResponse:
    """Return the style of the pages."""
    return PlainTextResponse((templates_folder() / "style.css").read_text("utf-8"), media_type="text/css")


@router.get("/icon.svg", include_in_schema=False)
async def icon() -> PlainTextResponse:
    """Return the mark that browsers show beside the title."""
    return PlainTextResponse((templates_folder() / "icon.svg").read_text("utf-8"), media_type="image/svg+xml")
