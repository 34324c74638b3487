"""Saying who asks: HTTP Basic (RFC 7617), Digest (RFC 7616) or a bearer token (RFC 6750), as the engine wants it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Generator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

_Flow = Generator["httpx.Request", "httpx.Response", None]


def authenticate(authorization: str) -> httpx.Auth | None:
    """Return what a client authenticates its requests with; none where there are no credentials.

    A user's name and password, given as the header of HTTP Basic, are sent so only after the engine was asked
    without them, and did not want Digest: with that the password itself never travels. The body of a request must
    be one that can be sent twice.
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
                wanted = response.headers.get_list("WWW-Authenticate")
                is_digest = any(challenge.lower().startswith("digest") for challenge in wanted)
                self._chosen[path] = self._digest if is_digest else self._basic
            yield from self._chosen[path].auth_flow(request)

    if not authorization.startswith("Basic "):
        return Bearer() if authorization else None
    user, _, password = b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
    return Password(user, password)
