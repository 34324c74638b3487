"""Holders and addressees of a clause: by its own words, by a lead-in, or by the clause that it goes on with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ukfr_graph.drafting.known import Entity, make_slug
from ukfr_graph.drafting.language import Language, close_elisions
from ukfr_graph.drafting.leaves import Leaf
from ukfr_graph.drafting.names import NamedEntity
from ukfr_graph.drafting.readings import Reading
from ukfr_graph.drafting.tokens import Anchor, Sentence

_ASKED_WORDS = 20  # of those who are asked
_ASKING = ("call-on", "ask")


@dataclass(frozen=True)
class FoundRole:
    """A role in a clause: who (ids of records), on which basis, and which characters of the text say so."""

    role: str
    basis: str
    participants: tuple[str, ...]
    start: int
    end: int
    reading: Reading
    new: Entity | None = None


def find_roles(
    text: str,
    leaf: Leaf,
    names: Sequence[NamedEntity],
    speakers: Sequence[str],
    language: Language,
    before: Sequence[FoundRole],
) -> list[FoundRole]:
    """Find the roles of a clause; ``before`` are those of the clause or lead-in that it goes on with.

    A report without an agent has no holder, and a call without an addressee has none.
    """
    sentence = Sentence(text, leaf.start, leaf.end, language)
    anchor = _find_verb(sentence, leaf)
    holders = _find_subject(text, leaf, anchor, sentence, names, speakers, language)
    goes_on = leaf.boundary.rule != "sentence" or leaf.lead_in is not None or leaf.head is not None
    if not holders and goes_on:
        holders = [
            FoundRole(
                "holder", "inherited", role.participants, role.start, role.end, Reading("", "goes-on-with", "medium")
            )
            for role in before
            if role.role == "holder" and leaf.boundary.rule not in ("opener", "ground")
        ]
    asked = _find_asked(text, anchor, sentence, names) if leaf.kind and leaf.kind.value == "Call" else []
    return [*holders, *asked]


def find_subject_of(
    text: str, leaf: Leaf, names: Sequence[NamedEntity], speakers: Sequence[str], language: Language
) -> list[FoundRole]:
    """Find who a lead-in says will act."""
    sentence = Sentence(text, leaf.start, leaf.end, language)
    return _find_subject(text, leaf, _find_verb(sentence, leaf), sentence, names, speakers, language)


def _find_verb(sentence: Sentence, leaf: Leaf) -> Anchor | None:
    rule = leaf.kind.rule if leaf.kind else ""
    named = [anchor for anchor in sentence.anchors.values() if anchor.cue.rule == rule]
    return next(iter(named or [a for a in sentence.anchors.values() if a.cue.rule not in ("ought",)]), None)


def _find_subject(
    text: str,
    leaf: Leaf,
    anchor: Anchor | None,
    sentence: Sentence,
    names: Sequence[NamedEntity],
    speakers: Sequence[str],
    language: Language,
) -> list[FoundRole]:
    """Find holders among the words before the verb: the speakers as "we" or "the Parties", or actors by name."""
    if anchor is None or anchor.first == 0:
        return []
    stop = sentence.tokens[anchor.first].start
    actors = [named for named in names if named.entity.is_actor and named.end <= stop]
    begin = _last_comma_subject(sentence, anchor)
    actors = [named for named in actors if named.start >= begin] or actors
    found = language.patterns["we"].search(text, begin, stop)
    if found and speakers and found[0].lower() in language.words["subjects"]:
        return [FoundRole("holder", "stated", tuple(speakers), found.start(), found.end(), Reading("", "we", "high"))]
    if actors and leaf.kind and (leaf.kind.value != "Report" or not _is_passive(sentence, anchor)):
        return [
            FoundRole(
                "holder",
                "stated",
                (named.entity.id,),
                named.start,
                named.end,
                Reading("", "subject", named.reading.confidence),
            )
            for named in actors
        ]
    together = language.patterns["parties"].search(text, begin, stop)
    if together and speakers and not _is_passive(sentence, anchor):
        first = text.rfind("\n", begin, together.start()) + 1 or begin
        words = text[max(begin, first) : together.end()]
        if len(words.split()) <= 4:  # "the two Ministers", and no more than that
            return [
                FoundRole(
                    "holder",
                    "stated",
                    tuple(speakers),
                    max(begin, first),
                    together.end(),
                    Reading("", "the-parties", "medium"),
                )
            ]
    return []


def _last_comma_subject(sentence: Sentence, anchor: Anchor) -> int:
    """Return where the subject can start: behind the last comma before the verb, if any."""
    for at in range(anchor.first - 1, 0, -1):
        if sentence.word(at) in (",", ";", ":") and anchor.first - at > 1:
            return sentence.tokens[at + 1].start
    return sentence.tokens[0].start


def _is_passive(sentence: Sentence, anchor: Anchor) -> bool:
    words = [sentence.word(at) for at in range(anchor.first, min(anchor.last + 3, len(sentence.tokens)))]
    return any(word in sentence.language.words["passives"] for word in words)


def _find_asked(text: str, anchor: Anchor | None, sentence: Sentence, names: Sequence[NamedEntity]) -> list[FoundRole]:
    """Find who is asked: the words between the cue and "to"; a person says who that is where no record does."""
    if anchor is None or anchor.cue.rule not in _ASKING or sentence.has(anchor.last - 1, "no_addressees"):
        return []
    stop = next(
        (
            at
            for at in range(anchor.last, min(anchor.last + _ASKED_WORDS, len(sentence.tokens)))
            if sentence.has(at, "infinitive")
        ),
        0,
    )
    if stop <= anchor.last:
        return []
    start, end = sentence.tokens[anchor.last].start, sentence.tokens[stop - 1].end
    actors = [named for named in names if named.entity.is_actor and start <= named.start and named.end <= end]
    if actors:
        return [
            FoundRole("addressee", "stated", (named.entity.id,), named.start, named.end, Reading("", "asked", "medium"))
            for named in actors
        ]
    words = " ".join(close_elisions(text[start:end]).split())
    if words.lower() in sentence.language.words["pronouns"]:
        return []
    article, _, rest = words.partition(" ")
    name = rest if rest and article.lower() in sentence.language.words["articles"] else words
    new = Entity(f"collective/{make_slug(name)}", "Collective", (words,))
    return [FoundRole("addressee", "stated", (new.id,), start, end, Reading("", "asked-by-description", "low"), new)]
