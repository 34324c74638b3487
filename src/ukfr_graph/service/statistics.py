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
from ukfr_graph.query.questions import give_values, read_question
from ukfr_graph.service.answers import select
from ukfr_graph.service.service import Service

_QUESTIONS = (
    "entities", "own-entities", "subjects", "objects", "classes", "properties", "class-properties", "class-objects",
    "class-datatypes", "linked", "period", "roots",
)  # fmt: skip


@dataclass(frozen=True)
class PropertyUse:
    """The use of one property by subjects of one class: triples, and those whose object has a class or a datatype."""

    triples: int
    classes: Mapping[str, int]
    datatypes: Mapping[str, int]


@dataclass(frozen=True)
class Statistics:
    """The contents of a version, counted.

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
        """Return whether the curated graphs are among what is served."""
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

        What was answered before one question failed is kept: the next call goes on.

        Raises:
            UkfrError: see ``Pool.ask``.
        """
        async with self._lock:
            pool = service.pool
            age = time.monotonic() // max(1.0, service.settings.remote_cache_s) if service.is_remote else 0
            key = pool.version, pool.folder, age
            if key != self._key:
                self._key, self._statistics, self._answers = key, None, {}
            if self._statistics is None:
                self._statistics = await self._count(service)
                self._answers = {}
            return self._statistics

    async def _count(self, service: Service) -> Statistics:
        facts = (await service.ask({"task": "facts"}, "facts")).head
        for name in _QUESTIONS:
            if name not in self._answers:
                self._answers[name] = (await select(service, _ask(name))).dicts()
        return _read(self._answers, facts["triples"], dict(sorted(facts["graphs"].items())))


def _ask(name: str) -> str:
    """Read a question; things of ours are those in the namespaces of the dataset."""
    question = read_question("service/questions", name)
    spaces = " ".join(str(ox.Literal(namespace)) for namespace in iris.namespaces())
    return give_values(question, "space", spaces) if name == "own-entities" else question


def _read(answers: Mapping[str, list[dict[str, Any]]], triples: int, graphs: Mapping[str, int]) -> Statistics:
    """Read the answers to all questions."""
    period = next(iter(answers["period"]), {})
    entities = "own-entities" if any(map(iris.is_curated_graph, graphs)) else "entities"
    links = _sorted(answers["linked"], "p", "space")
    return Statistics(
        triples=triples,
        entities=_number(answers[entities][0]),
        subjects=_number(answers["subjects"][0]),
        objects=_number(answers["objects"][0]),
        graphs=graphs,
        classes={row["c"].value: _number(row) for row in _sorted(answers["classes"], "c")},
        properties={
            row["p"].value: (_number(row), _number(row, "subjects"), _number(row, "objects"))
            for row in _sorted(answers["properties"], "p")
        },
        uses=_read_uses(answers),
        links={(row["p"].value, row["space"].value): _number(row) for row in links},
        period=(period["first"].value, period["last"].value) if "first" in period else None,
        roots=tuple(row["s"].value for row in answers["roots"] if isinstance(row["s"], ox.NamedNode)),
    )


def _read_uses(answers: Mapping[str, list[dict[str, Any]]]) -> dict[str, dict[str, PropertyUse]]:
    """Read the counts by class and property, with the classes and datatypes of the objects."""
    kinds: list[dict[tuple[str, str], dict[str, int]]] = []
    for name in ("class-objects", "class-datatypes"):
        found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for row in _sorted(answers[name], "c", "p", "other"):
            found[row["c"].value, row["p"].value][row["other"].value] = _number(row)
        kinds.append(found)
    classes, datatypes = kinds
    uses: dict[str, dict[str, PropertyUse]] = defaultdict(dict)
    for row in _sorted(answers["class-properties"], "c", "p"):
        key = row["c"].value, row["p"].value
        uses[key[0]][key[1]] = PropertyUse(_number(row), classes.get(key, {}), datatypes.get(key, {}))
    return uses


def _sorted(rows: Iterable[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    whole = [row for row in rows if all(name in row for name in names)]
    return sorted(whole, key=lambda row: [row[name].value for name in names])


def _number(row: Mapping[str, Any], name: str = "n") -> int:
    return int(row[name].value)
