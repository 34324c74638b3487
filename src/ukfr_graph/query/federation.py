"""SERVICE and LOAD: to hosts that the operator allows, and never into this machine or its network.

The engine calls any address it is told to, and follows where that redirects. So the text that it is given names
the relay (see ``relay``) instead, on the loopback address, with a secret in the path. Where processes are isolated
(see ``workers.sandbox``), the engine reaches nothing else, whatever a text says.

SPARQL 1.1 Federated Query (https://www.w3.org/TR/sparql11-federated-query/); Update, section 3.1.4 (LOAD).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol
from urllib.parse import quote

from ukfr_graph import iris
from ukfr_graph.errors import Message, QueryRefusedError
from ukfr_graph.errors import mark as _
from ukfr_graph.tokens import Token, list_tokens


class Target(NamedTuple):
    """The address that SERVICE or LOAD names, if any; ``may_fail`` after LOAD SILENT."""

    name: Token
    may_fail: bool


def find_targets(text: str) -> list[Target]:
    """Find what SERVICE and LOAD name; SILENT may stand before it."""
    tokens = list_tokens(text)
    targets = []
    for at, token in enumerate(tokens):
        if token.is_word("SERVICE", "LOAD"):
            rest = tokens[at + 1 : at + 3]
            is_silent = bool(rest) and rest[0].is_word("SILENT")
            name = rest[is_silent] if len(rest) > is_silent else token
            targets.append(Target(name, is_silent and token.is_word("LOAD")))
    return targets


def is_allowed(address: str, allowed: Sequence[str]) -> bool:
    """Return whether an address is one of those allowed, or lies under one; ``..`` in it could lead out again."""
    return not iris.has_dot_segments(address) and any(
        address == a or address.startswith((a.rstrip("/") + "/", a + "?")) for a in allowed
    )


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
                "SERVICE and LOAD are refused for %(address)s: the operator allows %(allowed)s "
                "(UKFR_SERVICE_ALLOW). Ask that service directly, or upload the data to /graph-store.",
                address=name.text[:200],
                allowed=", ".join(allowed) or Message(_("no other host")),
            )


class Rewriter(Protocol):
    """Names the relay in a text, in the place of each target."""

    def rewrite(self, text: str) -> str:
        """Let every target of a text that was checked go through the relay."""


class Route(NamedTuple):
    """The engine's way to a relay: its ``port`` on the loopback address, and the ``secret`` in the path."""

    port: int
    secret: str

    def rewrite(self, text: str) -> str:
        """Let every target of a text that was checked go through the relay."""
        for name, _may_fail in reversed(find_targets(text)):
            address = f"http://127.0.0.1:{self.port}/{self.secret}/{quote(name.text[1:-1], safe='')}"
            text = f"{text[: name.start]}<{address}>{text[name.start + len(name.text) :]}"
        return text


NOWHERE = Route(9, "nowhere")
"""The route where nothing is allowed: the discard port, which the engine refuses to call; LOAD SILENT goes on."""
