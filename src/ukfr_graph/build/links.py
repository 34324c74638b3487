"""Reviewed links to outside datasets as triples.

A row of a mapping set becomes a node in SSSOM's own RDF (https://mapping-commons.github.io/sssom/spec-formats-rdf/)
with its author, date, justification and confidence, and, unless its modifier is ``Not``, the SKOS triple that
it states.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.build.link_files import SSSOM, Link, LinkSet
from ukfr_graph.errors import Message, Problem
from ukfr_graph.errors import mark as _
from ukfr_graph.triples import literal, node

_AUTHORED_BY = "http://purl.org/pav/authoredBy"
_HASH_LENGTH = 12


def to_triples(
    sets: Iterable[LinkSet], is_described: Callable[[str], bool]
) -> tuple[frozenset[ox.Triple], list[Problem]]:
    """Turn mapping sets into triples; tell of each row that links something that the dataset does not describe."""
    triples: set[ox.Triple] = set()
    problems = []
    for links in sets:
        triples |= set(_describe_set(links))
        for link in links.links:
            if not is_described(link.subject):
                problems.append(
                    Problem(
                        links.name,
                        link.line,
                        iris.local_id(link.subject),
                        "link-subject",
                        Message(_("nothing with this identifier is in the dataset")),
                        Message(_("correct the spelling, or add the record that is meant")),
                    )
                )
            triples |= set(_describe_link(links, link))
    return frozenset(triples), problems


def link_iri(set_iri: str, subject: str, predicate: str, target: str) -> str:
    """Name the node of a row, the same wherever the row stands in its file.

    >>> link_iri(iris.LINKS + "fcdo", iris.ID + "instrument/a", iris.SKOS + "exactMatch", "https://example.org/1")
    'https://w3id.org/ukfr/links/fcdo#ea7d3d3edf4c'
    """
    digest = hashlib.sha256("\n".join((subject, predicate, target)).encode()).hexdigest()
    return f"{set_iri}#{digest[:_HASH_LENGTH]}"


def _describe_set(links: LinkSet) -> Iterator[ox.Triple]:
    yield _triple(links.iri, iris.RDF + "type", node(SSSOM + "MappingSet"))
    yield _triple(links.iri, iris.DCTERMS + "title", ox.Literal(links.title, language="en"))
    yield _triple(links.iri, iris.DCTERMS + "description", ox.Literal(links.description, language="en"))
    yield _triple(links.iri, iris.DCTERMS + "license", node(links.license))
    yield _triple(links.iri, SSSOM + "object_source", node(links.object_source))


def _describe_link(links: LinkSet, link: Link) -> Iterator[ox.Triple]:
    row = link_iri(links.iri, link.subject, link.predicate, link.object)
    if not link.negated:
        yield _triple(link.subject, link.predicate, node(link.object))
    yield _triple(links.iri, SSSOM + "mappings", node(row))
    yield _triple(row, iris.RDF + "type", node(iris.OWL + "Axiom"))
    yield _triple(row, iris.OWL + "annotatedSource", node(link.subject))
    yield _triple(row, iris.OWL + "annotatedProperty", node(link.predicate))
    yield _triple(row, iris.OWL + "annotatedTarget", node(link.object))
    if link.negated:
        yield _triple(row, SSSOM + "predicate_modifier", node(SSSOM + "NegatedPredicate"))
    yield _triple(row, SSSOM + "mapping_justification", node(link.justification))
    yield _triple(row, SSSOM + "author_label", ox.Literal(link.author_label))
    yield _triple(row, iris.DCTERMS + "created", literal(link.date, "date"))
    yield _triple(row, SSSOM + "confidence", literal(float(link.confidence), "double"))
    if link.object_label:
        yield _triple(row, SSSOM + "object_label", ox.Literal(link.object_label))
    if link.author:
        yield _triple(row, _AUTHORED_BY, node(link.author))
    if link.see_also:
        yield _triple(row, iris.RDFS + "seeAlso", node(link.see_also))
    if link.comment:
        yield _triple(row, iris.RDFS + "comment", ox.Literal(link.comment))


def _triple(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(node(subject), node(predicate), value)
