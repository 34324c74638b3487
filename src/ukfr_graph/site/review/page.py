"""The page on which candidates for links are reviewed: ``/link/review``.

It is there only where the server is started with ``UKFR_REVIEW_CANDIDATES``, and for who gives a token with the scope
``review``. A session is a random name in a cookie that no script and no other site's request carries
(``SameSite=Strict``); every form that writes must come from a page of this server (``Origin``, RFC 6454, or
``Sec-Fetch-Site``).
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import cast, get_args

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from ukfr_graph.errors import NotFoundError, ParameterError, UkfrError
from ukfr_graph.link.review.candidate_files import read_candidates
from ukfr_graph.link.review.decisions import Verdict
from ukfr_graph.link.review.session import Review
from ukfr_graph.service.service import Service
from ukfr_graph.site.forms import read_own_form
from ukfr_graph.site.rendering import is_secure, render

PATH = "/link/review"
_COOKIE = "review"
_MOST_SESSIONS = 100
_ORCID = re.compile(r"(?:\d{4}-){3}\d{3}[\dX]")

router = APIRouter(prefix=PATH, include_in_schema=False)


@dataclass(frozen=True)
class Reviewer:
    """The reviewer of a session."""

    name: str
    identifier: str


@router.get("", response_class=HTMLResponse)
async def show(request: Request) -> Response:
    """Show the pair to look at next, or ask who reviews."""
    review = await asyncio.to_thread(_open, request)
    reviewer = _sessions(request).get(request.cookies.get(_COOKIE, ""))
    if reviewer is None:
        return _fresh(render(request, "review/review-sign-in.html", error=None, name="", orcid=""))
    pair, progress = await asyncio.to_thread(lambda: (review.next_pair(), review.progress()))
    page = render(
        request, "review/review.html", pair=pair, progress=progress, reviewer=reviewer.name, file=review.candidates.path
    )
    return _fresh(page)


@router.post("/sign-in", response_class=HTMLResponse)
async def sign_in(request: Request) -> Response:
    """Begin a session for who gives a token for reviewing and a name."""
    await asyncio.to_thread(_open, request)
    form = await read_own_form(request)
    name, orcid = " ".join(form.get("name", "").split())[:200], form.get("orcid", "").strip()
    service: Service = request.app.state.service
    try:
        service.gate.admit_reviewer(f"Bearer {form.get('token', '')}")
        if not name:
            raise ParameterError("Say who reviews.")
        if orcid and not _ORCID.fullmatch(orcid):
            raise ParameterError("An ORCID iD is written as 0000-0002-1825-0097.")
    except UkfrError as error:
        page = render(request, "review/review-sign-in.html", status=error.status, error=error, name=name, orcid=orcid)
        return _fresh(page)
    session = secrets.token_urlsafe(32)
    sessions = _sessions(request)
    sessions[session] = Reviewer(name, f"orcid:{orcid}" if orcid else "")
    while len(sessions) > _MOST_SESSIONS:
        sessions.popitem(last=False)
    response = _back()
    response.set_cookie(_COOKIE, session, path=PATH, httponly=True, samesite="strict", secure=is_secure(request))
    return response


@router.post("/decide")
async def decide(request: Request) -> Response:
    """Write down one decision, or take back the latest; it is durable when the next pair is shown."""
    review = await asyncio.to_thread(_open, request)
    form = await read_own_form(request)
    reviewer = _sessions(request).get(request.cookies.get(_COOKIE, ""))
    if reviewer is None:
        return _back()
    verdict = form.get("verdict", "")
    if verdict == "undo":
        await asyncio.to_thread(review.undo, reviewer.name)
        return _back()
    pair = review.find_pair(form.get("subject", ""), form.get("object", ""))
    if pair is None or verdict not in get_args(Verdict):
        raise ParameterError("The form does not name a pair of this review and what was decided about it.")
    await asyncio.to_thread(review.decide, pair, cast(Verdict, verdict), reviewer.name, reviewer.identifier)
    return _back()


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session."""
    await read_own_form(request)
    _sessions(request).pop(request.cookies.get(_COOKIE, ""), None)
    return _back()


def _sessions(request: Request) -> OrderedDict[str, Reviewer]:
    """Return who reviews here, by session, the oldest first."""
    if not hasattr(request.app.state, "reviewers"):
        request.app.state.reviewers = OrderedDict()
    reviewers: OrderedDict[str, Reviewer] = request.app.state.reviewers
    return reviewers


def _open(request: Request) -> Review:
    service: Service = request.app.state.service
    path = service.settings.review_candidates
    if path is None:
        raise NotFoundError("No review is open here. The operator opens one with UKFR_REVIEW_CANDIDATES.")
    return Review(read_candidates(path))


def _fresh(page: HTMLResponse) -> HTMLResponse:
    page.headers["Cache-Control"] = "no-store"
    return page


def _back() -> RedirectResponse:
    return RedirectResponse(PATH, 303)
