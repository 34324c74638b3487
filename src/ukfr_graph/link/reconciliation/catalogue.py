"""The catalogue of what can be reconciled: entities, types and properties, and what one may write for them.

It is made once for a version of the dataset (``harvest``), and never changes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ukfr_graph import iris
from ukfr_graph.link.datasets.dates import DateError, read_date
from ukfr_graph.link.name_index import NameIndex
from ukfr_graph.link.spelling import fold

_EMPTY_WORDS = frozenset({"no", "n", "nr", "num", "number", "numero", "http", "https", "www"})
ANY_IDENTIFIER = "adms:identifier"
_SHORT = 5  # digits: fewer are a number in many series, and name nothing by themselves

Texts = Mapping[str, str]
"""A text by language (``en``, ``fr``; empty where none is said)."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a property; ``form`` is text, date, number, identifier, iri, entity or concept.

    ``text`` is the lexical form; ``language`` of a text; ``id`` and ``names`` are an entity's or a concept's;
    ``keys`` are what one may write for it (see ``fold``, ``squeeze`` and ``write_date``).
    """

    form: str
    text: str
    language: str = ""
    id: str = ""
    names: Texts = field(default_factory=dict, compare=False)
    keys: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Term:
    """A type or a property: what it is called, and what is said of it. ``broader`` are identifiers of types."""

    id: str
    names: Texts
    descriptions: Texts
    broader: tuple[str, ...] = ()


@dataclass(frozen=True)
class CatalogueEntity:
    """One entity; its ``id`` follows the namespace in its IRI, ``types`` begin with the rarest, which says most."""

    id: str
    labels: Texts
    names: tuple[Value, ...]
    types: tuple[str, ...]
    descriptions: Texts
    values: Mapping[str, tuple[Value, ...]]


class Catalogue:
    """Entities, types and properties by their identifiers, and the indexes over them."""

    def __init__(self, entities: Iterable[CatalogueEntity], types: Iterable[Term], properties: Iterable[Term]) -> None:
        self.entities = {entity.id: entity for entity in entities}
        self.types = {term.id: term for term in types}
        self.properties = {term.id: term for term in properties}
        self._named = [(value.text, entity.id) for entity in self.entities.values() for value in entity.names]
        self._index = NameIndex([text for text, _ in self._named])
        self.by_name: dict[str, set[str]] = defaultdict(set)
        self.by_identifier: dict[str, set[str]] = defaultdict(set)
        self.by_value: dict[tuple[str, str], set[str]] = defaultdict(set)
        for text, id_ in self._named:
            self.by_name[fold(text)].add(id_)
        for entity in self.entities.values():
            self._register(entity)

    def _register(self, entity: CatalogueEntity) -> None:
        identifiers = {squeeze(entity.id), *(squeeze(space + entity.id) for space in iris.namespaces())}
        for pid, values in entity.values.items():
            for value in values:
                for key in value.keys:
                    self.by_value[pid, key].add(entity.id)
                if is_identifying(pid):
                    identifiers |= value.keys
        for key in identifiers:
            if not (key.isdigit() and len(key) < _SHORT):
                self.by_identifier[key].add(entity.id)

    def search(self, texts: list[str], limit: int) -> list[dict[str, float]]:
        """Find for each text the entities with the nearest names: their nearness, over 0 and up to 1."""
        found = []
        for row in self._index.search(texts, limit):
            best: dict[str, float] = {}
            for at, nearness in row:
                best.setdefault(self._named[at][1], nearness)
            found.append(best)
        return found

    @cached_property
    def relations(self) -> frozenset[str]:
        """The properties that have entities as values."""
        every = (item for entity in self.entities.values() for item in entity.values.items())
        return frozenset(pid for pid, values in every if any(value.form == "entity" for value in values))

    @cached_property
    def proposals(self) -> Mapping[str, tuple[str, ...]]:
        """The properties that entities of each type have, the commonest first."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for entity in self.entities.values():
            for type_ in entity.types:
                counts[type_].update(entity.values.keys())
        return {t: tuple(sorted(c, key=lambda pid: (-c[pid], pid))) for t, c in counts.items()}


def is_identifying(pid: str) -> bool:
    """Return whether an equal value of a property means the same thing."""
    return pid in (ANY_IDENTIFIER, "skos:exactMatch") or pid.startswith("vocab:identifier-scheme/")


def squeeze(text: str) -> str:
    """Write an identifier so that blanks, case, punctuation and words for "number" do not tell it from another.

    >>> squeeze("CETS No. 185"), squeeze("cets n° 185"), squeeze("https://www.wikidata.org/wiki/Q145")
    ('cets185', 'cets185', 'wikidataorgwikiq145')
    """
    return "".join(word for word in fold(text).split() if word not in _EMPTY_WORDS)


def write_date(text: str) -> str:
    """Write a day, a month or a year as in ISO 8601, without a time; nothing where it is none.

    Names of months may be English or French; in dates of numbers the day comes first.

    >>> write_date("2016-04-27T00:00:00Z"), write_date("27/04/2016"), write_date("27.4.2016"), write_date("2016")
    ('2016-04-27', '2016-04-27', '2016-04-27', '2016')
    >>> write_date("27 avril 2016"), write_date("April 27, 2016"), write_date("in the coming months")
    ('2016-04-27', '2016-04-27', '')
    """
    try:
        return str(read_date(text, order="day") or "")
    except DateError:
        return ""


def choose(texts: Texts, language: str) -> str:
    """Choose the text in a language, else one that there is."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def resolve(catalogue: Catalogue, id_: str) -> CatalogueEntity | None:
    """Find an entity by its identifier, or by its whole IRI."""
    return catalogue.entities.get(iris.strip_namespace(id_))
