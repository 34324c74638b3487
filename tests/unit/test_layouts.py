"""Places of nodes: parts beside one another, ties of even length, and nodes that do not lie on each other."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.networks import make_network
from ukfr_graph.analysis import layouts
from ukfr_graph.analysis.layouts import place_nodes
from ukfr_graph.analysis.measures import list_neighbours

ties = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).filter(lambda tie: tie[0] != tie[1]), min_size=1)


def as_graph(pairs: list[tuple[int, int]]) -> tuple[nx.Graph, np.ndarray]:
    """Return a graph of nodes from 0 on, and its ties, each once."""
    graph = nx.convert_node_labels_to_integers(nx.Graph(pairs))
    return graph, np.array(sorted(map(sorted, graph.edges)), dtype=np.int64)


def measure(graph: nx.Graph) -> tuple[float, float]:
    """Lay a graph out; return how near the nearest two nodes are, in mean ties, and how much ties differ in length."""
    places = place_nodes(make_network(*((f"{one:05}", f"{other:05}") for one, other in graph.edges)))
    points = np.array([places[f"{node:05}"] for node in sorted(graph)])
    lengths = [np.linalg.norm(points[one] - points[other]) for one, other in graph.edges]
    order = points[np.argsort(points[:, 0])]
    near = min(
        float(np.linalg.norm(order[apart:] - order[:-apart], axis=1).min()) for apart in range(1, min(len(order), 400))
    )
    return near / float(np.mean(lengths)), float(np.std(lengths) / np.mean(lengths))


@given(ties)
def test_parts_are_those_that_are_connected(pairs: list[tuple[int, int]]) -> None:
    graph, ends = as_graph(pairs)
    parts = layouts._find_parts(len(graph), ends)
    found = {frozenset(np.flatnonzero(parts == number).tolist()) for number in range(parts.max() + 1)}
    assert found == {frozenset(part) for part in nx.connected_components(graph)}


@given(ties, st.sampled_from([0, 2, 16]))
def test_steps_are_those_of_shortest_paths(pairs: list[tuple[int, int]], few: int) -> None:
    graph, ends = as_graph(pairs)
    starts, others, by_tie = list_neighbours(len(graph), ends)
    for node in graph:
        neighbours = slice(starts[node], starts[node + 1])
        assert others[neighbours].tolist() == sorted(graph[node])
        assert {tuple(tie) for tie in ends[by_tie[neighbours]]} == {tuple(sorted(tie)) for tie in graph.edges(node)}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(layouts, "_FEW", few)
        steps = layouts._count_steps(starts, others, 0)
    assert {node: count for node, count in enumerate(steps.tolist()) if count >= 0} == (
        nx.single_source_shortest_path_length(graph, 0)
    )


def test_a_large_grid_is_drawn_as_one() -> None:
    near, uneven = measure(nx.convert_node_labels_to_integers(nx.grid_2d_graph(50, 50), ordering="sorted"))
    assert near > 0.5
    assert uneven < 0.12


def test_no_two_nodes_of_a_large_tree_lie_on_each_other() -> None:
    near, _ = measure(nx.random_labeled_rooted_tree(1_000, seed=3))
    assert near > 0.25


def test_a_long_path_is_drawn_as_a_line() -> None:
    places = place_nodes(make_network(*((f"{one:05}", f"{other:05}") for one, other in pairwise(range(3_000)))))
    ends = np.array([places["00000"], places["02999"]])
    assert np.linalg.norm(ends[0] - ends[1]) > 990
