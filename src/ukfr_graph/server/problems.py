"""Errors as RFC 9457 problem JSON (https://www.rfc-editor.org/rfc/rfc9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse

from ukfr_graph.errors import QuerySyntaxError, UkfrError

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int, detail: str, title: str | None = None, headers: dict[str, str] | None = None, **members: Any
) -> JSONResponse:
    """Make a problem response; ``members`` are further fields of it."""
    content = {"type": "about:blank", "title": title or HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(content | members, status, headers, MEDIA_TYPE)


def describe_error(error: UkfrError) -> JSONResponse:
    """Say one of our own errors; a syntax error carries line and column."""
    members: dict[str, Any] = {}
    if isinstance(error, QuerySyntaxError):
        members = {"line": error.line, "column": error.column}
    return problem(error.status, str(error), error.title, **members)
