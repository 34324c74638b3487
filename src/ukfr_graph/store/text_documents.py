"""The documents of a text index, one of each resource in each language: its texts by field, its names, its weight.

A document is what one graph says of one resource in one language; text without a language belongs to each. Besides its
own texts it has the names of what the resource is about (its topics and their broader ones, the acts that it cites,
its places and actors), so that *guns* finds the clauses on firearms.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.store.text_facts import BROADER, NAMES, Facts, Graph, Node
from ukfr_graph.triples import fold_text
from ukfr_graph.word_forms import STEMMED, drop_stop_words, split_words, stem_words

SEPARATOR = " · "
"""Between several texts of one field."""

NAMED_BY = ": "
"""In the field ``about``, between the label of a thing and its other names."""

_Texts: TypeAlias = dict[tuple[str, str], set[tuple[int, str]]]
_NONE: frozenset[tuple[int, str]] = frozenset()
_Owners: TypeAlias = dict[Node, list[Node]]
_Name: TypeAlias = tuple[str, int]  # the key of a name, and how much it counts
_SCHEMA_ORG, _DC, _FOAF = "https://schema.org/", "http://purl.org/dc/elements/1.1/", "http://xmlns.com/foaf/0.1/"
_FIELDS = {
    "label": (
        iris.RDFS + "label", iris.SKOS + "prefLabel", iris.DCTERMS + "title", iris.UKFR + "counted",
        iris.UKFR + "wording", _DC + "title", _FOAF + "name", _SCHEMA_ORG + "name",
    ),
    "alias": (
        iris.SKOS + "altLabel", iris.SKOS + "hiddenLabel", iris.SKOS + "notation", iris.DCTERMS + "alternative",
        _SCHEMA_ORG + "alternateName",
    ),
    "summary": (
        iris.UKFR + "summary", iris.DCTERMS + "description", iris.DCTERMS + "abstract", iris.RDFS + "comment",
        iris.UKFR + "membershipCondition", _SCHEMA_ORG + "description",
    ),
    "definition": (iris.SKOS + "definition", iris.SKOS + "scopeNote"),
    "quote": (iris.OA + "exact",),
}  # fmt: skip
_OWNERS = tuple(
    ox.NamedNode(iri)
    for iri in (iris.OA + "hasSelector", iris.UKFR + "evidence", iris.ADMS + "identifier", iris.UKFR + "naming")
)
_ABOUT = tuple(
    ox.NamedNode(iri)
    for iri in (
        iris.DCTERMS + "subject", iris.UKFR + "cites", iris.UKFR + "place", iris.UKFR + "addressee",
        iris.UKFR + "target", iris.UKFR + "beneficiary", iris.UKFR + "inferredTarget", iris.UKFR + "representative",
    )
)  # fmt: skip
_ORDER = ox.NamedNode(iris.UKFR + "order")
_SECTION = ox.NamedNode(iris.UKFR + "section")
_SUBJECT = ox.NamedNode(iris.DCTERMS + "subject")
TYPE = ox.NamedNode(iris.RDF + "type")
_CLAUSE, _PERSON = ox.NamedNode(iris.UKFR + "Clause"), ox.NamedNode(iris.UKFR + "Person")
_DEPTH = 3  # from a selector to its evidence, and on to the record
_LABEL, _REMARKED, _ALIAS, _NUMBER = 32, 29, 23, 26  # how much it counts that a name is all that was typed
_PERSON_NAMED = 500  # a person comes before texts in which the name stands beside other words
_CELEX = re.compile(r"\d(\d{4})[A-Z]{1,2}0*(\d{1,4})(?:\(\d+\))?")  # an EU act: sector, year, kind, number
_FOUR_DIGITS = "1999"  # from this year on the number of an EU act has the year in four digits
_TREATY = re.compile(r"CETS No\. 0*(\d+)")  # the Council of Europe's treaty series
_NUMERALS = ("II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_ROMAN = re.compile(rf"\b(?:{'|'.join(_NUMERALS)})\b")
_ACT_NUMBER = re.compile(
    r"\s*(?:\([A-Z]{2,3}\)\s*)?(?:No\.?\s*|n°\s*)?\b\d+/\d+(?:/[A-Z]+)?"
)  # of an EU act, in its name
_REMARK = re.compile(r"\s*\([^()]*\)")
# How much a resource counts, by its types: things that people ask for, what was observed of them, other records, and
# terms of the schema and sources.
_THING, _OBSERVED, _RECORD, _TERM = 1.0, 0.8, 0.4, 0.25
LEAST_OF_A_THING = _OBSERVED
"""The weight that a resource has at least that people ask for."""

_THINGS = frozenset(
    iris.UKFR + name for name in ("Clause", "Instrument", "Statement", "Actor", "Place", "Office", "Person")
)
_OBSERVATION, _INDICATOR = iris.UKFR + "Observation", ox.NamedNode(iris.UKFR + "indicator")
_SOURCE = iris.UKFR + "SourceRecord"
_RECORDS = (
    iris.UKFR, iris.OA, iris.PROV, iris.ADMS, "http://rdfs.org/ns/void#", "http://www.w3.org/ns/dcat#",
    "https://w3id.org/sssom/",
)  # fmt: skip
_SCHEMAS = (iris.RDFS, iris.OWL, "http://www.w3.org/ns/shacl#")
_PROPERTIES = {field: tuple(map(ox.NamedNode, predicates)) for field, predicates in _FIELDS.items()}
READ = frozenset(
    (
        *NAMES, *(p for each in _PROPERTIES.values() for p in each), *_OWNERS, *_ABOUT, BROADER, _ORDER, _SECTION,
        _INDICATOR, TYPE,
    )
)  # fmt: skip
"""The properties that documents are made of."""


@dataclass(frozen=True)
class TextDocument:
    """The texts of a resource in a language, by the columns of the index; ``names`` are keys of its names."""

    language: str
    texts: tuple[str, ...]
    names: tuple[_Name, ...]


Read: TypeAlias = tuple[str, float, list[TextDocument]]
"""A resource by its IRI, how much it counts, and its documents."""


def read_documents(facts: Facts, graph: Graph) -> Iterator[Read]:
    """Read what a graph says, resource by resource."""
    owners = _read_owners(facts, graph)
    texts: dict[str, _Texts] = defaultdict(lambda: defaultdict(set))
    for field, predicates in _PROPERTIES.items():
        for rank, predicate in enumerate(predicates):
            for subject, target in facts.pairs(predicate, graph):
                if isinstance(target, ox.Literal) and (text := fold_text(target.value)):
                    language = (target.language or "").partition("-")[0].lower()
                    for owner in _find_owners(subject, owners):
                        texts[owner][field, language].add((rank, text))
    for iri in sorted(texts):
        said = texts.pop(iri)
        if any(field != "quote" for field, _ in said):  # else a part of a record, which is found by the record
            yield iri, _weigh(facts, node := ox.NamedNode(iri)), list(_make_documents(facts, node, said))


def find_variants(text: str) -> list[str]:
    """Return further spellings of the words in a text: without hyphens, digit separators, ligatures and leading zeros.

    >>> find_variants("co-operation of 5,000 in the œuvre, CETS No. 024")
    ['cooperation', '5000', 'oeuvre', '24']
    """
    if not _MAY_BE_JOINED.search(text):
        return []
    return [re.sub(r"[^\w]", "", found).translate(_LIGATURES).lstrip("0") for found in _JOINED.findall(text)]


# Words are tried from their beginning, and not again from within: a third of the time.
_JOINED = re.compile(r"\b\w++(?:[-‐‑–]\w++)+|\d{1,3}(?:[,.\u00a0\u202f ]\d{3})+\b|\b\w*[œæŒÆß]\w*|\b0+[1-9]\d*\b")
# Tells at once of most texts that they have none: the quicker for beginning with a set of characters.
_MAY_BE_JOINED = re.compile(r"[-‐‑–œæŒÆß\d](?:(?<=[-‐‑–œæŒÆß])|(?<=\b0)|[,.\u00a0\u202f ]\d)")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss"})


def make_key(text: str, language: str) -> str:
    """Return what two spellings of a name have in common: the stems of the words that carry meaning.

    >>> make_key("The Ministers' meeting", "en") == make_key("minister meetings", "en")
    True
    """
    return stem_words(drop_stop_words(split_words(text)), language)


def _make_documents(facts: Facts, node: ox.NamedNode, texts: _Texts) -> Iterator[TextDocument]:
    """Make the documents of a resource: one for each language that it has texts in."""
    related, is_person = _find_related(facts, node), _PERSON in facts.objects(node, TYPE)
    order = _read_numbers(facts, node)
    for language in sorted({language for _, language in texts} - {""}) or [""]:
        found = {field: _list_texts(texts, field, language) for field in _FIELDS}
        numbers = [*order, *_spell_numbers(found["alias"])]
        fields = [SEPARATOR.join(dict.fromkeys(said)) for said in found.values()]
        variants = [*find_variants("\n".join(fields)), *numbers]
        variants += [digits for text in (*found["label"], *found["alias"]) if (digits := _write_digits(text)) != text]
        variants = list(dict.fromkeys(variants))
        about = sorted(filter(None, [_describe(facts, thing, language) for thing in related]))
        yield TextDocument(
            language,
            (*fields, " ".join(variants), SEPARATOR.join(about), *_stem_fields(fields, variants, about, language)),
            tuple(_make_names(found, numbers, language, is_person=is_person)),
        )


def _list_texts(texts: _Texts, field: str, language: str) -> list[str]:
    """Return the texts of a field in a language or in none, the best first."""
    said, plain = texts.get((field, language)), texts.get((field, ""))
    return [text for _, text in sorted(said | plain if said and plain else said or plain or _NONE)]


def _stem_fields(fields: list[str], variants: list[str], about: list[str], language: str) -> tuple[str, str, str]:
    """Return the stems of names, of other texts with their other spellings, and of what it is about."""
    tongue = language or "en"
    names, texts = (stem_words(split_words(" ".join(part)), tongue) for part in (fields[:2], (*fields[2:], *variants)))
    return names, texts, " ".join(filter(None, (_stem_name(name, tongue) for name in about)))


@lru_cache(maxsize=65_536)
def _stem_name(name: str, language: str) -> str:
    """Return the stems of what a thing is called, which many resources are about."""
    return stem_words(split_words(name), language)


def _make_names(found: dict[str, list[str]], numbers: list[str], language: str, *, is_person: bool) -> Iterator[_Name]:
    weights: dict[str, int] = {}
    for text in found["label"] if is_person else ():
        weights[make_key(text, language or "en")] = _PERSON_NAMED
        weights[make_key(text.split()[-1], language or "en")] = _PERSON_NAMED
    for field, weight in (("label", _LABEL), ("alias", _ALIAS)):
        for text in found[field]:
            weights.setdefault(make_key(text, language or "en"), weight)
            spelled = {_REMARK.sub("", text) if "(" in text else text, _write_digits(text)}
            spelled |= {_ACT_NUMBER.sub("", text)} if field == "label" and "/" in text else set()
            for spelling in sorted(spelled - {text}):
                weights.setdefault(make_key(spelling, language or "en"), min(weight, _REMARKED))
    for number in numbers:
        weights.setdefault(make_key(number, language or "en"), _NUMBER)
    yield from ((key, weight) for key, weight in weights.items() if key)


def _read_numbers(facts: Facts, node: ox.NamedNode) -> list[str]:
    """Return how a clause is called by its number: ``48``, and ``clause 48`` with each word that clauses have."""
    if not facts.has(node, _SECTION):
        return []
    numbers = sorted({order.value for order in facts.objects(node, _ORDER) if isinstance(order, ox.Literal)})
    words = [word for language in STEMMED for word in facts.find_names(_CLAUSE, language)] if numbers else []
    words = list(dict.fromkeys(["clause", *words]))
    return [name for number in numbers for name in (*(f"{word} {number}" for word in words), number)]


def _spell_numbers(notations: list[str]) -> list[str]:
    """Spell the number of an EU act as titles do, from its CELEX number, and that of a European treaty.

    >>> _spell_numbers(["32013R0604", "31991L0477", "CETS No. 024"])
    ['2013/604', '604/2013', '1991/477', '477/1991', '91/477', 'CETS 24', 'ETS 24', 'STCE 24', 'STE 24']
    """
    spelled = []
    for notation in notations:
        if act := _CELEX.fullmatch(notation):
            year, number = act.groups()
            spelled += [f"{year}/{number}", f"{number}/{year}"]
            spelled += [f"{year[2:]}/{number}"] if year < _FOUR_DIGITS else []
        elif treaty := _TREATY.fullmatch(notation):
            spelled += [f"{series} {treaty[1]}" for series in ("CETS", "ETS", "STCE", "STE")]
    return spelled


def _write_digits(text: str) -> str:
    """Write Roman numerals as digits.

    >>> _write_digits("Dublin III")
    'Dublin 3'
    """
    if "I" not in text and "V" not in text and "X" not in text:  # most have none: this is quicker
        return text
    return _ROMAN.sub(lambda match: str(_NUMERALS.index(match[0]) + 2), text)


def _find_related(facts: Facts, node: ox.NamedNode) -> list[Node]:
    """Return what a resource is about, with the broader topics."""
    related: dict[Node, None] = {}
    for predicate in _ABOUT:
        for thing in facts.objects(node, predicate):
            related.setdefault(thing)
            related |= dict.fromkeys(facts.find_broader(thing) if predicate == _SUBJECT else ())
    return [thing for thing in related if isinstance(thing, ox.NamedNode)]


def _describe(facts: Facts, thing: Node, language: str) -> str:
    """Return the label of a thing, then its other names; nothing where it has none in this language."""
    label, *others = facts.find_names(thing, language) or ("",)
    return label + NAMED_BY + ", ".join(others) if others else label


def _weigh(facts: Facts, node: ox.NamedNode) -> float:
    """Return how much a resource counts: things before other records, and those before terms of the schema."""
    types = {kind.value for kind in facts.objects(node, TYPE) if isinstance(kind, ox.NamedNode)}
    if types & _THINGS or facts.is_object(_SUBJECT, node):
        return _THING
    if _OBSERVATION in types or facts.is_object(_INDICATOR, node):
        return _OBSERVED
    if iris.SKOS + "Concept" in types:
        narrower = (one for one in facts.subjects(BROADER, node) if isinstance(one, ox.NamedNode))
        return _THING if any(facts.is_object(_SUBJECT, one) for one in narrower) else _RECORD
    if any(kind.startswith(_SCHEMAS) for kind in types) or types & {iris.SKOS + "ConceptScheme", _SOURCE}:
        return _TERM
    return _RECORD if any(kind.startswith(_RECORDS) for kind in types) else _THING


def _read_owners(facts: Facts, graph: Graph) -> _Owners:
    """Find of what the selectors, pieces of evidence and identifiers are."""
    owners: _Owners = defaultdict(list)
    for predicate in _OWNERS:
        for subject, target in facts.pairs(predicate, graph):
            owners[target].append(subject)
    return owners


def _find_owners(node: Node, owners: _Owners, depth: int = _DEPTH) -> set[str]:
    """Find the records that a text is of: those that own its node, else the node itself."""
    if depth and node in owners:
        return set().union(*(_find_owners(owner, owners, depth - 1) for owner in owners[node]))
    return {node.value} if isinstance(node, ox.NamedNode) else set()
