"""The words of a title that say what it is about, and which of them another title lacks.

Two treaties of one day between the same parties differ by a word: taxes on *income*, duties on *estates*. This
only ever speaks against a match, so that a short title within a long one earns nothing.
"""

from __future__ import annotations

import re
from functools import cache

from ukfr_graph.link.datasets.dates import MONTHS
from ukfr_graph.link.datasets.kinds import count_documents, find_derivations, leave_out_company
from ukfr_graph.link.datasets.parties import name_party
from ukfr_graph.link.datasets.states import english_names
from ukfr_graph.link.datasets.titles import bare_title
from ukfr_graph.link.datasets.treaties import Treaty
from ukfr_graph.link.matching.sides import shorten_title
from ukfr_graph.link.spelling import fold

_STEM = 5
_WHOLE = 2  # words that are a title, and no title by chance
_DESCRIBING = frozenset("the a an le la les l international european multilateral bilateral general".split())  # noqa: SIM905
_BETWEEN = re.compile(
    r" (?:between|entre) .*?(?= (?:concerning|regarding|for|relating|respecting|relative|on|about|constituting"
    r"|providing|establishing|concernant|relatif|relative|sur|pour|portant|amending|extending)\b|$)"
)
"""The part of a title that names its parties."""
_THIN = 3  # times as much that one title says
_NUMBER = re.compile(r"\b\d+\b|\b[ivx]{1,4}\b")
_EMPTY = frozenset(
    (  # noqa: SIM905
        "the of and for on in to a an at by with as from their between respective countries two concerning "
        "regarding relating relative relation respect respecting relatif relative aux des les par pour sur dans "
        "avec entre la le du de et un une agreement agreements treaty treaties convention conventions protocol "
        "protocols exchange exchanges notes note letters letter declaration arrangement memorandum understanding "
        "accord traite echange lettres government governments majesty majestys her his republic kingdom united "
        "state states great britain british uk usa northern ireland anglo signed certain question questions "
        "accord no additional international general gouvernement royaume uni republique francaise french france "
        "constituting providing establishing parties"
    ).split()
)


def find_subject(treaty: Treaty, title: str) -> frozenset[str]:
    """Return the stems of the words that say what a title is about: not its kind, its parties or its dates.

    >>> sorted(find_subject(Treaty("x", (("en", ""),)), "Agreement between Sweden and Denmark for Air Services, 1950"))
    ['air', 'denma', 'servi', 'swede']
    """
    names = {word[:3] for code in treaty.parties for word in fold(name_party(code)).split()}
    return frozenset(
        word[:_STEM]
        for word in fold(bare_title(title).text).split()
        if word not in _EMPTY and not word.isdigit() and len(word) > 1 and word[:3] not in names
    )


def is_about(one: Treaty, other: Treaty) -> bool:
    """Return whether one of two is about the other, to go by every pair of their titles.

    It does something to an instrument (amends, ratifies …) that the other does not say; it names another document
    ("Minutes of the commission under …", "… (Annex)"), number or state; or its title is that of the other with more
    before it than a word that describes it ("International") or its date, or with more after it than what goes with
    it ("… with Exchange of Notes") or who its parties are.

    >>> treaty = Treaty("a", (("en", "Treaty on the frontier controls at the sea ports"),))
    >>> notes = Treaty("b", (("en", "Exchange of Notes about the Treaty on the frontier controls at the sea ports"),))
    >>> is_about(treaty, notes), is_about(treaty, treaty)
    (True, False)
    """
    pairs = [(ours, theirs) for _, ours in one.titles for _, theirs in other.titles]
    spare = _find_spare(one) | _find_spare(other)
    return bool(pairs) and all(_is_about(ours, theirs, spare) for ours, theirs in pairs)


def _find_spare(treaty: Treaty) -> frozenset[str]:
    """Return what says nothing about the subject: the first letters of its parties' names, and its year."""
    names = frozenset(word[:3] for code in treaty.parties for word in fold(name_party(code)).split())
    return names | (frozenset((str(treaty.signed.year),)) if treaty.signed else frozenset())


def _is_about(one: str, other: str, spare: frozenset[str]) -> bool:
    if find_derivations(one) != find_derivations(other) or _name_others(one, other):
        return True
    ours, theirs = (leave_out_company(shorten_title(bare_title(title).text)) for title in (one, other))
    if _find_numbers(ours, spare) != _find_numbers(theirs, spare):
        return True
    strangers = [_find_strangers(text, spare) for text in (ours, theirs)]
    if all(strangers) and strangers[0] != strangers[1]:
        return True
    between = [_BETWEEN.search(text) for text in (ours, theirs)]
    named = [_find_strangers(found[0], spare) if found else frozenset() for found in between]
    if named[0] - strangers[1] or named[1] - strangers[0]:
        return True
    return _leads(ours, theirs, spare) or _leads(_leave_out_parties(ours), _leave_out_parties(theirs), spare)


def _leave_out_parties(text: str) -> str:
    return " ".join(_BETWEEN.sub("", text).split())


def names_more(one: Treaty, other: Treaty) -> bool:
    """Return whether all titles of one treaty name documents that those of another do not.

    >>> names_more(Treaty("a", (("en", "Note on the Treaty"),)), Treaty("b", (("en", "Treaty"),)))
    True
    """
    counts = [(count_documents(ours), count_documents(theirs)) for _, ours in one.titles for _, theirs in other.titles]
    return bool(counts) and all(ours - theirs and ours & theirs for ours, theirs in counts)


def names_parties(title: str) -> bool:
    """Return whether a title says who its parties are.

    >>> names_parties("Agreement between Sweden and Denmark"), names_parties("Convention on Cybercrime")
    (True, False)
    """
    return bool(_BETWEEN.search(f" {fold(title)}"))


def _leads(one: str, other: str, spare: frozenset[str]) -> bool:
    """Return whether one title is in the other with more before or after it than describes it."""
    shorter, longer = sorted((one, other), key=len)
    before, within, after = f" {longer} ".partition(f" {shorter} ")
    if len(shorter.split()) < _WHOLE or not within:
        return False
    leads = any(word not in _DESCRIBING and word not in MONTHS and not word.isdigit() for word in before.split())
    return leads or any(
        word not in _EMPTY and word not in MONTHS and not spare & {word, word[:3]} for word in after.split()
    )


def _find_strangers(text: str, spare: frozenset[str]) -> frozenset[str]:
    """Find the states in a text that are no party."""
    return frozenset(word for word in text.split() if word in _state_words() and not spare & {word, word[:3]})


@cache
def _state_words() -> frozenset[str]:
    """Return the names of states that are one word."""
    return frozenset(name for name in map(fold, english_names().values()) if " " not in name)


def _name_others(one: str, other: str) -> bool:
    """Return whether titles name other documents; one that names none may leave out what the other is."""
    ours, theirs = count_documents(one), count_documents(other)
    return ours != theirs and not (min(ours.total(), theirs.total()) == 0 and max(ours.total(), theirs.total()) == 1)


def _find_numbers(text: str, spare: frozenset[str]) -> frozenset[str]:
    return frozenset(number.lstrip("0") for number in _NUMBER.findall(text)) - spare


def find_missing(one: Treaty, other: Treaty) -> frozenset[str] | None:
    """Find the stems of what the shorter title is about that the other is not about.

    Where it says a third of what the other does, or less, what it does not say counts as missing. Of several titles,
    those that go together best count. Nothing (None) where no title says what it is about.

    >>> tax = "Convention on Double Taxation with respect to Taxes on Income"
    >>> estates = "Convention on Double Taxation with respect to Duties on the Estates of Deceased Persons"
    >>> sorted(find_missing(Treaty("a", (("en", tax),)), Treaty("b", (("en", estates),))))
    ['incom', 'taxes']
    """
    found: list[frozenset[str]] = []
    for _, ours in one.titles:
        for _, theirs in other.titles:
            shorter, longer = sorted((find_subject(one, ours), find_subject(other, theirs)), key=len)
            if shorter:
                found.append(
                    shorter - longer or (longer - shorter if len(longer) >= _THIN * len(shorter) else shorter - longer)
                )
    return min(found, key=len, default=None)
