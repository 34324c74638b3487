"""The entities that records know already, found in a text by their names; names are compared as ``link`` does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ukfr_graph.link.spelling import fold

_WORD = re.compile(r"\w+")
_LONGEST = 24  # words of a name
_NAMES = ("label", "alias", "title")
_ACTORS = frozenset("State Government Ministry Office Person PublicBody Collective InternationalOrganisation".split())  # noqa: SIM905
_STEM = 5
_TELLING = 3  # words of a name that may tell it apart
_ARTICLE = re.compile(r"^(?:the|le|la|les)\s+", re.IGNORECASE)
_QUALIFIER = re.compile(r"\s*\([^()]*\)$")


@dataclass(frozen=True)
class Entity:
    """A thing with an ``id`` (relative, as records write it), a ``type`` of the ontology and its names."""

    id: str
    type: str
    names: tuple[str, ...]
    of: str = ""

    @property
    def is_actor(self) -> bool:
        """Return whether it can act: speak, be bound, be asked."""
        return self.type in _ACTORS


@dataclass(frozen=True)
class Mention:
    """A name in a text, and what it names: one entity, or several that have the name."""

    start: int
    end: int
    entities: tuple[Entity, ...]


class Known:
    """Entities by their names. Searching a text takes time in proportion to its length."""

    def __init__(self, entities: Iterable[Entity] = ()) -> None:
        self.by_id: dict[str, Entity] = {}
        self._names: dict[tuple[str, ...], list[Entity]] = {}
        self._starts: dict[str, int] = {}
        self._stems: dict[str, dict[str, frozenset[str]]] = {}
        for entity in entities:
            self.by_id[entity.id] = entity
            for name in entity.names:
                words = tuple(fold(_ARTICLE.sub("", name)).split())
                if words and len(words) <= _LONGEST and entity not in self._names.setdefault(words, []):
                    self._names[words].append(entity)
                    self._starts[words[0]] = max(self._starts.get(words[0], 0), len(words))

    def identify(self, name: str, kind: str) -> tuple[Entity, ...]:
        """Find the entities of a type all the words of a name are in the names of: "Budapest Convention on Cybercrime".

        A name with fewer than three words that tell it apart is none of them.
        """
        stems = _stems(name)
        if len(stems) < _TELLING:
            return ()
        return tuple(self.by_id[identifier] for identifier, own in self._stems_of(kind).items() if stems <= own)

    def _stems_of(self, kind: str) -> dict[str, frozenset[str]]:
        if kind not in self._stems:
            self._stems[kind] = {
                entity.id: frozenset().union(*map(_stems, entity.names))
                for entity in self.by_id.values()
                if entity.type == kind
            }
        return self._stems[kind]

    def find(self, text: str, start: int, end: int) -> Iterator[Mention]:
        """Find the entities that a stretch of a text names, the longest names first, from left to right.

        A name of one word counts where it is written with a capital letter.
        """
        words = [(fold(match[0]), match.start(), match.end()) for match in _WORD.finditer(text, start, end)]
        at = 0
        while at < len(words):
            most = min(self._starts.get(words[at][0], 0), len(words) - at)
            for count in range(most, 0, -1):
                key = tuple(word for word, _, _ in words[at : at + count])
                entities = self._names.get(key)
                first, last = words[at][1], words[at + count - 1][2]
                if entities and (count > 1 or text[first].isupper()) and "\n\n" not in text[first:last]:
                    yield Mention(first, last, tuple(entities))
                    is_described = count > 3 and all(entity.type == "Collective" for entity in entities)
                    at += 1 if is_described else count  # "those who have not ratified the Convention" names it too
                    break
            else:
                at += 1


def _stems(name: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in fold(name).split() if len(word) > 3 or not word.isalpha())


def read_entities(records: Iterable[Mapping[str, Any]]) -> Iterator[Entity]:
    """Read entities from records: whatever has an ``id`` with a folder and a name."""
    for record in records:
        identifier, kinds = record.get("id"), record.get("type")
        kind = str(kinds[0] if isinstance(kinds, list) else kinds)
        if not isinstance(identifier, str) or identifier.partition("/")[0] not in _FOLDERS:
            continue
        namings = record.get("naming")
        sources = [
            record,
            *(n for n in (namings if isinstance(namings, list) else [namings]) if isinstance(n, Mapping)),
        ]
        names = [name for source in sources for key in _NAMES for name in _texts(source.get(key))]
        names += [_QUALIFIER.sub("", name) for name in names]
        yield Entity(str(identifier), kind, tuple(dict.fromkeys(names)), str(record.get("governmentOf", "")))


_FOLDERS = frozenset("state government ministry office person body collective place instrument organisation".split())  # noqa: SIM905


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


@cache
def read_territories(language: str) -> Known:
    """Return the states and regions of the Unicode CLDR in a language, with the official names of ISO 3166-1."""
    import pycountry
    from babel import Locale

    found: dict[str, Entity] = {}
    for code, name in Locale.parse(language).territories.items():
        folder, kind = ("state", "State") if len(code) == 2 and code.isalpha() else ("place", "Place")
        if code in _NOT_TERRITORIES:
            continue
        names = [name]
        country = pycountry.countries.get(alpha_2=code) if kind == "State" else None
        if country and language == "en":
            names += [
                getattr(country, field) for field in ("name", "official_name", "common_name") if hasattr(country, field)
            ]
        found[code] = Entity(f"{folder}/{make_slug(name)}", kind, tuple(dict.fromkeys(names)), code)
    return Known(found.values())


_NOT_TERRITORIES = frozenset({"EZ", "UN", "XA", "XB", "QO", "ZZ", "EU"})


def make_slug(name: str) -> str:
    """Write a name as the last part of an identifier.

    >>> make_slug("Côte d’Ivoire"), make_slug("Treaty on Shared Rivers")
    ('cote-ivoire', 'treaty-on-shared-rivers')
    """
    return fold(name).replace(" ", "-")[:60].strip("-") or "unnamed"
