"""Making, indexing and writing triples: what the steps share around the engine's own types."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from typing import TypeAlias

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import NotAcceptableError
from ukfr_graph.markup import finish_xml, is_well_formed

_INSTEAD = "Turtle (ttl), N-Triples (nt) and JSON-LD (jsonld)"

_COUNT_DIGITS = 9
Value: TypeAlias = str | int | float | bool | Decimal | date | None
"""A term as a Python value: an IRI is its text; a literal is of its datatype, where Python has one, else its text."""

_INTEGERS = frozenset(
    (
        "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger",
        "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte",
    )
)  # fmt: skip
# Lexical forms of XML Schema 1.1, part 2 (https://www.w3.org/TR/xmlschema11-2/); Python's own readers take more.
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DOUBLE = re.compile(rf"(?:{_DECIMAL.pattern})(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def node(iri: str) -> ox.NamedNode:
    """Name a node.

    Raises:
        ValueError: the text is not an IRI.
    """
    return ox.NamedNode(iri)


def literal(value: object, datatype: str) -> ox.Literal:
    """Write a value as a literal of an XML Schema datatype, such as ``integer``."""
    return ox.Literal(str(value), datatype=ox.NamedNode(iris.XSD + datatype))


def is_count(text: str) -> bool:
    """Return whether a text is a whole number as places and counts are written: ASCII digits, fewer than nine.

    >>> is_count("2203"), is_count("9" * 38), is_count("-1")
    (True, False, False)
    """
    return text.isascii() and text.isdecimal() and len(text) < _COUNT_DIGITS


def to_value(term: ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple | None) -> Value:
    """Return a term as a Python value; a literal that is not in the form of its datatype stays text.

    >>> to_value(ox.Literal("2016-08-30", datatype=ox.NamedNode(iris.XSD + "date")))
    datetime.date(2016, 8, 30)
    >>> to_value(literal(28, "byte")), to_value(literal("1_000", "integer")), to_value(ox.NamedNode("urn:x"))
    (28, '1_000', 'urn:x')
    """
    if term is None:
        return None
    if not isinstance(term, ox.Literal):
        return str(term) if isinstance(term, ox.Triple | ox.BlankNode) else term.value
    kind, text = term.datatype.value.removeprefix(iris.XSD), term.value
    try:
        if kind in _INTEGERS and _INTEGER.fullmatch(text):
            return int(text)
        if kind == "decimal" and _DECIMAL.fullmatch(text):
            return Decimal(text)
        if kind in ("double", "float") and _DOUBLE.fullmatch(text):
            return float(text)
        if kind == "boolean" and text in ("true", "1", "false", "0"):
            return text in ("true", "1")
        if kind == "date" and _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except (ValueError, ArithmeticError):
        pass  # beyond what Python's numbers and dates hold
    return text


def is_true(term: object) -> bool:
    """Tell whether a term is the boolean true, which may be written ``true`` or ``1``."""
    return isinstance(term, ox.Literal) and to_value(term) is True


def fold_text(text: str) -> str:
    r"""Put one blank for each run of blanks and of what cannot be printed, which could steer a terminal and break XML.

    >>> fold_text("a\x07 b")
    'a b'
    """
    if not text.isprintable():  # most texts are: this is quick
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def serialize(
    statements: Iterable[ox.Triple] | Iterable[ox.Quad],
    form: ox.RdfFormat,
    *,
    prefixes: Mapping[str, str] | None = None,
) -> bytes:
    """Write triples or quads; ``prefixes`` are those of names, for a format that can hold them.

    Raises:
        NotAcceptableError: RDF/XML cannot hold a property or a text of theirs.
    """
    if isinstance(statements, WrittenTriples) and form == ox.RdfFormat.N_TRIPLES:
        return statements.text
    names = dict(prefixes) if prefixes else None
    if form != ox.RdfFormat.RDF_XML:
        return ox.serialize(statements, format=form, prefixes=names) or b""
    triples = [s if isinstance(s, ox.Triple) else s.triple for s in statements]
    body = finish_xml(ox.serialize(triples, format=form, prefixes=names) or b"", _INSTEAD)
    if not is_well_formed(body):
        properties = (t.predicate for t in triples if not is_well_formed(ox.serialize([t], format=form) or b""))
        raise NotAcceptableError(
            "RDF/XML cannot hold the property %(properties)s, which ends in no name; %(instead)s can.",
            properties=next(properties),
            instead=_INSTEAD,
        )
    return body


def find_prefixes(triples: Sequence[ox.Triple]) -> dict[str, str]:
    """Find the prefixes of ``iris`` that the names of some triples can be written with.

    >>> find_prefixes([ox.Triple(node(iris.UKFR + "Clause"), node(iris.RDFS + "label"), ox.Literal("clause"))]).keys()
    dict_keys(['rdfs', 'ukfr'])
    """
    written = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    return {prefix: base for prefix, base in iris.prefixes().items() if f"<{base}".encode() in written}


class WrittenTriples(AbstractSet[ox.Triple]):
    r"""A set of triples held as N-Triples, in half the memory of as many objects; ``text`` has a line for each.

    >>> written = WrittenTriples([ox.Triple(node("urn:a"), node("urn:b"), ox.Literal("c"))])
    >>> written.text, list(written)[0] in written, written == frozenset(written)
    (b'<urn:a> <urn:b> "c" .\\n', True, True)
    """

    def __init__(self, triples: AbstractSet[ox.Triple]) -> None:
        self.text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
        self._length = len(triples)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[ox.Triple]:
        return (quad.triple for quad in ox.parse(self.text, ox.RdfFormat.N_TRIPLES))

    def __contains__(self, triple: object) -> bool:
        return (
            isinstance(triple, ox.Triple)
            and (ox.serialize([triple], format=ox.RdfFormat.N_TRIPLES) or b"") in self.text
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AbstractSet) and frozenset(self) == frozenset(other)

    __hash__ = None  # type: ignore[assignment]  # as of other sets that compare by what they hold

    @classmethod
    def _from_iterable(cls, triples: Iterable[ox.Triple]) -> frozenset[ox.Triple]:  # type: ignore[override]
        return frozenset(triples)


def find_mentioning(triples: Iterable[ox.Triple], *texts: str) -> Iterable[ox.Triple]:
    """Return some of the triples, with all in which one of the texts stands, such as an IRI."""
    if not isinstance(triples, WrittenTriples):
        return triples
    wanted = [text.encode() for text in texts]
    lines = (line for line in triples.text.splitlines(keepends=True) if any(text in line for text in wanted))
    return [quad.triple for quad in ox.parse(b"".join(lines), ox.RdfFormat.N_TRIPLES)]


def find_about(triples: AbstractSet[ox.Triple], subjects: AbstractSet[str]) -> AbstractSet[ox.Triple]:
    """Return the triples about some subjects, which are written as in N-Triples (``<urn:a>``)."""
    wanted = {subject.encode() for subject in subjects}
    lines = serialize(triples, ox.RdfFormat.N_TRIPLES).splitlines(keepends=True)
    found = b"".join(line for line in lines if line.partition(b" ")[0] in wanted)
    return frozenset(quad.triple for quad in ox.parse(found, ox.RdfFormat.N_TRIPLES))


class Index:
    """Triples by subject and predicate; IRIs and literals are given as plain strings."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._objects: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._subjects: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for triple in triples:
            assert not isinstance(triple.subject, ox.Triple)  # no record holds triple terms
            assert not isinstance(triple.object, ox.Triple)
            subject, predicate, value = triple.subject.value, triple.predicate.value, triple.object.value
            self._objects[subject, predicate].append(value)
            self._subjects[predicate].append((subject, value))

    def pairs(self, predicate: str) -> Iterator[tuple[str, str]]:
        """Yield (subject, object) of every triple with this predicate."""
        yield from self._subjects.get(predicate, ())

    def objects(self, subject: str, predicate: str) -> list[str]:
        """List the objects of one subject and predicate."""
        return self._objects.get((subject, predicate), [])

    def subjects(self) -> frozenset[str]:
        """Return every subject."""
        return frozenset(subject for subject, _ in self._objects)

    def value(self, subject: str, predicate: str) -> str | None:
        """Return the one object, or the first in order, or none."""
        return min(self.objects(subject, predicate), default=None)

    def of_type(self, *classes: str) -> list[str]:
        """List the subjects that are typed with one of these classes, in order."""
        return sorted(s for s, c in self.pairs(iris.RDF + "type") if c in classes)
