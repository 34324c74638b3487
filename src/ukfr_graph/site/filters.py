"""The parameters of a page that choose among things by their IRIs."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import Request

from ukfr_graph.query.parameters import Parameter, to_term
from ukfr_graph.service.answers import require_known


async def require_known_filters(request: Request, names: Iterable[str]) -> None:
    """Make sure that what an address chooses by is there, so that a misspelt name is no page with nothing on it.

    Raises:
        ParameterError: a value is no IRI.
        NotFoundError: nothing is said of one; the message offers the nearest.
    """
    given = [(name, value) for name in names for value in request.query_params.getlist(name) if value]
    terms = {f"{name} {value}": to_term(Parameter(name, name, "iri", required=False), value) for name, value in given}
    await require_known(request.app.state.service, terms)
