"""The notes of what was pushed to an engine: the hash of each graph, in a graph that is no part of the dataset.

An engine that offers the union of all its graphs has the notes in it, too. To name every graph of the dataset instead
costs some engines ten times as long: so it is told of a query whether it could see the notes at all.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.patterns import Element, Group, Pattern, read_query
from ukfr_graph.triples import serialize

PUBLISHED_GRAPH = iris.GRAPH + "published"
"""The graph that notes which graphs were pushed."""

_CHECKSUM = iris.UKFR + "contentHash"
_DEFAULT = PUBLISHED_GRAPH + "#default"  # the name by which the default graph is noted


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


def may_see_notes(text: str) -> bool:
    """Return whether a query could find a triple of the notes in the union of all graphs, or that cannot be told.

    A note's subject is a graph, its predicate one that nothing else has, and its object a text. A path of no length
    finds every node there is, unless one of its ends is found by another pattern of its group as well.

    >>> [may_see_notes(q) for q in ("ASK { ?s a ?kind }", "ASK { <urn:a> ?p ?o }", "ASK { ?s ?p ?o }")]
    [False, False, True]
    """
    query = read_query(text)
    if query is None or "contentHash" in text or "\\" in text or iris.GRAPH in text:
        return True
    if query.form == "DESCRIBE" and (query.groups or "?" in text or "$" in text):
        return True
    return any(map(_shows_nodes, query.groups)) or any(map(_asks_graphs, query.walk()))


def _shows_nodes(group: Group) -> bool:
    """Return whether a pattern of a group, or of one within, could match a note."""
    patterns = [pattern for element in group.elements for pattern in element.patterns]
    sure = [pattern for pattern in patterns if not (_is_open(pattern) or _is_zero_length(pattern))]
    found = {term for pattern in sure for term in (pattern.subject, pattern.object)}
    return any(
        _is_open(pattern) or (_is_zero_length(pattern) and not found & {pattern.subject, pattern.object})
        for pattern in patterns
    ) or any(_shows_nodes(inner) for element in group.elements for inner in element.groups)


def _is_open(pattern: Pattern) -> bool:
    """Return whether the predicate, and both ends, could be those of a note."""
    is_any = "!" in pattern.path or _matches_anything(pattern.path[0])
    return is_any and _matches_anything(pattern.subject) and _may_be_text(pattern.object)


def _is_zero_length(pattern: Pattern) -> bool:
    return ("*" in pattern.path or "?" in pattern.path) and all(map(_may_be_text, (pattern.subject, pattern.object)))


def _asks_graphs(element: Element) -> bool:
    """Return whether the names of graphs are asked of which nothing else is."""
    return element.kind == "graph" and not any(inner.kind == "triples" for inner in element.groups[0].elements)


def _matches_anything(term: str) -> bool:
    """Return whether a term is a variable, or a blank node, which is one that has no name."""
    return term[0] in "?$[_"


def _may_be_text(term: str) -> bool:
    return _matches_anything(term) or term[0] in "\"'"
