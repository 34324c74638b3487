"""Acts on what a person writes of a clause: a figure, a time, a condition, a role, and what the clause points to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from ruamel.yaml.comments import CommentedMap

from ukfr_graph.coding.part_keys import PART_KEYS, TAKES_IN, is_worded, list_relations, type_of
from ukfr_graph.coding.parts import add_part, edit_parts, make_role
from ukfr_graph.coding.record_texts import write_value
from ukfr_graph.coding.statement_texts import StatementFiles, find_span, make_quote_within, to_list, to_plain
from ukfr_graph.drafting.gate import KINDS
from ukfr_graph.drafting.known import make_slug
from ukfr_graph.drafting.terms import find_currency_of
from ukfr_graph.errors import ParameterError
from ukfr_graph.texts import suggest

_VALUES = ("subject", "recipient", TAKES_IN)  # besides those that lead to other clauses
_NAMED = ("quantity", "timeframe")  # that others point to
_WORDS = 4  # of a quote that name a figure or a time


def write_part(
    files: StatementFiles, record: str, key: str, words: str, values: Mapping[str, Any], number: int | None = None
) -> StatementFiles:
    """Add a part to a clause, or put another into the place of the one of this ``number`` (from 0).

    Args:
        files: the files.
        record: the id of the clause.
        key: a key of ``PART_KEYS``.
        words: those of the clause that say it, which stand in it once.
        values: by the keys of such a part; those that are empty are left out.
        number: the place among the parts of that key; None for a new one.

    Raises:
        NotFoundError: there is no such record or part.
        ParameterError: there is no such key, or the words do not stand in the clause once.
    """
    _, found = files.find(record)
    if key not in PART_KEYS:
        raise ParameterError("There is no part %(key)s; there are %(keys)s.", key=repr(key), keys=", ".join(PART_KEYS))
    before = to_list(found.get(key))[number] if number is not None and number < len(to_list(found.get(key))) else {}
    made = _make(files, record, key, words, values, str(before.get("id", "")) if isinstance(before, Mapping) else "")
    if number is None:
        return add_part(files, record, key, made)
    return edit_parts(files, record, key, number, lambda written, place: _put(written, place, key, made))


def add_value(files: StatementFiles, record: str, key: str, value: str) -> StatementFiles:
    """Add a topic, a place or a clause that it points to, to a clause.

    Raises:
        NotFoundError: there is no such record.
        ParameterError: the key takes no such values, or the value is empty, the clause itself or no clause.
    """
    text, _ = files.find(record)
    allowed = (*_VALUES, *list_relations())
    if key not in allowed:
        raise ParameterError("There is no key %(key)s; there are %(keys)s.", key=repr(key), keys=", ".join(allowed))
    if not value or value == record:
        raise ParameterError("Say what it is that %(key)s points to; a clause does not point to itself.", key=key)
    if key in list_relations() and text.find(value) is None:
        others = [str(other.get("id")) for other in text.records if other.get("type") in KINDS]
        raise ParameterError("There is no clause %(name)s.%(offered)s", name=value, offered=suggest(value, others))
    return add_part(files, record, key, value)


def _make(
    files: StatementFiles, record: str, key: str, words: str, values: Mapping[str, Any], name: str
) -> dict[str, Any]:
    given = {inner: values[inner] for inner in PART_KEYS[key] if values.get(inner)}
    if key == "participation":
        who = given.get("participant", [])
        return make_role(
            files, record, who if isinstance(who, list) else [who], str(given.get("role", "")), words,
            given.get("reason", {}), str(given.get("basis", "stated")),
        )  # fmt: skip
    quote = make_quote_within(files, words, find_span(files, record))
    made: dict[str, Any] = {"type": type_of(key), **given}
    if is_worded(key):
        made["wording"] = quote["exact"]
    if key in _NAMED:
        made = {"id": name or _make_name(files, key, quote["exact"]), **made}
    if key == "quantity" and "currency" not in made and (code := find_currency_of(str(made.get("unit", "")))):
        made["currency"] = code
    return {**made, "evidence": {"quote": quote}}


def _make_name(files: StatementFiles, folder: str, words: str) -> str:
    """Name a figure or a time by its words, with a number where the name stands in the file already."""
    slug = make_slug(" ".join(words.split()[:_WORDS]))
    names = (f"{slug}{f'-{n}' if n > 1 else ''}" for n in count(1))
    text = files.records or ""
    taken = (f"{folder}/{files.statement}/", f"{folder}/~/")
    return f"{folder}/{files.statement}/" + next(name for name in names if not _has(text, taken, name))


def _has(text: str, starts: Sequence[str], name: str) -> bool:
    return any(f"{start}{name}" in text for start in starts)


def _put(written: list[Any], place: int, key: str, made: Mapping[str, Any]) -> None:
    """Put what was made into a part as it is written: its comments, its order and what is not asked for stay."""
    part = written[place]
    if not isinstance(part, CommentedMap):
        written[place] = write_value(to_plain(made))
        return
    new = write_value(to_plain(made))
    quote = new["evidence"]["quote"] if "evidence" in new else None
    if "id" in new and "id" not in part:
        part.insert(0, "id", new["id"])
    for inner in (*PART_KEYS[key], "wording"):
        if inner not in new:
            part.pop(inner, None)
        elif part.get(inner) != new[inner]:
            part[inner] = new[inner]
    if quote is None:
        part.pop("quote", None)
        part.pop("evidence", None)
    elif "evidence" in part and part["evidence"].get("quote") != quote:
        part["evidence"]["quote"] = quote
    elif "evidence" not in part and ("quote" in part or quote != {"exact": part.get("wording")}):
        part["quote"] = quote["exact"] if len(quote) == 1 else quote
