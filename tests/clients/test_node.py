"""Clients written in JavaScript: their versions are pinned in ``node``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx

from clients.programs import client, node, run_node
from clients.test_programs import CALLS, FIRST, Told

EXAMPLES = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?sq ?comment ?query WHERE { ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ;
  sh:select|sh:ask|sh:construct|sh:describe ?query } ORDER BY ?sq"""
PREFIXES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix } ORDER BY ?prefix"""
CLASSES = """PREFIX void: <http://rdfs.org/ns/void#> PREFIX void-ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?class ?property WHERE {
  ?part void:class ?class ; void:propertyPartition [ void:property ?property ] }"""
SPARQL = "SPARQL"


def ask_comunica(source: str, query: str) -> list[dict[str, str]]:
    return list(json.loads(run_node("comunica-sparql", source, query)))


def call(script: str, *arguments: str) -> dict[str, Any]:
    return dict(json.loads(run_node(script, *arguments)))


@client("Comunica", SPARQL, "asks the endpoint, told that it is one, and found by its service description",
        node("@comunica/query-sparql"))  # fmt: skip
def test_comunica_asks_the_endpoint(server: str) -> None:
    for source in (f"sparql@{server}/sparql", f"{server}/sparql"):
        answer = ask_comunica(source, CALLS)
        assert answer[0]["c"] == FIRST
        assert len(answer) == 7


@client("Comunica, as the SIB SPARQL editor asks", SPARQL, "reads examples, prefixes and classes at `/sparql`",
        node("@comunica/query-sparql"))  # fmt: skip
def test_an_editor_finds_examples_prefixes_and_classes(server: str, record_property: Told) -> None:
    source = f"file@{server}/sparql"
    examples, prefixes = ask_comunica(source, EXAMPLES), ask_comunica(source, PREFIXES)
    classes = ask_comunica(source, CLASSES)
    assert len(examples) == len({row["sq"] for row in examples}) > 50
    assert {"prefix": '"ukfr"', "namespace": "https://w3id.org/ukfr/ontology#"} in [
        {name: value.partition("^^")[0].strip('"') if name == "namespace" else value for name, value in row.items()}
        for row in prefixes
    ]
    assert "https://w3id.org/ukfr/ontology#Pledge" in {row["class"] for row in classes}
    record_property("examples", len(examples))
    record_property("prefixes", len(prefixes))
    record_property("classes", len({row["class"] for row in classes}))


@client("SPARQL.js", SPARQL, "parses every saved query and example as published", node("sparqljs"))
def test_sparqljs_parses_every_query(server: str, record_property: Told) -> None:
    parses_every_query(server, "sparqljs", record_property)


@client("Traqula", SPARQL, "parses every saved query and example as published", node("@traqula/parser-sparql-1-1"))
def test_traqula_parses_every_query(server: str, record_property: Told) -> None:
    parses_every_query(server, "traqula", record_property)


def parses_every_query(server: str, parser: str, record_property: Told) -> None:
    listed = httpx.get(f"{server}/queries", headers={"Accept": "application/json"}).json()["queries"]
    found = call("parse.js", server, parser)
    assert found["queries"] == len(listed)
    assert found["examples"] >= 50
    record_property("queries", found["queries"])
    record_property("examples", found["examples"])


@client("fetch-sparql-endpoint", SPARQL, "asks rows, a graph, yes or no; updates", node("fetch-sparql-endpoint"))
def test_fetch_sparql_endpoint_asks_and_updates(server: str, plain: str) -> None:
    found = call("endpoint.js", server, "fetch-sparql-endpoint", plain)
    assert (found["select"], found["ask"]) == (7, True)
    assert found["construct"] == 7


@client("sparql-http-client", SPARQL, "asks rows, a graph, yes or no; updates; reads the graph store",
        node("sparql-http-client"))  # fmt: skip
def test_sparql_http_client_asks_updates_and_reads_a_graph(server: str, plain: str) -> None:
    found = call("endpoint.js", server, "sparql-http-client", plain)
    assert (found["select"], found["construct"], found["ask"], found["stored"]) == (7, 7, True, 1)


@client("N3.js", "RDF", "reads the dumps in N-Quads, TriG and Turtle by address", node("n3"))
def test_n3_reads_the_dumps(server: str, record_property: Told) -> None:
    found = call("n3.js", server)
    assert found["nq"] == found["trig"] > 10_000
    record_property("quads", found["nq"])


@client("rdf-parse", "RDF", "reads a thing in Turtle, N-Triples, JSON-LD and RDF/XML", node("rdf-parse"))
def test_rdf_parse_reads_a_thing_in_each_form(server: str, record_property: Told) -> None:
    found = call("rdf-parse.js", server)
    (triples,) = set(found.values())
    assert triples > 20
    record_property("triples in each", triples)


@client("jsonld.js", "JSON-LD", "expands a thing by its address, with the context that it names", node("jsonld"))
def test_jsonld_js_expands_a_thing_by_its_address(server: str) -> None:
    found = call("jsonld.js", server)
    assert found["id"] == "https://w3id.org/ukfr/id/instrument/dublin-iii"
    assert found["day"] == "2013-06-26"
    assert found["triples"] > 20


@client("graphology-gexf", "networks", "reads a GEXF file with places", node("graphology-gexf"))
def test_graphology_reads_gexf(server: str, record_property: Told) -> None:
    found = call("gexf.js", server)
    network = httpx.get(f"{server}/export/network?projection=actor-instrument").json()
    assert found["nodes"] == found["placed"] == len(network["nodes"])
    assert found["edges"] == len(network["edges"])
    record_property("nodes", found["nodes"])


@client("Redocly CLI", "OpenAPI", "lints the description by the specification", node("@redocly/cli"))
def test_redocly_finds_the_description_valid(server: str, tmp_path: Path) -> None:
    path = tmp_path / "openapi.json"
    path.write_bytes(httpx.get(f"{server}/openapi.json").content)
    run_node("redocly", "lint", str(path), "--extends=spec")
