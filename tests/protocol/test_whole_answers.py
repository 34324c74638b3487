"""No answer over HTTP is less than it says: XML is XML, documents load whole, unknown names are no empty success."""

import codecs
import json

import httpx
import pytest
from rdflib.plugins.sparql import prepareQuery

XML = {"Accept": "application/sparql-results+xml"}
RDF_XML = {"Accept": "application/rdf+xml"}
JSON_LD = {"Content-Type": "application/ld+json"}


def ask(server: str, query: str, **headers: str) -> httpx.Response:
    return httpx.post(server + "/sparql", data={"query": query}, headers=headers)


@pytest.mark.parametrize(
    ("query", "headers", "words"),
    [
        ('SELECT ("a\\u0001b" AS ?x) {}', XML, "U+0001"),
        ('SELECT ("a\\uFFFFb" AS ?x) {}', XML, "U+FFFF"),
        ('SELECT (IRI("urn:\\u0002") AS ?x) {}', XML, ""),
        ('CONSTRUCT { <http://e/a> <http://e/p/> "x" } {}', RDF_XML, "<http://e/p/>"),
        ('CONSTRUCT { <http://e/a> <http://e/1> "x" } {}', RDF_XML, "<http://e/1>"),
        ('CONSTRUCT { <http://e/a> <http://e/p> "\\u000B" } {}', RDF_XML, "U+000B LINE TABULATION"),
    ],
)
def test_what_xml_cannot_hold_is_not_acceptable(server: str, query: str, headers: dict[str, str], words: str) -> None:
    answer = ask(server, query, **headers)
    if answer.status_code == 200:  # the engine made no such value
        assert b"\x02" not in answer.content
        return
    assert answer.status_code == 406
    assert words in answer.json()["detail"]
    assert "can." in answer.json()["detail"]
    assert ask(server, query).status_code == 200


def test_a_carriage_return_comes_through_xml(server: str) -> None:
    from xml.etree import ElementTree

    answer = ask(server, 'SELECT ("a\\rb\\r\\nc" AS ?x) {}', **XML)
    assert [e.text for e in ElementTree.fromstring(answer.content).iter() if e.tag.endswith("}literal")] == [
        "a\rb\r\nc"
    ]


@pytest.mark.parametrize(
    "body",
    [
        codecs.BOM_UTF8 + b"ASK { ?c a ukfr:Call }",
        "\ufeffASK { ?c a ukfr:Call }".encode("utf-16-le"),
        "ASK { ?c a ukfr:Call }".encode("utf-16"),
    ],
)
def test_a_query_is_read_as_an_editor_saved_it(server: str, body: bytes) -> None:
    answer = httpx.post(server + "/sparql", content=body, headers={"Content-Type": "application/sparql-query"})
    assert (answer.status_code, answer.json()["boolean"]) == (200, True)


def test_a_character_that_sparql_does_not_know_is_named(server: str) -> None:
    answer = ask(server, "SELECT ?o {\n ?o rdfs:label \u201cCalais\u201d }")
    assert answer.status_code == 400
    assert (answer.json()["line"], answer.json()["column"]) == (2, 16)
    assert "U+201C LEFT DOUBLE QUOTATION MARK" in answer.json()["detail"]
    cp1252 = httpx.post(
        server + "/sparql", content=b'ASK { ?s ?p "\xe8" }', headers={"Content-Type": "application/sparql-query"}
    )
    assert (cp1252.status_code, cp1252.json()["line"], cp1252.json()["column"]) == (400, 1, 14)


@pytest.mark.parametrize("accept", ["text/csv", "text/html"])
def test_a_misspelt_iri_is_not_found_and_the_right_one_is_offered(server: str, accept: str) -> None:
    address = f"{server}/queries/clauses-on-topic"
    wrong = httpx.get(address, params={"topic": "vocab:topic/asilum"}, headers={"Accept": accept})
    assert wrong.status_code == 404
    assert "vocab:topic/asylum" in wrong.text
    right = httpx.get(address, params={"topic": "vocab:topic/asylum"}, headers={"Accept": accept})
    assert right.status_code == 200
    assert httpx.get(f"{server}/export/network?topic=vocab:topic/asilum&format=json").status_code == 404


def test_a_saved_query_is_given_as_a_file_for_any_tool(server: str) -> None:
    for headers, suffix in (({"Accept": "application/sparql-query"}, ""), ({}, "?format=rq")):
        answer = httpx.get(f"{server}/queries/clauses-on-topic{suffix}", headers=headers)
        assert answer.headers["content-type"].startswith("application/sparql-query")
        assert answer.text.startswith("#+ summary: ")
        prepareQuery(answer.text)


def test_json_ld_with_a_bad_iri_loads_nothing(plain: str) -> None:
    url = f"{plain}/graph-store?graph=https://a/bad-iris"
    document = [{"@id": "http://e/1", "http://e/p": "kept"}, {"@id": "treaty no 2", "http://e/p": "lost"}]
    answer = httpx.put(url, content=json.dumps(document), headers=JSON_LD)
    assert answer.status_code == 400
    assert "treaty no 2" in answer.text
    assert httpx.get(url).status_code == 404


def test_a_description_of_ours_loads_back(server: str, plain: str) -> None:
    described = f"{server}/doc/place/calais"
    url = f"{plain}/graph-store?graph=https://a/back"
    document = httpx.get(described, headers={"Accept": "application/ld+json"})
    assert httpx.put(url, content=document.content, headers=JSON_LD).status_code == 201
    lines = httpx.get(described, headers={"Accept": "application/n-triples"}).text.splitlines()
    loaded = httpx.get(url, headers={"Accept": "application/n-triples"}).text.splitlines()
    assert sorted(loaded) == sorted(lines)


def test_a_document_with_a_byte_order_mark_is_loaded(plain: str) -> None:
    url = f"{plain}/graph-store?graph=https://a/bom"
    content = codecs.BOM_UTF8 + b"@prefix ex: <http://e/> . ex:a ex:p 'x' ."
    assert httpx.put(url, content=content, headers={"Content-Type": "text/turtle"}).status_code == 201
