"""The look of all pages."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from starlette.responses import Response

from ukfr_graph import iris
from ukfr_graph.analysis.pictures import draw_ico, draw_square
from ukfr_graph.resources import templates_folder
from ukfr_graph.site.sharing import PICTURE
from ukfr_graph.term_names import LABEL, PLURAL_LABEL, find_text, list_looks

router = APIRouter()
_SMALL, _LARGE = 32, 512  # pixels


@router.get("/style.css", include_in_schema=False)
async def style() -> PlainTextResponse:
    """Return the style of the pages, with the looks of the classes."""
    style = (templates_folder() / "style.css").read_text("utf-8")
    return PlainTextResponse(style + write_looks(), media_type="text/css")


@router.get("/icon.svg", include_in_schema=False)
async def icon() -> PlainTextResponse:
    """Return the mark that browsers show beside the title."""
    return PlainTextResponse(_read_icon(), media_type="image/svg+xml")


@router.get("/favicon.ico", include_in_schema=False)
async def favicon() -> Response:
    """Return the same mark for what reads no SVG, at the address that is asked for without a link."""
    return Response(draw_ico(_read_icon(), _SMALL), media_type="image/vnd.microsoft.icon")


@router.get(PICTURE, include_in_schema=False)
async def picture() -> Response:
    """Return the same mark as a picture for previews."""
    return Response(draw_square(_read_icon(), _LARGE), media_type="image/png")


def _read_icon() -> str:
    return (templates_folder() / "icon.svg").read_text("utf-8")


def write_looks() -> str:
    """Return a rule for each class that has a look, for elements that name it whole or by its local name."""
    return "".join(
        f'[data-type="{iris.shorten(iri)}"], [data-kind="{iris.local_name(iri)}"] '
        f"{{ --kind: var(--{look.colour_token}); --kind-wash: var(--{look.colour_token}-wash); "
        f'--shape: "{look.symbol}"; }}\n'
        for iri, look in list_looks().items()
    )


def describe_looks(language: str) -> dict[str, dict[str, str]]:
    """Return what scripts draw classes with: by compact IRI, the names of one and of several, and a colour's name."""
    return {
        iris.shorten(iri): {
            "one": find_text(LABEL, iri, language),
            "name": find_text(PLURAL_LABEL, iri, language),
            "colour": look.colour_token,
        }
        for iri, look in list_looks().items()
    }
