"""Two codings of a statement side by side: how far they agree, and each difference, for a person to settle."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from ukfr_graph.coding.coding_files import CodingState
from ukfr_graph.coding.file_names import list_second_coders
from ukfr_graph.coding.settling import CodingComparison, SecondCoding, compare_codings
from ukfr_graph.coding.statement_texts import list_records
from ukfr_graph.coding.structure import is_finished
from ukfr_graph.errors import ForbiddenError, NotFoundError, UkfrError
from ukfr_graph.site.coding.access import PATH, find_coder, find_desk, keep_fresh
from ukfr_graph.site.coding.form_arguments import read_texts
from ukfr_graph.site.coding.vocabularies import list_kinds, list_terms
from ukfr_graph.site.forms import read_own_form
from ukfr_graph.site.rendering import language_of, render

_SHOWN = 20  # differences on a page

router = APIRouter()


@router.get("/{statement}/agreement", response_class=HTMLResponse)
async def show_agreement(
    request: Request, statement: str, other: Annotated[str, Query(alias="with")] = "", page: int = 1
) -> Response:
    """Show how far the first and a second coding agree, once the second one is finished, and what they differ in."""
    if find_coder(request) is None:
        return RedirectResponse(f"{PATH}/{quote(statement)}", 303)
    return keep_fresh(await _show(request, statement, other, page))


@router.post("/{statement}/agreement", response_class=HTMLResponse)
async def settle(request: Request, statement: str) -> Response:
    """Settle one difference, in the records of the first coding."""
    form = await read_own_form(request)
    coder, other = find_coder(request), form.get("with", "")
    if coder is None:
        return RedirectResponse(f"{PATH}/{quote(statement)}", 303)

    def perform() -> None:
        second = _read_second(request, statement, other)[1]
        files = find_desk(request).open(statement)
        given = {key: form.get(key, "") for key in ("what", "ours", "theirs", "role", "taken")}
        third = {key: form.get(key, "") for key in ("kind", "verdict", "confidence", "who", "quote")}
        files.perform(
            "settle", form.get("seen", ""), coder=coder, second=second, reason=read_texts(form), third=third, **given
        )

    try:
        await asyncio.to_thread(perform)
    except UkfrError as error:
        return keep_fresh(await _show(request, statement, other, 1, error, form))
    given = urlencode({"with": other, "page": form.get("page", "1")})
    return RedirectResponse(f"{PATH}/{quote(statement)}/agreement?{given}#differences", 303)


def _read_second(request: Request, statement: str, other: str) -> tuple[str, SecondCoding]:
    """Read a second coding that is finished: of who is named, else of the first who has one.

    Raises:
        NotFoundError: nobody has coded the statement a second time, or not who is named.
        ForbiddenError: it, or another one by who asks, is not finished, so that nobody has seen either.
    """
    desk = find_desk(request)
    coders = list_second_coders(desk.root, statement)
    if not coders or (other and other not in coders):
        raise NotFoundError("There is no second coding of %(statement)s by this coder.", statement=statement)
    chosen, own = other or coders[0], (find_coder(request) or "").removeprefix("coder/")
    for name in {chosen, own} & set(coders):
        if not is_finished(desk.open(statement, name).read().files):
            raise ForbiddenError("The second coding is not finished yet; until then neither coder sees the other's.")
    files = desk.open(statement, chosen).read().files
    return chosen, SecondCoding(f"coder/{chosen}", list_records(files, "records"))


def _compare(request: Request, statement: str, other: str) -> tuple[str, CodingState, CodingComparison]:
    chosen, second = _read_second(request, statement, other)
    state = find_desk(request).open(statement).read()
    return chosen, state, compare_codings(state.files, second)


async def _show(
    request: Request,
    statement: str,
    other: str,
    page: int,
    error: UkfrError | None = None,
    form: Mapping[str, str] | None = None,
) -> HTMLResponse:
    chosen, state, comparison = await asyncio.to_thread(_compare, request, statement, other)
    last = max(1, -(-len(comparison.open) // _SHOWN))
    page = min(max(1, page), last)
    language = language_of(request)
    return render(
        request,
        "coding/agreement.html",
        status=error.status if error else 200,
        error=error,
        form=form or {},
        statement=statement,
        seen=state.seen,
        chosen=chosen,
        others=list_second_coders(find_desk(request).root, statement),
        comparison=comparison,
        shown=comparison.open[(page - 1) * _SHOWN : page * _SHOWN],
        start=(page - 1) * _SHOWN,
        page=page,
        last=last,
        kinds=list_kinds(language),
        terms={name: list_terms(name, language) for name in ("novelty", "testability", "confidence", "role")},
        languages=state.languages,
        coder=find_coder(request),
        cited=None,
    )
