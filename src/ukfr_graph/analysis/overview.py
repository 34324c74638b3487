"""A large network in a form that can be drawn: one node for each community."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from ukfr_graph.analysis.measures import Communities
from ukfr_graph.analysis.network import Edge, Network, Node
from ukfr_graph.errors import NotFoundError
from ukfr_graph.errors import mark as _
from ukfr_graph.messages import say_in_all

KIND = "community"


def show_communities(network: Network, communities: Communities) -> Network:
    """Return one node for each community, with the IRI and label of its best connected member, and the ties between.

    The weight of a node is the number of its members; a tie has the clauses of all ties that it stands for.
    """
    of = {iri: at for at, group in enumerate(communities.members) for iri in group}
    degrees: defaultdict[str, int] = defaultdict(int)
    behind: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for edge in network.edges:
        degrees[edge.source] += 1
        degrees[edge.target] += 1
        ends = sorted((of[edge.source], of[edge.target]))
        if ends[0] != ends[1]:
            behind[ends[0], ends[1]].update(edge.clauses)
    known = {node.iri: node for node in network.nodes}
    faces = [known[min(group, key=lambda iri: (-degrees[iri], iri))] for group in communities.members]
    nodes = [
        Node(
            face.iri, {code: f"{text} (+{len(group) - 1})" for code, text in face.labels.items()}, KIND, face.kind,
            tuple(sorted({clause for iri in group for clause in known[iri].clauses})), len(group),
        )
        for face, group in zip(faces, communities.members, strict=True)
    ]  # fmt: skip
    ties = say_in_all(_("ties"), network.labels)
    edges = [
        Edge(faces[one].iri, faces[other].iri, "", ties, tuple(sorted(clauses)))
        for (one, other), clauses in behind.items()
    ]
    return replace(
        network,
        is_directed=False,
        nodes=tuple(sorted(nodes, key=lambda n: n.iri)),
        edges=tuple(sorted(edges, key=lambda e: (e.source, e.target))),
    )


def keep_community(network: Network, communities: Communities, number: int) -> Network:
    """Return the members of one community, counted from 0, and the ties among them.

    Raises:
        NotFoundError: there is none of that number.
    """
    if not 0 <= number < len(communities.members):
        raise NotFoundError(
            "There is no community %(number)s; there are %(members)s, from 0 on.",
            number=number,
            members=len(communities.members),
        )
    return network.keep_nodes(communities.members[number])
