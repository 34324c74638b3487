"""The names and codes of states, each with what it meant and when.

Names and codes in use come from the Unicode CLDR (Babel) and from ISO 3166-1 and -3 (pycountry), in English and
French. What these lack is data: ``states.csv`` has names with the period in which each meant that state, and where
the period is from; ``correlates_of_war.csv`` the codes of the Correlates of War project's list of states (version
2016).
"""

from __future__ import annotations

import csv
import gettext
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from ukfr_graph.link.spelling import fold

_NOT_COUNTRIES = frozenset({"EZ", "XA", "XB", "QO", "ZZ"})  # of CLDR: currencies, tests, regions
_SMALL_WORDS = frozenset("the of and de du des la le les et d l government governments gouvernement".split())  # noqa: SIM905
_SHORT = {"rep": "republic", "dem": "democratic", "fed": "federal", "st": "saint", "govt": "government", "is": "island"}
_PEOPLES = re.compile(r"\bpeoples?(?: s)+\b")
_INITIALS = re.compile(r"\b(?:[a-z] )+[a-z]\b")
_ISO_ENTRY = re.compile(r"ISO 3166-3 ([A-Z]{4})")


@dataclass(frozen=True)
class Meaning:
    """A state that a name or code meant ``since`` some year or day ``until`` another (empty: not bounded)."""

    code: str
    name: str = ""
    since: str = ""
    until: str = ""

    @property
    def is_past(self) -> bool:
        """Return whether the name is one that the state does not have today."""
        return bool(self.name) and (bool(self.until) or not self.since)

    def holds(self, on: str) -> bool:
        """Return whether the meaning held on a day, month or year as in ISO 8601."""
        return (not self.since or self.since <= on[: len(self.since)]) and (
            not self.until or on[: len(self.until)] <= self.until[: len(on)]
        )


@cache
def make_key(name: str) -> str:
    """Write a name so that the order of its words ("Korea, Republic of") and small words do not count."""
    text = _PEOPLES.sub("peoples", fold(name.replace("&", " and ")))
    text = _INITIALS.sub(lambda m: m[0].replace(" ", ""), text)
    words = {_SHORT.get(word, word) for word in text.split()}
    return " ".join(sorted(words - _SMALL_WORDS or words))


class StateTable:
    """Every name by its key, and the names of each code by period."""

    def __init__(self) -> None:
        self.meanings: dict[str, list[Meaning]] = defaultdict(list)
        self.bounded: dict[str, list[Meaning]] = defaultdict(list)
        self.ended: dict[str, str] = {}
        self.withdrawn: dict[tuple[str, str], Meaning] = {}
        for row in _read("states.csv"):
            meaning = Meaning(row["code"], row["name"], row["from"], row["until"])
            if row["sort"] == "ended":
                self.ended.setdefault(row["code"], row["name"])
            if row["source"] != "spelling":
                self.bounded[row["code"]].append(meaning)
            else:
                meaning = Meaning(row["code"])
            for entry in _ISO_ENTRY.findall(row["source"]):
                self.withdrawn[entry, row["until"]] = meaning
            spellings = [part for part in row["spellings"].split(" | ") if part]
            named = [] if row["name"] in ("Congo",) or not row["name"] else [row["name"]]
            for spelling in dict.fromkeys([*named, *spellings]):
                self._add(spelling, meaning)
        for row in _read("correlates_of_war.csv"):
            if row["code"].startswith("X") and row["code"] not in self.ended and len(row["code"]) == 3:
                self.ended[row["code"]] = row["name"]
                self._add(row["name"], Meaning(row["code"], "", "", row["until"]))
        curated = set(self.meanings)
        for name, code in _current_names():
            if make_key(name) not in curated:
                self._add(name, Meaning(code))
        self._words: dict[str, set[frozenset[str]]] = defaultdict(set)
        self._owners: dict[frozenset[str], set[str]] = defaultdict(set)
        for key, meanings in self.meanings.items():
            words = frozenset(key.split())
            self._owners[words] |= {m.code for m in meanings}
            for word in words:
                self._words[word].add(words)

    def _add(self, name: str, meaning: Meaning) -> None:
        held = self.meanings[make_key(name)]
        if meaning not in held:
            held.append(meaning)

    def is_shared(self, key: str) -> bool:
        """Return whether the words of a name are also those of another state's, with more words ("Korea", "Guinea")."""
        words = frozenset(key.split())
        if not words:
            return False
        owners = {m.code for m in self.meanings.get(key, ())}
        wider = (known for known in self._words.get(min(words), ()) if words < known)
        return any(self._owners[known] - owners for known in wider) or len(owners) > 1


@cache
def read_states() -> StateTable:
    """Return the table, which is read once."""
    return StateTable()


def _read(name: str) -> list[dict[str, str]]:
    text = resources.files(__package__ or "").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def english_names() -> dict[str, str]:
    """Return the names of today by code, as the CLDR has them."""
    from babel import Locale

    return dict(Locale("en").territories)


def _current_names() -> Iterator[tuple[str, str]]:
    """Names in use, with their codes: of the CLDR and of ISO 3166-1, short and official, in English and French."""
    import pycountry
    from babel import Locale

    for language in ("en", "fr"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES:
                yield name, code
    french = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, ["fr"])
    for country in pycountry.countries:
        for field in ("name", "official_name", "common_name"):
            if name := getattr(country, field, ""):
                yield name, country.alpha_2
                yield french.gettext(name), country.alpha_2


@cache
def iso_codes() -> dict[str, tuple[Meaning, ...]]:
    """Codes of ISO 3166-1 and -3: alpha-2, alpha-3, alpha-4 and numeric, with and without leading zeros."""
    import pycountry
    from babel.core import get_global

    codes: dict[str, list[Meaning]] = defaultdict(list)
    for code in english_names():
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES:
            codes[code].append(Meaning(code))
    for country in pycountry.countries:
        for written in (country.alpha_2, country.alpha_3, country.numeric, country.numeric.lstrip("0")):
            if not codes[written]:
                codes[written].append(Meaning(country.alpha_2))
    current = set(codes)
    for former in pycountry.historic_countries:
        known = read_states().withdrawn.get((former.alpha_4, former.withdrawal_date))
        meaning = known or Meaning(former.alpha_4, former.name, "", former.withdrawal_date)
        for written in {former.alpha_2, former.alpha_3, former.alpha_4, getattr(former, "numeric", "")} - current:
            codes[written].append(meaning)
    for alias, meant in get_global("territory_aliases").items():
        if alias not in codes and len(meant) == 1 and len(meant[0]) == 2 and meant[0] not in _NOT_COUNTRIES:
            codes[alias].append(Meaning(meant[0]))
    del codes[""]
    for written in ("EUE", "EUU", "ROM", "XKX"):
        codes[written] = read_states().meanings[make_key(written)]
    return {written: tuple(found) for written, found in codes.items() if found}


@cache
def cow_codes() -> dict[str, tuple[Meaning, ...]]:
    """Codes of the Correlates of War project's list of states: abbreviations and numbers."""
    codes: dict[str, list[Meaning]] = defaultdict(list)
    for row in _read("correlates_of_war.csv"):
        for written in {row["abbreviation"], row["number"], row["number"].zfill(3)}:
            codes[written].append(Meaning(row["code"], "", row["from"], row["until"]))
    return {written: tuple(found) for written, found in codes.items()}
