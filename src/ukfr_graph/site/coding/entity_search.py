"""Search of the actors, instruments and places that records have, by names that are near (``link.name_index``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ukfr_graph.coding.coding_files import CodingState
from ukfr_graph.coding.statement_texts import list_records
from ukfr_graph.drafting.known import Entity, read_entities
from ukfr_graph.link.name_index import NameIndex

_MOST = 8
_SEARCHED = 40  # names, of which an entity may have several
_LEAST = 0.25  # nearness of a name, under which it is another


@dataclass(frozen=True)
class FoundEntity:
    """An entity by its id, its type, the name that was found, and whether it came with this statement."""

    id: str
    type: str
    name: str
    is_new: bool


def search_entities(state: CodingState, words: str) -> list[FoundEntity]:
    """Find the entities with the nearest names, the nearest first; or the one of this id."""
    new = tuple(read_entities(list_records(state.files, "entities")))
    entities = (*new, *state.entities)
    names, index = _index(entities)
    found: dict[str, FoundEntity] = {}
    for entity in entities:
        if entity.id == words.strip():
            found[entity.id] = _describe(entity, next(iter(entity.names), entity.id), new)
    for place, nearness in index.search([words], _SEARCHED)[0]:
        name, entity = names[place]
        if nearness >= _LEAST:
            found.setdefault(entity.id, _describe(entity, name, new))
    return list(found.values())[:_MOST]


def _describe(entity: Entity, name: str, new: tuple[Entity, ...]) -> FoundEntity:
    return FoundEntity(entity.id, entity.type, name, entity in new)


@lru_cache(4)
def _index(entities: tuple[Entity, ...]) -> tuple[list[tuple[str, Entity]], NameIndex]:
    names = [(name, entity) for entity in entities for name in entity.names]
    return names, NameIndex([name for name, _ in names])
