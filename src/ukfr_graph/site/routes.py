"""The routes as plain values: by which path, with which methods, and with which parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypedDict

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Route

from ukfr_graph.analysis.network_parameters import PARAMETERS
from ukfr_graph.site.deeds.page import SWITCHES as DEED_SWITCHES
from ukfr_graph.site.money.page import SWITCHES as MONEY_SWITCHES
from ukfr_graph.site.outcomes.page import SWITCHES as OUTCOME_SWITCHES
from ukfr_graph.site.rendering import PAGE_PARAMETERS
from ukfr_graph.site.series.page import FILTERS as SERIES_SWITCHES
from ukfr_graph.site.statement.facets import FACETS
from ukfr_graph.site.timeline.page import SWITCHES as TIMELINE_SWITCHES

_EVERY_ROUTE = (*PAGE_PARAMETERS, "_mediatype", "format", "_profile")
_READ_BY_HAND: dict[str, tuple[str, ...]] = {
    "/statements/{name}": FACETS,
    "/statements/{name}/deeds": DEED_SWITCHES,
    "/timeline": TIMELINE_SWITCHES,
    "/compare": ("a", "b"),
    "/outcomes": OUTCOME_SWITCHES,
    "/money": MONEY_SWITCHES,
    "/series": SERIES_SWITCHES,
    "/graph": ("saved", *PARAMETERS),
    "/embed/network": ("saved", *PARAMETERS),
    "/embed/chart/{page:path}": (*DEED_SWITCHES, *OUTCOME_SWITCHES, *MONEY_SWITCHES, *SERIES_SWITCHES),
    "/editor": ("query",),
}
"""Parameters that the handler of a route reads from the request itself; the others declare theirs."""
_ANY = frozenset(("/queries/{name}", "/queries/{name}/citation", "/export/network", "/id/{path:path}"))
"""Routes that take whatever there is, or say that it is unknown."""
_PERSONAL = ("/link/review", "/code")
_CHANGING = frozenset(("/export", "/export/SHA256SUMS", "/catalog"))  # with each file that is made


class RouteFacts(TypedDict):
    """One route; ``parameters`` is none where any has a meaning, ``is_kept`` says that its answer is everybody's."""

    pattern: str
    methods: list[str]
    parameters: list[str] | None
    is_kept: bool


def list_routes(routes: Sequence[BaseRoute]) -> list[RouteFacts]:
    """List the routes in the order in which they are tried."""
    return [
        {
            "pattern": route.path_regex.pattern,
            "methods": sorted(route.methods or ("GET",)),
            "parameters": None if route.path in _ANY else sorted(_find_parameters(route)),
            "is_kept": not route.path.startswith(_PERSONAL) and route.path not in _CHANGING,
        }
        for route in routes
        if isinstance(route, Route)
    ]


def _find_parameters(route: Route) -> set[str]:
    known = {*_EVERY_ROUTE, *_READ_BY_HAND.get(route.path, ())}
    if isinstance(route, APIRoute):
        known.update(_list_declared(route.dependant))
        known.update(given["name"] for given in (route.openapi_extra or {}).get("parameters", ()))
    return known


def _list_declared(dependant: Dependant) -> Iterator[str]:
    """List the parameters in the signatures of a handler and of what it depends on."""
    yield from (field.alias for field in dependant.query_params)
    for needed in dependant.dependencies:
        yield from _list_declared(needed)
