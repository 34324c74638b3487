"""Curated records (YAML-LD) as triples.

The published JSON-LD context gives a record its meaning; no mapping code stands in between. Nested nodes
without an identifier get one derived from the record they stand in (RDF 1.1 Concepts, section 3.5:
https://www.w3.org/TR/rdf11-concepts/#section-skolemization), so that every node of the graph is citable.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.accounting import Account, Reading
from ukfr_graph.documents import Document
from ukfr_graph.documents import Mapping as Node
from ukfr_graph.errors import DataError, Problem
from ukfr_graph.resources import read_context

_MAX_NESTING = 20


@dataclass(frozen=True)
class Location:
    """Where a node is written: file relative to the data folder, line from 1.

    ``values`` has the lines of what is said of it, by predicate and value, and by predicate with no value.
    """

    file: str
    line: int
    values: Mapping[tuple[str, str], int] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class Records:
    """The records of one file: ``triples``, for each node's IRI its ``locations``, and the ``account`` of the file."""

    name: str
    triples: frozenset[ox.Triple]
    locations: dict[str, Location]
    account: Account


def to_records(document: Document) -> Records:
    """Turn a document whose head is usable into triples, and account for each value that is written in it.

    Raises:
        DataError: the document defines one identifier twice, or has a value that would be lost or is not what it seems.
    """
    lines: dict[str, int] = {}
    for record in document.records():
        for iri, line in _name_nodes(record, document):
            if iri in lines:
                raise DataError([duplicate(iri, document.name, line, Location(document.name, lines[iri]))])
            lines[iri] = line
    reading = Reading(document, read_context())
    if reading.problems:
        raise DataError(reading.problems)
    triples = _expand(document)
    if problems := list(reading.compare(triples)):
        raise DataError(problems)
    values: defaultdict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for entry in reading.entries:
        subject, predicate, value = entry.triple
        values[subject.value].setdefault((predicate.value, ""), entry.line)
        values[subject.value][predicate.value, value.value] = entry.line
    locations = {iri: Location(document.name, line, values[iri]) for iri, line in lines.items()}
    return Records(document.name, triples, locations, reading.account())


def _expand(document: Document) -> frozenset[ox.Triple]:
    """Read a document as JSON-LD; the bundled context stands in for its own address: nothing is ever fetched."""
    content = {**document.content, "@context": [read_context(), {"@base": document.base}]}
    try:
        quads = list(ox.parse(json.dumps(content), ox.RdfFormat.JSON_LD))
    except SyntaxError as error:
        fix = "use only keys of the context, with values of the kind it gives them"
        raise DataError([Problem(document.name, 0, "", "json-ld", str(error), fix)]) from None
    return frozenset(q.triple for q in quads)


def duplicate(iri: str, file: str, line: int, first: Location) -> Problem:
    """Describe an identifier that is defined a second time."""
    return Problem(
        file,
        line,
        iris.local_id(iri),
        "duplicate-id",
        f"already defined at {first.file}:{first.line}",
        "give one of the two records another id, or merge them",
    )


def _name_nodes(record: Node, document: Document) -> Iterator[tuple[str, int]]:
    """Return each nested node an identifier; yield (IRI, line) for each node that is defined here."""
    identifier = record.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise DataError(
            [Problem(document.name, record.line, "", "missing-id", "a record has no id", "begin it with 'id: …'")]
        )
    yield document.base + identifier, record.line
    yield from _name_nested(record, identifier, document, 0)


def _name_nested(node: Node, path: str, document: Document, depth: int) -> Iterator[tuple[str, int]]:
    if depth > _MAX_NESTING:
        raise DataError(
            [
                Problem(
                    document.name,
                    node.line,
                    path,
                    "yaml",
                    "the record is nested too deeply",
                    "give the inner nodes records of their own",
                )
            ]
        )
    for key, value in node.items():
        if key.startswith("@") or key in _language_maps():
            continue
        items = value if isinstance(value, list) else [value]
        for number, item in enumerate(items, 1):
            if not isinstance(item, Node):
                continue
            step = f"{key}-{number}" if isinstance(value, list) else key
            inner = item.get("id")
            if inner is None:
                inner = f"{path}-{step}" if "#" in path else f"{path}#{step}"
                item["id"] = inner
            yield document.base + str(inner), item.line
            yield from _name_nested(item, str(inner), document, depth + 1)


@cache
def _language_maps() -> frozenset[str]:
    """Keys whose value maps languages to strings, which is no node."""
    return frozenset(
        term
        for term, definition in read_context().items()
        if isinstance(definition, dict) and definition.get("@container") == "@language"
    )
