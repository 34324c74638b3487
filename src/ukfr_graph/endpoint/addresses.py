"""The address of this server as its clients see it, and the one maker of its own addresses.

The public address is the operator's (``UKFR_PUBLIC_URL``), else what a proxy that the operator trusts forwards
(``Forwarded``, RFC 7239; ``X-Forwarded-*``), else the address that the connection came to. What a stranger says in
``Host`` is never repeated.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from ukfr_graph.endpoint.exchange import Scope, is_host
from ukfr_graph.service.cache import Header
from ukfr_graph.service.gate import is_loopback
from ukfr_graph.settings import Settings

FORWARDED = frozenset(
    (b"forwarded", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-port", b"x-forwarded-prefix")
)
"""Headers with which a proxy says how its client wrote the address; they are dropped where a stranger sends them."""

_PREFIX = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
_PAIR = re.compile(r'\s*([A-Za-z-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))\s*(;|,|\Z)')
_SCHEMES = ("http", "https")
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def find_base(settings: Settings, scope: Scope) -> str:
    """Return the public address without a slash at its end, such as ``https://example.org/ukfr``.

    ``scope`` is of ASGI, and without what strangers forward: see ``drop_forwarded``.
    """
    if settings.public_url:
        return settings.public_url
    headers = {name: value.decode("latin-1") for name, value in scope["headers"] if name in FORWARDED}
    host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
    if headers:
        return _read_forwarded(headers, host or _find_own(scope, ""))
    return f"http://{_find_own(scope, host)}"


def place(base: str, address: str) -> str:
    """Return the address under which a client finds an address of ours; others stay as they are.

    >>> place("https://example.org/ukfr", "/sparql?query=x"), place("https://example.org", "/sparql")
    ('/ukfr/sparql?query=x', '/sparql')
    >>> place("https://example.org/ukfr", "https://example.com/x"), place("https://example.org/ukfr", "#main")
    ('https://example.com/x', '#main')
    """
    is_ours = address.startswith("/") and not address.startswith("//")
    return find_prefix(base) + address if is_ours else address


@lru_cache(maxsize=256)
def find_prefix(base: str) -> str:
    """Return the path under which the server lies; empty where it has the host to itself."""
    return urlsplit(base).path.rstrip("/")


def strip_prefix(settings: Settings, scope: Scope) -> Scope:
    """Return a request as it is without the path of ``UKFR_PUBLIC_URL``, which a proxy may pass on or take off."""
    prefix = find_prefix(settings.public_url)
    path: str = scope["path"]
    if not prefix or not (path == prefix or path.startswith(prefix + "/")):
        return scope
    raw: bytes = scope["raw_path"]
    raw = raw[len(prefix) :] if raw.startswith(prefix.encode()) else raw
    return {**scope, "path": path[len(prefix) :] or "/", "raw_path": raw or b"/"}


def is_trusted(proxies: Iterable[str], client: str) -> bool:
    """Return whether a client's address is one of the proxies, or in one of their networks.

    >>> is_trusted(("10.0.0.0/8", "::1"), "10.1.2.3"), is_trusted(("10.0.0.0/8",), "192.0.2.1")
    (True, False)
    """
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in ipaddress.ip_network(proxy, strict=False) for proxy in proxies)


def drop_forwarded(headers: list[Header]) -> None:
    """Drop what a stranger forwards, in place: from here on, what is forwarded may be believed."""
    if any(name in FORWARDED for name, _ in headers):
        headers[:] = [header for header in headers if header[0] not in FORWARDED]


def _find_own(scope: Scope, host: str) -> str:
    """Return host and port of this end of the connection, by the name of this machine that the client may have used."""
    own, port = scope.get("server") or ("localhost", None)
    if host and (is_loopback(host) or host in (_join(own, port), own)):
        return host
    return _join(own, port)


def _join(host: str, port: int | None) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"{name}:{port}" if port else name


def _read_forwarded(headers: Mapping[bytes, str], host: str) -> str:
    """Read what the nearest proxy says: the last value of each, as each proxy adds its own at the end."""
    told = _read_last(headers.get(b"forwarded", ""))
    scheme = (told.get("proto") or _take_last(headers, b"x-forwarded-proto")).lower()
    scheme = scheme if scheme in _SCHEMES else "http"
    named = told.get("host") or _take_last(headers, b"x-forwarded-host")
    if named and is_host(named.encode("latin-1")):
        host = named
        port = _take_last(headers, b"x-forwarded-port")
        if port.isdecimal() and port != _DEFAULT_PORTS[scheme] and not re.search(r":\d+\Z", host):
            host = f"{host}:{port}"
    prefix = _take_last(headers, b"x-forwarded-prefix").rstrip("/")
    return f"{scheme}://{host}{prefix if _PREFIX.fullmatch(prefix) else ''}"


def _take_last(headers: Mapping[bytes, str], name: bytes) -> str:
    return headers.get(name, "").rpartition(",")[2].strip()


def _read_last(forwarded: str) -> dict[str, str]:
    """Read the last element of a ``Forwarded`` header (RFC 7239, section 4); nothing where it is not of that form."""
    element: dict[str, str] = {}
    at, end = 0, ";"
    while at < len(forwarded):
        match = _PAIR.match(forwarded, at)
        if match is None:
            return {}
        element = {} if end == "," else element
        element[match[1].lower()] = re.sub(r"\\(.)", r"\1", match[2]) if match[2] is not None else match[3]
        at, end = match.end(), match[4]
    return element
