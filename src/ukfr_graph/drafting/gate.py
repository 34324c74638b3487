"""The one gate of proposals, whoever makes them: rules, a language model, a second coder's program.

A quote must stand in the body once, share no words with another's, and every term must be one of its vocabulary. What
passes is a proposal still: a person accepts it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from ukfr_graph.build.coverage import CLAUSE_CLASSES
from ukfr_graph.build.evidence import find_quote, nearest_match
from ukfr_graph.drafting.blocks import normalise
from ukfr_graph.drafting.terms import list_keys, list_vocabularies, read_terms
from ukfr_graph.errors import Problem
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
_WORD = re.compile(r"\w+")
_LEAST_WORDS = 12  # of a gap that are shown


@dataclass(frozen=True)
class Gap:
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

    def problem(rule: str, message: str, fix: str, at: int = -1) -> Problem:
        line = find_place(coding.text, at)[0] if at >= 0 else 0
        return Problem("proposal", line, identifier, rule, message, fix)

    found: list[Problem] = []
    if not _IDENTIFIER.fullmatch(identifier):
        found.append(
            problem("id", f"the id is {identifier!r}", "write a folder, '/' and small letters, digits and hyphens")
        )
    elif count > is_kept or (identifier in coding.known and not is_kept):
        found.append(
            problem("duplicate-id", f"{identifier} is there already", "give it another id, or propose nothing")
        )
    kind = record.get("type")
    folder = identifier.partition("/")[0]
    if kind in LEAVES:
        found += _check_leaf(record, coding, problem, identifier if is_kept else "")
    elif kind not in ENTITY_TYPES.values():
        allowed = [*LEAVES, *ENTITY_TYPES.values()]
        found.append(
            problem(
                "type", f"{kind!r} cannot be proposed", f"one of {', '.join(allowed)}.{suggest(str(kind), allowed)}"
            )
        )
    elif ENTITY_TYPES.get(folder) != kind:
        wanted = next(name for name, of in ENTITY_TYPES.items() if of == kind)
        found.append(
            problem("id", f"a record of type {kind} is in the folder {folder!r}", f"begin its id with '{wanted}/'")
        )
    elif not _text_of(record.get("label")):
        found.append(problem("label", "it has no label", "give the name as the text has it: label: {en: …}"))
    found += _check_terms(record, coding, problem)
    return found


def find_gaps(coding: Coding) -> list[Gap]:
    """Find what of the body is in no record yet, in the order of the text."""
    found: list[Gap] = []
    spans = sorted((span for _, span in coding.spans), key=lambda span: span.start)
    for part in coding.body:
        position = part.start
        for span in [*(s for s in spans if part.start <= s.start < part.end), Span(part.end, part.end)]:
            words = list(_WORD.finditer(coding.text, position, max(position, span.start)))
            if words:
                start, end = words[0].start(), words[-1].end()
                shown = " ".join(coding.text[start:end].split()[:_LEAST_WORDS])
                found.append(Gap(start, end, find_place(coding.text, start)[0], shown))
            position = max(position, span.end)
    return found


def is_of(record: Mapping[str, Any], statement: str) -> bool:
    """Return whether a clause or passage is of a statement, to go by its own key or by its section's."""
    section = str(record.get("section", "")).split("/")
    return str(record.get("statement", "")) == f"statement/{statement}" or section[1:2] == [statement]


def measure_share(coding: Coding, gaps: Sequence[Gap] | None = None) -> float:
    """Return the part of the words of the body that is in a record, from 0 to 1; the gaps may be known already."""
    whole = _count_words(coding.text, coding.body)
    known = find_gaps(coding) if gaps is None else gaps
    left = sum(len(_WORD.findall(coding.text, gap.start, gap.end)) for gap in known)
    return (whole - left) / whole if whole else 1.0


@lru_cache(100)
def _count_words(text: str, body: tuple[Span, ...]) -> int:
    return sum(len(_WORD.findall(text, part.start, part.end)) for part in body)


def _quote_of(record: Mapping[str, Any]) -> Mapping[str, Any]:
    evidence = record.get("evidence")
    quote = evidence.get("quote") if isinstance(evidence, Mapping) else None
    return quote if isinstance(quote, Mapping) else {}


def _find(text: str, record: Mapping[str, Any], scopes: Sequence[Span] = ()) -> Sequence[Span]:
    quote = _quote_of(record)
    exact, prefix, suffix = (normalise(str(quote.get(key, ""))) for key in ("exact", "prefix", "suffix"))
    return find_quote(text, exact, prefix, suffix, scopes) if scopes else _find_anywhere(text, exact, prefix, suffix)


@lru_cache(20_000)
def _find_anywhere(text: str, exact: str, prefix: str, suffix: str) -> tuple[Span, ...]:
    """Find a quote in a text; of a long text every quote is asked for again after every change of one record."""
    return tuple(find_quote(text, exact, prefix, suffix))


def _check_leaf(record: Mapping[str, Any], coding: Coding, problem: Any, kept: str) -> Iterator[Problem]:
    """Check the quote of a clause or passage and those of what is in it; ``kept`` is its id where it is kept."""
    found = _find(coding.text, record)
    if len(found) != 1:
        yield _describe_quote(record, found, coding, problem)
        return
    span = found[0]
    if not any(part.start <= span.start and span.end <= part.end for part in coding.body):
        yield problem(
            "outside-body", "the quote is not in the body of the statement", "quote the statement itself", span.start
        )
    if not _WORD.search(coding.text, span.start, span.end):
        yield problem("quote-empty", "the quote has no word", "quote the words of the clause", span.start)
    for other, taken in coding.spans:
        if taken.start < span.end and span.start < taken.end and other != kept:
            shared = coding.text[max(span.start, taken.start) : min(span.end, taken.end)]
            yield problem(
                "overlap",
                f"shares {shared!r} with {other}",
                "spans are leaves: quote what is in no record yet",
                span.start,
            )
    for key in _NESTED:
        for inner in _mappings(record.get(key)):
            if inner.get("basis") == "inferred" and not _quote_of(inner):
                continue  # it rests on a reason
            places = _find(coding.text, inner, [span])
            if len(places) != 1:
                yield _describe_quote(inner, places, coding, problem)
    for judgement in _mappings(record.get("judgement")):
        if judgement.get("type") in _HUMAN:
            yield problem("person", "testability is for a person to judge", "leave the judgement out")
        if str(judgement.get("settled", "false")).lower() == "true":
            yield problem("person", "a proposal settles nothing", "write settled: false, or leave it out")


def _describe_quote(record: Mapping[str, Any], found: Sequence[Span], coding: Coding, problem: Any) -> Problem:
    exact = str(_quote_of(record).get("exact", ""))
    if not exact:
        return problem("quote-missing", "there is no quote: no quote, no record", "give evidence: {quote: {exact: …}}")  # type: ignore[no-any-return]
    if found:
        return problem(  # type: ignore[no-any-return]
            "quote-ambiguous",
            f"{exact[:80]!r} stands {len(found)} times",
            "add prefix or suffix: the characters around the words meant",
            found[0].start,
        )
    near = nearest_match(coding.text, exact)
    return problem(  # type: ignore[no-any-return]
        "quote-not-found",
        f"{exact[:80]!r} does not stand in the text; the nearest words are {near[:120]!r}",
        "copy the words exactly as the text has them",
    )


def _check_terms(record: Mapping[str, Any], coding: Coding, problem: Any, depth: int = 0) -> Iterator[Problem]:
    """Check every value that is a term, and every reference to an entity."""
    verdicts = "testability" if record.get("type") in _HUMAN else "novelty"
    vocabularies = {**list_vocabularies(), "verdict": verdicts}
    for key, value in record.items():
        if key in (*_UNREAD, *_OWN) or depth > _MOST_NESTING:
            continue
        if key not in list_keys() and key not in vocabularies:
            yield problem("unknown-key", f"{key!r} is no key of a record", f"take it out.{suggest(key, list_keys())}")
        if key in vocabularies:
            own = (coding.terms or {}).get(vocabularies[key], frozenset())
            allowed = {*read_terms(vocabularies[key]), *own}
            for term in value if isinstance(value, list) else [value]:
                if not isinstance(term, str) or term not in allowed:
                    fix = f"one of {', '.join(sorted(allowed))}.{suggest(str(term), allowed)}"
                    yield problem("unknown-term", f"{key} {term!r} is no term of {vocabularies[key]}", fix)
        if key in _REFERENCES:
            for reference in value if isinstance(value, list) else [value]:
                if not _is_known(str(reference), coding):
                    near = suggest(str(reference), coding.known)
                    yield problem(
                        "unknown-entity", f"{key} {reference!r} has no record", f"propose the entity first.{near}"
                    )
        for inner in _mappings(value):
            yield from _check_terms(inner, coding, problem, depth + 1)


def _is_known(reference: str, coding: Coding) -> bool:
    return reference in coding.known or any(record.get("id") == reference for record in coding.records)


def _mappings(value: object) -> list[Mapping[str, Any]]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, Mapping)]


def _text_of(label: object) -> str:
    return next((str(text) for text in label.values() if str(text).strip()), "") if isinstance(label, Mapping) else ""
