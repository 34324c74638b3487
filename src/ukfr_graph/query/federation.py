"""SERVICE and LOAD: to hosts that the operator allows, and never into this machine or its network.

The engine calls any address it is told to, and follows where that redirects. So the text that it is given names
a relay on the loopback address instead, which lives in the evaluating process, knows a secret path, resolves
the host itself, calls the very address that it has checked, and follows nothing.

SPARQL 1.1 Federated Query (https://www.w3.org/TR/sparql11-federated-query/); Update, section 3.1.4 (LOAD).
"""

from __future__ import annotations

import http.client
import ipaddress
import secrets
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from ukfr_graph import __version__
from ukfr_graph.errors import QueryRefusedError
from ukfr_graph.tokens import Token, read_tokens

_TIMEOUT_S = 60
_LIMIT_BYTES = 100_000_000
_USER_AGENT = f"ukfr-graph/{__version__}"  # Wikidata answers nobody without a name
_PASSED = ("accept", "content-type")


class Target(NamedTuple):
    """What SERVICE or LOAD names, where they name something; ``may_fail`` after LOAD SILENT."""

    name: Token
    may_fail: bool


def find_targets(text: str) -> list[Target]:
    """Find what SERVICE and LOAD name; SILENT may stand before it."""
    tokens = [token for token in read_tokens(text) if token.kind != "space"]
    targets = []
    for at, token in enumerate(tokens):
        if token.is_word("SERVICE", "LOAD"):
            rest = tokens[at + 1 : at + 3]
            is_silent = bool(rest) and rest[0].is_word("SILENT")
            name = rest[is_silent] if len(rest) > is_silent else token
            targets.append(Target(name, is_silent and token.is_word("LOAD")))
    return targets


def is_allowed(address: str, allowed: Sequence[str]) -> bool:
    """Whether an address is one of those allowed, or lies under one."""
    return any(address == a or address.startswith((a.rstrip("/") + "/", a + "?")) for a in allowed)


def check_targets(text: str, allowed: Sequence[str]) -> None:
    """Refuse a text that calls a host which is not allowed.

    ``allowed`` are addresses: each stands for itself and what lies under it. LOAD SILENT succeeds whatever
    happens (SPARQL 1.1 Update, section 3.1.4): its target is refused by the relay.

    Raises:
        QueryRefusedError: a target is another, or is not written out as an absolute IRI.
    """
    for name, may_fail in find_targets(text):
        address = name.text[1:-1] if name.kind == "iri" else ""
        if not is_allowed(address, allowed) and not (may_fail and name.kind == "iri"):
            raise QueryRefusedError(
                f"SERVICE and LOAD are refused for {name.text[:200]}: the operator allows "
                f"{', '.join(allowed) or 'no other host'} (UKFR_SERVICE_ALLOW). Ask that service directly, or upload "
                "the data to /graph-store."
            )


def resolve_public(host: str, port: int) -> str:
    """Find an address of a host, all of whose addresses are public.

    Raises:
        PermissionError: one is loopback, private, link-local or otherwise not public.
        OSError: it cannot be resolved.
    """
    found = [str(item[4][0]) for item in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        checked = ipaddress.ip_address(address.partition("%")[0])
        if not checked.is_global or checked.is_multicast:
            raise PermissionError(f"{host} is {address}, which is not a public address")
    return found[0]


class Relay:
    """A small HTTP server for the engine of this process alone; ``resolve`` finds and checks addresses."""

    def __init__(self, allowed: Sequence[str], resolve: Callable[[str, int], str] = resolve_public) -> None:
        self.allowed, self.resolve = allowed, resolve
        self._secret = secrets.token_urlsafe(16)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"relay": self}))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def rewrite(self, text: str) -> str:
        """Let every target of a text that was checked go through the relay."""
        for name, _ in reversed(find_targets(text)):
            address = f"http://127.0.0.1:{self._server.server_port}/{self._secret}/{quote(name.text[1:-1], safe='')}"
            text = f"{text[: name.start]}<{address}>{text[name.start + len(name.text) :]}"
        return text

    def find_target(self, path: str) -> str:
        """Give the target of a request to the relay.

        Raises:
            PermissionError: the request is not from the engine.
        """
        _, secret, target = path.split("/", 2)
        if not secrets.compare_digest(secret, self._secret):
            raise PermissionError("this relay is for the engine alone")
        return unquote(target)

    def call(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        """Call a target at the address that was checked: status, media type, content. No redirect is followed.

        Raises:
            PermissionError: the target is not allowed, or its address is not public.
            OSError, http.client.HTTPException: the call fails.
        """
        if not is_allowed(target, self.allowed):
            raise PermissionError(f"{target} is not allowed")
        parts = urlsplit(target)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = self.resolve(parts.hostname or "", port)
        link = _Pinned(parts.hostname or "", port, address, is_tls=parts.scheme == "https")
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            link.request(method, path, body or None, {"User-Agent": _USER_AGENT, **headers})
            answer = link.getresponse()
            content = answer.read(_LIMIT_BYTES + 1)
            if len(content) > _LIMIT_BYTES:
                return 502, "text/plain", b"The answer of the service is too large."
            if answer.status in range(300, 400):
                return 502, "text/plain", b"The service redirects, which is not followed."
            return answer.status, answer.headers.get("content-type", ""), content
        finally:
            link.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to a host at an address that was checked before; TLS still proves the host's name."""

    def __init__(self, host: str, port: int, address: str, *, is_tls: bool) -> None:
        super().__init__(host, port, timeout=_TIMEOUT_S)
        self._address, self._is_tls = address, is_tls

    def connect(self) -> None:
        link = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = ssl.create_default_context().wrap_socket(link, server_hostname=self.host) if self._is_tls else link


class _Handler(BaseHTTPRequestHandler):
    relay: Relay

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing: the log is the server's."""

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name: self.headers[name] for name in _PASSED if name in self.headers}
        try:
            target = self.relay.find_target(self.path)
            status, media_type, content = self.relay.call(self.command, target, headers, body)
        except PermissionError as error:
            status, media_type, content = 403, "text/plain", str(error).encode()
        except (OSError, http.client.HTTPException, ValueError) as error:
            status, media_type, content = 502, "text/plain", repr(error).encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
