"""Networks over HTTP: formats, filters, queries of one's own, and limits."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import networkx as nx
import pytest

from support.servers import start_server

PATH = "/export/network"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
BOMB = "SELECT ?source ?target { ?source ?a ?b . ?target ?c ?d . ?x ?y ?z . ?u ?v ?w }"


def get(server: str, accept: str = "", **parameters: Any) -> httpx.Response:
    names = {"start": "from", "end": "to"}
    found = {names.get(k, k): v for k, v in parameters.items()}
    headers = {"Accept": accept} if accept else {}
    return httpx.get(server + PATH, params=found, headers=headers, timeout=60)


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("json", "application/json"),
        ("graphml", "application/graphml+xml"),
        ("gexf", "application/gexf+xml"),
        ("dot", "text/vnd.graphviz"),
        ("svg", "image/svg+xml"),
        ("png", "image/png"),
        ("pdf", "application/pdf"),
    ],
)
def test_a_format_is_chosen_by_name_or_by_accept(server: str, form: str, media_type: str) -> None:
    named = get(server, projection="topic-topic", format=form)
    accepted = get(server, media_type, projection="topic-topic")
    assert named.status_code == accepted.status_code == 200
    assert named.headers["content-type"].partition(";")[0] == media_type
    assert named.content == accepted.content
    assert "accept" in named.headers["vary"].lower()
    assert named.headers["content-disposition"] == f'inline; filename="topic-topic.{form}"'


def test_json_is_the_default_and_a_browser_may_ask_too(server: str) -> None:
    assert get(server, projection="topic-topic").json()["graph"]["projection"] == "topic-topic"
    assert get(server, BROWSER, projection="topic-topic").headers["content-type"] == "application/json"
    assert get(server, "text/html", projection="topic-topic").status_code == 406


def test_what_the_client_has_is_not_sent_again(server: str) -> None:
    first = get(server, projection="topic-topic")
    again = httpx.get(
        server + PATH, params={"projection": "topic-topic"}, headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["ukfr-version"] == first.json()["graph"]["version"]
    other = get(server, projection="topic-topic", topic="vocab:topic/asylum")
    assert other.headers["etag"] != first.headers["etag"]


def test_the_files_open_in_networkx(server: str) -> None:
    graph = nx.read_graphml(BytesIO(get(server, projection="actor-instrument", format="graphml").content))
    gexf = nx.read_gexf(BytesIO(get(server, projection="actor-instrument", format="gexf").content))
    content = get(server, projection="actor-instrument").json()
    assert len(graph) == len(gexf) == len(content["nodes"])
    assert {facts["label"] for facts in graph.nodes.values()} == {node["label"] for node in content["nodes"]}


def test_filters_focus_and_paths(server: str) -> None:
    whole = get(server).json()
    focus = get(server, focus="id:place/calais", steps=1).json()
    assert "https://w3id.org/ukfr/id/place/calais" in {n["id"] for n in focus["nodes"]}
    assert 1 < len(focus["nodes"]) < len(whole["nodes"])
    types = get(server, type=["ukfr:Place", "https://w3id.org/ukfr/ontology#Instrument"]).json()
    assert {n["type"] for n in types["nodes"]} == {"ukfr:Place", "ukfr:Instrument"}
    path = get(server, start="id:person/amber-rudd", end="id:instrument/dublin-iii").json()
    assert path["graph"]["path"][-1] == "https://w3id.org/ukfr/id/instrument/dublin-iii"
    assert len(path["graph"]["path"]) == 6
    measured = get(server, projection="actor-actor", measures="true").json()
    assert {"degree", "betweenness", "community"} <= set(measured["nodes"][0])
    overview = get(server, overview="true").json()
    assert sum(n["weight"] for n in overview["nodes"]) == len(whole["nodes"])
    community = get(server, community=0).json()
    assert len(community["nodes"]) == max(n["weight"] for n in overview["nodes"])


def test_the_language_of_a_drawing_is_the_readers(server: str) -> None:
    french = httpx.get(
        server + PATH, params={"projection": "topic-topic", "format": "svg"}, headers={"Accept-Language": "fr"}
    )
    assert "nœuds" in french.text
    assert "nodes" in get(server, projection="topic-topic", format="svg", lang="en").text


def test_any_query_can_be_shown(server: str) -> None:
    query = "CONSTRUCT { ?c ukfr:cites ?i } WHERE { ?c ukfr:cites ?i }"
    by_get = get(server, projection="query", query=query).json()
    direct = httpx.post(server + PATH, content=query, headers={"Content-Type": "application/sparql-query"})
    form = httpx.post(server + PATH, data={"query": query}, params={"format": "json"})
    assert by_get["nodes"] == direct.json()["nodes"] == form.json()["nodes"]
    assert {edge["relation"] for edge in by_get["edges"]} == {"ukfr:cites"}
    saved = get(server, projection="clauses-on-topic", param="topic=vocab:topic/asylum").json()
    assert {n["type"] for n in saved["nodes"]} >= {"ukfr:Clause"}
    filtered = httpx.post(
        server + PATH, content=query, params={"type": "ukfr:Instrument"},
        headers={"Content-Type": "application/sparql-query"},
    ).json()  # fmt: skip
    assert {n["type"] for n in filtered["nodes"]} == {"ukfr:Instrument"}


@pytest.mark.parametrize(
    ("parameters", "status", "words"),
    [
        ({"projection": "nothing"}, 404, "actor-instrument"),
        ({"nonsense": "1"}, 400, "no parameter nonsense"),
        ({"format": "gif"}, 400, "graphml"),
        ({"focus": "id:nothing"}, 404, "Nothing is said here"),
        ({"focus": "javascript:alert(1)"}, 400, "IRI"),
        ({"topic": "x> } #"}, 400, "IRI"),
        ({"from": "id:person/amber-rudd"}, 400, "both"),
        ({"community": "999"}, 404, "from 0 on"),
        ({"projection": "query"}, 400, "projection=query"),
        ({"query": "SELECT * {}"}, 400, "projection=query"),
        ({"projection": "query", "query": "SELECT nonsense"}, 400, "line 1"),
        ({"projection": "query", "query": "SELECT * { SERVICE <http://127.0.0.1/> {} }"}, 403, "SERVICE"),
        ({"projection": "query", "query": "ASK {}"}, 400, "ASK"),
        ({"projection": "clauses-on-topic", "param": "topic"}, 400, "name=value"),
        ({"projection": "clauses-on-topic", "param": "topic=1 2"}, 400, "IRI"),
    ],
)
def test_what_is_wrong_is_a_problem_that_says_so(
    server: str, parameters: dict[str, str], status: int, words: str
) -> None:
    answer = httpx.get(server + PATH, params=parameters)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert words in answer.json()["detail"]


def test_a_body_of_the_wrong_kind_is_refused(server: str) -> None:
    assert httpx.post(server + PATH, json={"query": "x"}).status_code == 415
    assert httpx.post(server + PATH, data={"other": "x"}).status_code == 400
    headers = {"Content-Type": "application/sparql-query"}
    assert httpx.post(server + PATH, content=b"\xff", headers=headers).status_code == 400
    assert httpx.post(server + PATH, content=b"", headers=headers).status_code == 400
    assert httpx.post(server + PATH, content=b" " * 1_000_001, headers=headers).status_code == 413


def test_limits_of_size_are_errors_that_name_the_setting(dataset: Path) -> None:
    settings = {"max_network_nodes": "50", "max_overview_nodes": "100"}
    with start_server("--store", str(dataset), settings=settings) as running:
        whole = get(running.url)
        assert whole.status_code == 422
        assert "UKFR_MAX_OVERVIEW_NODES" in whole.json()["detail"]
        part = get(running.url, type=["ukfr:Clause"], projection="clause-clause")
        assert part.status_code == 200
        topics = get(running.url, projection="query", query="SELECT ?c { ?c skos:inScheme ?s } LIMIT 90")
        assert (topics.status_code, "UKFR_MAX_NETWORK_NODES" in topics.json()["detail"]) == (422, True)


def test_a_runaway_is_ended_by_a_limit_and_the_server_stays(dataset: Path) -> None:
    with start_server("--store", str(dataset), settings={"query_timeout_s": "1"}) as running:
        runaway = httpx.post(
            running.url + PATH, content=BOMB, headers={"Content-Type": "application/sparql-query"}, timeout=30
        )
        assert runaway.status_code in (422, 504)  # whichever limit is reached first
        assert httpx.get(running.url + "/health").status_code == 200


def test_reading_needs_a_token_where_the_operator_says_so(dataset: Path) -> None:
    settings = {"read_token_needed": "true", "write_token": "secret-enough"}
    with start_server("--store", str(dataset), settings=settings) as running:
        assert get(running.url, projection="topic-topic").status_code == 401
        headers, asked = {"Authorization": "Bearer secret-enough"}, {"projection": "topic-topic"}
        allowed = httpx.get(running.url + PATH, params=asked, headers=headers, timeout=60)
        assert allowed.status_code == 200


def test_another_engine_gives_the_same_network(server: str, relay: str) -> None:
    here, there = (get(url, projection="actor-instrument").json() for url in (server, relay))
    assert here["nodes"] == there["nodes"]
    assert here["edges"] == there["edges"]


def test_openapi_describes_parameters_formats_and_problems(server: str) -> None:
    described = httpx.get(server + "/openapi.json").json()["paths"][PATH]
    names = {p["name"] for p in described["get"]["parameters"]}
    assert {"projection", "format", "type", "topic", "kind", "section", "focus", "steps", "from", "to"} <= names
    assert "image/svg+xml" in described["get"]["responses"]["200"]["content"]
    assert {"400", "404", "422", "504"} <= set(described["get"]["responses"])
    assert "application/sparql-query" in described["post"]["requestBody"]["content"]
    assert json.dumps(described)
