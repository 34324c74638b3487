"""The gaps of drafts: the keys without which its statement cannot be finished, by record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from ukfr_graph import iris
from ukfr_graph.errors import Problem
from ukfr_graph.resources import read_context
from ukfr_graph.shorthand import JUDGEMENTS, read_terms


@dataclass(frozen=True)
class LackingKey:
    """A key that a record lacks: the ``line`` of the node in question, from 1, and the rule in words.

    ``key`` is empty where several would do. A role is written under "participation" and a judgement under "judgement":
    ``term`` then says which. ``form`` is "texts" for a text in each language, "term" for one of ``allowed``, "date",
    "number", "name" for the id of a record, or "text".
    """

    line: int
    key: str
    term: str
    form: str
    allowed: tuple[str, ...]
    message: str


@dataclass(frozen=True)
class LackingRecord:
    """A record of a draft in a file, with the keys that it lacks."""

    file: str
    record: str
    keys: tuple[LackingKey, ...]

    @property
    def line(self) -> int:
        """The first line that is meant."""
        return min(key.line for key in self.keys)


def list_lacking(lacking: Iterable[Problem], known: Iterable[str]) -> tuple[LackingRecord, ...]:
    """List the records of drafts that lack something, in the order of their files; ``known`` are the IRIs there are."""
    terms: dict[str, list[str]] = {}
    for iri in known:
        scheme, slash, name = iri.partition("/vocab/")[2].partition("/")
        if slash and name:
            terms.setdefault(scheme, []).append(name)
    of_record = sorted(
        set(lacking), key=lambda p: (p.file, p.record.partition("#")[0], p.line, p.value, str(p.message))
    )
    groups = groupby(of_record, key=lambda p: (p.file, p.record.partition("#")[0]))
    found = [
        LackingRecord(file, record, tuple(dict.fromkeys(_describe(problem, terms) for problem in problems)))
        for (file, record), problems in groups
    ]
    return tuple(sorted(found, key=lambda record: (record.file, record.line)))


def _describe(problem: Problem, terms: Mapping[str, list[str]]) -> LackingKey:
    name = iris.local_name(problem.value) if problem.value else ""
    key = _list_properties().get(problem.value, "")
    if name in read_terms()[2]:  # a role, whose property is derived
        return LackingKey(problem.line, "participation", name, "name", (), problem.message)
    if name in JUDGEMENTS:
        return LackingKey(problem.line, "judgement", name, "term", tuple(sorted(terms.get(name, ()))), problem.message)
    definition = read_context().get(key)
    inner = definition.get("@context", {}) if isinstance(definition, dict) else {}
    scheme = str(inner.get("@vocab", "")).removeprefix(iris.VOCABULARY).strip("/") if isinstance(inner, dict) else ""
    allowed = tuple(sorted(terms.get(scheme, ()))) if scheme else ()
    return LackingKey(problem.line, key, "", "term" if scheme else _form_of(definition), allowed, problem.message)


def _form_of(definition: object) -> str:
    if not isinstance(definition, dict):
        return "text"
    if definition.get("@container") == "@language":
        return "texts"
    forms = {"@id": "name", "@vocab": "name", "xsd:date": "date", "xsd:decimal": "number"}
    return forms.get(str(definition.get("@type")), "text")


@cache
def _list_properties() -> dict[str, str]:
    """Return the key of each property, by its IRI."""
    found: dict[str, str] = {}
    for key, definition in read_context().items():
        address = definition.get("@id", "") if isinstance(definition, dict) else definition
        if not key.startswith("@") and isinstance(address, str) and ":" in address:
            found.setdefault(iris.expand(address), key)
    return found
