"""The terms that a coder chooses from, in the reader's language: kinds of clause, roles, verdicts, reasons, types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.coding.part_keys import property_of
from ukfr_graph.drafting.gate import ENTITY_TYPES, KINDS
from ukfr_graph.messages import ENGLISH
from ukfr_graph.resources import ontology_folder
from ukfr_graph.term_names import LABEL, find_text

_TITLE = iris.DCTERMS + "title"
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
    return find_text(LABEL, property_of(key), language) or key


def list_terms(vocabulary: str, language: str, own: Iterable[Mapping[str, Any]] = ()) -> list[CodingTerm]:
    """List the terms of a vocabulary, such as "role", by their labels: bundled ones, and records of ``own`` ones."""
    found = list(_list_bundled(vocabulary, language))
    for record in own:
        scheme, _, name = str(record.get("id", "")).partition("/")
        if scheme == vocabulary:
            label, definition = (_choose(record.get(key), language) for key in ("label", "definition"))
            found.append(CodingTerm(name, label or name, definition))
    return sorted(found, key=lambda term: (term.label.casefold(), term.name))


def _choose(texts: Any, language: str) -> str:
    """Choose a text in a language, else the first."""
    if not isinstance(texts, Mapping):
        return str(texts or "")
    return str(texts.get(language) or next(iter(texts.values()), ""))


def name_term(vocabulary: str, name: str, language: str) -> str:
    """Return the label of a term of a bundled vocabulary, else its name."""
    return next((term.label for term in _list_bundled(vocabulary, language) if term.name == name), name)


def name_vocabulary(vocabulary: str, language: str) -> str:
    """Return the title of a bundled vocabulary."""
    texts = _read_vocabulary(vocabulary).get("", {})
    return texts.get((_TITLE, language)) or texts.get((_TITLE, ENGLISH), vocabulary)


@cache
def _list_bundled(vocabulary: str, language: str) -> tuple[CodingTerm, ...]:
    return tuple(
        CodingTerm(
            name, *(texts.get((said, language)) or texts.get((said, ENGLISH), "") for said in (_NAME, _DEFINITION))
        )
        for name, texts in _read_vocabulary(vocabulary).items()
        if name
    )


@cache
def _read_vocabulary(vocabulary: str) -> Mapping[str, Mapping[tuple[str, str], str]]:
    """Read the texts of each term by property and language; those of the vocabulary itself by no name."""
    base = iris.VOCABULARY + vocabulary
    found: dict[str, dict[tuple[str, str], str]] = {}
    for triple in ox.parse(path=str(ontology_folder() / "vocab" / f"{vocabulary}.ttl"), format=ox.RdfFormat.TURTLE):
        subject, value = triple.subject, triple.object
        if isinstance(subject, ox.NamedNode) and subject.value.startswith(base) and isinstance(value, ox.Literal):
            texts = found.setdefault(subject.value.removeprefix(base).removeprefix("/"), {})
            texts[triple.predicate.value, value.language or ENGLISH] = value.value
    return found


def _describe(name: str, language: str) -> CodingTerm:
    label, definition = (find_text(said, iris.UKFR + name, language) for said in (LABEL, _DEFINITION))
    return CodingTerm(name, label or name, definition)
