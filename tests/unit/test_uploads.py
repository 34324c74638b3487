"""Documents from outside: read whole, or refused with what is wrong in them."""

import codecs
import json

import pyoxigraph as ox
import pytest

from ukfr_graph import iris
from ukfr_graph.errors import DocumentRefusedError, RdfSyntaxError
from ukfr_graph.site.representations import write_triples
from ukfr_graph.store.uploads import read_rdf

BASE = "https://example.org/base"
TRIPLE = ox.Triple(ox.NamedNode("http://e/a"), ox.NamedNode("http://e/p"), ox.Literal("é", language="fr"))
FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


@pytest.mark.parametrize("media_type", FORMATS)
@pytest.mark.parametrize(("mark", "encoding"), [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le")])
def test_a_byte_order_mark_is_no_fault(media_type: str, mark: bytes, encoding: str) -> None:
    document = (ox.serialize([TRIPLE], format=FORMATS[media_type]) or b"").decode()
    assert read_rdf(mark + document.encode(encoding), media_type, BASE, "document") == [TRIPLE]


@pytest.mark.parametrize(
    ("node", "name"),
    [
        ({"@id": "treaty no 2", "http://e/p": "x"}, "treaty no 2"),
        ({"@id": "http://e/1", "http://e/p": {"@id": "http://e/a b"}}, "http://e/a b"),
        ({"@id": "http://e/1", "http://e/p": {"@id": "http://e/{x}"}}, "http://e/{x}"),
        ({"@id": "http://e/1", "http://e/p": {"@list": ["a", {"@id": "<x>"}]}}, "<x>"),
        ({"@id": "http://e/1", "http://e/p": {"@id": "http://e/%zz"}}, "%zz"),
        ({"@id": "http://e/1", "http://e/ p": "x"}, "http://e/ p"),
        ({"@id": "http://e/1", "@type": "A Treaty"}, "A Treaty"),
        ({"@id": "http://e/1", "@type": ["http://e/T", "http://e/T|U"]}, "http://e/T|U"),
        ({"@id": "http://e/1", "http://e/p": {"@value": "x", "@language": "old french"}}, "old french"),
        ({"@id": "http://e/1", "http://e/p": {"@value": "x", "@type": "http://e/a b"}}, "http://e/a b"),
        ({"@id": "http://e/g h", "@graph": [{"@id": "http://e/1", "http://e/p": "z"}]}, "http://e/g h"),
        ({"@id": "http://e/1", "title": "not a term of any context"}, "title"),
        ({"@id": "_:b c", "http://e/p": "x"}, "b c"),
    ],
)
def test_json_ld_with_a_name_that_is_none_is_refused_whole(node: dict[str, object], name: str) -> None:
    document = [{"@id": "http://e/kept", "http://e/p": "kept"}, node]
    with pytest.raises(RdfSyntaxError) as caught:
        read_rdf(json.dumps(document).encode(), "application/ld+json", BASE, "document")
    assert name in str(caught.value)
    assert caught.value.status == 400


@pytest.mark.parametrize("root", ["", "https://w3id.org/ukfr/id/place/calais"])
@pytest.mark.parametrize("site", ["https://w3id.org/ukfr", "http://localhost:8000", "https://example.org/graphs"])
def test_json_ld_of_ours_loads_back(root: str, site: str) -> None:
    place = ox.NamedNode("https://w3id.org/ukfr/id/place/calais")
    triples = {
        ox.Triple(place, ox.NamedNode(iris.RDF + "type"), ox.NamedNode(iris.UKFR + "Place")),
        ox.Triple(place, ox.NamedNode(iris.RDFS + "label"), ox.Literal("Calais", language="en")),
        ox.Triple(place, ox.NamedNode(iris.UKFR + "locatedIn"), ox.NamedNode(iris.ID + "place/france")),
        ox.Triple(place, ox.NamedNode(iris.UKFR + "startDate"), ox.Literal("2016-08-30", datatype=ox.NamedNode(iris.XSD + "date"))),
    }  # fmt: skip
    document = write_triples(triples, "jsonld", root, site=site)
    assert set(read_rdf(document, "application/ld+json", BASE, "document")) == triples


def test_another_context_is_not_fetched() -> None:
    document = json.dumps({"@context": "https://example.com/context.jsonld", "id": "a"}).encode()
    with pytest.raises(RdfSyntaxError, match="nothing is fetched"):
        read_rdf(document, "application/ld+json", BASE, "document")


def test_json_nested_without_end_is_refused() -> None:
    document = b'{"@context": "https://w3id.org/ukfr/context.jsonld", "x": ' + b"[" * 200_000
    with pytest.raises(DocumentRefusedError, match="UKFR_MAX_UPLOAD_NESTING"):
        read_rdf(document, "application/ld+json", BASE, "document")
