"""Money in a text: the currency of an amount, by ISO 4217 and the names of the Unicode CLDR (Babel)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ukfr_graph.drafting.readings import Reading

SIGNS = "€$£¥₹₩₽₺₴₦₪₫฿₱"
_BEFORE = re.compile(rf"(?:\b[A-Z]{{1,3}})?[{SIGNS}]\s?\Z|\b[A-Z]{{3}}\s?\Z")
_WORDS = re.compile(r"\s?([^\W\d_]+)(?:\s([^\W\d_]+))?(?:\s([^\W\d_]+))?(?:\s([^\W\d_]+))?")
_COMMON = {"US$": "USD", "C$": "CAD", "NZ$": "NZD", "AU$": "AUD", "A$": "AUD"}
_REACH = 60  # characters in which the name of a currency follows


@dataclass(frozen=True)
class _Currencies:
    """Currencies in use: their codes by name and by code; by sign or a last word that several share, all codes."""

    names: dict[str, str]
    signs: dict[str, tuple[str, ...]]
    shared: dict[str, tuple[str, ...]]


def find_sign(before: str) -> str:
    """Return the sign or code right before a number, with the blank behind it; empty where there is none."""
    found = _BEFORE.search(before)
    return found[0] if found else ""


def find_currency(
    text: str, sign: str, at: int, end: int, language: str, countries: Sequence[str]
) -> tuple[Reading | None, int]:
    """Find the currency of an amount that ends at a character, by the ``sign`` before it or the words after it.

    ``countries`` are the states (ISO 3166-1) whose money a name such as "dollars" means; where it may be that of
    neither or of both, the value is empty: a person has to say. Returns the currency (None: no money) and where its
    words end.
    """
    known = _read_currencies(language)
    if sign in known.signs:
        return _choose(known.signs[sign], countries, "currency-sign"), at
    if sign in known.names:
        return Reading(known.names[sign], "currency-code", "high"), at
    if text[at : at + 1] and text[at] in known.signs:
        return _choose(known.signs[text[at]], countries, "currency-sign"), at + 1
    found = _WORDS.match(text, at, min(end, at + _REACH))
    words = [word for word in found.groups() if word] if found else []
    for count in range(len(words), 0, -1):
        name = " ".join(words[:count])
        stop = found.end(count) if found else at
        if (code := known.names.get(name) or known.names.get(name.lower())) and (len(name) > 3 or name.isupper()):
            return Reading(code, "currency-name", "high"), stop
        if several := known.shared.get(name.lower()):
            return _choose(several, countries, "currency-name"), stop
    return None, at


def _choose(codes: Sequence[str], countries: Sequence[str], rule: str) -> Reading:
    """Choose the currency that a name of several means: that of one of the states; else it is for a person."""
    from babel.numbers import get_territory_currencies

    if len(codes) == 1:
        return Reading(codes[0], rule, "high")
    ours = {code for country in countries for code in get_territory_currencies(country) if code in codes}
    if len(ours) == 1:
        return Reading(ours.pop(), f"{rule}-of-a-speaker", "medium")
    return Reading("", f"{rule}-of-several", "low")


@cache
def _read_currencies(language: str) -> _Currencies:
    from babel import Locale
    from babel.core import get_global
    from babel.numbers import get_currency_name, get_currency_symbol

    territories = get_global("territory_currencies").values()
    current = {code for entries in territories for code, _, until, is_tender in entries if until is None and is_tender}
    names: dict[str, str] = {code: code for code in current}
    signs: dict[str, set[str]] = {sign: {code} for sign, code in _COMMON.items()}
    shared: dict[str, set[str]] = {}
    for code in sorted(current & set(Locale.parse(language).currencies)):
        for count in (1, 2, None):
            name = get_currency_name(code, count=count, locale=language).lower()
            names.setdefault(name, code)
            shared.setdefault(name.split()[-1], set()).add(code)
        symbol = get_currency_symbol(code, locale=language)
        for sign in {symbol, symbol[-1]}:
            if sign[-1] in SIGNS:
                signs.setdefault(sign, set()).add(code)
    return _Currencies(
        names,
        {sign: tuple(sorted(found)) for sign, found in signs.items()},
        {word: tuple(sorted(found)) for word, found in shared.items() if word not in names},
    )
