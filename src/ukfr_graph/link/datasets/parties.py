"""States, organisations and dependencies as datasets name them, by one code each.

Names in use come from the Unicode CLDR (through Babel, English and French); what datasets write besides is in the
table below. A state that changed its name keeps its code, and the reader is told; a state that ended (the Soviet
Union, Czechoslovakia) has a code of its own, since its treaties are not those of a successor.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from ukfr_graph.link.names import fold

DEPENDENCIES = frozenset(
    (  # noqa: SIM905
        "AI AS AW AX BL BM BQ BV CC CK CW CX FK FO GF GG GI GL GP GS GU HK HM IM IO JE KY MF MO MP MQ MS NC NF NU "
        "PF PM PN PR RE SH SJ SX TC TF TK VG VI WF YT AC DG IC TA UM EH"
    ).split()
)
_RENAMED = {
    "abyssinia": "ET", "argentine republic": "AR", "argentine confederation": "AR", "british honduras": "BZ",
    "burma": "MM", "byelorussia s s r": "BY", "byelorussian ssr": "BY", "cape verde": "CV", "ceylon": "LK",
    "congo democratic republic of": "CD", "congo peoples republic of": "CG", "congo republic of": "CG",
    "czech republic": "CZ", "dahomey": "BJ", "germany federal republic": "DE", "gold coast": "GH", "hayti": "HT",
    "hedjaz": "SA", "ivory coast": "CI", "kampuchea": "KH", "macedonia the fyr of": "MK", "macedonia": "MK",
    "former yugoslav republic of macedonia": "MK", "malagasy republic": "MG", "malaya": "MY", "muscat": "OM",
    "muscat and oman": "OM", "persia": "IR", "roumania": "RO", "rumania": "RO", "salvador": "SV", "siam": "TH",
    "swaziland": "SZ", "tanganyika": "TZ", "transjordan": "JO", "tunis": "TN", "turkey": "TR", "turquie": "TR",
    "ukraine s s r": "UA", "ukrainian ssr": "UA", "upper volta": "BF", "western samoa": "WS", "zaire": "CD",
    "serb croat slovene state": "YU", "serbia and montenegro": "YU", "yugoslavia federal republic of": "YU",
    "irish free state": "IE", "eire": "IE", "southern rhodesia": "ZW", "rhodesia": "ZW", "northern rhodesia": "ZM",
    "nyasaland": "MW", "basutoland": "LS", "bechuanaland": "BW", "formosa": "TW", "sardinia": "IT",
    "hejaz": "SA", "macau": "MO", "lao people s democratic republic": "LA", "saint christopher and nevis": "KN",
    "khmer republic": "KH", "german empire": "DE", "congo leopoldville": "CD", "comoros islands": "KM",
    "somali democratic republic": "SO", "united arab republic": "EG", "dominica commonwealth of": "DM",
}  # fmt: skip
_OTHERWISE = {
    "uk": "GB", "u k": "GB", "great britain": "GB", "britain": "GB", "england": "GB", "royaume uni": "GB",
    "united kingdom of great britain and northern ireland": "GB", "grande bretagne": "GB", "british empire": "GB",
    "royaume uni de grande bretagne et irlande du nord": "GB", "angleterre": "GB", "gbr": "GB",
    "united kingdom of great britain": "GB", "french republic": "FR", "republique francaise": "FR", "fra": "FR",
    "usa": "US", "u s a": "US", "united states of america": "US", "etats unis d amerique": "US", "etats unis": "US",
    "etats unis amerique": "US", "netherlands the": "NL", "holland": "NL", "kingdom of the netherlands": "NL",
    "ireland republic of": "IE", "korea": "KR", "korea republic of": "KR", "republic of korea": "KR",
    "korea democratic people s republic of": "KP", "slovak republic": "SK", "russian federation": "RU",
    "russie": "RU", "moldova republic of": "MD", "china p r": "CN", "people s republic of china": "CN",
    "china taiwan": "TW", "vatican city": "VA", "holy see": "VA", "saint siege": "VA", "gambia the": "GM",
    "the gambia": "GM", "bahamas the": "BS", "brunei darussalam": "BN", "hong kong sar": "HK", "swiss": "CH",
    "swiss confederation": "CH", "vietnam socialist rep of": "VN", "vietnam": "VN", "timor leste": "TL",
    "guinea bissau": "GW", "antigua": "AG", "st vincent": "VC", "st kitts nevis anguilla": "KN",
    "saint lucia": "LC", "st lucia": "LC", "st helena": "SH", "falkland islands": "FK", "micronesia": "FM",
    "palestine incl plo": "PS", "guernsey bailiwick of": "GG", "jersey bailiwick of": "JE", "macao": "MO",
    "allemagne": "DE", "federal republic of germany": "DE", "belgian": "BE", "trinidad": "TT",
    "european union": "EU", "union europeenne": "EU", "european community": "EU", "european communities": "EU",
    "european economic community": "EU", "eec": "EU", "communaute europeenne": "EU",
    "st vincent and the grenadines": "VC", "saint vincent and the grenadines": "VC", "myanmar": "MM", "congo": "CG",
    "european coal and steel community": "EU", "guinea equatorial": "GQ",
    "united nations": "UN", "onu": "UN",
}  # fmt: skip
_ENDED = {
    "soviet union": "SU", "ussr": "SU", "union of soviet socialist republics": "SU", "urss": "SU",
    "czechoslovakia": "XCS", "tchecoslovaquie": "XCS", "yugoslavia": "YU", "yougoslavie": "YU",
    "german democratic republic": "DD", "austria hungary": "XAH", "prussia": "XPR", "danzig": "XDZ",
    "sweden and norway": "XSN", "zanzibar": "XZA", "ottoman empire": "TR",
    "yemen peoples s democratic republic of": "YD", "south yemen": "YD", "yemen arab republic": "YE",
    "vietnam republic of": "XVR", "south vietnam": "XVR", "vietnam d r": "VN", "rhodesia and nyasaland": "XRN",
}  # fmt: skip
_OFFICIAL = re.compile(
    r"^(?:the )?(?:government of (?:the )?)?(?:(?:federal|islamic|people s|socialist|democratic|oriental|hashemite)"
    r" )*"
    r"(?:republic|kingdom|state|commonwealth|principality|grand duchy|union|sultanate|federation"
    r"|confederation) of (?:the )?"
)
_STATE_SUFFIX = re.compile(r" (?:the|republic of|republic|kingdom of|islamic republic of|state of|federation of)$")


@dataclass(frozen=True)
class Party:
    """One party: its ``code`` (ISO 3166-1 alpha-2, ours for states that ended, the folded name where unknown)."""

    code: str
    is_territory: bool = False
    note: str = ""


@cache
def read_party(name: str) -> Party:
    """Tell which state, organisation or dependency a name stands for.

    >>> read_party("UNITED KINGDOM"), read_party("Royaume-Uni").code, read_party("gb").code, read_party("FRA").code
    (Party(code='GB', is_territory=False, note=''), 'GB', 'GB', 'FR')
    >>> read_party("SIAM")
    Party(code='TH', is_territory=False, note='SIAM is read as Thailand')
    >>> read_party("Gibraltar")
    Party(code='GI', is_territory=True, note='')
    >>> read_party("Ruritania")
    Party(code='ruritania', is_territory=False, note='Ruritania is no state known here; compared by its name')
    """
    folded = fold(name.replace("&", " and "))
    bare = _STATE_SUFFIX.sub("", _OFFICIAL.sub("", folded))
    for text in dict.fromkeys((folded, bare)):
        if code := _ENDED.get(text):
            return Party(code)
        if code := _RENAMED.get(text):
            english = _english(code)
            is_same = fold(english) in (folded, bare)
            return Party(code, note="" if is_same else f"{name.strip()} is read as {english}")
        if code := _OTHERWISE.get(text) or _names().get(text):
            return Party(code, code in DEPENDENCIES)
    return Party(folded, note=f"{name.strip()[:60]} is no state known here; compared by its name")


def name_party(code: str) -> str:
    """Give the English name of a code, for people.

    >>> name_party("GB"), name_party("ruritania"), name_party("SU")
    ('United Kingdom', 'Ruritania', 'Soviet Union')
    """
    ended = next((name for name, known in _ENDED.items() if known == code), "")
    return ended.title() if ended else _english(code) if code.isupper() else code.title()


def _english(code: str) -> str:
    from babel import Locale

    return {"YU": "Yugoslavia"}.get(code) or Locale("en").territories.get(code, code)


@cache
def _names() -> dict[str, str]:
    """Names and codes of what exists now, folded: English, French, alpha-2 and alpha-3."""
    from babel import Locale
    from babel.core import get_global

    names: dict[str, str] = {}
    for language in ("fr", "en"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EZ", "XA", "XB", "QO", "ZZ"):
                names[fold(name.replace("&", " and "))] = code
                names[fold(name.replace("St.", "Saint").replace("&", " and "))] = code
                names[code.lower()] = code
    aliases = get_global("territory_aliases")
    for alias, codes in aliases.items():
        if len(alias) == 3 and alias.isalpha() and len(codes) == 1:
            names.setdefault(alias.lower(), codes[0])
    return names
