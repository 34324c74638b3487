"""Asking an endpoint elsewhere by HTTP, and believing nothing of what comes back before it is whole.

SPARQL 1.1 Protocol, section 2.1.2 (https://www.w3.org/TR/sparql11-protocol/#query-via-post-urlencoded).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from ukfr_graph.errors import DatasetError, EngineError, Message, QueryError, SettingsError
from ukfr_graph.errors import mark as _
from ukfr_graph.store.authentication import authenticate

if TYPE_CHECKING:
    import httpx

TRIPLES = "application/n-triples"
_TIMEOUT_S = 3600.0  # of an answer; a worker is ended long before
_CONNECT_S = 30.0
_MOST_BYTES = 500_000_000  # of an answer, unpacked: a process of a server has 2 GB for it, and for what is made of it
_SHOWN = 300
_CUT = ("x-sparql-maxrows", "x-sql-state")  # headers by which Virtuoso says that an answer is not whole


class Content(NamedTuple):
    """A whole answer, and its type without parameters."""

    media_type: str
    body: bytes


class Transport:
    """Sends forms to ``endpoint``; ``authorization`` is the header's value, if any.

    Raises:
        SettingsError: the address is not usable, or has a password in it.
    """

    def __init__(self, endpoint: str, authorization: str = "") -> None:
        import httpx  # slow to import, and needed only here

        check_address(endpoint)
        self.endpoint = endpoint
        self._errors = httpx.HTTPError
        self._unreadable = httpx.RemoteProtocolError
        self._client = httpx.Client(
            timeout=httpx.Timeout(_TIMEOUT_S, connect=_CONNECT_S),
            auth=authenticate(authorization),
            headers={"Accept-Encoding": "gzip"},
            verify=endpoint.startswith("https"),  # to read the machine's certificates takes longer than to ask
        )

    def ask(self, form: Mapping[str, str | Sequence[str]], accept: str) -> Content:
        """Send a form, and return the whole answer.

        Raises:
            QueryError: the endpoint answers 400 or 422.
            EngineError: it answers with another error, or not with what can be read.
            DatasetError: it cannot be reached.
        """
        with self._open(form, accept) as response:
            return Content(read_media_type(response), b"".join(self._read(response, _MOST_BYTES)))

    def download(self, form: Mapping[str, str | Sequence[str]], accept: str) -> Iterator[bytes]:
        """Send a form, and yield the answer, which must be of the type ``accept``, in pieces.

        Raises:
            UkfrError: see ``ask``.
        """
        with self._open(form, accept) as response:
            if (media_type := read_media_type(response)) != accept:
                raise self.refuse(media_type, read_beginning(response))
            yield from self._read(response)

    def refuse(self, media_type: str, text: str) -> EngineError:
        """Return the error that an answer is of a type that is not read here."""
        return EngineError(
            "The endpoint %(endpoint)s answers with %(media_type)s, which is not read here: %(text)s",
            endpoint=self.endpoint,
            media_type=media_type or Message(_("no media type")),
            text=text[:_SHOWN],
        )

    @contextmanager
    def _open(self, form: Mapping[str, str | Sequence[str]], accept: str) -> Iterator[httpx.Response]:
        """Send a form; an answer of another status, or that the engine has cut off, is none."""
        has_begun = False
        try:
            with self._client.stream("POST", self.endpoint, data=form, headers={"Accept": accept}) as response:
                has_begun = True
                self._check(response)
                yield response
        except self._errors as error:
            if has_begun or isinstance(error, self._unreadable):
                raise self._break_off(repr(error)) from None
            raise DatasetError(
                "The endpoint %(endpoint)s does not answer: %(error)s.", endpoint=self.endpoint, error=repr(error)
            ) from None

    def _check(self, response: httpx.Response) -> None:
        if not response.is_success:
            text = read_beginning(response)
            if response.status_code in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY):
                raise QueryError("The endpoint refuses the query: %(text)s", text=text)
            raise EngineError(
                "The endpoint %(endpoint)s answers %(status_code)s: %(text)s",
                endpoint=self.endpoint,
                status_code=response.status_code,
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
        has_end = "content-length" in response.headers or "transfer-encoding" in response.headers
        if read_media_type(response) == TRIPLES and not has_end and response.http_version == "HTTP/1.1":
            raise self._break_off("N-Triples whose end nothing tells")

    def _read(self, response: httpx.Response, most_bytes: float = float("inf")) -> Iterator[bytes]:
        deadline, size = time.monotonic() + _TIMEOUT_S, 0
        for piece in response.iter_bytes():
            size += len(piece)
            if size > most_bytes or time.monotonic() > deadline:
                raise EngineError(
                    "The answer of %(endpoint)s goes on after %(size)s bytes, which is more than is read of one. "
                    "Ask for less: add LIMIT.",
                    endpoint=self.endpoint,
                    size=size,
                )
            yield piece

    def _break_off(self, error: str) -> EngineError:
        return EngineError("The answer of %(endpoint)s cannot be read: %(error)s.", endpoint=self.endpoint, error=error)


def read_media_type(response: httpx.Response) -> str:
    """Return the type of an answer, without parameters."""
    value: str = response.headers.get("content-type", "")
    return value.partition(";")[0].strip().lower()


def read_beginning(response: httpx.Response) -> str:
    """Return so much of a text as a message has room for; what follows is not waited for."""
    body = b""
    for piece in response.iter_raw():
        body += piece
        if len(body) >= _SHOWN:
            break
    return body[:_SHOWN].decode("utf-8", "replace")


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
