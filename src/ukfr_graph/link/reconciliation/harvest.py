"""The harvest: from the triples of a dataset to the catalogue of what can be reconciled.

Actors, instruments, places, topics and kinds of instrument are taken. What an entity *has* is read from the data: a
property that a record gains is offered without a line of code.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.link.datasets.references import read_identifiers
from ukfr_graph.link.reconciliation.catalogue import (
    ANY_IDENTIFIER,
    Catalogue,
    CatalogueEntity,
    Term,
    Texts,
    Value,
    choose,
    squeeze,
    write_date,
)
from ukfr_graph.link.spelling import fold
from ukfr_graph.term_names import LABEL, read_texts

_SCHEMES = ("topic", "instrument-kind")
_NAMES = (iris.RDFS + "label", iris.SKOS + "prefLabel", iris.DCTERMS + "title", iris.SKOS + "altLabel")
_DESCRIPTIONS = (iris.SKOS + "definition", iris.DCTERMS + "description")
_IDENTIFIER, _STATUS = iris.ADMS + "identifier", iris.UKFR + "instrumentStatus"
_PARTY, _KIND, _DATED = iris.UKFR + "party", iris.UKFR + "instrumentKind", iris.UKFR + "documentDate"
_DATES = tuple(iris.XSD + name for name in ("date", "dateTime", "gYear", "gYearMonth"))
_NUMBERS = tuple(iris.XSD + name for name in ("integer", "decimal", "double", "float", "boolean"))
_FOREIGN = frozenset(
    (
        *_NAMES,
        *_DESCRIPTIONS,
        *(iris.SKOS + name for name in ("broader", "narrower", "exactMatch", "closeMatch")),
        *(iris.SKOS + name for name in ("broadMatch", "narrowMatch", "relatedMatch")),
        iris.RDFS + "seeAlso",
        iris.DCTERMS + "source",
        _IDENTIFIER,
    )
)
"""The properties that are offered beside the ontology's own."""

_Object: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def build_catalogue(triples: Iterable[ox.Triple]) -> Catalogue:
    """Make the catalogue of the answer to ``catalogue.rq``. It takes some 1 ms an entity."""
    graph: dict[str, dict[str, list[_Object]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode):
            graph[triple.subject.value][triple.predicate.value].append(triple.object)
    return _Builder({s: {p: sorted(o, key=str) for p, o in found.items()} for s, found in graph.items()}).build()


class _Builder:
    """Reads the triples, by subject and predicate."""

    def __init__(self, graph: Mapping[str, Mapping[str, list[_Object]]]) -> None:
        self.graph = graph
        self.classes = {s for s, found in graph.items() if s.startswith(iris.UKFR)}
        self.ids = {iris.strip_namespace(s): s for s in sorted(graph) if self._is_entity(s)}
        self.sizes = Counter(c for iri in self.ids.values() for c in self._iris(iri, iris.RDF + "type"))

    def build(self) -> Catalogue:
        entities = [self._entity(id_, iri) for id_, iri in self.ids.items()]
        used = {type_ for entity in entities for type_ in entity.types}
        pids = {pid for entity in entities for pid in entity.values}
        return Catalogue(
            entities,
            sorted((self._type(t) for t in used), key=lambda term: term.id),
            sorted((self._property(pid) for pid in pids), key=lambda term: term.id),
        )

    def _is_entity(self, iri: str) -> bool:
        if not (iris.is_identifier(iri) or iris.is_term(iri)) or "#" in iri:
            return False
        schemes = {iris.VOCABULARY + name for name in _SCHEMES}
        return iris.is_identifier(iri) or bool(schemes & set(self._iris(iri, iris.SKOS + "inScheme")))

    def _iris(self, subject: str, predicate: str) -> list[str]:
        return [o.value for o in self.graph.get(subject, {}).get(predicate, ()) if isinstance(o, ox.NamedNode)]

    def _texts(self, subject: str, *predicates: str) -> dict[str, str]:
        """Return a text of each language, of the first predicate that has one."""
        found: dict[str, str] = {}
        for predicate in predicates:
            for o in self.graph.get(subject, {}).get(predicate, ()):
                if isinstance(o, ox.Literal):
                    found.setdefault(o.language or "", o.value)
        return found

    def _labels(self, subject: str) -> dict[str, str]:
        return self._texts(subject, *_NAMES)

    def _entity(self, id_: str, iri: str) -> CatalogueEntity:
        names = tuple(
            _read_literal(o)
            for predicate in _NAMES
            for o in self.graph[iri].get(predicate, ())
            if isinstance(o, ox.Literal)
        )
        labels = self._labels(iri) or {"": iris.local_name(iri)}
        types = self._types(iri)
        values: dict[str, dict[Value, None]] = defaultdict(dict)
        for pid, value in self._values(iri):
            values[pid].setdefault(value)
        descriptions = self._texts(iri, *_DESCRIPTIONS) or self._describe(iri, types)
        return CatalogueEntity(
            id_, labels, names, types, descriptions, {pid: tuple(vs) for pid, vs in sorted(values.items())}
        )

    def _types(self, iri: str) -> tuple[str, ...]:
        classes = [c for c in self._iris(iri, iris.RDF + "type") if c in self.classes]
        schemes = [s for s in self._iris(iri, iris.SKOS + "inScheme") if s.startswith(iris.VOCABULARY)]
        return tuple(map(iris.shorten, sorted(classes, key=lambda c: (self.sizes[c], c)) + schemes))

    def _describe(self, iri: str, types: tuple[str, ...]) -> dict[str, str]:
        """Say in few words what something is: its kind, and its date where it has one."""
        kinds = self._iris(iri, _KIND)
        date = next((o.value for o in self.graph[iri].get(_DATED, ()) if isinstance(o, ox.Literal)), "")
        said = {}
        texts: list[Texts] = [self._labels(k) for k in kinds] or [self._type(t).names for t in types[:1]]
        for language in _languages_of(texts):
            said[language] = ", ".join(part for part in (*(choose(t, language) for t in texts), date) if part)
        return said

    def _values(self, iri: str) -> Iterator[tuple[str, Value]]:
        for predicate, objects in self.graph[iri].items():
            if predicate == _IDENTIFIER:
                yield from self._identifiers(objects)
            elif predicate == _STATUS:
                yield from self._statuses(objects)
            elif predicate in _FOREIGN or (predicate.startswith(iris.UKFR) and predicate in self.graph):
                pid = iris.shorten(predicate)
                yield from ((pid, value) for o in objects if (value := self._value(o)) is not None)

    def _value(self, o: object) -> Value | None:
        if isinstance(o, ox.Literal):
            return _read_literal(o)
        if not isinstance(o, ox.NamedNode):
            return None
        id_ = iris.strip_namespace(o.value)
        names = self._labels(o.value)
        keys = frozenset(fold(name) for name in names.values())
        if id_ in self.ids:
            return Value("entity", o.value, id=id_, names=names, keys=keys | {id_, o.value})
        if iris.is_term(o.value):
            return Value("concept", o.value, names=names or {"": iris.local_name(o.value)}, keys=keys | {o.value})
        if o.value.startswith(iris.namespaces()):
            return None  # a part of a record is no value
        return Value("iri", o.value, keys=frozenset({squeeze(o.value)}) | read_identifiers(o.value))

    def _identifiers(self, nodes: Iterable[object]) -> Iterator[tuple[str, Value]]:
        for node in nodes:
            iri = node.value if isinstance(node, ox.NamedNode) else ""
            schemes = self._iris(iri, iris.UKFR + "identifierScheme")
            names = {squeeze(name) for scheme in schemes for name in self._labels(scheme).values()}
            for notation in self._texts(iri, iris.SKOS + "notation").values():
                value = Value("identifier", notation, keys=_write_identifier(notation, names))
                yield from ((pid, value) for pid in (ANY_IDENTIFIER, *map(iris.shorten, schemes)))

    def _statuses(self, nodes: Iterable[object]) -> Iterator[tuple[str, Value]]:
        """Return what held as a sentence, its parties, and the day from which it held of the whole instrument."""
        for node in nodes:
            iri = node.value if isinstance(node, ox.NamedNode) else ""
            kinds, parties = self._iris(iri, iris.UKFR + "statusKind"), self._iris(iri, _PARTY)
            start, end = (next(iter(self._texts(iri, iris.UKFR + d).values()), "") for d in ("startDate", "endDate"))
            for kind in kinds:
                for language in _languages_of([self._labels(kind)]):
                    said = " ".join(
                        [
                            choose(self._labels(kind), language),
                            *(f"({choose(self._labels(p), language)})" for p in parties),
                        ]
                    )
                    days = " – ".join(filter(None, (start, end)))
                    text = ": ".join(filter(None, (said, days)))
                    yield iris.shorten(_STATUS), _read_literal(ox.Literal(text, language=language or None))
                if start and not parties:
                    yield iris.shorten(kind), Value("date", start, keys=_write_dates(start))
            for party in parties:
                value = self._value(ox.NamedNode(party))
                if value is not None:
                    yield iris.shorten(_PARTY), value

    def _type(self, id_: str) -> Term:
        iri = _lengthen(id_)
        broader = tuple(iris.shorten(c) for c in self._iris(iri, iris.RDFS + "subClassOf") if c in self.classes)
        names = self._texts(iri, iris.RDFS + "label", iris.DCTERMS + "title") or {"": iris.local_name(iri)}
        return Term(id_, names, self._texts(iri, *_DESCRIPTIONS), broader)

    def _property(self, id_: str) -> Term:
        iri = _lengthen(id_)
        names = read_texts().get((LABEL, iri)) or self._texts(iri, iris.RDFS + "label", iris.SKOS + "prefLabel")
        return Term(id_, names or {"": iris.local_name(iri)}, self._texts(iri, *_DESCRIPTIONS))


def _languages_of(texts: Iterable[Texts]) -> list[str]:
    """Return the languages that texts are in; empty for none."""
    return sorted({language for text in texts for language in text})


def _read_literal(literal: ox.Literal) -> Value:
    text, datatype = literal.value, literal.datatype.value
    if datatype in _DATES:
        return Value("date", text, keys=_write_dates(text))
    if datatype in _NUMBERS:
        return Value("number", text, keys=frozenset({squeeze(text)}))
    return Value("text", text, literal.language or "", keys=frozenset({fold(text)}))


def _write_dates(date: str) -> frozenset[str]:
    """Return a day, its month and its year."""
    day = write_date(date)
    return frozenset({day, day.rpartition("-")[0], day[:4]} - {""})


def _write_identifier(notation: str, schemes: set[str]) -> frozenset[str]:
    """Return a notation with the name of its scheme, and without.

    >>> sorted(_write_identifier("CETS No. 185", {"cets", "stce"}))
    ['185', 'cets185', 'cets:185', 'stce185']
    """
    whole = squeeze(notation)
    bare = next((whole.removeprefix(name) for name in sorted(schemes) if whole.startswith(name)), whole) or whole
    named = (f"{scheme.upper()} {notation}" for scheme in schemes)
    read = frozenset().union(read_identifiers(notation), *map(read_identifiers, named))
    return frozenset({whole, bare, *(name + bare for name in schemes)} - {""}) | read


def _lengthen(compact: str) -> str:
    prefix, _, rest = compact.partition(":")
    return iris.prefixes()[prefix] + rest
