"""Whether a query could see the notes of what was pushed: told for sure, or it is taken that it could."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from support.generated_queries import GRAPHS, fill, queries, triples
from ukfr_graph.store.notes import PUBLISHED_GRAPH, may_see_notes, read_notes, write_notes

NOTED = {"": "0" * 64, **{name.strip("<>"): digit * 64 for name, digit in zip(GRAPHS, "12", strict=True)}}


def rows_of(store: ox.Store, query: str) -> Counter[str]:
    results = store.query(query, use_default_graph_as_union=True)
    assert isinstance(results, ox.QuerySolutions)
    return Counter(map(str, results))


@given(triples(), queries())
def test_what_is_told_not_to_see_the_notes_answers_as_if_there_were_none(quads: list[ox.Quad], query: str) -> None:
    assume(not may_see_notes(query))
    store = fill(quads)
    before = rows_of(store, query)
    store.load(write_notes(NOTED), ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(PUBLISHED_GRAPH))
    assert rows_of(store, query) == before


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
        ("SELECT * { ?s !rdfs:label ?o }", True),
        ("SELECT * { ?s ukfr:contentHash ?o }", True),
        ("SELECT * { ?s <https://w3id.org/ukfr/ontology#\\u0063ontentHash> ?o }", True),
        ("SELECT * { <https://w3id.org/ukfr/graph/ontology> ?p ?o }", True),
        ("SELECT ?g { GRAPH ?g { } }", True),
        ("DESCRIBE ?c { ?c a ukfr:Pledge }", True),
        ("SELECT * { ?s ?p ( 1 2 ) }", True),
    ],
)
def test_a_query_is_told_by_its_patterns(query: str, sees: bool) -> None:
    assert may_see_notes(query) == sees


@given(st.dictionaries(st.sampled_from(["", *NOTED]), st.text("0123456789abcdef", max_size=8)))
def test_notes_are_read_as_they_were_written(noted: dict[str, str]) -> None:
    assert read_notes(write_notes(noted)) == noted
