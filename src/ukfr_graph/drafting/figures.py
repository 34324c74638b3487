"""The figures of a clause: value, comparator, unit or currency, and what is counted (codebook, section 4).

What counts nothing is no figure: numbers of documents and their parts, dates and years, ordinals, numbers that are
part of a name ("G8", "two World Wars"), and the "two" of "the two sides", which are the speakers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from ukfr_graph.drafting.language import Cue, Language
from ukfr_graph.drafting.money import find_currency, find_sign
from ukfr_graph.drafting.readings import Reading

_BLANKS = "\u00a0\u202f "  # between thousands
_REACH = 40  # characters looked at before and after a figure
_AROUND = 200  # characters looked at for what says which kind of measure it is
_COUNTED_WORDS = 5
_PAIR = Decimal(2)
_SHORT = 2  # letters of a magnitude that must stand at its number: "5m" is five millions, "5 m" five metres
_PARTY_UNITS = ("country", "state", "month")
_WITHIN = re.compile(r"[\w/.-]\Z")
_GOES_ON = re.compile(r"[^\W_]|/\d|-\w*\d|\.\d|[–:]\d|-[a-z]")
_MAGNITUDE = re.compile(r"\s?([^\W\d_]{1,9})(?![\w-])")
_LAST_WORDS = re.compile(r"([^\W\d_]+(?:\s[^\W\d_]+)?)\.?\s+\(?\Z")
_NAME_BEFORE = re.compile(r"\b[A-Z][\w.]*\s\Z")
_NAME_AFTER = re.compile(r"\s+([A-Z][\w’'-]*)\s+[A-Z]")
_COUNTS = re.compile(r"\s+[a-z%€]")
_NEXT_WORD = re.compile(r"\s+([^\W\d_]+)")
_AGAIN = re.compile(r"\s\((\d{1,9})\)")  # "ninety (90) days"
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True)
class FoundFigure:
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
) -> Iterator[FoundFigure]:
    """Find the figures of a clause.

    ``taken`` are the stretches of times, whose numbers are dates; durations among them are figures still.
    ``countries`` are the codes (ISO 3166-1) of the states that speak, by whose money a mere "dollar" is told.
    """
    reader = _Reader(text, start, end, language, tuple(countries), tuple(begin for begin, _ in taken))
    at = start
    for first, last, amount in reader.find_numbers():
        is_date = any(begin <= first < stop for begin, stop in taken) and not reader.is_duration(last)
        if first < at or is_date or reader.is_no_figure(first, last):
            continue
        figure = reader.read(first, last, amount)
        if figure:
            yield figure
            at = figure.end


@dataclass(frozen=True)
class _Reader:
    """Reads the figures of one clause."""

    text: str
    start: int
    end: int
    language: Language
    countries: tuple[str, ...]
    times: tuple[int, ...]  # where they start: nothing that is counted goes on into one

    def find_numbers(self) -> Iterator[tuple[int, int, Decimal]]:
        """Find numbers in digits and in words, with a magnitude after them ("2.5 billion"): (start, end, amount)."""
        decimal = self.language.decimal
        found = [
            (m.start(), m.end(), Decimal(re.sub(rf"[^\d{decimal}]", "", m[0]).replace(decimal, ".")))
            for m in _compile_digits(decimal).finditer(self.text, self.start, self.end)
        ]
        for match in _WORD.finditer(self.text, self.start, self.end):
            word = match[0].lower()
            parts = [self.language.numbers.get(part) for part in word.split("-")]
            if all(parts):
                found.append((match.start(), match.end(), Decimal(sum(part for part in parts if part))))
            elif word in self.language.words["one"] and self._find_magnitude(match.end()):
                found.append((match.start(), match.end(), Decimal(1)))
        for first, last, amount in sorted(found):
            value, stop = amount, last
            while magnitude := self._find_magnitude(stop):
                value, stop = value * magnitude[0], magnitude[1]
            again = _AGAIN.match(self.text, stop, self.end)
            if again and again[1] == _write(value) and not self.text[first].isdigit():
                stop = last = again.end()
            yield first, self._skip_partitive(stop) if stop > last else stop, value

    def _skip_partitive(self, at: int) -> int:
        """Step over what joins a magnitude to what is counted: "2 millions d'euros"."""
        word = _NEXT_WORD.match(self.text, at, self.end)
        return word.end() if word and word[1].lower() in self.language.words["partitives"] else at

    def _find_magnitude(self, at: int) -> tuple[int, int] | None:
        match = _MAGNITUDE.match(self.text, at, self.end)
        if not match or (len(match[1]) <= _SHORT and match.start(1) > at):
            return None
        value = self.language.magnitudes.get(match[1].lower())
        return (value, match.end()) if value else None

    def is_no_figure(self, first: int, last: int) -> bool:
        """Return whether a number counts nothing: it is a part of a word, a name, a date or a reference."""
        before, after, number = self._before(first), self._after(last), self.text[first:last]
        is_word = not number[0].isdigit()
        return (
            (bool(_WITHIN.search(before)) and not find_sign(before))
            or bool(_GOES_ON.match(after))
            or (not is_word and self._is_date(before, after, number))
            or self._is_numbered(before)
            or (not is_word and self._find_comparator(first).value == "unqualified" and self._is_in_name(before, after))
            or (is_word and self._names_something(after))
        )

    def _is_date(self, before: str, after: str, number: str) -> bool:
        """Return whether a number is a year, or the day of a month."""
        following = _NEXT_WORD.match(after)
        word = following[1].lower() if following else ""
        is_year = bool(self.language.patterns["year"].fullmatch(number))
        counts = any(cue.pattern.fullmatch(word) for cue in self.language.units if cue.rule not in _PARTY_UNITS)
        is_day = word in self.language.months or before.rstrip().lower().endswith(self.language.months)
        return is_day or (is_year and not counts)

    def _is_numbered(self, before: str) -> bool:
        """Return whether a number is that of a document or a part of one: "Article 5", "No. 12"."""
        words = _LAST_WORDS.search(before)
        parts = (words[1], words[1].split()[-1]) if words else ()
        return any(self.language.patterns["numbered"].fullmatch(part) for part in parts)

    def _is_in_name(self, before: str, after: str) -> bool:
        """Return whether a number ends a name: "Horizon 2020", "Task Force 150"."""
        return bool(_NAME_BEFORE.search(before)) and not _COUNTS.match(after) and not find_sign(before)

    def _names_something(self, after: str) -> bool:
        """Return whether a number in words begins a name: "two World Wars"; "two Prime Ministers" are counted."""
        return bool(_NAME_AFTER.match(after)) and not self.language.patterns["parties"].match(after.lstrip())

    def is_duration(self, at: int) -> bool:
        """Return whether a unit of time follows a number."""
        word = _NEXT_WORD.match(self.text, at, self.end)
        return bool(word and self.language.patterns["durations"].fullmatch(word[1]))

    def read(self, first: int, last: int, amount: Decimal) -> FoundFigure | None:
        """Read a figure; None where it counts nothing in words, or only who speaks."""
        sign = find_sign(self._before(first))
        currency, stop = find_currency(self.text, sign.strip(), last, self.end, self.language.code, self.countries)
        begin = first - len(sign) if sign and currency else first
        if currency is None:
            percent = self.language.patterns["percent"].match(self.text, last, self.end) or (
                self.language.patterns["percent"].match(self.text, last + 1, self.end)
            )
            stop = percent.end() if percent else last
        comparator = self._find_comparator(begin)
        counted, counted_end = self._find_counted(stop)
        unit = None if currency else self._find_unit(counted)
        if currency is None and stop == last:
            word = (self._before(first).lower().split() or [""])[-1]
            is_elliptic = comparator.value != "unqualified" or word in self.language.words["elliptic"]
            is_speakers = amount == _PAIR and word in self.language.words["before_parties"]
            if (not counted and not is_elliptic) or (is_speakers and (unit is None or unit.value not in _PARTY_UNITS)):
                return None
            stop = counted_end
        measure = self._find_measure(begin, counted, unit)
        return FoundFigure(begin, stop, _write(amount), comparator, measure, counted, unit, currency)

    def _before(self, at: int) -> str:
        return self.text[max(self.start, at - _REACH) : at]

    def _after(self, at: int) -> str:
        return self.text[at : min(self.end, at + _REACH)]

    def _find_comparator(self, at: int) -> Reading:
        before = self._before(at)
        for cue in self.language.comparators:
            for match in cue.pattern.finditer(before):
                if not before[match.end() :].strip():
                    return Reading(cue.rule, f"comparator:{match[0].lower()}", "high")
        return Reading("unqualified", "no-comparator", "high")

    def _find_counted(self, at: int) -> tuple[str, int]:
        """Find the name of what is counted, the words up to one that ends it: (name, where it ends)."""
        stop = at
        limit = min([self.end, at + _AROUND, *(begin for begin in self.times if begin > at)])
        for number, match in enumerate(_WORD.finditer(self.text, at, limit)):
            word = match[0].lower()
            is_end = word in self.language.words["stops"] or number == _COUNTED_WORDS or self.language.is_adverb(word)
            is_verb = number > 0 and bool(
                self.language.find_base(word, "gerund") or self.language.is_verb(word, certain=True)
            )
            if self.text[stop : match.start()].strip() or is_end or is_verb:
                break
            stop = match.end()
        return self.text[at:stop].strip(), stop

    def _find_unit(self, counted: str) -> Reading | None:
        """Find the unit by the last word of what is counted that is one."""
        found = ((cue, word) for word in reversed(counted.lower().split()) for cue in self.language.units)
        cue, word = next(((cue, word) for cue, word in found if cue.pattern.fullmatch(word)), (None, ""))
        return Reading(cue.rule, f"unit:{word}", "medium") if isinstance(cue, Cue) else None

    def _find_measure(self, at: int, counted: str, unit: Reading | None) -> Reading:
        """Suggest what kind of measure it is, where words say so."""
        increment = self.language.words["increment"]
        words = counted.lower().split()
        around = self.text[max(self.start, at - _AROUND) : min(self.end, at + _AROUND)]
        if set(words[:1]) & increment or set(self._before(at).lower().split()[-1:]) & increment:
            return Reading("increment", "increment", "medium")
        if words and self.language.patterns["durations"].fullmatch(words[0]):
            return Reading("duration", "duration", "high")
        if unit and unit.value in _PARTY_UNITS:
            return Reading("cardinality", "members", "medium")
        for value in ("cumulative-total", "stock"):
            if self.language.patterns[value].search(around):
                return Reading(value, "words-around", "low")
        return Reading("", "no-measure", "low")


@cache
def _compile_digits(decimal: str) -> re.Pattern[str]:
    point, comma = re.escape(decimal), re.escape({".": ",", ",": "."}[decimal])
    return re.compile(
        rf"\d{{1,3}}(?:[{comma}{_BLANKS}]\d{{3}})+(?:{point}\d{{1,4}})?(?![\d{comma}])"
        rf"|\d{{1,15}}(?:{point}\d{{1,4}})?(?![\d{comma}]*\d)"
    )


def _write(amount: Decimal) -> str:
    plain = format(amount, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
