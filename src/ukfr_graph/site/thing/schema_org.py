"""The description of a page for search engines: schema.org in JSON-LD (https://schema.org/docs/data-and-datasets.html).

A joint statement is a political document: only acts of law are said to be ``Legislation``.
"""

from __future__ import annotations

from typing import Any

from ukfr_graph import iris
from ukfr_graph.site.thing.portrait import Portrait, Wording

_TYPES = {
    "ukfr:Clause": "Quotation",
    "ukfr:Statement": "CreativeWork",
    "ukfr:Expression": "CreativeWork",
    "ukfr:Instrument": "CreativeWork",
    "ukfr:Person": "Person",
    "ukfr:Government": "GovernmentOrganization",
    "ukfr:Ministry": "GovernmentOrganization",
    "ukfr:InternationalOrganisation": "Organization",
    "ukfr:PublicBody": "GovernmentOrganization",
    "ukfr:State": "Country",
    "ukfr:Place": "Place",
    "ukfr:Quantity": "QuantitativeValue",
    "skos:Concept": "DefinedTerm",
    "skos:ConceptScheme": "DefinedTermSet",
}
_ACT = iris.VOCABULARY + "instrument-kind/legal-act"


def describe_for_search(portrait: Portrait, licence: str) -> dict[str, Any]:
    """Describe a page, under its licence (an IRI, or nothing), and the thing that it is about."""
    node = portrait.iri
    kind = next((schema for name, schema in _TYPES.items() if portrait.is_a(node, name)), "Thing")
    if any(_ACT in (k, *portrait.nodes(k, "skos:broader")) for k in portrait.nodes(node, "ukfr:instrumentKind")):
        kind = "Legislation"
    label = portrait.label(node).value
    thing: dict[str, Any] = {"@type": kind, "@id": node, "name": label}
    if summary := portrait.text(node, "ukfr:summary", "dcterms:description", "skos:definition"):
        thing["description"] = summary.value
    if kind == "Quotation":
        thing |= _describe_clause(portrait)
    elif kind == "QuantitativeValue":
        thing |= {"value": portrait.one(node, "ukfr:value"), "unitText": _name(portrait, "ukfr:unit")}
    elif kind == "DefinedTerm":
        thing["inDefinedTermSet"] = portrait.one(node, "skos:inScheme")
    elif kind in ("Legislation", "CreativeWork"):
        if day := portrait.one(node, "ukfr:documentDate"):
            thing["legislationDate" if kind == "Legislation" else "dateCreated"] = day
        identifiers = [
            notation
            for identifier in portrait.nodes(node, "adms:identifier")
            if (notation := portrait.one(identifier, "skos:notation"))
        ]
        if identifiers:
            thing["legislationIdentifier" if kind == "Legislation" else "identifier"] = identifiers
    same = [iri for iri in portrait.nodes(node, "skos:exactMatch") if iri.startswith(("http://", "https://"))]
    if same:
        thing["sameAs"] = same
    return {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "name": label,
        "inLanguage": portrait.language,
        **({"license": licence} if licence else {}),
        "mainEntity": thing,
    }


def _describe_clause(portrait: Portrait) -> dict[str, Any]:
    node = portrait.iri
    found: dict[str, Any] = {
        "isPartOf": {"@type": "CreativeWork", "@id": portrait.one(node, "ukfr:statement")},
        "about": [{"@id": t, "name": portrait.label(t).value} for t in portrait.nodes(node, "dcterms:subject")],
        "mentions": [{"@id": i, "name": portrait.label(i).value} for i in portrait.nodes(node, "ukfr:cites")],
    }
    if words := portrait.words(node):
        found |= {"text": words, "inLanguage": portrait.quoted_language(node)}
    return found


def _name(portrait: Portrait, predicate: str) -> str:
    nodes = portrait.nodes(portrait.iri, predicate)
    label: Wording | None = portrait.label(nodes[0]) if nodes else None
    return label.value if label else ""
