"""A network: what a query ties to what, with the clauses behind each tie."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from ukfr_graph.errors import NotFoundError, QueryError
from ukfr_graph.iris import shorten
from ukfr_graph.messages import ENGLISH

if TYPE_CHECKING:
    import networkx as nx

MOST_STEPS = 10
Labels: TypeAlias = Mapping[str, str]
"""A label by language, English among them."""


def say_label(labels: Labels, language: str) -> str:
    """Return a label in a language, or in English where it has none in that one."""
    return labels.get(language) or labels.get(ENGLISH, "")


def name_labels(labels: Labels) -> dict[str, str]:
    """Return the attributes that a label has in files: ``label`` in English, ``label_fr``, and so on.

    >>> name_labels({"en": "police", "fr": "policier"})
    {'label': 'police', 'label_fr': 'policier'}
    """
    others = {f"label_{language}": text for language, text in labels.items() if language != ENGLISH}
    return {"label": say_label(labels, ENGLISH), **others}


class LabelledPart:
    """A network or a part of it; its English and French labels have the names that they have in files."""

    __slots__ = ()
    labels: Labels

    @property
    def label(self) -> str:
        """The label in English."""
        return say_label(self.labels, ENGLISH)

    @property
    def label_fr(self) -> str:
        """The label in French; nothing where there is none."""
        return self.labels.get("fr", "")


@dataclass(frozen=True, slots=True)
class Node(LabelledPart):
    """A resource: its IRI, its label by language, what it is, and the clauses behind its ties.

    ``type`` is the family that it belongs to (``ukfr:Actor``), ``kind`` the narrowest class (``ukfr:Ministry``);
    ``weight`` is the number of clauses, or of members where the node stands for several.
    """

    iri: str
    labels: Labels = field(default_factory=dict)
    type: str = ""
    kind: str = ""
    clauses: tuple[str, ...] = ()
    members: int = 0

    @property
    def weight(self) -> int:
        """Count the clauses, or the members."""
        return self.members or len(self.clauses)


@dataclass(frozen=True, slots=True)
class Edge(LabelledPart):
    """A tie between two nodes by one relation, whose IRI it carries; ``weight`` is the number of clauses, or 1."""

    source: str
    target: str
    relation: str = ""
    labels: Labels = field(default_factory=dict)
    clauses: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        """Count the clauses; a tie that needs none counts once."""
        return len(self.clauses) or 1


@dataclass(frozen=True)
class Network(LabelledPart):
    """Nodes in the order of their IRIs, and edges in the order of their ends and relations.

    ``version`` is the version of the dataset; ``path`` the nodes of one shortest path, where one was asked for.
    """

    name: str
    labels: Labels
    is_directed: bool
    version: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    path: tuple[str, ...] = ()

    def to_networkx(self) -> nx.MultiDiGraph | nx.MultiGraph:
        """Return it as a networkx graph: nodes are IRIs, the key of an edge is its relation.

        Attributes are plain values, as GraphML and GEXF have them; ``clauses`` are IRIs separated by blanks.
        """
        import networkx as nx

        graph: Any = nx.MultiDiGraph() if self.is_directed else nx.MultiGraph()
        graph.graph |= {"name": self.label, "projection": self.name, "version": self.version}
        for node in self.nodes:
            graph.add_node(
                node.iri, iri=node.iri, **name_labels(node.labels), type=node.type, kind=node.kind,
                weight=node.weight, clauses=" ".join(node.clauses),
            )  # fmt: skip
        for edge in self.edges:
            graph.add_edge(
                edge.source, edge.target, key=edge.relation or edge.label, iri=edge.relation,
                **name_labels(edge.labels), relation=shorten(edge.relation), weight=edge.weight,
                clauses=" ".join(edge.clauses),
            )  # fmt: skip
        return graph

    def to_simple(self) -> nx.Graph:
        """Return what measures are defined on: no directions, one edge for each pair.

        Its ``weight`` is the number of clauses that tie the two by any relation. Nodes keep the order here.
        """
        import networkx as nx

        graph: Any = nx.Graph()
        graph.add_nodes_from(node.iri for node in self.nodes)
        clauses: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for edge in self.edges:
            if edge.source != edge.target:
                clauses[min(edge.source, edge.target), max(edge.source, edge.target)].update(edge.clauses)
        graph.add_weighted_edges_from((one, other, len(found) or 1) for (one, other), found in clauses.items())
        return graph

    def keep_nodes(self, iris: Collection[str], path: tuple[str, ...] = ()) -> Network:
        """Return the part that some nodes and the ties among them make."""
        kept = set(iris)
        return replace(
            self,
            nodes=tuple(n for n in self.nodes if n.iri in kept),
            edges=tuple(e for e in self.edges if e.source in kept and e.target in kept),
            path=path,
        )

    def keep_clauses(self, clauses: Collection[str]) -> Network:
        """Return the part that rests on some clauses; a tie that rests on none stays where both its ends do."""
        kept = set(clauses)
        edges = [replace(e, clauses=tuple(c for c in e.clauses if c in kept)) for e in self.edges]
        resting = {id(e): bool(e.clauses) for e in edges}
        ends = {iri for e in edges if resting[id(e)] for iri in (e.source, e.target)}
        ends -= {n.iri for n in self.nodes if n.type == "ukfr:Clause" and n.iri not in kept}
        ends |= {n.iri for n in self.nodes if n.iri in kept}
        needed = {(e.source, e.relation, e.target) for e in self.edges if e.clauses}
        return join(
            self,
            [
                e
                for e in edges
                if {e.source, e.target} <= ends and (e.clauses or (e.source, e.relation, e.target) not in needed)
            ],
            [n for n in self.nodes if n.iri in ends],
        )

    def keep_types(self, types: Collection[str]) -> Network:
        """Return the part whose nodes are of some types or kinds (compact or whole IRIs)."""
        wanted = {shorten(t) for t in types}
        return self.keep_nodes([n.iri for n in self.nodes if n.type in wanted or n.kind in wanted])

    def find_surroundings(self, focus: str, steps: int) -> Network:
        """Return a node and what lies within a number of steps of it, in either direction.

        Raises:
            NotFoundError: it is no node of the network.
        """
        import networkx as nx

        self._expect(focus)
        if not 0 <= steps <= MOST_STEPS:
            raise QueryError(
                "'steps' is a number from 0 to %(most_steps)s; %(steps)s is not.", most_steps=MOST_STEPS, steps=steps
            )
        return self.keep_nodes(nx.single_source_shortest_path_length(self.to_simple(), focus, cutoff=steps))

    def find_paths(self, start: str, end: str) -> Network:
        """Return every shortest path between two nodes, in either direction of the ties; ``path`` is the first of them.

        A node is on a shortest path where its distances from both ends make up the distance between them.

        Raises:
            NotFoundError: one is no node of the network, or no path joins them.
        """
        import networkx as nx

        self._expect(start)
        self._expect(end)
        graph = self.to_simple()
        before = nx.single_source_shortest_path_length(graph, start)
        after = nx.single_source_shortest_path_length(graph, end)
        if end not in before:
            raise NotFoundError(
                "No path joins %(start)s and %(end)s in the network '%(name)s'.",
                start=shorten(start),
                end=shorten(end),
                name=self.name,
            )
        length = before[end]
        kept = {iri for iri in before if before[iri] + after.get(iri, length + 1) == length}
        path = [start]
        while path[-1] != end:
            path.append(min(n for n in graph[path[-1]] if n in kept and before[n] == len(path)))
        found = self.keep_nodes(kept, tuple(path))
        steps = [e for e in found.edges if abs(before[e.source] - before[e.target]) == 1]
        return replace(found, edges=tuple(steps))

    def _expect(self, iri: str) -> None:
        if all(node.iri != iri for node in self.nodes):
            raise NotFoundError(
                "%(iri)s is no node of the network '%(name)s' with these filters.", iri=shorten(iri), name=self.name
            )


def join(frame: Network, edges: Iterable[Edge], nodes: Iterable[Node]) -> Network:
    """Put nodes and edges into a network like ``frame``, in order; each node gets the clauses of its edges."""
    behind: defaultdict[str, set[str]] = defaultdict(set)
    ordered = sorted(edges, key=lambda e: (e.source, e.target, e.relation, e.label))
    for edge in ordered:
        behind[edge.source].update(edge.clauses)
        behind[edge.target].update(edge.clauses)
    return replace(
        frame,
        nodes=tuple(
            replace(n, clauses=(n.iri,) if n.type == "ukfr:Clause" else tuple(sorted(behind[n.iri])))
            for n in sorted(nodes, key=lambda n: n.iri)
        ),
        edges=tuple(ordered),
    )
