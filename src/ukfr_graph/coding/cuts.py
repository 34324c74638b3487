"""Acts that change where a clause begins and ends: split, join, and the cut of another coder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ruamel.yaml.comments import CommentedMap

from ukfr_graph.coding.proposed import find_before
from ukfr_graph.coding.record_texts import RecordText
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
from ukfr_graph.coding.structure import find_section
from ukfr_graph.drafting.gate import LEAVES
from ukfr_graph.errors import ParameterError
from ukfr_graph.shorthand import NESTED
from ukfr_graph.sources import Span

_COPIED = ("type", "label", "summary", "subject", "judgement", "place")


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
            at=at, record=record, start=whole.start, end=whole.end,
        )  # fmt: skip
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
        _take_out_parts(raw, found, moved)

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
    _check_unnamed(text, following)
    _, taken = files.find(following)

    def change(raw: CommentedMap) -> None:
        _set_quote(raw, make_quote(files, Span(whole.start, after.end)))
        for key in NESTED:
            if key != "participation" and taken.get(key):
                raw[key] = [*to_list(raw.get(key)), *to_plain(to_list(taken[key]))]

    without = files.remove("records", following)
    return replace(files, records=without.find(record)[0].edit(record, change).text)


def quote_other(files: StatementFiles, record: str, start: int, end: int) -> StatementFiles:
    """Quote other words for a clause or passage: the characters from ``start`` to ``end`` of the text with LF.

    Raises:
        NotFoundError: there is no such record.
        ParameterError: the words cannot be quoted.
    """
    text, found = files.find(record)
    if found.get("type") not in LEAVES:
        raise ParameterError("%(record)s is no clause: its words are not changed here.", record=record)
    quote = make_quote(files, Span(start, end))
    return replace(files, records=text.edit(record, lambda raw: _set_quote(raw, quote)).text)


def remove(files: StatementFiles, record: str) -> StatementFiles:
    """Take a clause, a passage or a part of the statement out; the words of it are a gap again.

    Raises:
        NotFoundError: there is no such record.
        ParameterError: it is the statement, or other records name it.
    """
    _, found = files.find(record)
    if "Statement" in to_list(found.get("type")):
        raise ParameterError("The statement itself is not taken out.")
    return _take_out(files, record)


def recut(files: StatementFiles, ours: Sequence[str], theirs: Sequence[Mapping[str, Any]]) -> StatementFiles:
    """Cut a stretch of the text as another coder did: into ``theirs``, in the place of our clauses.

    A clause of ours that shares the most words with one of theirs stays, with its new words; further ones of theirs are
    added, and what is left of ours is taken out, together with passages whose words a clause now has.

    Raises:
        NotFoundError: there is no such record.
        ParameterError: other records name a clause that would be taken out.
    """
    spans = {name: span for span, name in files.spans()}
    places = {str(r.get("id")): span for _, span, r in _place(files, theirs)}
    pairs = sorted(
        ((_shared(spans[own], places[name]), own, name) for own in ours if own in spans for name in places),
        key=lambda pair: (-pair[0], pair[1:]),
    )
    kept: dict[str, str] = {}
    for shared, own, name in pairs:
        if shared and own not in kept.values() and name not in kept:
            kept[name] = own
    for own in set(ours) - set(kept.values()):
        files = _take_out(files, own)
    for span, name in files.spans():
        if name.startswith("passage/") and any(_shared(span, place) for place in places.values()):
            files = _take_out(files, name)
    moved: list[tuple[str, Any]] = []
    for name, own in kept.items():
        files, parts = _cut_to(files, own, places[name])
        moved += parts
    for start, place, record in _place(files, theirs):
        if str(record["id"]) not in kept:
            files = _add_copy(files, record, place, start, moved)
    return files


def _cut_to(files: StatementFiles, record: str, place: Span) -> tuple[StatementFiles, list[tuple[str, Any]]]:
    """Put other words into a clause; return what stood in it, by key, whose words it has no more."""
    text, found = files.find(record)
    whole = find_span(files, record)
    moved = {
        key: [
            n for n, part in enumerate(to_list(found.get(key)))
            if find_inside(files, part, whole) and not find_inside(files, part, place)
        ]
        for key in NESTED if key != "participation"
    }  # fmt: skip

    def change(raw: CommentedMap) -> None:
        _set_quote(raw, make_quote(files, place))
        _take_out_parts(raw, found, moved)

    parts = [(key, to_plain(to_list(found[key])[n])) for key, places in moved.items() for n in places]
    return replace(files, records=text.edit(record, change).text), parts


def _take_out_parts(raw: CommentedMap, found: Mapping[str, Any], moved: Mapping[str, Sequence[int]]) -> None:
    """Take parts out of a record, by their places; the short forms of roles stay."""
    for key, places in moved.items():
        parts = to_list(raw.get(key))
        if places and len(parts) == len(to_list(found.get(key))):
            raw[key] = [part for n, part in enumerate(parts) if n not in places]
            if not raw[key]:
                del raw[key]


def _place(files: StatementFiles, records: Sequence[Mapping[str, Any]]) -> list[tuple[int, Span, Mapping[str, Any]]]:
    """Find the characters of clauses, in the order of the text."""
    found = replace(files.coding, records=tuple(records)).spans
    by_id = {str(record.get("id")): record for record in records}
    return sorted(((span.start, span, by_id[name]) for name, span in found), key=lambda item: item[0])


def _shared(a: Span, b: Span) -> int:
    return max(0, min(a.end, b.end) - max(a.start, b.start))


def _take_out(files: StatementFiles, record: str) -> StatementFiles:
    text, _ = files.find(record)
    _check_unnamed(text, record)
    return files.remove("records", record)


def _check_unnamed(text: RecordText, record: str) -> None:
    if naming := [str(r.get("id")) for r in text.records if r.get("id") != record and record in find_references(r)]:
        raise ParameterError("%(naming)s names %(record)s; change that first.", naming=", ".join(naming), record=record)


def _add_copy(
    files: StatementFiles, record: Mapping[str, Any], place: Span, at: int, moved: Sequence[tuple[str, Any]]
) -> StatementFiles:
    """Add a clause of another coder, without what leads to their other clauses, and with what was ours in its words."""
    text = files.read("records")
    known = {str(r.get("id")) for r in text.records} if text else set()
    quote = make_quote(files, place)
    made: dict[str, Any] = {"id": make_name(files, "clause", quote["exact"])}
    made |= {key: to_plain(record[key]) for key in _COPIED if key in record}
    section = str(record.get("section", ""))
    if section not in known:
        files, section = find_section(files, at)
    made |= {"section": section, "evidence": {"quote": quote}}
    made |= {key: to_plain(record[key]) for key in NESTED if key in record}
    for key, part in moved:
        if key not in record and find_inside(files, part, place):
            made.setdefault(key, []).append(part)
    return files.add("records", made, find_before(files, made))


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
