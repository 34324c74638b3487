"""The table of names: what each thing is called in a language, by one rule wherever it is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.messages import ENGLISH
from ukfr_graph.query.executor import Executor
from ukfr_graph.query.questions import give_values, read_question
from ukfr_graph.store import Term

LABELS = ("rdfs:label", "skos:prefLabel", "dcterms:title")
"""The properties that name a thing, the first one that it has before the others (``labels.rq`` asks for them)."""

_RANKS = {iris.expand(name): rank for rank, name in enumerate(LABELS)}
_AT_A_TIME = 400  # things in one question: far within the limit of its length
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


def labels_question() -> str:
    """Return the question for the names of things, which are the values of its ``?thing``."""
    return read_question("query", "labels")


def list_nameable(things: Iterable[str]) -> list[str]:
    """List the things that can have a name, each once, as SPARQL writes them."""
    return sorted({str(ox.NamedNode(thing)) for thing in things if _is_iri(thing)})


def read_names(executor: Executor, things: Iterable[str], languages: Iterable[str]) -> dict[str, Names]:
    """Read how things are called, by language.

    Raises:
        UkfrError: see ``Executor.run``.
    """
    nodes = list_nameable(things)
    rows = [
        row
        for start in range(0, len(nodes), _AT_A_TIME)
        for row in executor.run(
            give_values(labels_question(), "thing", " ".join(nodes[start : start + _AT_A_TIME]))
        ).bindings()
    ]
    return {language: choose_names(rows, language) for language in languages}


def choose_names(rows: Iterable[Mapping[str, Term]], language: str) -> Names:
    """Choose among the names that things have.

    Args:
        rows: with ``thing``, ``name``, and the ``property`` that gives it, as ``labels.rq`` asks for them.
        language: its code.
    """
    found: defaultdict[str, list[tuple[str, ox.Literal]]] = defaultdict(list)
    for row in rows:
        if isinstance(row["name"], ox.Literal):
            found[row["thing"].value].append((row["property"].value, row["name"]))
    chosen = ((thing, choose_label(labels, (language, "", ENGLISH))) for thing, labels in found.items())
    return Names({thing: label.value for thing, label in chosen if label})


def choose_label(labels: Iterable[tuple[str, ox.Literal]], languages: tuple[str, ...]) -> ox.Literal | None:
    """Choose the first of the languages that a thing has a label in, and of its labels there the first of ``LABELS``.

    No language is the empty text; English of Britain is English.

    >>> choose_label([(iris.RDFS + "label", ox.Literal("lien", language="fr"))], ("de", "", "fr")).value
    'lien'
    """
    ranked = [
        (languages.index(language), _RANKS[name], label.value, label)
        for name, label in labels
        if (language := (label.language or "").partition("-")[0]) in languages
    ]
    return min(ranked, key=lambda found: found[:3])[3] if ranked else None


def _is_iri(text: str) -> bool:
    if ":" not in text or len(text) > _LONGEST_IRI:
        return False
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True
