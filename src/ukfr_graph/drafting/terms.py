"""The vocabularies: which terms a key may have, and how they are called."""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.link.spelling import fold
from ukfr_graph.resources import ontology_folder, read_context

_LABELS = {iris.SKOS + "prefLabel", iris.SKOS + "altLabel"}
_STEM = 6
_LEAST = 4  # letters of a word of a label that tells something


@cache
def read_terms(vocabulary: str) -> dict[str, tuple[str, ...]]:
    """Read the terms of a bundled vocabulary, such as "topic": their names as records write them, and their labels."""
    base = iris.VOCABULARY + vocabulary + "/"
    found: dict[str, list[str]] = {}
    for triple in ox.parse(path=str(ontology_folder() / "vocab" / f"{vocabulary}.ttl"), format=ox.RdfFormat.TURTLE):
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        if isinstance(subject, ox.NamedNode) and subject.value.startswith(base):
            names = found.setdefault(subject.value.removeprefix(base), [])
            if predicate.value in _LABELS and isinstance(value, ox.Literal):
                names.append(value.value)
    return {name: tuple(labels) for name, labels in found.items()}


@cache
def list_vocabularies() -> dict[str, str]:
    """List the keys of records whose values are terms, each with its vocabulary, as the context has them."""
    found = {}
    for key, definition in read_context().items():
        inner = definition.get("@context", {}) if isinstance(definition, dict) else {}
        base = inner.get("@vocab", "") if isinstance(inner, dict) else ""
        if isinstance(base, str) and base.startswith(iris.VOCABULARY):
            found[key] = base.removeprefix(iris.VOCABULARY).strip("/")
    return found


@cache
def list_keys() -> frozenset[str]:
    """List the keys that a record may have, as the context has them."""
    return frozenset(key for key in read_context() if not key.startswith("@"))


def find_unit(currency: str) -> str:
    """Find the unit of money with an ISO 4217 code; empty where the vocabulary has none."""
    return next((unit for unit, code in _read_notations().items() if code == currency), "")


def find_currency_of(unit: str) -> str:
    """Return the ISO 4217 code of the money that a unit is; empty where it is none."""
    return _read_notations().get(unit, "")


@cache
def _read_notations() -> dict[str, str]:
    """Read the codes of the units that have one."""
    units = ox.parse(path=str(ontology_folder() / "vocab" / "unit.ttl"), format=ox.RdfFormat.TURTLE)
    return {
        iris.local_name(triple.subject.value): triple.object.value
        for triple in units
        if triple.predicate.value == iris.SKOS + "notation"
    }


def suggest_topics(words: str) -> list[str]:
    """Suggest the topics all of whose label's words stand in a clause, to go by their beginnings."""
    stems = _read_stems(words, 0)
    return [name for name, labels in _read_topics().items() if any(label <= stems for label in labels)]


@cache
def _read_topics() -> dict[str, tuple[frozenset[str], ...]]:
    labels = {name: [_read_stems(label, _LEAST) for label in found] for name, found in read_terms("topic").items()}
    return {name: tuple(stems for stems in labels[name] if stems) for name in sorted(labels)}


def _read_stems(words: str, least: int) -> frozenset[str]:
    """Return the beginnings of words of at least so many letters."""
    return frozenset(word[:_STEM] for word in fold(words).split() if len(word) >= least)
