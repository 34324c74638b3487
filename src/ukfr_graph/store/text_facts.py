"""Facts that the documents of a text index are made of: in a store, or read once from the N-Quads that it is made of.

A store on disk finds one fact among many in a few microseconds, and reads each of its terms from another block: for
every text of a large dataset, that takes longer than all the rest. Read in order, the same facts are dictionaries.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import TypeAlias

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.triples import fold_text

Graph: TypeAlias = ox.NamedNode | ox.DefaultGraph
Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
NAMES = tuple(
    ox.NamedNode(iri)
    for iri in (iris.RDFS + "label", iris.SKOS + "prefLabel", iris.SKOS + "altLabel", iris.SKOS + "hiddenLabel")
)
"""The properties that name a thing, the best first."""

BROADER = ox.NamedNode(iris.SKOS + "broader")
_DEPTH = 3


class Facts(ABC):
    """Facts by their property; those about things that many resources share are looked up once."""

    def __init__(self) -> None:
        # Not functools.cache: it would hold these facts, and their store open, until the next collection.
        self._names: dict[tuple[Node, str], tuple[str, ...]] = {}
        self._broader: dict[Node, tuple[Node, ...]] = {}

    @abstractmethod
    def graphs(self) -> set[Graph]:
        """Return the default graph and the named ones."""

    def sorted_graphs(self) -> list[Graph]:
        """Return the graphs by their names, the default graph first."""
        return sorted(self.graphs(), key=name_graph)

    @abstractmethod
    def pairs(self, predicate: ox.NamedNode, graph: Graph) -> Iterable[tuple[Node, Node]]:
        """Return subjects and objects in one graph."""

    @abstractmethod
    def objects(self, subject: Node, predicate: ox.NamedNode) -> Iterable[Node]:
        """Return the objects in all graphs."""

    @abstractmethod
    def subjects(self, predicate: ox.NamedNode, target: Node) -> Iterable[Node]:
        """Return the subjects in all graphs."""

    def has(self, subject: Node, predicate: ox.NamedNode) -> bool:
        """Return whether a resource has a property."""
        return next(iter(self.objects(subject, predicate)), None) is not None

    def is_object(self, predicate: ox.NamedNode, target: Node) -> bool:
        """Return whether some resource has a property with this object."""
        return next(iter(self.subjects(predicate, target)), None) is not None

    def find_names(self, thing: Node, language: str) -> tuple[str, ...]:
        """Return the names of a thing in a language, the best first, each once."""
        if (names := self._names.get((thing, language))) is None:
            found = (
                sorted(fold_text(text) for o in self.objects(thing, predicate) if (text := _find_text(o, language)))
                for predicate in NAMES
            )
            names = self._names[thing, language] = tuple(dict.fromkeys(name for each in found for name in each))
        return names

    def find_broader(self, concept: Node) -> tuple[Node, ...]:
        """Return what is broader than a concept, to a depth of three."""
        if (broader := self._broader.get(concept)) is None:
            broader = self._broader[concept] = tuple(dict.fromkeys(self._climb(concept, _DEPTH)))
        return broader

    def _climb(self, concept: Node, depth: int) -> Iterator[Node]:
        if depth and isinstance(concept, ox.NamedNode):
            for broader in self.objects(concept, BROADER):
                yield broader
                yield from self._climb(broader, depth - 1)


class StoreFacts(Facts):
    """Facts that are looked up in a store, as the few are that a write touches."""

    def __init__(self, store: ox.Store) -> None:
        super().__init__()
        self._store = store

    def graphs(self) -> set[Graph]:
        """Return the default graph and the named ones."""
        return {ox.DefaultGraph(), *(g for g in self._store.named_graphs() if isinstance(g, ox.NamedNode))}

    def pairs(self, predicate: ox.NamedNode, graph: Graph) -> Iterator[tuple[Node, Node]]:
        """Return subjects and objects in one graph."""
        return ((q.subject, q.object) for q in self._store.quads_for_pattern(None, predicate, None, graph))

    def objects(self, subject: Node, predicate: ox.NamedNode) -> Iterator[Node]:
        """Return the objects in all graphs."""
        assert not isinstance(subject, ox.Literal)
        return (quad.object for quad in self._store.quads_for_pattern(subject, predicate, None))

    def subjects(self, predicate: ox.NamedNode, target: Node) -> Iterator[Node]:
        """Return the subjects in all graphs."""
        return (quad.subject for quad in self._store.quads_for_pattern(None, predicate, target))


class ReadFacts(Facts):
    """Facts that are kept in memory, of the properties that matter alone; all are read before one is asked for."""

    def __init__(self, predicates: Collection[ox.NamedNode]) -> None:
        super().__init__()
        self._pairs: dict[ox.NamedNode, dict[Graph, list[tuple[Node, Node]]]] = {
            predicate: defaultdict(list) for predicate in predicates
        }
        self._objects: dict[ox.NamedNode, dict[Node, list[Node]]] = {}
        self._subjects: dict[ox.NamedNode, dict[Node, list[Node]]] = {}
        self._graphs: set[Graph] = {ox.DefaultGraph()}
        self._same: dict[Node, Node] = {}  # one object for equal terms that occur many times

    def read(self, quads: Iterable[ox.Quad]) -> set[Graph]:
        """Read facts; return the graphs that they are in."""
        same, graphs = self._same, set[Graph]()
        for quad in quads:
            graph = quad.graph_name
            if isinstance(graph, ox.BlankNode):
                continue
            graphs.add(graph)
            if (by_graph := self._pairs.get(quad.predicate)) is not None:
                subject, target = quad.subject, quad.object
                if isinstance(target, ox.NamedNode):
                    target = same.setdefault(target, target)
                by_graph[graph].append((same.setdefault(subject, subject), target))
        self._graphs |= graphs
        return graphs

    def graphs(self) -> set[Graph]:
        """Return the default graph and the named ones."""
        return self._graphs

    def pairs(self, predicate: ox.NamedNode, graph: Graph) -> Iterable[tuple[Node, Node]]:
        """Return subjects and objects in one graph."""
        return self._pairs[predicate].get(graph, ())

    def objects(self, subject: Node, predicate: ox.NamedNode) -> Iterable[Node]:
        """Return the objects in all graphs."""
        if (found := self._objects.get(predicate)) is None:
            found = self._objects[predicate] = {}
            for by_graph in self._pairs[predicate].values():
                for one, target in by_graph:
                    found.setdefault(one, []).append(target)
        return found.get(subject, ())

    def subjects(self, predicate: ox.NamedNode, target: Node) -> Iterable[Node]:
        """Return the subjects in all graphs."""
        if (found := self._subjects.get(predicate)) is None:
            found = self._subjects[predicate] = {}
            for by_graph in self._pairs[predicate].values():
                for subject, one in by_graph:
                    found.setdefault(one, []).append(subject)
        return found.get(target, ())


def name_graph(graph: Graph) -> str:
    """Return the IRI of a graph; nothing for the default graph."""
    return graph.value if isinstance(graph, ox.NamedNode) else ""


def _find_text(node: Node, language: str) -> str:
    return node.value if isinstance(node, ox.Literal) and (node.language or "") == language else ""
