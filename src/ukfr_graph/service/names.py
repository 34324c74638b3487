"""How things are called: the one table of names, from IRIs to labels in a language."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.messages import ENGLISH
from ukfr_graph.query.questions import give_values, read_question
from ukfr_graph.service.answers import list_values, select_kept
from ukfr_graph.service.service import Service
from ukfr_graph.store import Term

LABELS = ("rdfs:label", "skos:prefLabel", "dcterms:title")
"""The properties that name a thing, the first one that it has before the others (``questions/names.rq`` asks them)."""

_RANKS = {iris.expand(name): rank for rank, name in enumerate(LABELS)}
_LONGEST_IRI = 2_000  # characters; a longer one is shown as it is


@dataclass(frozen=True)
class Named:
    """A thing and its name in the reader's language; ``anchor`` is what addresses within a page are made of."""

    iri: str
    name: str

    @property
    def anchor(self) -> str:
        """The last part of the IRI."""
        return iris.local_name(self.iri)


class Names:
    """Names by IRI; what has none in the reader's language, and none in English, is called by its compact IRI."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def of(self, iri: str) -> Named:
        """Return a thing with its name."""
        return Named(iri, self._names.get(iri) or iris.shorten(iri))

    def label(self, iri: str) -> str:
        """Return the label of a thing; nothing where it has none."""
        return self._names.get(iri, "")


async def find_names(service: Service, things: Iterable[str], language: str) -> Names:
    """Find how things are called in a language.

    A plain dataset is asked too: whoever labels things in it sees the labels.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    nodes = sorted({str(ox.NamedNode(thing)) for thing in things if _is_name(thing)})
    question = read_question("service/questions", "names")
    answers = await asyncio.gather(
        *(select_kept(service, give_values(question, "thing", values)) for values in list_values(service, nodes))
    )
    return choose_names((row for answer in answers for row in answer.dicts()), language)


def choose_names(rows: Iterable[Mapping[str, Term]], language: str) -> Names:
    """Choose among the names that things have: in the language, else in none, else in English.

    Args:
        rows: with ``thing``, ``name``, and the ``property`` that gives it, as ``questions/names.rq`` asks for them.
        language: its code.
    """
    tags = [language, None, ENGLISH]
    found: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for row in rows:
        name = row["name"]
        if isinstance(name, ox.Literal) and name.language in tags:
            found[row["thing"].value].append((tags.index(name.language), _RANKS[row["property"].value], name.value))
    return Names({thing: min(names)[2] for thing, names in found.items()})


def _is_name(iri: str) -> bool:
    if ":" not in iri or len(iri) > _LONGEST_IRI:
        return False
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return True
