"""Proposals as a person meets them: what becomes of one that is accepted, and that a refused one stays refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from ukfr_graph.coding.part_keys import TAKES_IN, list_relations
from ukfr_graph.coding.record_texts import RecordText
from ukfr_graph.coding.statement_texts import StatementFiles, find_references, to_list, to_plain
from ukfr_graph.drafting.gate import ENTITY_TYPES, LEAVES
from ukfr_graph.shorthand import NESTED

_PROPOSED = ("status", "rules", "new", "suggestions", "coder")  # what only a proposal has
_STRUCTURE = ("Statement", "Section", "Participation")  # what comes along with a clause that names it


@cache
def list_part_names() -> tuple[str, ...]:
    """List the keys of a clause whose values are accepted, added and taken out one by one."""
    return (*NESTED, "place", "recipient", TAKES_IN, *list_relations())


def find_parts(proposal: Mapping[str, Any]) -> list[str]:
    """List the keys of a proposed clause that have parts; of a statement, who speaks in it."""
    kinds = to_list(proposal.get("type"))
    keys = list_part_names() if kinds and kinds[0] in LEAVES else ("participation",) if "Statement" in kinds else ()
    return [key for key in keys if key in proposal]


def list_proposals(files: StatementFiles) -> list[Mapping[str, Any]]:
    """List the proposals that say something new, without what was refused before, by whomever it is proposed again."""
    text, refused, records = files.read("proposals"), files.read("rejected"), files.read("records")
    there = {str(record.get("id")) for record in records.records} if records else set()
    left = [_leave_out(proposal, refused.records if refused else []) for proposal in (text.records if text else ())]
    return [
        proposal for proposal in left if proposal and (str(proposal.get("id")) not in there or find_parts(proposal))
    ]


def _leave_out(proposal: Mapping[str, Any], refused: list[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    of_it = [entry for entry in refused if _is_same(entry, proposal)]
    if any(not find_parts(entry) for entry in of_it):
        return None
    kept = dict(proposal)
    for entry in of_it:
        for key in find_parts(entry):
            parts = [
                part for part in to_list(kept.get(key)) if strip_proposal(part) not in to_list(to_plain(entry[key]))
            ]
            kept.pop(key, None)
            kept |= {key: parts} if parts else {}
    return kept


def _is_same(entry: Mapping[str, Any], proposal: Mapping[str, Any]) -> bool:
    """Return whether a proposal is of the words that a refused one was of; an entity, of the same name."""
    if entry.get("type") in LEAVES:
        return proposal.get("type") in LEAVES and entry.get("evidence") == proposal.get("evidence")
    return entry.get("id") == proposal.get("id")


def write_rejected(
    files: StatementFiles, proposal: Mapping[str, Any], key: str = "", part: Any = None
) -> StatementFiles:
    """Write down that a proposal was refused, or one part of it."""
    entry = {name: to_plain(proposal[name]) for name in ("id", "type", "evidence", "label") if name in proposal}
    return files.add("rejected", {**entry, **({key: [strip_proposal(part)]} if key else {})})


def take_over(files: StatementFiles, proposal: Mapping[str, Any], coder: str, on: str) -> StatementFiles:
    """Make a record of a proposal, and of what it names of the statement's structure."""
    files = take_structure(files, proposal, coder, on)
    known = files.read("records")
    if known is not None and known.find(str(proposal.get("id"))) is not None:
        return files
    taken = _take_over(proposal, coder, on)
    is_entity = taken.get("type") in ENTITY_TYPES.values()
    return files.add("entities" if is_entity else "records", taken, "" if is_entity else find_before(files, taken))


def take_structure(files: StatementFiles, value: Any, coder: str, on: str) -> StatementFiles:
    """Make records of the proposals of the statement's structure that a value names, and take these out."""
    proposals = files.read("proposals")
    for name in _find_structure(value, proposals) if proposals else ():
        known = files.read("records")
        if known is None or known.find(name) is None:
            files = files.add("records", _take_over(files.find(name, "proposals")[1], coder, on))
        files = files.remove("proposals", name)
    return files


def _take_over(proposal: Mapping[str, Any], coder: str, on: str) -> dict[str, Any]:
    """Make a record of a proposal: the judgements in it are the coder's own, who has read and accepted them."""
    found: dict[str, Any] = strip_proposal(proposal)
    if "Statement" in to_list(found.get("type")):
        found |= {"status": "draft", "coder": coder}
    for part in to_list(found.get("judgement")):
        part |= {"coder": coder, "codedOn": on, "settled": "true"}
    return found


def strip_proposal(value: Any) -> Any:
    """Return a value as plain texts, without what only a proposal has."""
    if isinstance(value, Mapping):
        return {str(key): strip_proposal(inner) for key, inner in value.items() if key not in _PROPOSED}
    return [strip_proposal(item) for item in value] if isinstance(value, list) else str(value)


def _find_structure(value: Any, proposals: RecordText) -> list[str]:
    """List the proposals of the statement's structure that a value names, directly or by another of them."""
    found: list[str] = []
    left = [value]
    while left:
        for name in sorted(find_references(left.pop())):
            named = proposals.find(name)
            if named and name not in found and set(to_list(named.get("type"))) & set(_STRUCTURE):
                found.append(name)
                left.append(named)
    own = value.get("id") if isinstance(value, Mapping) else None
    return [name for name in reversed(found) if name != own]


def find_before(files: StatementFiles, record: Mapping[str, Any]) -> str:
    """Return the id of the record behind which a new clause or passage is written: the one before it in the text."""
    if record.get("type") not in LEAVES:
        return ""
    mine = replace(files.coding, records=(record,)).spans
    start = next((span.start for _, span in mine), 0)
    return next((name for span, name in reversed(files.spans()) if span.start < start), "")


def list_rules(proposal: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield the rules by which values were read: the key, the rule and its confidence."""
    rules = proposal.get("rules")
    for key, found in rules.items() if isinstance(rules, Mapping) else ():
        if isinstance(found, Mapping):
            yield str(key), str(found.get("rule", "")), str(found.get("confidence", ""))
