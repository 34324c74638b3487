"""Acts on what stands in a clause: the figures, times, roles, citations, conditions and places of it, one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ruamel.yaml.comments import CommentedMap

from ukfr_graph.coding.proposed import (
    find_parts,
    list_proposals,
    strip_proposal,
    take_over,
    take_structure,
    write_rejected,
)
from ukfr_graph.coding.record_texts import write_value
from ukfr_graph.coding.statement_texts import (
    StatementFiles,
    find_span,
    make_quote_within,
    to_list,
    to_plain,
)
from ukfr_graph.drafting.gate import ENTITY_TYPES, check_proposal
from ukfr_graph.drafting.known import make_slug
from ukfr_graph.errors import DataError, NotFoundError, ParameterError
from ukfr_graph.shorthand import read_terms

NO_TEXTS: Mapping[str, str] = MappingProxyType({})
_BASES = ("stated", "inherited", "inferred")


def accept_part(files: StatementFiles, record: str, key: str, number: int, *, coder: str, on: str) -> StatementFiles:
    """Take over one part of a proposed clause, and with the first one the clause itself: its words and its kind.

    Args:
        files: the files.
        record: the id of the proposal.
        key: "quantity", "timeframe", "participation" or another key that may have parts.
        number: the place of the part among those of the key, from 0.
        coder: who accepts.
        on: the day, in ISO 8601.

    Raises:
        NotFoundError: there is no such proposal, or no such part of it.
    """
    proposal, part = _find_part(files, record, key, number)
    known = files.read("records")
    if known is None or known.find(record) is None:
        files = take_over(files, {k: v for k, v in proposal.items() if k not in find_parts(proposal)}, coder, on)
    return _take_out(add_part(take_structure(files, part, coder, on), record, key, part), record, key, part)


def add_part(files: StatementFiles, record: str, key: str, part: Any) -> StatementFiles:
    """Add a part to a clause, unless it has the same already."""
    text, _ = files.find(record)
    added = write_value(strip_proposal(part))

    def change(raw: CommentedMap) -> None:
        others = raw.get(key)
        if key == "elaborates" or others is None:
            raw[key] = added if key == "elaborates" else [added]
        elif isinstance(others, list):
            if added not in others:
                others.append(added)
        elif added != others:
            raw[key] = [others, added]

    return replace(files, records=text.edit(record, change).text)


def reject_part(files: StatementFiles, record: str, key: str, number: int) -> StatementFiles:
    """Take one part out of a proposed clause, for good: it is not proposed again.

    Raises:
        NotFoundError: there is no such proposal, or no such part of it.
    """
    proposal, part = _find_part(files, record, key, number)
    return write_rejected(_take_out(files, record, key, part), proposal, key, part)


def remove_part(files: StatementFiles, record: str, key: str, number: int) -> StatementFiles:
    """Take one part out of a clause.

    Raises:
        NotFoundError: there is no such record, or no such part of it.
        ParameterError: the part is what the file says of all clauses.
    """
    return edit_parts(files, record, key, number, lambda written, place: written.pop(place))


def edit_parts(
    files: StatementFiles, record: str, key: str, number: int, change: Callable[[list[Any], int], object]
) -> StatementFiles:
    """Change one part of a clause: ``change`` is given the parts as they are written, and the place of that one.

    Roles in short forms are written out first.

    Raises:
        NotFoundError: there is no such record, or no such part of it.
        ParameterError: the part is what the file says of all clauses.
    """
    text, found = files.find(record)
    parts = to_list(found.get(key))
    if not 0 <= number < len(parts):
        raise NotFoundError(
            "%(record)s has no part %(number)s of %(key)s; it may be gone already.",
            record=record, number=number, key=repr(key),
        )  # fmt: skip

    def edit(raw: CommentedMap) -> None:
        written = raw.get(key)
        if not isinstance(written, list):
            written = to_list(written)
        if short := [role for role in raw if role in read_terms()[2]] if key == "participation" else []:
            count = len(written) + sum(len(to_list(raw.pop(role))) for role in short)
            written = [write_value(to_plain(part)) for part in parts[len(parts) - count :]]
        place = number - (len(parts) - len(written))
        if place < 0:
            raise ParameterError(
                "The file says this of all clauses, in its defaults: name who speaks in the clause itself instead."
            )
        change(written, place)
        if written:
            raw[key] = written
        else:
            raw.pop(key, None)

    return replace(files, records=text.edit(record, edit).text)


def use_entity(
    files: StatementFiles, record: str, entity: str, role: str = "", words: str = "",
    reason: Mapping[str, str] = NO_TEXTS, basis: str = "stated",
) -> StatementFiles:  # fmt: skip
    """Name a known entity in a clause: an actor in a role, an instrument as cited, a place as where it holds.

    ``words`` are those that name it; a role without any rests on a ``reason``, and is inferred. A role that words of
    another clause name is "inherited", which ``basis`` says.

    Raises:
        NotFoundError: there is no such record.
        ParameterError: the role is missing, or the words do not stand in the clause once.
    """
    files.find(record)
    folder = entity.partition("/")[0]
    if folder == "place":
        return add_part(files, record, "place", entity)
    if folder == "instrument":
        quote = make_quote_within(files, words, find_span(files, record))
        cited = {"type": "Citation", "citedInstrument": entity, "evidence": {"quote": quote}}
        return add_part(files, record, "citation", cited)
    if not role:
        raise ParameterError("Say which role it has in the clause.")
    return add_part(files, record, "participation", make_role(files, record, [entity], role, words, reason, basis))


def make_role(
    files: StatementFiles, record: str, who: Sequence[str], role: str, words: str, reason: Mapping[str, str],
    basis: str = "stated",
) -> dict[str, Any]:  # fmt: skip
    """Make a role of a clause: stated by words of it, inherited from words elsewhere, or inferred for a reason.

    Raises:
        ParameterError: there is no such basis, or neither words nor a reason.
    """
    if basis not in _BASES:
        raise ParameterError(
            "There is no basis %(basis)s; there are %(bases)s.", basis=repr(basis), bases=", ".join(_BASES)
        )
    if not words and not reason:
        raise ParameterError("Give the words that name it, or, for a role that no words name, the reason.")
    found: dict[str, Any] = {"type": "Participation", "role": role, "basis": basis if words else "inferred"}
    found["participant"] = list(who)
    if not words:
        return {**found, "reason": dict(reason)}
    scope = None if basis == "inherited" else find_span(files, record)
    return {**found, "evidence": {"quote": make_quote_within(files, words, scope)}}


def add_entity(
    files: StatementFiles, kind: str, label: Mapping[str, str], name: str = "", instrument_kind: str = "",
    membership_kind: str = "", *, coder: str, on: str,
) -> StatementFiles:  # fmt: skip
    """Add an actor, place or instrument that no record has yet, marked as new by a comment.

    ``name`` is the last part of its id; by default it is made of the label.

    Raises:
        DataError: the gate refuses it.
        ParameterError: there is no such type, or no label.
    """
    folder = next((folder for folder, of in ENTITY_TYPES.items() if of == kind), None)
    if folder is None:
        raise ParameterError(
            "There is no type %(type)s; there are %(types)s.", type=repr(kind), types=", ".join(ENTITY_TYPES.values())
        )
    if not label:
        raise ParameterError("Give the name as the text has it.")
    record: dict[str, Any] = {"id": f"{folder}/{name or make_slug(next(iter(label.values())))}", "type": kind}
    record["label"] = dict(label)
    record |= {"instrumentKind": instrument_kind} if instrument_kind else {}
    record |= {"membershipKind": membership_kind} if membership_kind else {}
    if problems := check_proposal(record, files.coding):
        raise DataError(problems)
    added = files.add("entities", record)
    start = re.compile(rf"(?m)^( *- id: {re.escape(record['id'])})(?=\r?$)")
    return added.put("entities", start.sub(rf"\1  # new: {coder}, {on}", added.entities or "", count=1))


def _find_part(files: StatementFiles, record: str, key: str, number: int) -> tuple[Mapping[str, Any], Any]:
    proposal = next((left for left in list_proposals(files) if left.get("id") == record), {})
    parts = to_list(proposal.get(key)) if key in find_parts(proposal) else []
    if not 0 <= number < len(parts):
        raise NotFoundError(
            "There is no part %(number)s of %(key)s in the proposal %(record)s; it may be done already.",
            number=number, key=repr(key), record=repr(record),
        )  # fmt: skip
    return proposal, to_plain(parts[number])


def _take_out(files: StatementFiles, record: str, key: str, part: Any) -> StatementFiles:
    """Take a part out of a proposal, and with the last one the proposal of a clause that is there."""
    text, proposal = files.find(record, "proposals")
    known = files.read("records")
    is_there = known is not None and known.find(record) is not None
    if is_there and len(to_list(proposal.get(key))) == 1 and find_parts(proposal) == [key]:
        return files.remove("proposals", record)

    def change(raw: CommentedMap) -> None:
        left = to_list(raw[key])
        place = next(n for n, other in enumerate(left) if strip_proposal(other) == strip_proposal(part))
        if len(left) > 1:
            raw[key] = [other for n, other in enumerate(left) if n != place]
        else:
            del raw[key]

    return replace(files, proposals=text.edit(record, change).text)
