"""The query operation, one test a rule (https://www.w3.org/TR/sparql11-protocol/#query-operation)."""

import csv
import io
import json
from typing import Any

import httpx
import pytest
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, TURTLE, XML, SPARQLWrapper

from support.sampling import sample
from ukfr_graph.query import read_queries

# The query of the project's first promise, as written: without a prefix declared.
KINDS = "SELECT ?kind (COUNT(*) AS ?n) { ?c a ?kind . ?kind rdfs:subClassOf ukfr:Clause } GROUP BY ?kind"
UKFR = "https://w3id.org/ukfr/ontology#"
CALL = "https://w3id.org/ukfr/id/clause/uk-fr-2016-08-30/pnr-implementation"
ENTITIES = "https://w3id.org/ukfr/graph/entities"


def ask(client: SPARQLWrapper, form: str) -> Any:
    client.setReturnFormat(form)
    return client.queryAndConvert()


def count(response: httpx.Response) -> dict[str, int]:
    assert response.status_code == 200, response.text
    return {b["kind"]["value"].removeprefix(UKFR): int(b["n"]["value"]) for b in response.json()["results"]["bindings"]}


@pytest.fixture(scope="session")
def kinds(server: str) -> dict[str, int]:
    return count(httpx.get(server + "/sparql", params={"query": KINDS}))


def test_a_query_by_get_is_answered(kinds: dict[str, int]) -> None:
    assert set(kinds) == {"Pledge", "Call", "Report", "Recognition", "Reaffirmation"}
    assert kinds["Call"] == 7
    assert kinds["Report"] == 10


def test_a_query_by_form_is_answered(server: str, kinds: dict[str, int]) -> None:
    assert count(httpx.post(server + "/sparql", data={"query": KINDS})) == kinds


def test_a_query_as_the_body_is_answered(server: str, kinds: dict[str, int]) -> None:
    headers = {"Content-Type": "application/sparql-query; charset=utf-8"}
    assert count(httpx.post(server + "/sparql", content=KINDS, headers=headers)) == kinds


def test_the_same_is_answered_through_a_remote_endpoint(relay: str, kinds: dict[str, int]) -> None:
    assert count(httpx.get(relay + "/sparql", params={"query": KINDS})) == kinds
    graph = httpx.get(relay + "/sparql", params={"query": f"DESCRIBE <{CALL}>"}, headers={"Accept": "text/turtle"})
    assert len(Graph().parse(data=graph.text, format="turtle")) > 10
    assert httpx.get(relay + "/sparql", params={"query": "SELECT"}).status_code == 400


@pytest.mark.parametrize("name", sample((q.name for q in read_queries().values() if q.parameters), every=3))
def test_parameters_mean_the_same_at_a_remote_endpoint(server: str, relay: str, name: str) -> None:
    for example in read_queries()[name].examples:
        here, there = (
            httpx.get(f"{url}/queries/{name}", params=dict(example), headers={"Accept": "text/csv"}).text
            for url in (server, relay)
        )
        assert sorted(there.splitlines()) == sorted(here.splitlines())


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
    ],
)
def test_rows_are_given_in_each_format(server: str, accept: str, media_type: str) -> None:
    response = httpx.get(server + "/sparql", params={"query": KINDS}, headers={"Accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (200, media_type)
    assert UKFR + "Pledge" in response.text
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
    ],
)
def test_graphs_are_given_in_each_format(server: str, accept: str, form: str) -> None:
    query = f"CONSTRUCT {{ <{CALL}> ?p ?o }} {{ <{CALL}> ?p ?o }}"
    response = httpx.get(server + "/sparql", params={"query": query}, headers={"Accept": accept})
    assert response.headers["content-type"].partition(";")[0] == accept
    graph = Graph().parse(data=response.text, format=form)
    assert (URIRef(CALL), URIRef(UKFR + "holder"), None) in graph
    assert len(graph) > 10


def test_datatypes_and_languages_are_kept(server: str) -> None:
    query = f"SELECT ?label ?order {{ <{CALL}> rdfs:label ?label ; ukfr:order ?order FILTER (LANG(?label) = 'fr') }}"
    (row,) = httpx.get(server + "/sparql", params={"query": query}).json()["results"]["bindings"]
    assert row["label"]["xml:lang"] == "fr"
    assert row["order"]["datatype"].endswith("#integer")


def test_the_default_graph_is_the_union_and_can_be_narrowed(server: str) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

    def triples(**parameters: str) -> int:
        answer = httpx.get(server + "/sparql", params={"query": query, **parameters}).json()
        return int(answer["results"]["bindings"][0]["n"]["value"])

    everything, entities = triples(), triples(**{"default-graph-uri": ENTITIES})
    assert everything == httpx.get(server + "/health").json()["triples"]
    assert 0 < entities < everything
    assert triples(**{"named-graph-uri": ENTITIES}) == 0


def test_a_from_clause_reads_graphs_here_and_fetches_nothing(server: str) -> None:
    query = f"SELECT (COUNT(*) AS ?n) FROM <{server}/health> {{ ?s ?p ?o }}"
    answer = httpx.get(server + "/sparql", params={"query": query}).json()
    assert answer["results"]["bindings"][0]["n"]["value"] == "0"


def test_a_from_clause_narrows_the_default_graph(server: str) -> None:
    query = f"SELECT (COUNT(*) AS ?n) FROM <{ENTITIES}> {{ ?s ?p ?o }}"
    by_clause = httpx.get(server + "/sparql", params={"query": query}).json()
    plain = {"query": query.replace(f"FROM <{ENTITIES}>", ""), "default-graph-uri": ENTITIES}
    assert by_clause == httpx.get(server + "/sparql", params=plain).json()


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("SELECT * WHERE {\n  ?s ?p\n}", 400, "line 3, column 2"),
        ("SELECT * { ?s foo:bar ?o }", 400, "no PREFIX is declared for foo"),
        ("SELECT * { ?s ukfr:place id:place/paris }", 400, "in a short name a slash is written"),
        ("SELECT * { ?s a/rdfs:label ?o . ?s ukfr:place/rdfs:label ?? }", 400, "line 1, column 6"),
        ("", 400, "SPARQL"),
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", 403, "SERVICE"),
        ("SELECT * " + "{" * 3000 + "}" * 3000, 403, "nested"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 400, "SPARQL"),
    ],
)
def test_a_query_that_cannot_be_answered_is_a_problem(server: str, query: str, status: int, words: str) -> None:
    response = httpx.post(server + "/sparql", data={"query": query})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert words in json.dumps(problem)
    assert httpx.get(server + "/health").status_code == 200


def test_a_syntax_error_carries_line_and_column(server: str) -> None:
    problem = httpx.post(server + "/sparql", data={"query": "SELECT * WHERE {\n  ?s ?p\n}"}).json()
    assert (problem["line"], problem["column"]) == (3, 2)


def test_other_requests_are_refused_with_their_status(server: str) -> None:
    url = server + "/sparql"
    assert httpx.get(url, params={"nothing": "1"}).status_code == 400
    assert httpx.get(url, params=[("query", KINDS), ("query", KINDS)]).status_code == 400
    assert httpx.post(url, content=KINDS, headers={"Content-Type": "text/plain"}).status_code == 415
    assert httpx.get(url, params={"query": KINDS}, headers={"Accept": "image/png"}).status_code == 406
    assert httpx.put(url).status_code == 405
    assert httpx.post(url, content=b"\xff", headers={"Content-Type": "application/sparql-query"}).status_code == 400
    assert httpx.post(url, data={"query": "x" * 2_000_000}).status_code == 413
    assert httpx.get(server + "/no-such-page").json()["status"] == 404


def test_sparqlwrapper_works_unchanged(server: str, kinds: dict[str, int]) -> None:
    client = SPARQLWrapper(server + "/sparql")
    client.setQuery(KINDS)
    rows = ask(client, JSON)["results"]["bindings"]
    assert {r["kind"]["value"].removeprefix(UKFR): int(r["n"]["value"]) for r in rows} == kinds
    client.setMethod("POST")
    table = list(csv.DictReader(io.StringIO(ask(client, CSV).decode())))
    assert {r["kind"].removeprefix(UKFR): int(r["n"]) for r in table} == kinds
    assert len(ask(client, XML).getElementsByTagName("result")) == len(kinds)
    client.setQuery(f"DESCRIBE <{CALL}>")
    assert len(Graph().parse(data=ask(client, TURTLE), format="turtle")) > 10


def test_rdflib_works_unchanged_as_a_store(server: str, kinds: dict[str, int]) -> None:
    remote = Graph(SPARQLStore(server + "/sparql"))
    found = {str(row[0]).removeprefix(UKFR): int(row[1]) for row in remote.query(KINDS)}  # type: ignore[index, arg-type]
    assert found == kinds
    assert (URIRef(CALL), None, None) in remote


def test_reads_are_open_to_pages_of_other_origins(server: str) -> None:
    response = httpx.get(server + "/sparql", params={"query": KINDS}, headers={"Origin": "https://example.org"})
    assert response.headers["access-control-allow-origin"] == "*"
    preflight = httpx.options(
        server + "/sparql", headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    )
    assert preflight.status_code == 204


def test_an_answer_that_was_kept_says_so(server: str) -> None:
    ask = {"query": "SELECT ?asked_twice { ?asked_twice a ukfr:Place }"}
    said = [httpx.get(server + "/sparql", params=ask).headers.get("cache-status") for _ in range(3)]
    assert said == [None, "ukfr-graph; hit", "ukfr-graph; hit"]


def test_two_accept_headers_are_one_wish_also_where_the_last_alone_was_answered(server: str) -> None:
    ask = {"query": "SELECT (26 AS ?pledges) {}"}
    last = ("accept", "text/csv;q=0.1")
    for headers, media_type in ([last], "text/csv"), ([("accept", "application/sparql-results+json"), last], "json"):
        for _ in range(3):
            answer = httpx.get(server + "/sparql", params=ask, headers=headers)
            assert media_type in answer.headers["content-type"]


def test_a_compressed_answer_is_the_same_answer(server: str) -> None:
    ask = {"query": "SELECT * { ?s rdfs:label ?o } LIMIT 500"}
    plain, packed = (
        httpx.get(server + "/sparql", params=ask, headers={"Accept-Encoding": coding})
        for coding in ("identity", "gzip")
    )
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 3
    assert packed.content == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]


def test_what_varies_is_neither_kept_nor_tagged(server: str) -> None:
    first, second = (httpx.get(server + "/sparql", params={"query": "SELECT (STRUUID() AS ?u) {}"}) for _ in range(2))
    assert first.json() != second.json()
    assert "etag" not in first.headers
    assert first.headers["cache-control"] == "no-store"
