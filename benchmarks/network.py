"""How long measures and layouts take, and how much memory: ``python benchmarks/network.py [--out FILE]``.

The network is made up: six in ten nodes are clauses, each tied to four of what clauses name, mostly of its own
statement, some of it much named; what nothing names is left out. Each step runs in a process of its own.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ukfr_graph.analysis.network import Edge, Network, Node

SIZES = (10_000, 100_000)
SMALL = 2_000
NAMED = 40  # by the clauses of one statement


def make_network(size: int) -> Network:
    """Make up a network; the same each time."""
    draw = random.Random(size)
    clauses = size * 6 // 10
    named = size - clauses
    groups = max(1, named // NAMED)
    ties = set()
    for clause in range(clauses):
        for _ in range(4):
            group = clause * groups // clauses if draw.random() < 0.85 else draw.randrange(groups)
            member = int(draw.paretovariate(1.2)) if draw.random() < 0.5 else draw.randrange(NAMED)
            ties.add((clause, clauses + (group * NAMED + member % NAMED) % named))
    iris = [f"https://example.org/{at:07d}" for at in range(size)]
    tied = {at for tie in ties for at in tie}
    nodes = tuple(
        Node(iris[at], {"en": iris[at], "fr": iris[at]}, "ukfr:Clause" if at < clauses else "ukfr:Actor")
        for at in sorted(tied)
    )
    edges = tuple(Edge(iris[a], iris[b], "urn:r", {"en": "tie", "fr": "lien"}, (iris[a],)) for a, b in sorted(ties))
    return Network("made-up", {"en": "Made up", "fr": "Fictif"}, True, "0", nodes, edges)


def measure_degree(network: Network) -> str:
    """Count the ties of each node."""
    graph = network.to_simple()
    return f"highest {max(degree for _, degree in graph.degree)}"


def measure_betweenness(network: Network) -> str:
    """Estimate betweenness as the project does."""
    from ukfr_graph.analysis.measures import SAMPLES, find_betweenness

    highest = max(find_betweenness(network.to_simple()).values())
    return f"{SAMPLES} samples; highest {highest:.3f}"


def measure_exact_betweenness(network: Network) -> str:
    """Compute betweenness from every node."""
    import networkx as nx

    return f"highest {max(nx.betweenness_centrality(network.to_simple()).values()):.3f}"


def measure_communities(network: Network) -> str:
    """Find communities as the project does."""
    from ukfr_graph.analysis.measures import find_communities

    found = find_communities(network)
    return f"{len(found.members)}; modularity {found.modularity:.3f}"


def measure_louvain(network: Network) -> str:
    """Find communities by the Louvain method from the nodes on."""
    import networkx as nx

    graph = nx.convert_node_labels_to_integers(network.to_simple())
    groups = nx.community.louvain_communities(graph, seed=1)
    return f"{len(groups)}; modularity {nx.community.modularity(graph, groups):.3f}"


def measure_bridges(network: Network) -> str:
    """Find bridges and their sides."""
    from ukfr_graph.analysis.measures import find_bridges

    return f"{len(find_bridges(network))}"


def measure_layout(network: Network) -> str:
    """Lay the whole network out."""
    from ukfr_graph.analysis.layouts import place_nodes

    return f"{len(place_nodes(network))} places"


def measure_spring(network: Network) -> str:
    """Lay it out by networkx's forces."""
    import networkx as nx

    return f"{len(nx.spring_layout(network.to_simple(), seed=1))} places"


def measure_overview(network: Network) -> str:
    """Find communities, and lay them out."""
    from ukfr_graph.analysis.layouts import place_nodes
    from ukfr_graph.analysis.measures import find_communities
    from ukfr_graph.analysis.overview import show_communities

    overview = show_communities(network, find_communities(network))
    return f"{len(place_nodes(overview))} places, {len(overview.edges)} ties"


STEPS: dict[str, Callable[[Network], str]] = {
    "degree": measure_degree,
    "betweenness": measure_betweenness,
    "exact betweenness (networkx)": measure_exact_betweenness,
    "communities": measure_communities,
    "communities (networkx's Louvain alone)": measure_louvain,
    "bridges": measure_bridges,
    "layout": measure_layout,
    "spring layout (networkx)": measure_spring,
    "overview: communities, and their layout": measure_overview,
}
PLAN = [
    *((SMALL, name) for name in STEPS),
    *((size, name) for size in SIZES for name in STEPS if name not in (
        "exact betweenness (networkx)", "spring layout (networkx)")),
]  # fmt: skip


def run_step(size: int, name: str) -> None:
    """Run one step, and print seconds, megabytes and what came out."""
    network = make_network(size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()  # other processes on the machine do not count
    said = STEPS[name](network)
    elapsed = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{elapsed:.3f}\t{(peak - before) / 1000:.0f}\t{peak / 1000:.0f}\t{said}")


def main() -> None:
    """Run every step, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="the file for the table")
    parser.add_argument("--step", nargs=2, metavar=("SIZE", "NAME"), help="run one step in this process")
    arguments = parser.parse_args()
    if arguments.step:
        run_step(int(arguments.step[0]), arguments.step[1])
        return
    import networkx as nx

    lines = [
        f"{os.cpu_count()} processors ({platform.machine()}), Python {platform.python_version()}, networkx "
        f"{nx.__version__}, its own backend. Seconds are of processor time, of one processor, with networkx's imports.",
        "",
        "| nodes | step | seconds | times degree | MB more | MB peak | result |",
        "|---|---|---|---|---|---|---|",
    ]
    base: dict[int, float] = {}
    for size, name in PLAN:
        command = [sys.executable, __file__, "--step", str(size), name]
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        try:
            done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=1500, check=True)
            seconds, more, peak, said = done.stdout.strip().split("\t")
            base.setdefault(size, float(seconds))
            row = [f"{float(seconds):.2f}", f"{float(seconds) / base[size]:.1f}", more, peak, said]
        except subprocess.TimeoutExpired:
            row = ["not awaited", "", "", "", ""]
        lines.append(f"| {size:,} | {name} | " + " | ".join(row) + " |")
        print(lines[-1], flush=True)
    if arguments.out:
        arguments.out.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
