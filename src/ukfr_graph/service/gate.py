"""Who may write, and where: bearer tokens (RFC 6750, section 2.1), compared in constant time, hashed at rest."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ukfr_graph.errors import AuthorizationError, ForbiddenError, SettingsError
from ukfr_graph.settings import Settings

Scope = Literal["read", "write"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    scopes: tuple[Scope, ...] = ("read", "write")
    graphs: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Grant:
    """What one token allows: scopes, and the beginnings of the graphs that it may write to (none: any)."""

    digest: bytes
    scopes: frozenset[Scope]
    prefixes: tuple[str, ...]
    name: str


@dataclass(frozen=True)
class Gate:
    """Lets requests pass, or says why not; ``is_open`` lets anyone write who is not a web page."""

    grants: Sequence[Grant] = ()
    read_token_needed: bool = False
    is_open: bool = False

    def admit_reader(self, authorization: str | None) -> None:
        """Let a reader pass.

        Raises:
            AuthorizationError, ForbiddenError: reading needs a token, and this is none, or not one for reading.
        """
        if self.read_token_needed:
            self._admit(authorization, "read")

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

    def _admit(self, authorization: str | None, scope: Scope) -> Grant:
        token = _read_token(authorization or "")
        if not token:
            raise AuthorizationError(
                f"To {scope}, send 'Authorization: Bearer <token>', or the token as the password of HTTP Basic."
            )
        digest = hash_token(token)
        found = [grant for grant in self.grants if hmac.compare_digest(grant.digest, digest)]
        if not found:
            raise AuthorizationError("The token is not known here.")
        if scope not in found[0].scopes:
            raise ForbiddenError(f"This token is not for {scope} access.")
        return found[0]


def _read_token(authorization: str) -> str:
    """Return the token of an ``Authorization`` header: of Bearer, or the password of Basic (RFC 7617); else nothing."""
    kind, _, given = authorization.partition(" ")
    match kind.lower():
        case "bearer":
            return given.strip()
        case "basic":
            with contextlib.suppress(ValueError):
                return b64decode(given.strip(), validate=True).decode().partition(":")[2]
    return ""


def hash_token(token: str) -> bytes:
    """Hash a token as it is kept at rest; tokens are long and random, so that one round is enough."""
    return hashlib.sha256(token.encode()).digest()


def read_gate(settings: Settings, *, is_open: bool = False) -> Gate:
    """Read who may pass from the settings.

    Raises:
        SettingsError: the file of tokens cannot be read or says something that is not understood.
    """
    grants = []
    if settings.write_token is not None:
        digest = hash_token(settings.write_token.get_secret_value())
        grants.append(Grant(digest, frozenset(("read", "write")), (), "UKFR_WRITE_TOKEN"))
    if settings.write_tokens_file is not None:
        grants += _read_file(settings.write_tokens_file)
    return Gate(tuple(grants), settings.read_token_needed, is_open)


def _read_file(path: Path) -> list[Grant]:
    try:
        entries = [_Entry.model_validate(entry) for entry in json.loads(path.read_text("utf-8"))]
    except (OSError, ValueError, TypeError, ValidationError) as error:
        raise SettingsError(
            f"The tokens in {path} cannot be read ({error}). It is a JSON list of objects with 'sha256', and "
            "optionally 'scopes', 'graphs' and 'name'; 'ukfr-graph token' makes one."
        ) from None
    return [Grant(bytes.fromhex(e.sha256), frozenset(e.scopes), e.graphs, e.name) for e in entries]
