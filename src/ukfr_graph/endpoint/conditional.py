"""Conditional requests, and the heads of responses that were kept (RFC 9110, sections 8.8.3 and 13)."""

from __future__ import annotations

from collections.abc import Sequence

from ukfr_graph.endpoint.exchange import Exchange, with_common
from ukfr_graph.service.cache import Header, KeptAnswer

_VARY: Header = (b"vary", b"Accept, Accept-Encoding")
_NOT_MODIFIED = frozenset(
    (b"etag", b"vary", b"cache-control", b"content-location", b"expires", b"link", b"ukfr-version")
)
HIT: Header = (b"cache-status", b"ukfr-graph; hit")
"""Says that an answer was kept, and not evaluated for this request (RFC 9211)."""


def write_head(entry: KeptAnswer) -> bytes:
    """Write the status line and all headers but the date, for a request whose answer was kept."""
    return _write_head(b"200 OK", (*entry.headers, HIT, (b"content-length", str(len(entry.body)).encode())))


def write_not_modified(entry: KeptAnswer) -> bytes:
    """Write the response to a client that has it already (RFC 9110, section 15.4.5), but for the date."""
    return _write_head(b"304 Not Modified", (*not_modified_headers(entry), HIT))


def not_modified_headers(entry: KeptAnswer) -> list[Header]:
    """Choose the headers of an answer that go with a 304 (section 15.4.5)."""
    return [header for header in entry.headers if header[0] in _NOT_MODIFIED]


async def respond_entry(exchange: Exchange, entry: KeptAnswer, *, is_hit: bool) -> None:
    """Send an answer; to a client that has it, that it has not changed."""
    asked = exchange.header(b"if-none-match")
    if asked and entry.tag and matches(entry.tag, asked):
        headers = not_modified_headers(entry)
        await exchange.respond(304, [*headers, HIT] if is_hit else headers)
    else:
        await exchange.respond(200, (*entry.headers, HIT) if is_hit else entry.headers, entry.body)


def tag_headers(tag: str) -> tuple[Header, ...]:
    """Return the headers that go with a tag, whether the body is sent or not."""
    return (b"etag", tag.encode()), _VARY, (b"cache-control", b"no-cache")


def matches(tag: str, if_none_match: str) -> bool:
    """Return whether an ``If-None-Match`` header names a tag (section 13.1.2; the comparison is weak)."""
    if if_none_match == tag:
        return True
    asked = {item.strip().removeprefix("W/") for item in if_none_match.split(",")}
    return "*" in asked or tag in asked


def _write_head(status: bytes, headers: Sequence[Header]) -> bytes:
    lines = [b"HTTP/1.1 " + status, *(name + b": " + value for name, value in with_common(headers))]
    return b"\r\n".join(lines) + b"\r\n"
