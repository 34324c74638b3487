"""Curated records (YAML-LD) as triples.

The published JSON-LD context gives a record its meaning; no mapping code stands in between. Nested nodes
without an identifier get one derived from the record they stand in (RDF 1.1 Concepts, section 3.5:
https://www.w3.org/TR/rdf11-concepts/#section-skolemization), so that every node of the graph is citable.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.documents import Document, Mapping, read_document
from ukfr_graph.errors import DataError, Problem
from ukfr_graph.resources import ontology_folder

CONTEXT_NAME = "context.jsonld"
_HEAD = f'start the file with  "@context": [{iris.CONTEXT}, {{"@base": "{iris.ID}"}}]'
_MAX_NESTING = 20


@dataclass(frozen=True)
class Location:
    """Where a node is written: file relative to the data folder, line from 1."""

    file: str
    line: int


@dataclass(frozen=True)
class Records:
    """The records of one file: ``triples`` and, for each node's IRI, its ``locations``."""

    name: str
    triples: frozenset[ox.Triple]
    locations: dict[str, Location]


def read_context() -> dict[str, Any]:
    """Read the published JSON-LD context: a mapping of terms to their definitions."""
    context: dict[str, Any] = json.loads((ontology_folder() / CONTEXT_NAME).read_text("utf-8"))["@context"]
    return context


def read_records(path: Path, root: Path) -> Records:
    """Read the records of one YAML-LD file under ``root``.

    Raises:
        DataError: the file cannot be read, has no usable head, or defines one identifier twice.
    """
    return to_records(read_document(path, root))


def to_records(document: Document) -> Records:
    """Turn a document into triples.

    Raises:
        DataError: the document has another context, or defines one identifier twice.
    """
    head = document.content.get("@context")
    if head != [iris.CONTEXT, {"@base": iris.ID}]:
        raise DataError([Problem(document.name, 1, "", "context", f"the context is {head!r}", _HEAD)])
    locations: dict[str, Location] = {}
    for record in document.records():
        for iri, line in _name_nodes(record, document.name):
            if iri in locations:
                raise DataError([duplicate(iri, document.name, line, locations[iri])])
            locations[iri] = Location(document.name, line)
    # The bundled context stands in for its own address: nothing is ever fetched.
    content = {**document.content, "@context": [read_context(), {"@base": iris.ID}]}
    try:
        quads = list(ox.parse(json.dumps(content), ox.RdfFormat.JSON_LD))
    except SyntaxError as error:
        raise DataError(
            [
                Problem(
                    document.name,
                    0,
                    "",
                    "json-ld",
                    str(error),
                    "use only keys of the context, with values of the kind it gives them",
                )
            ]
        ) from None
    return Records(document.name, frozenset(q.triple for q in quads), locations)


def duplicate(iri: str, file: str, line: int, first: Location) -> Problem:
    """Describe an identifier that is defined a second time."""
    return Problem(
        file,
        line,
        iri.removeprefix(iris.ID),
        "duplicate-id",
        f"already defined at {first.file}:{first.line}",
        "give one of the two records another id, or merge them",
    )


def _name_nodes(record: Mapping, file: str) -> Iterator[tuple[str, int]]:
    """Give each nested node an identifier; yield (IRI, line) for each node that is defined here."""
    identifier = record.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise DataError([Problem(file, record.line, "", "missing-id", "a record has no id", "begin it with 'id: …'")])
    yield iris.ID + identifier, record.line
    yield from _name_nested(record, identifier, file, 0)


def _name_nested(node: Mapping, path: str, file: str, depth: int) -> Iterator[tuple[str, int]]:
    if depth > _MAX_NESTING:
        raise DataError(
            [
                Problem(
                    file,
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
            if not isinstance(item, Mapping):
                continue
            step = f"{key}-{number}" if isinstance(value, list) else key
            inner = item.get("id")
            if inner is None:
                inner = f"{path}-{step}" if "#" in path else f"{path}#{step}"
                item["id"] = inner
            yield iris.ID + str(inner), item.line
            yield from _name_nested(item, str(inner), file, depth + 1)


@cache
def _language_maps() -> frozenset[str]:
    """Keys whose value maps languages to strings, which is no node."""
    return frozenset(
        term
        for term, definition in read_context().items()
        if isinstance(definition, dict) and definition.get("@container") == "@language"
    )
