"""The words of a title that say what it is about, and which of them another title lacks.

Two treaties of one day between the same parties differ by a word: taxes on *income*, duties on *estates*. This
only ever speaks against a match, so that a short title within a long one earns nothing.
"""

from __future__ import annotations

from ukfr_graph.link.datasets.dates import MONTHS
from ukfr_graph.link.datasets.kinds import find_derivations, read_kind
from ukfr_graph.link.datasets.parties import name_party
from ukfr_graph.link.datasets.titles import bare_title
from ukfr_graph.link.datasets.treaties import Treaty
from ukfr_graph.link.names import fold

_STEM = 5
_WHOLE = 4  # words that are a title, and no title by chance
_DESCRIBING = frozenset("the a an le la les l international european multilateral bilateral general".split())  # noqa: SIM905
_TOGETHER = frozenset("with and together including avec et".split())  # noqa: SIM905
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

    It does something to an instrument (amends, ratifies …) that the other does not say, or its title is that of the
    other with more before it than a word that describes it ("International") or its date, or with a kind after it
    ("…: exchange of letters on its Article 4"), but for what goes with it ("… with Exchange of Notes").

    >>> treaty = Treaty("a", (("en", "Treaty on the frontier controls at the sea ports"),))
    >>> notes = Treaty("b", (("en", "Exchange of Notes about the Treaty on the frontier controls at the sea ports"),))
    >>> is_about(treaty, notes), is_about(treaty, treaty)
    (True, False)
    """
    pairs = [(ours, theirs) for _, ours in one.titles for _, theirs in other.titles]
    return bool(pairs) and all(_is_about(ours, theirs) for ours, theirs in pairs)


def _is_about(one: str, other: str) -> bool:
    if find_derivations(one) != find_derivations(other):
        return True
    shorter, longer = sorted((fold(bare_title(title).text) for title in (one, other)), key=len)
    before, within, after = f" {longer} ".partition(f" {shorter} ")
    if len(shorter.split()) < _WHOLE or not within:
        return False
    leads = any(word not in _DESCRIBING and word not in MONTHS and not word.isdigit() for word in before.split())
    return leads or (bool(read_kind(after)[0]) and after.split()[0] not in _TOGETHER)


def find_missing(one: Treaty, other: Treaty) -> frozenset[str] | None:
    """Find the stems of what the shorter title is about that the other is not about.

    Of several titles, those that go together best count. Nothing (None) where no title says what it is about.

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
                found.append(shorter - longer)
    return min(found, key=len, default=None)
