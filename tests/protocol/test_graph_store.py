"""SPARQL 1.1 Graph Store HTTP Protocol, one test a rule (https://www.w3.org/TR/sparql11-http-rdf-update/)."""

from __future__ import annotations

import httpx
import pytest
from rdflib import Graph, URIRef

from support.servers import Server

ENTITIES = "https://w3id.org/ukfr/graph/entities"
MINE = "https://example.org/mine"
TURTLE = {"Content-Type": "text/turtle"}
ONE = "<https://a/1> <https://a/p> 1 ."
TWO = "<https://a/2> <https://a/p> 2 ."


def auth(**more: str) -> dict[str, str]:
    return {"Authorization": "Bearer a-long-and-random-token", **TURTLE, **more}


def read(url: str, accept: str = "application/n-triples") -> list[str]:
    response = httpx.get(url, headers={"Accept": accept})
    assert response.status_code == 200, response.text
    return sorted(response.text.splitlines())


def test_put_creates_then_replaces_a_graph(plain: str) -> None:
    url = f"{plain}/graph-store?graph=https://a/put"
    assert httpx.put(url, content=ONE, headers=TURTLE).status_code == 201
    assert httpx.put(url, content=TWO, headers=TURTLE).status_code == 200
    assert read(url) == ['<https://a/2> <https://a/p> "2"^^<http://www.w3.org/2001/XMLSchema#integer> .']


def test_post_adds_to_a_graph(plain: str) -> None:
    url = f"{plain}/graph-store?graph=https://a/post"
    assert httpx.post(url, content=ONE, headers=TURTLE).status_code == 201
    assert httpx.post(url, content=TWO, headers=TURTLE).status_code == 200
    assert len(read(url)) == 2


def test_delete_removes_a_graph_and_a_second_one_finds_none(plain: str) -> None:
    url = f"{plain}/graph-store?graph=https://a/delete"
    httpx.put(url, content=ONE, headers=TURTLE)
    assert httpx.delete(url).status_code == 204
    assert httpx.delete(url).status_code == 404
    assert httpx.get(url).status_code == 404
    assert httpx.head(url).status_code == 404


def test_an_empty_graph_is_there(plain: str) -> None:
    url = f"{plain}/graph-store?graph=https://a/empty"
    assert httpx.put(url, content="", headers=TURTLE).status_code == 201
    assert read(url) == []


def test_the_address_of_a_graph_is_its_name(plain: str) -> None:
    url = f"{plain}/graph-store/people/1.ttl"
    assert httpx.put(url, content="<> <https://a/p> 1 .", headers=TURTLE).status_code == 201
    assert URIRef(url) in set(Graph().parse(data=httpx.get(url, headers={"Accept": "text/turtle"}).text).subjects())
    assert httpx.get(f"{plain}/graph-store", params={"graph": url}).status_code == 200


def test_post_to_the_store_makes_a_new_graph_and_says_where(plain: str) -> None:
    response = httpx.post(f"{plain}/graph-store", content=ONE, headers=TURTLE)
    assert response.status_code == 201
    assert len(read(response.headers["location"])) == 1


def test_the_default_graph_of_a_plain_endpoint_is_a_graph_like_others(plain: str) -> None:
    url = f"{plain}/graph-store?default"
    assert httpx.put(url, content=ONE, headers=TURTLE).status_code in (200, 201)
    assert len(read(url)) == 1
    query = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
    assert httpx.get(f"{plain}/sparql", params=query, headers={"Accept": "text/csv"}).text.split() == ["n", "1"]
    assert httpx.delete(url).status_code == 204
    assert read(url) == []


def test_several_documents_come_as_multipart(plain: str) -> None:
    url = f"{plain}/graph-store?graph=https://a/multi"
    files = [("a", ("a.ttl", ONE, "text/turtle")), ("b", ("b.nt", "<https://a/2> <https://a/p> <https://a/3> .", "application/n-triples"))]  # fmt: skip
    assert httpx.post(url, files=files).status_code == 201
    assert len(read(url)) == 2


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 400), ("?graph=https://a/1&default", 400), ("?graph=relative", 400), ("?graph=https://a/none", 404)],
)
def test_a_graph_is_named_once_and_by_an_absolute_iri(plain: str, query: str, status: int) -> None:
    assert httpx.get(f"{plain}/graph-store{query}").status_code == status


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        ("<https://a/1> oops", "text/turtle", 400),
        (ONE, "application/pdf", 415),
        (ONE, "", 415),
        ('{"@context": "http://127.0.0.1:9/c", "@id": "https://a/1"}', "application/ld+json", 400),
        ('<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>', "application/rdf+xml", 400),
        ('<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><r>&b;</r>', "application/rdf+xml", 400),
        (f"{ONE}\n<https://a/2> broken", "text/turtle", 400),
    ],
)
def test_a_document_that_cannot_be_read_changes_nothing(plain: str, content: str, media_type: str, status: int) -> None:
    url = f"{plain}/graph-store?graph=https://a/bad"
    response = httpx.put(url, content=content, headers={"Content-Type": media_type} if media_type else {})
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert httpx.get(url).status_code == 404


def test_literals_that_the_engine_writes_otherwise_are_reported(plain: str) -> None:
    content = '<https://a/1> <https://a/p> "01"^^<http://www.w3.org/2001/XMLSchema#integer>, 7, "x" .'
    report = httpx.put(f"{plain}/graph-store?graph=https://a/literals", content=content, headers=TURTLE).json()
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    assert report["triples"] == 3
    assert report["examples"] == [{"given": f'"01"{integer}', "stored": f'"1"{integer}'}]


def test_if_match_lets_only_the_change_of_what_was_read_pass(writable: Server) -> None:
    url = f"{writable.url}/graph-store?graph={MINE}"
    assert httpx.put(url, content=ONE, headers=auth()).status_code == 201
    tag = httpx.get(url, headers={"Accept": "text/turtle"}).headers["etag"]
    assert httpx.get(url, headers={"Accept": "text/turtle", "If-None-Match": tag}).status_code == 304
    assert httpx.put(url, content=TWO, headers=auth(**{"If-Match": tag})).status_code == 200
    stale = httpx.put(url, content=ONE, headers=auth(**{"If-Match": tag}))
    assert (stale.status_code, stale.json()["title"]) == (412, "The resource has changed")
    assert httpx.put(url, content=ONE, headers=auth(**{"If-None-Match": "*"})).status_code == 412
    assert httpx.delete(url, headers=auth(**{"If-Match": tag})).status_code == 412
    fresh = httpx.get(url).headers["etag"]
    assert httpx.delete(url, headers=auth(**{"If-Match": fresh})).status_code == 204


def test_curated_graphs_and_the_union_are_read_only(writable: Server) -> None:
    before = read(f"{writable.url}/graph-store?graph={ENTITIES}")
    assert len(before) > 500
    for name in (f"graph={ENTITIES}", "graph=https://w3id.org/ukfr/graph/new", "default"):
        url = f"{writable.url}/graph-store?{name}"
        for method in ("PUT", "POST", "DELETE"):
            assert httpx.request(method, url, content=ONE, headers=auth()).status_code == 403
    assert read(f"{writable.url}/graph-store?graph={ENTITIES}") == before


def test_without_a_token_nothing_is_written(writable: Server, server: str) -> None:
    url = f"{writable.url}/graph-store?graph={MINE}"
    missing = httpx.put(url, content=ONE, headers=TURTLE)
    assert (missing.status_code, missing.headers["www-authenticate"][:6]) == (401, "Bearer")
    assert httpx.put(url, content=ONE, headers={**TURTLE, "Authorization": "Bearer wrong"}).status_code == 401
    assert httpx.put(f"{server}/graph-store?graph={MINE}", content=ONE, headers=auth()).status_code == 403


def test_a_page_of_another_site_does_not_write_through_its_visitor(plain: str) -> None:
    headers = {**TURTLE, "Origin": "https://evil.example"}
    assert httpx.put(f"{plain}/graph-store?graph=https://a/csrf", content=ONE, headers=headers).status_code == 403


def test_other_methods_are_named_as_not_allowed(plain: str) -> None:
    assert httpx.patch(f"{plain}/graph-store?default", content="x").status_code == 405
