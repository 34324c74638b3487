"""Files of networks are valid, say the same in each format, and hold whatever a label may be."""

import json
import re
from dataclasses import replace
from io import BytesIO
from itertools import combinations, product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import networkx as nx
import pydot
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from support.networks import BARBELL, make_network
from support.sampling import sample
from ukfr_graph.analysis.drawing import draw_network
from ukfr_graph.analysis.layouts import place_nodes
from ukfr_graph.analysis.network import Edge, Network, Node, join
from ukfr_graph.analysis.network_formats import FORMATS, Drawing
from ukfr_graph.analysis.network_parameters import NetworkRequest
from ukfr_graph.analysis.projections import read_query
from ukfr_graph.analysis.requests import UNLIMITED, Sizes, answer_request, read_network
from ukfr_graph.errors import NotAcceptableError, ResultTooLargeError, SettingsError
from ukfr_graph.messages import find_languages
from ukfr_graph.query import Executor
from ukfr_graph.resources import templates_folder
from ukfr_graph.site.look import describe_looks, write_looks
from ukfr_graph.store import Snapshot
from ukfr_graph.term_names import list_looks

SCHEMAS = Path(__file__).parents[1] / "schemas"
PROJECTIONS = ["all", "actor-instrument", "actor-actor", "topic-topic", "clause-clause"]
HOSTILE = '"<b>&amp;\\ ]]> é \N{SNOWMAN} \\'


def write(executor: Executor, form: str, **request: Any) -> bytes:
    return answer_request(executor, NetworkRequest(**request), form, Sizes())


def read_dot(content: bytes) -> pydot.Dot:
    return next(iter(pydot.graph_from_dot_data(content.decode()) or []))


def hostile_network() -> Network:
    nodes = [
        Node("https://example.org/a?x=1&y=2", {"en": HOSTILE, "fr": HOSTILE}, "ukfr:Actor", "ukfr:Actor"),
        Node("javascript:alert(1)", {"en": "plain", "fr": "simple"}, "urn:x", "urn:x"),
    ]
    edges = [Edge(nodes[0].iri, nodes[1].iri, "urn:r", {"en": HOSTILE})]
    return join(Network("test", {"en": HOSTILE}, True, "0", (), ()), edges, nodes)


def write_hostile(form: str) -> bytes:
    network = hostile_network()
    return FORMATS[form].write(Drawing(network, place_nodes(network), {}), "en")


@pytest.fixture(scope="module")
def gexf_schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    folder = tmp_path_factory.mktemp("gexf")
    for path in (SCHEMAS / "gexf-1.2").glob("*.xsd"):
        (folder / path.name).write_text(path.read_text().replace("gexf.net/1.2", "gexf.net/1.2draft"))
    return etree.XMLSchema(etree.parse(str(folder / "gexf.xsd")))


@pytest.mark.parametrize(("projection", "measures"), sample(product(PROJECTIONS, (False, True)), every=3))
def test_gexf_is_valid(executor: Executor, gexf_schema: etree.XMLSchema, projection: str, measures: bool) -> None:
    root = etree.fromstring(write(executor, "gexf", projection=projection, measures=measures))
    for position in root.iter("{http://www.gexf.net/1.2draft/viz}position"):
        position.tag = "{http://www.gexf.net/1.2draft}position"  # see tests/schemas/gexf-1.2/README.md
    gexf_schema.assertValid(root)


@pytest.mark.parametrize(("projection", "measures"), sample(product(PROJECTIONS, (False, True)), every=3))
def test_graphml_is_valid(executor: Executor, projection: str, measures: bool) -> None:
    schema = etree.XMLSchema(etree.parse(str(SCHEMAS / "graphml.xsd")))
    root = etree.fromstring(write(executor, "graphml", projection=projection, measures=measures))
    schema.assertValid(root)
    names = "{http://graphml.graphdrawing.org/xmlns}"
    kinds = {(k.get("for"), k.get("attr.name")): k.get("attr.type") for k in root.iter(names + "key")}
    assert kinds["node", "weight"] == "long"
    assert kinds["node", "x"] == "double"
    assert kinds["edge", "label"] == "string"


@pytest.mark.parametrize(("form", "projection"), sample(product(("graphml", "gexf", "json"), PROJECTIONS), every=2))
def test_networkx_reads_back_what_was_written(executor: Executor, projection: str, form: str) -> None:
    content = write(executor, form, projection=projection, measures=True)
    if form == "graphml":
        read: Any = nx.read_graphml(BytesIO(content), force_multigraph=True)
        read = nx.relabel_nodes(read, {n: facts["iri"] for n, facts in read.nodes(data=True)})
        for facts in read.nodes.values():
            assert facts.pop("name") == facts["label"]
    elif form == "gexf":
        read = nx.read_gexf(BytesIO(content))
        for facts in read.nodes.values():
            facts.pop("viz")
    else:
        read = nx.node_link_graph(json.loads(content), edges="edges")
        for facts in (*read.nodes.values(), *(f for _, _, f in read.edges(data=True))):
            facts["clauses"] = " ".join(facts["clauses"])
    network = read_network(executor, NetworkRequest(projection))
    expected = network.to_networkx()
    for iri, (x, y) in place_nodes(network).items():
        expected.nodes[iri].update(x=x, y=y)
    assert read.is_directed() == expected.is_directed()
    measured = {"degree", "strength", "betweenness", "community", "cut"}
    assert {n: {k: v for k, v in f.items() if k not in measured} for n, f in read.nodes(data=True)} == dict(
        expected.nodes(data=True)
    )
    assert all(measured <= set(facts) for facts in read.nodes.values())
    assert _edges(read) == _edges(expected)


def _edges(graph: Any) -> list[tuple[str, ...]]:
    ours = ("iri", "label", "label_fr", "relation", "clauses")
    found = []
    for one, other, facts in graph.edges(data=True):
        ends = (one, other) if graph.is_directed() else sorted((one, other))
        found.append((*ends, str(float(facts["weight"])), *(facts[name] for name in ours)))
    return sorted(found)


@pytest.mark.parametrize("form", list(FORMATS))
def test_the_same_request_gives_the_same_bytes(executor: Executor, form: str) -> None:
    assert write(executor, form, projection="topic-topic") == write(executor, form, projection="topic-topic")


def test_json_names_places_clauses_and_the_layout(executor: Executor) -> None:
    content = json.loads(write(executor, "json", start="id:person/amber-rudd", end="id:instrument/dublin-iii"))
    assert content["graph"]["path"][0].endswith("/amber-rudd")
    assert "seed" in content["graph"]["layout"]
    assert all(isinstance(item["clauses"], list) for item in (*content["nodes"], *content["edges"]))
    assert all(-500 <= node["x"] <= 500 and -500 <= node["y"] <= 500 for node in content["nodes"])


def test_dot_is_read_by_pydot_with_every_node_and_tie(executor: Executor) -> None:
    network = read_network(executor, NetworkRequest("actor-instrument"))
    graph = read_dot(write(executor, "dot", projection="actor-instrument"))
    assert {n.get_name().strip('"') for n in graph.get_nodes()} == {n.iri for n in network.nodes}
    assert len(graph.get_edges()) == len(network.edges)
    french = read_dot(write(executor, "dot", projection="actor-instrument", language="fr"))
    assert french.get_edges()[0].get("label").strip('"') in {e.labels["fr"] for e in network.edges}


def test_svg_is_accessible_and_speaks_both_languages(executor: Executor) -> None:
    names = "{http://www.w3.org/2000/svg}"
    for language, title, desc in (("en", "Which topics stand", "nodes"), ("fr", "Quels thèmes", "nœuds")):
        root = etree.fromstring(write(executor, "svg", projection="topic-topic", language=language))
        assert root.get("role") == "img"
        assert root.get("aria-labelledby") == "network-title network-desc"
        assert root[0].tag == names + "title"
        assert title in root[0].text
        assert desc in root[1].text
        links = root.findall(f".//{names}a")
        assert len(links) == 28
        assert all(link[0].tag == names + "title" and link[0].text for link in links)
        assert len({text.text for text in root.iter(names + "text")}) > 25


def test_hostile_labels_stay_labels() -> None:
    svg = etree.fromstring(write_hostile("svg"))
    assert HOSTILE in {title.text for title in svg.iter("{http://www.w3.org/2000/svg}title")}
    assert [a.get("href") for a in svg.iter("{http://www.w3.org/2000/svg}a")] == ["https://example.org/a?x=1&y=2", None]
    assert b"<b>" not in write_hostile("svg")
    graphml = nx.read_graphml(BytesIO(write_hostile("graphml")))
    assert {facts["label"] for facts in graphml.nodes.values()} == {HOSTILE, "plain"}
    gexf = nx.read_gexf(BytesIO(write_hostile("gexf")))
    assert gexf.nodes["https://example.org/a?x=1&y=2"]["label"] == HOSTILE
    dot = read_dot(write_hostile("dot"))
    assert len(dot.get_nodes()) == 2
    assert len(dot.get_edges()) == 1
    assert json.loads(write_hostile("json"))["nodes"][0]["label"] == HOSTILE


@settings(max_examples=60, deadline=None)
@given(label=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=200), iri=st.text(max_size=20))
def test_whatever_text_is_in_the_graph_the_files_can_be_read(label: str, iri: str) -> None:
    store = ox.Store()
    node = ox.NamedNode("https://example.org/" + quote(iri, safe=""))
    store.add(ox.Quad(node, ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label"), ox.Literal(label)))
    store.add(ox.Quad(node, ox.NamedNode("urn:p"), ox.NamedNode("urn:other")))
    network = read_query(Executor(Snapshot(store, "0", "", {}, -1)), "CONSTRUCT WHERE { ?s <urn:p> ?o }", {}, UNLIMITED)
    drawing = Drawing(network, place_nodes(network), {})
    shown = next(n.labels["en"] for n in network.nodes if n.iri == node.value)
    graphml = nx.read_graphml(BytesIO(FORMATS["graphml"].write(drawing, "en")))
    gexf = nx.read_gexf(BytesIO(FORMATS["gexf"].write(drawing, "en")))
    assert shown in {facts["label"] for facts in graphml.nodes.values()}
    assert gexf.nodes[node.value]["label"] == shown
    assert etree.fromstring(FORMATS["svg"].write(drawing, "en")) is not None
    assert len(read_dot(FORMATS["dot"].write(drawing, "en")).get_nodes()) == 2


@pytest.mark.parametrize("form", list(FORMATS))
def test_an_empty_network_is_a_file_too(form: str) -> None:
    empty = Network("test", {"en": "Test", "fr": "Essai"}, True, "0", (), ())
    assert FORMATS[form].write(Drawing(empty, {}, {}), "en")


def test_nodes_have_places_of_their_own_within_the_square() -> None:
    star = make_network(*(("hub", f"leaf{at:03}") for at in range(600)))  # all leaves are equally far from all pivots
    parts = make_network(("a", "b"), ("c", "d"), ("e", "f"), ("f", "g"))
    for network in (BARBELL, star, parts, make_network(("a", "a"))):
        places = place_nodes(network)
        assert set(places) == {n.iri for n in network.nodes}
        assert len(set(places.values())) == len(places)
        assert all(abs(c) <= 500 for place in places.values() for c in place)
    places = place_nodes(parts)
    assert _distance(places["a"], places["b"]) < _distance(places["a"], places["c"])


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)


def test_ties_are_drawn_where_their_nodes_are() -> None:
    places = place_nodes(BARBELL)
    root = etree.fromstring(draw_network(BARBELL, places, "en"))
    lines = root.findall(".//{http://www.w3.org/2000/svg}line")
    assert len(lines) == len(BARBELL.edges)
    first = BARBELL.edges[0]
    assert float(lines[0].get("x1")) == pytest.approx(places[first.source][0], abs=0.01)
    assert float(lines[0].get("y2")) == pytest.approx(places[first.target][1], abs=0.01)


def test_no_label_of_a_drawing_lies_on_another(executor: Executor) -> None:
    root = etree.fromstring(write(executor, "svg", projection="all"))
    (group,) = (g for g in root.iter("{http://www.w3.org/2000/svg}g") if g.get("paint-order"))
    assert list(root).index(group) > max(at for at, part in enumerate(root) if part.find(".//{*}a") is not None)
    boxes = [
        (x - wide / 2, x + wide / 2, y)
        for text in group
        for x, y, wide in [(float(text.get("x")), float(text.get("y")), len(text.text) * 8 * 0.6)]
    ]
    assert len(boxes) == 60
    for (left, right, y), (other_left, other_right, other_y) in combinations(boxes, 2):
        assert abs(y - other_y) > 8 or right <= other_left or other_right <= left


def test_a_picture_has_its_title_legend_and_credit_and_cuts_no_text() -> None:
    name = "A name so long that it must be shortened and would be cut at the edge of a picture"
    nodes = tuple(replace(node, labels={"en": name}) for node in BARBELL.nodes)
    network = replace(BARBELL, labels={"en": "What is connected"}, nodes=nodes)
    credit = ["The Desk · licence CC0 · dataset 1a2b", "https://example.org/graph?" + "projection=" * 20]
    root = etree.fromstring(draw_network(network, place_nodes(network), "en", credit))
    left, top, width, height = map(float, root.get("viewBox").split())
    texts = root.findall(".//{http://www.w3.org/2000/svg}text")
    for text in texts:
        wide = len(text.text) * float(text.get("font-size") or 13) * 0.6
        start = float(text.get("x")) - (wide / 2 if text.getparent().get("text-anchor") == "middle" else 0)
        assert left <= start
        assert start + wide <= left + width
        assert top < float(text.get("y")) < top + height
    said = "".join(text.text for text in texts)
    for words in ("What is connected", f"({len(network.nodes)})", credit[0], credit[1]):
        assert words in said


def test_limits_and_formats_are_said(executor: Executor) -> None:
    with pytest.raises(ResultTooLargeError, match="overview"):
        answer_request(executor, NetworkRequest("all"), "json", Sizes(50, 10_000))
    overview = json.loads(answer_request(executor, NetworkRequest("all", overview=True), "json", Sizes(50, 10_000)))
    assert sum(node["weight"] for node in overview["nodes"]) == len(read_network(executor, NetworkRequest("all")).nodes)
    with pytest.raises(SettingsError, match="graphml"):
        answer_request(executor, NetworkRequest("all"), "gif", Sizes())


def test_pictures_pages_and_scripts_show_a_class_as_the_ontology_says() -> None:
    place = Node("urn:a", {"en": "a"}, "ukfr:Place", "ukfr:Place", ("urn:c",))
    others = (replace(place, iri="urn:b", type="ex:Other"), replace(place, iri="urn:d", type="community"))
    network = replace(BARBELL, nodes=(place, *others), edges=())
    tree = etree.fromstring(draw_network(network, place_nodes(network), "fr"))
    shapes = {
        link.findtext("{*}title"): (len((shape.get("points") or "").split()), shape.get("fill"))
        for link in tree.iterfind(".//{*}a")
        for shape in (*link.iterfind("{*}polygon"), *link.iterfind("{*}circle"))
    }
    tokens = dict(re.findall(r"--([\w-]+): light-dark\((#\w+),", (templates_folder() / "style.css").read_text("utf-8")))
    assert shapes == {
        "a (lieu, 1)": (5, tokens["reaffirmation"]),
        "a (Other, 1)": (0, tokens["soft"]),
        "a (communauté, 1)": (0, tokens["accent"]),
    }
    assert '[data-type="ukfr:Place"], [data-kind="Place"] { --kind: var(--reaffirmation);' in write_looks()
    assert describe_looks("fr")["ukfr:Place"] == {"one": "lieu", "name": "Lieux", "colour": "reaffirmation"}


def test_every_look_has_a_colour_of_the_pages_a_symbol_and_names() -> None:
    style = (templates_folder() / "style.css").read_text("utf-8")
    for iri, look in list_looks().items():
        assert f"--{look.colour_token}: light-dark(" in style, iri
        assert f"--{look.colour_token}-wash: light-dark(" in style, iri
        assert len(look.symbol) == 1, iri
    for language in find_languages():
        assert all(all(texts.values()) for texts in describe_looks(language).values())


@pytest.mark.parametrize("form", ["graphml", "gexf", "svg"])
@pytest.mark.parametrize("character", ["\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_what_xml_cannot_hold_is_not_written(form: str, character: str) -> None:
    first, *others = BARBELL.nodes
    odd = replace(first, labels={"en": f"a{character}b"})
    network = replace(BARBELL, nodes=(odd, *others))
    with pytest.raises(NotAcceptableError, match=rf"U\+{ord(character):04X}.*json and dot can"):
        FORMATS[form].write(Drawing(network, place_nodes(network), {}), "en")


def test_graphml_has_the_names_that_its_readers_show() -> None:
    content = FORMATS["graphml"].write(Drawing(BARBELL, place_nodes(BARBELL), {}), "en")
    graph = nx.read_graphml(BytesIO(content))
    assert sorted(graph.nodes(data="name")) == sorted(graph.nodes(data="label"))
