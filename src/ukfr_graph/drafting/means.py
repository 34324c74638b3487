"""Means and parts: "by …ing", "through …", "including by …" (codebook, section 1, rule 3).

One means stays in its clause; several become parts of it, and so does what "including" names.
"""

from __future__ import annotations

from ukfr_graph.drafting.cuts import Cut, Join, Open
from ukfr_graph.drafting.tokens import Sentence

_LEAST_WORDS = 2  # of a means that is a noun
_MOST_WORDS = 28


def can_have_means(state: Open) -> bool:
    """Return whether what is open is an act: it has a verb already, and its subject is no mere "this" or "it"."""
    return (state.verb >= 0 or bool(state.frame)) and not state.sentence.has(state.since, "things")


def enter_means(state: Open, at: int, content: int) -> int:
    """Read means that start at a token, and their ``content`` behind "by" or "through"; return where to go on."""
    verb = state.sentence.skip_adverbs(content)
    if state.sentence.gerund(verb):
        if can_have_means(state):
            state.take("means", verb)
            state.means = at
        return verb + 1
    if _names_agent(state.sentence, content):
        return content  # "led by Kenya and Uganda"
    if moved := list_means(state, at, content):
        return moved
    if can_have_means(state):
        state.means = at
    return content


def open_means(state: Open) -> None:
    """Cut before the first of several means, once it is known that there are several."""
    if state.means < 0:
        return
    content = state.sentence.match("means", state.means) or state.means + 1
    if all(cut.start != content for cut in state.cuts):
        state.cuts.append(Cut(_before_comma(state.sentence, state.means), content, "means", is_part=True))
        state.cuts.sort()


def read_including(state: Open, at: int, stop: int) -> int:
    """Cut before "including by …" and "including …ing"; return where to go on, 0 where it includes but things.

    ``stop`` is where the clause before it ends, a comma aside.
    """
    sentence = state.sentence
    after = sentence.match("including", at)
    if not after or state.is_subordinate or sentence.word(at - 1) == "(":
        return 0
    content = sentence.match("means", after) or after
    verb = sentence.skip_adverbs(content)
    is_gerund = bool(sentence.gerund(verb)) or (content > after and sentence.looks_like_gerund(verb))
    is_verbal = is_gerund and verb + 1 < len(sentence) and not sentence.is_coordinator(verb + 1)
    names_agent = content > after and _names_agent(sentence, content)  # "including by the UK"
    is_named = content > after and not names_agent and sentence.match("including", at) == at + 1
    begin = _before_comma(sentence, stop)
    if begin <= 0 or sentence.word(verb + 1) in (",", ";") or not (is_verbal or is_named):
        return 0
    state.cuts.append(Cut(begin, content, "including", is_part=True))
    state.take("means" if is_verbal else "", verb if is_verbal else -1)
    state.means = after if content > after else -1
    return verb + 1 if is_verbal else list_means(state, -1, content) or content


def list_means(state: Open, at: int, content: int) -> int:
    """Cut before and between several means that are nouns: "through joint exercises and regular exchanges".

    ``at`` is the token of "through"; -1 where what comes before the first has been cut off already. Return the token to
    go on from, 0 where there is one means only.
    """
    sentence = state.sentence
    joins, stop = _find_joins(sentence, content)
    starts = [content, *(start for _, start in joins)]
    ends = [*(end for end, _ in joins), stop]
    is_last = stop >= len(sentence) - 1 or sentence.word(stop) in (",", ";")
    has_coordinator = any(sentence.is_coordinator(end) or sentence.is_coordinator(start - 1) for end, start in joins)
    is_list = bool(joins) and is_last and has_coordinator and (at < 0 or can_have_means(state))
    if not is_list or not all(_is_phrase(sentence, *span) for span in zip(starts, ends, strict=True)):
        return 0
    begin = _before_comma(sentence, at)
    if at >= 0 and begin > 0:
        state.cuts.append(Cut(begin, content, "means", is_part=True))
    state.cuts.extend(Cut(end, start, "means", is_part=True) for end, start in joins)
    state.take("", state.verb)
    state.means = -1
    return stop


def join_means(state: Open, join: Join) -> int:
    """Cut before a further "by …" or "through …"; return where to go on, or 0."""
    sentence = state.sentence
    content = sentence.match("means", join.after)
    if not (content and join.is_joined and state.means >= 0):
        return 0
    open_means(state)
    verb = sentence.skip_adverbs(content)
    state.cut(join, "means", start=content, part=True)
    return verb + 1 if sentence.gerund(verb) else content


def _names_agent(sentence: Sentence, content: int) -> bool:
    """Return whether the word before a token names who acts ("by") rather than what is used."""
    return sentence.has(content - 1, "agents")


def _find_joins(sentence: Sentence, content: int) -> tuple[list[tuple[int, int]], int]:
    """Find commas and coordinators between phrases: (end of one, start of the next), and where the last ends."""
    joins: list[tuple[int, int]] = []
    begin = place = content
    while place < len(sentence) and not _ends_list(sentence, place, content):
        if sentence.word(place) == "," or sentence.is_coordinator(place):
            after, _ = sentence.skip_coordinator(place)
            if place - begin < _LEAST_WORDS or sentence.is_base_verb(sentence.skip_adverbs(after)):
                break
            joins.append((place, after))
            begin = place = after
        else:
            place += 1
    if joins and place - begin < _LEAST_WORDS:
        joins.pop()
    return joins, place


def _ends_list(sentence: Sentence, at: int, content: int) -> bool:
    """Return whether a list of phrases cannot go on here."""
    is_join = sentence.word(at) == "," or sentence.is_coordinator(at)
    return (
        sentence.word(at) in (";", ":", "(", ")")
        or sentence.has(at, "infinitive")
        or sentence.has(at, "that")
        or sentence.has(at, "relatives")
        or sentence.has(at, "auxiliaries")
        or (is_join and sentence.starts_clause(at + 1))
        or (at > content and bool(sentence.match("including", at) or sentence.match("means", at)))
    )


def _is_phrase(sentence: Sentence, first: int, stop: int) -> bool:
    """Return whether words are a means of their own: two or more that are neither article nor preposition."""
    telling = [
        at
        for at in range(first, stop)
        if sentence.word(at)[:1].isalpha() and not sentence.has(at, "articles") and not sentence.has(at, "prepositions")
    ]
    return len(telling) >= _LEAST_WORDS and stop - first <= _MOST_WORDS


def _before_comma(sentence: Sentence, at: int) -> int:
    return at - 1 if sentence.word(at - 1) == "," else at
