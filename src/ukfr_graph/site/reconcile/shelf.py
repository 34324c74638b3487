"""The catalogue for reconciling that goes with the version of the dataset which is served now."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from fastapi import Request

from ukfr_graph.link.reconciliation.catalogue import Catalogue
from ukfr_graph.link.reconciliation.harvest import build_catalogue
from ukfr_graph.link.reconciliation.manifests import Json
from ukfr_graph.messages import choose_language
from ukfr_graph.query.questions import read_question
from ukfr_graph.service.answers import construct
from ukfr_graph.service.service import Service
from ukfr_graph.site.languages import list_languages


class Shelf:
    """The catalogue of the version that is served now; one matching at a time, off the event loop."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._matching = asyncio.Lock()
        self._kept: tuple[str, float, Catalogue] | None = None

    async def take(self, service: Service) -> Catalogue:
        """Return the catalogue, made anew where the data have changed (elsewhere: may have).

        Raises:
            UkfrError: the data cannot be read.
        """
        async with self._lock:
            version, now = service.pool.version, time.monotonic()
            if self._kept is not None:
                known, made, catalogue = self._kept
                is_old = bool(service.settings.endpoint) and now - made > service.settings.remote_cache_s
                if known == version and not is_old:
                    return catalogue
            triples = await construct(service, read_question("link/reconciliation", "catalogue"))
            catalogue = await asyncio.to_thread(build_catalogue, triples)
            self._kept = (version, now, catalogue)
            return catalogue

    async def match(self, answer: Callable[..., Json], *arguments: Any) -> Json:
        """Answer in a thread."""
        async with self._matching:
            return await asyncio.to_thread(answer, *arguments)


def find_service(request: Request) -> Service:
    """Return the service, to who may read.

    Raises:
        AuthorizationError, ForbiddenError: see ``Gate.admit_reader``.
    """
    service: Service = request.app.state.service
    service.gate.admit_reader(request.headers.get("authorization"))
    return service


def find_shelf(request: Request) -> Shelf:
    """Return the one shelf of the application."""
    if not hasattr(request.app.state, "shelf"):
        request.app.state.shelf = Shelf()
    shelf: Shelf = request.app.state.shelf
    return shelf


def find_language(request: Request) -> str:
    """Return the language of an answer: ``?lang=``, else what is accepted; no cookie, since programs ask."""
    languages = list_languages(request.app.state.service.profile)
    return choose_language(request.query_params.get("lang"), request.headers.get("accept-language"), languages)


async def find_catalogue(request: Request) -> Catalogue:
    """Return the catalogue, to who may read.

    Raises:
        UkfrError: reading is not allowed, or the data cannot be read.
    """
    return await find_shelf(request).take(find_service(request))
