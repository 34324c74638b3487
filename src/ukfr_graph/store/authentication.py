"""Saying who asks: HTTP Basic (RFC 7617), Digest (RFC 7616) or a bearer token (RFC 6750), as the engine wants it."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Generator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

_REFUSALS = (401, 403)  # the second of servers that do not say what they want
_DIGEST = re.compile(r"(?:^|,)\s*(digest\s+\w+\s*=.*)", re.IGNORECASE | re.DOTALL)
_Flow = Generator["httpx.Request", "httpx.Response", None]


def authenticate(authorization: str) -> httpx.Auth | None:
    """Return what a client authenticates its requests with; none where there are no credentials.

    A user's name and password, given as the header of HTTP Basic, are sent so only after the engine was asked
    without them, refused that, and did not want Digest: with that the password itself never travels. The body of a
    request must be one that can be sent twice. ``httpx.ProtocolError`` says that nothing answers what the engine wants.
    """
    import httpx  # slow to import, and needed only here

    class Bearer(httpx.Auth):
        def auth_flow(self, request: httpx.Request) -> _Flow:
            request.headers["Authorization"] = authorization
            yield request

    class Password(httpx.Auth):
        def __init__(self, user: str, password: str) -> None:
            self._chosen: dict[str, httpx.Auth] = {}  # by path: only some may be guarded
            self._basic, self._digest = httpx.BasicAuth(user, password), httpx.DigestAuth(user, password)

        def auth_flow(self, request: httpx.Request) -> _Flow:
            path = request.url.path
            if path not in self._chosen:
                response = yield request
                if response.status_code not in _REFUSALS:
                    return
                self._chosen[path] = self._digest if _find_digest(response) else self._basic
            flow = self._chosen[path].auth_flow(request)
            try:
                request = next(flow)
                while True:
                    response = yield request
                    if digest := _find_digest(response):
                        response.headers["WWW-Authenticate"] = digest  # alone: httpx finds it behind no other
                    request = flow.send(response)
            except StopIteration:
                return
            except (LookupError, ValueError, NotImplementedError) as error:
                raise httpx.RemoteProtocolError(f"no answer to its challenge is known ({error!r})") from None

    if not authorization.startswith("Basic "):
        return Bearer() if authorization else None
    user, _, password = b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
    return Password(user, password)


def _find_digest(response: httpx.Response) -> str:
    """Return the challenge for Digest, which may stand behind others (RFC 9110, section 11.6.1); or an empty text."""
    found = _DIGEST.search(", ".join(response.headers.get_list("WWW-Authenticate")))
    return found[1] if found else ""
