"""JSON-LD with the published context says what the triples say, whatever they hold; nothing is fetched."""

import json

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ukfr_graph import iris
from ukfr_graph.resources import read_context
from ukfr_graph.site.representations import compact, write_triples

NODES = st.sampled_from([ox.NamedNode(f"{iris.ID}x/{n}") for n in ("a", "b", "a#part-1", "é")])
BLANKS = st.sampled_from([ox.BlankNode("b1"), ox.BlankNode("b2")])
PREDICATES = st.sampled_from(
    [
        ox.NamedNode(iri)
        for iri in (
            iris.RDF + "type", iris.RDFS + "label", iris.UKFR + "evidence", iris.UKFR + "novelty", iris.UKFR + "value",
            iris.UKFR + "startDate", iris.DCTERMS + "subject", iris.SKOS + "notation", "https://example.org/other",
        )
    ]
)  # fmt: skip
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
LITERALS = st.one_of(
    TEXTS.map(ox.Literal),
    st.builds(lambda text, language: ox.Literal(text, language=language), TEXTS, st.sampled_from(["en", "fr", "en-gb"])),
    st.sampled_from(["2016-08-30", "not a date", ""]).map(lambda v: ox.Literal(v, datatype=ox.NamedNode(iris.XSD + "date"))),
    st.integers().map(ox.Literal),
    st.booleans().map(ox.Literal),
)  # fmt: skip
CONCEPTS = st.sampled_from([ox.NamedNode(f"{iris.VOCABULARY}topic/asylum"), ox.NamedNode(iris.UKFR + "Clause")])
TRIPLES = st.sets(st.builds(ox.Triple, NODES | BLANKS, PREDICATES, NODES | BLANKS | LITERALS | CONCEPTS), max_size=12)


def read_back(document: dict[str, object]) -> ox.Dataset:
    assert document["@context"] == iris.CONTEXT
    return canonical(ox.parse(json.dumps({**document, "@context": read_context()}), ox.RdfFormat.JSON_LD))


def canonical(quads: object) -> ox.Dataset:
    dataset = ox.Dataset(quads)  # type: ignore[arg-type]  # an iterable of quads
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(TRIPLES)
def test_compacted_json_ld_is_the_same_graph(triples: set[ox.Triple]) -> None:
    expected = canonical([ox.Quad(t.subject, t.predicate, t.object) for t in triples])
    assert read_back(compact(sorted(triples, key=str))) == expected


@pytest.mark.parametrize("form", ["ttl", "nt", "rdf", "jsonld"])
def test_a_hostile_line_end_ends_no_line(form: str) -> None:
    node = ox.NamedNode(iris.ID + "x")
    triple = ox.Triple(node, ox.NamedNode(iris.RDFS + "label"), ox.Literal("a\u2028<b> <c> <d> ."))
    body = write_triples([triple], form, node.value, site="http://localhost")
    if form == "jsonld":
        assert json.loads(body)["label"]["@none"] == "a\u2028<b> <c> <d> ."
    else:
        formats = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML}
        assert [q.triple for q in ox.parse(body, format=formats[form])] == [triple]


def test_parts_are_nested_in_their_node() -> None:
    node, part = ox.NamedNode(iris.ID + "x"), ox.NamedNode(iris.ID + "x#evidence")
    triples = [
        ox.Triple(node, ox.NamedNode(iris.UKFR + "evidence"), part),
        ox.Triple(part, ox.NamedNode(iris.DCTERMS + "source"), ox.NamedNode("https://example.org/s")),
    ]
    document = compact(triples, node.value)
    assert document["id"] == node.value
    assert document["evidence"] == {"id": part.value, "source": "https://example.org/s"}
