"""The keys of what stands in a clause, in the order in which a person is asked for them, and which values each takes.

Which values there are, the context says; which a part may not be without, the shapes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ukfr_graph import iris
from ukfr_graph.build.schema import read_turtle
from ukfr_graph.drafting.terms import list_keys, list_vocabularies
from ukfr_graph.resources import ontology_folder, read_context
from ukfr_graph.shorthand import is_name, is_text_by_language, read_terms
from ukfr_graph.triples import Index

PART_KEYS = {
    "quantity": (
        "value", "unit", "comparator", "measureKind", "counted", "currency", "fundingStatus", "period", "provider",
        "recipient", "subsetOf", "incrementOf",
    ),
    "timeframe": ("timeAspect", "urgency", "earliestStart", "latestEnd", "durationQuantity"),
    "condition": ("conditionKind",),
    "citation": ("citedInstrument",),
    "participation": ("role", "participant", "basis", "reason"),
}  # fmt: skip
"""The keys of a part besides its words, by the key of the clause under which it stands."""
TAKES_IN = "incorporatesByReference"
"""The key by which a clause takes in what an instrument says."""
_WORDED = ("timeframe", "condition")  # whose words stand in the record besides the quote
_SH = "http://www.w3.org/ns/shacl#"
_FORMS = {"xsd:decimal": "number", "xsd:date": "date"}


@dataclass(frozen=True)
class PartKey:
    """A key of a part, and the ``form`` of its values: "term", "texts", "name", "number", "date" or "text".

    ``vocabulary`` is that of a term; ``is_needed`` tells whether every such part must have the key.
    """

    name: str
    form: str
    vocabulary: str
    is_needed: bool


@cache
def list_part_keys(part: str) -> tuple[PartKey, ...]:
    """List the keys of a part, such as "quantity"."""
    needed = _list_needed(type_of(part))
    return tuple(_describe(key, needed) for key in PART_KEYS[part])


@cache
def type_of(part: str) -> str:
    """Return the class of what stands under a key of a clause."""
    return read_terms()[0][part]


def is_worded(part: str) -> bool:
    """Return whether a part keeps its words as a value, besides its quote."""
    return part in _WORDED


@cache
def list_relations() -> tuple[str, ...]:
    """List the keys by which a clause points to others, as the ontology has them."""
    terms = Index(read_turtle(ontology_folder() / "ukfr.ttl"))
    between = {p for p, kind in terms.pairs(iris.RDFS + "range") if kind == iris.UKFR + "Clause"}
    between &= {p for p, kind in terms.pairs(iris.RDFS + "domain") if kind == iris.UKFR + "Clause"}
    return tuple(sorted(name for name in map(iris.local_name, between) if name in list_keys()))


def property_of(key: str) -> str:
    """Return the IRI of the property that a key of records stands for."""
    definition = read_context().get(key, key)
    return iris.expand(str(definition["@id"] if isinstance(definition, dict) else definition))


@cache
def _list_needed(kind: str) -> frozenset[str]:
    """List the properties that the shapes ask of every record of a class."""
    shapes = Index(read_turtle(ontology_folder() / "shapes" / "data.ttl"))
    found = set()
    for shape, target in shapes.pairs(_SH + "targetClass"):
        for part in shapes.objects(shape, _SH + "property") if target == iris.UKFR + kind else ():
            if int(shapes.value(part, _SH + "minCount") or 0):
                found.add(shapes.value(part, _SH + "path") or "")
    return frozenset(found)


def _describe(key: str, needed: frozenset[str]) -> PartKey:
    definition = read_context().get(key)
    vocabulary = list_vocabularies().get(key, "")
    if vocabulary:
        form = "term"
    elif is_text_by_language(key):
        form = "texts"
    elif is_name(key):
        form = "name"
    else:
        form = _FORMS.get(str(definition.get("@type")), "text") if isinstance(definition, dict) else "text"
    return PartKey(key, form, vocabulary, property_of(key) in needed)
