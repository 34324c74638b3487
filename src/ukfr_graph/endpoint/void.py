"""VoID: what is in the dataset, and where it can be had (https://www.w3.org/TR/void/).

Partitions by class, and in each by property with the classes and datatypes of the objects, are in the form that SIB's
void-generator writes and query editors read (https://github.com/sib-swiss/void-generator).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.endpoint.metadata import (
    DATASET,
    FOAF,
    FORMATS,
    VOID,
    VOID_EXT,
    Statements,
    describe,
    write_date,
)
from ukfr_graph.profile import Profile
from ukfr_graph.service.statistics import PropertyUse, Statistics

DOCUMENT = "/.well-known/void"
_SERVED = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")
_LAST_PART = re.compile(r"[^#/]*$")
_NAMES = {
    "http://www.wikidata.org/": "Wikidata",
    "https://www.wikidata.org/": "Wikidata",
    "http://eurovoc.europa.eu/": "EuroVoc",
    "http://publications.europa.eu/": "EU Publications Office",
    "http://data.europa.eu/": "European Legislation Identifier",
    "https://sws.geonames.org/": "GeoNames",
    "http://sws.geonames.org/": "GeoNames",
}


def describe_dataset(
    base: str,
    profile: Profile,
    statistics: Statistics,
    dumps: Iterable[str],
    modified: str,
    *,
    doi: str = "",
    is_served: bool = True,
) -> list[ox.Triple]:
    """Describe the dataset of a site at ``base``; ``dumps`` are addresses on it, ``modified`` a day or nothing.

    Where it ``is_served``, there is an endpoint.
    """
    s = Statements(base, profile)
    document, dataset = s.node(DOCUMENT), s.permanent(DATASET, is_curated=statistics.is_curated)
    s.type(document, VOID + "DatasetDescription")
    s.add(document, FOAF + "topic", dataset)
    s.add(document, FOAF + "primaryTopic", dataset)
    s.add(document, iris.DCTERMS + "title", ox.Literal("VoID description", language="en"))
    s.type(dataset, VOID + "Dataset")
    _describe_origin(s, dataset, statistics, modified)
    s.add(dataset, FOAF + "homepage", "/")
    s.identify(dataset, doi)
    endpoint = ("/sparql",) if is_served else ()
    s.add(dataset, VOID + "sparqlEndpoint", *endpoint)
    s.add(dataset, VOID + "dataDump", *dumps)
    s.add(dataset, VOID + "feature", *(FORMATS + name for name in _SERVED))
    s.add(dataset, VOID + "rootResource", *statistics.roots)
    s.add(dataset, VOID + "vocabulary", *_find_vocabularies(statistics))
    _count(s, dataset, statistics)
    for number, (graph, count) in enumerate(statistics.graphs.items(), 1):
        subset = s.node(f"{DOCUMENT}#graph-{number}")
        s.add(dataset, VOID + "subset", subset)
        s.type(subset, VOID + "Dataset")
        s.add(subset, iris.DCTERMS + "title", ox.Literal(iris.shorten(graph)))
        s.add(subset, VOID + "triples", count)
        s.add(subset, "http://www.w3.org/ns/sparql-service-description#name", ox.NamedNode(graph))
        s.add(subset, VOID + "sparqlEndpoint", *endpoint)
    _describe_partitions(s, dataset, statistics)
    _describe_linksets(s, dataset, statistics)
    return s.triples()


def _describe_origin(s: Statements, dataset: ox.NamedNode, statistics: Statistics, modified: str) -> None:
    """Say whose the dataset is, where it is the curated one."""
    if not statistics.is_curated:
        s.add(dataset, iris.DCTERMS + "title", ox.Literal(f"The dataset served at {s.base}", language="en"))
        return
    contributors = s.node("/catalog#contributors")
    s.name(dataset, s.profile.title, describe(s.profile))
    if s.profile.creator:
        s.add(dataset, iris.DCTERMS + "creator", contributors)
        s.add(dataset, iris.DCTERMS + "publisher", contributors)
        s.type(contributors, FOAF + "Agent")
        s.add(contributors, FOAF + "name", ox.Literal(s.profile.creator))
    if s.profile.license:
        s.add(dataset, iris.DCTERMS + "license", s.profile.license)
    s.add(dataset, VOID + "uriSpace", *(ox.Literal(space) for space in s.profile.namespaces.values() or [iris.BASE]))
    if modified:
        s.add(dataset, iris.DCTERMS + "modified", write_date(modified))


def _count(s: Statements, dataset: ox.NamedNode, statistics: Statistics) -> None:
    s.add(dataset, VOID + "triples", statistics.triples)
    s.add(dataset, VOID + "entities", statistics.entities)
    s.add(dataset, VOID + "distinctSubjects", statistics.subjects)
    s.add(dataset, VOID + "distinctObjects", statistics.objects)
    s.add(dataset, VOID + "classes", len(statistics.classes))
    s.add(dataset, VOID + "properties", len(statistics.properties))


def _describe_partitions(s: Statements, dataset: ox.NamedNode, statistics: Statistics) -> None:
    """Describe the dataset by class and by property (section 4.5)."""
    for number, (kind, entities) in enumerate(statistics.classes.items(), 1):
        part = s.node(f"{DOCUMENT}#class-{number}")
        s.add(dataset, VOID + "classPartition", part)
        s.type(part, VOID + "Dataset")
        s.add(part, VOID + "class", ox.NamedNode(kind))
        s.add(part, VOID + "entities", entities)
        uses = statistics.uses.get(kind, {})
        s.add(part, VOID + "properties", len(uses))
        s.add(part, VOID + "triples", sum(use.triples for use in uses.values()))
        for place, (name, use) in enumerate(uses.items(), 1):
            _describe_use(s, part, s.node(f"{DOCUMENT}#class-{number}-property-{place}"), name, use)
    for number, (name, (triples, subjects, objects)) in enumerate(statistics.properties.items(), 1):
        part = s.node(f"{DOCUMENT}#property-{number}")
        s.add(dataset, VOID + "propertyPartition", part)
        s.type(part, VOID + "Dataset")
        s.add(part, VOID + "property", ox.NamedNode(name))
        s.add(part, VOID + "triples", triples)
        s.add(part, VOID + "distinctSubjects", subjects)
        s.add(part, VOID + "distinctObjects", objects)


def _describe_use(s: Statements, part: ox.NamedNode, use_part: ox.NamedNode, name: str, use: PropertyUse) -> None:
    s.add(part, VOID + "propertyPartition", use_part)
    s.type(use_part, VOID + "Dataset")
    s.add(use_part, VOID + "property", ox.NamedNode(name))
    s.add(use_part, VOID + "triples", use.triples)
    for number, (kind, count) in enumerate(use.classes.items(), 1):
        node = ox.NamedNode(f"{use_part.value}-class-{number}")
        s.add(use_part, VOID + "classPartition", node)
        s.type(node, VOID + "Dataset")
        s.add(node, VOID + "class", ox.NamedNode(kind))
        s.add(node, VOID + "triples", count)
    for number, (kind, count) in enumerate(use.datatypes.items(), 1):
        node = ox.NamedNode(f"{use_part.value}-datatype-{number}")
        s.add(use_part, VOID_EXT + "datatypePartition", node)
        s.type(node, VOID + "Dataset")
        s.add(node, VOID_EXT + "datatype", ox.NamedNode(kind))
        s.add(node, VOID + "triples", count)


def _describe_linksets(s: Statements, dataset: ox.NamedNode, statistics: Statistics) -> None:
    """Describe the links into each outside dataset, one set for each mapping property (section 5)."""
    spaces = sorted({space for _, space in statistics.links})
    for number, space in enumerate(spaces, 1):
        outside = s.node(f"{DOCUMENT}#outside-{number}")
        s.type(outside, VOID + "Dataset")
        s.add(outside, VOID + "uriSpace", ox.Literal(space))
        s.add(outside, iris.DCTERMS + "title", ox.Literal(_NAMES.get(space, space)))
    for number, ((name, space), count) in enumerate(statistics.links.items(), 1):
        linkset = s.node(f"{DOCUMENT}#linkset-{number}")
        s.type(linkset, VOID + "Linkset", VOID + "Dataset")
        s.add(linkset, VOID + "linkPredicate", ox.NamedNode(name))
        s.add(linkset, VOID + "subjectsTarget", dataset)
        s.add(linkset, VOID + "objectsTarget", s.node(f"{DOCUMENT}#outside-{spaces.index(space) + 1}"))
        s.add(linkset, VOID + "triples", count)
        s.add(dataset, VOID + "subset", linkset)


def _find_vocabularies(statistics: Statistics) -> Sequence[str]:
    """Find the namespaces of the classes and properties that are used (section 4.3)."""
    names = {_LAST_PART.sub("", term) for term in (*statistics.classes, *statistics.properties)}
    return sorted(name for name in names if name.startswith(("http://", "https://")))
