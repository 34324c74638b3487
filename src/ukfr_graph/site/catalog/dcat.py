"""DCAT 3: the catalogue of what this server has (https://www.w3.org/TR/vocab-dcat-3/), as DCAT-AP 3 wants it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.endpoint.metadata import (
    DATASET,
    DCAT,
    FOAF,
    LANGUAGES,
    MEDIA_TYPES,
    Statements,
    describe,
    write_date,
)
from ukfr_graph.errors import mark as _
from ukfr_graph.messages import write_authority_code
from ukfr_graph.profile import Profile
from ukfr_graph.service.statistics import Statistics

DOCUMENT = "/catalog"
_ZIP = "application/zip"
_SHA256 = iris.SPDX + "checksumAlgorithm_sha256"
_OPENAPI = "https://spec.openapis.org/oas/v3.1.0"
_SERVICES = (
    ("sparql", "/sparql", "/sparql", "https://www.w3.org/TR/sparql11-protocol/",
     _("SPARQL endpoint")),
    ("graph-store", "/graph-store", "/openapi.json", "https://www.w3.org/TR/sparql11-http-rdf-update/",
     _("Graph store")),
    ("search", "/search", "/openapi.json", _OPENAPI, _("Search by words")),
    ("queries", "/queries", "/openapi.json", _OPENAPI, _("Saved questions")),
)  # fmt: skip
_CONTENTS = {
    "nq": _("All graphs as N-Quads"),
    "trig": _("All graphs as TriG"),
    "jsonld": _("All graphs as JSON-LD"),
    "ttl": _("All graphs, merged, as Turtle"),
    "csv": _("The curated graphs as tables (CSV)"),
}


@dataclass(frozen=True)
class Edition:
    """The version in force: its ``name``, the names of older ones that are known, the ``day`` of its data, its DOI."""

    name: str
    older: Sequence[str]
    day: str
    doi: str = ""


def describe_catalog(
    base: str,
    profile: Profile,
    statistics: Statistics,
    edition: Edition,
    files: Sequence[dict[str, Any]],
    *,
    is_served: bool = True,
) -> list[ox.Triple]:
    """Describe the catalogue of a site at ``base``; ``files`` are the facts of its downloads.

    Where it ``is_served``, there are services.
    """
    s = Statements(base, profile)
    is_curated = statistics.is_curated
    catalog, publisher = s.node(DOCUMENT + "#catalog"), s.node(DOCUMENT + "#contributors")
    dataset = s.permanent(DATASET, is_curated=is_curated)
    s.type(publisher, FOAF + "Agent")
    s.add(publisher, FOAF + "name", ox.Literal((is_curated and profile.creator) or f"The operator of {base}"))
    s.type(catalog, DCAT + "Catalog")
    s.name(
        catalog,
        s.write(_("Catalogue of %(base)s"), base=base),
        s.write(_("What is here: the dataset, its downloads and services.")),
    )
    s.add(catalog, iris.DCTERMS + "publisher", publisher)
    s.add(catalog, DCAT + "dataset", dataset)
    s.add(catalog, FOAF + "homepage", "/")
    s.type(s.node("/"), FOAF + "Document")
    _add_languages(s, catalog)
    _describe_dataset(s, dataset, statistics, edition)
    licence = profile.license if is_curated else ""
    if licence:
        s.add(catalog, iris.DCTERMS + "license", licence)
        s.type(ox.NamedNode(licence), iris.DCTERMS + "LicenseDocument")
    for file in files:
        _describe_file(s, dataset, file, licensed=bool(licence))
    for name, address, description, standard, title in _SERVICES if is_served else ():
        service = s.node(f"{DOCUMENT}#{name}")
        s.add(catalog, DCAT + "service", service)
        s.type(service, DCAT + "DataService")
        s.name(service, s.write(title))
        s.add(service, DCAT + "endpointURL", address)
        s.add(service, DCAT + "endpointDescription", description)
        s.add(service, DCAT + "servesDataset", dataset)
        s.add(service, iris.DCTERMS + "publisher", publisher)
        s.add(service, iris.DCTERMS + "conformsTo", standard)
        s.type(ox.NamedNode(standard), iris.DCTERMS + "Standard")
    return s.triples()


def _describe_dataset(s: Statements, dataset: ox.NamedNode, statistics: Statistics, edition: Edition) -> None:
    """Describe the dataset, its version in force, and those before it (section 11)."""
    if statistics.is_curated:
        title, description = s.profile.title, describe(s.profile)
    else:
        title = {"en": f"The dataset served at {s.base}"}
        description = {"en": "Data of the operator's own."}
    publisher = s.node(DOCUMENT + "#contributors")
    versions = {
        name: s.permanent(f"{DOCUMENT}#version-{name}", is_curated=statistics.is_curated)
        for name in (edition.name, *edition.older)
    }
    for name, version in versions.items():
        s.type(version, DCAT + "Dataset")
        s.name(version, {k: f"{v} ({name})" for k, v in title.items()}, description)
        s.add(version, DCAT + "version", ox.Literal(name))
        s.add(version, DCAT + "isVersionOf", dataset)
        s.add(dataset, DCAT + "hasVersion", version)
    for newer, older in pairwise(versions.values()):
        s.add(newer, DCAT + "previousVersion", older)
    current = versions[edition.name]
    s.add(dataset, DCAT + "hasCurrentVersion", current)
    s.type(dataset, DCAT + "Dataset")
    s.name(dataset, title, description)
    s.add(dataset, DCAT + "version", ox.Literal(edition.name))
    s.add(dataset, iris.DCTERMS + "identifier", ox.Literal(dataset.value))
    for node in (dataset, current):
        s.identify(node, edition.doi)
    s.add(dataset, iris.DCTERMS + "publisher", publisher)
    s.add(dataset, DCAT + "landingPage", "/")
    if edition.day:
        s.add(dataset, iris.DCTERMS + "modified", write_date(edition.day))
        s.add(current, iris.DCTERMS + "issued", write_date(edition.day))
    if not statistics.is_curated:
        return
    s.add(dataset, iris.DCTERMS + "creator", publisher)
    if s.profile.license:
        s.add(dataset, iris.DCTERMS + "license", s.profile.license)
    words = [ox.Literal(word, language=code) for code, words in s.profile.keywords.items() for word in words]
    s.add(dataset, DCAT + "keyword", *words)
    _add_languages(s, dataset)
    for place in s.profile.states:
        s.add(dataset, iris.DCTERMS + "spatial", place)
        s.type(ox.NamedNode(place), iris.DCTERMS + "Location")
    if statistics.period:
        period = s.node(DOCUMENT + "#period")
        s.add(dataset, iris.DCTERMS + "temporal", period)
        s.type(period, iris.DCTERMS + "PeriodOfTime")
        s.add(period, DCAT + "startDate", write_date(statistics.period[0]))
        s.add(period, DCAT + "endDate", write_date(statistics.period[1]))


def _describe_file(s: Statements, dataset: ox.NamedNode, file: dict[str, Any], *, licensed: bool) -> None:
    """Describe a download (section 6.8)."""
    address = "/export/" + file["path"]
    distribution = s.node(f"{DOCUMENT}#{file['path']}")
    checksum = ox.NamedNode(distribution.value + "-checksum")
    s.add(dataset, DCAT + "distribution", distribution)
    s.type(distribution, DCAT + "Distribution")
    if file["graph"] is None:
        titles = s.write(_CONTENTS[file["form"]])
    else:
        titles = s.write(_("The graph %(graph)s as Turtle"), graph=iris.shorten(file["graph"]))
    s.name(distribution, titles)
    s.add(distribution, DCAT + "accessURL", "/export")
    s.add(distribution, DCAT + "downloadURL", address)
    s.add(distribution, DCAT + "mediaType", _media_type(s, file["media_type"]))
    packing = "packageFormat" if file["packing"] == _ZIP else "compressFormat"
    s.add(distribution, DCAT + packing, _media_type(s, file["packing"]))
    if licensed and (file["graph"] is None or iris.is_curated_graph(file["graph"])):
        s.add(distribution, iris.DCTERMS + "license", s.profile.license)
    if "sha256" not in file:  # it is made, and measured, when it is first downloaded
        return
    s.add(
        distribution,
        DCAT + "byteSize",
        ox.Literal(str(file["bytes"]), datatype=ox.NamedNode(iris.XSD + "nonNegativeInteger")),
    )
    s.add(distribution, iris.SPDX + "checksum", checksum)
    s.type(checksum, iris.SPDX + "Checksum")
    s.add(checksum, iris.SPDX + "algorithm", _SHA256)
    s.type(ox.NamedNode(_SHA256), iris.SPDX + "ChecksumAlgorithm")
    s.add(
        checksum, iris.SPDX + "checksumValue", ox.Literal(file["sha256"], datatype=ox.NamedNode(iris.XSD + "hexBinary"))
    )


def _media_type(s: Statements, name: str) -> ox.NamedNode:
    node = ox.NamedNode(MEDIA_TYPES + name)
    s.type(node, iris.DCTERMS + "MediaType")
    return node


def _add_languages(s: Statements, subject: ox.NamedNode) -> None:
    for code in map(write_authority_code, s.profile.languages):
        s.add(subject, iris.DCTERMS + "language", LANGUAGES + code)
        s.type(ox.NamedNode(LANGUAGES + code), iris.DCTERMS + "LinguisticSystem")
