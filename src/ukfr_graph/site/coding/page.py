"""The coding workbench: ``/code/{statement}``, there only where the server is started with ``--edit``.

Every act is a form that is posted, with the state of the files that its page showed; ``access`` says who may.
"""

from __future__ import annotations

import asyncio
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from ukfr_graph.coding.coding_files import CodingState
from ukfr_graph.coding.file_names import list_second_coders
from ukfr_graph.coding.part_keys import PART_KEYS, TAKES_IN, list_part_keys, list_relations
from ukfr_graph.drafting.gate import LEAVES
from ukfr_graph.errors import UkfrError
from ukfr_graph.own_terms import TERM_TYPES
from ukfr_graph.site.coding import agreement, findings
from ukfr_graph.site.coding.access import (
    COOKIE,
    PATH,
    admit,
    check_coder,
    find_coder,
    find_desk,
    is_local,
    keep_fresh,
    open_files,
)
from ukfr_graph.site.coding.entity_search import search_entities
from ukfr_graph.site.coding.form_arguments import read_arguments, read_texts
from ukfr_graph.site.coding.offered_names import list_names
from ukfr_graph.site.coding.sheet import make_sheet
from ukfr_graph.site.coding.vocabularies import list_entity_types, list_kinds, list_terms, name_key, name_vocabulary
from ukfr_graph.site.forms import read_own_form
from ukfr_graph.site.rendering import is_secure, language_of, render

_GOES_ON = ("accept", "reject", "undo", "redo", "remove")  # after which the next thing to do is in hand
_MAKES = {"add": LEAVES, "add-section": ("Section",)}  # acts after which the record that was made is in hand
_LONGEST_SEARCH = 200
_VOCABULARIES = (
    "role", "basis", "novelty", "testability", "confidence", "omission", "instrument-kind", "membership-kind", "topic",
)  # fmt: skip

router = APIRouter(prefix=PATH, include_in_schema=False)
for part in (findings.router, agreement.router):
    router.include_router(part)


@router.get("/{statement}", response_class=HTMLResponse)
async def show(request: Request, statement: str, record: str = "", q: str = "", done: str = "") -> Response:
    """Show the text with its marks and the form, or ask who codes; ``q`` is the name of an entity that is looked for.

    ``done`` is the act after which the page is shown.
    """
    files = open_files(request, statement)
    state = await asyncio.to_thread(files.read)
    if find_coder(request) is None:
        return keep_fresh(_ask(request, statement, None))
    return keep_fresh(await _show(request, state, record, words=q[:_LONGEST_SEARCH], done=done))


@router.post("/{statement}/sign-in", response_class=HTMLResponse)
async def sign_in(request: Request, statement: str) -> Response:
    """Begin a session for who says which coder it is, and gives a token where one is needed.

    Who codes ``second`` gets a file of their own.
    """
    await asyncio.to_thread(open_files(request, statement).read)
    form = await read_own_form(request)
    coder, is_second = form.get("coder", "").strip(), "second" in form
    desk = find_desk(request)
    try:
        admit(request, form.get("token", ""))
        check_coder(coder, is_second=is_second)
        if is_second:
            await asyncio.to_thread(desk.open(statement, coder.removeprefix("coder/")).begin)
    except UkfrError as error:
        return keep_fresh(_ask(request, statement, error, coder))
    response = _back(statement)
    session = desk.begin_session(coder)
    response.set_cookie(COOKIE, session, path=PATH, httponly=True, samesite="strict", secure=is_secure(request))
    return response


@router.post("/{statement}/act", response_class=HTMLResponse)
async def act(request: Request, statement: str) -> Response:
    """Do one act; it is in the files when the next page is shown. What is refused is told on the page."""
    files = open_files(request, statement)
    form = await read_own_form(request)
    coder = find_coder(request)
    if coder is None:
        return _back(statement)
    name, record = form.get("act", ""), form.get("record", "")

    def perform() -> str:
        """Do it; returns the id of a record that it has made."""
        before = files.read()
        arguments = read_arguments(name, form, before)
        after = files.perform(name, form.get("seen", ""), coder=coder, **arguments)
        known = {str(record.get("id")) for record in before.files.coding.records}
        made = [r for r in after.files.coding.records if r.get("type") in _MAKES.get(name, ())]
        return next((str(r.get("id")) for r in made if str(r.get("id")) not in known), "")

    try:
        made = await asyncio.to_thread(perform)
    except UkfrError as error:
        state = await asyncio.to_thread(files.read)
        return keep_fresh(await _show(request, state, record, error=error, form=form))
    record = made or ("" if name in _GOES_ON else record)
    words = next(iter(read_texts(form).values()), "") if name == "add-entity" else ""
    return _back(statement, record, name, words)


@router.post("/{statement}/sign-out")
async def sign_out(request: Request, statement: str) -> Response:
    """End the session."""
    await read_own_form(request)
    find_desk(request).sessions.pop(request.cookies.get(COOKIE, ""), None)
    return _back(statement)


async def _show(
    request: Request,
    state: CodingState,
    record: str,
    *,
    words: str = "",
    done: str = "",
    error: UkfrError | None = None,
    form: dict[str, str] | None = None,
) -> HTMLResponse:
    sheet = await asyncio.to_thread(make_sheet, state, record)
    found = await asyncio.to_thread(search_entities, state, words) if words else []
    language, statement = language_of(request), state.files.statement
    given = form or {}
    desk, coder = find_desk(request), find_coder(request) or ""
    seconds = await asyncio.to_thread(list_second_coders, desk.root, statement)
    return render(
        request,
        "coding/coding.html",
        status=error.status if error else 200,
        error=error,
        form=given,
        done=done,
        statement=statement,
        seen=state.seen,
        sheet=sheet,
        words=words,
        found=found,
        kinds=list_kinds(language),
        types=list_entity_types(language),
        terms={name: list_terms(name, language, state.terms) for name in (*_VOCABULARIES, *_list_asked())},
        part_keys={part: list_part_keys(part) for part in PART_KEYS},
        relations=(*list_relations(), TAKES_IN),
        own_types=TERM_TYPES,
        names=list_names(state, sheet),
        name_key=lambda key: name_key(key, language),
        name_vocabulary=lambda vocabulary: name_vocabulary(vocabulary, language),
        typed={key.removeprefix("value-"): text for key, text in given.items()} | {"counted": read_texts(given)},
        languages=state.languages,
        coder=coder,
        is_second=coder.removeprefix("coder/") in seconds,
        seconds=seconds,
        cited=None,
    )


def _list_asked() -> set[str]:
    """List the vocabularies whose terms the parts of a clause may have."""
    return {key.vocabulary for part in PART_KEYS for key in list_part_keys(part) if key.vocabulary}


def _ask(request: Request, statement: str, error: UkfrError | None, coder: str = "") -> HTMLResponse:
    status = error.status if error else 200
    return render(
        request, "coding/coding-sign-in.html", status=status, error=error, statement=statement, coder=coder,
        needs_token=not is_local(request), cited=None,
    )  # fmt: skip


def _back(statement: str, record: str = "", done: str = "", words: str = "") -> RedirectResponse:
    given = {key: value for key, value in (("record", record), ("done", done), ("q", words)) if value}
    address = f"{PATH}/{quote(statement)}"
    return RedirectResponse(f"{address}?{urlencode(given)}" + ("#form" if record else "") if given else address, 303)
