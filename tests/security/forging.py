"""What a hostile writer says: forgeries of curated things, and rows that no reader expects."""

from __future__ import annotations

STATEMENT = "https://w3id.org/ukfr/id/statement/uk-fr-2016-08-30"
CLAUSE = "https://w3id.org/ukfr/id/clause/uk-fr-2016-08-30/pnr-implementation"
FIGURE = "https://w3id.org/ukfr/id/quantity/uk-fr-2016-08-30/networks-2016"
PLACE = "https://w3id.org/ukfr/id/place/calais"
FORGED = "FORGED-zzyzx"

ROWS = f"""
PREFIX ukfr: <https://w3id.org/ukfr/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>

<{STATEMENT}> rdfs:label "{FORGED} title"@en, "{FORGED} titre"@fr ; rdf:type _:kind ;
  ukfr:documentDate "2016-13-45"^^xsd:date, "soon", "99999-01-01"^^xsd:date ; dcterms:title "{FORGED}"@en .
<{CLAUSE}> rdf:type _:kind, ukfr:Pledge ; rdfs:label "{FORGED} \u202etxet"@en ; ukfr:summary "{FORGED}"@fr ;
  ukfr:order 99999999999999999999999999999999999999, "abc", "-1"^^xsd:integer, 1.5 ;
  ukfr:evidence <{CLAUSE}#forged> ; ukfr:quantity <{FIGURE}> ; ukfr:statement "not a node" ; ukfr:section _:nowhere .
<{CLAUSE}#forged> a ukfr:Evidence ; oa:hasSource <https://w3id.org/ukfr/id/expression/govuk-2016-08-30> ;
  oa:hasSelector <{CLAUSE}#forged-quote>, <{CLAUSE}#forged-place> .
<{CLAUSE}#forged-quote> oa:exact "{FORGED} words that nobody said" .
<{CLAUSE}#forged-place> oa:start 1, "x" ; oa:end 99999999999999999999999999999999999999 .
<{CLAUSE}#evidence-quote> oa:exact "{FORGED} in the curated selector" .
<{FIGURE}> ukfr:value 99999999999999999999999999999999999999, "NaN"^^xsd:double, "many", 1e400 ;
  rdfs:label "{FORGED}"@en ; ukfr:unit "metre"@en ; ukfr:comparator 7 .
<https://w3id.org/ukfr/id/clause/uk-fr-2016-08-30/{FORGED}> a ukfr:Clause, ukfr:Pledge ; rdfs:label "{FORGED}"@en ;
  ukfr:statement <{STATEMENT}> ; ukfr:order "1"^^xsd:integer ; ukfr:quote "x" .
<https://w3id.org/ukfr/id/statement/{FORGED}> a ukfr:Statement ; rdfs:label "{FORGED}"@en ;
  ukfr:documentDate "2099-01-01"^^xsd:date .
<{PLACE}> rdfs:label "{FORGED} Calais"@en, "\u2067{FORGED}\u2066"@fr ; owl:deprecated true ;
  skos:exactMatch <https://evil.example/calais>, "text", _:calais ; dcterms:description "{"x" * 200_000}" .
<https://w3id.org/ukfr/vocab/topic/asylum> skos:broader <https://w3id.org/ukfr/vocab/topic/asylum>,
  <https://w3id.org/ukfr/vocab/topic/migration> ; skos:prefLabel "{FORGED}"@en, 7 .
<https://w3id.org/ukfr/vocab/topic/migration> skos:broader <https://w3id.org/ukfr/vocab/topic/asylum> ;
  skos:narrower <https://w3id.org/ukfr/vocab/topic/asylum> .
ukfr:Pledge rdfs:label "{FORGED}"@en ; rdfs:subClassOf ukfr:Pledge, _:kind, "text" ; rdfs:domain _:kind .
ukfr:Clause rdfs:subClassOf ukfr:Pledge .
ukfr:role rdfs:label "{FORGED}"@en ; rdfs:range 7, _:kind ; a "property" .
_:kind rdfs:subClassOf ukfr:Clause ; rdfs:label "{FORGED}"@en .
<https://w3id.org/ukfr/id/person/amber-rudd> rdfs:label "{FORGED}"@en ; ukfr:tenure "x" ; skos:exactMatch <javascript:x> .
"""
"""Turtle that contradicts every page."""
