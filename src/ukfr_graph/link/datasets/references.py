"""Identifiers that documents carry, in one spelling: ``scheme:value``. The one reader of them, for everything.

``IDENTIFYING`` schemes number instruments one by one: what has the same number is the same, and in a scheme that
gives an instrument one number only (``SINGLE``), what has another is another. The others number publications (a
Treaty Series number, a command paper, a page of a series), which often hold several instruments, and are evidence
only. Where a text says more than that it *is* the identifier of something, its identifiers are what it names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeAlias
from urllib.parse import unquote

from ukfr_graph.link.spelling import fold

IDENTIFYING = frozenset({"celex", "eli", "cets", "wikidata", "fcdo", "nor", "unts-number", "untc", "doi"})
SINGLE = frozenset({"celex", "cets", "nor", "unts-number"})
"""Schemes in which one instrument has one number. (One treaty has several records at the FCDO, several addresses.)"""
PUBLISHING = frozenset({"ukts", "command", "unts", "lnts", "oj"})

_Finder: TypeAlias = tuple[str, re.Pattern[str], Callable[[re.Match[str]], str]]
_NO = r"(?:[ .,:-]|\bno\b|\bnos\b|\bnr\b|\bnum(?:ber|éro)?\b|n\s?[°º]|№)*"
_ELI_TYPES = {
    "dir": "L", "dir_impl": "L", "dir_del": "L", "reg": "R", "reg_impl": "R", "reg_del": "R", "dec": "D",
    "dec_impl": "D", "dec_del": "D", "dec_framw": "F", "eudr": "L", "eur": "R", "eudn": "D",
}  # fmt: skip
_ELI_BASE = {"eudr": "dir", "eur": "reg", "eudn": "dec"}
_ELI_TAIL = re.compile(r"^(\d{4}/\d+)(?:/(?:oj|\d{4}-\d{2}-\d{2}))?(?:/[a-z]{2,3}(?:/[\w-]+)?)?/?$", re.IGNORECASE)
_ELI_EUROPE = re.compile(
    r"(?:data\.europa\.eu|eur-lex\.europa\.eu|publications\.europa\.eu(?:/resource)?)/eli/([a-z_]+)/([\w./-]+)"
    r"|\beli[:/]([a-z_]+)/(\d{4}/\d[\w./-]*)"
    r"|legislation\.gov\.uk/(?:id/)?(eudr|eur|eudn)/(\d{4}/\d+)",
    re.IGNORECASE,
)
_ELI_FRANCE = re.compile(r"legifrance\.gouv\.fr/eli/([a-z_]+/\d{4}/\d+/\d+/[\w-]+)", re.IGNORECASE)
_DIGIT = re.compile(r"\d")


def _number(text: str) -> str:
    return text.replace(" ", "").lstrip("0") or "0"


def _command(found: re.Match[str]) -> str:
    return f"{found[1].lower().replace('.', '')}-{_number(found[2].replace(',', ''))}"


def _cets(found: re.Match[str]) -> str:
    return f"{_number(found[1])}{found[2].upper()}"


_SERIES = r"(?:european|council of europe|europ[ée]ens?|conseil de l['’]europe)"
_FINDERS: tuple[_Finder, ...] = (
    ("celex", re.compile(r"(?<![A-Za-z0-9])([1-9]\d{4}[A-Z]{1,2}\d{4}(?:R?\(\d{2}\))?)(?![A-Za-z0-9(])", re.IGNORECASE),
     lambda m: m[1].upper()),
    ("celex", re.compile(r"(?<![A-Za-z0-9])([1-9]\d{4}[A-Z]{1,3}/TXT)\b", re.IGNORECASE), lambda m: m[1].upper()),
    ("celex", re.compile(r"(?<![A-Za-z0-9])([1-9]\d{4}/[A-Z]{1,3}/TXT)\b", re.IGNORECASE), lambda m: m[1].upper()),
    # a consolidated version is the act as it stood on a day
    ("celex", re.compile(r"(?<![A-Za-z0-9])0(\d{4}[A-Z]{1,2}\d{4})(?:-\d{8})?(?![A-Za-z0-9])", re.IGNORECASE),
     lambda m: f"3{m[1].upper()}"),
    ("wikidata", re.compile(r"(?:wikidata\.org/(?:entity|wiki)/|\b(?:wikidata|wd): ?)(Q[1-9]\d*)\b", re.IGNORECASE),
     lambda m: m[1].upper()),
    ("ukts", re.compile(
        r"(?<!european )(?<!europe )\b(?:UK ?TS|U\.K\.T\.S\.|Treaty Series|TS|T\.S\.)" + _NO
        + r"0*(\d{1,3}) ?(?:/ ?|\( ?|, ?)((?:1[89]|20)\d{2})\b", re.IGNORECASE),
     lambda m: f"{m[2]}-{_number(m[1])}"),
    ("command", re.compile(r"(?<![A-Za-z])(Cmnd|Cmd|Cm|CMND|CMD|CM|cmnd|cmd|cm|CP|Cd|CD|C)[. ]{0,3}"
                           r"(\d{1,2},\d{3}|\d{2,5})\b(?!/)"), _command),
    ("unts", re.compile(
        r"\b(?:U\.?N\.?T\.?S\.?|United Nations,? Treaty Series|UN Treaty Series|UN Registration [\w.]*/0:"
        r"|Nations Unies,? Recueil des Trait[ée]s|R\.?T\.?N\.?U\.?)"
        r"[ ,:]*(?:vol(?:ume)?\.? ?)?(\d{1,4})[ ,]+(?:(?:p|pp|page)\.? ?)?(\d{1,4})\b", re.IGNORECASE),
     lambda m: "" if "0" in (m[1], m[2]) else f"{_number(m[1])}-{_number(m[2])}"),
    ("unts", re.compile(r"\b(\d{1,4}) U\.?N\.?T\.?S\.? (\d{1,4})\b", re.IGNORECASE),
     lambda m: "" if "0" in (m[1], m[2]) else f"{_number(m[1])}-{_number(m[2])}"),
    ("lnts", re.compile(r"\b(\d{1,4}) L\.?N\.?T\.?S\.? (\d{1,4})\b", re.IGNORECASE), lambda m: f"{m[1]}-{m[2]}"),
    ("unts-number", re.compile(r"(?<![\w-])(I{1,2}-\d{1,5})\b", re.IGNORECASE), lambda m: m[1].upper()),
    ("unts-number", re.compile(r"\b(?:UNTS|UN(?:TS)? registration|registration)\b" + _NO + r"(\d{4,5})\b(?!\D{1,6}\d)",
                               re.IGNORECASE), lambda m: f"I-{m[1]}"),
    ("untc", re.compile(r"mtdsg_no=([IVXLC]+-(?:\d+-)?\d+(?:-?[a-z])?)\b", re.IGNORECASE), lambda m: m[1].upper()),
    ("untc", re.compile(r"objid=(0[0-9a-f]{15})\b", re.IGNORECASE), lambda m: m[1].lower()),
    ("cets", re.compile(r"(?<![A-Za-z])(?:C?ETS|STC?E|C\.?E\.?T\.?S\.|E\.T\.S\.|S\.T\.E\.)" + _NO
                        + r"0*(\d{1,3})([A-Z]?)(?![A-Za-z0-9])", re.IGNORECASE), _cets),
    ("cets", re.compile(_SERIES + r" treat(?:y|ies) series" + _NO + r"0*(\d{1,3})([A-Z]?)(?![A-Za-z0-9])",
                        re.IGNORECASE), _cets),
    ("cets", re.compile(r"s[ée]rie des trait[ée]s (?:europ[ée]ens|du conseil de l['’]europe)" + _NO
                        + r"0*(\d{1,3})([A-Z]?)(?![A-Za-z0-9])", re.IGNORECASE), _cets),
    ("cets", re.compile(r"\b(?:Treaty|Trait[ée]) ?(?:No\.?|n\s?[°º]) ?0*(\d{1,3})([A-Z]?)(?![A-Za-z0-9/(]| \()",
                        re.IGNORECASE), _cets),
    ("cets", re.compile(r"coe\.int/[\w/.-]*?(?:treaty/|Html/|treatynum=)0*(\d{1,3})([A-Z]?)\b", re.IGNORECASE), _cets),
    ("cets", re.compile(r"coe\.int/[^ ]*[?&]treatynum=0*(\d{1,3})([A-Z]?)\b", re.IGNORECASE), _cets),
    ("fcdo", re.compile(r"treaties\.fc(?:d)?o\.gov\.uk/+(?:data/)?Library2/html/(\d+)\.html?", re.IGNORECASE),
     lambda m: _number(m[1])),
    ("oj", re.compile(r"\b(?:OJ|JO)(?:EU|UE|CE)? ?([LC]) ?0*(\d{1,3}),?(?: du)? ?[\d. /]+[./](\d{4}),? ?pp?\. ?(\d+)",
                      re.IGNORECASE), lambda m: f"{m[1].upper()}-{m[3]}-{m[2]}-{m[4]}"),
    ("oj", re.compile(r"\bOJ\.([LC])_?\.(\d{4})\.0*(\d{1,3})\.\d{2}\.0*(\d+)\b", re.IGNORECASE),
     lambda m: f"{m[1].upper()}-{m[2]}-{m[3]}-{m[4]}"),
    ("nor", re.compile(r"(?<![A-Za-z0-9])([A-Z]{4}\d{7}[A-Z])(?![A-Za-z0-9])", re.IGNORECASE), lambda m: m[1].upper()),
    ("doi", re.compile(r"(?<![\w.])(10\.\d{4,9}/[^\s\"<>|;,]+[^\s\"<>|;,.)\]])"), lambda m: m[1].lower()),
)  # fmt: skip
_OTHERS = re.compile(
    r"\b(?:amend\w*|modif\w*|repeal\w*|abrog\w*|replac\w*|rempl\w*|supersed\w*|cit(?:e|es|ed|ing|ation|ations|ee?s?)"
    r"|mention\w*|legal|juridique\w*|legale?|basis|bases?|based|visas?|refer(?:s|red|ring|ences)?|related|relation\w*"
    r"|relates|links?|linked|lies?|liens?|implement\w*|transpos\w*|parent\w*|mother|original|underlying|consolidat\w*"
    r"|correct\w*|corrig\w*|rectif\w*|success\w*|predecess\w*|derive[ds]?|derivation|preamble|annex\w*|protocols? to"
    r"|complet\w*|supplement\w*|extend\w*|exten[ds]s?\w*|prolong\w*|lineage|see|cf|voir|context\w*|subject|about"
    r"|terminat\w*|suspend\w*|interpret\w*|ratif\w*|approv\w*|conclud\w*|other|autres?|also|aussi|affect\w*|adopt\w*"
    r"|adapts?|ameliorat\w*|source|sources|grounds?|fondement|under|pursuant|conformit\w*|previous\w*|next|family)\b"
)


_SCHEME_WORDS = frozenset(
    (  # noqa: SIM905
        "celex cets ets ste stce unts untc lnts un uk ukts ts nor oj jo eli doi wikidata fcdo cm cmd cmnd cp cd no nr "
        "number numero treaty traite treaties traites series serie european europeens council conseil europe of the "
        "de du des la vol volume p pp page registration united nations command paper eu ue id identifier reference et "
        "and"
    ).split()
)
_NUMBERED = re.compile(r"\b\w*\d\w*\b|\b[a-z]\b|\bi{1,3}\b")


def find_references(text: str) -> frozenset[str]:
    """Find the identifiers in a text.

    >>> sorted(find_references("Treaty Series 070/1993: Cm 2366 | UN Registration United/0: 93 61"))
    ['command:cm-2366', 'ukts:1993-70', 'unts:93-61']
    >>> sorted(find_references("STE no 185; http://data.europa.eu/eli/dir/2016/681/oj/eng"))
    ['celex:32016L0681', 'cets:185', 'eli:dir/2016/681/oj']
    >>> sorted(find_references("https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX%3A02016L0681-20160504"))
    ['celex:32016L0681']
    """
    if not _DIGIT.search(text):
        return frozenset()
    if "%" in text:
        text = unquote(text)
    found = {
        f"{scheme}:{value}" for scheme, finder, write in _FINDERS for m in finder.finditer(text) if (value := write(m))
    }
    for match in _ELI_EUROPE.finditer(text):
        found |= _read_eli(*(part for part in match.groups() if part))
    return frozenset(found | {f"eli:{m[1].lower()}" for m in _ELI_FRANCE.finditer(text)})


def _read_eli(kind: str, rest: str) -> set[str]:
    """Read an ELI of an EU act: its language, format and day of consolidation aside; with the CELEX that it implies."""
    kind, tail = kind.lower(), _ELI_TAIL.match(rest.rstrip(".,"))
    if not tail:
        return set()  # a part of an act, or none
    year, _, number = tail[1].partition("/")
    found = {f"eli:{_ELI_BASE.get(kind, kind)}/{year}/{int(number)}/oj"}
    if kind in _ELI_TYPES and len(number) <= 4:
        found.add(f"celex:3{year}{_ELI_TYPES[kind]}{int(number):04d}")
    return found


def names_others(column: str) -> bool:
    """Return whether a column says by its name that its identifiers are those of other instruments.

    >>> [names_others(column) for column in ("Reference", "CELEX", "amends", "basis_legal", "References", "citedActs")]
    [False, False, True, True, True, True]
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    return bool(_OTHERS.search(fold(spaced)))


def read_identifiers(text: str) -> frozenset[str]:
    """Read a text that is an identifier and nothing else; nothing where it says more.

    >>> sorted(read_identifiers("ETS No. 185")), sorted(read_identifiers("Protocol to the Convention (ETS No. 185)"))
    (['cets:185'], [])
    """
    found = find_references(text)
    words = _NUMBERED.sub(" ", fold(text)).split() if " " in text.strip() else []
    return found if all(word in _SCHEME_WORDS for word in words) else frozenset()


def split_references(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Find the identifiers in a text about one instrument: its own, and those of others that it amends or cites.

    >>> [sorted(found) for found in split_references("ETS 189 | amends ETS 185")]
    [['cets:189'], ['cets:185']]
    """
    own: set[str] = set()
    others: set[str] = set()
    for part in re.split(r"[|;\n]", text):
        is_prose = " " in part.strip() and "://" not in part
        (others if is_prose and names_others(part) else own).update(find_references(part))
    return frozenset(own), frozenset(others - own)


def identifies(reference: str) -> bool:
    """Return whether what has this identifier is one instrument."""
    return reference.partition(":")[0] in IDENTIFYING


def contradict(ours: Iterable[str], theirs: Iterable[str]) -> frozenset[str]:
    """Find the schemes in which two instruments have numbers, and no number in common, where each has only one.

    >>> sorted(contradict({"cets:185", "eli:a"}, {"cets:189", "eli:b"}))
    ['cets']
    """
    one, other = _by_scheme(ours), _by_scheme(theirs)
    return frozenset(scheme for scheme in one.keys() & other.keys() if not one[scheme] & other[scheme])


def _by_scheme(references: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for reference in references:
        scheme = reference.partition(":")[0]
        if scheme in SINGLE:
            found.setdefault(scheme, set()).add(reference)
    return found
