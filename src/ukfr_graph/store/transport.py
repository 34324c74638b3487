"""Asking an endpoint elsewhere by HTTP, and believing nothing of what comes back before it is whole.

SPARQL 1.1 Protocol, section 2.1.2 (https://www.w3.org/TR/sparql11-protocol/#query-via-post-urlencoded).
"""

from __future__ import annotations

import select
import socket
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

from ukfr_graph import __version__
from ukfr_graph.errors import (
    DatasetError,
    EngineBusyError,
    EngineError,
    Message,
    QueryError,
    SettingsError,
    make_message,
)
from ukfr_graph.errors import mark as _
from ukfr_graph.store.authentication import authenticate
from ukfr_graph.store.http_responses import Response, ResponseError

if TYPE_CHECKING:
    import httpx

TRIPLES = "application/n-triples"
_TIMEOUT_S = 3600.0  # of an answer; a worker is ended long before
_CONNECT_S = 30.0
_MOST_BYTES = 500_000_000  # of an answer, unpacked: a process of a server has 2 GB for it, and for what is made of it
_PIECE_BYTES = 1 << 17
_GZIP = 16 + zlib.MAX_WBITS
_GZIP_NAMES = ("gzip", "x-gzip")  # RFC 9110, section 8.4.1.3
_BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_SHOWN = 300
_CUT = ("x-sparql-maxrows", "x-sql-state")  # headers by which Virtuoso says that an answer is not whole

Form = Mapping[str, str | Sequence[str]]


class Content(NamedTuple):
    """A whole answer, and its type without parameters."""

    media_type: str
    body: bytes


class Transport:
    """Sends forms to ``endpoint`` over one connection; ``authorization`` is the header's value, if any.

    The standard library opens the connection, through a proxy or TLS where there is one; then a request is one write,
    and a small answer one read. httpx, which would take most of a millisecond for them, only authenticates.

    Raises:
        SettingsError: the address is not usable, or has a password in it.
    """

    def __init__(self, endpoint: str, authorization: str = "") -> None:
        address = check_address(endpoint)
        self.endpoint = endpoint
        self._auth = authenticate(authorization)
        self._connection: socket.socket | None = None
        self._space = memoryview(bytearray(_PIECE_BYTES))
        target, called = address.raw_path.decode(), address.netloc.decode()
        host, port, self._tunnel = address.host, address.port, ""
        self._class = HTTPSConnection if address.scheme == "https" else HTTPConnection
        if (proxy := getproxies().get(address.scheme)) and not proxy_bypass(host):
            between = urlsplit(proxy if "//" in proxy else f"//{proxy}")
            if address.scheme == "https":
                self._tunnel = f"{host}:{port or 443}"
            else:
                target = f"http://{called}{target}"
            host, port = between.hostname or "", between.port
        self._host, self._port = host, port
        self._head = (
            f"POST {target} HTTP/1.1\r\nHost: {called}\r\nAccept-Encoding: gzip\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nUser-Agent: ukfr-graph/{__version__}\r\n"
        )

    def ask(self, form: Form, accept: str) -> Content:
        """Send a form, and return the whole answer.

        Raises:
            QueryError: the endpoint answers 400 or 422.
            EngineError: it answers with another error, or not with what can be read.
            DatasetError: it cannot be reached.
        """
        with self._open(form, accept) as response:
            return Content(response.media_type, b"".join(self._read(response, _MOST_BYTES)))

    def download(self, form: Form, accept: str) -> Iterator[bytes]:
        """Send a form, and yield the answer, which must be of the type ``accept``, in pieces.

        Raises:
            UkfrError: see ``ask``.
        """
        with self._open(form, accept) as response:
            if (media_type := response.media_type) != accept:
                raise self.refuse(media_type, _read_beginning(response))
            yield from self._read(response, float("inf"))

    def refuse(self, media_type: str, text: str) -> EngineError:
        """Return the error that an answer is of a type that is not read here."""
        return EngineError(
            "The endpoint %(endpoint)s answers with %(media_type)s, which is not read here: %(text)s",
            endpoint=self.endpoint,
            media_type=media_type or Message(_("no media type")),
            text=text[:_SHOWN],
        )

    @contextmanager
    def _open(self, form: Form, accept: str) -> Iterator[Response]:
        """Send a form; an answer of another status, or that the engine has cut off, is none."""
        response = None
        try:
            response = self._authorize(urlencode(form, doseq=True).encode(), accept)
            self._check(response)
            yield response
        except (ResponseError, HTTPException, zlib.error) as error:
            raise self._break_off(str(error)) from None
        except OSError as error:
            if response is not None:
                raise self._break_off(repr(error)) from None
            raise DatasetError(
                "The endpoint %(endpoint)s does not answer: %(error)s.", endpoint=self.endpoint, error=repr(error)
            ) from None
        finally:
            if response is not None:
                self._take_back(response)

    def _authorize(self, body: bytes, accept: str) -> Response:
        """Send a body as often as the engine's challenges ask for."""
        if self._auth is None:
            return self._send(body, accept)
        import httpx  # slow to import, and needed only here

        flow = self._auth.sync_auth_flow(httpx.Request("POST", self.endpoint))
        request = next(flow)
        while True:
            response = self._send(body, accept, request.headers.get("Authorization", ""))
            fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.fields]
            told = httpx.Response(response.status, headers=fields, request=request)
            try:
                request = flow.send(told)
            except StopIteration:
                return response
            except httpx.ProtocolError as error:
                response.connection.close()
                raise ResponseError(str(error)) from None
            _read_beginning(response)
            self._take_back(response)

    def _send(self, body: bytes, accept: str, authorization: str = "") -> Response:
        """Send a body; over a new connection where the engine has closed, or said something on, the one that was kept.

        Raises:
            SettingsError: the credentials would be more than a line of the head.
        """
        if not authorization.isprintable():
            raise SettingsError("The credentials for the endpoint have a line end, or another sign that no key has.")
        asked = f"Authorization: {authorization}\r\n" if authorization else ""
        request = f"{self._head}Accept: {accept}\r\n{asked}Content-Length: {len(body)}\r\n\r\n".encode() + body
        kept, self._connection = self._connection, None
        if kept is not None and _is_silent(kept):
            with suppress(ConnectionError):
                return self._exchange(kept, request)
        elif kept is not None:
            kept.close()
        return self._exchange(self._connect(), request)

    def _connect(self) -> socket.socket:
        connection = self._class(self._host, self._port, timeout=_CONNECT_S)
        if self._tunnel:
            connection.set_tunnel(self._tunnel)
        connection.connect()
        connection.sock.settimeout(_TIMEOUT_S)
        return connection.sock

    def _exchange(self, connection: socket.socket, request: bytes) -> Response:
        try:
            connection.sendall(request)
            return Response(connection, self._space)
        except BaseException:
            connection.close()
            raise

    def _take_back(self, response: Response) -> None:
        """Keep a connection for the next request, unless what is left of the answer would be taken for that one's."""
        if response.leaves_open and self._connection is None:
            self._connection = response.connection
        else:
            response.connection.close()

    def _check(self, response: Response) -> None:
        if response.status != HTTPStatus.OK:  # not even another success: 206 is a part, and 202 no answer yet
            text = _read_beginning(response)
            if response.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY):
                raise QueryError("The endpoint refuses the query: %(text)s", text=text)
            answers = make_message(
                _("The endpoint %(endpoint)s answers %(status_code)s: %(text)s"),
                endpoint=self.endpoint,
                status_code=response.status,
                text=text,
            )
            if response.status in _BUSY:
                raise EngineBusyError(answers, retry_after_s=response.retry_after_s)
            raise EngineError(answers)
        if cut := [f"{name}: {value}" for name, value in response.fields if name in _CUT]:
            raise EngineError(
                "The answer of %(endpoint)s is not whole (%(names)s). Ask for less, or raise its limit.",
                endpoint=self.endpoint,
                names=", ".join(cut),
            )
        coding = response.coding
        if coding not in ("identity", *_GZIP_NAMES):  # what is packed twice may grow a million times
            raise self._break_off(f"Content-Encoding: {coding}")
        if not (response.tells_end or response.media_type.endswith(("json", "xml"))):
            raise self._break_off("it may end after any line, and nothing tells its end")

    def _read(self, response: Response, most_bytes: float) -> Iterator[bytes]:
        """Yield what is read of an answer, unpacked; at the end it is whole."""
        unpacker = zlib.decompressobj(_GZIP) if response.coding in _GZIP_NAMES else None
        deadline, size = time.monotonic() + _TIMEOUT_S, 0
        for piece in response.read():
            while piece:
                part = unpacker.decompress(piece, _PIECE_BYTES) if unpacker else piece
                piece = unpacker.unconsumed_tail if unpacker else b""
                if unpacker and unpacker.unused_data:
                    raise ResponseError("something follows what is packed")
                size += len(part)
                yield part
                if size > most_bytes or time.monotonic() > deadline:
                    raise EngineError(
                        "The answer of %(endpoint)s goes on after %(size)s bytes, which is more than is read of one. "
                        "Ask for less: add LIMIT.",
                        endpoint=self.endpoint,
                        size=size,
                    )
        if unpacker and not unpacker.eof:
            raise ResponseError("it ends too early")

    def _break_off(self, error: str) -> EngineError:
        return EngineError("The answer of %(endpoint)s cannot be read: %(error)s.", endpoint=self.endpoint, error=error)


def _is_silent(connection: socket.socket) -> bool:
    """Return whether nothing waits to be read: what nobody asked for is no answer (RFC 9112, section 9.2).

    Oxigraph says that it has waited for long enough, as a 500, on a connection that was idle for a minute.
    """
    waiting = select.poll()
    waiting.register(connection, select.POLLIN)
    return not waiting.poll(0)


def _read_beginning(response: Response) -> str:
    """Return so much of a text as a message has room for; what follows is not waited for."""
    return next(response.read(), b"")[:_SHOWN].decode("utf-8", "replace")


def check_address(endpoint: str) -> httpx.URL:
    """Return an address; refuse one that is none, or that would show a password in logs and lists of processes.

    Raises:
        SettingsError: it is such an address.
    """
    import httpx

    try:
        address = httpx.URL(endpoint)
    except (httpx.InvalidURL, ValueError) as error:
        raise SettingsError("The endpoint is not a usable address (%(error)s).", error=error) from None
    if address.scheme not in ("http", "https") or not address.host:
        raise SettingsError("The endpoint is not a usable address: it begins with http:// or https:// and a host.")
    if address.userinfo:
        raise SettingsError(
            "The endpoint's address has a user name or password in it. Give them as UKFR_ENDPOINT_USER and "
            "UKFR_ENDPOINT_PASSWORD, or UKFR_ENDPOINT_TOKEN."
        )
    return address
