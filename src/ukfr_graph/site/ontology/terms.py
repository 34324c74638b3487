"""The ontology as a reference: its terms from the bundled files, how often each is used, and an example.

The files are read once; the counts are asked of the data that are served, once for each version of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import NotFoundError
from ukfr_graph.query.questions import give_values, read_question
from ukfr_graph.resources import ontology_folder
from ukfr_graph.service.answers import construct, select
from ukfr_graph.service.service import Service
from ukfr_graph.site.thing.gathering import glimpse
from ukfr_graph.site.thing.portrait import Portrait
from ukfr_graph.triples import is_true

_ROOM = "site/ontology"
_KINDS = {
    "owl:Class": "class",
    "owl:ObjectProperty": "relation",
    "owl:DatatypeProperty": "attribute",
    "owl:AnnotationProperty": "annotation",
}
_MATCHES = tuple(f"skos:{name}Match" for name in ("exact", "close", "broad", "narrow", "related"))
_ABOVE = ("rdfs:subClassOf", "rdfs:subPropertyOf")
_TRAITS = tuple(
    f"owl:{name}Property"
    for name in ("Functional", "InverseFunctional", "Transitive", "Symmetric", "Asymmetric", "Irreflexive")
)


class OntologyTerm(NamedTuple):
    """A class or property with what the reference says of it; texts are (language, text), the others IRIs.

    ``example`` is of a class one of its members, of a property the subject of one statement, whose value is
    ``example_value``.
    """

    iri: str
    kind: str
    labels: list[tuple[str, str]]
    definitions: list[tuple[str, str]]
    above: list[str]
    below: list[str]
    domain: list[str]
    range: list[str]
    inverse: list[str]
    traits: list[str]
    matches: list[tuple[str, str]]
    is_deprecated: bool
    replaced_by: list[str]
    uses: int
    example: tuple[str, ...]
    example_value: ox.NamedNode | ox.Literal | ox.BlankNode | None


class Usage(NamedTuple):
    """The uses of each term: their number, an example, and names of what the examples name."""

    counts: dict[str, int]
    examples: dict[str, str]
    values: dict[str, ox.NamedNode | ox.Literal | ox.BlankNode]
    names: list[ox.Triple]


NO_USAGE = Usage({}, {}, {}, [])


@cache
def read_schema_file(name: str) -> tuple[ox.Triple, ...]:
    """Read a Turtle file of the ontology's folder, such as ``alignments/prov.ttl``.

    Raises:
        NotFoundError: there is none.
    """
    root = ontology_folder()
    path = root / name
    if not path.resolve().is_relative_to(root.resolve()) or not path.is_file():
        raise NotFoundError("There is no %(name)s among the files of the ontology.", name=repr(Path(name).name))
    numbers: dict[str, int] = {}
    file = name.replace("/", "-").removesuffix(".ttl")  # a name in each file: pages show several together

    def rename(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Any:
        """Name a blank node by its place in the file, where the parser draws a name by lot."""
        if not isinstance(term, ox.BlankNode):
            return term
        return ox.BlankNode(f"{file}-{numbers.setdefault(term.value, len(numbers) + 1)}")

    quads = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
    return tuple(ox.Triple(rename(quad.subject), quad.predicate, rename(quad.object)) for quad in quads)


def list_schema_files(folder: str) -> list[str]:
    """List the names, without their ending, of the Turtle files of a folder of the ontology."""
    return sorted(path.stem for path in (ontology_folder() / folder).glob("*.ttl"))


async def count_usage(service: Service) -> Usage:
    """Count what uses each term, and find an example of each among the records.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    classes, properties = [
        (await select(service, read_question(_ROOM, name))).dicts() for name in ("class-uses", "property-uses")
    ]
    rows = [*classes, *properties]
    counts = {row["term"].value: int(row["uses"].value) for row in rows}
    examples = {row["term"].value: row["example"].value for row in rows}
    shown = {row["term"].value: row["example"].value for row in properties}
    subjects = sorted({str(ox.NamedNode(example)) for example in shown.values()})
    stated = await construct(service, give_values(read_question(_ROOM, "examples"), "s", " ".join(subjects)))
    values = {}
    for triple in sorted(stated, key=str, reverse=True):
        subject, predicate = triple.subject.value, triple.predicate.value  # type: ignore[union-attr]  # no triple is one
        if shown.get(predicate) == subject and not isinstance(triple.object, ox.Triple):
            values[predicate] = triple.object
    nodes = {v.value for v in values.values() if isinstance(v, ox.NamedNode)}
    return Usage(counts, examples, values, await glimpse(service, {*examples.values(), *nodes}))


def list_terms(portrait: Portrait, usage: Usage) -> list[OntologyTerm]:
    """List the terms of our own, classes first, in the order of their labels; ``portrait`` holds the files."""
    declared: dict[str, str] = {}
    below: dict[str, list[str]] = {}
    for name in ("ukfr.ttl", *(f"alignments/{stem}.ttl" for stem in list_schema_files("alignments"))):
        for triple in read_schema_file(name):
            assert isinstance(triple.subject, ox.NamedNode | ox.BlankNode)
            subject, predicate = triple.subject.value, iris.shorten(triple.predicate.value)
            if not subject.startswith(iris.UKFR) or not isinstance(triple.object, ox.NamedNode):
                continue
            if predicate == "rdf:type" and (kind := _KINDS.get(iris.shorten(triple.object.value))):
                declared[subject] = kind
            if predicate in _ABOVE:
                below.setdefault(triple.object.value, []).append(subject)
    order = list(_KINDS.values())
    found = [_read_term(portrait, usage, iri, kind, sorted(below.get(iri, []))) for iri, kind in declared.items()]
    return sorted(found, key=lambda t: (order.index(t.kind), portrait.label(t.iri).value.casefold()))


def _read_term(portrait: Portrait, usage: Usage, iri: str, kind: str, below: list[str]) -> OntologyTerm:
    example = usage.examples.get(iri, "")
    return OntologyTerm(
        iri,
        kind,
        _texts(portrait, iri, "rdfs:label"),
        _texts(portrait, iri, "skos:definition"),
        [n for name in _ABOVE for n in portrait.nodes(iri, name) if n.startswith("http")],
        below,
        _members(portrait, portrait.nodes(iri, "rdfs:domain")),
        _members(portrait, portrait.nodes(iri, "rdfs:range")),
        portrait.nodes(iri, "owl:inverseOf"),
        [name for name in portrait.nodes(iri, "rdf:type") if iris.shorten(name) in _TRAITS],
        [(name, node) for name in _MATCHES for node in portrait.nodes(iri, name)],
        any(map(is_true, portrait.values(iri, "owl:deprecated"))),
        portrait.nodes(iri, "dcterms:isReplacedBy"),
        usage.counts.get(iri, 0),
        (example,) if example else (),
        usage.values.get(iri),
    )


def _texts(portrait: Portrait, iri: str, predicate: str) -> list[tuple[str, str]]:
    literals = [v for v in portrait.values(iri, predicate) if isinstance(v, ox.Literal)]
    return sorted((v.language or "", v.value) for v in literals)


def _members(portrait: Portrait, nodes: Iterable[str]) -> list[str]:
    """Write a class out: itself, or those that it is the union of."""
    found: list[str] = []
    for node in nodes:
        union = portrait.nodes(node, "owl:unionOf")
        at = union[0] if union else ""
        if not at:
            found.append(node)
        while at and at != iris.RDF + "nil":
            found += portrait.nodes(at, "rdf:first")
            at = next(iter(portrait.nodes(at, "rdf:rest")), "")
    return found
