"""Descriptions of the dataset: VoID at /.well-known/void, DCAT at /catalog, as RDF and as pages."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pyoxigraph as ox
from fastapi import APIRouter, Request
from starlette.responses import Response

from ukfr_graph.endpoint import void
from ukfr_graph.endpoint.metadata import PREFIXES
from ukfr_graph.query.formats import FORMATS, find_format
from ukfr_graph.service.service import Service
from ukfr_graph.service.statistics import Counter, Statistics
from ukfr_graph.site.addresses import find_base, places_of
from ukfr_graph.site.catalog import dcat
from ukfr_graph.site.catalog.structured_data import describe_dataset
from ukfr_graph.site.download.page import PATH, SHOWN_FILES, find_exports
from ukfr_graph.site.negotiation import GRAPH_VARIANTS, PAGE, RESOURCE_VARIANTS, Variant, choose_variant, path_of
from ukfr_graph.site.openapi import problems
from ukfr_graph.site.rendering import language_of, render
from ukfr_graph.store.layout import older_versions, read_date

router = APIRouter()
_CONTENT = {f.media_type: {"schema": {"type": "string"}} for f in FORMATS if "graph" in f.kinds} | {"text/html": {}}
_RESPONSES = {
    200: {"description": "The description, in the format that is accepted", "content": _CONTENT},
    **problems(400, 401, 403, 406, 500, 503, 504),
}


@router.get(
    void.DOCUMENT,
    summary="VoID: what is in the dataset, with counts by class and property",
    response_class=Response,
    responses=_RESPONSES,
)
async def give_void(request: Request) -> Response:
    """Describe the dataset (https://www.w3.org/TR/void/)."""
    service, statistics = await count(request)
    variant = choose_variant(request, RESOURCE_VARIANTS)
    if variant == PAGE:
        return render(request, "catalog/void.html", statistics=statistics)
    paths = {} if service.is_remote else await find_exports(service)
    dumps = [f"{PATH}/{path}" for path in paths if path.startswith("rdf/")]
    edition = await asyncio.to_thread(read_edition, request)
    told = void.describe_dataset(
        find_base(request),
        service.profile,
        statistics,
        dumps,
        edition.day,
        doi=edition.doi,
        is_served=not places_of(request).is_static,
    )
    return _respond(request, variant, told)


@router.get(
    dcat.DOCUMENT,
    summary="DCAT 3: the dataset, its versions, downloads and services",
    response_class=Response,
    responses=_RESPONSES,
)
async def give_catalog(request: Request) -> Response:
    """Describe the catalogue (https://www.w3.org/TR/vocab-dcat-3/); a download has a size once it is made."""
    service, statistics = await count(request)
    files = [] if service.is_remote else list((await find_exports(service)).values())
    edition = await asyncio.to_thread(read_edition, request)
    variant = choose_variant(request, RESOURCE_VARIANTS)
    if variant == PAGE:
        base, language = find_base(request), language_of(request)
        return render(
            request,
            "catalog/catalog.html",
            statistics=statistics,
            files=files[:SHOWN_FILES],
            total=len(files),
            edition=edition,
            structured=describe_dataset(
                base, service.profile, language, edition, period=statistics.period, files=files[:SHOWN_FILES]
            )
            if statistics.is_curated
            else None,
        )
    is_served = not places_of(request).is_static
    told = dcat.describe_catalog(find_base(request), service.profile, statistics, edition, files, is_served=is_served)
    return _respond(request, variant, told)


async def count(request: Request) -> tuple[Service, Statistics]:
    """Return the service, and what its version of the dataset holds, which is counted once.

    Raises:
        UkfrError: see ``Counter.count``.
    """
    service: Service = request.app.state.service
    if not hasattr(request.app.state, "counter"):
        request.app.state.counter = Counter()
    return service, await request.app.state.counter.count(service)


def read_edition(request: Request) -> dcat.Edition:
    """Read what the version's folder tells; an endpoint elsewhere has none."""
    service: Service = request.app.state.service
    if not service.pool.folder:
        return dcat.Edition("current", (), "")
    folder = Path(service.pool.folder)
    return dcat.Edition(service.pool.version, older_versions(folder), read_date(folder), places_of(request).offers.doi)


def _respond(request: Request, variant: Variant, triples: list[ox.Triple]) -> Response:
    engine = find_format(variant.name, "graph").engine
    assert isinstance(engine, ox.RdfFormat)
    prefixed = engine in (ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML)
    here = {"here": f"{find_base(request)}{path_of(request)}#"}
    body = ox.serialize(triples, format=engine, prefixes={**PREFIXES, **here} if prefixed else None)
    links = ", ".join(
        f'<{path_of(request)}?format={v.name}>; rel="alternate"; type="{v.media_type}"' for v in GRAPH_VARIANTS
    )
    return Response(body, headers={"Content-Type": variant.content_type, "Vary": "Accept", "Link": links})
