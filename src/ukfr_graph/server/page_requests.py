"""Requests for pages, reduced to what a page can depend on: what it is kept by, and all that its maker is told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from ukfr_graph.endpoint.exchange import Exchange
from ukfr_graph.messages import choose_language
from ukfr_graph.service.cache import Header

_CODINGS = ("br", "gzip")
_LONGEST_HEADER = 2_000
_DAY = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2})?")
_NEVER_GIVEN = frozenset(
    ("image/avif", "image/webp", "image/apng", "image/png", "image/jpeg", "application/signed-exchange")
)


def write_headers(headers: Sequence[Header]) -> list[tuple[str, str]]:
    """Write headers as text; of conditions and parts the server takes care, of the coding too."""
    left_out = (b"if-none-match", b"range", b"if-range", b"accept-encoding")
    texts = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in headers if n not in left_out]
    codings = ", ".join(v.decode("latin-1") for n, v in headers if n == b"accept-encoding")
    return [*texts, ("accept-encoding", choose_coding(codings))]


def choose_headers(exchange: Exchange, languages: Sequence[str]) -> list[tuple[str, str]]:
    """Choose what a page that is everybody's may depend on, each in one way of writing it."""
    cookies = _read_cookies(exchange.header(b"cookie") or "", languages)
    language = choose_language(None, (exchange.header(b"accept-language") or "")[:_LONGEST_HEADER], languages)
    chosen: dict[str, str | None] = {
        "accept": _choose_accept(exchange.header(b"accept")),
        "accept-language": language,
        "accept-profile": (exchange.header(b"accept-profile") or "")[:_LONGEST_HEADER] or None,
        "accept-encoding": choose_coding(exchange.header(b"accept-encoding") or ""),
        "cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()) or None,
    }
    return [(name, value) for name, value in chosen.items() if value is not None]


def _read_cookies(header: str, languages: Sequence[str]) -> dict[str, str]:
    """Read the two cookies that choose how pages are shown, in one order."""
    given = dict(part.strip().partition("=")[::2] for part in header.split(";"))
    cookies = {"at": given.get("at", ""), "lang": given.get("lang", "")}
    if not _DAY.fullmatch(cookies["at"]) or not cookies["at"]:
        del cookies["at"]
    if cookies["lang"] not in languages:
        del cookies["lang"]
    return cookies


@lru_cache(maxsize=256)
def choose_coding(accept_encoding: str) -> str:
    """Choose the coding of a page (RFC 9110, section 12.5.3); empty for none.

    >>> choose_coding("gzip, deflate, br, zstd"), choose_coding("gzip, br;q=0"), choose_coding("identity")
    ('br', 'gzip', '')
    """
    accepted = set()
    for item in accept_encoding[:_LONGEST_HEADER].lower().split(","):
        name, _, weight = item.partition(";")
        if weight.replace(" ", "").removeprefix("q=") not in ("0", "0.0", "0.00", "0.000"):
            accepted.add(name.strip())
    return next((coding for coding in _CODINGS if coding in accepted), "")


@lru_cache(maxsize=256)
def _choose_accept(accept: str | None) -> str | None:
    """Leave out what browsers accept and no page is given as: then all of them accept the same."""
    if not accept or len(accept) > _LONGEST_HEADER:
        return accept
    items = [item.strip() for item in accept.split(",")]
    return ",".join(item for item in items if item.partition(";")[0].strip().lower() not in _NEVER_GIVEN) or accept


def choose_parameters(query_string: bytes, known: frozenset[str] | None, languages: Sequence[str]) -> bytes:
    """Choose the parameters that a page reads, in one order."""
    pairs = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True, max_num_fields=None)
    kept: list[tuple[str, str]] = []
    for name, value in pairs:
        if known is not None and (
            name not in known
            or (name == "lang" and value not in languages)
            or (name == "at" and not _DAY.fullmatch(value))
        ):
            continue
        kept.append((name, value))
    return urlencode(sorted(kept, key=lambda pair: pair[0]), safe="/:@,;!$'()*").encode()
