"""What the documents of this module's neighbours share: who may read, where this server is, and what errors are."""

from __future__ import annotations

import re
from typing import Any

from fastapi import Request

from ukfr_graph.errors import QueryError, UnsupportedError
from ukfr_graph.server.problems import MEDIA_TYPE
from ukfr_graph.server.service import Service

_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}


def admit(request: Request) -> None:
    """Let a reader pass (see ``Gate.admit_reader``)."""
    service: Service = request.app.state.service
    service.gate.admit_reader(request.headers.get("authorization"))


def find_base(request: Request) -> str:
    """Give scheme and host as the client wrote them, such as ``http://localhost:8000``.

    Raises:
        QueryError: the Host header names no host.
    """
    host = request.headers.get("host", "localhost")
    if not _HOST.fullmatch(host):
        raise QueryError("The Host header names no host.")
    return f"{request.url.scheme}://{host}"


def need_folder(service: Service, what: str) -> None:
    """Make sure that the dataset lies here, with its files.

    Raises:
        UnsupportedError: it is an endpoint elsewhere.
    """
    if service.pool.source.endpoint:
        raise UnsupportedError(
            f"{what} is made from the files of a dataset, and this server asks an endpoint elsewhere. Serve the "
            "dataset itself ('ukfr-graph serve --store DIR'), or ask the endpoint by SPARQL at /sparql."
        )


def describe_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the errors of an operation in OpenAPI: RFC 9457 problems."""
    content = {MEDIA_TYPE: {"schema": _PROBLEM}}
    return {status: {"description": "Problem (RFC 9457)", "content": content} for status in statuses}
