"""The search: a page, and JSON for programs that find IRIs by their names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from ukfr_graph.errors import NotAcceptableError, ParameterError, UkfrError
from ukfr_graph.query.formats import best_match, prefers_html
from ukfr_graph.query.parameters import Parameter, to_term
from ukfr_graph.query.recognition import Recognised
from ukfr_graph.query.saved import SavedQuery
from ukfr_graph.query.search import MOST_OFFSET
from ukfr_graph.query.search_words import LONGEST_TEXT
from ukfr_graph.service.answers import require_known
from ukfr_graph.service.searching import Entrance
from ukfr_graph.service.searching import search as find_words
from ukfr_graph.service.service import Service
from ukfr_graph.site.addresses import places_of
from ukfr_graph.site.negotiation import CITATION_PARAMETER
from ukfr_graph.site.openapi import problems
from ukfr_graph.site.phrases import name_outside
from ukfr_graph.site.rendering import language_of, render
from ukfr_graph.site.search.cards import Card, make_cards
from ukfr_graph.site.search.options import CURATED, PARAMETERS, USERS, read_options
from ukfr_graph.site.search.page_offers import find_pages
from ukfr_graph.site.search.sheets import give_hits
from ukfr_graph.site.spreadsheets import CSV, JSON, WORKBOOK
from ukfr_graph.site.taking import TABLES, choose_form
from ukfr_graph.site.templates import link_to

router = APIRouter()
_TYPE_PARAMETER = Parameter("type", "type", "iri", required=False)
_FOR_PEOPLE = {"format", "_mediatype", CITATION_PARAMETER}
_VARY = {"Vary": "Accept, Accept-Language, Cookie"}


class FoundHit(BaseModel):
    """A resource that was found."""

    iri: str
    label: str = Field(description="Its name, in the reader's language where it has one in that")
    label_lang: str = Field(description="Language of the label; empty where it has none")
    label_html: str = Field(description="The name as HTML in which mark, for what was found, is the only element")
    lang: str = Field(description="Language of the words that were found; empty where they have none")
    type: str = Field(description="IRI of its most specific type; empty where it has none")
    types: list[str] = Field(description="All its types, inferred ones included, the most specific first")
    field: str = Field(description="Where the snippet comes from: quote, summary, definition, alias, about, or empty")
    snippet: str = Field(description="Words around what was found, as HTML in which mark is the only element")
    graph: str = Field(description="The graph that says it; empty: the default graph")
    score: float = Field(description="Higher is better; not comparable between searches")
    page: str = Field(description="Address of its description here, or its IRI; empty where it has none")


class FoundType(BaseModel):
    """A type of what was found, before types are chosen."""

    iri: str
    labels: dict[str, str] = Field(description="Its name by language")
    count: int


class FoundQuestion(BaseModel):
    """A saved question that was recognised in the text, with values of its parameters."""

    name: str
    question: dict[str, str] = Field(description="The question by language")
    parameters: dict[str, str] = Field(description="What the text says of its parameters")
    score: float = Field(description="Higher is better: 1, or a little more, where all words are the question's")
    sure: bool = Field(description="Surely meant: its answer comes before what was found")
    page: str = Field(description="Address of its answer here")


class SearchAnswer(BaseModel):
    """One page of what was found; the Link header leads to the others (RFC 8288)."""

    query: str
    total: int = Field(description="All resources that were found")
    limit: int
    offset: int
    types: list[str]
    graphs: str = Field(description="What was searched: curated graphs, or those of users")
    corrected: dict[str, str] = Field(description="Words that nothing has, and the nearest that were searched for")
    missing: list[str] = Field(description="Words that nothing has, with nothing near")
    partial: bool = Field(description="Some of what was found has not every word; what has comes first")
    questions: list[FoundQuestion] = Field(description="Saved questions that were meant or may be, the best first")
    hits: list[FoundHit]
    facets: list[FoundType]
    version: str = Field(description="The version of the dataset that was searched")


@router.get(
    "/search",
    summary="Find resources by the words of their names, summaries, definitions and quotes",
    response_model=None,
    responses={
        200: {
            "model": SearchAnswer,
            "description": "What was found",
            "content": {"text/html": {}, CSV.media_type: {}, WORKBOOK.media_type: {}},
        },
        **problems(400, 401, 403, 404, 406, 500, 501, 503, 504),
    },
    openapi_extra={"parameters": PARAMETERS},
)
async def search(request: Request) -> Response:
    """Search in every language at once; case, accents and hyphens do not matter."""
    service: Service = request.app.state.service
    accept, form = request.headers.get("accept"), choose_form(request)
    if form in (CSV, WORKBOOK):
        return await give_hits(request, form, partial(_find, service, request))
    if form == JSON or not (_FOR_PEOPLE & request.query_params.keys() or prefers_html(accept)):
        if form != JSON:
            _check_json(accept)
        found, _ = await _find(service, request)
        found["hits"] = [hit | {"page": places_of(request).place(hit["page"])} for hit in found["hits"]]
        return JSONResponse(found, headers={**_VARY, **_link(request, found)})
    answer: dict[str, Any] | None = None
    cards: list[Card] = []
    try:
        if request.query_params.get("q", "").strip():
            answer, entrance = await _find(service, request)
            cards = await make_cards(service, entrance, language_of(request)) if not answer["offset"] else []
    except UkfrError as error:
        return render(
            request, "search/search.html", status=error.status, error=error, answer=None, **_page_facts(request)
        )
    page = render(request, "search/search.html", error=None, answer=answer, cards=cards, **_page_facts(request, answer))
    page.headers.update(_link(request, answer) if answer else {})
    return page


async def _find(
    service: Service, request: Request, changes: Mapping[str, int] | None = None
) -> tuple[dict[str, Any], Entrance]:
    """Search as the address says, but for ``changes``: the answer for programs, and what it is made of."""
    text, options = read_options(request)
    options |= changes or {}
    graphs = request.query_params.get("graphs") or (USERS if service.is_plain else CURATED)
    if graphs not in (CURATED, USERS):
        raise ParameterError("graphs is %(curated)s or %(users)s.", curated=CURATED, users=USERS)
    types = {name: to_term(_TYPE_PARAMETER, name) for name in options["types"]}
    await require_known(service, types, with_user_graphs=graphs == USERS)
    entrance = await find_words(service, text, options, with_user_graphs=graphs == USERS)
    found = entrance.found.as_dict()
    for hit in found["hits"]:
        hit |= {"lang": hit.pop("language"), "label_lang": hit.pop("label_language")}
        hit |= {"type": next(iter(hit["types"]), ""), "page": link_to(hit["iri"])}
    answer = {
        "query": text,
        **{name: options[name] for name in ("limit", "offset", "types")},
        "graphs": graphs,
        **{name: found[name] for name in ("total", "hits", "facets", "corrected", "missing")},
        "partial": found["is_partial"],
        "questions": [_describe_question(item, query) for item, query in entrance.questions],
        "version": service.pool.version,
    }
    return answer, entrance


def _describe_question(item: Recognised, query: SavedQuery) -> dict[str, Any]:
    asked = f"?{urlencode(item.values)}" if item.values else ""
    return {
        "name": item.name,
        "question": dict(query.summary),
        "parameters": dict(item.values),
        "score": item.score,
        "sure": item.is_sure,
        "page": f"/queries/{item.name}{asked}",
    }


def _check_json(accept: str | None) -> None:
    if accept and not best_match(["application/json"], accept):
        raise NotAcceptableError("What is found is given as application/json, and as text/html.")


def _page_facts(request: Request, answer: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what the page needs besides: what was typed, and addresses of the other pages and of each type."""
    facts: dict[str, Any] = {
        "text": request.query_params.get("q", "")[:LONGEST_TEXT],
        "chosen": [],
        "name_outside": partial(name_outside, language=language_of(request)),
    }
    if answer:
        chosen = answer["types"]
        service: Service = request.app.state.service
        pages = find_pages(answer["query"], language_of(request), has_bundled=bool(service.profile.has_bundled))
        facts |= {
            "chosen": chosen,
            "pages": pages if not answer["offset"] else [],
            "turn": {rel: _address(request, offset=offset) for rel, offset in _pages(answer).items()},
            "choose": {f["iri"]: _address(request, type=f["iri"], offset=0) for f in answer["facets"]},
            "choose_all": _address(request, type="", offset=0),
            "of_users": _address(request, graphs=USERS, type="", offset=0),
            "of_curators": _address(request, graphs="", type="", offset=0),
            "files": [(form.name.upper(), _address(request, offset="", format=form.name)) for form in TABLES],
        }
    return facts


def _link(request: Request, answer: dict[str, Any]) -> dict[str, str]:
    """Lead to the other pages (RFC 8288, section 3)."""
    links = [f'<{_address(request, offset=offset)}>; rel="{rel}"' for rel, offset in _pages(answer).items()]
    return {"Link": ", ".join(links)} if links else {}


def _pages(answer: dict[str, Any]) -> dict[str, int]:
    """Return the offsets of the first, previous, next and last page, where there are such."""
    total, limit, offset = answer["total"], answer["limit"], answer["offset"]
    pages: dict[str, int] = {}
    if offset > 0:
        pages |= {"first": 0, "prev": max(0, offset - limit)}
    if offset + limit < total:
        if offset + limit <= MOST_OFFSET:
            pages["next"] = offset + limit
        pages["last"] = min((total - 1) // limit * limit, MOST_OFFSET // limit * limit)
    return pages


def _address(request: Request, **changes: object) -> str:
    """Return the address of this search with some parameters changed; an empty value takes one out."""
    given = [(k, v) for k, v in request.query_params.multi_items() if k not in changes]
    changed = [(k, str(v)) for k, v in changes.items() if v]
    return f"/search?{urlencode([*given, *changed])}"
