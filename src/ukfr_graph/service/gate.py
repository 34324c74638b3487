"""The rights to ask, to write and to decide.

Bearer tokens (RFC 6750, section 2.1), compared in constant time, hashed at rest.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import ipaddress
import json
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ukfr_graph.errors import AuthorizationError, ForbiddenError, SettingsError
from ukfr_graph.files import read_file
from ukfr_graph.settings import Settings

Scope = Literal["read", "write", "review"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
_MOST_BYTES = 10_000_000  # of a file of tokens


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    scopes: tuple[Scope, ...] = ("read", "write")
    graphs: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Grant:
    """The rights of one token: scopes, and the beginnings of the graphs that it may write to (none: any)."""

    digest: bytes
    scopes: frozenset[Scope]
    prefixes: tuple[str, ...]
    name: str


@dataclass(frozen=True)
class Gate:
    """Lets requests pass, or says why not.

    ``is_open`` lets anyone write who is not a web page, as a server for one person on a loopback address does: it
    answers to loopback names alone, so that no page that this person's browser shows can read it by another name.
    """

    grants: Sequence[Grant] = ()
    read_token_needed: bool = False
    is_open: bool = False

    def admit_address(self, host: str | None, origin: str | None) -> None:
        """Let a request pass by the name that it calls this server, and by the page that sends it.

        Raises:
            ForbiddenError: the server is an open one, and it is called by a name that anyone can point to it (DNS
                rebinding), or by a page of another origin (https://fetch.spec.whatwg.org/#origin-header).
        """
        if not self.is_open:
            return
        if host is not None and not is_loopback(host):
            raise ForbiddenError("This server needs no token, and answers to localhost, 127.0.0.1 and [::1] alone.")
        if origin is not None and not is_own_origin(origin, host):
            raise ForbiddenError("This server needs no token, and answers no page of another origin.")

    def admit_reader(self, authorization: str | None) -> None:
        """Let a reader pass.

        Raises:
            AuthorizationError, ForbiddenError: reading needs a token, and this is none, or not one for reading.
        """
        if self.read_token_needed:
            self._admit(authorization, "read")

    def is_reader(self, authorization: str | None) -> bool:
        """Return whether ``admit_reader`` lets somebody pass."""
        try:
            self.admit_reader(authorization)
        except (AuthorizationError, ForbiddenError):
            return False
        return True

    def admit_writer(self, authorization: str | None, origin: str | None) -> tuple[str, ...]:
        """Let a writer pass; the beginnings of the graphs that it may write to.

        Raises:
            AuthorizationError: a token is needed, and there is none, or it is unknown.
            ForbiddenError: nobody may write here, or this token may not.
        """
        if self.is_open:
            if origin is not None:  # a page of another site must not write through its visitor's browser
                raise ForbiddenError("A web page may write with a token only.")
            return ()
        if not self.grants:
            raise ForbiddenError(
                "Writing is switched off here. The operator switches it on with UKFR_WRITE_TOKEN or "
                "UKFR_WRITE_TOKENS_FILE."
            )
        return self._admit(authorization, "write").prefixes

    def admit_reviewer(self, authorization: str | None) -> None:
        """Let somebody pass who may decide in the review of links, of all graphs.

        Raises:
            AuthorizationError: there is no token, or it is unknown.
            ForbiddenError: the token is for something else.
        """
        self._admit(authorization, "review")

    def _admit(self, authorization: str | None, scope: Scope) -> Grant:
        token = _read_token(authorization or "")
        if not token:
            raise AuthorizationError(
                "To %(scope)s, send 'Authorization: Bearer <token>', or the token as the password of HTTP Basic.",
                scope=scope,
            )
        digest = hash_token(token)
        found = [grant for grant in self.grants if hmac.compare_digest(grant.digest, digest)]
        if not found:
            raise AuthorizationError("The token is not known here.")
        if scope not in found[0].scopes:
            raise ForbiddenError("This token is not for %(scope)s access.", scope=scope)
        return found[0]


def _read_token(authorization: str) -> str:
    """Return the token of an ``Authorization`` header: of Bearer, or the password of Basic (RFC 7617); else nothing."""
    kind, _, given = authorization.partition(" ")
    match kind.lower():
        case "bearer":
            return given.strip()
        case "basic":
            with contextlib.suppress(ValueError):  # not Base64, or not UTF-8: no token of ours
                return b64decode(given.strip(), validate=True).decode().partition(":")[2]
    return ""


def hash_token(token: str) -> bytes:
    """Hash a token as it is kept at rest; tokens are long and random, so that one round is enough."""
    return hashlib.sha256(token.encode()).digest()


def is_own_origin(origin: str, host: str | None) -> bool:
    """Return whether an ``Origin`` header (RFC 6454, section 7) names the server that the ``Host`` header names.

    >>> is_own_origin("http://localhost:8000", "localhost:8000"), is_own_origin("http://[", "localhost:8000")
    (True, False)
    """
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and parts.netloc == host


def is_loopback(host: str) -> bool:
    """Return whether a host, perhaps with a port, is a name or an address of this machine that no other one has.

    >>> [is_loopback(h) for h in ("localhost:8000", "127.0.0.1", "[::1]:80", "127.0.0.1.example.org")]
    [True, True, True, False]
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def read_gate(settings: Settings, *, is_open: bool = False) -> Gate:
    """Read who may pass from the settings.

    Raises:
        SettingsError: the file of tokens cannot be read or says something that is not understood.
    """
    grants = []
    if settings.write_token is not None:
        digest = hash_token(settings.write_token.get_secret_value())
        grants.append(Grant(digest, frozenset(SCOPES), (), "UKFR_WRITE_TOKEN"))
    if settings.write_tokens_file is not None:
        grants += _read_file(settings.write_tokens_file)
    return Gate(tuple(grants), settings.read_token_needed, is_open)


def _read_file(path: Path) -> list[Grant]:
    try:
        entries = [_Entry.model_validate(entry) for entry in json.loads(read_file(path, _MOST_BYTES))]
    except (ValueError, TypeError, RecursionError, ValidationError) as error:
        raise SettingsError(
            "The tokens in %(path)s cannot be read (%(error)s). It is a JSON list of objects with 'sha256', "
            "and optionally 'scopes', 'graphs' and 'name'; 'ukfr-graph token' makes one.",
            path=path,
            error=error,
        ) from None
    return [Grant(bytes.fromhex(e.sha256), frozenset(e.scopes), e.graphs, e.name) for e in entries]
