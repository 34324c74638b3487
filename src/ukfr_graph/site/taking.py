"""Tables to take along of what a page shows: which forms there are, their addresses, and the answer with one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
from fastapi import Request
from starlette.responses import HTMLResponse, Response

from ukfr_graph.messages import load_messages
from ukfr_graph.service.service import Service
from ukfr_graph.site.addresses import find_base, name_permanent_page
from ukfr_graph.site.negotiation import GRAPH_VARIANTS, PAGE, Variant, choose_variant, to_uri
from ukfr_graph.site.openapi import answers, media_type_parameter, problems
from ukfr_graph.site.rendering import language_of
from ukfr_graph.site.representations import write_triples
from ukfr_graph.site.spreadsheets import CSV, JSON, WORKBOOK, Sheet, credit, write_csv, write_json, write_xlsx

TABLES = (CSV, WORKBOOK, JSON)
TURTLE = next(variant for variant in GRAPH_VARIANTS if variant.name == "ttl")
CLAUSES = (*TABLES, TURTLE)
"""The forms of a table of clauses."""


def describe_forms(forms: Sequence[Variant]) -> dict[str, Any]:
    """Return the arguments of a route that shows a page, and gives what it shows in forms."""
    media_types = [form.media_type for form in (PAGE, *forms)]
    return {
        "response_class": HTMLResponse,
        "responses": {**answers(*media_types), **problems(404, 406, 422)},
        "openapi_extra": {"parameters": [media_type_parameter(media_types)]},
    }


WITH_CLAUSES = describe_forms(CLAUSES)
"""The arguments of a route that shows clauses, and gives them as a table."""


def choose_form(request: Request, forms: Sequence[Variant] = TABLES) -> Variant:
    """Choose the form that ``format=`` (or ``_mediatype=``) asks for; the page without it, whatever is accepted.

    Raises:
        NotAcceptableError: there is no such form.
    """
    if {"format", "_mediatype"} & request.query_params.keys():
        return choose_variant(request, (PAGE, *forms))
    return PAGE


def list_files(path: str, given: Iterable[tuple[str, str]], forms: Sequence[Variant] = TABLES) -> list[tuple[str, str]]:
    """List the files of what is chosen, by name and address."""
    chosen = [(name, value) for name, value in given if value]
    return [(form.name.upper(), f"{path}?{urlencode([*chosen, ('format', form.name)])}") for form in forms]


def give_table(
    request: Request,
    form: Variant,
    sheets: Sequence[Sheet],
    about: Mapping[str, str],
    *,
    name: str,
    address: str = "",
    triples: Iterable[ox.Triple] = (),
) -> Response:
    """Answer with tables in one of the ``CLAUSES``; CSV has the first, and Turtle the ``triples``.

    ``about`` says what they are of, and is completed with whose they are and where; ``name`` begins that of the file,
    and ``address`` is the permanent one: that of the page where none is given.

    Raises:
        ResultTooLargeError: they are larger than the form holds.
    """
    service: Service = request.app.state.service
    profile, language = service.profile, language_of(request)
    address = address or _name_page(request)
    gettext = load_messages(language).gettext
    told = {**about, **credit(profile, service.pool.version, language), gettext("Permanent address"): address}
    match form.name:
        case CSV.name:
            body = write_csv(sheets[0])
        case WORKBOOK.name:
            body = write_xlsx(sheets, told, gettext("About"))
        case JSON.name:
            body = write_json(sheets, told)
        case _:
            body = write_triples(triples, form.name, site=find_base(request))
    return give_file(request, body, form, f"{name}.{form.name}", address)


def give_file(
    request: Request, body: bytes, form: Variant, name: str, address: str, *, is_shown: bool = False
) -> Response:
    """Answer with a file under a name, to be saved or shown, whose permanent address and licence its header tells."""
    service: Service = request.app.state.service
    links = [f'<{to_uri(address)}>; rel="canonical"']
    links += [f'<{to_uri(service.profile.license)}>; rel="license"'] if service.profile.license else []
    headers = {
        "Content-Type": form.content_type,
        "Content-Language": language_of(request),
        "Content-Disposition": f'{"inline" if is_shown else "attachment"}; filename="{name}"',
        "Link": ", ".join(links),
        "Vary": "Accept, Accept-Language, Cookie",
    }
    return Response(body, headers=headers)


def _name_page(request: Request) -> str:
    """Name the page for good, with what was chosen on it."""
    given = [pair for pair in request.query_params.multi_items() if pair[0] not in ("format", "_mediatype", "lang")]
    service: Service = request.app.state.service
    path = request.url.path + ("?" + urlencode(given) if given else "")
    return name_permanent_page(service.profile.namespace, path)
