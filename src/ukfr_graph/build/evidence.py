"""Quotes resolved to exact characters of a hash-pinned text.

A record states a quote (``oa:exact``, with ``oa:prefix`` or ``oa:suffix`` where it is not unique); this
module finds it and adds what no one types by hand: the ``oa:TextPositionSelector``, the source, the types.

Web Annotation Data Model: https://www.w3.org/TR/annotation-model/#text-quote-selector and
https://www.w3.org/TR/annotation-model/#text-position-selector
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import Message, Problem, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.records import Locations
from ukfr_graph.sources import SourceText, Span
from ukfr_graph.texts import describe, find_place, is_invisible
from ukfr_graph.triples import Index, literal, node

_NESTED = ("participation", "citation", "quantity", "timeframe", "condition")
_EXPLAINED = 4  # differences, and characters of one, that are named
_CONTEXT_LENGTH = 32  # characters of prefix and suffix published where a quote is not unique


@dataclass(frozen=True)
class ResolvedEvidence:
    """The evidence that the quotes of one set of records resolve to.

    ``triples`` are to be added to the records; ``spans`` maps the subject of each quote to where it stands; each
    quote that does not occur, or occurs more than once without telling prefix or suffix, is among the ``problems``,
    with the record in whose words it was looked for as its ``value``, where these do not occur.
    """

    triples: frozenset[ox.Triple]
    spans: dict[str, Span]
    problems: tuple[Problem, ...]


def resolve_evidence(index: Index, source: SourceText, locations: Locations) -> ResolvedEvidence:
    """Find every quote of the records in their source's text.

    A quote inside a clause (of a figure, a time, an actor) is looked for in the clause first, then in the
    whole text. Shapes: ``index`` holds the triples of the records; ``locations`` says where each is written.
    """
    triples: set[ox.Triple] = set()
    spans: dict[str, Span] = {}
    problems: list[Problem] = []
    holders = _find_holders(index)
    # A record's own quote comes before those of its figures, times and actors: it is the scope of theirs.
    for subject, resource in sorted(
        index.pairs(iris.UKFR + "evidence"), key=lambda pair: (bool(holders[pair[0]]), pair)
    ):
        scopes = [spans[holder] for holder in holders[subject] if holder in spans]
        for selector in index.objects(resource, iris.OA + "hasSelector"):
            exact = index.value(selector, iris.OA + "exact")
            if exact is None:
                continue  # the shapes say that a quote is missing
            before = index.value(selector, iris.OA + "prefix") or ""
            after = index.value(selector, iris.OA + "suffix") or ""
            found = find_quote(source.text, exact, before, after, scopes)
            if len(found) != 1:
                problem = _describe(subject, (exact, before, after), found, source, locations)
                lost = min((holder for holder in holders[subject] if holder not in spans), default="")
                problems.append(replace(problem, value=lost if found else ""))
                continue
            spans[subject] = found[0]
            triples.update(_selector_triples(resource, selector, found[0], source, before, after))
    return ResolvedEvidence(frozenset(triples), spans, tuple(problems))


def _find_holders(index: Index) -> dict[str, set[str]]:
    """Map what has a quote to the records that hold it: a figure to its clauses; nothing for a clause itself."""
    quoted = {subject for subject, _ in index.pairs(iris.UKFR + "evidence")}
    holders: dict[str, set[str]] = {subject: set() for subject in quoted}
    for key in _NESTED:
        for holder, value in index.pairs(iris.UKFR + key):
            if value in quoted:
                holders[value].add(holder)
    return holders


def find_quote(text: str, exact: str, prefix: str = "", suffix: str = "", scopes: Sequence[Span] = ()) -> list[Span]:
    """Find where a quote stands in a text; inside one of the ``scopes`` if it stands there at all.

    >>> find_quote("28 networks, then 28 more", "28", suffix=" more")
    [Span(start=18, end=20)]
    """
    if not exact:
        return []
    inside = {
        span
        for scope in scopes
        for span in _occurrences(text, exact, prefix, suffix, scope)
        if scope.start <= span.start and span.end <= scope.end
    }
    return sorted(inside, key=lambda span: span.start) or list(
        _occurrences(text, exact, prefix, suffix, Span(0, len(text)))
    )


def _occurrences(text: str, exact: str, prefix: str, suffix: str, scope: Span) -> Iterator[Span]:
    """Yield each place of the words between their context; a line break in them is any of LF, CRLF and CR.

    Words in a ``scope`` are found with their context around it, and perhaps others near it.
    """
    words = prefix + exact + suffix
    start, end = max(0, scope.start - 2 * len(prefix)), scope.end + 2 * len(suffix)  # CRLF takes two characters
    if "\n" in words and "\r" in text:
        parts = (re.escape(part).replace("\\\n", r"(?:\r\n|\n|\r)") for part in (prefix, exact, suffix))
        matches = re.compile("(?={}({}){})".format(*parts)).finditer(text, start, end)
        yield from dict.fromkeys(Span(*match.span(1)) for match in matches)
        return
    at = text.find(words, start, end)
    while at >= 0:
        yield Span(at + len(prefix), at + len(prefix) + len(exact))
        at = text.find(words, at + 1, end)


def _selector_triples(
    resource: str, selector: str, span: Span, source: SourceText, prefix: str, suffix: str
) -> Iterable[ox.Triple]:
    position = selector + "-position"
    yield ox.Triple(node(resource), node(iris.RDF + "type"), node(iris.OA + "SpecificResource"))
    yield ox.Triple(node(resource), node(iris.OA + "hasSource"), node(source.iri))
    yield ox.Triple(node(resource), node(iris.OA + "hasSelector"), node(position))
    yield ox.Triple(node(selector), node(iris.RDF + "type"), node(iris.OA + "TextQuoteSelector"))
    yield from _position_triples(position, span)
    text = source.text
    if not prefix and not suffix and text.count(text[span.start : span.end]) > 1:
        # Unique in its clause, but not in the text: publish enough context to find it there.
        before, after = text[max(0, span.start - _CONTEXT_LENGTH) : span.start], text[span.end :][:_CONTEXT_LENGTH]
        yield ox.Triple(node(selector), node(iris.OA + "prefix"), ox.Literal(before))
        yield ox.Triple(node(selector), node(iris.OA + "suffix"), ox.Literal(after))


def _describe(
    subject: str, quote: tuple[str, str, str], found: list[Span], source: SourceText, locations: Locations
) -> Problem:
    """Say why a quote (its words, prefix and suffix) does not stand in a text just once."""
    location = locations.find(subject)
    exact, before, after = quote
    bare = [] if found else find_quote(source.text, exact)

    def problem(rule: str, message: Message, fix: str) -> Problem:
        return Problem(location.file, location.line, iris.local_id(subject), rule, message, Message(fix))

    def place(spans: list[Span]) -> Message:
        template = _("%(source)s (line %(lines)s)") if len(spans) == 1 else _("%(source)s (lines %(lines)s)")
        return make_message(template, source=source.name, lines=", ".join(_line(source, s) for s in spans))

    if found:
        return problem(
            "quote-ambiguous",
            make_message(
                "%(words)s stands %(count)s times in %(place)s",
                words=repr(exact),
                count=len(found),
                place=place(found),
            ),
            _("add prefix or suffix: the characters right before or after the words meant"),
        )
    if bare:
        given = [
            make_message(template, words=repr(words))
            for template, words in ((_("the prefix %(words)s"), before), (_("the suffix %(words)s"), after))
            if words
        ]
        span = bare[0]
        around = (
            source.text[max(0, span.start - len(before)) : span.start],
            source.text[span.end : span.end + len(after)],
        )
        return problem(
            "quote-context",
            make_message(
                "%(words)s stands in %(place)s, but not with %(given)s: around it stands %(around)s",
                words=repr(exact),
                place=place(bare),
                given=_join(given),
                around=_join([repr(words) for words in around if words]),
            ),
            _("correct prefix and suffix: the characters right before and after the words, blanks included"),
        )
    near = nearest_match(source.text, exact)
    return problem(
        "quote-not-found",
        make_message(
            "%(words)s does not stand in %(source)s; the nearest words are %(near)s%(difference)s",
            words=repr(exact),
            source=source.name,
            near=repr(near),
            difference=_explain_difference(exact, near),
        ),
        _("copy the words exactly as the text has them, line breaks included"),
    )


def _join(parts: Sequence[str | Message]) -> str | Message:
    """Join one part, or two, by "and"."""
    if len(parts) > 1:
        return make_message("%(one)s and %(other)s", one=parts[0], other=parts[1])
    return parts[0] if parts else ""


def _line(source: SourceText, span: Span) -> str:
    return str(find_place(source.text, span.start)[0])


def _explain_difference(quote: str, near: str) -> str | Message:
    """Name the characters by which two texts differ that look the same, or nearly; nothing where the eye sees it."""
    matcher = difflib.SequenceMatcher(None, quote, near, autojunk=False)
    changes = [(quote[a:b], near[c:d]) for kind, a, b, c, d in matcher.get_opcodes() if kind != "equal"]
    characters = "".join(ours + theirs for ours, theirs in changes)
    if len(changes) > _EXPLAINED or all(c.isascii() and not is_invisible(c) for c in characters):
        return ""
    told: str | Message = ""
    for ours, theirs in dict.fromkeys(changes):
        told = make_message(
            "%(before)s; where the record has %(ours)s, the text has %(theirs)s",
            before=told,
            ours=_name_characters(ours),
            theirs=_name_characters(theirs),
        )
    return told


def _name_characters(text: str) -> str | Message:
    return ", ".join(map(describe, text[:_EXPLAINED])) or Message(_("nothing"))


def nearest_match(text: str, exact: str) -> str:
    """Find the stretch of a text that is most like a quote: same number of words, best similarity.

    >>> nearest_match("we will deepen our collaboration", "deepen your collaboration")
    'deepen our collaboration'
    """
    words = list(_word_spans(text))
    count = max(1, len(exact.split()))
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(exact)
    best, best_ratio = "", 0.0
    for first in range(max(1, len(words) - count + 1)):
        last = min(first + count, len(words)) - 1
        window = text[words[first].start : words[last].end]
        matcher.set_seq1(window)
        if matcher.real_quick_ratio() > best_ratio and matcher.quick_ratio() > best_ratio:
            ratio = matcher.ratio()
            if ratio > best_ratio:
                best, best_ratio = window, ratio
    return best


def _word_spans(text: str) -> Iterator[Span]:
    start = None
    for at, character in enumerate(text + " "):
        if character.isspace():
            if start is not None:
                yield Span(start, at)
                start = None
        elif start is None:
            start = at


def locate_paratexts(source: SourceText) -> frozenset[ox.Triple]:
    """Return each paratext of a source the position of its lines, so that a reader can show what is left out."""
    triples = set()
    for iri, span in source.paratexts.items():
        evidence, position = iri + "#evidence", iri + "#evidence-position"
        triples |= {
            ox.Triple(node(iri), node(iris.UKFR + "evidence"), node(evidence)),
            ox.Triple(node(evidence), node(iris.RDF + "type"), node(iris.OA + "SpecificResource")),
            ox.Triple(node(evidence), node(iris.OA + "hasSource"), node(source.iri)),
            ox.Triple(node(evidence), node(iris.OA + "hasSelector"), node(position)),
            *_position_triples(position, span),
        }
    return frozenset(triples)


def _position_triples(position: str, span: Span) -> Iterator[ox.Triple]:
    yield ox.Triple(node(position), node(iris.RDF + "type"), node(iris.OA + "TextPositionSelector"))
    yield ox.Triple(node(position), node(iris.OA + "start"), literal(span.start, "nonNegativeInteger"))
    yield ox.Triple(node(position), node(iris.OA + "end"), literal(span.end, "nonNegativeInteger"))
