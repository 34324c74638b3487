"""The terms that a coder chooses from, in the reader's language: kinds of clause, roles, verdicts, reasons, types."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.drafting.gate import ENTITY_TYPES, KINDS
from ukfr_graph.messages import ENGLISH
from ukfr_graph.resources import ontology_folder
from ukfr_graph.term_names import LABEL, find_text

_NAME = iris.SKOS + "prefLabel"
_DEFINITION = iris.SKOS + "definition"


@dataclass(frozen=True)
class CodingTerm:
    """A term: its ``name`` as records write it, its label and definition in a language, else in English."""

    name: str
    label: str
    definition: str


@cache
def list_kinds(language: str) -> tuple[CodingTerm, ...]:
    """List the kinds of clause."""
    return tuple(_describe(name, language) for name in KINDS)


@cache
def list_entity_types(language: str) -> tuple[CodingTerm, ...]:
    """List the types of actors, places and instruments."""
    return tuple(_describe(name, language) for name in ENTITY_TYPES.values())


def name_key(key: str, language: str) -> str:
    """Return the name of a key of records."""
    return find_text(LABEL, iris.UKFR + key, language) or key


@cache
def list_terms(vocabulary: str, language: str) -> tuple[CodingTerm, ...]:
    """List the terms of a bundled vocabulary, such as "role", by their names."""
    base = iris.VOCABULARY + vocabulary + "/"
    found: dict[str, dict[tuple[str, str], str]] = {}
    for triple in ox.parse(path=str(ontology_folder() / "vocab" / f"{vocabulary}.ttl"), format=ox.RdfFormat.TURTLE):
        subject, value = triple.subject, triple.object
        if isinstance(subject, ox.NamedNode) and subject.value.startswith(base) and isinstance(value, ox.Literal):
            texts = found.setdefault(subject.value.removeprefix(base), {})
            texts[triple.predicate.value, value.language or ENGLISH] = value.value
    return tuple(
        CodingTerm(
            name, *(texts.get((said, language)) or texts.get((said, ENGLISH), "") for said in (_NAME, _DEFINITION))
        )
        for name, texts in sorted(found.items())
    )


def _describe(name: str, language: str) -> CodingTerm:
    label, definition = (find_text(said, iris.UKFR + name, language) for said in (LABEL, _DEFINITION))
    return CodingTerm(name, label or name, definition)
