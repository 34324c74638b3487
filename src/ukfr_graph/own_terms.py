"""Terms of a workspace's own, and references from one workspace to another: written short, and written out here.

A term is a record of the kind that its vocabulary has, such as ``Topic`` or ``Unit``; it stands in the bundled
vocabulary of that kind as a concept (https://www.w3.org/TR/skos-reference/#concepts) under the workspace's namespace.
What a record names without an address is a thing of its own workspace, else one of those that it extends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ukfr_graph import iris
from ukfr_graph.documents import Document
from ukfr_graph.errors import DataError, Message, Problem, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.plain_yaml import Mapping, Text
from ukfr_graph.resources import read_context

_SCHEMES = (
    "condition-kind", "event-kind", "identifier-scheme", "indicator", "instrument-kind", "measure-kind", "omission",
    "period-kind", "purpose", "role", "source-kind", "topic", "unit",
)  # fmt: skip
TERM_TYPES = {"".join(map(str.capitalize, scheme.split("-"))): scheme for scheme in _SCHEMES}
"""The types of records that are terms, with the vocabulary of each. No rule asks which of its terms there are."""

_KEYS = {"label": "prefLabel"}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def complete_terms(document: Document) -> None:
    """Make concepts of the records of a file of terms: each in its vocabulary, under its broader term or at the top.

    Raises:
        DataError: a record is of no type that vocabularies have, or its id does not begin with its vocabulary.
    """
    problems = []
    for record in document.records():
        kind, name = str(record.get("type", "")), str(record.get("id", ""))
        scheme = TERM_TYPES.get(kind)
        if scheme is None:
            fix = make_message("write one of %(values)s", values=", ".join(TERM_TYPES))
            message = make_message("%(type)s is no type of terms", type=repr(kind))
            problems.append(Problem(document.name, record.line, name, "term", message, fix))
            continue
        if not name.startswith(f"{scheme}/"):
            fix = make_message("begin the id with '%(folder)s'", folder=scheme + "/")
            message = make_message("a %(type)s is in '%(folder)s'", type=kind, folder=scheme + "/")
            problems.append(Problem(document.name, record.line, name, "term", message, fix))
            continue
        for key in [key for key in record if key in _KEYS]:
            record[_with_line(key, _KEYS[key])] = record.pop(key)
        record["type"] = _with_line(record["type"], "skos:Concept")
        record["inScheme"] = _with_line(record["type"], iris.VOCABULARY + scheme)
        if broader := record.get("broader"):
            record["broader"] = [
                each if _SCHEME.match(each) else _with_line(each, f"{scheme}/{each}") for each in _texts(broader)
            ]
        else:
            record["topConceptOf"] = record["inScheme"]
    if problems:
        raise DataError(problems)


Names = tuple[tuple[str, str, int], ...]
"""The identifiers that a document writes: local id, IRI and line."""


def find_names(document: Document) -> Names:
    """Find the identifiers that a document writes."""
    return tuple((name, document.base + name, line) for name, line in _find_names(document))


def join_names(names: dict[str, Names]) -> tuple[dict[str, str], list[Problem]]:
    """Join the names of files: the IRIs of things by local id, and a problem for each in two namespaces."""
    known: dict[str, str] = {}
    problems = []
    for file, found in names.items():
        for name, iri, line in found:
            if known.setdefault(name, iri) != iri:
                message = make_message("%(iri)s has the same name", iri=known[name])
                fix = Message(_("leave this record out: what names it finds that one; or give it another id"))
                problems.append(Problem(file, line, name, "duplicate-id", message, fix))
    return known, problems


def link_names(document: Document, known: dict[str, str]) -> None:
    """Write out the names of things that stand in another namespace; ``known`` has the IRIs by local id."""
    for record in document.records() if known else ():
        _write_out(record, document.base, known)


def _find_names(document: Document) -> Iterator[tuple[str, int]]:
    def walk(node: Mapping) -> Iterator[tuple[str, int]]:
        if name := node.get("id"):
            yield str(name), node.line
        for value in node.values():
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, Mapping):
                    yield from walk(item)

    for record in document.records():
        yield from walk(record)


def _write_out(node: Mapping, base: str, known: dict[str, str]) -> None:
    context = read_context()
    for key, value in node.items():
        definition = context.get(key)
        kind = definition.get("@type") if isinstance(definition, dict) else None
        scope = str(definition.get("@context", {}).get("@vocab", "")) if definition and kind == "@vocab" else ""
        items = value if isinstance(value, list) else [value]
        for item in items:
            if isinstance(item, Mapping):
                _write_out(item, base, known)
        if kind == "@id" or scope.startswith(iris.VOCABULARY):
            prefix, usual = scope.removeprefix(iris.VOCABULARY), scope or base
            found = [_find(item, prefix, usual, known) for item in items]
            node[key] = found if isinstance(value, list) else found[0]


def _find(item: Any, prefix: str, usual: str, known: dict[str, str]) -> Any:
    if not isinstance(item, Text) or _SCHEME.match(item):
        return item
    iri = known.get(prefix + item)
    return item if iri is None or iri == usual + item else _with_line(item, iri)


def _texts(value: Any) -> list[Text]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, Text)]


def _with_line(written: Any, text: str) -> Text:
    """Return a text that stands where another was written."""
    made = Text(text)
    made.line, made.is_plain = getattr(written, "line", 0), False
    return made
