"""One request and its response, on bare ASGI: the hot path needs no more.

ASGI 3.0, HTTP (https://asgi.readthedocs.io/en/latest/specs/www.html).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, unquote_plus

import pyoxigraph as ox

from ukfr_graph.errors import QueryError, RequestTooLargeError, UnsupportedMediaTypeError
from ukfr_graph.service.cache import Header

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_MOST_PARAMETERS = 1000
_HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%-]+)(?::[0-9]{1,5})?")
_ALLOWED_HEADERS = b"Accept, Accept-Language, Accept-Profile, Authorization, Content-Type, If-Match, If-None-Match"

COMMON_HEADERS: tuple[Header, ...] = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Location, UKFR-Total-Rows, UKFR-Version"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        b"font-src 'self'; base-uri 'none'; form-action 'self'; "
        b"frame-ancestors 'none'",
    ),
)
"""Headers of every response: reads are open to pages of other origins, and nothing is sniffed or framed."""


def with_common(headers: Iterable[Header]) -> list[Header]:
    """Add the common headers that a response does not have by itself."""
    fields = [*headers]
    names = {name for name, _ in fields}
    return fields + [header for header in COMMON_HEADERS if header[0] not in names]


@lru_cache(maxsize=256)
def is_host(value: bytes) -> bool:
    """Return whether a Host header can be part of an IRI (RFC 3986, section 3.2.2)."""
    try:
        return bool(_HOST.fullmatch(value) and ox.NamedNode(f"http://{value.decode()}/"))
    except ValueError:
        return False


class ClientGoneError(Exception):
    """The client closed the connection before its request was whole."""


class Exchange:
    """A request being answered; ``status`` and ``sent_bytes`` are of the response, once there is one."""

    __slots__ = ("_headers", "method", "path", "receive", "scope", "send", "sent_bytes", "status")

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope, self.receive, self.send = scope, receive, send
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.status = self.sent_bytes = 0
        self._headers: dict[bytes, str] | None = None

    def header(self, name: bytes) -> str | None:
        """Return a header by its lower-case name; several of one name are joined by commas."""
        if self._headers is None:
            headers: dict[bytes, str] = {}
            for key, value in self.scope["headers"]:
                text = value.decode("latin-1")
                headers[key] = f"{headers[key]}, {text}" if key in headers else text
            self._headers = headers
        return self._headers.get(name)

    def address(self) -> bytes:
        """Return path and parameters as they came."""
        return bytes(self.scope["raw_path"] + b"?" + self.scope["query_string"])

    def media_type(self) -> str:
        """Return the media type of the body, without parameters, in lower case."""
        return (self.header(b"content-type") or "").partition(";")[0].strip().lower()

    def parameters(self) -> list[tuple[str, str]]:
        """Return the parameters of the address.

        Raises:
            QueryError: they are not UTF-8, or too many.
        """
        return read_form(self.scope["query_string"])

    async def read_body(self, limit: int, timeout_s: float, setting: str) -> bytes:
        """Read the whole body; ``setting`` names the limit in the message.

        Raises:
            RequestTooLargeError: it is larger than ``limit`` bytes.
            UnsupportedMediaTypeError: it is compressed.
            ClientGoneError: the client is gone, or was too slow.
        """
        if (self.header(b"content-encoding") or "identity").strip().lower() != "identity":
            raise UnsupportedMediaTypeError("A compressed body is not read. Send it without Content-Encoding.")
        too_large = RequestTooLargeError(
            "The body is larger than %(limit)s bytes (%(setting)s).", limit=limit, setting=setting
        )
        length = self.header(b"content-length")
        if length and length.isdigit() and int(length) > limit:
            raise too_large
        body = bytearray()
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    message = await self.receive()
                    if message["type"] == "http.disconnect":
                        raise ClientGoneError
                    body += message.get("body", b"")
                    if len(body) > limit:
                        raise too_large
                    if not message.get("more_body"):
                        return bytes(body)
        except TimeoutError:
            raise ClientGoneError from None

    async def wait_until_left(self) -> None:
        """Return when the client has closed the connection."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def respond(self, status: int, headers: Iterable[Header], body: bytes = b"") -> None:
        """Send the whole response; the length of the body, and the common headers, are added."""
        self.status, self.sent_bytes = status, len(body)
        fields = with_common(headers)
        if status not in (204, 304):
            fields.append((b"content-length", str(len(body)).encode()))
        await self.send({"type": "http.response.start", "status": status, "headers": fields})
        await self.send({"type": "http.response.body", "body": b"" if self.method == "HEAD" else body})


_ONE_QUERY = b"query="


def read_form(content: bytes) -> list[tuple[str, str]]:
    """Read names and values that are percent-encoded (``application/x-www-form-urlencoded``).

    Raises:
        QueryError: they are not UTF-8, or too many.
    """
    try:
        if content.startswith(_ONE_QUERY) and b"&" not in content:  # the commonest case, without the machinery
            return [("query", unquote_plus(content[len(_ONE_QUERY) :].decode("ascii"), errors="strict"))]
        return parse_qsl(
            content.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except UnicodeDecodeError as error:
        raise QueryError(
            "The parameters are not UTF-8, or not percent-encoded (byte %(byte)s).", byte=error.start
        ) from None
    except ValueError:
        raise QueryError(
            "There are more than %(most_parameters)s parameters.", most_parameters=_MOST_PARAMETERS
        ) from None


def text_header(name: bytes, value: str) -> Header:
    """Write a header whose value may come from outside: what could end the line is left out."""
    return name, "".join(c for c in value if c.isprintable()).encode("latin-1", "replace")


async def respond_preflight(exchange: Exchange, methods: Sequence[str]) -> None:
    """Say which methods there are, to people and to browsers (https://fetch.spec.whatwg.org/#http-cors-protocol)."""
    allowed = ", ".join(methods).encode()
    headers = [
        (b"allow", allowed),
        (b"access-control-allow-methods", allowed),
        (b"access-control-allow-headers", _ALLOWED_HEADERS),
        (b"access-control-max-age", b"86400"),
    ]
    await exchange.respond(204, headers)
