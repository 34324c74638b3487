"""Places for the nodes of a drawing: computed once, on the server, and the same each time.

1. PivotMDS (Brandes and Pich, "Eigensolver methods for progressive multidimensional scaling of large data", 2006)
   puts each connected part where its distances from at most 50 pivots want it: 50 breadth-first searches and a
   matrix of 50 by 50. It shows the whole, and puts nodes with equal distances on one spot.
2. The forces of Fruchterman and Reingold ("Graph drawing by force-directed placement", 1991) then part them: from
   all others in parts of at most 400 nodes, beyond from the 24 nearest, found by a k-d tree, in the manner of their
   grid variant. A node with more ties pushes more, and each of them pulls less, so that hubs keep apart (as in
   ForceAtlas2, Jacomy et al. 2014). The start is shaken with a fixed seed.
3. The parts are set beside one another, the largest first, in rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ukfr_graph.analysis.measures import SEED
from ukfr_graph.analysis.network import Network

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Points = NDArray[np.float64]
    Ends = NDArray[np.int64]

ALGORITHM = "PivotMDS, then Fruchterman-Reingold"
_SIDE = 1000.0
_PIVOTS = 50
_ALL_PAIRS = 400
_NEAREST = 24
_ROUNDS = ((_ALL_PAIRS, 150), (5_000, 70), (float("inf"), 25))  # of parts of at most so many nodes
_GAP = 1.2  # mean lengths of an edge between two parts


def place_nodes(network: Network) -> Mapping[str, tuple[float, float]]:
    """Return each node a place in a square of 1,000 by 1,000 around the origin, by its IRI.

    The latest places are kept: the same network is often wanted in another format.
    """
    return _place(
        tuple(node.iri for node in network.nodes),
        tuple((edge.source, edge.target) for edge in network.edges if edge.source != edge.target),
    )


@lru_cache(maxsize=1)
def _place(names: tuple[str, ...], ties: tuple[tuple[str, str], ...]) -> Mapping[str, tuple[float, float]]:
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not names:
        return {}
    at = {name: number for number, name in enumerate(names)}
    pairs = {tuple(sorted((at[source], at[target]))) for source, target in ties}
    ends = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    matrix = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(names), len(names))).tocsr()
    count, part_of = connected_components(matrix, directed=False)
    sizes = np.bincount(part_of, minlength=count)
    order = np.argsort(part_of, kind="stable")
    starts = np.concatenate(([0], np.cumsum(sizes)))
    edge_parts = part_of[ends[:, 0]] if len(ends) else np.zeros(0, dtype=np.int64)
    edge_order = np.argsort(edge_parts, kind="stable")
    edge_starts = np.searchsorted(edge_parts[edge_order], np.arange(count + 1))
    local = np.zeros(len(names), dtype=np.int64)
    shapes: list[tuple[Any, Points]] = []
    for part in sorted(range(count), key=lambda p: (-int(sizes[p]), p)):
        members = order[starts[part] : starts[part + 1]]
        local[members] = np.arange(len(members))
        own = local[ends[edge_order[edge_starts[part] : edge_starts[part + 1]]]]
        shapes.append((members, _place_part(len(members), own)))
    points = _pack(shapes, len(names))
    points -= (points.max(axis=0) + points.min(axis=0)) / 2
    points *= _SIDE / max(float(np.ptp(points, axis=0).max()), 1e-9) if len(names) > 1 else 0
    rounded = np.round(points, 2) + 0.0  # no negative zero
    return {name: (float(x), float(y)) for name, (x, y) in zip(names, rounded, strict=True)}


def _place_part(size: int, ends: Ends) -> Points:
    """Place the nodes of one connected part; edges are one long on average."""
    import numpy as np

    if size == 1:
        return np.zeros((1, 2))
    points = _scale(size, ends)
    points += np.random.default_rng(SEED).normal(scale=0.2, size=points.shape)
    points = _part_nodes(points, ends)
    return points / _measure_edges(points, ends)


def _scale(size: int, ends: Ends) -> Points:
    """PivotMDS: distances from pivots, each as far as can be from those before, doubly centred and projected."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    both = np.concatenate((ends, ends[:, ::-1]))
    matrix = coo_array((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(size, size)).tocsr()
    pivot = int(np.argmax(np.bincount(both[:, 0], minlength=size)))
    columns = []
    nearest = np.full(size, np.inf)
    for _ in range(min(size, _PIVOTS)):
        distances = dijkstra(matrix, indices=pivot, unweighted=True)
        columns.append(distances)
        nearest = np.minimum(nearest, distances)
        pivot = int(np.argmax(nearest))
    squares = np.stack(columns, axis=1) ** 2
    centred = -0.5 * (squares - squares.mean(axis=0) - squares.mean(axis=1, keepdims=True) + squares.mean())
    _, vectors = np.linalg.eigh(centred.T @ centred)
    axes = vectors[:, ::-1][:, :2]
    axes = axes * np.sign(axes[np.argmax(np.abs(axes), axis=0), range(axes.shape[1])])  # either sign would do
    points = centred @ axes
    if points.shape[1] < 2:
        points = np.column_stack((points, np.zeros(size)))
    scaled: Points = points / _measure_edges(points, ends)
    return scaled


def _measure_edges(points: Points, ends: Ends) -> float:
    """Return the mean length of the edges."""
    import numpy as np

    return max(float(np.linalg.norm(points[ends[:, 0]] - points[ends[:, 1]], axis=1).mean()), 1e-9)


def _part_nodes(points: Points, ends: Ends) -> Points:
    """Let ties pull and nodes push; each round moves less."""
    import numpy as np
    from scipy.sparse import csr_array
    from scipy.spatial import cKDTree

    size = len(points)
    rounds = next(rounds for most, rounds in _ROUNDS if size <= most)
    one, other = ends[:, 0], ends[:, 1]
    force = np.sqrt(1.0 + np.bincount(ends.ravel(), minlength=size))
    between = np.outer(force, force) if size <= _ALL_PAIRS else None
    for number in range(rounds):
        if between is not None:
            wide, high = (axis - axis[:, None] for axis in points.T)  # one after the other: numpy is slow on pairs
            strength = between / np.maximum(wide**2 + high**2, 0.01)
            push: Points = np.column_stack(((wide * strength).sum(axis=0), (high * strength).sum(axis=0)))
        else:
            distances, near = cKDTree(points).query(points, k=_NEAREST + 1)
            strength = force[:, None] * force[near] / np.maximum(distances**2, 0.01)
            rows = np.arange(0, near.size + 1, near.shape[1])
            push = points * strength.sum(axis=1)[:, None]
            push -= csr_array((strength.ravel(), near.ravel(), rows), shape=(size, size)) @ points
        along = points[one] - points[other]
        pull = along * np.linalg.norm(along, axis=1)[:, None] / (force[one] * force[other])[:, None]
        for axis in (0, 1):
            push[:, axis] += np.bincount(other, pull[:, axis], minlength=size)
            push[:, axis] -= np.bincount(one, pull[:, axis], minlength=size)
        step = np.linalg.norm(push, axis=1)
        most = max(0.02, (1 - number / rounds) * min(1.0, size**0.5 / 10))
        points = points + push * (np.minimum(step, most) / np.maximum(step, 1e-9))[:, None]
    return points


def _pack(shapes: list[tuple[Any, Points]], size: int) -> Points:
    """Set the parts beside one another in rows about as wide as all of them are high."""
    import numpy as np

    points = np.zeros((size, 2))
    boxes = [np.ptp(shape, axis=0) + _GAP for _, shape in shapes]
    width = max(max(float(box[0]) for box in boxes), 1.2 * sum(float(box[0] * box[1]) for box in boxes) ** 0.5)
    x = y = height = 0.0
    for (members, shape), box in zip(shapes, boxes, strict=True):
        if x + float(box[0]) > width + 1e-9:
            x, y, height = 0.0, y + height, 0.0
        points[members] = shape - shape.min(axis=0) + (x, y)
        x, height = x + float(box[0]), max(height, float(box[1]))
    return points
