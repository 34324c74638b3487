"""A server over the bundled records and a second, newer statement, with booleans in their other form."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace

import pyoxigraph as ox
import pytest

from support.servers import start_server
from ukfr_graph import iris
from ukfr_graph.build import Built, write_dataset
from ukfr_graph.store import install_dataset, staging_folder
from ukfr_graph.triples import literal, node

NEWER = node(iris.ID + "statement/uk-fr-2020-01-01")
RETIRED = node(iris.ID + "place/calais")


@pytest.fixture(scope="session")
def two_statements(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    true, one = literal("true", "boolean"), literal("1", "boolean")
    graphs: dict[str, AbstractSet[ox.Triple]] = {
        name: frozenset(ox.Triple(t.subject, t.predicate, one) if t.object == true else t for t in triples)
        for name, triples in built.graphs.items()
    }
    graphs[iris.ENTITIES_GRAPH] |= {ox.Triple(RETIRED, node(iris.OWL + "deprecated"), one)}
    graphs[iris.source_graph("newer")] = frozenset({
        ox.Triple(NEWER, node(iris.RDF + "type"), node(iris.UKFR + "Statement")),
        ox.Triple(NEWER, node(iris.UKFR + "documentDate"), literal("2020-01-01", "date")),
        ox.Triple(NEWER, node(iris.RDFS + "label"), ox.Literal("A newer statement", language="en")),
    })  # fmt: skip
    root = tmp_path_factory.mktemp("two") / "out"
    root.mkdir()
    with staging_folder(root) as staging:
        write_dataset(replace(built, graphs=graphs), staging)
        install_dataset(staging, root)
    with start_server("--store", str(root)) as running:
        yield running.url
