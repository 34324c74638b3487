"""Curated records (YAML-LD) as triples.

The published JSON-LD context gives a record its meaning; no mapping code stands in between. Nested nodes
without an identifier get one derived from the record they stand in (RDF 1.1 Concepts, section 3.5:
https://www.w3.org/TR/rdf11-concepts/#section-skolemization), so that every node of the graph is citable.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from ukfr_graph.accounting import Account, Walk
from ukfr_graph.documents import Document
from ukfr_graph.errors import DataError, Message, Problem, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.plain_yaml import Mapping as Node
from ukfr_graph.resources import read_context
from ukfr_graph.triples import WrittenTriples

_MAX_NESTING = 20


@dataclass(frozen=True, slots=True)
class Location:
    """The place of a node: file relative to the data folder, line from 1."""

    file: str
    line: int


Lines = dict[tuple[str, str, str], int]
"""The lines of a file: of a value, by node, predicate and value; of a key, with no value; of a node, with neither."""


class Locations(dict[str, Location]):
    """The place of each record, by its IRI; ``read`` reads the lines of all else in a file, by the file's name."""

    def __init__(self, read: Callable[[str], Lines] = lambda _: {}) -> None:
        super().__init__()
        self._read = read
        self._lines: dict[str, Lines] = {}

    def find(self, iri: str, predicate: str = "", value: str = "") -> Location:
        """Find where a value of a node is written, or else the node, or the record around it.

        The lines of values and of nodes in a record are many and seldom asked for: the file is read again.
        """
        location = self.get(iri) or self.get(iri.partition("#")[0])
        if location is None:
            return Location("ontology", 0)
        if (predicate or iri not in self) and location.file not in self._lines:
            self._lines[location.file] = self._read(location.file)
        lines = self._lines.get(location.file, {})
        line = (
            lines.get((iri, predicate, value))
            or lines.get((iri, predicate, ""))
            or lines.get((iri, "", ""))
            or location.line
        )
        return Location(location.file, line)


@dataclass(frozen=True)
class Records:
    """The records of one file: ``triples``, the ``lines`` of what has its own IRI, and the ``account`` of the file."""

    name: str
    triples: AbstractSet[ox.Triple]
    lines: dict[str, int]
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
                first = Location(document.name, lines[iri])
                raise DataError([duplicate(iri.removeprefix(document.base), document.name, line, first)])
            lines[iri] = line
    reading = Walk(document, read_context())
    if reading.problems:
        raise DataError(reading.problems)
    triples = _expand(document)
    if problems := list(reading.compare(triples)):
        raise DataError(problems)
    own = {iri: line for iri, line in lines.items() if "#" not in iri}
    return Records(document.name, WrittenTriples(triples), own, reading.account())


def find_lines(document: Document) -> Lines:
    """Find which line of a document says what."""
    lines: Lines = {}
    for record in document.records():
        lines |= {(iri, "", ""): line for iri, line in _name_nodes(record, document)}
    for entry in Walk(document, read_context()).entries:
        subject, predicate, value = entry.triple
        lines.setdefault((subject.value, predicate.value, ""), entry.line)
        lines[subject.value, predicate.value, value.value] = entry.line
    return lines


def _expand(document: Document) -> frozenset[ox.Triple]:
    """Read a document as JSON-LD; the bundled context stands in for its own address: nothing is ever fetched."""
    content = {**document.content, "@context": [read_context(), {"@base": document.base}]}
    try:
        quads = list(ox.parse(json.dumps(content), ox.RdfFormat.JSON_LD))
    except SyntaxError as error:
        fix = Message(_("use only keys of the context, with values of the kind it gives them"))
        raise DataError([Problem(document.name, 0, "", "json-ld", str(error), fix)]) from None
    return frozenset(q.triple for q in quads)


def duplicate(record: str, file: str, line: int, first: Location) -> Problem:
    """Describe the identifier of a record that is defined a second time."""
    return Problem(
        file,
        line,
        record,
        "duplicate-id",
        make_message("already defined at %(place)s", place=f"{first.file}:{first.line}"),
        Message(_("give one of the two records another id, or merge them")),
    )


def _name_nodes(record: Node, document: Document) -> Iterator[tuple[str, int]]:
    """Return each nested node an identifier; yield (IRI, line) for each node that is defined here."""
    identifier = record.get("id")
    if not isinstance(identifier, str) or not identifier:
        message, fix = Message(_("a record has no id")), Message(_("begin it with 'id: …'"))
        raise DataError([Problem(document.name, record.line, "", "missing-id", message, fix)])
    yield document.base + identifier, record.line
    yield from _name_nested(record, identifier, document, 0)


def _name_nested(node: Node, path: str, document: Document, depth: int) -> Iterator[tuple[str, int]]:
    if depth > _MAX_NESTING:
        message = Message(_("the record is nested too deeply"))
        fix = Message(_("give the inner nodes records of their own"))
        raise DataError([Problem(document.name, node.line, path, "yaml", message, fix)])
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
