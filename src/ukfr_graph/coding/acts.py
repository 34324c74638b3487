"""Acts of a coder, each a pure function from the texts of a statement's files to their new texts.

A proposal is taken over or refused; a clause is made of words, given another kind or another value, split, or joined to
the next. ``coding_files.CodingFiles`` checks what an act makes at the gate of proposals, and writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ruamel.yaml.comments import CommentedMap

from ukfr_graph.coding.cuts import join, split
from ukfr_graph.coding.record_texts import RecordText
from ukfr_graph.coding.statement_texts import StatementFiles, find_references, make_name, make_quote, to_list
from ukfr_graph.drafting.gate import ENTITY_TYPES, KINDS, LEAVES
from ukfr_graph.errors import ParameterError
from ukfr_graph.shorthand import JUDGEMENTS
from ukfr_graph.sources import Span

_PROPOSED = ("status", "rules", "new", "suggestions", "coder")  # what only a proposal has
_STRUCTURE = ("Statement", "Section", "Participation")  # what comes along with a clause that names it
_FIXED = ("id", "type", "evidence", "quote", *KINDS)  # what other acts change
_PASSAGE = "UncodedPassage"


def accept(files: StatementFiles, record: str, *, coder: str, on: str) -> StatementFiles:
    """Take a proposal over, without what only a proposal has, and what it names of the statement's structure.

    Raises:
        NotFoundError: there is no such proposal.
    """
    proposals, proposal = files.find(record, "proposals")
    for name in [*_find_structure(proposal, proposals), record]:
        known = files.read("records")
        if known is None or known.find(name) is None:
            taken = _take_over(files.find(name, "proposals")[1], coder, on)
            is_entity = taken.get("type") in ENTITY_TYPES.values()
            files = files.add("entities" if is_entity else "records", taken, "" if is_entity else _before(files, taken))
        files = files.remove("proposals", name)
    return files


def reject(files: StatementFiles, record: str) -> StatementFiles:
    """Take a proposal out; its words are a gap again.

    Raises:
        NotFoundError: there is no such proposal.
    """
    return files.remove("proposals", record)


def add_leaf(files: StatementFiles, start: int, end: int, kind: str, reason: str = "connective") -> StatementFiles:
    """Make a clause, or a passage that is none, of the characters from ``start`` to ``end`` of the text with LF.

    Raises:
        ParameterError: the kind is unknown, there is no section yet, or the words cannot be quoted.
    """
    _check_kind(kind, LEAVES)
    words = files.coding.text[start:end]
    stripped = start + len(words) - len(words.lstrip())
    quote = make_quote(files, Span(stripped, stripped + len(words.strip())))
    is_passage = kind == _PASSAGE
    found: dict[str, Any] = {
        "id": make_name(files, "passage" if is_passage else "clause", quote["exact"]),
        "type": kind,
    }
    if is_passage:
        found |= {"statement": f"statement/{files.statement}", "omissionReason": reason}
    else:
        found["section"] = _find_section(files, start)
    found["evidence"] = {"quote": quote}
    return files.add("records", found, _before(files, found))


def set_kind(files: StatementFiles, record: str, kind: str) -> StatementFiles:
    """Change the kind of a clause.

    Raises:
        NotFoundError: there is no such record.
        ParameterError: the kind is unknown, or the record is no clause.
    """
    text, found = files.find(record)
    _check_kind(kind, KINDS)
    if found.get("type") not in KINDS:
        raise ParameterError(f"{record} is no clause: it has no kind.")

    def change(raw: CommentedMap) -> None:
        if "type" in raw:
            raw["type"] = kind
            return
        short = next(key for key in raw if key in KINDS)  # "Pledge: section/name"
        place, value, comment = list(raw).index(short), raw.pop(short), raw.ca.items.pop(short, None)
        raw.insert(place, kind, value)
        if comment:
            raw.ca.items[kind] = comment

    return replace(files, records=text.edit(record, change).text)


def set_field(files: StatementFiles, record: str, key: str, value: Any) -> StatementFiles:
    """Set a key of a record to another value, in any form that a file may have; None takes the key out.

    Raises:
        NotFoundError: there is no such record.
        ParameterError: the key is one that another act changes.
    """
    text, _ = files.find(record)
    if key in _FIXED:
        raise ParameterError(f"{key!r} is not changed by itself: set the kind, split, or join.")

    def change(raw: CommentedMap) -> None:
        if value is None:
            raw.pop(key, None)
        else:
            raw[key] = value

    return replace(files, records=text.edit(record, change).text)


def judge(
    files: StatementFiles, record: str, judgement: str, verdict: str, reason: Mapping[str, str], *,
    coder: str, on: str, confidence: str = "high",
) -> StatementFiles:  # fmt: skip
    """Settle a judgement, "novelty" or "testability", in the place of the one that was settled before.

    Raises:
        NotFoundError: there is no such record.
        ParameterError: there is no such judgement.
    """
    text, _ = files.find(record)
    if judgement not in JUDGEMENTS:
        raise ParameterError(f"There is no judgement {judgement!r}; there are {', '.join(JUDGEMENTS)}.")
    kind = JUDGEMENTS[judgement]
    made = {"type": kind, "verdict": verdict, "reason": dict(reason), "confidence": confidence, "coder": coder,
            "codedOn": on, "settled": True}  # fmt: skip

    def change(raw: CommentedMap) -> None:
        raw.pop(judgement, None)
        others = raw.setdefault("judgement", [])
        kept = [
            other for other in (others if isinstance(others, list) else [others])
            if not (other.get("type") == kind and (other.get("settled") is True or other.get("coder") == coder))
        ]  # fmt: skip
        raw["judgement"] = [*kept, made]

    return replace(files, records=text.edit(record, change).text)


ACTS: Mapping[str, Callable[..., StatementFiles]] = {
    "accept": accept, "reject": reject, "add": add_leaf, "kind": set_kind, "set": set_field, "judge": judge,
    "split": split, "join": join,
}  # fmt: skip


def _take_over(proposal: Mapping[str, Any], coder: str, on: str) -> dict[str, Any]:
    """Make a record of a proposal: the judgements in it are the coder's own, who has read and accepted them."""
    found: dict[str, Any] = _strip(proposal)
    if "Statement" in to_list(found.get("type")):
        found |= {"status": "draft", "coder": coder}
    for part in to_list(found.get("judgement")):
        part |= {"coder": coder, "codedOn": on, "settled": "true"}
    return found


def _strip(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _strip(inner) for key, inner in value.items() if key not in _PROPOSED}
    return [_strip(item) for item in value] if isinstance(value, list) else str(value)


def _find_structure(proposal: Mapping[str, Any], proposals: RecordText) -> list[str]:
    """List the proposals of the statement's structure that one names, directly or by another of them."""
    found: list[str] = []
    left = [proposal]
    while left:
        for name in sorted(find_references(left.pop())):
            named = proposals.find(name)
            if named and name not in found and set(to_list(named.get("type"))) & set(_STRUCTURE):
                found.append(name)
                left.append(named)
    return [name for name in reversed(found) if name != proposal.get("id")]


def _before(files: StatementFiles, record: Mapping[str, Any]) -> str:
    """Return the id of the record behind which a new clause or passage is written: the one before it in the text."""
    if record.get("type") not in LEAVES:
        return ""
    mine = replace(files.coding, records=(record,)).spans
    start = next((span.start for _, span in mine), 0)
    return next((name for span, name in reversed(files.spans()) if span.start < start), "")


def _find_section(files: StatementFiles, at: int) -> str:
    """Return the section of the clause before a place in the text, else the first section."""
    text = files.read("records")
    records = text.records if text else []
    sections = {str(record.get("id")): str(record["section"]) for record in records if "section" in record}
    before = [sections[name] for span, name in files.spans() if span.start < at and name in sections]
    of_it = [str(record.get("id")) for record in records if record.get("type") == "Section"]
    if not before and not of_it:
        raise ParameterError("The statement has no section yet: add a record of type Section.")
    return before[-1] if before else of_it[0]


def _check_kind(kind: str, allowed: tuple[str, ...]) -> None:
    if kind not in allowed:
        raise ParameterError(f"There is no kind {kind!r}; there are {', '.join(allowed)}.")
