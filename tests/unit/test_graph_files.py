"""Graphs are read from files of N-Quads as an engine would read them, however their lines are mixed."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.store import graph_files
from ukfr_graph.store.graph_files import find_graphs

IRIS = st.sampled_from([ox.NamedNode(f"urn:{name}") for name in ("a", "b", "é")])
TEXTS = st.text(st.sampled_from('ab <>"\\\n\r\t.^@_:é\u2028'), max_size=12)
LIKE_LITERALS = '"1"^^<http://www.w3.org/2001/XMLSchema#double> "05"^^<http://www.w3.org/2001/XMLSchema#int> .'
LITERALS = st.one_of(
    st.builds(ox.Literal, TEXTS),
    st.builds(lambda text: ox.Literal(text, language="en"), TEXTS),
    st.builds(lambda text: ox.Literal(text, datatype=ox.NamedNode("urn:kind")), TEXTS),
    st.builds(
        lambda text, kind: ox.Literal(text, datatype=ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{kind}")),
        st.one_of(
            TEXTS,
            st.sampled_from(("05", "-0", "1.50", "1e2", "1", "true", "2016-08-30", "24:00:00", "P1Y0M", LIKE_LITERALS)),
        ),
        st.sampled_from(("integer", "nonNegativeInteger", "decimal", "double", "boolean", "date", "time", "duration")),
    ),
    st.just(ox.Literal(LIKE_LITERALS)),
)
NODES = st.one_of(IRIS, st.builds(ox.BlankNode, st.sampled_from(("x", "y"))))
QUADS = st.builds(ox.Quad, NODES, IRIS, st.one_of(NODES, LITERALS), st.one_of(st.just(ox.DefaultGraph()), IRIS))


def read_stored(quad: ox.Quad) -> bytes:
    store = ox.Store()
    store.add(quad)
    return store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=quad.graph_name) or b""


@given(st.lists(st.lists(QUADS, max_size=20, unique=True), max_size=3), st.sampled_from([1, 40, 1 << 18]))
def test_every_triple_is_in_its_graph_as_the_store_gives_it(files: list[list[ox.Quad]], piece_bytes: int) -> None:
    wanted = defaultdict(list)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(graph_files, "_PIECE_BYTES", piece_bytes)
        paths = [Path(folder, f"{number}.nq") for number in range(len(files))]
        for path, quads in zip(paths, files, strict=True):
            path.write_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
            for quad in quads:
                name = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
                wanted[name].append(read_stored(quad))
        graphs = find_graphs(paths)
        assert {graph.name: b"".join(graph) for graph in graphs} == {n: b"".join(lines) for n, lines in wanted.items()}
        assert [graph.name for graph in graphs] == sorted(wanted)
        for graph in graphs:
            assert graph.triples == len(wanted[graph.name])
            assert graph.size_bytes == sum(map(len, wanted[graph.name])) == sum(map(len, graph))


def test_another_content_has_another_digest_and_the_same_has_the_same(tmp_path: Path) -> None:
    one, other = "<urn:a> <urn:p> <urn:a> <urn:g> .\n", "<urn:a> <urn:p> <urn:b> <urn:h> .\n"
    digests = []
    for number, text in enumerate((one + other, other + one, one * 2 + other)):
        (tmp_path / str(number)).write_text(text)
        digests.append([graph.digest for graph in find_graphs([tmp_path / str(number)])])
    assert digests[0] == digests[1]
    assert digests[0][0] != digests[2][0]
    assert digests[0][1] == digests[2][1] != digests[0][0]
