"""Whether a query could see what is no part of the dataset: told for sure, or it is taken that it could."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from support.generated_queries import GRAPHS, fill, queries, triples
from ukfr_graph import iris
from ukfr_graph.store.notes import PUBLISHED_GRAPH, find_terms, read_notes, write_notes
from ukfr_graph.store.union import OutsideTerms, UnionQuery

NOTED = {"": "0" * 64, **{name.strip("<>"): digit * 64 for name, digit in zip(GRAPHS, "12", strict=True)}}
NOTES = find_terms([*(name.strip("<>") for name in GRAPHS), iris.GRAPH + "ontology", "urn:mine"])


def rows_of(store: ox.Store, query: str) -> Counter[str]:
    results = store.query(query, use_default_graph_as_union=True)
    assert isinstance(results, ox.QuerySolutions)
    return Counter(map(str, results))


@pytest.mark.parametrize(
    ("query", "sees"),
    [
        ("SELECT * { ?c a ukfr:Pledge ; rdfs:label ?l OPTIONAL { ?c ukfr:holder ?h } }", False),
        ("SELECT * { <urn:c> ?p ?o }", False),
        ("SELECT * { ?s ?p <urn:c> }", False),
        ("SELECT * { ?t skos:broader* ?top . ?c dcterms:subject ?t }", False),
        ("SELECT ?g { GRAPH ?g { ?c a ukfr:Pledge } }", False),
        ("DESCRIBE <urn:c>", False),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", True),
        ("SELECT * { { ?c a ukfr:Pledge } UNION { ?s ?p ?o } }", True),
        ("SELECT * { ?c a ukfr:Pledge FILTER NOT EXISTS { ?s ?p ?o } }", True),
        ("SELECT * { ?c a ukfr:Pledge FILTER (?c = 1 || EXISTS { ?s ?p ?o }) }", True),
        ("SELECT * { ?c a ukfr:Pledge { SELECT * { ?s ?p ?o } } }", True),
        ("SELECT * { ?t skos:broader* ?top }", True),
        ("SELECT * { <urn:c> skos:broader* ?top }", False),
        ("SELECT * { graph:published skos:broader* ?top }", True),
        ("SELECT * { ?s !rdfs:label ?o }", True),
        ("SELECT * { ?s ukfr:contentHash ?o }", True),
        ("SELECT * { ?s <https://w3id.org/ukfr/ontology#\\u0063ontentHash> ?o }", True),
        ("SELECT * { <https://w3id.org/ukfr/graph/ontology> ?p ?o }", True),
        ("SELECT ?g { GRAPH ?g { } }", True),
        ("SELECT ?g { GRAPH ?g { <urn:f> <urn:q>* ?x } }", True),
        ("SELECT * { graph:published ?p ?o }", True),
        ("DESCRIBE graph:published", True),
        ("BASE <https://w3id.org/ukfr/> SELECT * { <graph/published> ?p ?o }", True),
        ("PREFIX c: <https://w3id.org/ukfr/ontology#content> SELECT * { ?s c:Hash ?o }", True),
        ("SELECT * { <urn:mine> ?p ?o }", True),
        ("SELECT ?y { ?x <urn:q> [] . [] <urn:q>* ?y }", True),
        ('SELECT * { "h" ^!<urn:x> ?g }', True),
        ("SELECT * { { SELECT ?x { ?x <urn:p> ?y } ORDER BY EXISTS { ?a <urn:b> ?c } } ?s ?p ?o }", True),
        ("SELECT * { { SELECT (EXISTS { ?s ?p ?o } AS ?x) { } } }", True),
        ("DESCRIBE ?c { ?c a ukfr:Pledge }", True),
        ("SELECT * { ?s ?p ( 1 2 ) }", True),
    ],
)
def test_a_query_is_told_by_its_patterns(query: str, sees: bool) -> None:
    assert UnionQuery(query).may_see(NOTES) == sees


OTHERS = [
    ox.Quad(ox.NamedNode("urn:9"), predicate, value, ox.NamedNode("urn:others"))
    for predicate, value in (
        (ox.NamedNode(iris.RDF + "type"), ox.NamedNode("urn:2")),
        (ox.NamedNode("urn:q"), ox.Literal("x")),
        (ox.NamedNode("urn:q"), ox.NamedNode("urn:1")),
    )
]
TERMS = OutsideTerms(frozenset(["urn:9"]), frozenset([iris.RDF + "type", "urn:q"]), frozenset(["urn:2"]), apart=True)


NOTES_QUADS = [
    ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(PUBLISHED_GRAPH))
    for triple in ox.parse(write_notes(NOTED), format=ox.RdfFormat.N_TRIPLES)
]


@pytest.mark.parametrize(("terms", "outside"), [(NOTES, NOTES_QUADS), (TERMS, OTHERS)], ids=["notes", "engine's own"])
@example(quads=[], query="SELECT * { ?a <urn:p>* <urn:1> }")
@given(quads=triples(), query=queries())
def test_what_is_told_not_to_see_triples_outside_the_dataset_answers_as_if_there_were_none(
    terms: OutsideTerms, outside: list[ox.Quad], quads: list[ox.Quad], query: str
) -> None:
    assume(not UnionQuery(query).may_see(terms))
    store = fill(quads)
    before = rows_of(store, query)
    store.extend(outside)
    assert rows_of(store, query) == before


@pytest.mark.parametrize(
    ("query", "sees"),
    [
        ("SELECT * { ?s a <urn:1> }", False),
        ("SELECT * { ?s <urn:p>/<urn:p>+ ?o . GRAPH ?g { ?s <urn:p> ?o } }", False),
        ("SELECT * { ?s <urn:p> [ <urn:p> ?o ] }", False),
        ("PREFIX x: <urn:> SELECT * { ?s x:p ?o }", False),
        ("SELECT * { ?s a ?kind ; <urn:p> ?o . ?s ?q ?r }", False),
        ("SELECT * { ?s a ?kind OPTIONAL { ?s <urn:p> ?o } }", True),
        ("SELECT * { ?s a ?kind . ?o <urn:p> ?s }", True),
        ("SELECT * { ?s a ?kind ; ^<urn:p> ?o }", True),
        ("SELECT * { ?s a ?kind { ?s <urn:p> ?o } UNION { ?s <urn:p> ?r } }", True),
        ("SELECT * { ?s a/<urn:p> ?kind ; <urn:p> ?o }", True),
        ("SELECT * { [] a ?kind . [] <urn:p> ?o }", True),
        ("SELECT * { ?s a <urn:2> }", True),
        ("SELECT * { ?s rdf:type ?kind }", True),
        ("SELECT * { <urn:1> ?p ?o }", False),
        ("SELECT * { <urn:9> ?p ?o }", True),
        ("PREFIX x: <urn:> SELECT * { x:9 ?p ?o }", True),
        ("SELECT * { <urn:1> !<urn:x> ?o }", True),
        ("SELECT * { <urn:1> <urn:p>/<urn:q> ?o }", True),
        ("SELECT * { ?s a/<urn:p> ?o }", True),
        ("SELECT * { ?s ^<urn:q> ?o }", True),
        ("SELECT * { ?s <urn:p>* ?o }", True),
        ("SELECT * { ?s <urn:p>* <urn:1> }", True),
        ("SELECT * { <urn:1> <urn:p>* ?o }", True),
        ("SELECT * { ?s <urn:p>* <urn:1> . <urn:1> <urn:p> ?o }", False),
        ("PREFIX x: <urn:> SELECT * { ?s x:q ?o }", True),
        ("PREFIX dcterms: <urn:> SELECT * { ?s dcterms:q ?o }", True),
        ("PREFIXdcterms:<urn:> SELECT * { ?s dcterms:q ?o }", True),
        ("PREFIX x: <urn:> # PREFIX x: <urn:other>\nSELECT * { ?s x:q ?o }", True),
        ("BASE <urn:x> PREFIX x: <> SELECT * { ?s x:p ?o }", True),
        ("SELECT * { ?s <q> ?o }", True),
        ("DESCRIBE <urn:9>", True),
        ("SELECT * { ?s unknown:p ?o }", True),
    ],
)
def test_a_query_is_told_by_its_predicates_and_classes(query: str, sees: bool) -> None:
    assert UnionQuery(query).may_see(TERMS) == sees


@given(st.dictionaries(st.sampled_from(["", *NOTED]), st.text("0123456789abcdef", max_size=8)))
def test_notes_are_read_as_they_were_written(noted: dict[str, str]) -> None:
    assert read_notes(write_notes(noted)) == noted


@pytest.mark.parametrize(
    ("query", "has"),
    [
        ("SELECT * { ?s <urn:p> ?o OPTIONAL { SELECT ?s { ?s <urn:p> ?x } } }", True),
        ("SELECT ?s { ?s <urn:p> ?x } GROUP BY ?s", False),
    ],
)
def test_a_sub_select_is_found_wherever_it_stands(query: str, has: bool) -> None:
    assert UnionQuery(query).has_sub_select() == has
