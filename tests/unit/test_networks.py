"""Networks are what their queries say, measures are what their definitions say, and filters keep what they name."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.networks import BARBELL, make_executor, make_network
from ukfr_graph.analysis.layouts import place_nodes
from ukfr_graph.analysis.measures import find_bridges, find_communities, measure_nodes
from ukfr_graph.analysis.network_formats import FORMATS, Drawing
from ukfr_graph.analysis.network_parameters import NetworkRequest, parse_request, write_request
from ukfr_graph.analysis.overview import keep_community, show_communities
from ukfr_graph.analysis.projections import find_projection, list_projections, read_projection, read_query
from ukfr_graph.analysis.requests import UNLIMITED, read_network
from ukfr_graph.errors import NotFoundError, ParameterError, QueryError, ResultTooLargeError
from ukfr_graph.query import Executor
from ukfr_graph.store import Snapshot

ID = "https://w3id.org/ukfr/id/"
PREFIXES = "@prefix ukfr: <https://w3id.org/ukfr/ontology#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . "


def test_there_is_a_projection_for_each_kind_of_tie() -> None:
    assert set(list_projections()) == {"actor-actor", "actor-instrument", "all", "clause-clause", "topic-topic"}
    with pytest.raises(NotFoundError, match="actor-instrument"):
        find_projection("actors")


def test_every_tie_has_an_iri_labels_in_both_languages_and_the_clauses_behind_it(executor: Executor) -> None:
    network = read_network(executor, NetworkRequest("actor-instrument"))
    pnr = ID + "instrument/pnr-directive"
    clause = ID + "clause/uk-fr-2016-08-30/pnr-implementation"
    edges = {(e.source, e.relation): e for e in network.edges if e.target == pnr}
    edge = edges[ID + "collective/eu-member-states", "https://w3id.org/ukfr/ontology#addressee"]
    assert edge.labels == {"en": "addressee", "fr": "destinataire"}
    assert clause in edge.clauses
    assert edge.weight == len(edge.clauses)
    node = next(n for n in network.nodes if n.iri == pnr)
    assert (node.type, node.kind) == ("ukfr:Instrument", "ukfr:Instrument")
    assert node.labels["en"] != node.labels["fr"]
    assert clause in node.clauses
    assert {n.type for n in network.nodes} == {"ukfr:Actor", "ukfr:Instrument"}


def test_two_actors_are_tied_by_the_clauses_that_they_share(executor: Executor) -> None:
    network = read_network(executor, NetworkRequest("actor-actor"))
    uk, france = ID + "government/united-kingdom", ID + "government/france"
    edge = next(e for e in network.edges if {e.source, e.target} == {uk, france})
    _, rows = executor.run(f"SELECT DISTINCT ?c {{ ?c ukfr:holder <{uk}>, <{france}> }}").rows()
    assert {row[0].value for row in rows if row[0] is not None} <= set(edge.clauses)  # type: ignore[union-attr]
    assert edge.weight == len(edge.clauses) == len(set(edge.clauses))
    assert not network.is_directed


def test_topics_stand_together_as_often_as_the_saved_question_says(executor: Executor) -> None:
    network = read_network(executor, NetworkRequest("topic-topic"))
    _, rows = executor.run(find_projection("topic-cooccurrence").text).rows()
    counted = sorted(int(row[3].value) for row in rows)  # type: ignore[union-attr]
    assert sorted(edge.weight for edge in network.edges) == counted


def test_a_clause_stands_for_itself_and_ties_clauses_by_both_ends(executor: Executor) -> None:
    network = read_network(executor, NetworkRequest("clause-clause"))
    assert all(node.clauses == (node.iri,) and node.type == "ukfr:Clause" for node in network.nodes)
    assert all(set(e.clauses) == {e.source, e.target} for e in network.edges)


def test_a_construct_a_select_and_a_list_of_iris_are_networks_too(executor: Executor) -> None:
    construct = read_query(executor, find_projection("clause-network").text, {}, UNLIMITED)
    saved = read_network(executor, NetworkRequest("clause-clause"))
    assert {(e.source, e.relation, e.target) for e in construct.edges} == {
        (e.source, e.relation, e.target) for e in saved.edges
    }
    columns = read_query(executor, "SELECT ?clause ?instrument { ?clause ukfr:cites ?instrument }", {}, UNLIMITED)
    assert {e.labels["en"] for e in columns.edges} == {"instrument"}
    assert all(e.clauses == (e.source,) for e in columns.edges)
    alone = read_query(executor, "SELECT ?c { ?c a ukfr:Call }", {}, UNLIMITED)
    assert {n.kind for n in alone.nodes} == {"ukfr:Call"}
    assert {e.relation.rpartition("#")[2] for e in alone.edges} == {"elaborates", "specifies"}


@pytest.mark.parametrize("query", ["ASK { ?s ?p ?o }", "SELECT (1 AS ?n) {}"])
def test_what_has_no_iris_is_no_network(executor: Executor, query: str) -> None:
    with pytest.raises(QueryError, match=r"network|IRIs"):
        read_query(executor, query, {}, UNLIMITED)


def test_an_answer_without_rows_is_an_empty_network(executor: Executor) -> None:
    network = read_query(executor, "SELECT ?c { ?c a <urn:nothing> }", {}, UNLIMITED)
    assert (network.nodes, network.edges) == ((), ())


def test_a_network_beyond_the_limit_is_refused_and_says_what_to_do(executor: Executor) -> None:
    with pytest.raises(ResultTooLargeError, match="UKFR_MAX_OVERVIEW_NODES"):
        read_projection(executor, find_projection("all"), {}, 100)


def test_filters_keep_what_rests_on_the_clauses_that_they_name(executor: Executor) -> None:
    whole = read_network(executor, NetworkRequest("all"))
    topic = read_network(executor, NetworkRequest("all", topic="vocab:topic/asylum"))
    _, rows = executor.run(
        "SELECT DISTINCT ?c { ?c a ukfr:Clause ; dcterms:subject/skos:broader* <https://w3id.org/ukfr/vocab/topic/asylum> }"
    ).rows()
    clauses = {row[0].value for row in rows}  # type: ignore[union-attr]
    assert {n.iri for n in topic.nodes if n.type == "ukfr:Clause"} == clauses
    assert {c for e in topic.edges for c in e.clauses} <= clauses
    assert len(topic.nodes) < len(whole.nodes)
    kind = read_network(executor, NetworkRequest("all", kind="ukfr:Call"))
    assert {n.kind for n in kind.nodes if n.type == "ukfr:Clause"} == {"ukfr:Call"}
    both = read_network(executor, NetworkRequest("all", kind="ukfr:Call", section="id:section/uk-fr-2016-08-30/calais"))
    assert not any(n.type == "ukfr:Clause" for n in both.nodes)
    types = read_network(executor, NetworkRequest("all", types=("ukfr:Instrument", "ukfr:Call")))
    assert {n.type for n in types.nodes} == {"ukfr:Instrument", "ukfr:Clause"}
    assert {n.kind for n in types.nodes if n.type == "ukfr:Clause"} == {"ukfr:Call"}


def test_a_tie_that_rests_on_no_clause_stays_between_two_that_stay(executor: Executor) -> None:
    network = read_network(executor, NetworkRequest("all", section="id:section/uk-fr-2016-08-30/terrorism"))
    narrower = [e for e in network.edges if e.relation.endswith("broader")]
    assert narrower
    assert all(not e.clauses and e.weight == 1 for e in narrower)


def test_the_surroundings_of_a_node_grow_by_steps(executor: Executor) -> None:
    sizes = [
        len(read_network(executor, NetworkRequest("all", focus="id:place/calais", steps=steps)).nodes)
        for steps in (0, 1, 2)
    ]
    assert sizes[0] == 1 < sizes[1] < sizes[2]
    with pytest.raises(NotFoundError, match="id:nothing"):
        read_network(executor, NetworkRequest("all", focus="id:nothing"))
    with pytest.raises(ParameterError):
        read_network(executor, NetworkRequest("all", focus="javascript:alert(1)"))


def test_paths_are_the_shortest_and_all_of_them() -> None:
    network = make_network(("a", "b"), ("b", "d"), ("a", "c"), ("d", "c"), ("d", "e"), ("b", "c"))
    found = network.find_paths("a", "e")
    assert found.path == ("a", "b", "d", "e")
    assert {n.iri for n in found.nodes} == set("abcde")
    assert ("b", "c") not in {(e.source, e.target) for e in found.edges}  # on no shortest path
    with pytest.raises(NotFoundError, match="No path"):
        make_network(("a", "b"), ("c", "d")).find_paths("a", "d")


def test_a_person_is_tied_to_an_instrument_through_office_and_clause(executor: Executor) -> None:
    request = NetworkRequest("all", start="id:person/amber-rudd", end="id:instrument/dublin-iii")
    path = read_network(executor, request).path
    assert path[0] == ID + "person/amber-rudd"
    assert path[1] == ID + "office/home-secretary"
    assert path[-1] == ID + "instrument/dublin-iii"
    with pytest.raises(ParameterError, match="both"):
        read_network(executor, NetworkRequest("all", start="id:person/amber-rudd"))


def test_measures_are_those_of_a_barbell() -> None:
    standings = {s.iri: s for s in measure_nodes(BARBELL)}
    assert (standings["c"].degree, standings["c"].strength) == (3, 3)
    # Of the 10 pairs of others, c is between 6: a and b with each of d, e and f.
    assert standings["c"].betweenness == pytest.approx(0.6)
    assert standings["a"].betweenness == 0
    assert {iri for iri, s in standings.items() if s.is_cut} == {"c", "d"}
    assert standings["a"].community == standings["b"].community != standings["f"].community
    assert [s.iri for s in measure_nodes(BARBELL)][:2] == ["c", "d"]


def test_communities_have_the_modularity_of_their_definition() -> None:
    communities = find_communities(BARBELL)
    assert {frozenset(group) for group in communities.members} == {frozenset("abc"), frozenset("def")}
    # 7 ties, 3 within each; each side has half of all ends: 2 * (3/7 - (1/2)^2).
    assert communities.modularity == pytest.approx(2 * (3 / 7 - 1 / 4), abs=1e-6)


def test_bridges_are_told_with_their_smaller_side() -> None:
    (bridge,) = find_bridges(BARBELL)
    assert (bridge.source, bridge.target, bridge.side) == ("c", "d", 3)
    chain = find_bridges(make_network(("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")))
    assert [(b.source, b.target, b.side) for b in chain] == [("b", "c", 2), ("c", "d", 2), ("a", "b", 1), ("d", "e", 1)]
    assert find_bridges(make_network(("a", "b"), ("b", "c"), ("c", "a"))) == ()


def test_parallel_ties_count_a_clause_once() -> None:
    executor = make_executor(
        PREFIXES
        + "<urn:c> a ukfr:Clause ; ukfr:statement <urn:s> ; ukfr:holder <urn:a> ; ukfr:performer <urn:a> ; ukfr:cites <urn:i> ."
    )
    network = read_network(executor, NetworkRequest("actor-instrument"))
    assert len(network.edges) == 2
    graph = network.to_simple()
    assert graph["urn:a"]["urn:i"]["weight"] == 1
    assert network.to_networkx().number_of_edges() == 2


def test_a_large_network_is_shown_by_its_communities() -> None:
    communities = find_communities(BARBELL)
    overview = show_communities(BARBELL, communities)
    assert [(n.iri, n.labels["en"], n.weight) for n in overview.nodes] == [("c", "c (+2)", 3), ("d", "d (+2)", 3)]
    (edge,) = overview.edges
    assert edge.clauses == ("urn:clause:cd",)
    assert {n.iri for n in keep_community(BARBELL, communities, 0).nodes} == set(communities.members[0])
    with pytest.raises(NotFoundError, match="from 0 on"):
        keep_community(BARBELL, communities, 2)


@given(st.lists(st.tuples(st.sampled_from("abcdefghij"), st.sampled_from("abcdefghij")), min_size=1))
def test_communities_are_connected_and_networkx_finds_the_same_modularity(ties: list[tuple[str, str]]) -> None:
    network = make_network(*ties)
    communities = find_communities(network)
    assert sorted(iri for group in communities.members for iri in group) == [n.iri for n in network.nodes]
    graph = network.to_simple()
    assert all(nx.is_connected(graph.subgraph(group)) for group in communities.members)
    if graph.size():
        expected = nx.community.modularity(graph, [set(group) for group in communities.members])
        assert communities.modularity == pytest.approx(expected, abs=1e-6)
    assert find_communities(network) == communities


def test_labels_are_cleaned_of_what_no_file_can_hold() -> None:
    executor = make_executor(PREFIXES + '<urn:a> rdfs:label "x\\u0007\\n <b>&\\"y"@en ; <urn:p> <urn:b> .')
    network = read_query(executor, "CONSTRUCT { ?s <urn:p> ?o } WHERE { ?s <urn:p> ?o }", {}, UNLIMITED)
    assert [n.labels["en"] for n in network.nodes] == ['x <b>&"y', "urn:b"]


def test_what_is_drawn_at_random_is_the_same_in_every_process(dataset: Path) -> None:
    program = (
        "import hashlib,sys; from pathlib import Path; from ukfr_graph.store import open_snapshot;"
        "from ukfr_graph.query import Executor; from ukfr_graph.analysis.requests import *;"
        "e = Executor(open_snapshot(Path(sys.argv[1])));"
        "b = answer_request(e, NetworkRequest('all', measures=True), 'json', Sizes());"
        "o = answer_request(e, NetworkRequest('all', overview=True), 'svg', Sizes());"
        "print(hashlib.sha256(b + o).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program, str(dataset)],
            capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}, timeout=120,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(digests) == 1


BACKEND = """
import networkx as nx
class Dispatcher:
    @staticmethod
    def betweenness_centrality(G, *args, **kwargs):
        print("asked the backend")
        return {node: 1.0 for node in G}
    @staticmethod
    def convert_from_nx(graph, **_): return graph
    @staticmethod
    def convert_to_nx(result, **_): return result
    @staticmethod
    def can_run(name, args, kwargs): return name == "betweenness_centrality"
    @staticmethod
    def should_run(name, args, kwargs): return True
class TestGraph(nx.Graph): pass
"""


@pytest.mark.parametrize("way", ["argument", "environment"])
def test_another_backend_of_networkx_may_do_the_work(tmp_path: Path, way: str) -> None:
    (tmp_path / "tiny_backend.py").write_text(BACKEND)
    facts = tmp_path / "tiny_backend-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny-backend\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text("[networkx.backends]\ntiny = tiny_backend:Dispatcher\n")
    backend = "tiny" if way == "argument" else None
    program = (
        "from support.networks import BARBELL; from ukfr_graph.analysis.measures import find_betweenness;"
        f"print(find_betweenness(BARBELL.to_simple(), {backend!r})['a'])"
    )
    paths = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[1])])
    environment = {**os.environ, "PYTHONPATH": paths}
    if way == "environment":
        environment["NETWORKX_BACKEND_PRIORITY"] = "tiny"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, timeout=60, check=False
    )
    assert done.stdout.split("\n")[:2] == ["asked the backend", "1.0"], done.stderr


@given(
    st.builds(
        NetworkRequest,
        projection=st.sampled_from(["all", "who-cites-what"]),
        values=st.dictionaries(st.from_regex("[a-z]{1,5}", fullmatch=True), st.text(max_size=9), max_size=2),
        types=st.lists(st.sampled_from(["ukfr:Actor", "ukfr:Place"]), unique=True).map(tuple),
        focus=st.text(max_size=20),
        steps=st.integers(0, 10),
        start=st.text(max_size=9),
        community=st.none() | st.integers(0, 999_999_999),
        overview=st.booleans(),
        at=st.sampled_from(["", "2016-08-30"]),
    )
)
def test_a_request_is_read_back_as_it_was_written(request: NetworkRequest) -> None:
    pairs = [(name, value) for name, values in write_request(request).items() for value in values]
    assert parse_request(pairs, "en") == request


@pytest.mark.parametrize(
    ("name", "values", "told"),
    [
        ("steps", ["11"], "from 0 to 10"),
        ("steps", ["\u0661"], "whole number"),
        ("community", ["-1"], "from 0 on"),
        ("overview", ["perhaps"], "true or false"),
        ("topic", ["a", "b"], "given twice"),
        ("param", ["k=1", "k=2"], "once"),
        ("param", ["k"], "name=value"),
        ("nonsense", ["1"], "no parameter nonsense"),
    ],
)
def test_a_parameter_that_would_be_passed_over_is_an_error(name: str, values: list[str], told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        parse_request([(name, value) for value in values], "en")


def test_labels_are_in_every_language_of_the_dataset(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"profile": {"languages": ["en", "es"]}}), "utf-8")
    engine = make_executor(
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"
        '<urn:a> rdfs:label "Police"@en, "Policía"@es ; <urn:b> <urn:c> . <urn:c> rdfs:label "Staat"@de .'
    ).engine
    assert isinstance(engine, Snapshot)
    executor = Executor(replace(engine, folder=str(tmp_path)))
    network = read_query(executor, "CONSTRUCT WHERE { ?s <urn:b> ?o }", {}, 10)
    assert [n.labels for n in network.nodes] == [
        {"en": "Police", "fr": "Police", "es": "Policía"},
        {"en": "urn:c", "fr": "urn:c", "es": "urn:c"},
    ]
    drawing = Drawing(network, place_nodes(network), {})
    assert json.loads(FORMATS["json"].write(drawing, "es"))["nodes"][0]["label_es"] == "Policía"
    assert "Policía" in FORMATS["svg"].write(drawing, "es").decode()
