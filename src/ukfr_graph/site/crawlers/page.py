"""The files that crawlers ask a server for: ``/robots.txt`` and ``/sitemap.xml``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from ukfr_graph import iris
from ukfr_graph.errors import NotFoundError
from ukfr_graph.query.questions import read_question
from ukfr_graph.service.answers import select
from ukfr_graph.service.service import Service
from ukfr_graph.site.addresses import Places, places_of
from ukfr_graph.site.crawlers.sitemap import ROBOTS, SITEMAP, write_robots, write_sitemaps
from ukfr_graph.site.guides.markdown import list_guides
from ukfr_graph.site.rendering import LANGUAGE_COOKIE, language_of
from ukfr_graph.site.statement.page import list_statements
from ukfr_graph.site.templates import link_to

router = APIRouter(include_in_schema=False)
_FURTHER = ("/guides", "/catalog", "/ontology", "/shapes", "/vocab")
_NO_PAGES = ("/sparql", "/statements")  # closed to crawlers, and a way to the only statement
_THINGS = ("/doc/", "/vocab/", "/links/")
_KEPT = "/:@!$&'()*+,;=~-._%"


@router.get("/" + ROBOTS)
async def robots(request: Request) -> Response:
    """Say what is for crawlers: nothing, where reading needs a token or there is no dataset of ours."""
    service: Service = request.app.state.service
    is_closed = service.is_plain or service.settings.read_token_needed
    places = places_of(request)
    return PlainTextResponse(write_robots(places.name("/" + SITEMAP), places.place, is_closed=is_closed))


@router.get("/" + SITEMAP)
@router.get("/sitemap-{part:int}.xml")
async def sitemap(request: Request) -> Response:
    """List every page in each language; where they are very many, the files of the list."""
    service: Service = request.app.state.service
    places, name = places_of(request), request.url.path.lstrip("/")
    addresses = [*_list_rooms(request), *await _list_statements(request), *await list_things(service)]
    addresses += [f"/queries/{quote(query)}" for query in service.questions()]
    files = write_sitemaps(_name_each(addresses, places), lambda file: places.name("/" + file))
    if name not in files:
        raise NotFoundError("There is no file %(name)s here.", name=repr(name[:100]))
    return Response(files[name], media_type="application/xml")


async def list_things(service: Service) -> list[str]:
    """List the addresses of the pages of all resources, those that nothing links to as well."""
    question = read_question("site/crawlers", "things")
    bases = dict.fromkeys((iris.BASE, *service.profile.namespaces.values()))
    tables = await asyncio.gather(*(select(service, question, {"base": ox.NamedNode(base)}) for base in bases))
    addresses = dict.fromkeys(link_to(row["thing"].value) for table in tables for row in table.dicts())
    return [quote(address, safe=_KEPT) for address in addresses if address.startswith(_THINGS)]


def _list_rooms(request: Request) -> list[str]:
    rooms = [entry.address for entry in request.app.state.navigation if entry.address not in _NO_PAGES]
    guides = list_guides(request.app.state.service.profile.has_bundled)
    return list(dict.fromkeys([*rooms, *_FURTHER, *(f"/guides/{name}" for name, _title in guides)]))


async def _list_statements(request: Request) -> list[str]:
    return [s.page for s in await list_statements(request.app.state.service, language_of(request)) if s.page]


def _name_each(addresses: list[str], places: Places) -> Iterator[str]:
    for address in addresses:
        for code in places.languages:
            yield places.name(f"{address}?{urlencode({LANGUAGE_COOKIE: code})}")
