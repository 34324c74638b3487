"""Sentences → clauses: where the speech act changes, and where coordinated verb phrases differ (codebook, section 1).

A sentence is read from left to right with what is open: a modal with its verb, an infinitive, a gerund, means. A
coordinator, or a comma in a list, ends a clause only where the words after it take up what is open at the level of the
main verb. What is open inside a purpose ("use funds to train and equip") or a relative clause is left whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from ukfr_graph.drafting.cuts import Cut, Frame, Open
from ukfr_graph.drafting.joins import read_join
from ukfr_graph.drafting.kinds import find_kind, pass_on
from ukfr_graph.drafting.language import Language
from ukfr_graph.drafting.means import enter_means, read_including
from ukfr_graph.drafting.readings import Piece, Reading
from ukfr_graph.drafting.tokens import Sentence
from ukfr_graph.drafting.verbs import enter_cue, enter_infinitive, enter_item, enter_modal

_LONGEST = 5_000  # characters of a sentence that is looked into
_SUBJECT_WORDS = 9  # between "as" and the verb of the fact that it gives
_KEPT = frozenset(")]”\"’'%»€$£")  # signs that may end a clause


def split_sentence(
    text: str, start: int, end: int, language: Language, inherited: Reading | None = None, frame: Frame = ""
) -> list[Piece]:
    """Split a sentence into clauses, each with its kind.

    ``inherited`` is the kind that a lead-in gives, ``frame`` what it left open ("bare": it ended with a modal).
    """
    if end - start > _LONGEST:
        return [Piece(start, end, inherited, Reading("", "too-long", "low"))]
    sentence = Sentence(text, start, end, language)
    return pass_on(_make_pieces(sentence, _find_cuts(sentence, frame)), inherited)


def _find_cuts(sentence: Sentence, frame: Frame) -> list[Cut]:
    """Find where clauses end and start."""
    state = Open(sentence, frame)
    at = _skip_opener(state)
    if frame and at == 0:
        at = enter_item(state)
    while at < len(sentence):
        is_join = sentence.word(at) in (",", ";") or sentence.is_coordinator(at) or bool(sentence.match("as_well", at))
        moved = read_join(state, at) if is_join else read_including(state, at, at)
        at = moved or _advance(state, at)
    return state.cuts


def _skip_opener(state: Open) -> int:
    """Step over what stands before the main clause and weighs a situation, and cut behind it; 0 where none does."""
    sentence = state.sentence
    opened = sentence.match("openers", 0)
    if not opened:
        return 0
    for at in range(opened, len(sentence)):
        is_comma = sentence.word(at) == ","
        if is_comma and sentence.starts_clause(at + 1):
            state.cuts.append(Cut(at, at + 1, "opener"))
            state.since = at + 1
            return at + 1
        if is_comma or (sentence.is_coordinator(at) and sentence.word(at - 1) != ","):
            after, _ = sentence.skip_coordinator(at)
            if sentence.match("openers", after):
                state.cuts.append(Cut(at, after, "opener"))
    return opened


def _advance(state: Open, at: int) -> int:
    """Step over a word and keep what it opens; return where to go on."""
    sentence = state.sentence
    if _opens_subordinate(sentence, at):
        state.is_subordinate = at > 0
        return at + 1
    if sentence.has(at, "as") and at > 0 and not state.is_subordinate and _gives_fact(sentence, at):
        state.cuts.append(Cut(at - (sentence.word(at - 1) == ","), at, "ground"))
        return at + 1
    if state.is_subordinate and not _returns(state, at):
        return at + 1
    state.is_subordinate = False
    anchor = sentence.anchors.get(at)
    if sentence.has(at, "modals") or (anchor and anchor.cue.form == "bare"):
        return enter_modal(state, at)
    if sentence.has(at, "infinitive"):
        return enter_infinitive(state, at)
    if content := sentence.match("means", at):
        return enter_means(state, at, content)
    verb = sentence.skip_adverbs(at + 1)
    if sentence.has(at, "prepositions") and state.frame == "finite" and sentence.gerund(verb):
        state.take("gerund", verb)
        return verb + 1
    if anchor:
        return enter_cue(state, anchor)
    if sentence.is_past_verb(at) and not state.frame:
        state.take("finite", at)
    return at + 1


def _returns(state: Open, at: int) -> bool:
    """Return whether the main clause goes on here: behind a comma, or with what a call asks for."""
    sentence = state.sentence
    if sentence.word(at) == ",":
        return sentence.starts_clause(at + 1)
    if sentence.has(at, "modals") and not state.frame:
        return not sentence.has(at - 1, "relatives")  # "a state whose ships sail there shall report"
    return sentence.has(at, "infinitive") and state.is_asking and sentence.is_verb(sentence.skip_adverbs(at + 1))


def _opens_subordinate(sentence: Sentence, at: int) -> bool:
    """Return whether a clause that depends on another starts here; "that" does not behind a verb of saying."""
    if sentence.has(at, "relatives") or (sentence.has(at, "subordinators") and not sentence.has(at, "so")):
        return True
    if sentence.has(at, "so"):
        return sentence.has(at + 1, "that")
    if not sentence.is_that(at) or not sentence.word(at - 1).isalpha() or sentence.is_coordinator(at - 1):
        return False
    return (
        not sentence.has(at - 1, "complements")
        and not sentence.has(at + 1, "articles")
        and not sentence.has(at + 1, "subjects")
    )


def _gives_fact(sentence: Sentence, at: int) -> bool:
    """Return whether "as" begins a clause that states a fact of its own: "as around 7,000 people are now present"."""
    for place in range(at + 2, min(at + 2 + _SUBJECT_WORDS, len(sentence))):
        is_end = (
            sentence.word(place) in (",", ";") or sentence.is_coordinator(place) or sentence.has(place, "infinitive")
        )
        if is_end or sentence.has(place, "that") or sentence.has(place, "relatives"):
            return False
        if sentence.has(place, "fact_verbs") and sentence.has(place + 1, "fact_marks"):
            return True
    return False


def _make_pieces(sentence: Sentence, cuts: Sequence[Cut]) -> list[Piece]:
    """Make the clauses between cuts, without the signs around them."""
    tokens = sentence.tokens
    pieces: list[Piece] = []
    begin, rule, is_part = 0, "sentence", False
    for cut in [*sorted(set(cuts)), Cut(len(tokens), len(tokens), "")]:
        if cut.stop <= begin or (cut.start <= begin and cut.start < len(tokens)):
            continue
        first, last = begin, cut.stop
        while last > first and _is_loose(sentence, last - 1):
            last -= 1
        while first < last and not tokens[first].word[0].isalnum() and tokens[first].word in ",;:.-–—":
            first += 1
        if any(token.word[0].isalnum() for token in tokens[first:last]):
            boundary = Reading("", rule, "high" if rule == "sentence" else "medium")
            kind = find_kind(sentence, first, last)
            pieces.append(Piece(tokens[first].start, tokens[last - 1].end, kind, boundary, is_part))
        begin, rule, is_part = cut.start, cut.rule, cut.is_part
    return pieces


def _is_loose(sentence: Sentence, at: int) -> bool:
    """Return whether a sign, or a coordinator behind a sign, is no part of the clause before it."""
    if sentence.is_coordinator(at):
        return sentence.word(at - 1) in (",", ";")
    word = sentence.word(at)
    return not word[0].isalnum() and word not in _KEPT
