"""Measures of a network, on the simple undirected graph of ``Network.to_simple``.

``backend`` is passed to networkx as it is, so that another implementation may do the work (nx-parallel,
nx-cugraph …: https://networkx.org/documentation/stable/backends.html); without it networkx decides, by its own
``NETWORKX_BACKEND_PRIORITY``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ukfr_graph.analysis.network import Network

if TYPE_CHECKING:
    import networkx as nx
    import numpy as np
    from numpy.typing import NDArray

    Ends = NDArray[np.int64]

SEED = 20160830
"""Seed of what is drawn at random: the same network has the same communities each time."""
EXACT_NODES = 1000
SAMPLES = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """The standing of a node in its network.

    ``degree`` is the number of nodes it is tied to, and ``strength`` the sum of the weights of its ties (Freeman,
    "Centrality in social networks", 1978; Barrat et al., "The architecture of complex weighted networks", 2004).
    ``betweenness`` is the share of the shortest paths between two others that lead through it, from 0 to 1, each
    tie counting as one step (Freeman 1977; computed as in Brandes, "A faster algorithm for betweenness
    centrality", 2001). ``community`` is the number of its community. ``is_cut`` says that without it the network
    falls into more parts (an articulation point; Hopcroft and Tarjan 1973).
    """

    iri: str
    label: str
    degree: int
    strength: int
    betweenness: float
    community: int
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Communities:
    """A division of the nodes, the largest community first, and its modularity.

    ``modularity`` is the share of the weight within communities, less what chance would put there: from -0.5 to 1
    (Newman and Girvan, "Finding and evaluating community structure in networks", 2004).
    """

    members: tuple[tuple[str, ...], ...]
    modularity: float


@dataclass(frozen=True, slots=True)
class Bridge:
    """A tie without which its two sides fall apart (Tarjan 1974), and the number of nodes on its smaller side."""

    source: str
    target: str
    side: int


def measure_nodes(network: Network, backend: str | None = None) -> tuple[Standing, ...]:
    """Measure each node, the highest betweenness first.

    Beyond 1,000 nodes betweenness is estimated from the paths that start at 200 of them, drawn with a fixed seed
    (Brandes and Pich, "Centrality estimation in large networks", 2007).
    """
    import networkx as nx

    graph, _ = _number(network)
    betweenness = find_betweenness(graph, backend)
    numbers = {iri: at for at, group in enumerate(find_communities(network).members) for iri in group}
    cuts = set(nx.articulation_points(graph))
    strengths = dict(graph.degree(weight="weight"))
    standings = [
        Standing(
            node.iri,
            node.label,
            graph.degree(at),
            strengths[at],
            round(betweenness[at], 6),
            numbers[node.iri],
            at in cuts,
        )
        for at, node in enumerate(network.nodes)
    ]
    return tuple(sorted(standings, key=lambda s: (-s.betweenness, -s.degree, s.iri)))


def find_betweenness(graph: nx.Graph, backend: str | None = None) -> dict[Any, float]:
    """Compute the betweenness of each node of a simple graph, or estimate it (see ``measure_nodes``)."""
    import networkx as nx

    samples = None if len(graph) <= EXACT_NODES else SAMPLES
    found: dict[Any, float] = nx.betweenness_centrality(graph, k=samples, seed=SEED, **_choose(backend))
    return found


def find_communities(network: Network) -> Communities:
    """Divide the nodes into communities by the Leiden algorithm, with a fixed seed and the weights of the ties.

    Traag, Waltman and van Eck, "From Louvain to Leiden: guaranteeing well-connected communities", 2019.
    """
    import numpy as np
    from graspologic_native import leiden_csr

    names = [node.iri for node in network.nodes]
    edges = network.to_simple().edges(data="weight")
    if not edges:
        return Communities(tuple((name,) for name in names), 0.0)
    numbers = {name: number for number, name in enumerate(names)}
    ties = np.array([(numbers[one], numbers[other], weight) for one, other, weight in edges], dtype=np.int64)
    starts, others, tied = list_neighbours(len(names), ties[:, :2])
    weights = ties[tied, 2].astype(np.float64)
    modularity, of = leiden_csr(starts, others.astype(np.int32), weights, len(names), seed=SEED)
    groups: defaultdict[int, list[str]] = defaultdict(list)
    for at, name in enumerate(names):
        groups[of[at]].append(name)
    members = sorted((tuple(group) for group in groups.values()), key=lambda g: (-len(g), g))
    return Communities(tuple(members), round(modularity, 6))


def list_neighbours(size: int, ends: Ends) -> tuple[Ends, Ends, Ends]:
    """List the neighbours of each of so many nodes, as compressed sparse rows (CSR).

    ``ends`` are two nodes for each tie. The neighbours of node i are ``others[starts[i]:starts[i + 1]]``, the lowest
    first; ``ties`` says by which tie each of them is one.

    Returns:
        ``starts``, ``others`` and ``ties``.
    """
    import numpy as np

    nodes, others = np.concatenate((ends, ends[:, ::-1])).T
    order = np.lexsort((others, nodes))
    return np.searchsorted(nodes[order], np.arange(size + 1)), others[order], order % len(ends)


def find_bridges(network: Network, backend: str | None = None) -> tuple[Bridge, ...]:
    """Find the ties without which the network falls into more parts, those with the largest smaller side first."""
    import networkx as nx

    graph, names = _number(network)
    found = []
    bridges = list(nx.bridges(graph, **_choose(backend)))
    parts = graph.copy()
    parts.remove_edges_from(bridges)
    sizes = _count_sides(parts, bridges)
    for one, other in bridges:
        source, target = sorted((names[one], names[other]))
        found.append(Bridge(source, target, sizes[one, other]))
    return tuple(sorted(found, key=lambda b: (-b.side, b.source, b.target)))


def _count_sides(parts: nx.Graph, bridges: list[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Count the nodes on the smaller side of each bridge: what is left without bridges makes a forest."""
    import networkx as nx

    block: dict[int, int] = {}
    weight: dict[int, int] = {}
    for at, group in enumerate(nx.connected_components(parts)):
        weight[at] = len(group)
        block.update(dict.fromkeys(group, at))
    forest = nx.Graph((block[one], block[other]) for one, other in bridges)
    sides: dict[tuple[int, int], int] = {}
    for tree in nx.connected_components(forest):
        total = sum(weight[at] for at in tree)
        below: defaultdict[int, int] = defaultdict(int)
        root = min(tree)
        for parent, child in reversed(list(nx.bfs_edges(forest, root))):
            below[child] += weight[child]
            below[parent] += below[child]
            sides[parent, child] = sides[child, parent] = min(below[child], total - below[child])
    return {(one, other): sides[block[one], block[other]] for one, other in bridges}


def _number(network: Network) -> tuple[nx.Graph, list[str]]:
    """Return the simple graph with its nodes numbered in the order of their IRIs, and the IRIs."""
    import networkx as nx

    graph = network.to_simple()
    names = [node.iri for node in network.nodes]
    return nx.relabel_nodes(graph, {name: at for at, name in enumerate(names)}), names


def _choose(backend: str | None) -> dict[str, str]:
    return {"backend": backend} if backend else {}
