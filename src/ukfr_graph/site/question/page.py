"""The saved queries: a list by area, a page with a form for each, and their answers as data.

One file under ``queries/`` is all of them: see ``query.saved``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from ukfr_graph.errors import DatasetError, ParameterError, UkfrError
from ukfr_graph.messages import load_messages
from ukfr_graph.query.parameters import bind_parameters
from ukfr_graph.query.saved import RESERVED, SavedQuery
from ukfr_graph.service.answers import ROWS, ask, read_table, require_known
from ukfr_graph.service.service import Service
from ukfr_graph.site import negotiation
from ukfr_graph.site.addresses import Places, find_base, places_of
from ukfr_graph.site.citation import FORMS, CitedWork
from ukfr_graph.site.navigation import Navigation
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.site.negotiation import PAGE, Variant, path_of, to_uri, variants_of
from ukfr_graph.site.openapi import negotiated
from ukfr_graph.site.phrases import name_area
from ukfr_graph.site.question import answer_citation, example_graph
from ukfr_graph.site.question.answer import ReadableAnswer, read_answer
from ukfr_graph.site.question.answer_sheet import READABLE_CSV, SHEETS, make_answer_sheet
from ukfr_graph.site.question.choices import list_choices
from ukfr_graph.site.question.completeness import find_completeness
from ukfr_graph.site.question.paging import Page, cut_page, drop_parameters, read_page_request, read_page_rows
from ukfr_graph.site.rendering import language_of, render
from ukfr_graph.site.spreadsheets import CSV
from ukfr_graph.site.taking import give_table
from ukfr_graph.store import Term
from ukfr_graph.store.layout import read_date

router = APIRouter(tags=["questions"])
router.include_router(example_graph.router)
navigation = Navigation(5, "/queries", _("Questions"))
LIST_VARIANTS = (Variant("json", ("application/json",)), PAGE)
QUERY_TEXT = Variant("rq", ("application/sparql-query",))
_SERVED_ONLY = ("xml", "tsv", "rdf", "nt")
_SHOWN_ROWS = 100
_ROWS_IN_FILES = 50  # of a page that the workbench shows whole
_SHOWN_CHARACTERS = 200_000


@router.get("/queries", summary="The saved queries, by area", **negotiated(LIST_VARIANTS))
async def list_queries(request: Request) -> Response:
    """List the questions in both languages, with their parameters."""
    service: Service = request.app.state.service
    library = service.library()
    if negotiation.choose_variant(request, LIST_VARIANTS) == PAGE:
        areas: dict[str, list[SavedQuery]] = {}
        language = language_of(request)
        for query in library.queries.values():
            areas.setdefault(name_area(query.area, language), []).append(query)
        return render(request, "question/questions.html", areas=areas, problems=library.problems)
    content = {
        "queries": [_describe(query, places_of(request)) for query in library.queries.values()],
        "problems": [str(problem) for problem in library.problems],
    }
    return Response(_to_json(content), headers={"Content-Type": "application/json", "Vary": "Accept"})


@router.get("/queries/{name}", include_in_schema=False)
async def answer_query(name: str, request: Request) -> Response:
    """Answer as data, or as a page with the form and the answer."""
    service: Service = request.app.state.service
    query = service.library().find(name)
    sheets = SHEETS if query.kind == "solutions" else ()
    variant = negotiation.choose_variant(request, (*variants_of(query.kind), PAGE, QUERY_TEXT, *sheets))
    if variant == PAGE:
        return await _show(request, query)
    if variant == QUERY_TEXT:
        return Response(query.standalone, headers={"Content-Type": QUERY_TEXT.content_type, "Vary": "Accept"})
    given = _read_given(request)
    answer_citation.check_version(given, query, service.pool.version)
    values = await _bind(service, query, given)
    if variant in sheets:
        return await _give_sheet(request, variant, query, given, values)
    wanted = read_page_request(given, query)
    headers = {"Content-Type": variant.content_type, "Vary": "Accept", **_cite(request, query, given)}
    if wanted is None:
        reply = await ask(service, query.text, values, variant.media_type)
        return Response(reply.body, headers=headers)
    page = await cut_page(service, query, values, *wanted)
    links = page.links(path_of(request), _address_parameters(service, given))
    written = [f'<{address}>; rel="{relation}"' for relation, address in links.items()]
    headers |= {"Link": ", ".join([*written, headers.get("Link", "")]).rstrip(", "), "UKFR-Total-Rows": str(page.total)}
    return Response(page.write(variant.name), headers=headers)


async def _give_sheet(
    request: Request, form: Variant, query: SavedQuery, given: Mapping[str, str], values: Mapping[str, Term]
) -> Response:
    """Answer with the whole table as people read it."""
    service: Service = request.app.state.service
    language = language_of(request)
    rows, _text = read_table(await ask(service, query.text, values, ROWS))
    assert rows is not None  # the kind of the query says so
    title = query.question(language)
    sheet = await make_answer_sheet(service, title, drop_parameters(query, rows), query.columns, language)
    about = {load_messages(language).gettext("Question"): title}
    about |= {p.label(language): given[p.name] for p in query.parameters if p.name in given}
    if query.description_in(language):
        about[load_messages(language).gettext("Note")] = query.description_in(language)
    address = _permanent_address(request, query, given)
    file_form = CSV if form == READABLE_CSV else form
    return give_table(request, file_form, [sheet], about, name=query.name, address=address)


@router.get("/queries/{name}/citation", include_in_schema=False)
async def cite_query(name: str, request: Request) -> Response:
    """Return the answer's citation for reference managers."""
    service: Service = request.app.state.service
    query = service.library().find(name)
    variant = negotiation.choose_variant(request, FORMS)
    given = _read_given(request)
    answer_citation.check_version(given, query, service.pool.version)
    await _bind(service, query, given)
    body = _make_citation(request, query, given).write(variant.name)
    return Response(body, headers={"Content-Type": variant.content_type, "Vary": "Accept, Accept-Language"})


async def _show(request: Request, query: SavedQuery) -> Response:
    """Show the form; below it the answer, what is wrong with the values, or, where some are missing, nothing."""
    service: Service = request.app.state.service
    error: UkfrError | None = None
    answer: ReadableAnswer | None = None
    page: Page | None = None
    text, is_asked = "", True
    given: dict[str, str] = {}
    try:
        given = _read_given(request, is_form=True)
        answer_citation.check_version(given, query, service.pool.version)
        is_asked = bool(given) or not any(p.required for p in query.parameters)
        if not is_asked:
            pass  # the form alone: there is no answer to show, and none to download
        elif query.kind == "solutions":
            most = _ROWS_IN_FILES if places_of(request).is_static else _SHOWN_ROWS
            number, size = read_page_request({"page_size": str(most), **given}, query) or (1, most)
            values = await _bind(service, query, given)
            page = await cut_page(service, query, values, number, size)
            rows, language = read_page_rows(query, page), language_of(request)
            answer = await read_answer(service, rows, query.columns, language, values.values())
        else:
            read_page_request(given, query)
            reply = await ask(service, query.text, await _bind(service, query, given), f"{ROWS}, text/turtle;q=0.9")
            text = read_table(reply)[1]
    except UkfrError as problem:
        error = problem
    choices = await list_choices(service, query.parameters, language_of(request))
    response = render(
        request,
        "question/question.html",
        status=error.status if error else 200,
        query=query,
        is_asked=is_asked,
        parameters=[
            {name: getattr(p, name) for name in ("name", "variable", "kind", "required", "default")}
            for p in query.parameters
        ],
        area=name_area(query.area, language_of(request)),
        given=given,
        answer=answer,
        page=page,
        links=page.links(path_of(request), _address_parameters(service, given)) if page else {},
        choices=choices,
        coverage=[] if error else await find_completeness(service, query, language_of(request)),
        text=text[:_SHOWN_CHARACTERS],
        is_cut=len(text) > _SHOWN_CHARACTERS,
        error=error,
        variants=_offer_variants(request, query),
        sheets=[] if query.kind != "solutions" or places_of(request).is_static else SHEETS,
        address=_data_address(request, query, given),
        citation="" if error else _permanent_address(request, query, given),
        cited=None,  # the answer is cited, by its own address
    )
    if not error:
        response.headers.update(_cite(request, query, given))
    return response


def _offer_variants(request: Request, query: SavedQuery) -> tuple[Variant, ...]:
    """List the forms that a page offers; files are made in those that most programs read."""
    variants = variants_of(query.kind)
    if not places_of(request).is_static:
        return variants
    kept = tuple(v for v in variants if v.name not in _SERVED_ONLY)
    tables = tuple(v for v in kept if v.name == "csv")  # the workbench gives rows in the other forms
    return tables or kept


def _read_given(request: Request, *, is_form: bool = False) -> dict[str, str]:
    """Read the parameters of the address; what a form sends empty is not given.

    Raises:
        ParameterError: one is given twice.
    """
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in given:
            raise ParameterError("The parameter '%(name)s' is given twice.", name=name[:100])
        given[name] = value
    return {name: value for name, value in given.items() if value or not is_form}


async def _bind(service: Service, query: SavedQuery, given: Mapping[str, str]) -> dict[str, Term]:
    values = {name: value for name, value in given.items() if name not in RESERVED}
    bound: dict[str, Term] = {**bind_parameters(query.parameters, values)}
    await require_known(service, bound)
    return bound


def _address_parameters(service: Service, given: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of a link to another page: the same, of the same version."""
    kept = {name: value for name, value in given.items() if name not in ("page", "page_size", "version")}
    return kept if service.is_remote else {**kept, "version": service.pool.version}


def _data_address(request: Request, query: SavedQuery, given: Mapping[str, str]) -> str:
    """Return the address that formats are added to, with its parameters."""
    kept = {p.name: given[p.name] for p in query.parameters if p.name in given}
    return f"{path_of(request)}?{urlencode(kept)}{'&' if kept else ''}"


def _permanent_address(request: Request, query: SavedQuery, given: Mapping[str, str]) -> str:
    """Return the permanent address of an answer; an endpoint elsewhere has no versions to name."""
    service: Service = request.app.state.service
    if service.is_remote or any(p.required and p.name not in given for p in query.parameters):
        return ""
    site = "" if query.is_bundled else find_base(request)
    return answer_citation.permanent_address(site, query, given, service.pool.version)


def _cite(request: Request, query: SavedQuery, given: Mapping[str, str]) -> dict[str, str]:
    address = _permanent_address(request, query, given)
    return {"Link": f'<{to_uri(address)}>; rel="cite-as"'} if address else {}


def _make_citation(request: Request, query: SavedQuery, given: Mapping[str, str]) -> CitedWork:
    """Describe an answer for citing it.

    Raises:
        DatasetError: an endpoint elsewhere has no versions to cite.
    """
    service: Service = request.app.state.service
    address = _permanent_address(request, query, given)
    if not address:
        raise DatasetError("This server relays to an endpoint elsewhere, whose versions it does not know: cite that.")
    day = read_date(Path(service.pool.folder))
    language, doi = language_of(request), places_of(request).offers.doi
    return answer_citation.cite_answer(query, service.profile, language, service.pool.version, day, address, doi)


def _describe(query: SavedQuery, places: Places) -> dict[str, object]:
    return {
        "name": query.name,
        "area": query.area,
        "address": places.place(f"/queries/{query.name}"),
        "question": dict(query.summary),
        "description": query.description,
        "tags": list(query.tags),
        "answer": query.kind,
        "query_hash": query.hash,
        "parameters": [
            {
                "name": p.name,
                "type": p.kind,
                "required": p.required,
                "default": p.default,
                "choices": list(p.choices),
            }
            for p in query.parameters
        ],
        "examples": [dict(example) for example in query.examples if example],
    }


def _to_json(content: object) -> bytes:

    return json.dumps(content, ensure_ascii=False, indent=1).encode()
