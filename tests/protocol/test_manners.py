"""What other clients are used to: spellings of requests, editors' metadata, and documents that stand alone."""

from __future__ import annotations

import base64
import gzip
import json

import httpx
import pytest
import rdflib
from lxml import html
from pyld import jsonld
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SH, VOID

from support.servers import TOKEN, Server

JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
ONE_ROW = "SELECT (1 AS ?n) {}"
EXAMPLES = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?sq ?comment ?query { ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct ?query }"""
PARTITIONS = """PREFIX void: <http://rdfs.org/ns/void#>
SELECT ?class ?property { ?part void:class ?class ; void:propertyPartition [ void:property ?property ] }"""
PREFIXES = "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT DISTINCT ?prefix ?namespace { [] sh:namespace ?namespace ; sh:prefix ?prefix }"


def media_type(response: httpx.Response) -> str:
    return response.headers["content-type"].partition(";")[0]


@pytest.mark.parametrize(
    ("parameter", "value", "given"),
    [
        ("format", "csv", "text/csv"),
        ("output", "xml", "application/sparql-results+xml"),
        ("format", "application/sparql-results+json", "application/sparql-results+json"),
        ("format", "text/tab-separated-values", "text/tab-separated-values"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_format_may_be_a_parameter(server: str, method: str, parameter: str, value: str, given: str) -> None:
    fields = {"query": ONE_ROW, parameter: value}
    sent = {"params": fields} if method == "GET" else {"data": fields}
    answer = httpx.request(method, f"{server}/sparql", headers={"Accept": "application/json"}, **sent)  # type: ignore[arg-type]
    assert (answer.status_code, media_type(answer)) == (200, given)


def test_a_format_whose_plus_was_not_encoded_is_read(server: str) -> None:
    answer = httpx.get(f"{server}/sparql?query=ASK%7B%7D&format=application/sparql-results+xml")
    assert media_type(answer) == "application/sparql-results+xml"


def test_an_unknown_format_names_those_there_are(server: str) -> None:
    answer = httpx.get(f"{server}/sparql", params={"query": ONE_ROW, "format": "cvs"})
    assert answer.status_code == 406
    assert "csv" in answer.json()["detail"]
    twice = httpx.get(f"{server}/sparql", params={"query": ONE_ROW, "format": "csv", "output": "tsv"})
    assert twice.status_code == 400


def test_answers_of_two_formats_of_one_query_are_kept_apart(server: str) -> None:
    for _ in range(2):
        for name in ("csv", "tsv", "json"):
            answer = httpx.get(f"{server}/sparql", params={"query": ONE_ROW, "format": name})
            assert name in media_type(answer).replace("tab-separated-values", "tsv")


def test_a_slash_at_the_end_and_empty_graphs_are_passed_over(server: str) -> None:
    asked = {"query": ONE_ROW, "default-graph-uri": "", "named-graph-uri": ""}
    answer = httpx.get(f"{server}/sparql/", params=asked, headers={"Accept": "text/csv"})
    assert answer.text.split() == ["n", "1"]
    count = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "default-graph-uri": ""}
    assert int(httpx.get(f"{server}/sparql", params=count, headers={"Accept": "text/csv"}).text.split()[1]) > 10_000


@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/doc/place/calais", "/.well-known/void", "/sparql"])
def test_what_java_accepts_by_default_is_answered_with_data(server: str, path: str) -> None:
    answer = httpx.get(server + path, headers={"Accept": JAVA})
    assert answer.status_code == 200
    assert "html" not in media_type(answer)


@pytest.mark.parametrize("accept", ["text/n3", "application/trig", "application/n-quads", "text/rdf+n3;q=0.9"])
def test_a_wider_form_of_rdf_is_answered_with_a_narrower_one(server: str, accept: str) -> None:
    for path in ("/sparql?query=CONSTRUCT%20WHERE%20%7B%3Fs%20a%20ukfr%3ACall%7D", "/doc/place/calais"):
        answer = httpx.get(server + path, headers={"Accept": accept})
        assert answer.status_code == 200
        assert media_type(answer) in ("text/turtle", "application/n-triples")


def test_an_editor_finds_examples_classes_and_prefixes_at_the_address_of_the_endpoint(server: str) -> None:
    graph = rdflib.Graph().parse(data=httpx.get(f"{server}/sparql", headers={"Accept": "text/turtle"}).text)
    examples = list(graph.query(EXAMPLES))
    listed = httpx.get(f"{server}/queries", headers={"Accept": "application/json"}).json()
    assert len(examples) == len({row[0] for row in examples}) > 50  # type: ignore[index]
    assert len(examples) <= len(listed["queries"])
    classes = {str(row[0]) for row in graph.query(PARTITIONS)}  # type: ignore[index]
    assert "https://w3id.org/ukfr/ontology#Pledge" in classes
    prefixes = {str(row[0]): str(row[1]) for row in graph.query(PREFIXES)}  # type: ignore[index]
    assert prefixes["ukfr"] == "https://w3id.org/ukfr/ontology#"
    assert (None, RDF.type, VOID.Dataset) in graph


def test_json_ld_names_a_context_that_this_server_gives(server: str) -> None:
    document = httpx.get(f"{server}/doc/instrument/dublin-iii", headers={"Accept": "application/ld+json"}).json()
    assert document["@context"] == f"{server}/context.jsonld"
    context = httpx.get(document["@context"])
    assert context.headers["link"] == '<https://w3id.org/ukfr/context.jsonld>; rel="canonical"'

    def load(address: str, _: object = None) -> dict[str, object]:
        found = httpx.get(address)
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": address,
            "document": found.json(),
        }

    (node,) = jsonld.expand(document, {"documentLoader": load})
    assert node["@id"] == "https://w3id.org/ukfr/id/instrument/dublin-iii"
    assert node["https://w3id.org/ukfr/ontology#documentDate"][0]["@value"] == "2013-06-26"


def test_a_dump_is_read_by_its_address_packed_or_not(server: str) -> None:
    plain = httpx.get(f"{server}/export/rdf/dataset.nq", headers={"Accept-Encoding": "identity"})
    assert media_type(plain) == "application/n-quads"
    assert len(plain.text.splitlines()) > 10_000
    packed = httpx.get(f"{server}/export/rdf/dataset.nq", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text
    file = httpx.get(f"{server}/export/rdf/dataset.nq.gz")
    assert gzip.decompress(file.content).decode() == plain.text


def test_a_token_may_be_the_password_of_http_basic(writable: Server) -> None:
    graph = f"{writable.url}/graph-store?graph=https://example.org/basic"
    triple, turtle = "<urn:a> <urn:b> 1 .", {"Content-Type": "text/turtle"}
    assert httpx.put(graph, content=triple, headers=turtle, auth=("anyone", TOKEN)).status_code == 201
    assert httpx.put(graph, content=triple, headers=turtle, auth=("anyone", "wrong")).status_code == 401
    broken = {**turtle, "Authorization": "Basic " + base64.b64encode(b"\xff:\xff").decode()}
    assert httpx.put(graph, content=triple, headers=broken).status_code == 401


def test_property_shapes_have_names_and_every_id_stands_once(server: str) -> None:
    graph = rdflib.Graph().parse(data=httpx.get(f"{server}/shapes", headers={"Accept": "text/turtle"}).text)
    shape = rdflib.URIRef("https://w3id.org/ukfr/shapes/Clause-novelty")
    assert rdflib.Literal("novelty", lang="en") in set(graph.objects(shape, SH.name))
    page = httpx.get(f"{server}/shapes", headers={"Accept": "text/html"}).text
    ids = [part.partition('"')[0] for part in page.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_the_ontology_is_a_typed_element_in_rdf_xml_and_its_unions_have_two_members(server: str) -> None:
    text = httpx.get(f"{server}/ontology", headers={"Accept": "application/rdf+xml"}).text
    assert '<owl:Ontology rdf:about="https://w3id.org/ukfr/ontology">' in text
    graph = rdflib.Graph().parse(data=text, format="xml")
    unions = [list(graph.items(members)) for members in graph.objects(None, OWL.unionOf)]
    assert unions
    assert all(len(members) > 1 for members in unions)
    assert (
        rdflib.URIRef("https://w3id.org/ukfr/ontology#member"),
        RDFS.domain,
        rdflib.URIRef("https://w3id.org/ukfr/ontology#Collective"),
    ) in graph


def test_no_operation_has_a_parameter_twice_or_a_name_of_another(server: str) -> None:
    paths = httpx.get(f"{server}/openapi.json").json()["paths"]
    operations = [operation for item in paths.values() for operation in item.values()]
    for operation in operations:
        named = [(p["name"], p["in"]) for p in operation.get("parameters", ())]
        assert len(named) == len(set(named)), operation["operationId"]
    assert len({operation["operationId"] for operation in operations}) == len(operations)


@pytest.mark.parametrize(("path", "language"), [("/", "en"), ("/", "fr"), ("/catalog", "en"), ("/catalog", "fr")])
def test_search_engines_find_the_dataset_on_home_and_catalogue(server: str, path: str, language: str) -> None:
    answer = httpx.get(server + path, params={"lang": language}, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    page = html.fromstring(answer.text)
    (script,) = page.xpath('//script[@type="application/ld+json"]')
    dataset = json.loads(script.text)
    assert (dataset["@type"], dataset["@id"]) == ("Dataset", "https://w3id.org/ukfr/.well-known/void#dataset")
    assert ("se sont promis" in dataset["description"]) == (language == "fr")
    assert dataset["version"] == httpx.get(f"{server}/health").json()["version"]
    assert dataset["dateModified"] == "2026-11-29"
    assert dataset["license"].startswith("http://creativecommons.org/licenses/by/4.0")
    if path == "/catalog":
        listed = {
            f"{server}/export/{file['path']}": file["sha256"] for file in httpx.get(f"{server}/export").json()["files"]
        }
        assert {file["contentUrl"]: file.get("sha256") for file in dataset["distribution"]} == listed


def test_a_server_of_other_data_says_nothing_of_ours(plain: str) -> None:
    for path in ("/", "/catalog"):
        assert 'application/ld+json">{' not in httpx.get(plain + path, headers={"Accept": "text/html"}).text


def test_the_ontology_says_who_publishes_it_since_when_and_how_to_cite_it(server: str) -> None:
    graph = rdflib.Graph().parse(data=httpx.get(f"{server}/ontology", headers={"Accept": "text/turtle"}).text)
    ontology = rdflib.URIRef("https://w3id.org/ukfr/ontology")
    assert str(graph.value(graph.value(ontology, DCTERMS.publisher), RDFS.label)) == "ukfr-graph contributors"
    assert str(graph.value(ontology, DCTERMS.issued)).startswith("2026-11-24")
    release = str(graph.value(ontology, OWL.versionIRI))
    assert all(release in str(citation) for citation in graph.objects(ontology, DCTERMS.bibliographicCitation))
    properties = set(graph.subjects(RDF.type, OWL.DatatypeProperty)) | set(graph.subjects(RDF.type, OWL.ObjectProperty))
    own = {p for p in properties if str(p).startswith("https://w3id.org/ukfr/ontology#")}
    assert own
    addresses = {"publishedAt", "seenAt"}  # what lies at an address of the web is of no class of ours
    assert {str(p).rpartition("#")[2] for p in own if graph.value(p, RDFS.range) is None} == addresses
