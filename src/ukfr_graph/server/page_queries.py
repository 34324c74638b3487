"""What the pages ask the graph: few questions, each for a whole page, none within a loop.

Things come as IRIs, and their names in the reader's language by ``CONCEPT_NAMES`` and ``NAMES_IN_STATEMENT``: a name
that is joined to every row is looked up as often, and costs more than everything else. Rows come in no order, for the
same reason. Parameters are projected, because the engine binds only what is.
"""

from __future__ import annotations

STATEMENTS = """
SELECT ?language ?statement ?day ?label ?clauses WHERE {
  { SELECT ?statement (COUNT(DISTINCT ?clause) AS ?clauses)
    WHERE {
      ?statement a ukfr:Statement .
      FILTER NOT EXISTS { ?statement ukfr:codingLevel <https://w3id.org/ukfr/vocab/coding-level/outline> }
      OPTIONAL { ?clause ukfr:statement ?statement ; a ukfr:Clause }
    }
    GROUP BY ?statement }
  OPTIONAL { ?statement ukfr:documentDate ?day }
  OPTIONAL { ?statement rdfs:label ?label FILTER (LANG(?label) = ?language) }
}
ORDER BY ?statement
"""
"""Every statement that is coded in full, with its day and its number of clauses."""

DOCUMENT = """
SELECT ?statement ?language ?subject ?property ?value WHERE {
  ?statement (ukfr:expression/spdx:checksum?)? ?subject .
  ?subject ?property ?value .
  FILTER (isIRI(?value) || LANG(?value) = "" || LANG(?value) = ?language)
}
"""
"""A statement, its expressions and their checksums, as triples."""

CLAUSES = """
SELECT ?statement ?language ?clause ?kind ?order ?section ?label ?summary WHERE {
  ?clause ukfr:statement ?statement ; ukfr:order ?order ; a ?kind .
  ?kind rdfs:subClassOf ukfr:Clause .
  OPTIONAL { ?clause ukfr:section ?section }
  OPTIONAL { ?clause rdfs:label ?label FILTER (LANG(?label) = ?language) }
  OPTIONAL { ?clause ukfr:summary ?summary FILTER (LANG(?summary) = ?language) }
}
"""
"""The clauses of a statement."""

LINKS = """
SELECT ?statement ?clause ?property ?value WHERE {
  VALUES ?property {
    dcterms:subject ukfr:place ukfr:cites ukfr:novelty ukfr:testability ukfr:elaborates ukfr:specifies ukfr:grounds
    ukfr:reportsProgressOn ukfr:modifies ukfr:followsUp ukfr:refersBackTo
  }
  ?clause ukfr:statement ?statement ; ?property ?value .
}
"""
"""What the clauses of a statement point at: topics, places, instruments, judged values, other clauses."""

ROLES = """
SELECT ?statement ?clause ?role ?basis ?actor WHERE {
  ?clause ukfr:statement ?statement ; ukfr:participation ?participation .
  ?participation ukfr:role ?role ; ukfr:basis ?basis ; ukfr:participant ?actor .
}
"""
"""Who has which part in the clauses of a statement, and on which basis."""

JUDGEMENTS = """
SELECT ?statement ?language ?clause ?verdict ?confidence ?settled ?coder ?reason WHERE {
  ?clause ukfr:statement ?statement ; ukfr:judgement ?judgement .
  ?judgement ukfr:verdict ?verdict ; ukfr:confidence ?confidence ; ukfr:settled ?settled ; ukfr:coder ?coder .
  OPTIONAL { ?judgement ukfr:reason ?reason FILTER (LANG(?reason) = ?language) }
}
"""
"""How the clauses of a statement were judged: the settled verdicts, and those that differ from them."""

TIMES = """
SELECT ?statement ?clause ?wording ?aspect ?from ?until WHERE {
  ?clause ukfr:statement ?statement ; ukfr:timeframe ?time .
  ?time ukfr:wording ?wording ; ukfr:timeAspect ?aspect .
  OPTIONAL { ?time ukfr:earliestStart ?from }
  OPTIONAL { ?time ukfr:latestEnd ?until }
}
"""
"""The times that the clauses of a statement give, as worded, with the bounds that the text gives."""

CONDITIONS = """
SELECT ?statement ?clause ?wording ?kind WHERE {
  ?clause ukfr:statement ?statement ; ukfr:condition ?condition .
  ?condition ukfr:wording ?wording ; ukfr:conditionKind ?kind .
}
"""
"""The conditions and limits in the clauses of a statement."""

FIGURES = """
SELECT ?statement ?language ?clause ?figure ?value ?currency ?unit ?comparator ?measure ?counted ?wording ?from ?until
WHERE {
  ?clause ukfr:statement ?statement ; ukfr:quantity ?figure .
  ?figure ukfr:value ?value ; ukfr:unit ?unit ; ukfr:comparator ?comparator ; ukfr:measureKind ?measure .
  OPTIONAL { ?figure ukfr:currency ?currency }
  OPTIONAL { ?figure ukfr:counted ?counted FILTER (LANG(?counted) = ?language) }
  OPTIONAL {
    ?figure ukfr:period ?period .
    ?period ukfr:wording ?wording .
    OPTIONAL { ?period ukfr:earliestStart ?from }
    OPTIONAL { ?period ukfr:latestEnd ?until }
  }
}
"""
"""The figures that the clauses of a statement give, with the period to which each refers."""

WORDS = """
SELECT ?statement ?source ?thing ?start ?end WHERE {
  ?statement ukfr:expression ?source .
  ?evidence oa:hasSource ?source ; oa:hasSelector ?selector .
  ?selector oa:start ?start ; oa:end ?end .
  ?thing ukfr:evidence ?evidence .
}
"""
"""Where in the texts of a statement the words lie on which each thing rests: characters from 0, end exclusive."""

PASSAGES = """
SELECT ?statement ?language ?source ?passage ?class ?reason ?label WHERE {
  VALUES ?class { ukfr:UncodedPassage ukfr:Paratext }
  ?statement ukfr:expression ?source .
  ?evidence oa:hasSource ?source .
  ?passage ukfr:evidence ?evidence ; a ?class ; ukfr:omissionReason ?reason .
  OPTIONAL { ?passage rdfs:label ?label FILTER (LANG(?label) = ?language) }
}
"""
"""What is not coded of the texts of a statement, and why: words of the body, and what the publisher put around it."""

SECTIONS = """
SELECT ?statement ?language ?section ?order ?label WHERE {
  ?section ukfr:statement ?statement ; a ukfr:Section ; ukfr:order ?order .
  OPTIONAL { ?section rdfs:label ?label FILTER (LANG(?label) = ?language) }
}
"""
"""The sections of a statement."""

CONCEPT_NAMES = """
SELECT ?language ?thing ?name WHERE {
  ?thing skos:inScheme ?scheme ; skos:prefLabel ?name .
  FILTER (LANG(?name) = ?language)
}
"""
"""The names of all concepts of the vocabularies."""

TERM_NAMES = """
SELECT ?language ?thing ?name WHERE {
  { ?thing rdfs:subClassOf ukfr:Clause } UNION { ?thing rdfs:domain ukfr:Clause ; rdfs:range ukfr:Clause }
  ?thing rdfs:label ?name .
  FILTER (LANG(?name) = ?language)
}
"""
"""The names of the kinds of clause, and of the relations between clauses."""

NAMES_IN_STATEMENT = """
SELECT ?statement ?language ?thing ?name WHERE {
  { SELECT DISTINCT ?statement ?thing WHERE {
      ?clause ukfr:statement ?statement ;
        ukfr:place|ukfr:cites|(ukfr:participation/ukfr:participant)|(ukfr:judgement/ukfr:coder) ?thing } }
  ?thing rdfs:label ?name .
  FILTER (LANG(?name) = ?language)
}
"""
"""The names of the places, instruments, actors and coders that the clauses of a statement have."""

MOST_ROWS = 2000
"""Rows of a page's open-ended question; one more is asked for, to know whether the answer was cut."""

STATUSES = f"""
SELECT ?language ?instrument ?label ?kind ?status ?party ?from ?until ?source WHERE {{
  ?instrument ukfr:instrumentStatus ?held .
  ?held ukfr:statusKind ?status ; ukfr:startDate ?from .
  OPTIONAL {{ ?instrument ukfr:instrumentKind ?kind }}
  OPTIONAL {{ ?instrument rdfs:label ?label FILTER (LANG(?label) = ?language) }}
  OPTIONAL {{ ?held ukfr:party ?party }}
  OPTIONAL {{ ?held ukfr:endDate|ukfr:latestEnd ?until }}
  OPTIONAL {{ ?held dcterms:source ?source }}
}}
LIMIT {MOST_ROWS + 1}
"""
"""The dated statuses of all instruments, in general and per party."""

PARTY_NAMES = """
SELECT ?language ?thing ?name WHERE {
  { SELECT DISTINCT ?thing WHERE { ?held ukfr:statusKind ?status ; ukfr:party ?thing } }
  ?thing rdfs:label ?name .
  FILTER (LANG(?name) = ?language)
}
"""
"""The names of the parties for which an instrument has a status."""

PERIODS = f"""
SELECT ?language ?statement ?clause ?order ?label ?wording ?aspect ?from ?until WHERE {{
  ?clause ukfr:statement ?statement ; ukfr:order ?order ; ukfr:timeframe|(ukfr:quantity/ukfr:period) ?time .
  ?time ukfr:wording ?wording ; ukfr:timeAspect ?aspect .
  OPTIONAL {{ ?time ukfr:earliestStart ?from }}
  OPTIONAL {{ ?time ukfr:latestEnd ?until }}
  OPTIONAL {{ ?clause rdfs:label ?label FILTER (LANG(?label) = ?language) }}
}}
LIMIT {MOST_ROWS + 1}
"""
"""The times that clauses give for an act, and those to which their figures refer."""

COMPARABLE = f"""
SELECT ?language ?thing ?group ?name ?clauses WHERE {{
  {{ SELECT ?thing ?group (COUNT(DISTINCT ?clause) AS ?clauses)
    WHERE {{
      VALUES ?group {{ dcterms:subject ukfr:holder ukfr:statement }}
      ?clause a ukfr:Clause ; ?group ?thing .
    }}
    GROUP BY ?thing ?group }}
  OPTIONAL {{ ?thing rdfs:label|skos:prefLabel ?name FILTER (LANG(?name) = ?language) }}
}}
ORDER BY DESC(?clauses) ?thing
LIMIT {MOST_ROWS}
"""
"""What two sides of a comparison can be: topics, holders and statements, with their number of clauses."""

SIDE = f"""
SELECT ?side ?language ?clause ?kind ?statement ?order ?label ?testability ?novelty WHERE {{
  ?clause dcterms:subject|ukfr:holder|ukfr:statement ?side .
  ?clause a ?kind ; ukfr:statement ?statement ; ukfr:order ?order .
  ?kind rdfs:subClassOf ukfr:Clause .
  OPTIONAL {{ ?clause rdfs:label ?label FILTER (LANG(?label) = ?language) }}
  OPTIONAL {{ ?clause ukfr:testability ?testability }}
  OPTIONAL {{ ?clause ukfr:novelty ?novelty }}
}}
LIMIT {MOST_ROWS + 1}
"""
"""The clauses on one side of a comparison, and how they were judged."""

SIDE_LINKS = f"""
SELECT ?side ?language ?clause ?property ?value ?name ?number ?unit WHERE {{
  VALUES ?property {{ ukfr:cites ukfr:quantity }}
  ?clause dcterms:subject|ukfr:holder|ukfr:statement ?side .
  ?clause a ukfr:Clause ; ?property ?value .
  OPTIONAL {{ ?value rdfs:label|ukfr:counted ?name FILTER (LANG(?name) = ?language) }}
  OPTIONAL {{ ?value ukfr:value ?number ; ukfr:unit ?unit }}
}}
LIMIT {MOST_ROWS + 1}
"""
"""The instruments that the clauses of one side name, and the figures that they give."""
