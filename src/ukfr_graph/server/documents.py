"""What pages and documents share: where this server is, and whether its dataset lies here."""

from __future__ import annotations

from fastapi import Request

from ukfr_graph.errors import UnsupportedError
from ukfr_graph.server.service import Service


def find_base(request: Request) -> str:
    """Give scheme and host as the client wrote them, such as ``http://localhost:8000``."""
    return str(request.base_url).rstrip("/")


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
