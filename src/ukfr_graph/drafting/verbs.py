"""The constructions that a verb opens: an infinitive, a gerund, or objects of its own."""

from __future__ import annotations

from ukfr_graph.drafting.cuts import Open
from ukfr_graph.drafting.tokens import Anchor


def enter_item(state: Open) -> int:
    """Take the first verb of an item as the one that its lead-in left open; return where to go on, 0 without a verb."""
    sentence = state.sentence
    at = sentence.skip_adverbs(0)
    if sentence.has(at, "infinitive"):
        at = sentence.skip_adverbs(at + 1)
    if sentence.is_verb(at):
        state.take("bare", at)
    elif sentence.gerund(at):
        state.take("gerund", at)
    else:
        state.take("", -1)
        return 0
    return at + 1


def enter_modal(state: Open, at: int) -> int:
    """Take the verb of a modal, which may come behind a comma; return where to go on."""
    verb = state.sentence.skip_adverbs(at + 1)
    state.means = -1
    if state.sentence.word(verb) == ",":
        state.take("modal", -1)
        return verb
    state.take("bare", verb)
    return verb + 1


def enter_cue(state: Open, anchor: Anchor) -> int:
    """Take what a cue opens; return where to go on."""
    sentence = state.sentence
    state.means = -1
    verb = sentence.skip_adverbs(anchor.last)
    if sentence.has(anchor.last - 1, "infinitive") or anchor.cue.form == "to":
        if sentence.has(verb, "infinitive"):
            verb = sentence.skip_adverbs(verb + 1)
        if sentence.is_verb(verb):
            state.take("to", verb)
            return verb + 1
    if sentence.gerund(verb):
        state.take("gerund", verb)
        return verb + 1
    state.take("finite", anchor.last - 1)
    state.is_asking = anchor.cue.kind == "Call"
    return anchor.last


def enter_infinitive(state: Open, at: int) -> int:
    """Take an infinitive: at the level of the main verb after one that is light, else as its purpose."""
    sentence, language = state.sentence, state.sentence.language
    verb = sentence.skip_adverbs(at + 1)
    if not sentence.is_verb(verb):
        if sentence.gerund(verb) and state.frame in ("bare", "to", "finite") and not state.is_purpose:
            state.take("gerund", verb)
            return verb + 1
        return at + 1
    governing = sentence.word(state.verb)
    bases = (governing, *(language.find_base(governing, ending) for ending in ("gerund", "past", "third")))
    is_light = any(base in language.words["light"] for base in bases if base)
    if (is_light or state.is_asking) and not state.is_purpose:
        state.take("to", verb)
        state.is_asking = False
    elif state.frame:
        state.is_purpose = True
    return verb + 1
