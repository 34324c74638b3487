"""Errors as RFC 9457 problem JSON (https://www.rfc-editor.org/rfc/rfc9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from fastapi.responses import JSONResponse

from ukfr_graph.errors import QuerySyntaxError, UkfrError

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int,
    detail: str,
    title: str | None = None,
    *,
    members: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Make a problem response; ``members`` are further fields of it."""
    content = {"type": "about:blank", "title": title or HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse({**content, **(members or {})}, status, headers, MEDIA_TYPE)


def describe_error(error: UkfrError) -> JSONResponse:
    """Say one of our own errors; a syntax error carries line and column."""
    position = {"line": error.line, "column": error.column} if isinstance(error, QuerySyntaxError) else None
    return problem(error.status, str(error), error.title, members=position)
