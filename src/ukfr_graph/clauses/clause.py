"""One clause with all that is coded of it, in every language that the graph has, down to the words that it rests on.

Things are IRIs here: how they are called in a reader's language is another question (``service.names``). The rows of
the questions beside this module go in, dataclasses come out; who asks them is of no concern.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.clauses.figures import Figure, Time, read_figures, read_times
from ukfr_graph.clauses.judgements import Judgement, read_judgements
from ukfr_graph.clauses.quotes import Evidence, read_quotes
from ukfr_graph.clauses.roles import HOLDER, INFERRED, Role, read_roles
from ukfr_graph.clauses.rows import Labelled, Row, Texts, group_rows, list_parts, read_text, read_texts
from ukfr_graph.source_texts import SourceTexts
from ukfr_graph.triples import to_value

ROOM = "clauses/questions"
QUESTIONS = (
    "clauses", "texts", "links", "relations", "roles", "judgements", "times", "conditions", "figures",
)  # fmt: skip
"""The questions about all clauses of a statement (``?statement``) or about one (``?clause``)."""

PARTS = (*QUESTIONS, "citations", "related", "actors", "evidence")
"""The questions about one clause: also its citations, what is related to it, its actors' names, and all words."""


@dataclass(frozen=True)
class Condition:
    """A condition or limit of what a clause says."""

    iri: str
    wording: str
    kind: str
    evidence: Evidence


@dataclass(frozen=True)
class Citation:
    """Words that name an instrument."""

    iri: str
    instrument: str
    evidence: Evidence


class ClauseRelation(NamedTuple):
    """A relation to another clause, by its ``name`` in the ontology (``elaborates`` …)."""

    name: str
    other: str


@dataclass(frozen=True)
class Clause(Labelled):
    """A clause: what it says in which words, who has which role, and what it names. What it names are IRIs.

    ``order`` is its place in the statement, from 1. ``related`` leads from the name of a relation (``elaborates`` …)
    to the clauses that it has it to, and ``related_by`` to those that have it to this one.
    """

    iri: str
    kind: str
    statement: str
    section: str
    order: int
    labels: Texts
    summaries: Texts
    evidence: Evidence
    roles: tuple[Role, ...]
    instruments: tuple[str, ...]
    incorporated: tuple[str, ...]
    citations: tuple[Citation, ...]
    topics: tuple[str, ...]
    places: tuple[str, ...]
    figures: tuple[Figure, ...]
    times: tuple[Time, ...]
    conditions: tuple[Condition, ...]
    judgements: tuple[Judgement, ...]
    related: Mapping[str, tuple[str, ...]]
    related_by: Mapping[str, tuple[str, ...]]
    testability: str
    novelty: str

    @property
    def words(self) -> str:
        """The words of the source that the clause is."""
        return self.evidence.words

    @property
    def summary(self) -> str:
        """Return what it says, in English."""
        return self.summaries.get("en", "")

    @property
    def summary_fr(self) -> str:
        """Return what it says, in French."""
        return self.summaries.get("fr", "")

    @property
    def anchor(self) -> str:
        """The last part of the IRI, of which addresses within a page are made."""
        return iris.local_name(self.iri)

    def name(self, language: str) -> str:
        """Return its name in a language, else in none, else in English, else its compact IRI."""
        labels = self.labels
        return labels.get(language) or labels.get("") or labels.get("en") or iris.shorten(self.iri)

    @property
    def relations(self) -> list[ClauseRelation]:
        """Its relations to other clauses."""
        return [ClauseRelation(name, other) for name, others in self.related.items() for other in others]

    def holders(self) -> list[str]:
        """Return who is presented as bound, calling or credited, in the text's own words or by its lead-in."""
        return [r.actor for r in self.roles if r.role == HOLDER and r.basis != INFERRED]

    def roles_by_kind(self) -> list[tuple[str, list[Role]]]:
        """Return who has each role, the holder's first."""
        return [(role, list(group)) for role, group in groupby(self.roles, lambda r: r.role)]

    def mentioned(self) -> set[str]:
        """Return the IRI of everything that showing it names."""
        found = {self.kind, self.section, self.testability, self.novelty, *self.instruments, *self.incorporated}
        found |= {*self.topics, *self.places}
        found |= {iri for part in self.roles for iri in (part.role, part.basis, part.actor)}
        found |= {i for j in self.judgements for i in (j.question, j.verdict, j.confidence, j.coder)}
        found |= {i for time in self.times for i in (time.aspect, time.urgency)}
        found |= {condition.kind for condition in self.conditions}
        found |= {i for figure in self.figures for i in (figure.unit, figure.comparator, figure.measure)}
        for related in (self.related, self.related_by):
            found |= {i for name, others in related.items() for i in (iris.UKFR + name, *others)}
        return found - {""}


def read_clauses(answers: Mapping[str, Iterable[Row]], source_texts: SourceTexts | None = None) -> list[Clause]:
    """Make clauses, in their order, of the rows of questions by name; what was not asked stays empty.

    Words that their text among the ``source_texts`` (the bundled ones by default) does not have are left out.
    """
    rows = {name: group_rows(answers.get(name, ())) for name in PARTS}
    quotes_of = read_quotes(answers.get("evidence", ()), source_texts or SourceTexts())
    evidence = {part: quotes[0] for part, quotes in quotes_of.items()}
    actors = read_texts(answers.get("actors", ()), "actor", "label")
    kinds: dict[str, Row] = {}
    for row in sorted(answers["clauses"], key=lambda row: row["kind"].value):
        kinds.setdefault(row["clause"].value, row)
    clauses = [
        _read_clause(row, {name: found.get(iri, []) for name, found in rows.items()}, evidence, actors)
        for iri, row in kinds.items()
    ]
    return sorted(clauses, key=lambda clause: (clause.order, clause.iri))


def _read_clause(
    row: Row, rows: Mapping[str, list[Row]], evidence: Mapping[str, Evidence], actors: Mapping[str, Texts]
) -> Clause:
    iri, order = row["clause"].value, to_value(row["order"])
    links = _read_links(rows["links"], "value", lambda name: name)
    texts = read_texts(rows["texts"], "property", "text")

    def words(part: str) -> Evidence:
        return evidence.get(part, Evidence())

    return Clause(
        iri=iri,
        kind=row["kind"].value,
        statement=row["statement"].value,
        section=read_text(row, "section"),
        order=order if isinstance(order, int) else 0,
        labels=texts.get(iris.RDFS + "label", {}),
        summaries=texts.get(iris.UKFR + "summary", {}),
        evidence=words(iri),
        roles=read_roles(rows["roles"], words, actors),
        instruments=links.get(iris.UKFR + "cites", ()),
        incorporated=links.get(iris.UKFR + "incorporatesByReference", ()),
        citations=tuple(
            Citation(part, found[0]["instrument"].value, words(part))
            for part, found in list_parts(rows["citations"]).items()
        ),
        topics=links.get(iris.DCTERMS + "subject", ()),
        places=links.get(iris.UKFR + "place", ()),
        figures=read_figures(rows["figures"], words),
        times=read_times(rows["times"], words),
        conditions=tuple(
            Condition(part, found[0]["wording"].value, found[0]["kind"].value, words(part))
            for part, found in list_parts(rows["conditions"]).items()
        ),
        judgements=read_judgements(rows["judgements"]),
        related=_read_links(rows["relations"], "value", iris.local_name),
        related_by=_read_links(rows["related"], "other", iris.local_name),
        testability=next(iter(links.get(iris.UKFR + "testability", ())), ""),
        novelty=next(iter(links.get(iris.UKFR + "novelty", ())), ""),
    )


def _read_links(rows: Iterable[Row], name: str, call: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if isinstance(row[name], ox.NamedNode):
            found[call(row["property"].value)].add(row[name].value)
    return {property_: tuple(sorted(values)) for property_, values in sorted(found.items())}
