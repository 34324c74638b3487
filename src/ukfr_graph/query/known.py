"""Finding an IRI that someone typed, and what was meant where the dataset does not have it.

A misspelt name would give an answer of no rows, which says something else: that there are none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import Message, NotFoundError
from ukfr_graph.query.executor import Executor
from ukfr_graph.query.questions import read_question
from ukfr_graph.store import Term
from ukfr_graph.texts import suggest

# In the text and not as a parameter: an endpoint elsewhere would join a parameter with all that it has.
_OCCURS = "ASK {{ {{ {0} ?p ?o }} UNION {{ ?s ?p {0} }} UNION {{ ?s {0} ?o }} }}"
_MOST = 20_000  # names that are looked through


def require_known(executor: Executor, values: Mapping[str, Term]) -> None:
    """Make sure that each value that is an IRI occurs in the dataset; one ASK for each.

    Raises:
        NotFoundError: one does not; the message offers the nearest IRIs of its kind.
    """
    for value in values.values():
        if isinstance(value, ox.NamedNode) and not executor.run(_OCCURS.format(value)).results:
            raise NotFoundError(
                "Nothing is said here of %(iri)s.%(near)s The search finds IRIs by names.",
                iri=iris.shorten(value.value),
                near=_suggest(executor, value.value),
            )


def _suggest(executor: Executor, iri: str) -> Message | str:
    """Offer IRIs of the same kind that are nearly the same: under the same path, or else in the same namespace."""
    namespace = iris.expand(iris.shorten(iri).partition(":")[0] + ":")
    for start in dict.fromkeys((re.sub(r"[^/#]*\Z", "", iri), namespace)):
        if len(start) > len("https://"):
            rows = executor.run(
                f"{read_question('query', 'beside')}LIMIT {_MOST}", {"start": ox.Literal(start)}
            ).bindings()
            names = [iris.shorten(row["iri"].value) for row in rows]
            if near := suggest(iris.shorten(iri), names, iris.shorten(start)):
                return near
    return ""
