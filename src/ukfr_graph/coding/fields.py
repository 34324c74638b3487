"""Acts on the keys of a record: its kind, its texts and terms, its judgements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ruamel.yaml.comments import CommentedMap

from ukfr_graph.coding.record_texts import write_value
from ukfr_graph.coding.statement_texts import StatementFiles, to_plain
from ukfr_graph.drafting.gate import KINDS
from ukfr_graph.errors import ParameterError
from ukfr_graph.shorthand import JUDGEMENTS

_FIXED = ("id", "type", "evidence", "quote", *KINDS)  # what other acts change


def set_kind(files: StatementFiles, record: str, kind: str) -> StatementFiles:
    """Change the kind of a clause.

    Raises:
        NotFoundError: there is no such record.
        ParameterError: the kind is unknown, or the record is no clause.
    """
    text, found = files.find(record)
    check_kind(kind, KINDS)
    if found.get("type") not in KINDS:
        raise ParameterError("%(record)s is no clause: it has no kind.", record=record)

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
        ParameterError: the key is one that another act changes, or there is no such section.
    """
    text, _ = files.find(record)
    if key in _FIXED:
        raise ParameterError("%(key)s is not changed by itself: set the kind, split, or join.", key=repr(key))
    if key == "section" and (text.find(str(value)) or {}).get("type") != "Section":
        raise ParameterError("There is no part of the statement %(name)s.", name=repr(value))

    def change(raw: CommentedMap) -> None:
        held = raw.get(key)
        if value is None:
            raw.pop(key, None)
        elif isinstance(held, list) and isinstance(value, list):  # the list stays as it is written, with its comments
            for gone in [item for item in held if item not in value]:
                held.remove(gone)
            held.extend(item for item in value if item not in held)
        elif isinstance(held, dict) and isinstance(value, dict):
            for gone in [name for name in held if name not in value]:
                del held[gone]
            held.update(value)
        else:
            raw[key] = write_value(to_plain(value))

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
        raise ParameterError(
            "There is no judgement %(judgement)s; there are %(judgements)s.",
            judgement=repr(judgement), judgements=", ".join(JUDGEMENTS),
        )  # fmt: skip
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
        raw["judgement"] = [*kept, write_value(to_plain(made))]

    return replace(files, records=text.edit(record, change).text)


def check_kind(kind: str, allowed: tuple[str, ...]) -> None:
    """Make sure that a kind is one of those that there are.

    Raises:
        ParameterError: it is none.
    """
    if kind not in allowed:
        raise ParameterError(
            "There is no kind %(kind)s; there are %(kinds)s.", kind=repr(kind), kinds=", ".join(allowed)
        )
