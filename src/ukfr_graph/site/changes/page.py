"""Changes since the version of the dataset before, where a server still keeps it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from ukfr_graph.errors import NotFoundError
from ukfr_graph.service.service import Service
from ukfr_graph.site.addresses import places_of
from ukfr_graph.site.atom import ATOM
from ukfr_graph.site.changes.feed import write_feed
from ukfr_graph.site.changes.versions import ChangedRecord, Changes, compare, read_version
from ukfr_graph.site.openapi import answers, problems
from ukfr_graph.site.rendering import LANGUAGE_COOKIE, language_of, render
from ukfr_graph.site.templates import link_to, read_day
from ukfr_graph.store.layout import NQUADS, find_before, read_date

router = APIRouter()
PAGE, FEED, PATCH = "/changes", "/changes.atom", "/changes.rdfp"
RDF_PATCH = "application/rdf-patch"
_KINDS = ("new", "changed", "gone")
_MOST_BYTES = 50_000_000  # of a version's N-Quads, which are read whole


@router.get(PAGE, response_class=HTMLResponse, summary="What has changed since the version before")
async def show_changes(request: Request) -> HTMLResponse:
    """List the records that are new, that have changed, and that are gone."""
    changes = await _find_changes(request)
    found = await asyncio.to_thread(changes.list_records) if changes else []
    pages = {item.iri: link_to(item.iri) for item in found if item.kind != "gone" and link_to(item.iri)}
    return render(request, "changes/changes.html", changes=changes, pages=pages, groups=group_records(found))


@router.get(
    FEED, summary="What has changed, as a feed", response_class=Response,
    responses={**answers(ATOM.media_type), **problems(404)},
)  # fmt: skip
async def give_feed(request: Request) -> Response:
    """Tell what has changed, a record each, as Atom (RFC 4287)."""
    service: Service = request.app.state.service
    changes = await _find_changes(request)
    found = await asyncio.to_thread(changes.list_records) if changes else None
    day = read_day(read_date(Path(service.pool.folder))) if service.pool.folder else None
    language, places = language_of(request), places_of(request)
    shown_in = f"?{LANGUAGE_COOKIE}={language}"
    addresses = {"page": places.name(PAGE + shown_in), "feed": places.name(FEED + shown_in)}
    body = write_feed(service.pool.version, day or date.today(), found, service.profile, language, addresses)  # noqa: DTZ011
    headers = {
        "Content-Type": ATOM.content_type,
        "Content-Language": language,
        "Vary": "Accept-Language, Cookie",
    }
    return Response(body, headers=headers)


@router.get(
    PATCH, summary="What has changed, as RDF Patch", response_class=Response,
    responses={**answers(RDF_PATCH), **problems(404)},
)  # fmt: skip
async def give_patch(request: Request) -> Response:
    """Return the triples that were removed and added (https://afs.github.io/rdf-patch/)."""
    changes = await _find_changes(request)
    if changes is None:
        raise NotFoundError("No version from before this one can be compared here, so there is no difference to give.")
    return Response(await asyncio.to_thread(changes.write_patch), headers={"Content-Type": RDF_PATCH})


def group_records(records: Iterable[ChangedRecord]) -> dict[str, list[ChangedRecord]]:
    """Group records by what became of them."""
    found = list(records)
    return {kind: [item for item in found if item.kind == kind] for kind in _KINDS}


async def _find_changes(request: Request) -> Changes | None:
    """Compare the version in force with the one before; none where that is not kept, or is too large for it."""
    service: Service = request.app.state.service
    after = Path(service.pool.folder)
    before = await asyncio.to_thread(find_before, after) if service.pool.folder and not service.is_plain else None
    if before is None or max((version / NQUADS).stat().st_size for version in (before, after)) > _MOST_BYTES:
        return None
    return await asyncio.to_thread(lambda: compare(read_version(before), read_version(after)))
