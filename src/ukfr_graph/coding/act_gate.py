"""The gate of acts: what the gate of proposals says of the records of a statement, and what of that an act has made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ukfr_graph.coding.statement_texts import StatementFiles, list_records
from ukfr_graph.drafting.gate import ENTITY_TYPES, LEAVES, Coding, check_proposal
from ukfr_graph.errors import Problem

_OF_PROPOSALS = "person"  # the rule by which a proposal may not have what only a person decides
_KEPT = ("records", "entities")


def check_records(files: StatementFiles) -> list[Problem]:
    """List what the gate says of the records of a statement as they are."""
    own = [record for part in _KEPT for record in list_records(files, part)]
    return [problem for record in own for problem in _check(record, files.coding, files)]


def find_new_problems(before: StatementFiles, after: StatementFiles) -> list[Problem]:
    """Find what the gate says of the records after an act that it did not say before."""
    records, entities = (list_records(after, part) for part in _KEPT)
    earlier_records, earlier_entities = (list_records(before, part) for part in _KEPT)
    old = {str(record.get("id")): record for record in (*earlier_records, *earlier_entities)}
    changed = [r for r in (*records, *entities) if r is not (same := old.get(str(r.get("id")))) and r != same]
    if not changed:
        return []
    gone = frozenset(str(record.get("id")) for record in earlier_entities)
    known = (before.coding.known - gone) | {str(record.get("id")) for record in entities}
    now = replace(before.coding, records=(*before.others, *records), known=known)
    then = replace(before.coding, records=(*before.others, *earlier_records), known=known)
    found: list[Problem] = []
    for record in changed:
        earlier = old.get(str(record.get("id")))
        said = {(p.rule, p.message) for p in _check(earlier, then, before)} if earlier is not None else set()
        found += [problem for problem in _check(record, now, after) if (problem.rule, problem.message) not in said]
    return found


def _check(record: Mapping[str, Any], coding: Coding, files: StatementFiles) -> list[Problem]:
    if record.get("type") not in (*LEAVES, *ENTITY_TYPES.values()):
        return []
    told = check_proposal(record, coding, is_kept=True)
    return [replace(problem, file=files.names["records"]) for problem in told if problem.rule != _OF_PROPOSALS]
