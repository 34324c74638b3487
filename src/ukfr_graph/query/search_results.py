"""Results of a search: hits, how many there are of each type, and the names that stand in the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from ukfr_graph.query.search_names import NameFound


@dataclass(frozen=True)
class Hit:
    """A resource that was found.

    ``label`` is its name in ``label_language``, the reader's where it has a name in that one, and ``language`` that of
    the words that were found (empty: none); ``types`` are IRIs, the most specific first; ``label_html`` and
    ``snippet`` are HTML in which ``mark`` is the only element, and ``field`` is where the snippet comes from, and so
    why it was found (``about``: the names of what it is about); ``graph`` is the one that says it (empty: the default
    graph); ``score`` is higher for better ones, and means nothing from one search to another.
    """

    iri: str
    label: str
    label_html: str
    label_language: str
    language: str
    types: tuple[str, ...]
    field: str
    snippet: str
    graph: str
    score: float


@dataclass(frozen=True)
class Facet:
    """A type, its name in the languages that it has one in, and how many of what was found have it."""

    iri: str
    labels: dict[str, str]
    count: int


@dataclass(frozen=True)
class Found:
    """One page of what was found; ``total`` counts all, ``facets`` all before types are chosen.

    ``corrected`` is what was searched for in place of words that the index has not, ``missing`` the words for which
    there is nothing near; ``is_partial`` where some of what was found has not every word. ``names`` are things whose
    names stand in the text, the longest name first; ``is_name`` where the whole text is one.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    corrected: dict[str, str]
    missing: tuple[str, ...]
    is_partial: bool
    is_name: bool
    names: tuple[NameFound, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return it from what ``as_dict`` made of it, and JSON of that."""
        parts = {"hits": Hit, "facets": Facet, "names": NameFound}
        read = {name: tuple(part(**_freeze(item)) for item in values[name]) for name, part in parts.items()}
        return cls(**{**_freeze(values), **read})


def _freeze(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
