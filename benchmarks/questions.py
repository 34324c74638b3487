"""Ten representative questions about the made-up dataset, and two that hurt."""

from __future__ import annotations

import random

PREFIXES = """PREFIX ukfr: <https://w3id.org/ukfr/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX b: <https://example.org/bench/>
"""

CHEAP = {
    "one clause": "SELECT * {{ <https://example.org/bench/clause/{n}> ?p ?o }}",
    "words of a clause": PREFIXES
    + "SELECT ?words {{ <https://example.org/bench/clause/{n}> ukfr:evidence/oa:exact ?words }}",
    "clauses of a statement": PREFIXES
    + "SELECT ?c ?label {{ ?c dcterms:isPartOf <https://example.org/bench/statement/{m}> ; rdfs:label ?label "
    'FILTER (LANG(?label) = "en") }}',
}
"""Templates of cheap queries: ``n`` is the number of a clause, ``m`` of a statement."""

HEAVY = {
    "kinds by holder": PREFIXES
    + "SELECT ?holder ?kind (COUNT(*) AS ?n) {{ ?c a ?kind ; ukfr:holder ?holder }} GROUP BY ?holder ?kind "
    "ORDER BY DESC(?n) LIMIT {limit}",
    "commonest topics": PREFIXES
    + "SELECT ?t (COUNT(?c) AS ?n) {{ ?c dcterms:subject ?t }} GROUP BY ?t ORDER BY DESC(?n) LIMIT {limit}",
    "words in labels": PREFIXES
    + 'SELECT (COUNT(*) AS ?n) {{ ?c rdfs:label ?l FILTER (CONTAINS(?l, "terrorism data")) FILTER ({limit} > 0) }}',
    "sums by unit": PREFIXES
    + "SELECT ?unit (SUM(?v) AS ?sum) (AVG(?v) AS ?mean) {{ ?q ukfr:value ?v ; ukfr:unit ?unit }} GROUP BY ?unit "
    "LIMIT {limit}",
    "topics above": PREFIXES
    + "SELECT ?top (COUNT(?c) AS ?n) {{ ?top skos:broader b:topic\\/0 . ?t skos:broader* ?top . "
    "?c dcterms:subject ?t }} GROUP BY ?top LIMIT {limit}",
    "who cites what": PREFIXES
    + "SELECT ?holder ?instrument ?date {{ ?c ukfr:cites ?instrument ; ukfr:holder ?holder . "
    "?instrument dcterms:issued ?date FILTER (YEAR(?date) = 1973) }} ORDER BY ?date ?holder LIMIT {limit}",
    "260 kB of clauses": PREFIXES
    + "SELECT ?c ?label ?holder {{ ?c a ukfr:Call ; rdfs:label ?label OPTIONAL {{ ?c ukfr:holder ?holder }} }} LIMIT 7{limit}",
}
"""Templates of heavy queries; ``limit`` (three digits) makes each one new without making it another."""

RUNAWAY = "SELECT (COUNT(*) AS ?n) {{ ?a ?p ?b . ?c ?q ?d . ?e ?r ?f FILTER (?a != <urn:{n}>) }}"
REPEATED_SMALL = CHEAP["one clause"].format(n=7)
REPEATED_LARGE = HEAVY["260 kB of clauses"].format(limit=50)


def cheap_query(name: str, randomness: random.Random, clauses: int) -> str:
    """Make a cheap query about something at random."""
    return CHEAP[name].format(n=randomness.randrange(clauses), m=randomness.randrange(clauses // 20))
