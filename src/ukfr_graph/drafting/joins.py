"""Joints of a sentence: what begins at a comma, a semicolon or a coordinator (codebook, section 1).

Each rule returns the token to go on from where it cut or stepped on, 0 where it says nothing, and is asked in turn.
"""

from __future__ import annotations

from collections.abc import Callable

from ukfr_graph.drafting.cuts import Join, Open
from ukfr_graph.drafting.means import join_means, open_means, read_including
from ukfr_graph.drafting.verbs import enter_cue

_SUBJECT_WORDS = 9
_FIGURE_WORDS = 4  # in which a figure without a verb of its own must come
_LIST_WORDS = 40  # in which a list of verbs goes on


def read_join(state: Open, at: int) -> int:
    """Read what a join at a token goes on with; return where to go on, 0 where nothing is cut."""
    sentence = state.sentence
    after, is_joined = sentence.skip_coordinator(at)
    if after >= len(sentence):
        return 0
    join = Join(
        at, after, sentence.skip_adverbs(after), is_joined, sentence.word(at) in (",", ";"), sentence.word(at) == ";"
    )
    return next((moved for rule in _RULES if (moved := rule(state, join))), 0)


def _new_clause(state: Open, join: Join) -> int:
    """Cut before a clause with a subject of its own: "…, and we call on …"."""
    is_clause = (join.is_joined or join.is_strong) and state.has_verb(join.at)
    if not is_clause or (state.is_subordinate and not join.has_comma) or state.sentence.has(join.after, "that"):
        return 0
    starts = {join.after, join.here}
    if not any(state.sentence.starts_clause(at, any_subject=join.is_strong) for at in starts):
        return 0
    state.close()
    state.cut(join, "coordinated-clause")
    return join.after


def _contrast(state: Open, join: Join) -> int:
    """Cut before ", while the other side will …"."""
    sentence = state.sentence
    if sentence.word(join.at) != "," or not sentence.has(join.at + 1, "contrasts"):
        return 0
    start = join.at + 2 + sentence.has(join.at + 2, "that")  # "tandis que"
    if not sentence.starts_clause(start):
        return 0
    state.close()
    state.cut(join, "contrast", start=start)
    return start


def _shared_subject(state: Open, join: Join) -> int:
    """Cut before a finite verb or a cue that shares the subject: "met in Rabat and have agreed", "… and calls on"."""
    sentence = state.sentence
    if not state.has_verb(join.at) or (state.is_subordinate and not join.has_comma):
        return 0
    is_listed = (
        join.has_comma and state.frame in ("bare", "finite") and not state.is_subordinate
    )  # "shall enter …, shall remain …"
    if (join.is_joined or join.is_strong or is_listed) and sentence.has(join.here, "auxiliaries"):
        if sentence.has(join.at - 1, "auxiliaries") and not sentence.tokens[join.at - 1].is_capital:
            return 0  # "must and will"
        state.take("finite", state.verb)
        state.means = -1
        state.cut(join, "shared-subject")
        return join.after
    anchor = sentence.anchors.get(join.here)
    goes_on = anchor is not None and (anchor.cue.form == "future" or _is_cue_list(state, join.here))
    is_joined = join.is_joined or (is_listed and goes_on)
    if not is_joined or not anchor or anchor.cue.confidence == "low" or not sentence.is_cue_verb(join.here):
        return 0
    if state.frame in ("bare", "to") and anchor.cue.kind != "Call" and sentence.is_base_verb(join.here):
        return 0  # "will simplify A and recognise B" is one act more, and no recognition
    if (anchor.cue.subject and state.frame != "finite") or state.since >= join.at - 1:
        return 0
    go_on = enter_cue(state, anchor)
    state.cut(join, "shared-subject")
    return go_on


def _weighed(state: Open, join: Join) -> int:
    """Cut before a participle that weighs a situation: "…, noting that …"."""
    sentence = state.sentence
    is_opener = sentence.match("openers", join.here) and sentence.language.has_ending(
        sentence.word(join.here), "gerund"
    )
    if not is_opener or state.is_subordinate or not state.has_verb(join.at):
        return 0
    state.take("", state.verb)
    state.cut(join, "weighed")
    return join.here + 1


def _including(state: Open, join: Join) -> int:
    return read_including(state, join.after, join.at)


def _means(state: Open, join: Join) -> int:
    return 0 if state.is_blocked(join) else join_means(state, join)


def _gerund(state: Open, join: Join) -> int:
    """Cut before a further gerund: "commit to renewing A and strengthening B", "by …ing A, …ing B and …ing C"."""
    sentence = state.sentence
    base = "" if state.is_blocked(join) else sentence.gerund(join.here)
    if not base or not state.frame:
        return 0
    is_means = state.frame == "means"
    if state.frame not in ("gerund", "means"):
        if state.is_purpose or not sentence.match("as_well", join.after - 3):
            return 0
    elif not state.has_object(join.at) or not (
        is_means or join.is_joined or sentence.language.is_verb(base, certain=True)
    ):
        state.verb = join.here
        return 0
    if is_means:
        open_means(state)
    state.take("means" if is_means else "gerund", join.here)
    state.cut(join, "coordinated-gerund", part=is_means)
    return join.here + 1


def _infinitive(state: Open, join: Join) -> int:
    """Cut before a further infinitive: "agreed to do A and to do B"."""
    sentence = state.sentence
    is_open = state.frame == "to" and not state.is_purpose and not state.is_blocked(join)
    if not is_open or not sentence.has(join.here, "infinitive") or not (join.is_joined or join.has_comma):
        return 0
    verb = sentence.skip_adverbs(join.here + 1)
    is_verb = sentence.is_verb(verb) or (join.is_joined and sentence.is_unknown(verb))
    if not is_verb or not state.has_object(join.at):
        return 0
    if not join.is_joined and sentence.has(state.verb, "light"):
        state.take("to", verb)  # "work together, and with others, to support …": the verb had no infinitive yet
        return verb + 1
    state.take("to", verb)
    state.cut(join, "coordinated-infinitive")
    return verb + 1


def _bare_verb(state: Open, join: Join) -> int:
    """Cut before a further verb of a modal or an infinitive: "will do A, do B and do C", not "deepen and widen"."""
    sentence = state.sentence
    if state.frame == "modal":  # "shall, subject to its laws, provide …"
        if not sentence.is_verb(join.here):
            return 0
        state.take("bare", join.here)
        return join.here + 1
    is_open = state.frame in ("bare", "to") and not state.is_purpose and not state.is_blocked(join)
    is_last = join.is_joined and any(cut.rule == "coordinated-verb" for cut in state.cuts[-1:])
    may_be = (is_last or (join.has_comma and _is_bare_list(state, join.here))) and sentence.is_doubtful_verb(join.here)
    if not is_open or not (sentence.is_base_verb(join.here) or may_be):
        return 0
    has_object_behind = sentence.is_object(join.here + 1) or sentence.has(join.here + 1, "pronouns")
    is_certain = sentence.is_verb(join.here, certain=True) or has_object_behind
    if not (join.is_joined or join.is_strong or is_certain or may_be):
        return 0
    has_object = state.has_object(join.at)
    state.verb = join.here
    if has_object:
        state.cut(join, "coordinated-verb")
    return join.here + 1


def _is_bare_list(state: Open, at: int) -> bool:
    """Return whether a verb that may be a noun has an object, and a further verb follows behind a coordinator."""
    sentence = state.sentence
    return any(
        sentence.is_coordinator(place) and sentence.is_base_verb(sentence.skip_adverbs(place + 1))
        for place in range(at + 2, min(at + _LIST_WORDS, len(sentence) - 1))
        if not any(sentence.word(between) in (",", ";") for between in range(at + 1, place))
    )


def _is_cue_list(state: Open, at: int) -> bool:
    """Return whether a further cue that is a finite verb follows: "…, welcomed A and called on B"."""
    sentence = state.sentence
    return any(
        sentence.is_coordinator(place) and sentence.is_cue_verb(sentence.skip_adverbs(place + 1))
        for place in range(at + 2, min(at + _LIST_WORDS, len(sentence) - 1))
    )


def _gapped(state: Open, join: Join) -> int:
    """Cut before a figure with a period or place of its own whose verb is that of the one before.

    "20 ships were inspected in May, and another 30 since June": the object and the period differ.
    """
    sentence = state.sentence
    limit = min(join.after + _FIGURE_WORDS, len(sentence))
    figures = [at for at in range(join.after, limit) if sentence.is_number(at)]
    if not join.is_joined or not state.frame or state.is_blocked(join) or not figures:
        return 0
    if not any(sentence.is_number(at) for at in range(state.since, join.at)):
        return 0
    for place in range(join.after + 1, min(join.after + _SUBJECT_WORDS, len(sentence))):
        if sentence.word(place) in (",", ";", ".") or sentence.is_coordinator(place):
            return 0
        if place > figures[0] and (sentence.has(place, "gap_prepositions")):
            state.cut(join, "gapped")
            return join.here + 1
    return 0


def _past_verb(state: Open, join: Join) -> int:
    """Cut before a further verb in the past tense: "reviewed A and discussed B", "have built A, met B and led C"."""
    sentence = state.sentence
    is_open = state.frame == "finite" and not state.is_blocked(join) and state.has_object(join.at)
    if not is_open or not sentence.is_past_verb(join.here):
        return 0
    if not join.is_joined and not (join.has_comma and _goes_on_in_list(state, join.here)):
        return 0
    state.take("finite", join.here)
    state.cut(join, "shared-subject")
    return join.here + 1


def _goes_on_in_list(state: Open, at: int) -> bool:
    """Return whether a verb has an object and a further one follows behind a coordinator."""
    sentence = state.sentence
    after = at + 1
    if sentence.has(after, "prepositions") or sentence.is_coordinator(after) or sentence.word(after) == ",":
        return False
    return any(
        sentence.is_coordinator(place) and sentence.is_past_verb(sentence.skip_adverbs(place + 1))
        for place in range(at + 2, min(at + _LIST_WORDS, len(sentence) - 1))
    )


_RULES: tuple[Callable[[Open, Join], int], ...] = (
    _new_clause, _shared_subject, _contrast, _weighed, _including, _means, _gerund, _infinitive, _bare_verb, _gapped,
    _past_verb,
)  # fmt: skip
