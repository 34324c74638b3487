"""Errors as RFC 9457 problem JSON (https://www.rfc-editor.org/rfc/rfc9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from ukfr_graph.endpoint.exchange import COMMON_HEADERS, Exchange
from ukfr_graph.errors import MethodError, UkfrError
from ukfr_graph.errors import mark as _
from ukfr_graph.messages import ENGLISH, choose_language, say_error
from ukfr_graph.service.cache import Header

MEDIA_TYPE = "application/problem+json"
INTERNAL = _("The server failed. The fault is in its log, not in your request.")
_RETRY_AFTER_S = 1
_NOTHING: Mapping[str, object] = {}


def write_problem(status: int, detail: str, title: str = "", members: Mapping[str, object] | None = None) -> bytes:
    """Write a problem; ``members`` are further fields of it."""
    content = {"type": "about:blank", "title": title or HTTPStatus(status).phrase, "status": status, "detail": detail}
    return json.dumps({**content, **(members or {})}, ensure_ascii=False).encode()


def write_last_response(status: int, detail: str) -> bytes:
    """Write a whole response with a problem, after which the connection is closed (RFC 9112, section 9.6)."""
    body = write_problem(status, detail)
    headers = (
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
        *COMMON_HEADERS,
    )
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode(), *(n + b": " + v for n, v in headers)]
    return b"\r\n".join([*lines, b"", body])


def problem_headers(status: int, language: str = ENGLISH, members: Mapping[str, object] = _NOTHING) -> list[Header]:
    """Return the headers that go with a problem of this status in a language, and with its members."""
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-language", language.encode()),
        (b"vary", b"Accept-Language"),
        (b"cache-control", b"no-store"),
    ]
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append((b"retry-after", str(members.get("retry_after_s", _RETRY_AFTER_S)).encode()))
    if status == HTTPStatus.UNAUTHORIZED:
        headers.append((b"www-authenticate", b'Bearer realm="ukfr-graph"'))
    return headers


async def respond_problem(exchange: Exchange, error: UkfrError) -> None:
    """Answer with an error of ours, in the language that the client accepts."""
    said = say_error(error, choose_language(None, exchange.header(b"accept-language")))
    body = write_problem(error.status, said.detail, said.title, error.members)
    headers = problem_headers(error.status, said.language, error.members)
    if isinstance(error, MethodError):
        headers.append((b"allow", ", ".join(error.allowed).encode()))
    await exchange.respond(error.status, headers, body)
