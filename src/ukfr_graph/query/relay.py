"""The relay: it calls other hosts for the engine, which may call nobody.

It knows a secret path, resolves the host itself, calls the very address that it has checked, and follows nothing.
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
from urllib.parse import unquote, urlsplit

from ukfr_graph import __version__
from ukfr_graph.query.federation import Route, is_allowed

_EMBEDDING = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
"""Networks whose addresses end with an IPv4 address."""
_LOCAL_GATEWAYS = ipaddress.IPv6Network("64:ff9b:1::/48")
"""Addresses that a gateway of one's own network translates (RFC 8215)."""
_TIMEOUT_S = 60
_LIMIT_BYTES = 100_000_000
_USER_AGENT = f"ukfr-graph/{__version__}"  # Wikidata answers nobody without a name
_PASSED = ("accept", "content-type")


def resolve_public(host: str, port: int) -> str:
    """Find an address of a host, all of whose addresses are public.

    Raises:
        PermissionError: one is loopback, private, link-local or otherwise not public.
        OSError: it cannot be resolved.
    """
    found = [str(item[4][0]) for item in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        if not is_public(ipaddress.ip_address(address.partition("%")[0])):
            raise PermissionError(f"{host} is {address}, which is not a public address")
    return found[0]


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Return whether an address is one of the public Internet; where it carries an IPv4 address, whether that is.

    A gateway sends what is for ``64:ff9b::/96`` (RFC 6052, section 2.1), ``2002::/16`` (RFC 3056, section 2) and
    ``::/96`` (RFC 4291, section 2.5.5) on to the IPv4 address within.

    >>> [is_public(ipaddress.ip_address(text)) for text in ("64:ff9b::10.0.0.1", "64:ff9b::8.8.8.8", "2002:7f00:1::1")]
    [False, True, False]
    """
    if isinstance(address, ipaddress.IPv6Address):
        within = address.ipv4_mapped or address.sixtofour
        if any(address in network for network in _EMBEDDING):
            within = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if within is not None:
            return is_public(within)
        if address.is_site_local or address in _LOCAL_GATEWAYS:
            return False
    return address.is_global and not address.is_multicast


class Relay:
    """A small HTTP server for the engine alone; ``resolve`` finds and checks addresses."""

    def __init__(
        self,
        allowed: Sequence[str],
        resolve: Callable[[str, int], str] = resolve_public,
        listener: socket.socket | None = None,
        secret: str = "",
    ) -> None:
        self.allowed, self.resolve = allowed, resolve
        listener = listener or socket.create_server(("127.0.0.1", 0))
        self.route = Route(listener.getsockname()[1], secret or secrets.token_urlsafe(16))
        handler = type("Handler", (_Handler,), {"relay": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler, bind_and_activate=False)
        self._server.socket.close()
        self._server.socket = listener

    def start(self) -> Relay:
        """Serve in a thread of this process."""
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def serve(self) -> None:
        """Serve until the process ends."""
        self._server.serve_forever()

    def rewrite(self, text: str) -> str:
        """Let every target of a text that was checked go through the relay."""
        return self.route.rewrite(text)

    def find_target(self, path: str) -> str:
        """Return the target of a request to the relay.

        Raises:
            PermissionError: the request is not from the engine.
        """
        _, secret, target = path.split("/", 2)
        if not secrets.compare_digest(secret.encode(), self.route.secret.encode()):
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
