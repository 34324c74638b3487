"""The notes of what was pushed to an engine: the hash of each graph, in a graph that is no part of the dataset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.store.union import OutsideTerms
from ukfr_graph.triples import serialize

PUBLISHED_GRAPH = iris.GRAPH + "published"
"""The graph that notes which graphs were pushed."""

_CHECKSUM = iris.UKFR + "contentHash"
_DEFAULT = PUBLISHED_GRAPH + "#default"  # the name by which the default graph is noted


def find_terms(graphs: Iterable[str]) -> OutsideTerms:
    """Return the terms of the notes on graphs: a subject is a graph, the predicate one that nothing else has."""
    return OutsideTerms(frozenset([*graphs, PUBLISHED_GRAPH, _DEFAULT]), frozenset([_CHECKSUM]), texts=True)


def write_notes(noted: Mapping[str, str]) -> bytes:
    """Write hashes by graph as N-Triples; one triple is always there: a store may forget a graph that is empty."""
    terms = {PUBLISHED_GRAPH: "", **{name or _DEFAULT: digest for name, digest in noted.items()}}
    checksum = ox.NamedNode(_CHECKSUM)
    return serialize(
        [ox.Triple(ox.NamedNode(name), checksum, ox.Literal(digest)) for name, digest in terms.items()],
        ox.RdfFormat.N_TRIPLES,
    )


def read_notes(content: bytes) -> dict[str, str]:
    """Read what ``write_notes`` wrote.

    Raises:
        ValueError: it is not N-Triples.
    """
    noted = {}
    try:
        for quad in ox.parse(content, format=ox.RdfFormat.N_TRIPLES):
            if isinstance(quad.subject, ox.NamedNode) and quad.predicate.value == _CHECKSUM:
                name = quad.subject.value
                noted["" if name == _DEFAULT else name] = str(getattr(quad.object, "value", ""))
    except SyntaxError as error:
        raise ValueError(str(error)) from None
    noted.pop(PUBLISHED_GRAPH, None)
    return noted
