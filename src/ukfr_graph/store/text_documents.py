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
from typing import TypeAlias

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.triples import fold_text
from ukfr_graph.word_forms import STEMMED, drop_stop_words, split_words, stem

Graph: TypeAlias = ox.NamedNode | ox.DefaultGraph
SEPARATOR = " · "
"""Between several texts of one field."""

NAMED_BY = ": "
"""In the field ``about``, between the label of a thing and its other names."""

_Texts: TypeAlias = dict[tuple[str, str], set[tuple[int, str]]]
_Owners: TypeAlias = dict[object, list[object]]
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
_NAMES = tuple(ox.NamedNode(iri) for iri in (*_FIELDS["label"][:2], *_FIELDS["alias"][:2]))
_OWNERS = (iris.OA + "hasSelector", iris.UKFR + "evidence", iris.ADMS + "identifier", iris.UKFR + "naming")
_ABOUT = tuple(
    ox.NamedNode(iri)
    for iri in (
        iris.DCTERMS + "subject", iris.UKFR + "cites", iris.UKFR + "place", iris.UKFR + "addressee",
        iris.UKFR + "target", iris.UKFR + "beneficiary", iris.UKFR + "inferredTarget", iris.UKFR + "representative",
    )
)  # fmt: skip
_BROADER = ox.NamedNode(iris.SKOS + "broader")
_ORDER = ox.NamedNode(iris.UKFR + "order")
_SECTION = ox.NamedNode(iris.UKFR + "section")
_SUBJECT = ox.NamedNode(iris.DCTERMS + "subject")
_CLAUSE, _PERSON = ox.NamedNode(iris.UKFR + "Clause"), ox.NamedNode(iris.UKFR + "Person")
_TYPE = ox.NamedNode(iris.RDF + "type")
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


@dataclass(frozen=True)
class TextDocument:
    """The texts of a resource in a language, by the columns of the index; ``names`` are keys of its names."""

    language: str
    texts: tuple[str, ...]
    names: tuple[_Name, ...]


def read_documents(store: ox.Store, graph: Graph) -> Iterator[tuple[str, float, list[TextDocument]]]:
    """Read what a graph says, resource by resource: its IRI, how much it counts, and its documents."""
    owners = _read_owners(store, graph)
    texts: dict[str, _Texts] = defaultdict(lambda: defaultdict(set))
    for field, predicates in _FIELDS.items():
        for rank, predicate in enumerate(predicates):
            for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), None, graph):
                if isinstance(quad.object, ox.Literal) and (text := fold_text(quad.object.value)):
                    language = (quad.object.language or "").partition("-")[0].lower()
                    for owner in _find_owners(quad.subject, owners):
                        texts[owner][field, language].add((rank, text))
    for iri in sorted(texts):
        if any(field != "quote" for field, _ in texts[iri]):  # else a part of a record, which is found by the record
            yield iri, _weigh(store, ox.NamedNode(iri)), list(_make_documents(store, iri, texts[iri]))


def find_variants(text: str) -> list[str]:
    """Return further spellings of the words in a text: without hyphens, digit separators, ligatures and leading zeros.

    >>> find_variants("co-operation of 5,000 in the œuvre, CETS No. 024")
    ['cooperation', '5000', 'oeuvre', '24']
    """
    return [re.sub(r"[^\w]", "", found).translate(_LIGATURES).lstrip("0") for found in _JOINED.findall(text)]


# Words are tried from their beginning, and not again from within: a third of the time.
_JOINED = re.compile(r"\b\w++(?:[-‐‑–]\w++)+|\d{1,3}(?:[,.\u00a0\u202f ]\d{3})+\b|\b\w*[œæŒÆß]\w*|\b0+[1-9]\d*\b")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss"})


def make_key(text: str, language: str) -> str:
    """Return what two spellings of a name have in common: the stems of the words that carry meaning.

    >>> make_key("The Ministers' meeting", "en") == make_key("minister meetings", "en")
    True
    """
    return " ".join(stem(word, language) for word in drop_stop_words(split_words(text)))


def _make_documents(store: ox.Store, iri: str, texts: _Texts) -> Iterator[TextDocument]:
    """Make the documents of a resource: one for each language that it has texts in."""
    node = ox.NamedNode(iri)
    for language in sorted({language for _, language in texts} - {""}) or [""]:
        found = {
            field: [text for _, text in sorted(texts[field, language] | texts[field, ""])] for field in _FIELDS
        }  # fmt: skip
        numbers = [*_read_numbers(store, node), *_spell_numbers(found["alias"])]
        fields = [SEPARATOR.join(dict.fromkeys(found[field])) for field in _FIELDS]
        variants = [*find_variants("\n".join(fields)), *numbers]
        variants += [digits for text in (*found["label"], *found["alias"]) if (digits := _write_digits(text)) != text]
        variants = list(dict.fromkeys(variants))
        about = SEPARATOR.join(_name_related(store, node, language))
        yield TextDocument(
            language,
            (*fields, " ".join(variants), about, *_stem_fields(fields, variants, about, language)),
            tuple(_make_names(found, numbers, language, is_person=_is_a(store, node, _PERSON))),
        )


def _stem_fields(fields: list[str], variants: list[str], about: str, language: str) -> tuple[str, str, str]:
    """Return the stems of names, of other texts with their other spellings, and of what it is about."""

    def stems(text: str) -> str:
        return " ".join(stem(word, language or "en") for word in split_words(text))

    return stems(" ".join(fields[:2])), stems(" ".join((*fields[2:], *variants))), stems(about)


def _make_names(found: dict[str, list[str]], numbers: list[str], language: str, *, is_person: bool) -> Iterator[_Name]:
    weights: dict[str, int] = {}
    for text in found["label"] if is_person else ():
        weights[make_key(text, language or "en")] = _PERSON_NAMED
        weights[make_key(text.split()[-1], language or "en")] = _PERSON_NAMED
    for field, weight in (("label", _LABEL), ("alias", _ALIAS)):
        for text in found[field]:
            weights.setdefault(make_key(text, language or "en"), weight)
            for spelling in (
                _REMARK.sub("", text),
                _write_digits(text),
                _ACT_NUMBER.sub("", text) if field == "label" else "",
            ):
                weights.setdefault(make_key(spelling, language or "en"), min(weight, _REMARKED))
    for number in numbers:
        weights.setdefault(make_key(number, language or "en"), _NUMBER)
    yield from ((key, weight) for key, weight in weights.items() if key)


def _read_numbers(store: ox.Store, node: ox.NamedNode) -> list[str]:
    """Return how a clause is called by its number: ``48``, and ``clause 48`` with each word that clauses have."""
    if next(store.quads_for_pattern(node, _SECTION, None), None) is None:
        return []
    orders = (quad.object for quad in store.quads_for_pattern(node, _ORDER, None))
    numbers = sorted({order.value for order in orders if isinstance(order, ox.Literal)})
    words = [word for language in STEMMED for word in _read_names(store, _CLAUSE, language)] if numbers else []
    words = list(dict.fromkeys(["clause", *words]))
    return [name for number in numbers for name in (*(f"{word} {number}" for word in words), number)]


def _is_a(store: ox.Store, node: ox.NamedNode, kind: ox.NamedNode) -> bool:
    return next(store.quads_for_pattern(node, _TYPE, kind), None) is not None


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
    return _ROMAN.sub(lambda match: str(_NUMERALS.index(match[0]) + 2), text)


def _name_related(store: ox.Store, node: ox.NamedNode, language: str) -> list[str]:
    """Name what a resource is about: the label of each thing, then its other names."""
    related: dict[object, None] = {}
    for predicate in _ABOUT:
        for quad in store.quads_for_pattern(node, predicate, None):
            related.setdefault(quad.object)
            for broader in _climb(store, quad.object) if predicate == _SUBJECT else ():
                related.setdefault(broader)
    named = []
    for thing in related:
        if isinstance(thing, ox.NamedNode):
            names = list(dict.fromkeys(_read_names(store, thing, language)))
            named += [names[0] + NAMED_BY + ", ".join(names[1:]) if names[1:] else names[0]] if names else []
    return sorted(named)


def _climb(store: ox.Store, concept: object, depth: int = _DEPTH) -> Iterator[object]:
    if depth and isinstance(concept, ox.NamedNode):
        for quad in store.quads_for_pattern(concept, _BROADER, None):
            yield quad.object
            yield from _climb(store, quad.object, depth - 1)


def _read_names(store: ox.Store, thing: ox.NamedNode, language: str) -> Iterator[str]:
    for predicate in _NAMES:
        texts = (quad.object for quad in store.quads_for_pattern(thing, predicate, None))
        yield from sorted(
            fold_text(t.value) for t in texts if isinstance(t, ox.Literal) and (t.language or "") == language
        )


def _weigh(store: ox.Store, node: ox.NamedNode) -> float:
    """Return how much a resource counts: things before other records, and those before terms of the schema."""
    types = {
        quad.object.value
        for quad in store.quads_for_pattern(node, _TYPE, None)
        if isinstance(quad.object, ox.NamedNode)
    }
    if types & _THINGS or next(store.quads_for_pattern(None, _SUBJECT, node), None) is not None:
        return _THING
    if _OBSERVATION in types or next(store.quads_for_pattern(None, _INDICATOR, node), None) is not None:
        return _OBSERVED
    if iris.SKOS + "Concept" in types:
        is_subject = any(_weigh_narrower(store, node))
        return _THING if is_subject else _RECORD
    if any(kind.startswith(_SCHEMAS) for kind in types) or types & {iris.SKOS + "ConceptScheme", _SOURCE}:
        return _TERM
    return _RECORD if any(kind.startswith(_RECORDS) for kind in types) else _THING


def _weigh_narrower(store: ox.Store, concept: ox.NamedNode) -> Iterator[bool]:
    """Tell of each narrower concept whether something is on it."""
    for quad in store.quads_for_pattern(None, _BROADER, concept):
        if isinstance(quad.subject, ox.NamedNode):
            yield next(store.quads_for_pattern(None, _SUBJECT, quad.subject), None) is not None


def _read_owners(store: ox.Store, graph: Graph) -> _Owners:
    """Find of what the selectors, pieces of evidence and identifiers are."""
    owners: _Owners = defaultdict(list)
    for predicate in _OWNERS:
        for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), None, graph):
            owners[quad.object].append(quad.subject)
    return owners


def _find_owners(node: object, owners: _Owners, depth: int = _DEPTH) -> set[str]:
    """Find the records that a text is of: those that own its node, else the node itself."""
    if depth and node in owners:
        return set().union(*(_find_owners(owner, owners, depth - 1) for owner in owners[node]))
    return {node.value} if isinstance(node, ox.NamedNode) else set()
