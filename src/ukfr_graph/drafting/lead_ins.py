"""Bare lead-ins: openings that several clauses complete, and are no clause themselves ("To this end, we will:")."""

from __future__ import annotations

from dataclasses import dataclass

from ukfr_graph.drafting.cuts import Frame
from ukfr_graph.drafting.language import Language
from ukfr_graph.drafting.readings import Piece, Reading
from ukfr_graph.drafting.tokens import Sentence

_MOST_WORDS = 9  # behind the cue
_FEW_WORDS = 3  # of a lead-in without a cue


@dataclass(frozen=True)
class LeadIn:
    """The share of a lead-in in the clauses that complete it: a ``kind``, and what it leaves open."""

    kind: Reading | None
    frame: Frame


def read_bare(text: str, piece: Piece, language: Language) -> LeadIn | None:
    """Read a bare lead-in; None where the words are a clause."""
    content = text[piece.start : piece.end]
    if language.patterns["formula"].fullmatch(content.rstrip(" :")):
        return LeadIn(Reading("Pledge", "formula", "medium"), "any")
    if language.patterns["openers"].match(content):
        return None
    sentence = Sentence(text, piece.start, piece.end, language)
    cues = [
        anchor for anchor in sentence.anchors.values() if anchor.cue.confidence != "low" or anchor.cue.form == "lead"
    ]
    points = bool(language.patterns["leads_in"].search(content))
    if not cues:
        words = sum(token.word[0].isalnum() for token in sentence.tokens)
        ends_in_subject = any(
            m.end() == len(content.rstrip(" :")) for m in language.patterns["parties"].finditer(content)
        )
        return LeadIn(None, "any") if points or words <= _FEW_WORDS or ends_in_subject else None
    anchor = cues[0]
    rest = [at for at in range(anchor.last, len(sentence)) if sentence.word(at)[0].isalnum()]
    lights = [at for at in rest if sentence.has(at, "light")]
    has_verb = any(sentence.is_verb(at, certain=True) and at not in lights for at in rest)
    is_open = points or not rest or sentence.has(rest[-1], "open_ends")
    says_something = points and any(sentence.has(at, "acts") for at in lights)  # "shall cooperate in these fields:"
    if has_verb or len(rest) > _MOST_WORDS or says_something or (lights and not is_open):
        return None
    ends_in_infinitive = bool(rest) and sentence.has(rest[-1], "infinitive")
    is_verbal = anchor.cue.form in ("bare", "to") or anchor.cue.kind == "Call" or ends_in_infinitive
    kind = Reading(anchor.cue.kind, anchor.cue.rule, anchor.cue.confidence)
    return LeadIn(kind, "bare" if is_verbal else "any")
