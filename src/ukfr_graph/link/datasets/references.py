"""Identifiers that documents carry, in one spelling: ``scheme:value``.

``IDENTIFYING`` schemes number instruments one by one: what has the same number is the same. The others number
publications (a Treaty Series number, a command paper, a page of a series), which often hold several instruments,
and are evidence only.
"""

from __future__ import annotations

import re

IDENTIFYING = frozenset({"celex", "eli", "cets", "wikidata", "fcdo", "nor", "unts-number", "untc"})
PUBLISHING = frozenset({"ukts", "command", "unts", "lnts", "oj"})

_DIGIT = re.compile(r"\d")
_CELEX = re.compile(r"\b([1-9]\d{4}(?:[A-Z]{1,2})\d{4}(?:\(\d+\))?|[1-9]\d{4}/[A-Z]{1,3}/TXT)\b")
_ELI = re.compile(r"data\.europa\.eu/eli/([a-z_]+(?:/[\w.-]+)+)")
_WIKIDATA = re.compile(r"wikidata\.org/(?:entity|wiki)/(Q[1-9]\d*)\b")
_UKTS = re.compile(
    r"\b(?:UK ?TS|Treaty Series|TS)(?: No\.?)? ?0*(\d{1,3}) ?(?:/|\(|, ?)((?:1[89]|20)\d{2})\b\)?", re.IGNORECASE
)
_COMMAND = re.compile(r"\b(Cmnd?|Cmd|Cm|CP|Cd|C)[. ]{0,2}(\d{2,5})\b(?!/)")
_UNTS_PAGE = re.compile(
    r"\b(?:UNTS|UN Registration [\w.]*/0:)[ ,]*(?:vol\. ?)?(\d{1,4})[ ,]+(?:p\. ?)?(\d{1,4})\b"
    r"|\b(\d{1,4}) UNTS (\d{1,4})\b"
)
_UNTS_NUMBER = re.compile(r"\b(?:UNTS|UNTC|UN)? ?(?:no\.? ?)?(I{1,2}-\d{1,5})\b")
_CETS = re.compile(r"\b(?:CETS|ETS|STE|STCE)(?: No\.?| n°)? ?0*(\d{1,3})([A-Z]?)\b")
_FCDO = re.compile(r"treaties\.fcdo\.gov\.uk/data/Library2/html/(\d+)\.html")
_OJ = re.compile(r"\bOJ ([LC]) ?(\d{1,3}),? ?[\d.]+\.(\d{4}),? ?p\. ?(\d+)")
_NOR = re.compile(r"\b([A-Z]{4}\d{7}[A-Z])\b")


def find_references(text: str) -> frozenset[str]:
    """Find the identifiers in a text.

    >>> sorted(find_references("Treaty Series 070/1993: Cm 2366 | UN Registration United/0: 93 61"))
    ['command:cm-2366', 'ukts:1993-70', 'unts:93-61']
    >>> sorted(find_references("CETS No. 185; http://data.europa.eu/eli/dir/2016/681/oj; CELEX 32016L0681"))
    ['celex:32016L0681', 'cets:185', 'eli:dir/2016/681/oj']
    """
    if not _DIGIT.search(text):
        return frozenset()
    found = {f"celex:{m[1]}" for m in _CELEX.finditer(text)}
    found |= {f"eli:{m[1].rstrip('/.')}" for m in _ELI.finditer(text)}
    found |= {f"wikidata:{m[1]}" for m in _WIKIDATA.finditer(text)}
    found |= {f"ukts:{m[2]}-{m[1]}" for m in _UKTS.finditer(text)}
    found |= {f"command:{m[1].lower()}-{m[2].lstrip('0')}" for m in _COMMAND.finditer(text)}
    pages = [(m[1] or m[3], m[2] or m[4]) for m in _UNTS_PAGE.finditer(text)]
    found |= {f"unts:{volume}-{page}" for volume, page in pages if page != "0" and volume != "0"}
    found |= {f"unts-number:{m[1]}" for m in _UNTS_NUMBER.finditer(text)}
    found |= {f"cets:{m[1]}{m[2]}" for m in _CETS.finditer(text)}
    found |= {f"fcdo:{m[1]}" for m in _FCDO.finditer(text)}
    found |= {f"oj:{m[1]}-{m[3]}-{m[2]}-{m[4]}" for m in _OJ.finditer(text)}
    return frozenset(found | {f"nor:{m[1]}" for m in _NOR.finditer(text)})


def identifies(reference: str) -> bool:
    """Whether what has this identifier is one instrument."""
    return reference.partition(":")[0] in IDENTIFYING
