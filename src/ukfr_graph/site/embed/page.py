"""Pages for frames of other sites, and what tells other sites how to show ours (oEmbed, https://oembed.com)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import parse_qsl, quote, unquote, urlencode
from xml.etree import ElementTree

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse
from markupsafe import Markup
from starlette.responses import PlainTextResponse, Response

from ukfr_graph.analysis.network_formats import find_network_format
from ukfr_graph.analysis.network_parameters import write_request
from ukfr_graph.errors import NotFoundError, UnsupportedError
from ukfr_graph.resources import templates_folder
from ukfr_graph.service.service import Service
from ukfr_graph.site.addresses import find_base, name_permanent_page, places_of
from ukfr_graph.site.deeds.page import deeds
from ukfr_graph.site.embedding import CHARTS, OEMBED, Frame, allow_frame, find_frame
from ukfr_graph.site.follow import follow_up
from ukfr_graph.site.graph.export import ask_network
from ukfr_graph.site.graph.page import read_choice
from ukfr_graph.site.money.page import money
from ukfr_graph.site.openapi import answers, not_found, problems
from ukfr_graph.site.outcomes.page import outcomes
from ukfr_graph.site.places.page import places
from ukfr_graph.site.rendering import LANGUAGE_COOKIE, find_title, language_of, render
from ukfr_graph.site.series.page import series
from ukfr_graph.site.statement.contents import find_statement
from ukfr_graph.site.statement.page import page_of
from ukfr_graph.site.timeline.page import timeline

router = APIRouter()
_HANDLERS: dict[str, Callable[[Request], Awaitable[Response]]] = {
    "outcomes": outcomes, "money": money, "series": series, "places": places, "timeline": timeline,
}  # fmt: skip
_MOST = 10_000  # pixels
_FORMS = ("json", "xml")
_LONGEST = 2_000  # characters of an address
_EXAMPLE = "https://w3id.org/ukfr/id/clause/uk-fr-2016-08-30/children-to-uk"


@router.get(
    "/embed/clause/{statement}/{anchor}", response_class=HTMLResponse, summary="A clause, for a frame",
    responses=not_found(),
)  # fmt: skip
async def embed_clause(
    statement: Annotated[str, Path(examples=["uk-fr-2016-08-30"])],
    anchor: Annotated[str, Path(examples=["children-to-uk"])],
    request: Request,
) -> HTMLResponse:
    """Show a clause: its words, what it says, and what became of it."""
    service: Service = request.app.state.service
    found = await find_statement(service, statement, language_of(request))
    clause = next((clause for clause in found.clauses if clause.anchor == anchor), None)
    if clause is None:
        raise NotFoundError(
            "The statement %(name)s has no clause %(anchor)s; %(address)s has all.",
            name=repr(statement[:100]),
            anchor=repr(anchor[:100]),
            address=page_of(found.iri),
        )
    return _frame(
        request,
        "embed/clause.html",
        page=f"{page_of(found.iri)}#clause-{quote(anchor)}",
        permanent=clause.iri,
        statement=found,
        clause=clause,
        names=found.names,
        follow_up=replace(await follow_up(request), has_all_days=False),  # no script chooses there
    )


@router.get(
    "/embed/chart/{page:path}", response_class=HTMLResponse, summary="A chart, for a frame", responses=not_found()
)
async def embed_chart(page: Annotated[str, Path(examples=["outcomes"])], request: Request) -> HTMLResponse:
    """Show the chart of a page, as its parameters choose: the picture that the page gives as a file."""
    given = _read_given(request)
    drawing = [*given, ("format", "svg"), (LANGUAGE_COOKIE, language_of(request))]
    drawn = await _draw(page, _ask_again(request, f"/{page}", drawing))
    svg = bytes(drawn.body).decode()
    address = f"/{page}?{urlencode(given)}" if given else f"/{page}"
    return _frame(request, "embed/chart.html", page=address, svg=Markup(svg), title=find_title(svg))  # noqa: S704  # ours


async def _draw(page: str, request: Request) -> Response:
    """Have a page draw its chart.

    Raises:
        NotFoundError: it has none.
    """
    match page.split("/"):
        case [name] if name in _HANDLERS:
            return await _HANDLERS[name](request)
        case ["statements", name, "deeds"]:
            return await deeds(name, request)
        case _:
            raise NotFoundError(
                "There is no chart %(name)s; there are %(charts)s.", name=repr(page[:100]), charts=", ".join(CHARTS)
            )


@router.get("/embed/network", response_class=HTMLResponse, summary="A network, for a frame")
async def embed_network(request: Request) -> HTMLResponse:
    """Show a network, as the parameters of ``/export/network`` choose."""
    asked = read_choice(request)
    await ask_network(request.app.state.service, asked, find_network_format("svg"))  # kept: the picture is asked next
    chosen = urlencode(write_request(asked), doseq=True)
    drawn = "&".join(filter(None, (chosen, urlencode({"format": "svg", LANGUAGE_COOKIE: language_of(request)}))))
    page = "/graph" + ("?" + chosen if chosen else "")
    return _frame(request, "embed/network.html", page=page, drawing="/export/network?" + drawn)


@router.get("/embed.css", include_in_schema=False)
async def style() -> PlainTextResponse:
    """Return the style of the pages for frames."""
    return PlainTextResponse((templates_folder() / "embed" / "embed.css").read_text("utf-8"), media_type="text/css")


@router.get(
    OEMBED,
    summary="How another site shows a page of ours (oEmbed 1.0)",
    response_model=None,
    responses={**answers("application/json", "text/xml"), **problems(400, 404, 501)},
)
async def give_oembed(
    request: Request,
    url: Annotated[str, Query(description="Address of a page here.", max_length=_LONGEST, examples=[_EXAMPLE])],
    maxwidth: Annotated[int, Query(ge=1, description="Most pixels of width.")] = _MOST,
    maxheight: Annotated[int, Query(ge=1, description="Most pixels of height.")] = _MOST,
    format: Annotated[  # noqa: A002
        str, Query(description="The form of the answer.", json_schema_extra={"enum": [*_FORMS]})
    ] = "json",
) -> Response:
    """Return the frame for a page of ours; another one's, and one that has no frame, is not found."""
    if format not in _FORMS:
        raise UnsupportedError("oEmbed is given as json or xml, not as %(name)s.", name=repr(format[:50]))
    service: Service = request.app.state.service
    frame = _read_frame(request, url)
    if frame is None:
        raise NotFoundError("Nothing at %(address)s can be shown in a frame of another site.", address=repr(url[:200]))
    title = find_title(bytes((await _show(request, frame)).body).decode())
    width, height = min(frame.width, maxwidth), min(frame.height, maxheight)
    told: dict[str, str | int] = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "author_name": service.profile.creator,
        "provider_name": service.profile.say(service.profile.title, language_of(request)),
        "provider_url": find_base(request) + "/",
        "html": frame.write(places_of(request).name(frame.address), title, width, height),
        "width": width,
        "height": height,
    }
    if format == "json":
        return JSONResponse(told)
    root = ElementTree.Element("oembed")
    for name, value in told.items():
        ElementTree.SubElement(root, name).text = str(value)
    body: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return Response(body, media_type="text/xml")


def _read_frame(request: Request, url: str) -> Frame | None:
    """Find the frame for the address of a page of ours, at this site or below its permanent namespace."""
    service: Service = request.app.state.service
    tops = [find_base(request) + "/", *([] if service.is_plain else [service.profile.namespace])]
    top = next((top for top in tops if url.startswith(top)), "")
    if not top:
        return None
    address, _, fragment = url.removeprefix(top).partition("#")
    path, _, query = address.partition("?")
    given = dict(parse_qsl(query))
    language = given.pop(LANGUAGE_COOKIE, "")
    page = "/" + unquote(path) + ("#" + unquote(fragment) if fragment else "")
    return find_frame(
        page, list(given.items()), language if language in places_of(request).languages else language_of(request)
    )


async def _show(request: Request, frame: Frame) -> HTMLResponse:
    """Make the page for a frame, which fails where there is no such thing."""
    path, _, query = frame.address.partition("?")
    asked = _ask_again(request, path, parse_qsl(query))
    match frame.kind, path.split("/")[3:]:
        case "clause", [statement, anchor]:
            return await embed_clause(unquote(statement), unquote(anchor), asked)
        case "chart", page:
            return await embed_chart(unquote("/".join(page)), asked)
        case _:
            return await embed_network(asked)


def _ask_again(request: Request, path: str, given: Iterable[tuple[str, str]]) -> Request:
    """Return the request for another address of ours, of the same client."""
    return Request(
        {**request.scope, "path": path, "raw_path": path.encode(), "query_string": urlencode([*given]).encode()}
    )


def _frame(request: Request, template: str, *, page: str, permanent: str = "", **facts: Any) -> HTMLResponse:
    """Render a page for frames: it may stand in one, and leaves no cookie in another site's page.

    ``page`` is the address of the whole page, and ``permanent`` the permanent one of what is shown, if it has another.
    """
    permanent = permanent or name_permanent_page(request.app.state.service.profile.namespace, page)
    response = render(request, template, page=page, permanent=permanent, cited=None, **facts)
    allow_frame(response)
    return response


def _read_given(request: Request) -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.query_params.multi_items() if name != LANGUAGE_COOKIE]
