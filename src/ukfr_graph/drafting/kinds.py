"""The kind of a clause: its first cue that is in no subordinate clause, or that of the clause that it goes on with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ukfr_graph.drafting.readings import Piece, Reading
from ukfr_graph.drafting.tokens import Anchor, Sentence

_REACH = 8  # words in which what makes a cue subordinate stands before it
_NEAR = 4  # words between "is" and a stronger cue that it belongs to
_STANCE_WORDS = 9
_RELATIVE_WORDS = 3  # of a relative clause, at least
_OWN = ("sentence", "coordinated-clause", "contrast", "shared-subject", "ground", "opener", "weighed")
"""Rules of cuts behind which a clause starts anew."""
_SAME = ("coordinated-verb", "coordinated-infinitive", "coordinated-gerund", "means", "including")
"""Rules of cuts behind which the verb is governed by the one before: what it means is no cue, but for a call."""


def find_kind(sentence: Sentence, first: int, last: int) -> Reading | None:
    """Read the kind of the clause from one token up to another (exclusive); None where it has no cue."""
    anchors = [anchor for anchor in sentence.anchors.values() if first <= anchor.first < last]
    if sentence.match("openers", first):
        anchor = next((anchor for anchor in anchors if anchor.first == first), None)
        return _read(anchor) if anchor else Reading("Recognition", "opener", "medium")
    best: Anchor | None = None
    for anchor in anchors:
        if _is_noun_or_subordinate(sentence, anchor, first):
            continue
        is_inside = best and best.cue.kind == "Report" and anchor.first < best.last  # "have welcomed"
        is_stronger = is_inside or (best and best.cue.rule == "state" and anchor.first - best.first < _NEAR)
        if best is None or (is_stronger and anchor.cue.confidence != "low"):
            best = anchor
        if best.cue.confidence != "low" and best.cue.kind != "Report":
            break
    if best is None:  # "A Party on whose coast a ship sinks shall tell the other": the modal is the main verb's
        best = next((a for a in reversed(anchors) if _may_be_main(sentence, a)), None)
    if best is None and first == 0 and sentence.is_verb(0, certain=True):
        return Reading("Pledge", "verb-first", "low")  # an item of a plan: "Strengthen early warning"
    if (best is None or best.cue.rule == "state") and _is_stance(sentence, first):
        return Reading("Reaffirmation", "stance", "low")
    return _read(best) if best else None


def pass_on(pieces: Sequence[Piece], inherited: Reading | None) -> list[Piece]:
    """Let pieces without a cue have the kind of what they go on with; ``inherited`` is that of a lead-in."""
    found: list[Piece] = []
    before = inherited
    for piece in pieces:
        kind = piece.kind
        is_first = not found
        goes_on = is_first or piece.boundary.rule not in _OWN
        is_weak = kind is None or (kind.confidence == "low" and (piece.is_part or is_first))
        is_governed = piece.boundary.rule in _SAME and kind is not None and kind.value != "Call"
        if (is_weak or is_governed) and before and goes_on:
            kind = Reading(before.value, "inherited:" + before.rule.removeprefix("inherited:"), "medium")
        kind = kind or Reading("Report", "no-cue", "low")
        found.append(replace(piece, kind=kind))
        if not piece.is_part:
            before = kind
    return found


def _may_be_main(sentence: Sentence, anchor: Anchor) -> bool:
    """Return whether a modal behind a relative pronoun may be the main clause's: there is room for another verb."""
    if anchor.cue.form != "bare":
        return False
    for place in range(anchor.first - 1, max(0, anchor.first - _REACH) - 1, -1):
        if sentence.has(place, "relatives"):
            return anchor.first - place > _RELATIVE_WORDS
        if sentence.has(place, "subordinators") or sentence.is_that(place):
            return False
    return False


def _read(anchor: Anchor) -> Reading:
    return Reading(anchor.cue.kind, anchor.cue.rule, anchor.cue.confidence)


def _is_noun_or_subordinate(sentence: Sentence, anchor: Anchor, first: int) -> bool:
    """Return whether a cue is no verb of the main clause: a noun, "as agreed", or in a clause that depends on it."""
    if sentence.has(anchor.first - 1, "as") or (anchor.first == 0 and anchor.cue.rule == "ought"):
        return True  # "as agreed"; "should a dispute arise"
    if anchor.cue.subject and anchor.first > first and sentence.has(anchor.first - 1, "no_subjects"):
        return True
    for place in range(anchor.first - 1, max(first, anchor.first - _REACH) - 1, -1):
        if sentence.word(place) in (",", ";", ":"):
            return False
        if sentence.has(place, "relatives"):
            return True
        if place > first and (sentence.is_that(place) or sentence.has(place, "subordinators")):
            return True
        if place == first and _is_condition(sentence, place, anchor):
            return True
    return False


def _is_condition(sentence: Sentence, first: int, anchor: Anchor) -> bool:
    """Return whether a cue is in a condition before the main clause: "If the review is positive, we will go on"."""
    is_open = sentence.has(first, "subordinators") and not sentence.has(first, "contrasts")
    return is_open and any(sentence.word(place) == "," for place in range(anchor.last, len(sentence)))


def _is_stance(sentence: Sentence, first: int) -> bool:
    """Return whether the speakers say in the present tense what they hold: "We share …", "Our friendship is …"."""
    comma = next((at for at in range(first, min(first + _STANCE_WORDS, len(sentence))) if sentence.word(at) == ","), 0)
    if comma and sentence.match("we", comma + 1):
        first = comma + 1  # "As friends and allies, we share …"
    words = range(first, min(first + _STANCE_WORDS, len(sentence)))
    is_past = any(sentence.language.find_base(sentence.word(at), "past") or sentence.has(at, "perfect") for at in words)
    is_under_way = any(
        sentence.has(at, "auxiliaries") and sentence.gerund(sentence.skip_adverbs(at + 1)) for at in words
    )
    return bool(sentence.match("we", first)) and not is_past and not is_under_way
