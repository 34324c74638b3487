"""Answers to requests that were answered before, found by their very bytes: no task, no parsing, no negotiation."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Sequence

from ukfr_graph.endpoint.addresses import FORWARDED, find_prefix
from ukfr_graph.endpoint.conditional import matches, write_not_modified
from ukfr_graph.service.cache import Header, make_key, today
from ukfr_graph.service.service import Service

SPARQL = b"/sparql?"
_FORMS = frozenset((b"accept", b"accept-encoding"))
_CHOOSING = (
    b"host",
    b"accept",
    b"accept-encoding",
    b"accept-language",
    b"accept-profile",
    b"cookie",
    *sorted(FORWARDED),
)
_REFUSED = frozenset((b"authorization", b"content-length", b"transfer-encoding", b"expect", b"range"))


def identify_query(url: bytes, headers: Iterable[Header]) -> bytes:
    """Digest a request for a query: its address, and each header that chooses a form (none holds a line end)."""
    parts = [url]
    for header in headers:
        if header[0] in _FORMS:
            parts += header
    return hashlib.blake2b(b"\n".join(parts), digest_size=16).digest()


def identify_page(url: bytes, headers: Iterable[Header]) -> bytes:
    """Digest a request for a page: its address, the day, and every header that may choose what it is answered with."""
    return make_key("page", today(), url, [header for header in headers if header[0] in _CHOOSING])


def answer_at_once(service: Service, url: bytes, headers: Sequence[Header]) -> tuple[bytes, bytes] | None:
    """Find the whole response to a GET that was answered before: its head, but for the date, and its body.

    A request with credentials, a condition that is not ``If-None-Match``, or a body takes the other way.
    """
    if service.gate.is_open:  # it asks first by which name it is called
        return None
    if prefix := find_prefix(service.settings.public_url).encode():
        url = url.removeprefix(prefix) if url.startswith(prefix + b"/") else url
    asked = None
    for name, value in headers:
        if name == b"if-none-match":
            asked = value.decode("latin-1")
        elif name in _REFUSED:
            return None
    started = time.monotonic()
    identify = identify_query if url.startswith(SPARQL) else identify_page
    found = service.cache.find_by_address(identify(url, headers))
    if found is None:
        return None
    entry, head = found
    body, status = entry.body, 200
    if asked and matches(entry.tag, asked):
        head, body, status = write_not_modified(entry), b"", 304
    if entry.text:  # a page is no query
        service.journal.record("query", entry.text, status, time.monotonic() - started, len(body), is_cached=True)
    return head, body
