"""The ids that a form offers where a record is named: figures, times, actors and clauses of this statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ukfr_graph.coding.coding_files import CodingState
from ukfr_graph.coding.statement_texts import list_records, to_list
from ukfr_graph.drafting.gate import KINDS, quote_of
from ukfr_graph.drafting.known import read_entities
from ukfr_graph.site.coding.sheet import CodingSheet

_NEAR = 40  # clauses before and after the one in hand
_MOST = 100
_LONGEST = 80  # characters of a quote
Names = dict[str, dict[str, str]]


def list_names(state: CodingState, sheet: CodingSheet) -> Names:
    """List what may be named, by sort: "quantity", "timeframe", "actor", "instrument", "clause"; each id with words.

    Of figures, times and clauses those that are near the record in hand.
    """
    if sheet.hand is None:
        return {}
    records = [r for r in list_records(state.files, "records") if r.get("type") in KINDS]
    place = next((n for n, record in enumerate(records) if record.get("id") == sheet.hand.id), 0)
    near = records[max(0, place - _NEAR) : place + _NEAR]
    found: Names = {"clause": {str(r["id"]): _label(r) for r in near if "id" in r and r["id"] != sheet.hand.id}}
    for key in ("quantity", "timeframe"):
        parts = [part for record in near for part in to_list(record.get(key)) if isinstance(part, Mapping)]
        found[key] = {str(part["id"]): _quote(part) for part in parts if "id" in part}
    named = dict.fromkeys(name for record in reversed(records) for name in _list_named(record))
    new = read_entities(list_records(state.files, "entities"))
    entities = sorted((*new, *state.entities), key=lambda entity: entity.id not in named)
    for sort in ("actor", "instrument"):
        of_sort = [
            entity for entity in entities if (entity.is_actor if sort == "actor" else entity.type == "Instrument")
        ]
        found[sort] = {entity.id: next(iter(entity.names), "") for entity in of_sort[:_MOST]}
    return found


def _list_named(record: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ids of the actors and instruments that a clause names."""
    for key, inner in (("participation", "participant"), ("citation", "citedInstrument")):
        for part in to_list(record.get(key)):
            if isinstance(part, Mapping):
                yield from map(str, to_list(part.get(inner)))


def _label(record: Mapping[str, Any]) -> str:
    label = record.get("label")
    return str(next(iter(label.values()), "")) if isinstance(label, Mapping) else _quote(record)


def _quote(part: Mapping[str, Any]) -> str:
    return str(quote_of(part).get("exact", ""))[:_LONGEST]
