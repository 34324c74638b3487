"""The coding workbench: ``/code/{statement}``, there only where the server is started with ``--edit``.

Who works at the machine itself needs no token; anyone else gives a write token for all graphs. A session is a random
name in a cookie that no script and no other site's request carries (``SameSite=Strict``); every form must come from a
page of this server (``Origin``, RFC 6454, or ``Sec-Fetch-Site``). Every act is a form that is posted, with the state of
the files that its page showed.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections import OrderedDict
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from ukfr_graph.build.evidence import find_quote
from ukfr_graph.coding.coding_files import CodingFiles, CodingState
from ukfr_graph.drafting.blocks import normalise
from ukfr_graph.drafting.terms import read_terms
from ukfr_graph.errors import ForbiddenError, NotFoundError, ParameterError, UkfrError
from ukfr_graph.service.gate import is_loopback
from ukfr_graph.service.service import Service
from ukfr_graph.site.coding.sheet import list_kinds, make_sheet
from ukfr_graph.site.forms import read_own_form
from ukfr_graph.site.rendering import is_secure, language_of, render

PATH = "/code"
_COOKIE = "coder"
_MOST_SESSIONS = 100
_CODER = re.compile(r"coder/[a-z0-9]+(?:[-.][a-z0-9]+)*")

router = APIRouter(prefix=PATH, include_in_schema=False)


@router.get("/{statement}", response_class=HTMLResponse)
async def show(request: Request, statement: str, record: str = "") -> Response:
    """Show the text with its marks and the form, or ask who codes."""
    files = _open(request, statement)
    state = await asyncio.to_thread(files.read)
    if _coder(request) is None:
        return _fresh(_ask(request, statement, None))
    return _fresh(await _show(request, state, record))


@router.post("/{statement}/sign-in", response_class=HTMLResponse)
async def sign_in(request: Request, statement: str) -> Response:
    """Begin a session for who says which coder it is, and gives a token where one is needed."""
    await asyncio.to_thread(_open(request, statement).read)
    form = await read_own_form(request)
    coder = form.get("coder", "").strip()
    try:
        _admit(request, form.get("token", ""))
        if not _CODER.fullmatch(coder):
            raise ParameterError("Write the id of your record, such as coder/ada.")
    except UkfrError as error:
        return _fresh(_ask(request, statement, error, coder))
    session = secrets.token_urlsafe(32)
    sessions = _sessions(request)
    sessions[session] = coder
    while len(sessions) > _MOST_SESSIONS:
        sessions.popitem(last=False)
    response = _back(statement)
    response.set_cookie(_COOKIE, session, path=PATH, httponly=True, samesite="strict", secure=is_secure(request))
    return response


@router.post("/{statement}/act", response_class=HTMLResponse)
async def act(request: Request, statement: str) -> Response:
    """Do one act; it is in the files when the next page is shown. What is refused is told on the page."""
    files = _open(request, statement)
    form = await read_own_form(request)
    coder = _coder(request)
    if coder is None:
        return _back(statement)
    name, record = form.get("act", ""), form.get("record", "")
    try:
        state = await asyncio.to_thread(files.read)
        arguments = _read_arguments(name, form, state)
        await asyncio.to_thread(lambda: files.perform(name, form.get("seen", ""), coder=coder, **arguments))
    except UkfrError as error:
        return _fresh(await _show(request, await asyncio.to_thread(files.read), record, error, form))
    return _back(statement, "" if name in ("accept", "reject", "undo") else record)


@router.post("/{statement}/sign-out")
async def sign_out(request: Request, statement: str) -> Response:
    """End the session."""
    await read_own_form(request)
    _sessions(request).pop(request.cookies.get(_COOKIE, ""), None)
    return _back(statement)


def _read_arguments(name: str, form: dict[str, str], state: CodingState) -> dict[str, Any]:
    """Read the arguments of an act: words stand for their place in the text."""
    record: dict[str, Any] = {"record": form.get("record", "")}
    match name:
        case "undo":
            return {}
        case "kind":
            return {**record, "kind": form.get("kind", "")}
        case "add":
            start, end = _find_words(state, form.get("words", ""))
            reason = form.get("reason", "connective")
            return {"start": start, "end": end, "kind": form.get("kind", ""), "reason": reason}
        case "split":
            return {**record, "at": _find_words(state, form.get("words", ""))[0]}
        case "set":
            return {**record, "key": form.get("key", ""), "value": _read_texts(form) or None}
        case "judge":
            given: dict[str, Any] = {key: form.get(key, "") for key in ("judgement", "verdict", "confidence")}
            return {**record, **given, "reason": _read_texts(form)}
        case _:
            return record


def _read_texts(form: dict[str, str]) -> dict[str, str]:
    """Read what was written in each language."""
    return {key.removeprefix("text-"): " ".join(text.split()) for key, text in form.items()
            if key.startswith("text-") and text.strip()}  # fmt: skip


def _find_words(state: CodingState, words: str) -> tuple[int, int]:
    """Find words in the text, as they were copied out of it.

    Raises:
        ParameterError: they do not stand in it once.
    """
    text = state.files.coding.text
    found = find_quote(text, normalise(words).strip())
    if len(found) != 1:
        raise ParameterError(
            "These words stand %(count)s times in the text: copy more of them, or fewer.", count=len(found)
        )
    return found[0].start, found[0].end


async def _show(
    request: Request,
    state: CodingState,
    record: str,
    error: UkfrError | None = None,
    form: dict[str, str] | None = None,
) -> HTMLResponse:
    sheet = await asyncio.to_thread(make_sheet, state, record)
    return render(
        request,
        "coding/coding.html",
        status=error.status if error else 200,
        error=error,
        form=form or {},
        statement=state.files.statement,
        seen=state.seen,
        sheet=sheet,
        kinds=list_kinds(language_of(request)),
        reasons=sorted(read_terms("omission")),
        verdicts={name: sorted(read_terms(name)) for name in ("novelty", "testability")},
        confidences=sorted(read_terms("confidence")),
        languages=state.languages,
        coder=_coder(request),
    )


def _ask(request: Request, statement: str, error: UkfrError | None, coder: str = "") -> HTMLResponse:
    status = error.status if error else 200
    return render(
        request, "coding/coding-sign-in.html", status=status, error=error, statement=statement, coder=coder,
        needs_token=not _is_local(request),
    )  # fmt: skip


def _open(request: Request, statement: str) -> CodingFiles:
    """Open the files of a statement.

    Raises:
        NotFoundError: the server is not started for coding.
        ForbiddenError: no token is needed, and the server is called by a name that anyone can point to it.
    """
    service: Service = request.app.state.service
    if service.settings.edit is None:
        raise NotFoundError("No coding is open here. The operator opens a workspace with --edit (UKFR_EDIT).")
    if not service.gate.grants and not _is_local(request):
        raise ForbiddenError("Coding needs a write token where the server is not for this machine alone.")
    return CodingFiles(service.settings.edit, statement)


def _is_local(request: Request) -> bool:
    """Return whether the server is for who works at this machine, and is called by its own name."""
    service: Service = request.app.state.service
    settings = service.settings
    is_alone = is_loopback(settings.host) and not settings.public_url and not settings.trusted_proxies
    return not service.gate.grants and is_alone and is_loopback(request.headers.get("host", ""))


def _admit(request: Request, token: str) -> None:
    service: Service = request.app.state.service
    if not _is_local(request) and service.gate.admit_writer(f"Bearer {token}", None):
        raise ForbiddenError("This token is for some graphs alone; coding needs one for all.")


def _sessions(request: Request) -> OrderedDict[str, str]:
    """Return who codes here, by session, the oldest first."""
    if not hasattr(request.app.state, "coders"):
        request.app.state.coders = OrderedDict()
    coders: OrderedDict[str, str] = request.app.state.coders
    return coders


def _coder(request: Request) -> str | None:
    return _sessions(request).get(request.cookies.get(_COOKIE, ""))


def _fresh(page: HTMLResponse) -> HTMLResponse:
    page.headers["Cache-Control"] = "no-store"
    return page


def _back(statement: str, record: str = "") -> RedirectResponse:
    address = f"{PATH}/{quote(statement)}"
    return RedirectResponse(f"{address}?{urlencode({'record': record})}#form" if record else address, 303)
