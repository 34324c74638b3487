"""One coder's reading of a text: each clause and uncoded stretch with its words, kind, roles and judgements."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from ukfr_graph.build.evidence import find_quote, nearest_match
from ukfr_graph.documents import Document, read_document
from ukfr_graph.drafting.blocks import normalise
from ukfr_graph.drafting.gate import KINDS, LEAVES
from ukfr_graph.errors import DataError, Message, ParameterError, Problem
from ukfr_graph.errors import mark as _
from ukfr_graph.shorthand import JUDGEMENTS, write_out
from ukfr_graph.sources import Span
from ukfr_graph.texts import find_place

UNCODED = "uncoded"
_WORD = re.compile(r"\w+(?:[,.'’/-]\w+)*")  # figures with commas and hyphenated words are one word


@dataclass(frozen=True)
class CodedRole:
    """Participants in a role of a clause, by the ids of records, and the bases of that."""

    participants: frozenset[str]
    bases: frozenset[str]


@dataclass(frozen=True)
class Unit:
    """One coded clause or uncoded stretch.

    ``words`` are the numbers of its words in the body, from 0; ``kind`` is a class of clauses, or ``uncoded``;
    ``verdicts`` are by the name of the judgement, "novelty" or "testability"; ``record`` is the id of its record.
    """

    words: range
    kind: str
    roles: Mapping[str, CodedRole] = field(default_factory=dict)
    verdicts: Mapping[str, str] = field(default_factory=dict)
    record: str = ""


def number_words(text: str, body: Iterable[Span]) -> list[Span]:
    """List the words of the body, in their order."""
    return [Span(*match.span()) for part in body for match in _WORD.finditer(text, part.start, part.end)]


def find_words(words: Sequence[Span], span: Span) -> range:
    """Return the numbers of the words that stand whole in a stretch of the text."""
    first = bisect_left(words, span.start, key=lambda word: word.start)
    stop = bisect_left(words, span.end + 1, key=lambda word: word.end)
    return range(first, max(first, stop))


def read_coding(path: Path) -> Document:
    """Read a file of records, its short forms written out, wherever it lies.

    Raises:
        DataError: see ``read_document`` and ``write_out``.
    """
    return write_out(read_document(path, path.parent))


def find_statement(document: Document) -> str:
    """Return the local id of the source of a coding, else of its statement.

    Raises:
        ParameterError: the file has records of no statement, or of several.
    """
    records = list(document.records())
    sources = {str(r["expression"]).removeprefix("expression/") for r in records if "expression" in r}
    named = {str(r["statement"]).removeprefix("statement/") for r in records if "statement" in r}
    named |= {str(r["section"]).split("/")[1] for r in records if str(r.get("section")).count("/") > 1}
    found = sources or named
    if len(found) != 1:
        what = (
            f"records of {len(found)} statements ({', '.join(sorted(found))})" if found else "records of no statement"
        )
        raise ParameterError(
            "%(file)s has %(what)s; say which one is meant with --statement.", file=document.name, what=what
        )
    return found.pop()


def read_units(document: Document, text: str, body: Sequence[Span]) -> list[Unit]:
    """Read the clauses and uncoded stretches of a coding, in the order of the text, whose line ends are LF.

    Raises:
        DataError: a quote does not stand in the body once, or two share words; each with its line.
    """
    words = number_words(text, body)
    records = list(document.records())
    shared = {str(record.get("id")): record for record in records if record.get("type") == "Participation"}
    problems: list[Problem] = []
    found: list[tuple[Span, Mapping[str, Any], Unit]] = []
    for record in records:
        if record.get("type") not in LEAVES:
            continue
        quote = _quote_of(record)
        places = [
            place
            for place in find_quote(text, *quote)
            if any(part.start <= place.start and place.end <= part.end for part in body)
        ]
        if len(places) != 1:
            values = {"words": repr(quote[0][:80]), "count": str(len(places))}
            message = Message(_("%(words)s stands %(count)s times in the body"), values)
            fix = Message(_("add prefix or suffix: the characters around the words meant"))
            if not places:
                near = {"near": repr(nearest_match(text, quote[0])[:120])}
                fix = Message(_("copy the words as the text has them; the nearest are %(near)s"), near)
            problems.append(_tell(document, record, "quote", message, fix))
            continue
        kind = record["type"] if record["type"] in KINDS else UNCODED
        unit = Unit(
            find_words(words, places[0]),
            kind,
            dict(_read_roles(record, shared)),
            _read_verdicts(record),
            str(record.get("id", "")),
        )
        found.append((places[0], record, unit))
    found.sort(key=lambda item: (item[0].start, item[0].end))
    for (before, *_before), (after, later, _unit) in pairwise(found):
        if after.start < before.end:
            words_of = text[after.start : min(before.end, after.end)]
            values = {"words": repr(words_of[:80]), "line": str(find_place(text, after.start)[0])}
            message = Message(_("%(words)s (line %(line)s of the text) is in two records"), values)
            fix = Message(_("shorten one of the quotes"))
            problems.append(_tell(document, later, "overlap", message, fix))
    if problems:
        raise DataError(problems)
    return [unit for *_place, unit in found]


def _tell(document: Document, record: Mapping[str, Any], rule: str, message: Message, fix: Message) -> Problem:
    return Problem(document.name, getattr(record, "line", 0), str(record.get("id", "")), rule, message, fix)


def _quote_of(record: Mapping[str, Any]) -> tuple[str, str, str]:
    evidence = record.get("evidence")
    quote = evidence.get("quote") if isinstance(evidence, Mapping) else None
    found = quote if isinstance(quote, Mapping) else {}
    exact, prefix, suffix = (normalise(str(found.get(key, ""))) for key in ("exact", "prefix", "suffix"))
    return exact, prefix, suffix


def _read_roles(record: Mapping[str, Any], shared: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, CodedRole]]:
    """Yield each role of a clause; a participation may be a record of its own, which others name."""
    parts = [shared.get(part, {}) if isinstance(part, str) else part for part in _list(record.get("participation"))]
    parts = [part for part in parts if isinstance(part, Mapping) and "role" in part]
    for role in dict.fromkeys(str(part["role"]) for part in parts):
        of_it = [part for part in parts if part["role"] == role]
        who = frozenset(str(name) for part in of_it for name in _list(part.get("participant")))
        yield role, CodedRole(who, frozenset(str(part.get("basis", "")) for part in of_it))


def _read_verdicts(record: Mapping[str, Any]) -> dict[str, str]:
    """Read the verdict of each judgement: the settled one, else the first."""
    found = {}
    parts = [part for part in _list(record.get("judgement")) if isinstance(part, Mapping)]
    for name, kind in JUDGEMENTS.items():
        of_it = [part for part in parts if part.get("type") == kind]
        of_it.sort(key=lambda part: str(part.get("settled")).lower() != "true")
        found[name] = str(of_it[0].get("verdict", "")) if of_it else ""
    return found


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
