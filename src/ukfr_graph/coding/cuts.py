"""Acts that change where a clause begins and ends: split, and join."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ruamel.yaml.comments import CommentedMap

from ukfr_graph.coding.statement_texts import (
    StatementFiles,
    find_inside,
    find_references,
    find_span,
    make_name,
    make_quote,
    to_list,
    to_plain,
)
from ukfr_graph.errors import ParameterError
from ukfr_graph.shorthand import NESTED
from ukfr_graph.sources import Span


def split(files: StatementFiles, record: str, at: int) -> StatementFiles:
    """Split a clause or passage before a character of the text with LF.

    What stands in the second part goes with it; roles that are named in the first part are inherited. The texts and
    judgements of a person stay with the first.

    Raises:
        NotFoundError: there is no such record.
        ParameterError: the character is not within it.
    """
    text, found = files.find(record)
    whole = find_span(files, record)
    words = files.coding.text[whole.start : whole.end]
    first = Span(whole.start, whole.start + len(words[: max(0, at - whole.start)].rstrip()))
    second = Span(whole.end - len(words[max(0, at - whole.start) :].lstrip()), whole.end)
    if not first.start < first.end <= second.start < second.end:
        raise ParameterError(
            "Character %(at)s is not within %(record)s: it has %(start)s to %(end)s.",
            at=at,
            record=record,
            start=whole.start,
            end=whole.end,
        )
    moved = {
        key: [
            n for n, part in enumerate(to_list(found.get(key)))
            if find_inside(files, part, second) and not find_inside(files, part, first)
        ]
        for key in NESTED
    }  # fmt: skip
    quote = make_quote(files, second)
    folder = record.partition("/")[0]
    made: dict[str, Any] = {"id": make_name(files, folder, quote["exact"]), "type": found["type"]}
    made |= {key: found[key] for key in ("section", "statement", "omissionReason") if key in found}
    made["evidence"] = {"quote": quote}
    for key, places in moved.items():
        numbered = list(enumerate(to_list(found.get(key))))
        parts = [part for n, part in numbered if n in places]
        if key == "participation":
            parts = [part if n in places else _inherit(files, part, whole) for n, part in numbered]
        if parts:
            made[key] = parts

    def change(raw: CommentedMap) -> None:
        _set_quote(raw, make_quote(files, first))
        for key, places in moved.items():
            parts = to_list(raw.get(key))
            if places and len(parts) == len(to_list(found.get(key))):  # the short forms of roles stay with the first
                raw[key] = [part for n, part in enumerate(parts) if n not in places]
                if not raw[key]:
                    del raw[key]

    shorter = replace(files, records=text.edit(record, change).text)
    return shorter.add("records", to_plain(made), record)


def join(files: StatementFiles, record: str) -> StatementFiles:
    """Join the next clause or passage to this one, and take it out; what stands in it comes along.

    Raises:
        NotFoundError: there is no such record.
        ParameterError: nothing follows, or other records name the next one.
    """
    text, _ = files.find(record)
    spans = files.spans()
    place = next((n for n, (_, name) in enumerate(spans) if name == record), None)
    if place is None or place + 1 == len(spans):
        raise ParameterError("Nothing that could be joined follows %(record)s.", record=record)
    (whole, _), (after, following) = spans[place], spans[place + 1]
    if naming := [
        str(r.get("id")) for r in text.records if r.get("id") != following and following in find_references(r)
    ]:
        raise ParameterError(
            "%(names)s names %(following)s; change that first.", names=", ".join(naming), following=following
        )
    _, taken = files.find(following)

    def change(raw: CommentedMap) -> None:
        _set_quote(raw, make_quote(files, Span(whole.start, after.end)))
        for key in NESTED:
            if key != "participation" and taken.get(key):
                raw[key] = [*to_list(raw.get(key)), *to_plain(to_list(taken[key]))]

    without = files.remove("records", following)
    return replace(files, records=without.find(record)[0].edit(record, change).text)


def _set_quote(raw: CommentedMap, quote: Mapping[str, str]) -> None:
    if "quote" in raw:
        raw["quote"] = quote["exact"] if len(quote) == 1 else dict(quote)
    else:
        raw["evidence"]["quote"] = dict(quote)


def _inherit(files: StatementFiles, part: Any, whole: Span) -> Any:
    """Make a role that is named in another clause, whose characters are ``whole``, an inherited one."""
    places = find_inside(files, part, whole)
    if not places or part.get("basis") != "stated":
        return part
    return {**part, "basis": "inherited", "evidence": {"quote": make_quote(files, places[0])}}
