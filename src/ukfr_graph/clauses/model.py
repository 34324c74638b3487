"""One clause with all that is coded of it, in every language that the graph has, down to the words that it rests on.

Things are IRIs here: how they are called in a reader's language is another question (``service.names``). The rows of
the questions beside this module go in, dataclasses come out; who asks them is of no concern.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, TypeAlias

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.source_texts import check_quote
from ukfr_graph.triples import is_true, to_value

Row: TypeAlias = Mapping[str, ox.NamedNode | ox.Literal | ox.BlankNode]
Texts: TypeAlias = Mapping[str, str]
"""One text by language; without a language under the empty text."""

ROOM = "clauses/questions"
QUESTIONS = (
    "clauses", "texts", "links", "relations", "roles", "judgements", "times", "conditions", "figures",
)  # fmt: skip
"""The questions about all clauses of a statement (``?statement``) or about one (``?clause``)."""

PARTS = (*QUESTIONS, "citations", "related", "actors", "evidence")
"""The questions about one clause: also its citations, what is related to it, its actors' names, and all words."""

_ROLE = iris.VOCABULARY + "role/"
HOLDER = _ROLE + "holder"
SPEAKER = _ROLE + "speaker"
INFERRED = iris.VOCABULARY + "basis/inferred"


@dataclass(frozen=True)
class Evidence:
    """The words, and where they stand: characters ``start`` to ``end`` (from 0, the end not included) of the source.

    ``source`` is the IRI of the expression, ``page`` where it was published, ``sha256`` the hash of the file. All are
    empty where the words were not asked for.
    """

    words: str = ""
    start: int = 0
    end: int = 0
    source: str = ""
    page: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Role:
    """An actor in a role, all three as IRIs; ``basis`` says whether it is stated, inherited or inferred.

    ``iri`` names the record that says so, ``labels`` are the actor's, ``reasons`` why it is inferred.
    """

    role: str
    basis: str
    actor: str
    iri: str = ""
    labels: Texts = field(default_factory=dict)
    reasons: Texts = field(default_factory=dict)
    evidence: Evidence = field(default_factory=Evidence)

    @property
    def label(self) -> str:
        """The actor's name in English."""
        return self.labels.get("en", "")

    @property
    def label_fr(self) -> str:
        """The actor's name in French."""
        return self.labels.get("fr", "")


@dataclass(frozen=True)
class Judgement:
    """A verdict on a clause, with its reasons; one that is not settled differs from the one that is."""

    iri: str
    question: str
    verdict: str
    confidence: str
    coder: str
    day: date | str
    reasons: Texts
    is_settled: bool


@dataclass(frozen=True)
class Time:
    """A time as worded, with the days that bound it where the text gives them."""

    iri: str
    wording: str
    aspect: str
    urgency: str
    start: date | str
    end: date | str
    evidence: Evidence


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


@dataclass(frozen=True)
class Figure:
    """A quantity as it is coded, and the words that it rests on; ``unit``, ``comparator``, ``measure`` may be empty.

    ``counted_texts`` say what it counts; ``value`` is a text only where the graph has no number.
    """

    iri: str
    value: int | Decimal | float | str
    unit: str
    comparator: str
    measure: str
    currency: str
    counted_texts: Texts
    period: Time | None
    evidence: Evidence

    @property
    def counted(self) -> str:
        """Return what it counts, in English."""
        return self.counted_texts.get("en", "")

    @property
    def anchor(self) -> str:
        """The last part of the IRI, of which addresses within a page are made."""
        return iris.local_name(self.iri)


@dataclass(frozen=True)
class Clause:
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
    def label(self) -> str:
        """Its name in English."""
        return self.labels.get("en", "")

    @property
    def label_fr(self) -> str:
        """Its name in French."""
        return self.labels.get("fr", "")

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
        """Return its name in a language, else its compact IRI."""
        return self.labels.get(language) or iris.shorten(self.iri)

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


def read_clauses(answers: Mapping[str, Iterable[Row]]) -> list[Clause]:
    """Make clauses, in their order, of the rows of questions by name; what was not asked stays empty."""
    rows = {name: _group(answers.get(name, ())) for name in PARTS}
    evidence = _read_evidence(answers.get("evidence", ()))
    actors = _read_texts(answers.get("actors", ()), "actor", "label")
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
    texts = _read_texts(rows["texts"], "property", "text")

    def words(part: str) -> Evidence:
        return evidence.get(part, Evidence())

    figures = tuple(_read_figure(part, words) for part in _parts(rows["figures"]).values())
    times = tuple(_read_time(part[0], "part", words) for part in _parts(rows["times"]).values())
    return Clause(
        iri=iri,
        kind=row["kind"].value,
        statement=row["statement"].value,
        section=_text(row, "section"),
        order=order if isinstance(order, int) else 0,
        labels=texts.get(iris.RDFS + "label", {}),
        summaries=texts.get(iris.UKFR + "summary", {}),
        evidence=words(iri),
        roles=_read_roles(rows["roles"], words, actors),
        instruments=links.get(iris.UKFR + "cites", ()),
        incorporated=links.get(iris.UKFR + "incorporatesByReference", ()),
        citations=tuple(
            Citation(part, found[0]["instrument"].value, words(part))
            for part, found in _parts(rows["citations"]).items()
        ),
        topics=links.get(iris.DCTERMS + "subject", ()),
        places=links.get(iris.UKFR + "place", ()),
        figures=tuple(sorted(figures, key=lambda f: (f.evidence.start, f.iri))),
        times=tuple(sorted(times, key=lambda t: (t.evidence.start, t.iri))),
        conditions=tuple(
            Condition(part, found[0]["wording"].value, found[0]["kind"].value, words(part))
            for part, found in _parts(rows["conditions"]).items()
        ),
        judgements=_read_judgements(rows["judgements"]),
        related=_read_links(rows["relations"], "value", iris.local_name),
        related_by=_read_links(rows["related"], "other", iris.local_name),
        testability=next(iter(links.get(iris.UKFR + "testability", ())), ""),
        novelty=next(iter(links.get(iris.UKFR + "novelty", ())), ""),
    )


def _read_roles(rows: Iterable[Row], words: Callable[[str], Evidence], actors: Mapping[str, Texts]) -> tuple[Role, ...]:
    found: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        found[row["role"].value, row["basis"].value, row["actor"].value].append(row)
    roles = []
    for (role, basis, actor), group in found.items():
        part = min(row["part"].value for row in group)
        texts = _read_texts(group, "part", "reason").get(part, {})
        roles.append(Role(role, basis, actor, part, actors.get(actor, {}), texts, words(part)))
    return tuple(sorted(roles, key=lambda r: (r.role != HOLDER, r.role, r.basis, r.actor)))


def _read_judgements(rows: Iterable[Row]) -> tuple[Judgement, ...]:
    judgements = [
        Judgement(
            part,
            _text(found[0], "question"),
            found[0]["verdict"].value,
            found[0]["confidence"].value,
            found[0]["coder"].value,
            _read_day(found[0], "day"),
            _read_texts(found, "part", "reason").get(part, {}),
            is_true(found[0]["settled"]),
        )
        for part, found in _parts(rows).items()
    ]
    return tuple(sorted(judgements, key=lambda j: (not j.is_settled, j.verdict, j.iri)))


def _read_figure(rows: list[Row], words: Callable[[str], Evidence]) -> Figure:
    row = rows[0]
    part, value = row["part"].value, to_value(row["value"])
    return Figure(
        iri=part,
        value=value if isinstance(value, int | Decimal | float) and not isinstance(value, bool) else row["value"].value,
        unit=_text(row, "unit"),
        comparator=_text(row, "comparator"),
        measure=_text(row, "measure"),
        currency=_text(row, "currency"),
        counted_texts=_read_texts(rows, "part", "counted").get(part, {}),
        period=_read_time(row, "period", words) if "period" in row else None,
        evidence=words(part),
    )


def _read_time(row: Row, name: str, words: Callable[[str], Evidence]) -> Time:
    return Time(
        iri=row[name].value,
        wording=row["wording"].value,
        aspect=_text(row, "aspect"),
        urgency=_text(row, "urgency"),
        start=_read_day(row, "from"),
        end=_read_day(row, "until"),
        evidence=words(row[name].value),
    )


def _read_evidence(rows: Iterable[Row]) -> dict[str, Evidence]:
    """Return the first words of each thing, in the order of the text; what its text does not have is no evidence."""
    found: dict[str, Evidence] = {}
    for row in rows:
        start, end = to_value(row["start"]), to_value(row["end"])
        if isinstance(start, int) and isinstance(end, int) and _is_right(row):
            facts = (row["words"].value, start, end, row["source"].value, _text(row, "page"), _text(row, "sha256"))
            evidence, part = Evidence(*facts), row["part"].value
            if part not in found or (evidence.start, evidence.source) < (found[part].start, found[part].source):
                found[part] = evidence
    return found


def _is_right(row: Row) -> bool:
    """Return whether the text, where it is here, has the words of a quote where they should stand."""
    return check_quote(row["words"].value, row["start"].value, row["end"].value, _text(row, "sha256")) is not False


def _read_links(rows: Iterable[Row], name: str, call: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if isinstance(row[name], ox.NamedNode):
            found[call(row["property"].value)].add(row[name].value)
    return {property_: tuple(sorted(values)) for property_, values in sorted(found.items())}


def _read_texts(rows: Iterable[Row], about: str, name: str) -> dict[str, dict[str, str]]:
    """Return texts by what they are about and their language: the first in order where there are several."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    texts = {
        (row[about].value, getattr(row[name], "language", None) or "", row[name].value) for row in rows if name in row
    }
    for subject, language, text in sorted(texts, reverse=True):
        found[subject][language] = text
    return found


def _group(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["clause"].value].append(row)
    return found


def _parts(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Group rows by the part that they are about, in the order of the parts' names and of the rows' other terms."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=_sort_key):
        found[row["part"].value].append(row)
    return found


def _sort_key(row: Row) -> Any:
    return row["part"].value, sorted((name, str(term)) for name, term in row.items())


def _read_day(row: Row, name: str) -> date | str:
    value = to_value(row.get(name))
    return value if isinstance(value, date) else _text(row, name)


def _text(row: Row, name: str) -> str:
    term = row.get(name)
    return "" if term is None else str(term.value)
