"""SPARQL 1.1 Service Description, and what clients find out about the endpoint."""

from __future__ import annotations

import httpx
import pytest
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import RDF

from support.servers import Server

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
FORMATS = {
    "text/turtle": "turtle",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
    "application/n-triples": "nt",
}


def describe(url: str, accept: str = "text/turtle") -> Graph:
    response = httpx.get(f"{url}/sparql", headers={"Accept": accept})
    assert response.headers["content-type"].partition(";")[0] == accept
    return Graph().parse(data=response.text, format=FORMATS[accept])


@pytest.mark.parametrize("accept", FORMATS)
def test_the_endpoint_describes_itself_in_each_format(server: str, accept: str) -> None:
    graph = describe(server, accept)
    (service,) = graph.subjects(RDF.type, SD.Service)
    assert graph.value(service, SD.endpoint) == URIRef(f"{server}/sparql")


def test_the_description_is_true_of_the_data(server: str) -> None:
    graph = describe(server)
    (service,) = graph.subjects(RDF.type, SD.Service)
    assert SD.UnionDefaultGraph in set(graph.objects(service, SD.feature))
    counts = {
        str(graph.value(named, SD.name)): int(str(graph.value(graph.value(named, SD.graph), VOID.triples)))
        for named in graph.subjects(RDF.type, SD.NamedGraph)
    }
    assert len(counts) == 9
    for name, number in counts.items():
        query = {"query": f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{name}> {{ ?s ?p ?o }} }}"}
        asked = httpx.get(f"{server}/sparql", params=query, headers={"Accept": "text/csv"}).text.split()[1]
        assert int(asked) == number > 0
    assert sum(counts.values()) == httpx.get(f"{server}/health").json()["triples"]


def test_updates_are_described_where_they_are_allowed_only(server: str, plain: str, writable: Server) -> None:
    def languages(url: str) -> set[object]:
        return set(describe(url).objects(None, SD.supportedLanguage))

    assert SD.SPARQL11Update not in languages(server)
    assert SD.SPARQL11Update in languages(plain) & languages(writable.url)
    assert SD.UnionDefaultGraph not in set(describe(plain).objects(None, SD.feature))


def test_every_format_that_is_described_is_given(server: str) -> None:
    names = {str(o).rpartition("/")[2] for o in describe(server).objects(None, SD.resultFormat)}
    assert names == {"SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples", "JSON-LD", "RDF_XML"}  # fmt: skip


def test_a_browser_gets_a_form_that_asks(server: str) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "fr"}
    page = httpx.get(f"{server}/sparql", headers=browser)
    assert page.headers["content-type"].startswith("text/html")
    assert '<html lang="fr"' in page.text
    assert "<textarea" in page.text
    answer = httpx.get(
        f"{server}/editor", params={"query": "SELECT ?x { VALUES ?x { '<b>bold</b>' } }"}, headers=browser
    )
    assert "&lt;b&gt;bold" in answer.text
    assert "<b>bold" not in answer.text
    wrong = httpx.get(f"{server}/editor", params={"query": "SELECT"}, headers=browser)
    assert wrong.status_code == 400
    assert 'role="alert"' in wrong.text


def test_head_answers_as_get_does_without_a_body(server: str) -> None:
    for path in ("/sparql?query=ASK%20%7B%7D", "/sparql", "/health", "/"):
        get, head = httpx.get(server + path), httpx.head(server + path)
        assert head.status_code == get.status_code == 200
        assert head.content == b""
        assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize("path", ["/sparql", "/graph-store", "/health"])
def test_options_say_what_may_be_done(server: str, path: str) -> None:
    response = httpx.options(server + path, headers={"Origin": "https://example.org"})
    assert response.status_code == 204
    assert "GET" in response.headers["allow"]
    assert "Authorization" in response.headers["access-control-allow-headers"]


def test_an_answer_says_of_which_version_it_is_and_for_how_long(server: str) -> None:
    response = httpx.get(f"{server}/sparql", params={"query": "ASK { ?s ?p ?o }"})
    assert response.headers["ukfr-version"] == httpx.get(f"{server}/health").json()["version"]
    assert response.headers["etag"].strip('"').isalnum()
    assert response.headers["last-modified"].endswith("GMT")
    assert response.headers["vary"] == "Accept, Accept-Encoding"


def test_the_same_request_answered_from_what_is_kept_is_the_same_answer(server: str) -> None:
    query = {"query": "SELECT ?c { ?c a ukfr:Call } ORDER BY ?c # kept"}
    first, second, third = (httpx.get(f"{server}/sparql", params=query) for _ in range(3))
    assert first.content == second.content == third.content
    ignored = {"date", "cache-status"}
    assert {k: v for k, v in first.headers.items() if k not in ignored} == {
        k: v for k, v in third.headers.items() if k not in ignored
    }
    assert "date" in third.headers
    assert third.headers["cache-status"] == "ukfr-graph; hit"
    posted = httpx.post(f"{server}/sparql", data=query)
    assert posted.content == first.content
    assert posted.headers["etag"] == first.headers["etag"]
