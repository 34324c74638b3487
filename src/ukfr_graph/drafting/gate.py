"""The one gate of proposals, whoever makes them: rules, a language model, a second coder's program.

A quote must stand in the body once, share no words with another's, and every term must be one of its vocabulary. What
passes is a proposal still: a person accepts it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from ukfr_graph.build.coverage import CLAUSE_CLASSES
from ukfr_graph.build.evidence import find_quote, nearest_match
from ukfr_graph.drafting.blocks import normalise
from ukfr_graph.drafting.terms import list_keys, list_vocabularies, read_terms
from ukfr_graph.errors import Message, Problem
from ukfr_graph.errors import mark as _
from ukfr_graph.iris import local_name
from ukfr_graph.sources import Span
from ukfr_graph.texts import find_place, suggest

KINDS = tuple(local_name(iri) for iri in CLAUSE_CLASSES)
LEAVES = (*KINDS, "UncodedPassage")
ENTITY_TYPES = {
    "state": "State", "government": "Government", "ministry": "Ministry", "office": "Office", "person": "Person",
    "body": "PublicBody", "collective": "Collective", "place": "Place", "instrument": "Instrument",
}  # fmt: skip
_NESTED = ("participation", "citation", "quantity", "timeframe", "condition")
_HUMAN = ("TestabilityJudgement",)
_REFERENCES = ("participant", "office", "provider", "recipient", "citedInstrument", "incorporatesByReference", "place")
_IDENTIFIER = re.compile(r"[a-z]+/[a-z0-9]+(?:[-/.][a-z0-9]+)*")
_OWN = ("status", "new")
_UNREAD = ("rules", "suggestions", "label", "title", "alias", "summary", "reason", "counted", "description")
"""Keys in which nothing is a term: what drafting adds, and texts by language."""
_MOST_NESTING = 8
_Tell = Callable[..., Problem]
_WORD = re.compile(r"\w+")
_LEAST_WORDS = 12  # of a gap that are shown


@dataclass(frozen=True)
class BodyGap:
    """A stretch of the body that no record has: its characters and its line (from 1) in the text with LF."""

    start: int
    end: int
    line: int
    words: str


@dataclass(frozen=True)
class Coding:
    """A text and the records that there are of it, curated and proposed.

    ``body`` are the stretches of the text that are the statement; ``known`` the ids of entities that records have;
    ``terms`` are the workspace's own terms by vocabulary.
    """

    text: str
    body: tuple[Span, ...]
    records: tuple[Mapping[str, Any], ...] = ()
    known: frozenset[str] = frozenset()
    terms: Mapping[str, frozenset[str]] | None = None

    @staticmethod
    def of(text: str, records: Iterable[Mapping[str, Any]] = (), known: Iterable[str] = ()) -> Coding:
        """Make the coding of a text all of which is the statement."""
        text = normalise(text)
        return Coding(text, (Span(0, len(text)),), tuple(records), frozenset(known))

    @cached_property
    def spans(self) -> tuple[tuple[str, Span], ...]:
        """The id and the characters of each clause and passage whose quote stands in the text once."""
        leaves = [record for record in self.records if record.get("type") in LEAVES]
        places = [_find(self.text, record) for record in leaves]
        return tuple((str(leaf.get("id")), at[0]) for leaf, at in zip(leaves, places, strict=True) if len(at) == 1)


def check_proposal(record: Mapping[str, Any], coding: Coding, *, is_kept: bool = False) -> list[Problem]:
    """List what keeps a proposed record out; none where it may be proposed.

    Where it ``is_kept``, it is one of those of the coding, and the same is asked of it as if it came last.
    """
    identifier = str(record.get("id", ""))
    count = sum(other.get("id") == identifier for other in coding.records)

    def problem(rule: str, message: Message, fix: Message, at: int = -1) -> Problem:
        line = find_place(coding.text, at)[0] if at >= 0 else 0
        return Problem("proposal", line, identifier, rule, message, fix)

    found: list[Problem] = []
    if not _IDENTIFIER.fullmatch(identifier):
        message = Message(_("the id is %(id)s"), {"id": repr(identifier)})
        found.append(problem("id", message, Message(_("write a folder, '/' and small letters, digits and hyphens"))))
    elif count > is_kept or (identifier in coding.known and not is_kept):
        message = Message(_("%(id)s is there already"), {"id": identifier})
        found.append(problem("duplicate-id", message, Message(_("give it another id, or propose nothing"))))
    kind = record.get("type")
    folder = identifier.partition("/")[0]
    if kind in LEAVES:
        found += _check_leaf(record, coding, problem, identifier if is_kept else "")
    elif kind not in ENTITY_TYPES.values():
        allowed = [*LEAVES, *ENTITY_TYPES.values()]
        message = Message(_("%(type)s cannot be proposed"), {"type": repr(kind)})
        found.append(problem("type", message, _allow(allowed, str(kind))))
    elif ENTITY_TYPES.get(folder) != kind:
        wanted = next(name for name, of in ENTITY_TYPES.items() if of == kind)
        values = {"type": str(kind), "folder": repr(folder)}
        message = Message(_("a record of type %(type)s is in the folder %(folder)s"), values)
        found.append(problem("id", message, Message(_("begin its id with '%(folder)s/'"), {"folder": wanted})))
    elif not _text_of(record.get("label")):
        fix = Message(_("give the name as the text has it: label: {en: …}"))
        found.append(problem("label", Message(_("it has no label")), fix))
    found += _check_terms(record, coding, problem)
    return found


def _allow(allowed: Iterable[str], written: str) -> Message:
    """Say which values there are, and the nearest to what is written."""
    values: dict[str, str] = {"values": ", ".join(allowed), "near": suggest(written, allowed)}
    return Message(_("one of %(values)s.%(near)s"), values)


def find_gaps(coding: Coding) -> list[BodyGap]:
    """Find what of the body is in no record yet, in the order of the text."""
    found: list[BodyGap] = []
    spans = sorted((span for _name, span in coding.spans), key=lambda span: span.start)
    for part in coding.body:
        position = part.start
        for span in [*(s for s in spans if part.start <= s.start < part.end), Span(part.end, part.end)]:
            words = list(_WORD.finditer(coding.text, position, max(position, span.start)))
            if words:
                start, end = words[0].start(), words[-1].end()
                shown = " ".join(coding.text[start:end].split()[:_LEAST_WORDS])
                found.append(BodyGap(start, end, find_place(coding.text, start)[0], shown))
            position = max(position, span.end)
    return found


def is_of(record: Mapping[str, Any], statement: str) -> bool:
    """Return whether a clause or passage is of a statement, to go by its own key or by its section's."""
    section = str(record.get("section", "")).split("/")
    return str(record.get("statement", "")) == f"statement/{statement}" or section[1:2] == [statement]


def measure_share(coding: Coding, gaps: Sequence[BodyGap] | None = None) -> float:
    """Return the part of the words of the body that is in a record, from 0 to 1; the gaps may be known already."""
    whole = _count_words(coding.text, coding.body)
    known = find_gaps(coding) if gaps is None else gaps
    left = sum(len(_WORD.findall(coding.text, gap.start, gap.end)) for gap in known)
    return (whole - left) / whole if whole else 1.0


@lru_cache(100)
def _count_words(text: str, body: tuple[Span, ...]) -> int:
    return sum(len(_WORD.findall(text, part.start, part.end)) for part in body)


def quote_of(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the quote on which a record, or a part of one, rests; an empty one where it has none."""
    evidence = record.get("evidence")
    quote = evidence.get("quote") if isinstance(evidence, Mapping) else None
    return quote if isinstance(quote, Mapping) else {}


def _find(text: str, record: Mapping[str, Any], scopes: Sequence[Span] = ()) -> Sequence[Span]:
    quote = quote_of(record)
    exact, prefix, suffix = (normalise(str(quote.get(key, ""))) for key in ("exact", "prefix", "suffix"))
    return find_quote(text, exact, prefix, suffix, scopes) if scopes else _find_anywhere(text, exact, prefix, suffix)


@lru_cache(20_000)
def _find_anywhere(text: str, exact: str, prefix: str, suffix: str) -> tuple[Span, ...]:
    """Find a quote in a text; of a long text every quote is asked for again after every change of one record."""
    return tuple(find_quote(text, exact, prefix, suffix))


def _check_leaf(record: Mapping[str, Any], coding: Coding, problem: _Tell, kept: str) -> Iterator[Problem]:
    """Check the quote of a clause or passage and those of what is in it; ``kept`` is its id where it is kept."""
    found = _find(coding.text, record)
    if len(found) != 1:
        yield _describe_quote(record, found, coding, problem)
        return
    span = found[0]
    if not any(part.start <= span.start and span.end <= part.end for part in coding.body):
        message = Message(_("the quote is not in the body of the statement"))
        yield problem("outside-body", message, Message(_("quote the statement itself")), span.start)
    if not _WORD.search(coding.text, span.start, span.end):
        message, fix = Message(_("the quote has no word")), Message(_("quote the words of the clause"))
        yield problem("quote-empty", message, fix, span.start)
    for other, taken in coding.spans:
        if taken.start < span.end and span.start < taken.end and other != kept:
            shared = coding.text[max(span.start, taken.start) : min(span.end, taken.end)]
            message = Message(_("shares %(words)s with %(record)s"), {"words": repr(shared), "record": other})
            fix = Message(_("quotes share no words: quote what is in no record yet"))
            yield problem("overlap", message, fix, span.start)
    for key in _NESTED:
        for inner in _mappings(record.get(key)):
            if inner.get("basis") == "inferred" and not quote_of(inner):
                continue  # it rests on a reason
            places = _find(coding.text, inner, [span])
            if len(places) != 1:
                yield _describe_quote(inner, places, coding, problem)
    for judgement in _mappings(record.get("judgement")):
        if judgement.get("type") in _HUMAN:
            message = Message(_("testability is for a person to judge"))
            yield problem("person", message, Message(_("leave the judgement out")))
        if str(judgement.get("settled", "false")).lower() == "true":
            message = Message(_("a proposal settles nothing"))
            yield problem("person", message, Message(_("write settled: false, or leave it out")))


def _describe_quote(record: Mapping[str, Any], found: Sequence[Span], coding: Coding, problem: _Tell) -> Problem:
    exact = str(quote_of(record).get("exact", ""))
    if not exact:
        message = Message(_("there is no quote: no quote, no record"))
        return problem("quote-missing", message, Message(_("give evidence: {quote: {exact: …}}")))
    values: dict[str, str] = {"words": repr(exact[:80]), "count": str(len(found))}
    if found:
        message = Message(_("%(words)s stands %(count)s times"), values)
        fix = Message(_("add prefix or suffix: the characters around the words meant"))
        return problem("quote-ambiguous", message, fix, found[0].start)
    values["near"] = repr(nearest_match(coding.text, exact)[:120])
    message = Message(_("%(words)s does not stand in the text; the nearest words are %(near)s"), values)
    return problem("quote-not-found", message, Message(_("copy the words exactly as the text has them")))


def _check_terms(record: Mapping[str, Any], coding: Coding, problem: _Tell, depth: int = 0) -> Iterator[Problem]:
    """Check every value that is a term, and every reference to an entity."""
    verdicts = "testability" if record.get("type") in _HUMAN else "novelty"
    vocabularies = {**list_vocabularies(), "verdict": verdicts}
    for key, value in record.items():
        if key in (*_UNREAD, *_OWN) or depth > _MOST_NESTING:
            continue
        if key not in list_keys() and key not in vocabularies:
            message = Message(_("%(key)s is no key of a record"), {"key": repr(key)})
            fix = Message(_("take it out.%(near)s"), {"near": suggest(key, list_keys())})
            yield problem("unknown-key", message, fix)
        if key in vocabularies:
            own = (coding.terms or {}).get(vocabularies[key], frozenset())
            allowed = {*read_terms(vocabularies[key]), *own}
            for term in value if isinstance(value, list) else [value]:
                if not isinstance(term, str) or term not in allowed:
                    values = {"key": key, "term": repr(term), "vocabulary": vocabularies[key]}
                    message = Message(_("%(key)s %(term)s is no term of %(vocabulary)s"), values)
                    yield problem("unknown-term", message, _allow(sorted(allowed), str(term)))
        if key in _REFERENCES:
            for reference in value if isinstance(value, list) else [value]:
                if not _is_known(str(reference), coding):
                    message = Message(_("%(key)s %(id)s has no record"), {"key": key, "id": repr(reference)})
                    near = suggest(str(reference), coding.known)
                    fix = Message(_("propose the entity first.%(near)s"), {"near": near})
                    yield problem("unknown-entity", message, fix)
        for inner in _mappings(value):
            yield from _check_terms(inner, coding, problem, depth + 1)


def _is_known(reference: str, coding: Coding) -> bool:
    return reference in coding.known or any(record.get("id") == reference for record in coding.records)


def _mappings(value: object) -> list[Mapping[str, Any]]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, Mapping)]


def _text_of(label: object) -> str:
    return next((str(text) for text in label.values() if str(text).strip()), "") if isinstance(label, Mapping) else ""
