"""The sheet that the workbench shows: the text cut at its marks, the record in hand with its parts, what is left."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ukfr_graph.coding.coding_files import CodingState
from ukfr_graph.coding.part_keys import PART_KEYS
from ukfr_graph.coding.proposed import find_parts, list_part_names, list_proposals, list_rules, strip_proposal
from ukfr_graph.coding.statement_texts import list_records, to_list, to_plain
from ukfr_graph.coding.structure import find_statement_record, is_finished, list_speakers
from ukfr_graph.drafting.gate import LEAVES, BodyGap, find_gaps, measure_share, quote_of
from ukfr_graph.plain_yaml import write_yaml
from ukfr_graph.shorthand import JUDGEMENTS

_SENTENCE = re.compile(r".+?(?:[.!?](?=\s)|(?=\n)|\Z)")
_SHOWN = ("id", "type", "status", "evidence", "rules", "subject", "label", "summary", "title", "section")


@dataclass(frozen=True)
class Segment:
    """A stretch of the text: the ``record`` whose words these are, or none; ``kind`` is its class."""

    text: str
    record: str = ""
    kind: str = ""
    is_proposal: bool = False


@dataclass(frozen=True)
class Part:
    """A part of a clause: its key, its place among those of the key, its words, and by which rules it was read.

    ``facts`` are what it says, by key; by none where it is the id of a record. ``values`` are the same as they are
    written, of a part that a person may write.
    """

    key: str
    number: int
    quote: str
    facts: tuple[tuple[str, str], ...]
    rules: tuple[tuple[str, str, str], ...] = ()
    values: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class RecordInHand:
    """The record that the form is about.

    ``quote`` are its words, ``written`` is the rest of it as YAML, ``parts`` those that it has, ``proposed`` those that
    wait for a person, ``rules`` those by which its own values were read; ``verdicts`` are the settled judgements by
    name; ``previous`` and ``following`` are its neighbours in the text.
    """

    id: str
    record: Mapping[str, Any]
    is_proposal: bool
    is_leaf: bool
    quote: str
    written: str
    parts: tuple[Part, ...]
    proposed: tuple[Part, ...]
    rules: tuple[tuple[str, str, str], ...]
    verdicts: Mapping[str, Mapping[str, Any]]
    previous: str
    following: str


@dataclass(frozen=True)
class CodingSheet:
    """One look at the coding of a statement.

    ``share`` is the part of the words that is in a record, proposals left out, from 0 to 1; ``gaps`` are the stretches
    that neither a record nor a proposal has; ``others`` are the ids of proposals that are no clauses. ``next_words``
    are the first sentence of the next gap; ``statement`` is the id of the record of the statement, or empty;
    ``speakers`` are who speaks in it, ``sections`` its parts, each with its label.
    """

    segments: tuple[Segment, ...]
    share: float
    gaps: tuple[BodyGap, ...]
    proposals: int
    others: tuple[str, ...]
    hand: RecordInHand | None
    is_finished: bool
    next_words: str
    statement: str
    speakers: tuple[str, ...]
    sections: tuple[tuple[str, str], ...]


def make_sheet(state: CodingState, chosen: str) -> CodingSheet:
    """Make the sheet of a statement, with a record in hand: the chosen one, else the first proposal in the text.

    Raises:
        DataError: a file cannot be read.
    """
    files = state.files
    records, proposals = list_records(files, "records"), list_proposals(files)
    kept = {str(record.get("id")): record for record in records}
    proposed = {str(proposal.get("id")): proposal for proposal in proposals}
    new = [proposal for name, proposal in proposed.items() if name not in kept]
    both = replace(files.coding, records=(*records, *new))
    by_id = {str(r.get("id")): r for r in (*list_records(files, "entities"), *new, *records)}
    spans = sorted(((span.start, span.end, name) for name, span in both.spans), key=lambda span: span[:2])
    order = [name for *_, name in spans]
    others = tuple(name for name, proposal in proposed.items() if proposal.get("type") not in LEAVES)
    name = chosen if chosen in by_id else next(iter([*others, *(n for n in order if n in proposed)]), "")
    hand = _take_in_hand(name, by_id, proposed if name in kept else {}, order) if name else None
    if hand:
        start, end = next(((start, end) for start, end, other in spans if other == name), (0, 0))
        hand = replace(hand, quote=both.text[start:end], is_proposal=name in proposed and name not in kept)
    gaps = tuple(find_gaps(both))
    share = measure_share(replace(files.coding, records=tuple(records)), None if new else gaps)
    segments = tuple(_cut(both.text, spans, by_id, kept))
    sections = tuple(
        (str(record.get("id")), _say(record.get("label", ""))) for record in records if record.get("type") == "Section"
    )
    statement, speakers = str(find_statement_record(files).get("id", "")), tuple(list_speakers(files))
    words = _begin(both.text, gaps)
    return CodingSheet(
        segments, share, gaps, len(proposals), others, hand, is_finished(files), words, statement, speakers, sections
    )


def _begin(text: str, gaps: Sequence[BodyGap]) -> str:
    """Return the first sentence of the next gap, as far as its stops and line breaks tell."""
    found = _SENTENCE.match(text, gaps[0].start, gaps[0].end) if gaps else None
    return found[0] if found else ""


def _take_in_hand(
    name: str, by_id: Mapping[str, Mapping[str, Any]], left: Mapping[str, Mapping[str, Any]], order: Sequence[str]
) -> RecordInHand:
    record, place = by_id[name], order.index(name) if name in order else -1
    rest = {key: value for key, value in record.items() if key not in (*_SHOWN, *list_part_names())}
    is_new = name not in left
    return RecordInHand(
        name,
        record,
        False,
        record.get("type") in LEAVES,
        "",
        write_yaml(to_plain(rest)) if rest else "",
        tuple(_list_parts(record)),
        tuple(_list_parts(left[name])) if not is_new else (),
        tuple(list_rules(record)),
        _read_verdicts(record),
        order[place - 1] if place > 0 else "",
        order[place + 1] if 0 <= place < len(order) - 1 else "",
    )


def _list_parts(record: Mapping[str, Any]) -> Iterator[Part]:
    for key in find_parts(record):
        for number, part in enumerate(to_list(record.get(key))):
            plain = strip_proposal(part)
            if not isinstance(plain, Mapping):
                yield Part(key, number, "", (("", _say(plain)),))
                continue
            quote = str(quote_of(plain).get("exact", ""))
            facts = tuple((name, _say(value)) for name, value in plain.items() if name not in ("type", "evidence"))
            values = plain if key in PART_KEYS else None
            yield Part(key, number, quote, facts, tuple(list_rules(part)), values)


def _say(value: Any) -> str:
    """Say a value in a line."""
    if isinstance(value, Mapping):
        return " | ".join(_say(inner) for inner in value.values())
    return ", ".join(map(_say, value)) if isinstance(value, list) else str(value)


def _read_verdicts(record: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    found = {
        str(judgement.get("type")): judgement
        for judgement in to_list(record.get("judgement"))
        if isinstance(judgement, Mapping) and judgement.get("settled") == "true"
    }
    return {name: found.get(kind, {}) for name, kind in JUDGEMENTS.items()}


def _cut(
    text: str, spans: list[tuple[int, int, str]], records: Mapping[str, Mapping[str, Any]], kept: Mapping[str, Any]
) -> Iterator[Segment]:
    """Cut a text at the spans; of two that share words, the later one has the rest."""
    position = 0
    for start, end, name in spans:
        if end <= position:
            continue
        if start > position:
            yield Segment(text[position:start])
        yield Segment(text[max(start, position) : end], name, str(records[name]["type"]), name not in kept)
        position = end
    if position < len(text):
        yield Segment(text[position:])
