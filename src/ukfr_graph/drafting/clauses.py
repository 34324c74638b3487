"""Sentences → clauses: where the speech act changes, and where coordinated verb phrases differ (codebook, section 1).

A sentence is read from left to right with what is open: a modal with its verb, an infinitive, a gerund, means. A
coordinator, or a comma in a list, ends a clause only where the words after it take up what is open at the level of the
main verb. What is open inside a purpose ("use funds to train and equip") or a relative clause is left whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ukfr_graph.drafting.language import Language
from ukfr_graph.drafting.tokens import Anchor, Sentence

_RANK = {"low": 0, "medium": 1, "high": 2}
_LONGEST = 20_000  # characters of a sentence that is looked into
_SUBJECT_WORDS = 9  # between a coordinator and the verb of the clause that it begins
_KEPT = frozenset(")]”\"’'%»€$£")  # signs that may end a clause
_PREPOSITIONS = frozenset("in on for at of".split())  # noqa: SIM905
_ARTICLES = frozenset("the a an our their its his her this that these those all any each every".split())  # noqa: SIM905
_LIST_REACH = 40  # words in which a list of verbs goes on
_REACH = 14  # words of one of several means


@dataclass(frozen=True)
class Reading:
    """A value that was read from a text: by which ``rule``, and how unlikely another reading is."""

    value: str
    rule: str
    confidence: str


@dataclass(frozen=True)
class Piece:
    """A clause: its characters, its ``kind`` (None: that of what it goes on with), and how its start was found.

    ``is_part`` says that it elaborates the piece before it that is none.
    """

    start: int
    end: int
    kind: Reading | None
    boundary: Reading
    is_part: bool = False


@dataclass
class _State:
    """What is open at the level of the main verb: "bare" (will …), "to", "gerund", "finite", or nothing."""

    frame: str = ""
    since: int = 0  # token at which the clause starts
    verb: int = -1  # token of the last verb of that level
    purpose: bool = False  # an infinitive that depends on that verb is open
    subordinate: bool = False  # a relative or other subordinate clause is open
    asks: bool = False  # a call was made, and what is asked for not yet said
    means: int = -1  # token of "by" or "through" before a gerund
    cuts: list[tuple[int, int, str, bool]] = field(default_factory=list)  # end, start, rule, is_part


def split_sentence(
    text: str, start: int, end: int, language: Language, inherited: Reading | None = None, frame: str = ""
) -> list[Piece]:
    """Split a sentence into clauses, each with its kind.

    ``inherited`` is the kind that a lead-in gives, ``frame`` what it left open ("bare": it ended with a modal).
    """
    if end - start > _LONGEST:
        return [Piece(start, end, inherited, Reading("", "too-long", "low"))]
    sentence = Sentence(text, start, end, language)
    if not sentence.tokens:
        return []
    cuts = _find_cuts(sentence, frame)
    return _make_pieces(sentence, cuts, inherited)


def _find_cuts(sentence: Sentence, frame: str) -> list[tuple[int, int, str, bool]]:
    """Find where clauses end and start: (token after the end, token of the start, rule, whether it is a part)."""
    state = _State(frame=frame)
    language = sentence.language
    at = _skip_opener(sentence, state)
    if frame and at == 0:
        at = _enter_item(sentence, state)
    verbs = {anchor.first: anchor for anchor in sentence.anchors}
    while at < len(sentence.tokens):
        word = sentence.word(at)
        if word in (";",) or word in language.words["coordinators"] or word == "," or _is_as_well(sentence, at):
            moved = _try_cut(sentence, state, at, verbs)
            if moved:
                at = moved
                continue
        elif moved := _try_including(sentence, state, at):
            at = moved
            continue
        at = _advance(sentence, state, at, verbs)
    return state.cuts


def _skip_opener(sentence: Sentence, state: _State) -> int:
    """Step over what stands before the main clause and weighs a situation; cut behind it."""
    after = sentence.match(sentence.language.patterns["openers"], 0)
    if not after:
        return 0
    for at in range(after, len(sentence.tokens)):
        if sentence.word(at) in ("and", "while") and sentence.match(sentence.language.patterns["openers"], at + 1):
            if sentence.word(at - 1) != ",":
                state.cuts.append((at, at + 1, "opener", False))
            continue
        if sentence.word(at) != ",":
            continue
        if _starts_clause(sentence, at + 1):
            state.cuts.append((at, at + 1, "opener", False))
            state.since = at + 1
            return at + 1
        joined = at + 1 + (sentence.word(at + 1) in sentence.language.words["coordinators"])
        if sentence.match(sentence.language.patterns["openers"], joined):
            state.cuts.append((at, joined, "opener", False))
    return after


def _starts_clause(sentence: Sentence, at: int, *, any_subject: bool = False) -> bool:
    """Return whether a main clause starts here: a subject, and its verb within a few words.

    ``any_subject`` takes any words for a subject, as after a semicolon.
    """
    language = sentence.language
    word = sentence.word(at)
    is_subject = (
        any_subject
        or word in language.words["subjects"]
        or sentence.match(language.patterns["both"], at)
        or word in ("the", "our", "their", "an", "a", "its")
        or word.isdigit()
        or (at < len(sentence.tokens) and sentence.tokens[at].is_capital)
    )
    if not is_subject:
        return False
    firsts = {anchor.first: anchor for anchor in sentence.anchors}
    for place in range(at + 1, min(at + 1 + _SUBJECT_WORDS, len(sentence.tokens))):
        if sentence.word(place) in (",", ";", *language.words["relatives"]):
            return False
        anchor = firsts.get(place)
        if sentence.word(place - 1) in language.words["coordinators"] and (anchor or sentence.is_past_verb(place)):
            return False  # the verb goes on with something else: "Peace and Progress and agreed"
        if anchor and not sentence.word(place).endswith("ing"):
            return True
        if place > at + 1 and sentence.is_past_verb(place) and _is_nominal(sentence, place + 1):
            return True
    return False


def _is_nominal(sentence: Sentence, at: int) -> bool:
    """Return whether an object seems to start here: an article, a possessive or a number."""
    word = sentence.word(at)
    return word in _ARTICLES or word in sentence.language.numbers or word[:1].isdigit()


def _enter_item(sentence: Sentence, state: _State) -> int:
    """Take the first verb of an item as the one that its lead-in left open."""
    at = sentence.skip_adverbs(0)
    if sentence.word(at) == "to":
        at = sentence.skip_adverbs(at + 1)
    word = sentence.word(at)
    if sentence.language.is_verb(word):
        state.frame, state.verb = "bare", at
        return at + 1
    if sentence.gerund(at):
        state.frame, state.verb = "gerund", at
        return at + 1
    state.frame = ""
    return 0


def _is_as_well(sentence: Sentence, at: int) -> bool:
    return [sentence.word(at + n) for n in range(3)] == ["as", "well", "as"]


def _after_coordinator(sentence: Sentence, at: int) -> tuple[int, bool]:
    """Return the position after a comma, coordinator or both, and whether there was a coordinator."""
    while sentence.word(at) in (",", ";"):
        at += 1
    if _is_as_well(sentence, at):
        return at + 3, True
    if sentence.word(at) in sentence.language.words["coordinators"]:
        return at + 1, True
    return at, False


def _try_cut(sentence: Sentence, state: _State, at: int, verbs: dict[int, Anchor]) -> int:
    """Cut at a comma, semicolon or coordinator where a clause ends; return the token to go on from, or 0."""
    language = sentence.language
    after, is_joined = _after_coordinator(sentence, at)
    has_comma = sentence.word(at) in (",", ";")
    is_strong = sentence.word(at) == ";"
    if after >= len(sentence.tokens):
        return 0
    here = sentence.skip_adverbs(after)
    word = sentence.word(here)

    def cut(rule: str, go_on: int, *, part: bool = False, start: int = after) -> int:
        state.cuts.append((at, start, rule, part))
        state.subordinate, state.since = False, start
        return go_on

    # A clause of its own: a subject and its verb; a verb that shares the subject.
    if (
        (is_joined or is_strong)
        and _has_verb(state, verbs, at)
        and _starts_clause(sentence, after, any_subject=is_strong)
    ):
        if not (state.subordinate and not has_comma):
            state.frame, state.purpose, state.means, state.verb = "", False, -1, -1
            return cut("coordinated-clause", after)
    is_shared = sentence.word(at - 1) in language.words["auxiliaries"]  # "must and will"
    if (
        (is_joined or is_strong)
        and not is_shared
        and word in language.words["auxiliaries"]
        and not _in_relative(state, has_comma)
    ):
        if _has_verb(state, verbs, at):
            state.frame, state.purpose, state.means = "finite", False, -1
            return cut("shared-subject", after)
    anchor = verbs.get(here)
    if (
        is_joined
        and anchor
        and anchor.cue.confidence != "low"
        and not word.endswith("ing")
        and not _in_relative(state, has_comma)
    ):
        if _has_verb(state, verbs, at) and (not anchor.cue.subject or state.frame == "finite") and state.since < at - 1:
            go_on = _enter_cue(sentence, state, anchor)
            return cut("shared-subject", go_on)
    if sentence.word(at) == "," and sentence.word(at + 1) in ("while", "whereas") and _starts_clause(sentence, at + 2):
        state.frame, state.purpose, state.means, state.verb = "", False, -1, -1
        return cut("contrast", at + 2, start=at + 2)
    # A situation that is weighed, in a participle.
    if (has_comma or is_joined) and sentence.match(language.patterns["openers"], here) and word.endswith("ing"):
        if not state.subordinate and here > 1:
            state.frame, state.purpose = "", False
            return cut("weighed", here + 1)
    if sentence.match(language.patterns["including"], after) and (moved := _try_including(sentence, state, after, at)):
        return moved
    blocked = state.subordinate and not (is_joined and has_comma) and not is_strong
    if blocked:
        return 0
    # Means: "by …ing … and by …ing …", "through … and through …".
    if is_joined and sentence.match(language.patterns["means"], after) and state.means >= 0:
        _open_means(state, sentence)
        go_on = sentence.match(language.patterns["means"], after)
        if sentence.gerund(sentence.skip_adverbs(go_on)):
            go_on = sentence.skip_adverbs(go_on) + 1
        return cut("means", go_on, part=True, start=sentence.match(language.patterns["means"], after))
    if (base := sentence.gerund(here)) and state.frame in ("gerund", "means"):
        if _has_object(sentence, state, at) and (is_joined or has_comma):
            if state.frame == "means":
                _open_means(state, sentence)
            elif not is_joined and not language.is_verb(base, certain=True):
                return 0
            is_part = state.frame == "means"
            state.verb = here
            return cut("coordinated-gerund", here + 1, part=is_part)
        state.verb = here
        return 0
    # A verb phrase that takes up the modal or the infinitive.
    if word == "to" and (is_joined or has_comma) and state.frame == "to" and not state.purpose:
        verb = sentence.skip_adverbs(here + 1)
        if sentence.language.is_verb(sentence.word(verb)) and _has_object(sentence, state, at):
            state.verb = verb
            return cut("coordinated-infinitive", verb + 1)
    if state.frame in ("bare", "to") and not state.purpose and sentence.is_base_verb(here):
        if not is_joined and not is_strong and not language.is_verb(word, certain=True):
            return 0
        if _has_object(sentence, state, at):
            state.verb = here
            return cut("coordinated-verb", here + 1)
        state.verb = here
        return here + 1
    if is_joined and _is_gapped(sentence, state, at, after):
        return cut("gapped", here + 1)
    if _is_as_well(sentence, after - 3) and sentence.gerund(here) and state.frame and not state.purpose:
        state.frame, state.verb = "gerund", here
        return cut("coordinated-gerund", here + 1)
    if (
        has_comma
        and not is_joined
        and state.frame == "finite"
        and _is_past_in_list(sentence, here)
        and _has_object(sentence, state, at)
    ):
        state.verb = here
        return cut("shared-subject", here + 1)
    # A verb in the past tense that shares the subject.
    if is_joined and state.frame == "finite" and sentence.is_past_verb(here) and _has_object(sentence, state, at):
        state.verb, state.purpose = here, False
        return cut("shared-subject", here + 1)
    return 0


def _is_past_in_list(sentence: Sentence, at: int) -> bool:
    """Return whether a verb in the past tense with an object stands here, of which a list goes on: "…, built A and held B"."""
    if not sentence.is_past_verb(at) or sentence.word(at + 1) in (
        "in",
        "on",
        "by",
        "at",
        "with",
        "for",
        "to",
        "from",
        "of",
        "and",
        ",",
    ):
        return False
    for place in range(at + 2, min(at + _LIST_REACH, len(sentence.tokens) - 1)):
        if sentence.word(place) == "and" and sentence.is_past_verb(sentence.skip_adverbs(place + 1)):
            return True
    return False


def _is_gapped(sentence: Sentence, state: _State, at: int, after: int) -> bool:
    """Return whether a figure with a period or place of its own follows, whose verb is that of the figure before it.

    "20 ships were inspected in May, and another 30 since June": the object and the period differ.
    """

    def has_figure(first: int, last: int) -> bool:
        return any(
            sentence.word(place)[:1].isdigit() or sentence.word(place) in sentence.language.numbers
            for place in range(first, last)
        )

    if not (state.frame and has_figure(after, min(after + 4, len(sentence.tokens))) and has_figure(state.since, at)):
        return False
    limit = min(after + 4, len(sentence.tokens))
    if any(sentence.word(place) in (",", ".", "and") for place in range(after, limit - 1)):
        return False
    for place in range(after + 1, min(after + _SUBJECT_WORDS, len(sentence.tokens))):
        if sentence.word(place) in (",", ";", "and"):
            return False
        if sentence.word(place) in ("since", "in", "into", "by", "from", "to", "during", "over"):
            return True
    return False


def _in_relative(state: _State, has_comma: bool) -> bool:
    return state.subordinate and not has_comma


def _has_verb(state: _State, verbs: dict[int, Anchor], at: int) -> bool:
    """Return whether the clause that is open has a verb before a token."""
    return bool(state.frame) or any(first in verbs for first in range(state.since, at))


def _has_object(sentence: Sentence, state: _State, at: int) -> bool:
    """Return whether words stand between the open verb and a coordinator that are not verbs or adverbs themselves."""
    if state.verb < 0:
        return True
    for place in range(state.verb + 1, at):
        word = sentence.word(place)
        if word in (",", "and", "or") or word in sentence.language.words["adverbs"] or word.endswith("ly"):
            continue
        if not sentence.language.is_verb(word, certain=True):
            return True
    return False


def _open_means(state: _State, sentence: Sentence) -> None:
    """Cut before the first of several means, once it is known that there are several."""
    if state.means >= 0 and not any(start == _content_of_means(sentence, state.means) for _, start, _, _ in state.cuts):
        begin = state.means
        if sentence.word(begin - 1) == ",":
            begin -= 1
        state.cuts.append((begin, _content_of_means(sentence, state.means), "means", True))
        state.cuts.sort()


def _content_of_means(sentence: Sentence, at: int) -> int:
    return sentence.match(sentence.language.patterns["means"], at) or at + 1


def _try_including(sentence: Sentence, state: _State, at: int, cut_at: int | None = None) -> int:
    """Cut at "including by …", "including …ing" and the like: what follows is a part (codebook, section 1, rule 3)."""
    language = sentence.language
    after = sentence.match(language.patterns["including"], at)
    if not after:
        return 0
    means = sentence.match(language.patterns["means"], after)
    content = means or after
    verb = sentence.skip_adverbs(content)
    is_verbal = bool(sentence.gerund(verb)) and sentence.word(verb + 1) not in (",", "and", ";", "")
    names_agent = bool(means) and not is_verbal and sentence.word(means - 1) == "by"
    if not (means or is_verbal) or names_agent or state.subordinate or sentence.word(at - 1) == "(":
        return 0
    begin = at if cut_at is None else cut_at
    if sentence.word(begin - 1) == ",":
        begin -= 1
    if begin <= 0:
        return 0
    state.cuts.append((begin, content, "including", True))
    state.frame, state.purpose, state.subordinate = ("means" if is_verbal else ""), False, False
    state.means = at + 1 if means else -1
    if means:
        state.means = after
    state.verb = verb if is_verbal else -1
    if means and not is_verbal:
        return _list_means(sentence, state, content, already=True) or content
    return verb + 1


def _advance(sentence: Sentence, state: _State, at: int, verbs: dict[int, Anchor]) -> int:
    """Step over a word and keep what it opens."""
    language, word = sentence.language, sentence.word(at)
    anchor = verbs.get(at)
    if word in language.words["relatives"] or (word == "that" and _is_relative_that(sentence, at)):
        state.subordinate = True
        return at + 1
    if (word in language.words["subordinators"] and (word != "so" or sentence.word(at + 1) == "that")) or (
        word == "as" and _is_clause_as(sentence, at)
    ):
        if at and word == "as" and not state.subordinate:
            state.cuts.append((at - (sentence.word(at - 1) == ","), at, "ground", False))
            return at + 1
        state.subordinate = at > 0
        return at + 1
    if state.subordinate and word == "," and not _starts_clause(sentence, at + 1):
        return at + 1
    if word == "," and state.subordinate:
        state.subordinate = False
        return at + 1
    if (
        state.subordinate
        and word == "to"
        and state.asks
        and language.is_verb(sentence.word(sentence.skip_adverbs(at + 1)))
    ):
        state.subordinate = False
    if state.subordinate:
        return at + 1
    if word in ("will", "shall", "would", "must", "should") or (anchor and anchor.cue.form == "bare"):
        verb = sentence.skip_adverbs(at + 1)
        state.frame, state.verb, state.purpose, state.means = "bare", verb, False, -1
        return max(verb + 1, at + 1)
    if word == "to":
        return _enter_infinitive(sentence, state, at)
    means = sentence.match(language.patterns["means"], at)
    if means:
        verb = sentence.skip_adverbs(means)
        if sentence.gerund(verb):
            if _can_have_means(sentence, state):
                state.means, state.frame, state.verb, state.purpose = at, "means", verb, False
            return verb + 1
        return _list_means(sentence, state, at) or means
    if word in _PREPOSITIONS and state.frame == "finite" and sentence.gerund(sentence.skip_adverbs(at + 1)):
        state.frame, state.verb = "gerund", sentence.skip_adverbs(at + 1)
        return state.verb + 1
    if anchor:
        return _enter_cue(sentence, state, anchor)
    if sentence.is_past_verb(at) and not state.frame:
        state.frame, state.verb = "finite", at
    return at + 1


def _enter_cue(sentence: Sentence, state: _State, anchor: Anchor) -> int:
    """Keep what a cue opens: an infinitive, a gerund, or objects of a finite verb."""
    last = anchor.last
    state.purpose, state.means = False, -1
    verb = sentence.skip_adverbs(last)
    if sentence.word(last - 1) == "to" or anchor.cue.form == "to":
        if sentence.word(verb) == "to":
            verb = sentence.skip_adverbs(verb + 1)
        if sentence.gerund(verb):
            state.frame, state.verb = "gerund", verb
            return verb + 1
        if sentence.language.is_verb(sentence.word(verb)):
            state.frame, state.verb = "to", verb
            return verb + 1
    if sentence.gerund(verb):
        state.frame, state.verb = "gerund", verb
        return verb + 1
    state.frame, state.verb = "finite", last - 1
    state.asks = anchor.cue.kind == "Call"
    return max(last, anchor.first + 1)


def _enter_infinitive(sentence: Sentence, state: _State, at: int) -> int:
    """Keep an infinitive: at the level of the main verb after one that is light, else as its purpose."""
    verb = sentence.skip_adverbs(at + 1)
    if not sentence.language.is_verb(sentence.word(verb)):
        if sentence.gerund(verb) and state.frame in ("bare", "to", "finite") and not state.purpose:
            state.frame, state.verb = "gerund", verb
            return verb + 1
        return at + 1
    governing = sentence.word(state.verb)
    base = (
        governing
        if sentence.language.is_verb(governing)
        else (sentence.language.find_base(governing, "ing") or sentence.language.find_base(governing, "ed"))
    )
    light = sentence.language.words["light"]
    if (base in light or governing in light or state.asks) and not state.purpose:
        state.asks = False
        state.frame, state.verb = "to", verb
    elif state.frame:
        state.purpose = True
    return verb + 1


def _is_relative_that(sentence: Sentence, at: int) -> bool:
    before = sentence.word(at - 1)
    after = sentence.word(at + 1)
    if before in sentence.language.words["complements"] or before in (",", "and", ""):
        return False
    return (
        bool(before)
        and (
            after in sentence.language.words["auxiliaries"]
            or after in ("can", "could", "may", "might", "would")
            or sentence.language.is_verb(after)
            or after.endswith(("s", "ed"))
            or before.isalpha()
        )
        and after not in ("the", "we", "this", "our", "these")
    ) or after in ("can", "are", "will", "have", "is")


def _is_clause_as(sentence: Sentence, at: int) -> bool:
    """Return whether "as" begins a clause that states a fact of its own: "as around 7,000 people are now present"."""
    if _is_as_well(sentence, at) or at == 0:
        return False
    for place in range(at + 2, min(at + 2 + _SUBJECT_WORDS, len(sentence.tokens))):
        word = sentence.word(place)
        if word in (",", ";", "and", "to", "that", *sentence.language.words["relatives"]):
            return False
        if word in ("is", "are", "has", "have") and sentence.word(place + 1) in (
            "now",
            "already",
            "been",
            "still",
            "currently",
        ):
            return True
    return False


def _list_means(sentence: Sentence, state: _State, at: int, *, already: bool = False) -> int:
    """Cut before and between several means that are nouns: "through joint exercises and regular exchanges".

    ``already``: the first has been cut off. Return the token to go on from, or 0 where there is one means only.
    """
    language = sentence.language
    content = at if already else _content_of_means(sentence, at)
    ends: list[tuple[int, int]] = []
    begin, place = content, content
    while place < len(sentence.tokens):
        word = sentence.word(place)
        is_stop = (
            word in (";", ":", "(", ")")
            or word in language.words["relatives"]
            or word in language.words["auxiliaries"]
            or (word == "to" or word == "that" or (word == "," and _starts_clause(sentence, place + 1)))
            or (word == "and" and _starts_clause(sentence, place + 1))
            or any(sentence.match(language.patterns[name], place) for name in ("including", "means") if place > content)
        )
        if is_stop:
            break
        if word in (",", "and"):
            after, _ = _after_coordinator(sentence, place)
            if place - begin < 2 or sentence.is_base_verb(sentence.skip_adverbs(after)):
                break
            ends.append((place, after))
            begin = place = after
            continue
        place += 1
    if not ends or place - begin < 2:
        ends = ends[:-1] if ends and place - begin < 2 else ends
    spans = [content, *(start for _, start in ends)]
    is_list = bool(ends) and all(
        _is_phrase(sentence, first, stop) for first, stop in zip(spans, [*(e for e, _ in ends), place], strict=True)
    )
    is_final = place >= len(sentence.tokens) - 1 or sentence.word(place) in (",", ";")
    has_and = any("and" in (sentence.word(end), sentence.word(start - 1)) for end, start in ends)
    if not is_list or not is_final or not has_and or not _can_have_means(sentence, state):
        return 0
    if not already:
        begin_cut = at - 1 if sentence.word(at - 1) == "," else at
        if begin_cut > 0:
            state.cuts.append((begin_cut, content, "means", True))
    state.cuts.extend((end, start, "means", True) for end, start in ends)
    state.frame, state.means = "", -1
    return place


def _can_have_means(sentence: Sentence, state: _State) -> bool:
    """Return whether what is open is an act: it has a verb already, and its subject is no mere "this" or "it"."""
    return (state.verb >= 0 or bool(state.frame)) and sentence.word(state.since) not in ("this", "it", "these")


def _is_phrase(sentence: Sentence, first: int, stop: int) -> bool:
    """Return whether words are a means of their own: two or more, of which one is neither article nor preposition."""
    words = [sentence.word(at) for at in range(first, stop)]
    content = [
        word for word in words if word.isalpha() and word not in ("the", "a", "an", "our", "their", "of", "in", "on")
    ]
    return len(content) >= 2 and len(words) <= _REACH * 2


def _make_pieces(sentence: Sentence, cuts: list[tuple[int, int, str, bool]], inherited: Reading | None) -> list[Piece]:
    tokens = sentence.tokens
    pieces: list[Piece] = []
    begin, rule, part = 0, "sentence", False
    for stop, start, next_rule, next_part in [*sorted(set(cuts)), (len(tokens), len(tokens), "", False)]:
        if stop <= begin or (start <= begin and start < len(tokens)):
            continue
        last = stop
        while last > begin and _is_loose(sentence, last - 1):
            last -= 1
        first = begin
        while first < last and tokens[first].word in (",", ";", ":", ".", "-", "–", "—"):
            first += 1
        if any(token.word[0].isalnum() for token in tokens[first:last]):
            kind = _find_kind(sentence, first, last)
            confidence = "high" if rule == "sentence" else "medium"
            pieces.append(Piece(tokens[first].start, tokens[last - 1].end, kind, Reading("", rule, confidence), part))
        begin, rule, part = start, next_rule, next_part
    return _pass_on(pieces, inherited)


def _is_loose(sentence: Sentence, at: int) -> bool:
    """Return whether a sign, or a coordinator behind a sign, is no part of the clause before it."""
    word = sentence.word(at)
    if word in sentence.language.words["coordinators"]:
        return sentence.word(at - 1) in (",", ";")
    return not word[0].isalnum() and word not in _KEPT


def _pass_on(pieces: list[Piece], inherited: Reading | None) -> list[Piece]:
    """Give a piece without a cue the kind of the one that it goes on with."""
    found: list[Piece] = []
    before = inherited
    for piece in pieces:
        kind = piece.kind
        weak = kind is None or kind.confidence == "low"
        goes_on = piece.boundary.rule not in ("sentence", "coordinated-clause", "ground", "opener", "weighed")
        if (
            weak
            and before
            and (goes_on or piece is pieces[0])
            and (kind is None or piece.is_part or piece is pieces[0])
        ):
            kind = Reading(before.value, "inherited:" + before.rule.removeprefix("inherited:"), "medium")
        kind = kind or Reading("Report", "no-cue", "low")
        found.append(replace(piece, kind=kind))
        if not piece.is_part:
            before = kind
    return found


def _find_kind(sentence: Sentence, first: int, last: int) -> Reading | None:
    """Read the kind from the first cue that is in no subordinate clause."""
    opener = sentence.match(sentence.language.patterns["openers"], first)
    inside = [a for a in sentence.anchors if first <= a.first < last]
    if opener:
        for anchor in inside:
            if anchor.first == first:
                confidence = anchor.cue.confidence
                return Reading(anchor.cue.kind, anchor.cue.rule, confidence)
        return Reading("Recognition", "opener", "medium")
    best: Anchor | None = None
    for anchor in inside:
        if _is_subordinate(sentence, anchor, first) or sentence.word(anchor.first - 1) == "as":
            continue
        if anchor.cue.subject and not _has_subject(sentence, anchor, first):
            continue
        if best is None or (
            best.cue.confidence == "low"
            and anchor.cue.confidence != "low"
            and best.cue.rule == "state"
            and anchor.first - best.first < 4
        ):
            best = anchor
        if best.cue.confidence != "low":
            break
    if best is None and first == 0 and sentence.language.is_verb(sentence.word(0), certain=True):
        return Reading("Pledge", "verb-first", "low")  # an item of a plan: "Strengthen early warning"
    if (best is None or best.cue.rule == "state") and _is_stance(sentence, first):
        return Reading("Reaffirmation", "stance", "low")
    return Reading(best.cue.kind, best.cue.rule, best.cue.confidence) if best else None


def _is_stance(sentence: Sentence, first: int) -> bool:
    """Return whether the speakers say in the present tense what they are or hold: "We share …", "Our friendship is …"."""
    subject = sentence.match(sentence.language.patterns["we"], first)
    words = [sentence.word(at) for at in range(first, min(first + _SUBJECT_WORDS, len(sentence.tokens)))]
    return bool(subject) and "been" not in words and not any(sentence.language.find_base(word, "ed") for word in words)


def _has_subject(sentence: Sentence, anchor: Anchor, first: int) -> bool:
    """Return whether a cue that is often a noun or participle stands as a verb: after its subject."""
    if anchor.first == first:
        return True
    before = sentence.word(anchor.first - 1)
    return before not in ("the", "a", "an", "of", "our", "their", "this", "in", "and", "for", "with", "by", "as")


def _is_subordinate(sentence: Sentence, anchor: Anchor, first: int) -> bool:
    """Return whether a cue stands in a relative clause, a condition or another clause that depends on the main one."""
    language = sentence.language
    for place in range(anchor.first - 1, max(first, anchor.first - 8) - 1, -1):
        word = sentence.word(place)
        if word in (",", ";", ":"):
            return False
        if word in language.words["relatives"] or (word == "that" and place > first):
            return True
        if word in language.words["subordinators"] and place > first:
            return True
    return False
