"""Counting what a version of the dataset holds: by class, property, graph, and outside dataset.

Each number is an aggregate query that a worker answers, over the union of all graphs, so that it works for an
endpoint elsewhere too. What was counted is kept until the version changes.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.service.answers import select
from ukfr_graph.service.service import Service

_MAPPINGS = (
    *(iris.SKOS + name for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")),
    iris.OWL + "sameAs",
)
_SUBJECTS = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"
_OBJECTS = "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"
_ENTITIES = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c FILTER (isIRI(?s)) }"
_OWN_ENTITIES = f'SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a ?c FILTER (STRSTARTS(STR(?s), "{iris.BASE}")) }}'
_CLASSES = "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c FILTER (isIRI(?c)) } GROUP BY ?c"
_PROPERTIES = (
    "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) "
    "{ ?s ?p ?o } GROUP BY ?p"
)
_CLASS_PROPERTIES = "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o FILTER (isIRI(?c)) } GROUP BY ?c ?p"
_CLASS_OBJECTS = (
    "SELECT ?c ?p ?other (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o . ?o a ?other FILTER (isIRI(?c) && isIRI(?other)) } "
    "GROUP BY ?c ?p ?other"
)
_CLASS_DATATYPES = (
    "SELECT ?c ?p ?other (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o FILTER (isIRI(?c) && isLiteral(?o)) "
    "BIND (DATATYPE(?o) AS ?other) } GROUP BY ?c ?p ?other"
)
_LINKS = f"""SELECT ?p ?space (COUNT(*) AS ?n) {{
  VALUES ?p {{ {" ".join(f"<{p}>" for p in _MAPPINGS)} }}
  ?s ?p ?o FILTER (isIRI(?o) && !STRSTARTS(STR(?o), "{iris.BASE}"))
  BIND (REPLACE(STR(?o), "^([A-Za-z][A-Za-z0-9+.-]*://[^/]*/?).*$", "$1", "s") AS ?space)
}} GROUP BY ?p ?space"""
_PERIOD = (
    f"SELECT (MIN(?day) AS ?first) (MAX(?day) AS ?last) {{ ?s a <{iris.UKFR}Statement> ; "
    f"<{iris.UKFR}documentDate> ?day }}"
)
_ROOTS = f"SELECT ?s {{ ?s a <{iris.UKFR}Statement> }} ORDER BY ?s LIMIT 100"
_QUERIES = (
    _ENTITIES, _OWN_ENTITIES, _SUBJECTS, _OBJECTS, _CLASSES, _PROPERTIES, _CLASS_PROPERTIES, _CLASS_OBJECTS,
    _CLASS_DATATYPES, _LINKS, _PERIOD, _ROOTS,
)  # fmt: skip


@dataclass(frozen=True)
class PropertyUse:
    """How subjects of one class use one property: triples, and those whose object has a class or a datatype."""

    triples: int
    classes: Mapping[str, int]
    datatypes: Mapping[str, int]


@dataclass(frozen=True)
class Statistics:
    """What a version holds.

    ``entities`` are IRIs with a type, in our own namespace where the curated graphs are served; ``classes`` counts
    them; ``properties`` has triples, subjects and objects; ``uses`` is by class and property; ``links`` counts by
    mapping property and the beginning of the IRIs that it leads to.
    """

    triples: int
    entities: int
    subjects: int
    objects: int
    graphs: Mapping[str, int]
    classes: Mapping[str, int]
    properties: Mapping[str, tuple[int, int, int]]
    uses: Mapping[str, Mapping[str, PropertyUse]]
    links: Mapping[tuple[str, str], int]
    period: tuple[str, str] | None
    roots: tuple[str, ...]

    @property
    def is_curated(self) -> bool:
        """Whether the curated graphs are among what is served."""
        return any(iris.is_curated_graph(graph) for graph in self.graphs)


@dataclass
class Counter:
    """Keeps what was counted last, and lets only one count at a time."""

    _key: Hashable = None
    _statistics: Statistics | None = None
    _answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def count(self, service: Service) -> Statistics:
        """Count, where the version has changed since; an endpoint elsewhere is counted anew after a while.

        What was answered before one query failed is kept: the next call goes on.

        Raises:
            UkfrError: see ``Pool.ask``.
        """
        async with self._lock:
            pool = service.pool
            age = time.monotonic() // max(1.0, service.settings.remote_cache_s) if pool.source.endpoint else 0
            key = pool.version, pool.folder, age
            if key != self._key:
                self._key, self._statistics, self._answers = key, None, {}
            if self._statistics is None:
                self._statistics = await self._count(service)
                self._answers = {}
            return self._statistics

    async def _count(self, service: Service) -> Statistics:
        facts = (await service.ask({"task": "facts"}, "facts")).head
        for query in _QUERIES:
            if query not in self._answers:
                self._answers[query] = (await select(service, query)).dicts()
        return _read(self._answers, facts["triples"], dict(sorted(facts["graphs"].items())))


def _read(answers: Mapping[str, list[dict[str, Any]]], triples: int, graphs: Mapping[str, int]) -> Statistics:
    """Read the answers to all queries."""
    period = next(iter(answers[_PERIOD]), {})
    entities = _OWN_ENTITIES if any(map(iris.is_curated_graph, graphs)) else _ENTITIES
    links = _sorted(answers[_LINKS], "p", "space")
    return Statistics(
        triples=triples,
        entities=_number(answers[entities][0]),
        subjects=_number(answers[_SUBJECTS][0]),
        objects=_number(answers[_OBJECTS][0]),
        graphs=graphs,
        classes={row["c"].value: _number(row) for row in _sorted(answers[_CLASSES], "c")},
        properties={
            row["p"].value: (_number(row), _number(row, "subjects"), _number(row, "objects"))
            for row in _sorted(answers[_PROPERTIES], "p")
        },
        uses=_read_uses(answers),
        links={(row["p"].value, row["space"].value): _number(row) for row in links},
        period=(period["first"].value, period["last"].value) if "first" in period else None,
        roots=tuple(row["s"].value for row in answers[_ROOTS] if isinstance(row["s"], ox.NamedNode)),
    )


def _read_uses(answers: Mapping[str, list[dict[str, Any]]]) -> dict[str, dict[str, PropertyUse]]:
    """Read the counts by class and property, with the classes and datatypes of the objects."""
    kinds: list[dict[tuple[str, str], dict[str, int]]] = []
    for query in (_CLASS_OBJECTS, _CLASS_DATATYPES):
        found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for row in _sorted(answers[query], "c", "p", "other"):
            found[row["c"].value, row["p"].value][row["other"].value] = _number(row)
        kinds.append(found)
    classes, datatypes = kinds
    uses: dict[str, dict[str, PropertyUse]] = defaultdict(dict)
    for row in _sorted(answers[_CLASS_PROPERTIES], "c", "p"):
        key = row["c"].value, row["p"].value
        uses[key[0]][key[1]] = PropertyUse(_number(row), classes.get(key, {}), datatypes.get(key, {}))
    return uses


def _sorted(rows: Iterable[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    whole = [row for row in rows if all(name in row for name in names)]
    return sorted(whole, key=lambda row: [row[name].value for name in names])


def _number(row: Mapping[str, Any], name: str = "n") -> int:
    return int(row[name].value)
