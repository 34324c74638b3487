"""The things that a clause names: known entities, states of the CLDR, and capitalised names that no record has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ukfr_graph.drafting.known import Entity, Known, make_slug, read_territories
from ukfr_graph.drafting.language import Language, close_elisions
from ukfr_graph.drafting.readings import Reading

_TOKEN = re.compile(r"\(?[^\W_]+(?:['’\-–./][^\W_]+)*\)?")
_ACRONYM = re.compile(r"\([A-Z][A-Za-z]*\)")
_LEAST_WORDS, _LONGEST = 2, 14  # words of a new name
_BEFORE = 20  # characters in which a preposition stands before a name
_IN_NAME = re.compile(r"\b[A-Z][\w-]*\s(?:of\s(?:the\s)?)?\Z")
_FOLDERS = {"Ministry": "ministry", "Office": "office", "PublicBody": "body", "State": "state", "Place": "place"}
_NUMBER = re.compile(r"\s+(?:\([A-Z]{2,4}\)\s+)?(?:No\.?\s+)?\d{1,4}(?:/\d{1,4})+(?:/[A-Z]{2,4})?")


@dataclass(frozen=True)
class NamedEntity:
    """A name in a text and the entity that it means; ``is_new`` where no record has it."""

    start: int
    end: int
    entity: Entity
    reading: Reading
    is_new: bool = False
    kind: str = ""


def find_names(text: str, start: int, end: int, known: Known, language: Language) -> list[NamedEntity]:
    """Find what a clause names, without overlaps, in the order of the text."""
    found: list[NamedEntity] = []
    runs = [_identify(run, known) for run in _find_new(text, start, end, language)]
    for mention in known.find(text, start, end):
        # A known name within a longer one that is none ("the Treaty of Paris on Rivers") names nothing by itself.
        if any(
            run.start <= mention.start and mention.end <= run.end and _is_wider(run, mention.start, mention.end)
            for run in runs
        ):
            continue
        entity, rule, confidence = _choose(text, mention.start, mention.entities, language)
        found.append(NamedEntity(mention.start, mention.end, entity, Reading(entity.id, rule, confidence)))
    for run in [*runs, *_find_territories(text, start, end, known, language)]:
        if all(
            run.end <= other.start or other.end <= run.start or other.entity.type == "Collective" for other in found
        ):
            found.append(run)
    return sorted(found, key=lambda named: named.start)


def _identify(run: NamedEntity, known: Known) -> NamedEntity:
    """Take a new name for a known entity where the words of that one's names have all of its words, and no other's."""
    found = known.identify(run.entity.names[0], run.entity.type)
    if len(found) != 1:
        return run
    return NamedEntity(run.start, run.end, found[0], Reading(found[0].id, "words-of-names", "medium"))


def _is_wider(run: NamedEntity, start: int, end: int) -> bool:
    is_body = run.entity.type in ("PublicBody", "Ministry") and run.start == start  # "the Kenya Ports Authority"
    return (run.entity.type == "Instrument" and run.start < start) or (
        end < run.end and (is_body or run.entity.type == "Instrument")
    )


def _choose(text: str, at: int, entities: tuple[Entity, ...], language: Language) -> tuple[Entity, str, str]:
    """Choose among the entities of one name: a place behind "in" or "at", else an actor; a person may know better."""
    if len(entities) == 1:
        return entities[0], "known-name", "high"
    before = [word.lower() for word in text[max(0, at - _BEFORE) : at].split()[-2:]]
    is_place = any(word in language.words["place_prepositions"] for word in before)
    wanted = [e for e in entities if (e.type == "Place") == is_place] or list(entities)
    return (
        sorted(wanted, key=lambda e: (not e.is_actor, e.id))[0],
        "known-name-of-several",
        "medium" if len(wanted) == 1 else "low",
    )


def _find_territories(text: str, start: int, end: int, known: Known, language: Language) -> Iterator[NamedEntity]:
    for mention in read_territories(language.code).find(text, start, end):
        entity = mention.entities[0]
        if entity.type == "Place" and _IN_NAME.search(text[max(start, mention.start - 30) : mention.start]):
            continue  # "the Horn of Africa" is not Africa
        mine = known.by_id.get(entity.id, entity)
        yield NamedEntity(
            mention.start, mention.end, mine, Reading(mine.id, "name-of-cldr", "medium"), is_new=mine is entity
        )


def _find_new(text: str, start: int, end: int, language: Language) -> Iterator[NamedEntity]:
    """Find capitalised names around a noun of an instrument or of an actor."""
    opener = language.patterns["openers"].match(text, start, end)  # "Mindful of the Treaty"
    tokens = list(_TOKEN.finditer(text, opener.end() if opener else start, end))
    at = 0
    while at < len(tokens):
        if not _is_capital(tokens[at][0]):
            at += 1
            continue
        stop = _run(text, tokens, at, language)
        first = at
        word = tokens[first][0].lower()
        is_first = tokens[first].start() == start
        if word in language.words["determiners"] or (is_first and language.is_verb(word)):
            first += 1
        while first < stop and not _is_capital(tokens[first][0]):
            first += 1
        if stop - first >= 1:
            yield from _classify(text, tokens[first].start(), tokens[stop - 1].end(), end, language)
        at = max(stop, at + 1)


def _is_capital(word: str) -> bool:
    return word.lstrip("(")[:1].isupper()


def _run(text: str, tokens: list[re.Match[str]], at: int, language: Language) -> int:
    """Return the position after a run of capitalised words and of small words between them."""
    stop = at + 1
    has_link = False
    while stop < len(tokens) and stop - at < _LONGEST:
        gap = text[tokens[stop - 1].end() : tokens[stop].start()]
        if gap.strip() or "\n\n" in gap:
            break
        word = tokens[stop][0]
        if _is_capital(word) and (word[0] != "(" or _ACRONYM.fullmatch(word)):
            stop += 1
            continue
        last = stop
        while last < len(tokens) and last - stop < 2 and tokens[last][0] in language.words["links"]:
            last += 1
        if last == stop or last >= len(tokens) or not _is_capital(tokens[last][0]):
            break
        if text[tokens[stop - 1].end() : tokens[last].start()].replace(" ", "").replace("\n", "").isalpha() is False:
            break
        link = tokens[stop][0]
        is_join = link in language.words["name_joins"]
        if not (link in language.words["name_links"] or (is_join and has_link and last == stop + 1)):
            break
        has_link = has_link or not is_join
        stop = last + 1
    return stop


def _classify(text: str, start: int, end: int, limit: int, language: Language) -> Iterator[NamedEntity]:
    """Tell by its nouns what a run names; a noun alone ("the Agreement", "the Ministers") names nothing new."""
    words = text[start:end]
    number = _NUMBER.match(text, end, limit)
    if len(words.split()) < _LEAST_WORDS and not number:
        return
    for cue in (*language.instruments, *language.actors):
        found = cue.pattern.search(words)
        after = words[found.end() :].split() if found else []
        if not found or (after and not number and after[0] not in language.words["of"] and after[0][0] not in "()"):
            continue
        is_instrument = cue in language.instruments
        stop = number.end() if number and is_instrument else end
        name = " ".join(close_elisions(text[start:stop]).split())
        folder, kind = ("instrument", "Instrument") if is_instrument else (_FOLDERS[cue.rule], cue.rule)
        entity = Entity(f"{folder}/{make_slug(name)}", kind, (name,))
        reading = Reading(entity.id, f"noun:{found[0]}", "medium")
        yield NamedEntity(start, stop, entity, reading, is_new=True, kind=cue.rule if is_instrument else "")
        return
