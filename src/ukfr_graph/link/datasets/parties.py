"""States, organisations and dependencies as datasets name them, by one code each.

Names and codes in use come from the Unicode CLDR (Babel) and from ISO 3166-1 and -3 (pycountry), in English and
French. What these lack is data: ``states.csv`` has names with the period in which each meant that state, and where
the period is from; ``correlates_of_war.csv`` the codes of the Correlates of War project's list of states (version
2016). A state that changed its name keeps its code, and the reader is told; a state that ended (the Soviet Union,
Czechoslovakia) has a code of its own, since its treaties are not those of a successor. What could be two states at
the time is unknown, and told: never another state.
"""

from __future__ import annotations

import csv
import gettext
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

from ukfr_graph.link.names import fold

CodeList = Literal["", "iso", "cow"]
"""Which list codes are from: ISO 3166, the Correlates of War project's, or not known."""

DEPENDENCIES = frozenset(
    (  # noqa: SIM905
        "AI AN AS AW AX BL BM BQ BV CC CK CW CX FK FO GF GG GI GL GP GS GU HK HM IM IO JE KY MF MO MP MQ MS NC NF NU "
        "PF PM PN PR RE SH SJ SX TC TF TK VG VI WF YT AC DG IC TA UM EH"
    ).split()
)
_NOT_COUNTRIES = frozenset({"EZ", "XA", "XB", "QO", "ZZ"})  # of CLDR: currencies, tests, regions
_SMALL_WORDS = frozenset("the of and de du des la le les et d l government governments gouvernement".split())  # noqa: SIM905
_FORMS = frozenset(
    (  # noqa: SIM905
        "republic kingdom state federal democratic peoples socialist islamic union empire commonwealth "
        "principality grand duchy sultanate confederation federation dominion oriental hashemite bolivarian royal "
        "imperial independent republique royaume etat principaute duche populaire democratique socialiste federale "
        "islamique"
    ).split()
)
_SHORT = {"rep": "republic", "dem": "democratic", "fed": "federal", "st": "saint", "govt": "government", "is": "island"}
_PEOPLES = re.compile(r"\bpeoples?(?: s)+\b")
_INITIALS = re.compile(r"\b(?:[a-z] )+[a-z]\b")
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_ISO_ENTRY = re.compile(r"ISO 3166-3 ([A-Z]{4})")
_MAX_SHOWN = 60


@dataclass(frozen=True)
class Party:
    """One party: its ``code`` (ISO 3166-1 alpha-2, ours for states that ended, the folded name where unknown).

    ``note`` says what a reader should know; ``then`` is the name that the state had then, where it has another today.
    """

    code: str
    is_territory: bool = False
    note: str = ""
    then: str = ""


@dataclass(frozen=True)
class _Meaning:
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
        return (not self.since or self.since <= on[: len(self.since)]) and (
            not self.until or on[: len(self.until)] <= self.until[: len(on)]
        )


@lru_cache(maxsize=100_000)
def read_party(name: str, on: str = "", codes: CodeList = "") -> Party:
    """Tell which state, organisation or dependency a name or code stood for on a day.

    ``on`` is a day, month or year as in ISO 8601, empty where it is not known: then today's meaning counts.

    >>> read_party("UNITED KINGDOM").code, read_party("Royaume-Uni").code, read_party("gb").code, read_party("826").code
    ('GB', 'GB', 'GB', 'GB')
    >>> read_party("Republic of China", "1930").code, read_party("Republic of China", "1950").code
    ('CN', 'TW')
    >>> read_party("SIAM")
    Party(code='TH', is_territory=False, note='SIAM is read as Thailand', then='Siam')
    >>> read_party("AUS", codes="iso").code, read_party("AUS", codes="cow").code, read_party("AUS").code
    ('AU', 'AT', 'aus')
    >>> read_party("Korea", "1975").note
    'Korea may be North Korea or South Korea; compared by its name'
    >>> read_party("Ruritania").note
    'Ruritania is no state known here; compared by its name'
    """
    shown = " ".join(name.split())[:_MAX_SHOWN]
    meanings = next(filter(None, _look_up(name, codes)), ())
    found = _choose(meanings, on)
    if not found:
        return Party(fold(name), note=f"{shown} is no state known here; compared by its name")
    if len({meaning.code for meaning in found}) > 1:
        rivals = " or ".join(sorted({meaning.name or name_party(meaning.code) for meaning in found}))
        return Party(fold(name), note=f"{shown} may be {rivals}; compared by its name")
    code, today = found[0].code, name_party(found[0].code)
    then = found[0].name if found[0].is_past and found[0].name != today else name_then(code, on)
    is_told = _key(name) != _key(today) and (found[0].is_past or len({meaning.code for meaning in meanings}) > 1)
    is_told = is_told and code not in _table().ended and _key(name) in _table().meanings
    return Party(code, code in DEPENDENCIES, f"{shown} is read as {today}" if is_told else "", then)


def name_party(code: str) -> str:
    """Return the English name of a code, for people; that of today, where the state has several.

    >>> name_party("GB"), name_party("ruritania"), name_party("SU")
    ('United Kingdom', 'Ruritania', 'Soviet Union')
    """
    return _table().ended.get(code) or _english().get(code) or (code if code.isupper() else code.title())


def name_then(code: str, on: str) -> str:
    """Return the name that a state had on a day, where it has another today and the table knows the period.

    >>> name_then("CD", "1980"), name_then("CD", "2010"), name_then("FR", "1980"), name_then("TH", "")
    ('Zaire', '', '', '')
    """
    if code in _table().ended:
        return ""
    rows = [m for m in _table().bounded.get(code, ()) if on and m.until and m.holds(on)]
    return rows[-1].name if rows and rows[-1].name != name_party(code) else ""


def find_code_list(names: Iterable[str]) -> CodeList:
    """Tell from all codes of a column which list they are from; nothing where they do not tell.

    >>> find_code_list(["UKG", "AUS"]), find_code_list(["GBR", "AUS"]), find_code_list(["USA", "AUS"])
    ('cow', 'iso', '')
    """
    written = {name.strip().upper() for name in names if _is_code(name)}
    only_iso = {code for code in written if code in _iso_codes() and code not in _cow_codes()}
    only_cow = {code for code in written if code in _cow_codes() and code not in _iso_codes()}
    if bool(only_iso) == bool(only_cow):
        return ""
    return "iso" if only_iso else "cow"


def split_parties(text: str, separator: str) -> list[str]:
    """Split a cell into parties; a comma within one name ("Korea, Republic of") does not separate.

    >>> split_parties("Korea, Republic of, France", ","), split_parties("A; B", ";")
    (['Korea, Republic of', 'France'], ['A', 'B'])
    """
    parts = [part.strip() for part in (text.split(separator) if separator else [text])]
    joined: list[str] = []
    while parts:
        whole = f"{parts[0]}, {parts[1]}" if len(parts) > 1 and separator == "," else ""
        if whole and not _is_known(parts[1]) and _key(whole) in _table().meanings:
            joined.append(whole)
            parts = parts[2:]
        else:
            joined.append(parts.pop(0))
    return joined


def _is_known(name: str) -> bool:
    return _key(name) in _table().meanings or _is_code(name)


def _is_code(name: str) -> bool:
    written = name.strip()
    return (len(written) in (2, 3, 4) and written.isascii() and written.isalpha()) or (
        written.isdecimal() and len(written) <= 3
    )


def _choose(meanings: Sequence[_Meaning], on: str) -> Sequence[_Meaning]:
    """Choose the meanings that held; where none did (or the day is unknown) today's, else the only one."""
    if not on:
        return [m for m in meanings if not m.until] or meanings
    return [m for m in meanings if m.holds(on)] or meanings


def _look_up(name: str, codes: CodeList) -> Iterator[Sequence[_Meaning]]:
    """List what a text may be, the surest reading first; the first that is not empty counts."""
    written = name.strip().upper()
    if _is_code(name):
        iso, cow = _iso_codes().get(written, ()), _cow_codes().get(written, ())
        if codes:
            yield iso if codes == "iso" else cow
        same = {m.code for m in iso} >= {m.code for m in cow}
        yield iso if same else cow if not iso else (*iso, *cow)
    for text in (name, _BRACKETS.sub("", name)):
        key = _key(text)
        yield _table().meanings.get(key, ())
        words = key.split()
        bare = " ".join(word for word in words if word not in _FORMS)
        if bare and bare != key and not _table().is_shared(bare):
            yield _table().meanings.get(bare, ())
        if _table().is_shared(bare):
            return  # what stands in brackets tells the states of one name apart


@cache
def _key(name: str) -> str:
    """Write a name so that the order of its words ("Korea, Republic of") and small words do not count."""
    text = _PEOPLES.sub("peoples", fold(name.replace("&", " and ")))
    text = _INITIALS.sub(lambda m: m[0].replace(" ", ""), text)
    words = {_SHORT.get(word, word) for word in text.split()}
    return " ".join(sorted(words - _SMALL_WORDS or words))


class _Table:
    """Every name by its key, and the names of each code by period."""

    def __init__(self) -> None:
        self.meanings: dict[str, list[_Meaning]] = defaultdict(list)
        self.bounded: dict[str, list[_Meaning]] = defaultdict(list)
        self.ended: dict[str, str] = {}
        self.withdrawn: dict[tuple[str, str], _Meaning] = {}
        for row in _read("states.csv"):
            meaning = _Meaning(row["code"], row["name"], row["from"], row["until"])
            if row["sort"] == "ended":
                self.ended.setdefault(row["code"], row["name"])
            if row["source"] != "spelling":
                self.bounded[row["code"]].append(meaning)
            else:
                meaning = _Meaning(row["code"])
            for entry in _ISO_ENTRY.findall(row["source"]):
                self.withdrawn[entry, row["until"]] = meaning
            spellings = [part for part in row["spellings"].split(" | ") if part]
            named = [] if row["name"] in ("Congo",) or not row["name"] else [row["name"]]
            for spelling in dict.fromkeys([*named, *spellings]):
                self._add(spelling, meaning)
        for row in _read("correlates_of_war.csv"):
            if row["code"].startswith("X") and row["code"] not in self.ended and len(row["code"]) == 3:
                self.ended[row["code"]] = row["name"]
                self._add(row["name"], _Meaning(row["code"], "", "", row["until"]))
        curated = set(self.meanings)
        for name, code in _current_names():
            if _key(name) not in curated:
                self._add(name, _Meaning(code))
        self._words: dict[str, set[frozenset[str]]] = defaultdict(set)
        self._owners: dict[frozenset[str], set[str]] = defaultdict(set)
        for key, meanings in self.meanings.items():
            words = frozenset(key.split())
            self._owners[words] |= {m.code for m in meanings}
            for word in words:
                self._words[word].add(words)

    def _add(self, name: str, meaning: _Meaning) -> None:
        held = self.meanings[_key(name)]
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
def _table() -> _Table:
    return _Table()


def _read(name: str) -> list[dict[str, str]]:
    text = resources.files(__package__ or "").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def _english() -> dict[str, str]:
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
def _iso_codes() -> dict[str, tuple[_Meaning, ...]]:
    """Codes of ISO 3166-1 and -3: alpha-2, alpha-3, alpha-4 and numeric, with and without leading zeros."""
    import pycountry
    from babel.core import get_global

    codes: dict[str, list[_Meaning]] = defaultdict(list)
    for code in _english():
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES:
            codes[code].append(_Meaning(code))
    for country in pycountry.countries:
        for written in (country.alpha_2, country.alpha_3, country.numeric, country.numeric.lstrip("0")):
            if not codes[written]:
                codes[written].append(_Meaning(country.alpha_2))
    current = set(codes)
    for former in pycountry.historic_countries:
        known = _table().withdrawn.get((former.alpha_4, former.withdrawal_date))
        meaning = known or _Meaning(former.alpha_4, former.name, "", former.withdrawal_date)
        for written in {former.alpha_2, former.alpha_3, former.alpha_4, getattr(former, "numeric", "")} - current:
            codes[written].append(meaning)
    for alias, meant in get_global("territory_aliases").items():
        if alias not in codes and len(meant) == 1 and len(meant[0]) == 2 and meant[0] not in _NOT_COUNTRIES:
            codes[alias].append(_Meaning(meant[0]))
    del codes[""]
    for written in ("EUE", "EUU", "ROM", "XKX"):
        codes[written] = _table().meanings[_key(written)]
    return {written: tuple(found) for written, found in codes.items() if found}


@cache
def _cow_codes() -> dict[str, tuple[_Meaning, ...]]:
    """Codes of the Correlates of War project's list of states: abbreviations and numbers."""
    codes: dict[str, list[_Meaning]] = defaultdict(list)
    for row in _read("correlates_of_war.csv"):
        for written in {row["abbreviation"], row["number"], row["number"].zfill(3)}:
            codes[written].append(_Meaning(row["code"], "", row["from"], row["until"]))
    return {written: tuple(found) for written, found in codes.items()}
