"""Forms that write: taken only from a page of this server."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request

from ukfr_graph.endpoint.exchange import read_form
from ukfr_graph.errors import ForbiddenError, RequestTooLargeError
from ukfr_graph.service.gate import is_own_origin
from ukfr_graph.site.addresses import find_base

_MOST_BYTES = 20_000


async def read_own_form(request: Request) -> dict[str, str]:
    """Read a form that a page of this server sent.

    Raises:
        ForbiddenError: it comes from another site.
        RequestTooLargeError: it is longer than a form of ours can be.
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    hosts = (request.headers.get("host"), urlsplit(find_base(request)).netloc)
    ours = any(is_own_origin(origin, host) for host in hosts) if origin else site == "same-origin"
    if not ours:
        raise ForbiddenError("This form is only taken from a page of this server.")
    body = await request.body()
    if len(body) > _MOST_BYTES:
        raise RequestTooLargeError("The form has more than %(most_bytes)s bytes.", most_bytes=_MOST_BYTES)
    return dict(read_form(body))
