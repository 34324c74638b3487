"""The instruments: many, each fact with a source, and nothing without one."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from support.building import build_changed
from ukfr_graph import iris
from ukfr_graph.build import Built, build_graphs
from ukfr_graph.errors import DataError
from ukfr_graph.resources import data_folder
from ukfr_graph.triples import Index

CHANNEL = "entities/instruments-channel.yaml"
SANGATTE = "instrument/sangatte-protocol"
RELATIONS = (
    "amends",
    "broughtAbout",
    "follows",
    "implements",
    "partOfInstrument",
    "refersTo",
    "repeals",
    "resultedIn",
    "supersedes",
    "supplements",
)


@pytest.fixture(scope="module")
def index(built: Built) -> Index:
    return Index(t for triples in built.graphs.values() for t in triples)


def documents(index: Index) -> list[str]:
    """Instruments that are documents of their own: those with a source, not what a clause alone names."""
    return [i for i in index.of_type(iris.UKFR + "Instrument") if index.objects(i, iris.DCTERMS + "source")]


def test_there_are_instruments_enough_of_every_series(index: Index) -> None:
    assert len(documents(index)) >= 60
    for name in (
        "treaty-of-canterbury",
        "sangatte-protocol",
        "sangatte-additional-protocol",
        "le-touquet-treaty",
        "service-weapons-agreement",
        "sandhurst-treaty",
        "evian-declaration-2009",
        "leaders-declaration-2025",
        "european-convention-on-extradition",
        "european-mla-convention",
        "lancaster-house-treaty",
        "european-arrest-warrant",
        "trade-and-cooperation-agreement",
        "tca-title-pnr",
        "tca-title-surrender",
        "tca-title-criminal-records",
    ):
        assert iris.ID + "instrument/" + name in documents(index)


def test_every_node_of_an_instrument_names_a_page_as_its_source(index: Index) -> None:
    nodes = [
        node
        for instrument in documents(index)
        for key in ("naming", "instrumentRelation", "instrumentStatus")
        for node in index.objects(instrument, iris.UKFR + key)
    ]
    nodes += [n for i in documents(index) for n in index.objects(i, iris.ADMS + "identifier")]
    assert len(nodes) > 400
    for node in [*nodes, *documents(index)]:
        sources = index.objects(node, iris.DCTERMS + "source")
        assert sources, node
        assert all(source.startswith(("http://", "https://")) for source in sources), node


def test_no_relation_and_no_name_is_stated_without_its_node(built: Built) -> None:
    """The plain properties of instruments come from the rules alone: the sourced nodes are the only door."""
    plain = {iris.UKFR + name for name in RELATIONS}
    for name, triples in built.graphs.items():
        if name in {iris.INFERRED_GRAPH, iris.LINKS_GRAPH, iris.ONTOLOGY_GRAPH, iris.ALIGNMENTS_GRAPH}:
            continue
        assert [t for t in triples if t.predicate.value in plain] == []


def test_relations_become_properties(built: Built) -> None:
    def instrument(name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{iris.ID}instrument/{name}")

    expected = ox.Triple(
        instrument("sandhurst-treaty"), ox.NamedNode(iris.UKFR + "refersTo"), instrument("treaty-of-canterbury")
    )
    assert expected in built.graphs[iris.INFERRED_GRAPH]


def test_context_is_not_cited(built: Built) -> None:
    """No clause cites more than its words name: context instruments are entities only."""
    cited = {t.object.value for t in built.graphs[iris.INFERRED_GRAPH] if t.predicate.value == iris.UKFR + "cites"}  # type: ignore[union-attr]
    assert len(cited) == 13
    assert not any("touquet" in c or "sangatte" in c or "sandhurst" in c for c in cited)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(data_folder(), tmp_path / "data"))


def cut(data: Path, after: str, old: str, new: str = "") -> None:
    path = data / CHANNEL
    text = path.read_text("utf-8")
    at = text.index(old, text.index(after))
    path.write_text(text[:at] + new + text[at + len(old) :], "utf-8")


def drop_source(data: Path) -> None:
    cut(data, f"id: {SANGATTE}\n", "    source: https://legislation.gov.uk/uksi/1996/2283/note/made/data.xht\n")


def state_name_plainly(data: Path) -> None:
    cut(data, f"id: {SANGATTE}\n", "    instrumentKind:", "    alias:\n      en: Tunnel Protocol\n    instrumentKind:")


def state_relation_plainly(data: Path) -> None:
    cut(
        data,
        f"id: {SANGATTE}\n",
        "    instrumentKind:",
        "    amends: instrument/le-touquet-treaty\n    instrumentKind:",
    )


def add_bare_instrument(data: Path) -> None:
    path = data / CHANNEL
    bare = "  - id: instrument/bare\n    type: Instrument\n    label:\n      en: Bare\n      fr: Nu\n    instrumentKind: agreement\n"
    path.write_text(path.read_text("utf-8") + bare, "utf-8")


@pytest.mark.parametrize(
    ("slip", "record", "words"),
    [
        (drop_source, SANGATTE, "1991-11-25"),
        (state_name_plainly, SANGATTE, "Tunnel Protocol"),
        (state_relation_plainly, SANGATTE, "le-touquet-treaty"),
        (add_bare_instrument, "instrument/bare", "Instrument has no source"),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_a_fact_without_source_stops_the_build(
    data: Path, slip: Callable[[Path], None], record: str, words: str
) -> None:
    slip(data)
    with pytest.raises(DataError) as caught:
        build_changed(data)
    found = [p for p in caught.value.problems if p.rule == "unsourced-fact" and words in str(p.message)]
    assert [(p.file, p.record) for p in found] == [(CHANNEL, record)]
    assert found[0].line > 1
    assert "source" in str(found[0].fix)


def test_the_build_is_the_same_twice(built: Built) -> None:
    again = build_graphs(data_folder())
    assert {n: len(t) for n, t in again.graphs.items()} == {n: len(t) for n, t in built.graphs.items()}
    for name in (iris.ENTITIES_GRAPH, iris.LINKS_GRAPH, iris.INFERRED_GRAPH):
        assert again.graphs[name] == built.graphs[name]
