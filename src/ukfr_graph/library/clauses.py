"""A clause with all that is coded of it, down to the characters that it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import DatasetError, NotFoundError
from ukfr_graph.library.results import to_value
from ukfr_graph.query.executor import Executor
from ukfr_graph.sources import check_quote
from ukfr_graph.store import Term
from ukfr_graph.triples import is_count

RELATIONS = ("elaborates", "specifies", "grounds", "reportsProgressOn", "modifies", "followsUp", "refersBackTo")
_KINDS = "?_of_iri a ?value . ?value rdfs:subClassOf ukfr:Clause . FILTER (?value != ukfr:Clause)"
_ROLES = """SELECT ?actor ?role ?basis ?label ?language ?_of_iri {
  ?_of_iri ukfr:participation ?p . ?p ukfr:role ?role ; ukfr:participant ?actor ; ukfr:basis ?basis .
  ?actor rdfs:label ?label . BIND (LANG(?label) AS ?language)
} ORDER BY ?role ?basis ?actor"""
_FIGURES = """SELECT ?figure ?value ?unit ?comparator ?counted ?words ?start ?end ?source ?page ?sha256 ?_of_iri {
  ?_of_iri ukfr:quantity ?figure . ?figure ukfr:value ?value ; ukfr:evidence ?evidence .
  ?evidence oa:hasSource ?source ; oa:hasSelector ?quote, ?position .
  ?quote oa:exact ?words . ?position oa:start ?start ; oa:end ?end .
  ?source dcterms:source ?page ; spdx:checksum/spdx:checksumValue ?sha256 .
  OPTIONAL { ?figure ukfr:unit ?unit } OPTIONAL { ?figure ukfr:comparator ?comparator }
  OPTIONAL { ?figure ukfr:counted ?counted FILTER (LANG(?counted) = "en") }
} ORDER BY ?start ?figure"""
_EVIDENCE = """SELECT ?words ?start ?end ?source ?page ?sha256 ?_of_iri {
  ?_of_iri ukfr:evidence ?evidence . ?evidence oa:hasSource ?source ; oa:hasSelector ?quote, ?position .
  ?quote oa:exact ?words . ?position oa:start ?start ; oa:end ?end .
  ?source dcterms:source ?page ; spdx:checksum/spdx:checksumValue ?sha256 .
} ORDER BY ?start"""
_FACTS = "SELECT ?about ?value ?_of_iri { ?_of_iri a ukfr:Clause ; ?about ?value }"


@dataclass(frozen=True)
class Evidence:
    """The words, and where they stand: characters ``start`` to ``end`` (from 0, the end not included) of the source.

    ``source`` is the IRI of the expression, ``page`` where it was published, ``sha256`` the hash of the file.
    """

    words: str
    start: int
    end: int
    source: str
    page: str
    sha256: str


@dataclass(frozen=True)
class Role:
    """An actor in a role, all three as IRIs; ``basis`` says whether it is stated, inherited or inferred."""

    role: str
    basis: str
    actor: str
    label: str
    label_fr: str


@dataclass(frozen=True)
class Figure:
    """A quantity as it is coded, and the words that it rests on; ``unit`` and ``comparator`` are IRIs or empty."""

    iri: str
    value: int | Decimal
    unit: str
    comparator: str
    counted: str
    evidence: Evidence


@dataclass(frozen=True)
class Clause:
    """A clause: what it says in which words, who has which role, and what it names. What it names are IRIs.

    ``order`` is its place in the statement, from 1; ``related`` leads from the name of a relation
    (``elaborates`` …) to the clauses that it has it to.
    """

    iri: str
    kind: str
    label: str
    label_fr: str
    summary: str
    summary_fr: str
    statement: str
    section: str
    order: int
    evidence: Evidence
    roles: tuple[Role, ...]
    instruments: tuple[str, ...]
    topics: tuple[str, ...]
    places: tuple[str, ...]
    figures: tuple[Figure, ...]
    related: Mapping[str, tuple[str, ...]]
    testability: str
    novelty: str

    @property
    def words(self) -> str:
        """The words of the source that the clause is."""
        return self.evidence.words


def read_clause(executor: Executor, iri: ox.NamedNode) -> Clause:
    """Read a clause.

    Raises:
        NotFoundError: the IRI is no clause's.
        DatasetError: its text does not have the words that are recorded for it.
    """
    facts: defaultdict[str, list[Term]] = defaultdict(list)
    for about, value in _ask(executor, _FACTS, iri, 2):
        facts[about.value].append(value)
    rows = _ask(executor, _EVIDENCE, iri, 6)
    evidence = [right for row in rows if (right := _read_evidence(row))]
    if rows and not evidence:
        raise DatasetError(f"The text does not have the words that are recorded for {iris.shorten(iri.value)}.")
    kinds = [row[0].value for row in _ask(executor, f"SELECT ?value ?_of_iri {{ {_KINDS} }}", iri, 1)]
    if not (facts and evidence):
        raise NotFoundError(f"{iris.shorten(iri.value)} is no clause.")

    def names(about: str) -> tuple[str, ...]:
        return tuple(sorted(v.value for v in facts[about] if isinstance(v, ox.NamedNode)))

    def one(about: str) -> str:
        return next(iter(names(about)), "")

    def text(about: str, language: str) -> str:
        return next((v.value for v in facts[about] if getattr(v, "language", None) == language), "")

    return Clause(
        iri=iri.value,
        kind=next(iter(kinds), iris.UKFR + "Clause"),
        label=text(iris.RDFS + "label", "en"),
        label_fr=text(iris.RDFS + "label", "fr"),
        summary=text(iris.UKFR + "summary", "en"),
        summary_fr=text(iris.UKFR + "summary", "fr"),
        statement=one(iris.UKFR + "statement"),
        section=one(iris.UKFR + "section"),
        order=next((int(v.value) for v in facts[iris.UKFR + "order"] if is_count(v.value)), 0),
        evidence=evidence[0],
        roles=_read_roles(executor, iri),
        instruments=names(iris.UKFR + "cites"),
        topics=names(iris.DCTERMS + "subject"),
        places=names(iris.UKFR + "place"),
        figures=_read_figures(executor, iri),
        related={name: found for name in RELATIONS if (found := names(iris.UKFR + name))},
        testability=one(iris.UKFR + "testability"),
        novelty=one(iris.UKFR + "novelty"),
    )


def _read_roles(executor: Executor, iri: ox.NamedNode) -> tuple[Role, ...]:
    labels: defaultdict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    for actor, role, basis, label, language in _ask(executor, _ROLES, iri, 5):
        labels[role.value, basis.value, actor.value][language.value] = label.value
    return tuple(Role(*key, found.get("en", ""), found.get("fr", "")) for key, found in labels.items())


def _read_figures(executor: Executor, iri: ox.NamedNode) -> tuple[Figure, ...]:
    _, rows = executor.run(_FIGURES, {"_of_iri": iri}).rows()
    figures = []
    for figure, value, *about, words, start, end, source, page, sha256, _ in rows:
        number = to_value(value)
        rest = (words, start, end, source, page, sha256)
        evidence = _read_evidence(tuple(term for term in rest if isinstance(term, ox.NamedNode | ox.Literal)))
        if evidence is None or not isinstance(number, int | Decimal):
            continue  # no figure that anyone could check
        unit, comparator, counted = (str(to_value(term) or "") for term in about)
        figures.append(Figure(str(to_value(figure)), number, unit, comparator, counted, evidence))
    return tuple(figures)


def _read_evidence(row: tuple[Term, ...]) -> Evidence | None:
    """Read a quote; None where its text does not have it at its place."""
    words, start, end, source, page, sha256 = (term.value for term in row)
    if check_quote(words, start, end, sha256) is False or not (is_count(start) and is_count(end)):
        return None
    return Evidence(words, int(start), int(end), source, page, sha256)


def _ask(executor: Executor, text: str, iri: ox.NamedNode, width: int) -> list[tuple[Term, ...]]:
    """Ask a query about a resource; the first columns of each row, all of which are bound."""
    _, rows = executor.run(text, {"_of_iri": iri}).rows()
    found = [tuple(t for t in row[:width] if isinstance(t, ox.NamedNode | ox.Literal | ox.BlankNode)) for row in rows]
    return [row for row in found if len(row) == width]
