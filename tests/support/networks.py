"""Small networks whose measures are known, and graphs of a test's own."""

from __future__ import annotations

import pyoxigraph as ox

from ukfr_graph.analysis.network import Edge, Network, Node, join
from ukfr_graph.limits import Limits
from ukfr_graph.query import Executor
from ukfr_graph.store import Snapshot

FRAME = Network("test", {"en": "Test", "fr": "Essai"}, True, "0", (), ())


def make_network(*pairs: tuple[str, str], directed: bool = True) -> Network:
    """A network of single letters; each tie rests on a clause of its own."""
    edges = [Edge(a, b, "urn:r", {"en": "tie", "fr": "lien"}, (f"urn:clause:{a}{b}",)) for a, b in pairs]
    nodes = [
        Node(name, {"en": name, "fr": name}, "ukfr:Actor", "ukfr:Actor")
        for name in sorted({n for p in pairs for n in p})
    ]
    frame = Network("test", {"en": "Test", "fr": "Essai"}, directed, "0", (), ())
    return join(frame, edges, nodes)


BARBELL = make_network(("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e"), ("e", "f"), ("f", "d"))
"""Two triangles joined by one tie, c to d."""


def make_executor(turtle: str, limits: Limits | None = None) -> Executor:
    """An executor over triples of a test's own, in one graph."""
    store = ox.Store()
    store.load(turtle.encode(), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("https://example.org/g"))
    return Executor(Snapshot(store, "0", "", {}, -1), limits)
