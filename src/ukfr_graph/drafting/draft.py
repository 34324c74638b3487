"""A text → a draft: its leaves with everything that was read about them, none of it settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ukfr_graph.drafting.blocks import normalise
from ukfr_graph.drafting.figures import FoundFigure, find_figures
from ukfr_graph.drafting.known import Entity, Known, read_territories
from ukfr_graph.drafting.language import Cue, Language, read_language
from ukfr_graph.drafting.leaves import Leaf, find_leaves
from ukfr_graph.drafting.names import NamedEntity, find_names
from ukfr_graph.drafting.quotes import Quote, Quoter
from ukfr_graph.drafting.readings import Reading
from ukfr_graph.drafting.roles import FoundRole, find_roles, find_subject_of
from ukfr_graph.drafting.times import FoundTime, find_times
from ukfr_graph.sources import Span
from ukfr_graph.texts import line_starts

_HEAD = 1500  # characters in which the speakers name themselves
_LONGEST = 5000  # characters of a clause that is looked into


@dataclass(frozen=True)
class FoundCondition:
    """A condition or limit in a clause."""

    start: int
    end: int
    cue: Cue


@dataclass(frozen=True)
class Drafted:
    """A leaf with its quote and, where it is a clause, what was read in it."""

    leaf: Leaf
    quote: Quote
    roles: tuple[FoundRole, ...] = ()
    figures: tuple[FoundFigure, ...] = ()
    times: tuple[FoundTime, ...] = ()
    conditions: tuple[FoundCondition, ...] = ()
    names: tuple[NamedEntity, ...] = ()
    continuing: str = ""


@dataclass(frozen=True)
class Draft:
    """A reading of a text, for a person to accept or refuse. ``text`` has LF as its line ends.

    ``speakers`` are ids of records and ``speakers_at`` the words that name them; ``new`` are the entities that no
    record has yet, and ``kinds`` those of the instruments among them; ``rules`` are those of its language.
    """

    text: str
    leaves: tuple[Drafted, ...]
    speakers: tuple[str, ...]
    speakers_at: Span | None
    new: tuple[Entity, ...]
    kinds: dict[str, str]
    quoter: Quoter
    rules: Language


def draft_text(
    text: str,
    known: Known | None = None,
    *,
    language: str = "en",
    body: Sequence[Span] | None = None,
    speakers: Sequence[str] = (),
) -> Draft:
    """Draft the coding of a text.

    Args:
        text: as published; line ends of any kind.
        known: entities that records have already.
        language: code of the language of the text.
        body: the stretches of the text, with LF as line ends, that are the statement; the whole text by default.
        speakers: ids of those who speak; by default the first two states that the text names.

    Raises:
        SettingsError: there are no rules for the language.
    """
    rules = read_language(language)
    known = known or Known()
    original = normalise(text)
    text = rules.open_elisions(original)
    parts = list(body) if body is not None else [Span(0, len(text))]
    quoter = Quoter(original)
    leaves = _quote(text, find_leaves(text, parts, rules), parts, quoter)
    start = parts[0].start if parts else 0
    found, speakers_at = _find_speakers(text, start, known, rules)
    drafted = _read_leaves(text, leaves, known, rules, tuple(speakers) or found)
    speaking = tuple(speakers) or found
    new, kinds = _find_new(drafted, [read_territories(language).by_id.get(speaker) for speaker in speaking], known)
    return Draft(original, tuple(drafted), speaking, speakers_at, new, kinds, quoter, rules)


def find_body(text: str, paratexts: Sequence[tuple[int, int]]) -> list[Span]:
    """Return the stretches of a text that no paratext covers; paratexts as first and last line, from 1.

    ``text`` has LF as its line ends.
    """
    starts = line_starts(text)
    found, position = [], 0
    for first, last in sorted(paratexts):
        begin, end = starts[first - 1], starts[last]
        if begin > position:
            found.append(Span(position, begin))
        position = max(position, end)
    if position < len(text):
        found.append(Span(position, len(text)))
    return found


def _quote(text: str, leaves: Sequence[Leaf], parts: Sequence[Span], quoter: Quoter) -> list[tuple[Leaf, Quote]]:
    """Quote each leaf, in the order of the text.

    Where a text repeats itself so much that one leaf cannot be told from another, its part is one leaf.
    """
    order = sorted(range(len(leaves)), key=lambda number: leaves[number].start)
    places = {number: place for place, number in enumerate(order)}
    sorted_leaves = [
        replace(leaf, head=places.get(_or(leaf.head)), lead_in=places.get(_or(leaf.lead_in)))
        for leaf in (leaves[number] for number in order)
    ]
    quotes = [quoter.quote(leaf.start, leaf.end) for leaf in sorted_leaves]
    found = [(leaf, quote) for leaf, quote in zip(sorted_leaves, quotes, strict=True) if quote]
    if len(found) == len(quotes):
        return found
    whole: list[tuple[Leaf, Quote]] = []
    for part in parts:
        inside = [leaf for leaf in sorted_leaves if part.start <= leaf.start and leaf.end <= part.end]
        if inside:
            start, end = inside[0].start, max(leaf.end for leaf in inside)
            reading = Reading("Report", "repeated-words", "low")
            whole.append(
                (Leaf(start, end, kind=reading, boundary=reading), Quote(text[start:end], text[:start], text[end:]))
            )
    return whole


def _or(number: int | None) -> int:
    return -1 if number is None else number


def _find_speakers(text: str, start: int, known: Known, rules: Language) -> tuple[tuple[str, ...], Span | None]:
    """Find the first two states that a text names, as governments where records have those."""
    states: list[str] = []
    first: int | None = None
    last = 0
    governments = {entity.of: entity.id for entity in known.by_id.values() if entity.type == "Government"}
    mentions = sorted(
        [
            *known.find(text, start, min(len(text), start + _HEAD)),
            *read_territories(rules.code).find(text, start, min(len(text), start + _HEAD)),
        ],
        key=lambda mention: mention.start,
    )
    for mention in mentions:
        entity = next((e for e in mention.entities if e.type in ("State", "Government")), None)
        if entity is None:
            continue
        identifier = entity.id if entity.type == "Government" else governments.get(entity.id, entity.id)
        if identifier not in states and len(states) < 2:
            states.append(identifier)
            first, last = mention.start if first is None else first, mention.end
    is_near = first is not None and "\n\n" not in text[first:last]
    return tuple(states), Span(first, last) if first is not None and is_near and len(states) == 2 else None


def _read_leaves(
    text: str, leaves: list[tuple[Leaf, Quote]], known: Known, rules: Language, speakers: tuple[str, ...]
) -> list[Drafted]:
    found: list[Drafted] = []
    countries = [entity.of for entity in _territories(speakers, rules)]
    roles_of: dict[int, list[FoundRole]] = {}
    before: list[FoundRole] = []
    for number, (leaf, quote) in enumerate(leaves):
        if leaf.reason == "lead-in":
            names = find_names(text, leaf.start, leaf.end, known, rules)
            roles_of[number] = find_subject_of(
                text, replace(leaf, kind=Reading("Pledge", "", "low")), names, speakers, rules
            )
        if not leaf.is_clause or leaf.kind is None or leaf.end - leaf.start > _LONGEST:
            found.append(Drafted(leaf, quote))
            continue
        names = find_names(text, leaf.start, leaf.end, known, rules)
        times = list(find_times(text, leaf.start, leaf.end, leaf.kind.value, rules))
        figures = find_figures(text, leaf.start, leaf.end, rules, [(t.start, t.end) for t in times], countries)
        opened = leaf.lead_in if leaf.lead_in is not None else leaf.head
        roles = find_roles(text, leaf, names, speakers, rules, before if opened is None else roles_of.get(opened, []))
        before = roles_of[number] = roles
        cue = rules.patterns["continuing"].search(text, leaf.start, leaf.end) if leaf.kind.value != "Report" else None
        conditions = [
            FoundCondition(match.start(), match.end(), cue_of)
            for cue_of in rules.conditions
            for match in cue_of.pattern.finditer(text, leaf.start, leaf.end)
        ]
        found.append(
            Drafted(
                leaf,
                quote,
                tuple(roles),
                tuple(figures),
                tuple(times),
                tuple(conditions),
                tuple(names),
                cue[0] if cue else "",
            )
        )
    return found


def _territories(speakers: Sequence[str], rules: Language) -> list[Entity]:
    """Return the territories of the CLDR that the speakers are of."""
    names = {speaker.partition("/")[2] for speaker in speakers}
    return [entity for entity in read_territories(rules.code).by_id.values() if entity.id.partition("/")[2] in names]


def _find_new(
    leaves: Sequence[Drafted], speakers: Sequence[Entity | None], known: Known
) -> tuple[tuple[Entity, ...], dict[str, str]]:
    """Find the entities that no record has, each once, and the kinds of the instruments among them."""
    new = {speaker.id: speaker for speaker in speakers if speaker and speaker.id not in known.by_id}
    kinds: dict[str, str] = {}
    for drafted in leaves:
        for named in drafted.names:
            if named.is_new and named.entity.id not in known.by_id:
                new.setdefault(named.entity.id, named.entity)
                kinds.setdefault(named.entity.id, named.kind)
        for role in drafted.roles:
            if role.new and role.new.id not in known.by_id:
                new.setdefault(role.new.id, role.new)
    return tuple(new.values()), kinds
