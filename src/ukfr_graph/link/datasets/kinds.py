"""The sort of instrument that a title names, and whether it changes another.

A protocol, an exchange of notes or an amendment has a title that repeats its treaty's. The head of the title says
what it is: the first word of a kind, before "between", "to" or "concerning".
"""

from __future__ import annotations

import re
from collections import Counter

from ukfr_graph.link.spelling import fold

_KINDS = (
    ("notes", r"exchanges? (?:of|d) ?(?:notes?|letters?|lettres?)|exchange of"
              r"|(?:notes?|letters?) exchanged|echanges? de (?:notes?|lettres?)"
              r"|correspondence|letters?|notes?"),
    ("protocol", r"protocols?|protocoles?|proces verbal|additional articles?|supplementary articles?"
                 r"|articles? additionnels?"),
    ("amendment", r"amendments?|amendement|modification|rectification|adjustments?"),
    ("denunciation", r"denunciations?|terminations?|withdrawal|denonciation"),
    ("memorandum", r"memorand(?:um|a)|memorandum d entente|mou"),
    ("declaration", r"declarations?|joint statement|communique|final act|acte final"),
    ("statute", r"constitution|statutes?|statut|charter|charte|covenant|articles of agreement|regulations?"),
    ("directive", r"(?:council |commission )?(?:framework decision|directive|decision|decision cadre)"
                  r"|reglement|regulation \(?e[uc]"),
    ("convention", r"conventions?"),
    ("treaty", r"treat(?:y|ies)|traites?|pact|pacte"),
    ("agreement", r"agreements?|accords?|arrangements?|understanding|modus vivendi|contract|undertaking"
                  r"|trade and payments"),
)  # fmt: skip
KINDS = ("", *(kind for kind, _ in _KINDS))
"""Every kind, the unknown one first."""

_HEAD = re.compile("|".join(f"(?P<{kind}>\\b(?:{words})\\b)" for kind, words in _KINDS))
_CHANGE = re.compile(
    r"\b(?:amend\w*|modif\w*|prolong\w*|extend\w*|extension|terminat\w*|denunc\w*|renew\w*|supplement\w*|"
    r"additional|additionnel\w*|addendum|annull?\w*|abrogat\w*|revis(?:ing|ion)|cancel\w*|replac\w*|accession|"
    r"portant avenant|avenant|derogat\w*|rectif\w*|continu(?:ing|ance|ation)|further|explanatory)\b"
)
_NOUN = (
    r"(?:conventions?|treat(?:y|ies)|agreements?|protocols?|regulations?|directives?|decisions?|statutes?|charter|covenant"
    r"|instruments?|traites?|accords?|protocoles?|reglements?|statut|charte|pacte|pact|constitution|acts?|actes?)"
)
_DERIVED = re.compile(
    r"\b(?:protocols?|protocoles?|supplement\w*|repeal\w*|abrog\w*|implement\w*|ratif\w*|reserv\w*|accession|acceding|adhesion"
    r"|withdraw\w*|retrait|denounc\w*|denonc\w*|approv\w*|approb\w*|conclusion|signature|signing|applying|application"
    r"|applicable|interpret\w*|transpos\w*|executi\w*|mise en oeuvre|publication|promulgat\w*|enforcement"
    r"|entry into force"
    r"|entree en vigueur|suspen\w*|declarations?|objections?|communications?|corrigend\w*|report|rapport|commentary"
    r"|opinion|avis|guide|notice|proposal|proposition|draft|projet|authori[sz]\w*|autoris\w*|bill|derog\w*|successi\w*"
    r"|participation|notification|concerning|concernant|regarding|replac\w*|remplac\w*|codif\w*|complet\w*|laying down"
    r"|under|pursuant)"
    r"(?: (?:to|of|on|for|the|a|an|de|du|des|la|le|les|au|aux|sur|pour|par|l|d|by|in|certain|rules|its|their|articles?"
    r"|\d+|and|et|made|provisional|certaines?|european|council|commission|united|nations|additional|second|third"
    r"|respect|relation|with|une?|portant|detailed)){1,6} " + _NOUN + r"\b"
)
_ABOUT = re.compile(
    r"\b(?:amending|amends|repeal\w*|abrogeant|abrogating|implementing|replacing|remplacant|modifying|modifiant|suspending"
    r"|supplementing|terminating|denouncing|ratifying|ratification|reservations?|reserves|accession|adhesion|withdrawal"
    r"|retrait|denunciation|denonciation|approval|approbation)(?: \w+){0,5}? " + _NOUN + r"\b"
)
"""Words by which a title says that it is about another instrument, and that instrument."""
_AS_AMENDED = re.compile(
    r"\b(?:as|telle? que?) (?:last |subsequently |dernierement )?(?:amend|modif|revis|complet|supplement)\w*\b.*$"
)
_DERIVATIONS = tuple(
    (name, re.compile(rf"\b(?:{words})"))
    for name, words in (
        ("amend", "amend|modif|revis|rectif|correct|avenant"),
        ("reserve", "reserv|objection"),
        ("ratify", "ratif|approv|approb|accept"),
        ("accede", "acced|accession|adhe|success"),
        ("end", "terminat|denunc|denonc|denounc|withdraw|retrait|abrog|repeal|cancel|annul|suspen"),
        ("implement", "implement|applying|transpos|execut|mise en oeuvre"),
        ("add", "addition|supplement|complement|complet|addendum"),
        ("extend", "extend|extension|etend|prolong|prorog|continu|renew|renouvel"),
        ("explain", "explan|interpret|comment|report|rapport|opinion|avis"),
        ("protocol", "protocol|proces verbal"),
        (
            "stage",
            "second|third|fourth|fifth|deuxieme|troisieme|further|new|nouve|final|prelim|interim|provis|draft|projet",
        ),
    )
)
_DOCUMENTS = tuple(
    (name, re.compile(rf"\b(?:{words})\b"))
    for name, words in (
        ("treaty", r"treat(?:y|ies)|conventions?|agreements?|accords?|traites?|pacte?s?|arrangements?|understandings?"
                   r"|modus vivendi|compact|contracts?|covenant|charter|charte"),
        ("notes", r"notes?|letters?|lettres?|correspondence"),
        ("protocol", r"protocols?|protocoles?|proces verba(?:l|ux)"),
        ("part", r"articles?|annex(?:es?)?|schedules?|appendi(?:x|xes|ces)|appendices?|paragraphs?|clauses?|chapters?"
                 r"|tables?|lists?|listes?|maps?|cartes?|timetables?|forms?|texts?|textes?|versions?|translations?"
                 r"|traductions?|provisions?|preambles?"),
        ("act", r"acts?|actes?|laws?|lois?|bills?|(?<!money )(?<!postal )orders?|decrees?|decrets?|arretes?"
                r"|ordonnances?|ordinances?|rules?|regulations?|reglements?|proclamations?|circulars?|circulaires?|guides?"
                r"|guidelines?|instructions?|notices?|instruments?|statements?|minutes|records?|reports?|rapports?|reviews?"
                r"|comment(?:ary|aries|aires?)|memorand(?:um|a)|aide memoires?|communiques?|summar(?:y|ies)|decisions?"
                r"|resolutions?|directives?|recommend\w*|declarations?|amendments?|corrigend\w*|errat\w*|opinions?"
                r"|stud(?:y|ies)|plans?|programmes?|meetings?|conferences?|committees?|commissions?|judge?ments?|awards?"),
    )
)  # fmt: skip
"""Kinds of documents, alike where lists write one for the other."""
_FORM = re.compile(
    r"\b(?:constituting|which constitutes?|constituant|in the form of|sous forme d) (?:an? |un )?"
    r"(?:agreements?|accords?|exchanges? of|echanges? de)\b"
    r"|\b(?:agreements?|accords?) (?:by|par|through)\b(?= (?:an? |un )?e)"
)
"""An agreement that is made by an exchange of notes is one document."""
_ACCOMPANIED = re.compile(
    r" (?:(?:(?:together )?with|including|avec) (?:(?!between|entre)\w+ ){0,2}?|(?:and|et) (?:final |signed |an? )?)"
    r"(?:annex(?:es)?|annexed|appendi(?:x|ces|xes)|schedules?|protocols?|protocoles?"
    r"|(?:(?:exchanges? of|echanges? de) )?(?:notes?|letters?|lettres?)|declarations?|maps?|minutes|tables?"
    r"|regulations?)\b"
)
"""Words for documents that go with an instrument."""
_LEAD = re.compile(
    r"(?<!government)(?<!republic)(?<!kingdom)(?<!states)(?<!commonwealth)(?<!union)(?<!etats) "
    r"(?:of|to|out|for|in|on|under|into|de|du|des|d|a|au|aux|portant|sur|pour)\b"
)
"""The words before the first kind in a title, where it is the object of something: "Rules for carrying out the"."""
_CLOSE = (
    frozenset({"treaty", "convention", "agreement", "memorandum", "statute"}),
    frozenset({"agreement", "notes", "memorandum"}),
    frozenset({"amendment", "protocol"}),
    frozenset({"amendment", "notes", "denunciation"}),
    frozenset({"declaration", "agreement", "protocol"}),
    frozenset({"statute", "directive"}),
)


def read_kind(title: str) -> tuple[str, bool]:
    """Tell from a title what it names ("" where it does not say), and whether that changes another instrument.

    >>> read_kind("Protocol to the Treaty of Le Touquet"), read_kind("Treaty of Le Touquet")
    (('protocol', True), ('treaty', False))
    >>> read_kind("Exchange of Notes between the United Kingdom and France amending the Agreement of 1946")
    ('notes', True)
    >>> read_kind("Firearms Directive 91/477/EEC"), read_kind("Juxtaposed controls")
    (('directive', False), ('', False))
    """
    text = _AS_AMENDED.sub("", fold(title)).strip()
    found = _HEAD.search(text)
    kind = found.lastgroup or "" if found else ""
    is_change = bool(_CHANGE.search(text)) or kind in ("amendment", "denunciation") or derives(title)
    if kind == "protocol" and re.match(
        r"(?:\w+ ){0,3}(?:protocols?|protocoles?) (?:\w+ ){0,3}?(?:to|of signature|au|a la)\b", text
    ):
        is_change = True
    return kind, is_change


def derives(title: str) -> bool:
    """Return whether a title says that its instrument is about another one: amends, repeals or ratifies it, for one.

    >>> derives("Reservations to the Convention on Cybercrime"), derives("Convention on Cybercrime")
    (True, False)
    >>> derives("Treaty concerning the implementation of controls"), derives("Protocole au traité de Paris")
    (False, True)
    """
    text = _AS_AMENDED.sub("", fold(title)).strip()
    return bool(_DERIVED.search(text) or _ABOUT.search(text))


def find_derivations(title: str) -> frozenset[str]:
    """Find what a title says that its instrument does to another, in one word for each way of saying it.

    What is led up to by other words ("Order giving effect to the Convention") is an act about the instrument, whatever
    the words.

    >>> sorted(find_derivations("Protocol modifying the Treaty")), sorted(find_derivations("Reserves to it"))
    (['amend', 'protocol'], ['reserve'])
    >>> sorted(find_derivations("Rules for carrying out the Treaty")), sorted(find_derivations("Exchange of Notes"))
    (['act'], [])
    """
    text = leave_out_company(_AS_AMENDED.sub("", fold(title)))
    head = _HEAD.search(text)
    led = {"act"} if head and _LEAD.search(text[: head.start()]) else set()
    return frozenset(name for name, words in _DERIVATIONS if words.search(text)) | led


def count_documents(title: str) -> Counter[str]:
    """Count the documents that a title names, by kind; what goes with an instrument ("with Annex") is not counted.

    A title that names one more than another is that of something about it, in whatever words.

    >>> sorted(count_documents("Minutes of the commission set up by the Treaty, with Annexes").items())
    [('act', 2), ('treaty', 1)]
    >>> count_documents("Accord de coopération") == count_documents("Convention on cooperation")
    True
    """
    text = leave_out_company(_AS_AMENDED.sub("", fold(title)))
    found = Counter({name: len(words.findall(text)) for name, words in _DOCUMENTS})
    return +found


def leave_out_company(text: str) -> str:
    """Leave out of a folded title what goes with its instrument, and that notes are exchanged to make it.

    >>> leave_out_company("treaty of commerce with exchange of notes")
    'treaty of commerce'
    """
    return " ".join(_ACCOMPANIED.sub("", _FORM.sub("", text)).split())


def compare_kinds(one: str, other: str) -> str:
    """Say how two kinds go together: "same", "close", "different", or "" where one is not known.

    >>> compare_kinds("treaty", "treaty"), compare_kinds("treaty", "convention"), compare_kinds("treaty", "protocol")
    ('same', 'close', 'different')
    """
    if not one or not other:
        return ""
    if one == other:
        return "same"
    return "close" if any(one in group and other in group for group in _CLOSE) else "different"


def close_pairs() -> list[str]:
    """List the pairs of different kinds that are close, each as two words."""
    pairs = {f"{one} {other}" for group in _CLOSE for one in group for other in group if one != other}
    return sorted(pairs)
