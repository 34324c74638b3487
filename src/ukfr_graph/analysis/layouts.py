"""Places for the nodes of a drawing: computed once, on the server, and the same each time.

1. PivotMDS (Brandes and Pich, "Eigensolver methods for progressive multidimensional scaling of large data", 2006)
   puts each connected part where its distances from at most 50 pivots want it: 50 breadth-first searches and a
   matrix of 50 by 50. It shows the whole, and puts nodes with equal distances on one spot.
2. The forces of Fruchterman and Reingold ("Graph drawing by force-directed placement", 1991) then part them: from
   all others in parts of at most 400 nodes, beyond from those near by, in the manner of their grid variant. Near are
   the 12 before and the 12 after on a Morton curve (as in Connor and Kumar, "Fast construction of k-nearest neighbor
   graphs for point clouds", 2010), which is laid elsewhere in each round: what it parts in one, it joins in another.
   A node with more ties pushes more, and each of them pulls less, so that hubs keep apart (as in ForceAtlas2, Jacomy
   et al. 2014). Whatever is drawn at random has a fixed seed.
3. The parts are set beside one another, the largest first, in rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from ukfr_graph.analysis.measures import SEED, list_neighbours
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
_NEAR = 12  # on either side
_CELLS = 2**15  # on a side, of the square of twice the size that the points are shifted in
_SPREAD = ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555))  # 16 bits, a blank before each
_SHARE = 0.25
_ROUNDS = ((_ALL_PAIRS, 150), (5_000, 210), (float("inf"), 75))  # of parts of at most so many nodes
_FEW = 16
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

    if not names:
        return {}
    at = {name: number for number, name in enumerate(names)}
    pairs = {tuple(sorted((at[source], at[target]))) for source, target in ties}
    ends = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    part_of = _find_parts(len(names), ends)
    sizes = np.bincount(part_of)
    order = np.argsort(part_of, kind="stable")
    starts = np.concatenate(([0], np.cumsum(sizes)))
    edge_parts = part_of[ends[:, 0]] if len(ends) else np.zeros(0, dtype=np.int64)
    edge_order = np.argsort(edge_parts, kind="stable")
    edge_starts = np.searchsorted(edge_parts[edge_order], np.arange(len(sizes) + 1))
    local = np.zeros(len(names), dtype=np.int64)
    shapes: list[tuple[Any, Points]] = []
    for part in sorted(range(len(sizes)), key=lambda p: (-int(sizes[p]), p)):
        members = order[starts[part] : starts[part + 1]]
        local[members] = np.arange(len(members))
        own = local[ends[edge_order[edge_starts[part] : edge_starts[part + 1]]]]
        shapes.append((members, _place_part(len(members), own)))
    points = _pack(shapes, len(names))
    points -= (points.max(axis=0) + points.min(axis=0)) / 2
    points *= _SIDE / max(float(np.ptp(points, axis=0).max()), 1e-9) if len(names) > 1 else 0
    rounded = np.round(points, 2) + 0.0  # no negative zero
    return {name: (float(x), float(y)) for name, (x, y) in zip(names, rounded, strict=True)}


def _find_parts(size: int, ends: Ends) -> NDArray[np.int64]:
    """Number the connected parts by their first nodes: the part of each node."""
    import numpy as np

    first = np.arange(size)  # a node of the same part, no later than this one
    while True:
        lower = first.copy()
        np.minimum.at(lower, first[ends], first[ends[:, ::-1]])
        while np.any(lower[lower] != lower):
            lower = lower[lower]
        if np.array_equal(lower, first):
            return np.unique(first, return_inverse=True)[1]
        first = lower


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

    starts, others, _ = list_neighbours(size, ends)
    pivot = int(np.argmax(np.diff(starts)))
    columns = []
    nearest = np.full(size, np.inf)
    for _ in range(min(size, _PIVOTS)):
        distances = _count_steps(starts, others, pivot)
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


def _count_steps(starts: Ends, others: Ends, pivot: int) -> Ends:
    """Count the steps from a pivot to each node; those next to node i are ``others[starts[i]:starts[i + 1]]``.

    The nodes of a step are taken together, but where they are few: a long and thin part has thousands of such steps.
    """
    import numpy as np

    steps = np.full(len(starts) - 1, -1)
    steps[pivot] = count = 0
    front: Any = [pivot]
    counted, first, next_to = steps.data, starts.data, others.data
    while len(front):
        count += 1
        if len(front) <= _FEW:
            reached = []
            for at in front:
                for near in next_to[first[at] : first[at + 1]]:
                    if counted[near] < 0:
                        counted[near] = count
                        reached.append(near)
            front = reached
        else:
            front = np.asarray(front)
            sizes = starts[front + 1] - starts[front]
            near = others[np.arange(sizes.sum()) + np.repeat(starts[front] - np.cumsum(sizes) + sizes, sizes)]
            near = near[steps[near] < 0]
            each = np.arange(len(near))
            steps[near] = each
            front = near[steps[near] == each]  # each once
            steps[front] = count
    return steps


def _measure_edges(points: Points, ends: Ends) -> float:
    """Return the mean length of the edges."""
    import numpy as np

    return max(float(np.linalg.norm(points[ends[:, 0]] - points[ends[:, 1]], axis=1).mean()), 1e-9)


def _part_nodes(points: Points, ends: Ends) -> Points:
    """Let ties pull and nodes push; each round moves less.

    A large part begins at the size at which pulls and pushes are in balance: it would not grow to it in so many
    rounds, and fold up instead. Which nodes are near by on a curve differs from round to round, so that what they
    push is averaged over the latest rounds.
    """
    import numpy as np

    size = len(points)
    rounds = next(rounds for most, rounds in _ROUNDS if size <= most)
    one, other = ends[:, 0], ends[:, 1]
    force = np.sqrt(1.0 + np.bincount(ends.ravel(), minlength=size))
    if size <= _ALL_PAIRS:
        push_nodes, share = partial(_push_all, np.outer(force, force), np.empty((2, size, size))), 1.0
        push = np.zeros_like(points)
    else:
        push_nodes, share = partial(_push_near, force, np.random.default_rng(SEED)), _SHARE
        push = push_nodes(points)
        pulled = np.linalg.norm(points[one] - points[other], axis=1) ** 3 / (force[one] * force[other])
        grown = float((push * points).sum() / pulled.sum()) ** (1 / 3)
        points, push = points * grown, push / grown
    for number in range(rounds):
        push += share * (push_nodes(points) - push)
        along = points[one] - points[other]
        pull = along * np.linalg.norm(along, axis=1)[:, None] / (force[one] * force[other])[:, None]
        move = push.copy()
        for axis in (0, 1):
            move[:, axis] += np.bincount(other, pull[:, axis], minlength=size)
            move[:, axis] -= np.bincount(one, pull[:, axis], minlength=size)
        step = np.linalg.norm(move, axis=1)
        most = max(0.02, (1 - number / rounds) * min(1.0, size**0.5 / 10))
        points = points + move * (np.minimum(step, most) / np.maximum(step, 1e-9))[:, None]
    return points


def _push_all(between: Points, room: Points, points: Points) -> Points:
    """Let each node push all others, two of them with the force that is ``between`` them.

    ``room`` (2 × nodes × nodes) is written over: it takes longer to get memory for all pairs than to compute them.
    """
    import numpy as np

    for axis, squares in zip(points.T, room, strict=True):
        np.subtract.outer(axis, axis, out=squares)
        squares *= squares
    strength = np.add(room[0], room[1], out=room[0])
    np.divide(between, np.maximum(strength, 0.01, out=strength), out=strength)
    push: Points = points * strength.sum(axis=1)[:, None] - strength @ points
    return push


def _push_near(force: Points, draw: np.random.Generator, points: Points) -> Points:
    """Let each node push those before and after it on a curve."""
    import numpy as np

    order = _follow_curve(points, draw)
    (x, y), weight = points[order].T.copy(), force[order]
    pushed = np.zeros((2, len(points)))
    for apart in range(1, _NEAR + 1):
        wide, high = x[apart:] - x[:-apart], y[apart:] - y[:-apart]
        strength = weight[apart:] * weight[:-apart] / np.maximum(wide**2 + high**2, 0.01)
        for axis, along in enumerate((wide * strength, high * strength)):
            pushed[axis, apart:] += along
            pushed[axis, :-apart] -= along
    push = np.empty_like(points)
    push[order] = pushed.T
    return push


def _follow_curve(points: Points, draw: np.random.Generator) -> Ends:
    """Return the order of points on a Morton curve that is turned and shifted at random."""
    import numpy as np

    turned = points @ (1, 1j) * np.exp(2j * np.pi * draw.random())
    axes = np.column_stack((turned.real, turned.imag))
    axes = (axes - axes.min(axis=0)) / float(np.ptp(axes, axis=0).max()) + draw.random(2)
    cells = (axes * _CELLS).astype(np.int64)
    for bits, mask in _SPREAD:
        cells = (cells | cells << bits) & mask
    return np.argsort(cells[:, 0] | cells[:, 1] << 1, kind="stable")


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
