"""Asking an endpoint elsewhere by HTTP, and believing nothing of what comes back before it is whole.

SPARQL 1.1 Protocol, section 2.1.2 (https://www.w3.org/TR/sparql11-protocol/#query-via-post-urlencoded).
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead, RemoteDisconnected
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

from ukfr_graph import __version__
from ukfr_graph.errors import DatasetError, EngineError, Message, QueryError, SettingsError
from ukfr_graph.errors import mark as _
from ukfr_graph.store.authentication import authenticate

TRIPLES = "application/n-triples"
_TIMEOUT_S = 3600.0  # of an answer; a worker is ended long before
_CONNECT_S = 30.0
_MOST_BYTES = 500_000_000  # of an answer, unpacked: a process of a server has 2 GB for it, and for what is made of it
_PIECE_BYTES = 1 << 17
_GZIP = 16 + zlib.MAX_WBITS
_SHOWN = 300
_CUT = ("x-sparql-maxrows", "x-sql-state")  # headers by which Virtuoso says that an answer is not whole

Form = Mapping[str, str | Sequence[str]]


class Content(NamedTuple):
    """A whole answer, and its type without parameters."""

    media_type: str
    body: bytes


class Transport:
    """Sends forms to ``endpoint`` over one connection; ``authorization`` is the header's value, if any.

    The standard library asks in a third of the processor time that httpx takes, which is what authenticates.

    Raises:
        SettingsError: the address is not usable, or has a password in it.
    """

    def __init__(self, endpoint: str, authorization: str = "") -> None:
        check_address(endpoint)
        self.endpoint = endpoint
        self._auth = authenticate(authorization)
        self._connection: HTTPConnection | None = None
        address = urlsplit(endpoint)
        self._target = (address.path or "/") + (f"?{address.query}" if address.query else "")
        host, port, self._tunnel = address.hostname or "", address.port, ""
        self._class = HTTPSConnection if address.scheme == "https" else HTTPConnection
        if (proxy := getproxies().get(address.scheme)) and not proxy_bypass(host):
            between = urlsplit(proxy if "//" in proxy else f"//{proxy}")
            if address.scheme == "https":
                self._tunnel = f"{host}:{port or 443}"
            else:
                self._target = f"http://{address.netloc}{self._target}"
            host, port = between.hostname or "", between.port
        self._host, self._port = host, port

    def ask(self, form: Form, accept: str) -> Content:
        """Send a form, and return the whole answer.

        Raises:
            QueryError: the endpoint answers 400 or 422.
            EngineError: it answers with another error, or not with what can be read.
            DatasetError: it cannot be reached.
        """
        with self._open(form, accept) as response:
            return Content(_read_media_type(response), b"".join(self._read(response, _MOST_BYTES)))

    def download(self, form: Form, accept: str) -> Iterator[bytes]:
        """Send a form, and yield the answer, which must be of the type ``accept``, in pieces.

        Raises:
            UkfrError: see ``ask``.
        """
        with self._open(form, accept) as response:
            if (media_type := _read_media_type(response)) != accept:
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
    def _open(self, form: Form, accept: str) -> Iterator[HTTPResponse]:
        """Send a form; an answer of another status, or that the engine has cut off, is none."""
        response = None
        try:
            response = self._authorize(urlencode(form, doseq=True).encode(), accept)
            self._check(response)
            yield response
        except (OSError, HTTPException, zlib.error) as error:
            if response is not None or (isinstance(error, HTTPException) and not isinstance(error, OSError)):
                raise self._break_off(repr(error)) from None
            raise DatasetError(
                "The endpoint %(endpoint)s does not answer: %(error)s.", endpoint=self.endpoint, error=repr(error)
            ) from None
        finally:
            if response is None or not response.isclosed():
                self._drop()  # what is left of the answer would be taken for the next one

    def _authorize(self, body: bytes, accept: str) -> HTTPResponse:
        """Send a body as often as the engine's challenges ask for."""
        headers = {
            "Accept": accept,
            "Accept-Encoding": "gzip",
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": f"ukfr-graph/{__version__}",
        }
        if self._auth is None:
            return self._send(body, headers)
        import httpx  # slow to import, and needed only here

        flow = self._auth.sync_auth_flow(httpx.Request("POST", self.endpoint))
        request = next(flow)
        while True:
            response = self._send(body, headers | {"Authorization": request.headers.get("Authorization", "")})
            told = httpx.Response(response.status, headers=response.getheaders(), request=request)
            try:
                request = flow.send(told)
            except StopIteration:
                return response
            _read_beginning(response)
            if not response.isclosed():
                self._drop()

    def _send(self, body: bytes, headers: Mapping[str, str]) -> HTTPResponse:
        """Send a body; once more where the engine has closed the connection since the last answer."""
        headers = {name: value for name, value in headers.items() if value}
        if self._connection is not None:
            try:
                return self._exchange(self._connection, body, headers)
            except (RemoteDisconnected, ConnectionError):
                self._drop()
        self._connection = self._class(self._host, self._port, timeout=_CONNECT_S)
        if self._tunnel:
            self._connection.set_tunnel(self._tunnel)
        self._connection.connect()
        return self._exchange(self._connection, body, headers)

    def _exchange(self, connection: HTTPConnection, body: bytes, headers: Mapping[str, str]) -> HTTPResponse:
        if connection.sock is not None:
            connection.sock.settimeout(_TIMEOUT_S)
        connection.request("POST", self._target, body, headers)
        return connection.getresponse()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _check(self, response: HTTPResponse) -> None:
        if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
            text = _read_beginning(response)
            if response.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY):
                raise QueryError("The endpoint refuses the query: %(text)s", text=text)
            raise EngineError(
                "The endpoint %(endpoint)s answers %(status_code)s: %(text)s",
                endpoint=self.endpoint,
                status_code=response.status,
                text=text,
            )
        if cut := [f"{name}: {response.headers[name]}" for name in _CUT if name in response.headers]:
            raise EngineError(
                "The answer of %(endpoint)s is not whole (%(names)s). Ask for less, or raise its limit.",
                endpoint=self.endpoint,
                names=", ".join(cut),
            )
        coding = response.headers.get("content-encoding", "identity")
        if coding not in ("identity", "gzip"):  # what is packed twice may grow a million times
            raise self._break_off(f"Content-Encoding: {coding}")
        if _read_media_type(response) == TRIPLES and response.length is None and not response.chunked:
            raise self._break_off("N-Triples whose end nothing tells")

    def _read(self, response: HTTPResponse, most_bytes: float) -> Iterator[bytes]:
        """Yield what is read of an answer, unpacked; at the end it is whole."""
        unpacker = zlib.decompressobj(_GZIP) if "content-encoding" in response.headers else None
        deadline, size = time.monotonic() + _TIMEOUT_S, 0
        while piece := response.read1(_PIECE_BYTES):
            while piece:
                part = unpacker.decompress(piece, _PIECE_BYTES) if unpacker else piece
                piece = unpacker.unconsumed_tail if unpacker else b""
                size += len(part)
                yield part
                if size > most_bytes or time.monotonic() > deadline:
                    raise EngineError(
                        "The answer of %(endpoint)s goes on after %(size)s bytes, which is more than is read of one. "
                        "Ask for less: add LIMIT.",
                        endpoint=self.endpoint,
                        size=size,
                    )
        if response.length or (unpacker and not unpacker.eof):
            raise IncompleteRead(b"", response.length)

    def _break_off(self, error: str) -> EngineError:
        return EngineError("The answer of %(endpoint)s cannot be read: %(error)s.", endpoint=self.endpoint, error=error)


def _read_media_type(response: HTTPResponse) -> str:
    """Return the type of an answer, without parameters."""
    value: str = response.headers.get("content-type", "")
    return value.partition(";")[0].strip().lower()


def _read_beginning(response: HTTPResponse) -> str:
    """Return so much of a text as a message has room for; what follows is not waited for."""
    return response.read1(_SHOWN).decode("utf-8", "replace")


def check_address(endpoint: str) -> None:
    """Refuse an address that is not one, or that would show a password in logs and lists of processes.

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
