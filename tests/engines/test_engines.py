"""What is served over Jena and over Virtuoso is what is served over an engine of our own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest

from engines.conftest import Served, publish
from queries.expected import cases
from support.engines import Engine
from ukfr_graph import iris
from ukfr_graph.query import SavedQuery
from ukfr_graph.store import RemoteEngine, Solutions, open_snapshot

CASES = list(cases())
PAGES = (
    "/", "/statements/uk-fr-2016-08-30", "/timeline", "/compare?a=vocab:topic/terrorism&b=vocab:topic/firearms",
    "/outcomes", "/money", "/series", "/graph", "/ontology", "/queries", "/queries/money", "/catalog",
    "/doc/place/calais", "/doc/clause/uk-fr-2016-08-30/pnr-flights", "/vocab/topic/terrorism",
    "/doc/instrument/sandhurst-treaty", "/.well-known/void", "/statements/uk-fr-2016-08-30/records/passage-and-tools",
)  # fmt: skip
NETWORKS = (
    "/export/network?projection=actor-actor&format=json",
    "/export/network?projection=topic-topic&format=graphml",
)
HTML = {"Accept": "text/html", "Accept-Language": "en"}


def get(url: str, **rest: Any) -> httpx.Response:
    return httpx.get(url, timeout=120, follow_redirects=True, **rest)


def rows_of(url: str, query: SavedQuery, number: int) -> list[tuple[str, ...]]:
    answer = get(f"{url}/queries/{query.name}", params=dict(query.examples[number - 1]))
    assert answer.status_code == 200, answer.text
    return rows_in(answer)


def rows_in(answer: httpx.Response) -> list[tuple[str, ...]]:
    """Rows as texts, with numbers by their value: in no order, which a question's last ties leave open."""
    if answer.headers["content-type"].startswith("application/n-triples"):
        return sorted((line,) for line in answer.text.splitlines())
    if "turtle" in answer.headers["content-type"]:
        return sorted((str(quad.triple),) for quad in ox.parse(answer.content, format=ox.RdfFormat.TURTLE))
    found = answer.json()
    if "boolean" in found:
        return [(str(found["boolean"]),)]
    return sorted(
        tuple(_value(row.get(name)) for name in found["head"]["vars"]) for row in found["results"]["bindings"]
    )


def _value(term: dict[str, str] | None) -> str:
    if term is None:
        return ""
    is_number = term.get("datatype", "").rpartition("#")[2] in ("integer", "decimal", "double")
    return str(float(term["value"])) if is_number else f"{term['value']} {term.get('xml:lang', '')}"


def read_page(url: str, path: str) -> str:
    """The words of a page, without the address of the server and of the engine."""
    page = get(url + path, headers=HTML)
    assert page.status_code == 200, page.text
    text = re.sub(r"(?s)<(script|style).*?</\1>|<[^>]+>", " ", page.text)
    return re.sub(r"\s+", " ", re.sub(r"http://127\.0\.0\.1:\d+(/[\w-]+)?", "", text))


@pytest.mark.parametrize(("query", "number"), CASES, ids=[f"{q.name}-{n}" for q, n in CASES])
def test_every_saved_question_answers_the_same(served: Served, relay: str, query: SavedQuery, number: int) -> None:
    assert rows_of(served.url, query, number) == rows_of(relay, query, number)


@pytest.mark.parametrize(
    "query",
    [
        "BASE <https://w3id.org/ukfr/id/> SELECT ?l { <state/france> rdfs:label ?l }",
        "PREFIX rdfs: <https://w3id.org/ukfr/ontology#> SELECT ?h { ?c a rdfs:Call ; rdfs:holder ?h }",
        'SELECT * { VALUES ?x { "a" "a"@en 1 1.0 true "2016-08-30"^^xsd:date <urn:x> UNDEF } }',
        "SELECT ?c ?x { ?c a ukfr:Pledge OPTIONAL { ?c ukfr:cites ?x } } ORDER BY ?x ?c",
        "SELECT ?g (COUNT(*) AS ?n) FROM NAMED graph:ontology { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    ],
)
def test_queries_of_others_answer_the_same(served: Served, relay: str, query: str) -> None:
    here, there = (get(f"{url}/sparql", params={"query": query}) for url in (relay, served.url))
    assert here.status_code == there.status_code == 200, there.text
    assert rows_in(there) == rows_in(here)


def test_a_request_that_names_its_default_graph_alone_has_no_named_ones(served: Served) -> None:
    asked = {"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", "default-graph-uri": iris.GRAPH + "ontology"}
    assert rows_in(get(f"{served.url}/sparql", params=asked)) == []
    asked["query"] = "ASK { ?c a owl:Class }"
    assert rows_in(get(f"{served.url}/sparql", params=asked)) == [("True",)]


def test_a_query_whose_clauses_give_a_default_graph_alone_has_no_named_ones(served: Served) -> None:
    clause = f"FROM <{iris.GRAPH}ontology>"
    for query, rows in (
        (f"SELECT DISTINCT ?g {clause} {{ GRAPH ?g {{ ?s ?p ?o }} }}", []),
        (f"ASK {clause} {{ ?c a owl:Class }}", [("True",)]),
        (
            f"SELECT DISTINCT ?g FROM NAMED <{iris.GRAPH}ontology> {clause} {{ GRAPH ?g {{ ?s ?p ?o }} }}",
            [(f"{iris.GRAPH}ontology ",)],
        ),
    ):
        assert rows_in(get(f"{served.url}/sparql", params={"query": query})) == rows


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_the_same(served: Served, relay: str, path: str) -> None:
    assert read_page(served.url, path) == read_page(relay, path)


@pytest.mark.parametrize("path", NETWORKS)
def test_networks_are_the_same(served: Served, relay: str, path: str) -> None:
    here, there = get(relay + path), get(served.url + path)
    assert here.status_code == there.status_code == 200
    assert len(there.content) == pytest.approx(len(here.content), rel=0.01)  # places are laid out by the order of rows


def test_graphs_of_the_engine_are_not_counted_as_ours(served: Served, dataset: Path) -> None:
    snapshot = open_snapshot(dataset)
    engine = RemoteEngine(served.engine.query)
    assert engine.count_graphs() == snapshot.count_graphs()
    assert get(served.url + "/health").json()["triples"] == snapshot.count_triples()
    table = engine.query("SELECT ?s { ?s a <http://www.openlinksw.com/schemas/virtrdf#QuadMapFormat> }", {})
    assert isinstance(table, Solutions)
    assert list(table) == []


def test_publishing_again_changes_nothing_and_goes_on_after_a_break(served: Served, dataset: Path) -> None:
    again = publish(served.engine, dataset)
    assert again.returncode == 0, again.stderr
    assert "0 graphs changed" in again.stderr
    assert f"{open_snapshot(dataset).count_triples()} triples here and there" in again.stderr
    lost = "https://w3id.org/ukfr/graph/alignments"
    engine = served.engine
    kind = httpx.DigestAuth if engine.name == "virtuoso" else httpx.BasicAuth
    with httpx.Client(auth=kind(engine.user, engine.password), timeout=60) as client:
        assert client.delete(engine.store, params={"graph": lost}).is_success
    told = publish(engine, dataset)
    assert told.returncode == 2
    assert f"{lost}: 0 of" in told.stderr
    resumed = publish(engine, dataset, engine.store)
    assert resumed.returncode == 0, resumed.stderr
    assert "1 graphs changed" in resumed.stderr


def test_a_wrong_password_is_told(engine: Engine, dataset: Path) -> None:
    refused = publish(Engine(engine.name, engine.query, engine.store, engine.user or "me", "wrong"), dataset)
    assert refused.returncode == 2
    assert "401" in refused.stderr
    assert "UKFR_ENDPOINT_PASSWORD" in refused.stderr
