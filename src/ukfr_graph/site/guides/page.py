"""The guides, as pages of the site: what ``docs/`` tells people who use, link, code or run this."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from ukfr_graph.site.guides.markdown import list_guides, read_guide
from ukfr_graph.site.openapi import not_found
from ukfr_graph.site.rendering import render

router = APIRouter()


@router.get("/guides", response_class=HTMLResponse, summary="The guides")
async def guides(request: Request) -> HTMLResponse:
    """List the guides."""
    return render(request, "guides/guides.html", guides=list(list_guides(_has_bundled(request))))


@router.get("/guides/{name:path}", response_class=HTMLResponse, summary="A guide", responses=not_found())
async def guide(name: Annotated[str, Path(examples=["codebook"])], request: Request) -> HTMLResponse:
    """Show one guide."""
    return render(request, "guides/guide.html", guide=read_guide(name, _has_bundled(request)))


def _has_bundled(request: Request) -> bool:
    return bool(request.app.state.service.profile.has_bundled)
