"""From the local id of a thing, as addresses of pages have it, to its IRI in one of the namespaces of a dataset."""

from __future__ import annotations

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import NotFoundError
from ukfr_graph.query.questions import give_values, read_question
from ukfr_graph.service.answers import select
from ukfr_graph.service.service import Service


async def find_identifier(service: Service, path: str) -> str:
    """Find the IRI that ends with a path such as ``id/place/calais``: no two namespaces of a dataset have one name.

    Where nothing is said of any, it is the first, of which a page then says that.

    Raises:
        NotFoundError: the path makes no IRI.
        UkfrError: see ``Pool.ask``.
    """
    try:
        candidates = [ox.NamedNode(namespace + path) for namespace in iris.namespaces()]
    except ValueError:
        raise NotFoundError("%(path)s is no part of an IRI, so nothing is said of it.", path=repr(path[:500])) from None
    if len(candidates) > 1:
        question = give_values(read_question("service/questions", "known"), "thing", " ".join(map(str, candidates)))
        found = [row["thing"] for row in (await select(service, question)).dicts()]
        candidates = [candidate for candidate in candidates if candidate in found] or candidates
    return candidates[0].value
