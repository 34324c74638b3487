"""States, organisations and dependencies as datasets name them, by one code each.

``states`` has the names and codes. A state that changed its name keeps its code, and the reader is told; a state that
ended (the Soviet Union, Czechoslovakia) has a code of its own, since its treaties are not those of a successor. What
could be two states at the time is unknown, and told: never another state.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ukfr_graph.link.datasets.states import Meaning, cow_codes, english_names, iso_codes, make_key, read_states
from ukfr_graph.link.spelling import fold

CodeList = Literal["", "iso", "cow"]
"""The list that codes are from: ISO 3166, the Correlates of War project's, or not known."""

DEPENDENCIES = frozenset(
    (  # noqa: SIM905
        "AI AN AS AW AX BL BM BQ BV CC CK CW CX FK FO GF GG GI GL GP GS GU HK HM IM IO JE KY MF MO MP MQ MS NC NF NU "
        "PF PM PN PR RE SH SJ SX TC TF TK VG VI WF YT AC DG IC TA UM EH"
    ).split()
)
_FORMS = frozenset(
    (  # noqa: SIM905
        "republic kingdom state federal democratic peoples socialist islamic union empire commonwealth "
        "principality grand duchy sultanate confederation federation dominion oriental hashemite bolivarian royal "
        "imperial independent republique royaume etat principaute duche populaire democratique socialiste federale "
        "islamique"
    ).split()
)
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_MAX_SHOWN = 60
OTHERS = "others"
"""The code of parties that a list has and does not name."""
_UNNAMED = re.compile(
    r"(?:and |et |the |\d+ )*(?:(?:multi|pluri|bi|tri)laterale?s?|various|several|many|multiple|numerous|others?"
    r"|all|certain|unknown|unspecified|not (?:specified|known|given)|plusieurs|divers(?:es)?|autres?|tous(?: les)?"
    r"|certains|inconnue?s?|member states|etats membres|world(?:wide)?|global|et al|et alia|etc"
    r"|see (?:text|notes?|list)|voir (?:texte|notes?|liste)|(?<=\d )(?:states|countries|parties)"
    r"|(?<=\d )(?:etats|pays|members|membres))"
    r"(?: (?:other|autres|member|contracting|european|african))*"
    r"(?: (?:states?|countries|country|part(?:y|ies)|members?|governments?|signatories|nations|treat(?:y|ies)"
    r"|agreements?|etats?|pays|parties contractantes|membres?|gouvernements?))?(?: \d+)?"
)


@dataclass(frozen=True)
class Party:
    """One party: its ``code`` (ISO 3166-1 alpha-2, ours for states that ended, the folded name where unknown).

    ``note`` says what a reader should know; ``then`` is the name that the state had then, where it has another today.
    """

    code: str
    is_territory: bool = False
    note: str = ""
    then: str = ""


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
    >>> read_party("various states").note
    'various states names no state; the list of parties is not whole'
    >>> read_party("Ruritania").note
    'Ruritania is no state known here; compared by its name'
    """
    shown = " ".join(name.split())[:_MAX_SHOWN]
    meanings = next(filter(None, _look_up(name, codes)), ())
    found = _choose(meanings, on)
    if not found and _UNNAMED.fullmatch(fold(name)):
        return Party(OTHERS, note=f"{shown} names no state; the list of parties is not whole")
    if not found:
        return Party(fold(name), note=f"{shown} is no state known here; compared by its name")
    if len({meaning.code for meaning in found}) > 1:
        rivals = " or ".join(sorted({meaning.name or name_party(meaning.code) for meaning in found}))
        return Party(fold(name), note=f"{shown} may be {rivals}; compared by its name")
    code, today = found[0].code, name_party(found[0].code)
    then = found[0].name if found[0].is_past and found[0].name != today else name_then(code, on)
    is_told = make_key(name) != make_key(today) and (
        found[0].is_past or len({meaning.code for meaning in meanings}) > 1
    )
    is_told = is_told and code not in read_states().ended and make_key(name) in read_states().meanings
    return Party(code, code in DEPENDENCIES, f"{shown} is read as {today}" if is_told else "", then)


def name_party(code: str) -> str:
    """Return the English name of a code, for people; that of today, where the state has several.

    >>> name_party("GB"), name_party("ruritania"), name_party("SU")
    ('United Kingdom', 'Ruritania', 'Soviet Union')
    """
    return read_states().ended.get(code) or english_names().get(code) or (code if code.isupper() else code.title())


def name_then(code: str, on: str) -> str:
    """Return the name that a state had on a day, where it has another today and the table knows the period.

    >>> name_then("CD", "1980"), name_then("CD", "2010"), name_then("FR", "1980"), name_then("TH", "")
    ('Zaire', '', '', '')
    """
    if code in read_states().ended:
        return ""
    rows = [m for m in read_states().bounded.get(code, ()) if on and m.until and m.holds(on)]
    return rows[-1].name if rows and rows[-1].name != name_party(code) else ""


def find_code_list(names: Iterable[str]) -> CodeList:
    """Tell from all codes of a column which list they are from; nothing where they do not tell.

    >>> find_code_list(["UKG", "AUS"]), find_code_list(["GBR", "AUS"]), find_code_list(["USA", "AUS"])
    ('cow', 'iso', '')
    """
    written = {name.strip().upper() for name in names if _is_code(name)}
    only_iso = {code for code in written if code in iso_codes() and code not in cow_codes()}
    only_cow = {code for code in written if code in cow_codes() and code not in iso_codes()}
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
        if whole and not _is_known(parts[1]) and make_key(whole) in read_states().meanings:
            joined.append(whole)
            parts = parts[2:]
        else:
            joined.append(parts.pop(0))
    return joined


def _is_known(name: str) -> bool:
    return make_key(name) in read_states().meanings or _is_code(name)


def _is_code(name: str) -> bool:
    written = name.strip()
    return (len(written) in (2, 3, 4) and written.isascii() and written.isalpha()) or (
        written.isdecimal() and len(written) <= 3
    )


def _choose(meanings: Sequence[Meaning], on: str) -> Sequence[Meaning]:
    """Choose the meanings that held; where none did (or the day is unknown) today's, else the only one."""
    if not on:
        return [m for m in meanings if not m.until] or meanings
    return [m for m in meanings if m.holds(on)] or meanings


def _look_up(name: str, codes: CodeList) -> Iterator[Sequence[Meaning]]:
    """List what a text may be, the surest reading first; the first that is not empty counts."""
    written = name.strip().upper()
    if _is_code(name):
        iso, cow = iso_codes().get(written, ()), cow_codes().get(written, ())
        if codes:
            yield iso if codes == "iso" else cow
        same = {m.code for m in iso} >= {m.code for m in cow}
        yield iso if same else cow if not iso else (*iso, *cow)
    for text in (name, _BRACKETS.sub("", name)):
        key = make_key(text)
        yield read_states().meanings.get(key, ())
        words = key.split()
        bare = " ".join(word for word in words if word not in _FORMS)
        if bare and bare != key and not read_states().is_shared(bare):
            yield read_states().meanings.get(bare, ())
        if read_states().is_shared(bare):
            return  # what stands in brackets tells the states of one name apart
