"""Words that the graph has no labels for: what points to a thing, and the terms of outside vocabularies."""

from __future__ import annotations

from ukfr_graph import iris
from ukfr_graph.messages import load_messages

_INVERSE: dict[str, tuple[str, str]] = {
    "ukfr:speaker": ("Speaks in", "S'exprime dans"),
    "ukfr:holder": ("Bound, calling or credited in", "Engagé, appelant ou crédité dans"),
    "ukfr:performer": ("Is to act in", "Doit agir dans"),
    "ukfr:addressee": ("Addressed in", "Destinataire de"),
    "ukfr:target": ("Target of", "Visé par"),
    "ukfr:beneficiary": ("Served by", "Bénéficiaire de"),
    "ukfr:inferredHolder": ("Bound or credited, as the coders infer, in", "Engagé ou crédité, selon les codeurs, dans"),
    "ukfr:inferredPerformer": ("Is to act, as the coders infer, in", "Doit agir, selon les codeurs, dans"),
    "ukfr:inferredTarget": ("Target, as the coders infer, of", "Visé, selon les codeurs, par"),
    "ukfr:inferredBeneficiary": ("Served, as the coders infer, by", "Bénéficiaire, selon les codeurs, de"),
    "ukfr:participant": ("Participations", "Participations"),
    "dcterms:subject": ("Topic of", "Thème de"),
    "ukfr:place": ("Named in", "Nommé dans"),
    "ukfr:locatedIn": ("Places in it", "Lieux qui s'y trouvent"),
    "ukfr:cites": ("Cited by", "Cité par"),
    "ukfr:citedInstrument": ("Citations, with their words", "Citations, avec leurs mots"),
    "ukfr:incorporatesByReference": ("Taken in by reference in", "Repris par renvoi dans"),
    "ukfr:elaborates": ("Elaborated by", "Détaillée par"),
    "ukfr:specifies": ("Specified by", "Précisée par"),
    "ukfr:grounds": ("Grounded in", "Motivée par"),
    "ukfr:reportsProgressOn": ("Progress is reported by", "Avancées rapportées par"),
    "ukfr:modifies": ("Modified by", "Modifiée par"),
    "ukfr:followsUp": ("Followed up by", "Suivie par"),
    "ukfr:refersBackTo": ("Referred back to by", "Rappelée par"),
    "ukfr:section": ("Clauses of the section", "Clauses de la section"),
    "ukfr:statement": ("What the statement consists of", "Ce dont la déclaration se compose"),
    "ukfr:expression": ("Published copy of", "Copie publiée de"),
    "ukfr:quantity": ("Figure of", "Chiffre de"),
    "ukfr:timeframe": ("Time of", "Temps de"),
    "ukfr:period": ("Period of the figures", "Période des chiffres"),
    "ukfr:participation": ("Roles filled in", "Rôles tenus dans"),
    "ukfr:subsetOf": ("Of which", "Dont"),
    "ukfr:incrementOf": ("Increased by", "Augmenté de"),
    "ukfr:operand": ("Enters into", "Entre dans le calcul de"),
    "ukfr:provider": ("Provides", "Fournit"),
    "ukfr:unit": ("Figures in this unit", "Chiffres dans cette unité"),
    "ukfr:measureKind": ("Figures of this kind", "Chiffres de cette nature"),
    "ukfr:comparator": ("Figures so compared", "Chiffres ainsi comparés"),
    "ukfr:resultedIn": ("Came from", "Issu de"),
    "ukfr:amends": ("Amended by", "Modifié par"),
    "ukfr:repeals": ("Repealed by", "Abrogé par"),
    "ukfr:supplements": ("Supplemented by", "Complété par"),
    "ukfr:party": ("Statuses of instruments as a party", "Statuts d'instruments en tant que partie"),
    "ukfr:partOfGovernment": ("Parts of it", "En font partie"),
    "ukfr:governmentOf": ("Its government", "Son gouvernement"),
    "ukfr:officeIn": ("Offices in it", "Fonctions qui en relèvent"),
    "ukfr:office": ("Tenures", "Mandats"),
    "ukfr:tenureOf": ("Offices held", "Fonctions exercées"),
    "ukfr:membershipOf": ("Memberships in it", "Appartenances"),
    "ukfr:membershipBy": ("Memberships", "Appartenances"),
    "ukfr:representative": ("Representative in", "Représentant dans"),
    "ukfr:instrumentKind": ("Instruments of this kind", "Instruments de ce type"),
    "ukfr:statusKind": ("Instruments with this status", "Instruments ayant ce statut"),
    "ukfr:identifierScheme": ("Identifiers in this scheme", "Identifiants de ce système"),
    "ukfr:novelty": ("Clauses so judged", "Clauses ainsi jugées"),
    "ukfr:testability": ("Clauses so judged", "Clauses ainsi jugées"),
    "ukfr:verdict": ("Judgements", "Appréciations"),
    "ukfr:urgency": ("Times so worded", "Temps ainsi formulés"),
    "ukfr:completenessOf": ("What is completely coded", "Ce qui est codé exhaustivement"),
    "skos:broader": ("Narrower concepts", "Concepts plus étroits"),
    "skos:narrower": ("Narrower concept of", "Concept plus étroit de"),
    "skos:inScheme": ("Concepts", "Concepts"),
    "oa:hasSource": ("Records that rest on its words", "Enregistrements qui reposent sur ses mots"),
    "dcterms:publisher": ("Publishes", "Publie"),
}


_OUTSIDE: dict[str, tuple[str, str]] = {
    "rdf:type": ("type", "type"),
    "rdfs:label": ("label", "libellé"),
    "rdfs:subClassOf": ("below", "sous"),
    "rdfs:seeAlso": ("see also", "voir aussi"),
    "skos:Concept": ("concept", "concept"),
    "skos:ConceptScheme": ("vocabulary", "vocabulaire"),
    "skos:prefLabel": ("label", "libellé"),
    "skos:altLabel": ("also called", "aussi appelé"),
    "skos:definition": ("definition", "définition"),
    "skos:notation": ("notation", "notation"),
    "skos:broader": ("broader", "plus large"),
    "skos:narrower": ("narrower", "plus étroit"),
    "skos:inScheme": ("in the vocabulary", "dans le vocabulaire"),
    "skos:topConceptOf": ("top of the vocabulary", "au sommet du vocabulaire"),
    "skos:exactMatch": ("same elsewhere", "même chose ailleurs"),
    "skos:closeMatch": ("close elsewhere", "proche ailleurs"),
    "skos:broadMatch": ("broader elsewhere", "plus large ailleurs"),
    "skos:narrowMatch": ("narrower elsewhere", "plus étroit ailleurs"),
    "skos:relatedMatch": ("related elsewhere", "apparenté ailleurs"),
    "dcterms:title": ("title", "titre"),
    "dcterms:description": ("description", "description"),
    "dcterms:subject": ("topic", "thème"),
    "dcterms:source": ("source", "source"),
    "dcterms:language": ("language", "langue"),
    "dcterms:license": ("licence", "licence"),
    "dcterms:rights": ("rights", "droits"),
    "dcterms:publisher": ("publisher", "éditeur"),
    "dcterms:issued": ("issued", "publié le"),
    "dcterms:provenance": ("provenance", "provenance"),
    "dcterms:isReplacedBy": ("replaced by", "remplacé par"),
    "adms:identifier": ("identifier", "identifiant"),
    "adms:Identifier": ("identifier", "identifiant"),
    "oa:SpecificResource": ("evidence", "preuve"),
    "oa:TextQuoteSelector": ("quote", "citation"),
    "oa:TextPositionSelector": ("position in the text", "position dans le texte"),
    "oa:hasSource": ("source text", "texte source"),
    "oa:hasSelector": ("where in it", "où dans le texte"),
    "oa:exact": ("exact words", "mots exacts"),
    "oa:prefix": ("words before", "mots qui précèdent"),
    "oa:suffix": ("words after", "mots qui suivent"),
    "oa:start": ("first character", "premier caractère"),
    "oa:end": ("end", "fin"),
    "prov:Agent": ("agent", "agent"),
    "spdx:Checksum": ("checksum", "somme de contrôle"),
    "spdx:checksum": ("checksum", "somme de contrôle"),
    "spdx:algorithm": ("algorithm", "algorithme"),
    "spdx:checksumValue": ("value", "valeur"),
}


def name_area(area: str, language: str) -> str:
    """Return the name of an area of saved queries, which is their folder; that of a folder of one's own as it is."""
    _ = load_messages(language).gettext
    names = {
        "actors": _("Actors"),
        "analysis": _("Analysis"),
        "clauses": _("Clauses"),
        "evidence": _("Evidence"),
        "federated": _("Across datasets"),
        "figures": _("Figures"),
        "instruments": _("Instruments"),
        "network": _("Networks"),
        "pledges": _("Pledges"),
    }
    return names.get(area, area)


def name_outside(iri: str, language: str) -> str:
    """Give our name for a term of an outside vocabulary, which the graph holds no label of; empty for others."""
    names = _OUTSIDE.get(iris.shorten(iri))
    return names[language == "fr"] if names else ""


def name_inverse(predicate: str, label: str, language: str) -> str:
    """Give the heading over what points to a thing by a property, from its ``label`` where it has none of its own."""
    phrase = _INVERSE.get(iris.shorten(predicate))
    if phrase:
        return phrase[language == "fr"]
    return f"Comme « {label} »" if language == "fr" else f"As “{label}”"
