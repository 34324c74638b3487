"""The figures of a clause: value, comparator, unit or currency, and what is counted (codebook, section 4).

What counts nothing is no figure: numbers of documents and their parts, dates and years, ordinals, numbers that are
part of a name ("G8", "two World Wars"). Names of currencies are those of the Unicode CLDR, by ISO 4217 (Babel).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache

from ukfr_graph.drafting.clauses import Reading
from ukfr_graph.drafting.language import Language
from ukfr_graph.drafting.tokens import Token

_DIGITS = re.compile(r"\d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?:\.\d{1,4})?(?![\d,])|\d{1,15}(?:\.\d{1,4})?(?![\d,]*\d)")
_BEFORE = 40  # characters looked at before a figure
_COUNTED_WORDS = 5
_PAIR = Decimal(2)
_SIGNS = "€$£¥₹₩₽₺₴₦₪₫฿₱"
_JOINED = re.compile(r"[\w/–—.-]\Z")
_SIGN = re.compile(rf"(?:\b[A-Z]{{1,3}})?[{_SIGNS}]\s?\Z|\b[A-Z]{{3}}\s?\Z")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True)
class Figure:
    """A figure in a text: its characters, ``value``, and what was read about it; "" where it does not say.

    ``unit`` is a term of the vocabulary of units, ``currency`` a code of ISO 4217, ``counted`` the words after it.
    """

    start: int
    end: int
    value: str
    comparator: Reading
    measure: Reading
    counted: str
    unit: Reading | None = None
    currency: Reading | None = None


def find_figures(
    text: str,
    start: int,
    end: int,
    language: Language,
    taken: Sequence[tuple[int, int]] = (),
    countries: Sequence[str] = (),
) -> Iterator[Figure]:
    """Find the figures of a clause.

    ``taken`` are the stretches of times, whose numbers are dates; durations among them are figures still.
    ``countries`` are the codes (ISO 3166-1) of the states that speak, by whose money a mere "dollar" is told.
    """
    at = start
    for found_start, found_end, amount in _find_numbers(text, start, end, language):
        if found_start < at or _is_no_figure(text, start, end, found_start, found_end, language):
            continue
        if any(first <= found_start < last for first, last in taken) and not _is_duration(
            text, found_end, end, language
        ):
            continue
        figure = _read(text, start, end, found_start, found_end, amount, language, countries)
        if figure:
            yield figure
            at = figure.end


def _find_numbers(text: str, start: int, end: int, language: Language) -> Iterator[tuple[int, int, Decimal]]:
    """Find numbers in digits and in words, with a magnitude after them ("2.5 billion"): (start, end, amount)."""
    found: list[tuple[int, int, Decimal]] = []
    for match in _DIGITS.finditer(text, start, end):
        try:
            found.append((match.start(), match.end(), Decimal(re.sub(r"[,\s]", "", match[0]))))
        except InvalidOperation:
            continue
    for match in _WORD.finditer(text, start, end):
        word = match[0].lower()
        if word in language.numbers:
            found.append((match.start(), match.end(), Decimal(language.numbers[word])))
        elif word in language.words["one"] and _magnitude(text, match.end(), end, language):
            found.append((match.start(), match.end(), Decimal(1)))
        elif "-" in word and all(part in language.numbers for part in word.split("-")):
            found.append((match.start(), match.end(), Decimal(sum(language.numbers[part] for part in word.split("-")))))
    for first, last, amount in sorted(found):
        stop, value = last, amount
        while magnitude := _magnitude(text, stop, end, language):
            value, stop = value * magnitude[0], magnitude[1]
        yield first, stop, value


def _magnitude(text: str, at: int, end: int, language: Language) -> tuple[int, int] | None:
    match = re.compile(r"\s?([^\W\d_]{1,9})(?![\w-])").match(text, at, end)
    if not match or match[1].lower() not in language.magnitudes:
        return None
    is_short = len(match[1]) <= 2
    if is_short and match.start(1) > at and match[1] != "bn":
        return None  # "5 m" is a length
    return language.magnitudes[match[1].lower()], match.end()


def _is_no_figure(text: str, start: int, end: int, first: int, last: int, language: Language) -> bool:
    """Return whether a number counts nothing: it is a part of a name, of a date or of a reference."""
    before, after = text[max(start, first - _BEFORE) : first], text[last : min(end, last + _BEFORE)]
    number = text[first:last]
    if _JOINED.search(before) and not before.endswith(("–", "—")) and not _SIGN.search(before):
        return True
    if re.match(r"(?:st|nd|rd|th)\b|[A-Za-z]*\d|/\d|-\w*\d|\.\d|–\d|:\d\d", after) or re.match(r"[A-Za-z]", after):
        return True
    if number.isdigit() and language.patterns["year"].fullmatch(number) and not _is_counting(after, language):
        return True
    if before.rstrip().lower().endswith(_months(language)) or re.match(
        rf"\s+(?:{'|'.join(language.months)})\b", after, re.IGNORECASE
    ):
        return True
    word = re.search(r"([^\W\d_]+(?:\s[^\W\d_]+)?)\.?\s+\(?\Z", before)
    if word and any(
        re.fullmatch(language.patterns["numbered"].pattern, part, re.IGNORECASE)
        for part in (word[1], word[1].split()[-1])
    ):
        return True
    if (
        re.search(r"\b[A-Z][\w.]*\s\Z", before)
        and number.isdigit()
        and not re.match(r"\s+[a-z%€]", after)
        and not _SIGN.search(before)
    ):
        return True  # the number of a name: "Horizon 2020", "Task Force 150"
    capitals = re.match(r"\s+([A-Z][\w’'-]*)\s+[A-Z][\w’'-]*", after)
    if capitals and not number[0].isdigit():
        return not language.patterns["parties"].fullmatch(capitals[1])
    return number.lower() in language.numbers and bool(re.match(r"-[a-z]", after))


@cache
def _month_tuple(months: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(months)


def _months(language: Language) -> tuple[str, ...]:
    return _month_tuple(language.months)


def _is_counting(after: str, language: Language) -> bool:
    """Return whether a year-like number counts something: "2000 people"."""
    word = re.match(r"\s+([^\W\d_]+)", after)
    return bool(word) and any(cue.pattern.fullmatch(word[1]) for cue in language.units if cue.rule != "month")


def _is_duration(text: str, at: int, end: int, language: Language) -> bool:
    word = re.compile(r"\s+([^\W\d_]+)").match(text, at, end)
    return bool(word) and word[1].lower().rstrip("s") in ("day", "week", "month", "year", "decade", "hour")


def _read(
    text: str,
    start: int,
    end: int,
    first: int,
    last: int,
    amount: Decimal,
    language: Language,
    countries: Sequence[str],
) -> Figure | None:
    before = text[max(start, first - _BEFORE) : first]
    sign = _SIGN.search(before)
    currency, stop = _find_currency(text, sign[0].strip() if sign else "", last, end, language, countries)
    begin = first - len(sign[0]) if sign and currency else first
    if currency is None and (percent := language.patterns["percent"].match(text, last + 1, end)):
        stop = percent.end()
    elif currency is None and text[last : last + 1] == "%":
        stop = last + 1
    comparator = _find_comparator(text[max(start, begin - _BEFORE) : begin], language)
    counted, counted_end = _find_counted(text, last if currency is None else stop, end, language)
    unit = None if currency else _find_unit(counted, language)
    if currency is None and not counted and stop == last:
        word = before.split()[-1:] or [""]
        if comparator.value == "unqualified" and word[0].lower() not in language.words["elliptic"]:
            return None  # a number that counts nothing in words
    if currency is None and amount == _PAIR and _refers_to_speakers(before, counted, language):
        return None
    if currency is None and stop == last:
        stop = counted_end
    return Figure(
        begin,
        stop,
        _write(amount),
        comparator,
        _find_measure(text, start, begin, end, counted, unit, language),
        counted or text[begin:stop],
        unit,
        currency,
    )


def _refers_to_speakers(before: str, counted: str, language: Language) -> bool:
    """Return whether a number is that of the speakers themselves: "the two sides", "our two navies"."""
    unit = _find_unit(counted, language)
    return before.lower().split()[-1:] in (["the"], ["our"], ["these"], ["their"]) and (
        unit is None or unit.value not in ("country", "state", "month")
    )


def _write(amount: Decimal) -> str:
    plain = format(amount, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _find_comparator(before: str, language: Language) -> Reading:
    for cue in language.comparators:
        for match in cue.pattern.finditer(before):
            if not before[match.end() :].strip():
                return Reading(cue.rule, f"comparator:{match[0].lower()}", "high")
    return Reading("unqualified", "no-comparator", "high")


def _find_counted(text: str, at: int, end: int, language: Language) -> tuple[str, int]:
    """Find the name of what is counted: the words up to one that ends it."""
    stop, words = at, 0
    for match in _WORD.finditer(text, at, min(end, at + 200)):
        if text[stop : match.start()].strip() or match[0].lower() in language.words["stops"] or words == _COUNTED_WORDS:
            break
        if match[0].endswith("ly") or (words and language.find_base(match[0].lower(), "ing")):
            break
        stop, words = match.end(), words + 1
    return text[at:stop].strip(), stop


def _find_unit(counted: str, language: Language) -> Reading | None:
    """Find the unit by the last word of what is counted that is one."""
    for word in reversed(counted.lower().split()):
        for cue in language.units:
            if cue.pattern.fullmatch(word):
                return Reading(cue.rule, f"unit:{word}", "high" if cue.rule != "person" else "medium")
    return None


def _find_measure(
    text: str, start: int, begin: int, end: int, counted: str, unit: Reading | None, language: Language
) -> Reading:
    """Suggest what kind of measure it is; only the surer ones."""
    words = counted.lower().split()
    before = text[max(start, begin - _BEFORE) : begin].lower().split()
    if words[:1] and (
        words[0] in language.words["increment"] or before[-1:] in (["additional"], ["another"], ["further"])
    ):
        return Reading("increment", "increment", "medium")
    if (unit and unit.value == "month") or (
        words[:1] and words[0].rstrip("s") in ("day", "week", "year", "decade", "hour")
    ):
        return Reading("duration", "duration", "high")
    if unit and unit.value in ("country", "state"):
        return Reading("cardinality", "members", "medium")
    if re.search(r"\bsince\b", text[start:end]):
        return Reading("cumulative-total", "since", "low")
    if re.search(r"\b(?:are|is) (?:now|currently)\b", text[start:end]):
        return Reading("stock", "now", "low")
    return Reading("", "no-measure", "low")


def _find_currency(
    text: str, sign: str, last: int, end: int, language: Language, countries: Sequence[str]
) -> tuple[Reading | None, int]:
    """Find the currency by the sign before a number or the name after it: (currency, end of its words)."""
    names, signs, shared = _read_currencies(language.code)
    if sign:
        if sign in names["codes"]:
            return Reading(names["codes"][sign], "currency-code", "high"), last
        if sign in signs:
            return _choose(signs[sign], sign, countries, "currency-sign"), last
    words = [(m[0].lower(), m.end()) for m in _WORD.finditer(text, last, min(end, last + 60))][:4]
    if text[last : last + 1] in _SIGNS and text[last : last + 1]:
        return _choose(signs.get(text[last], ()), text[last], countries, "currency-sign"), last + 1
    for count in range(len(words), 0, -1):
        name = " ".join(word for word, _ in words[:count])
        if text[last : words[0][1]].strip().lower() != words[0][0]:
            break
        if name in names["names"]:
            return Reading(names["names"][name], "currency-name", "high"), words[count - 1][1]
        if name in shared:
            return _choose(shared[name], name, countries, "currency-name"), words[count - 1][1]
        code = text[last : words[0][1]].strip()
        if count == 1 and code in names["codes"]:
            return Reading(names["codes"][code], "currency-code", "high"), words[0][1]
    return None, last


def _choose(codes: Sequence[str], written: str, countries: Sequence[str], rule: str) -> Reading | None:
    """Choose the currency that a name of several ones means: that of one of the states; else it is for a person."""
    if len(codes) == 1:
        return Reading(codes[0], rule, "high")
    from babel.numbers import get_territory_currencies

    ours = sorted({code for country in countries for code in get_territory_currencies(country) if code in codes})
    return (
        Reading(ours[0], f"{rule}-of-a-speaker", "medium")
        if len(ours) == 1
        else Reading("", f"{rule}-of-several", "low")
    )


@cache
def _read_currencies(
    code: str,
) -> tuple[dict[str, dict[str, str]], dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Read the names of currencies in use, by full name and code; their signs; and the last words that several share."""
    from babel import Locale
    from babel.core import get_global
    from babel.numbers import get_currency_name, get_currency_symbol

    current = {
        entry[0]
        for entries in get_global("territory_currencies").values()
        for entry in entries
        if entry[2] is None and entry[3]
    }
    names: dict[str, str] = {}
    signs: dict[str, set[str]] = {}
    shared: dict[str, set[str]] = {}
    for currency in sorted(current & set(Locale.parse(code).currencies)):
        for count in (1, 2, None):
            name = get_currency_name(currency, count=count, locale=code).lower()
            names.setdefault(name, currency)
            shared.setdefault(name.split()[-1], set()).add(currency)
        symbol = get_currency_symbol(currency, locale=code)
        for sign in {symbol, symbol[-1]}:
            if sign[-1] in _SIGNS:
                signs.setdefault(sign, set()).add(currency)
    for currency, sign in (("USD", "US$"), ("CAD", "C$"), ("NZD", "NZ$"), ("AUD", "AU$"), ("AUD", "A$")):
        signs.setdefault(sign, set()).add(currency)
    for word in list(shared):
        if word in names:
            shared.pop(word)
    return (
        {"names": names, "codes": {currency: currency for currency in current}},
        {sign: tuple(sorted(found)) for sign, found in signs.items()},
        {word: tuple(sorted(found)) for word, found in shared.items()},
    )


__all__ = ["Figure", "Token", "find_figures"]
