"""The clauses of one statement, as the pages show them: each with everything that was recorded of it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.service.answers import Table, select_kept
from ukfr_graph.service.service import Service
from ukfr_graph.site import page_queries
from ukfr_graph.store import Term
from ukfr_graph.triples import is_count

Row = Mapping[str, Term]
_U = iris.UKFR
SUBJECT = iris.DCTERMS + "subject"
RELATIONS = tuple(
    _U + name
    for name in ("elaborates", "specifies", "grounds", "reportsProgressOn", "modifies", "followsUp", "refersBackTo")
)
_ROLE = iris.VOCABULARY + "role/"
HOLDER = _ROLE + "holder"
SPEAKER = _ROLE + "speaker"
INFERRED = iris.VOCABULARY + "basis/inferred"


@dataclass(frozen=True)
class Named:
    """A thing and its name in the reader's language; ``anchor`` is what addresses within a page are made of."""

    iri: str
    name: str

    @property
    def anchor(self) -> str:
        """Give the last part of the IRI."""
        return iris.local_name(self.iri)


@dataclass(frozen=True)
class Role:
    """An actor's part in a clause; ``basis`` is stated, inherited or inferred."""

    role: Named
    actor: Named
    basis: Named


@dataclass(frozen=True)
class Judgement:
    """A verdict on a clause, with its reason; one that is not settled differs from the one that is."""

    verdict: Named
    confidence: Named
    coder: Named
    reason: str
    is_settled: bool


@dataclass(frozen=True)
class Time:
    """A time as worded, with the days (ISO 8601) that bound it where the text gives them."""

    wording: str
    aspect: str
    start: str
    end: str


@dataclass(frozen=True)
class Figure:
    """A figure that a clause gives."""

    iri: str
    value: str
    currency: str
    unit: Named
    comparator: Named
    measure: Named
    counted: str
    period: Time | None

    @property
    def anchor(self) -> str:
        """Give the last part of the IRI."""
        return iris.local_name(self.iri)


@dataclass
class Clause:
    """A clause; ``links`` has what it points at, by property."""

    iri: str
    kind: Named
    order: int
    section: str
    label: str
    summary: str
    links: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    roles: list[Role] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    times: list[Time] = field(default_factory=list)
    conditions: list[tuple[str, str]] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """Give the last part of the IRI."""
        return iris.local_name(self.iri)

    def holders(self) -> list[Named]:
        """Give who is presented as bound, calling or credited, in the text's own words or by its lead-in."""
        return [r.actor for r in self.roles if r.role.iri == HOLDER and r.basis.iri != INFERRED]

    def parts(self) -> list[tuple[Named, list[Role]]]:
        """Give the roles and who has them; who speaks is the same in all clauses of a statement, and left out."""
        return [(role, list(group)) for role, group in groupby(self.roles, lambda r: r.role) if role.iri != SPEAKER]

    def topics(self) -> list[Named]:
        """Give the topics."""
        return self.links.get(SUBJECT, [])

    def instruments(self) -> list[Named]:
        """Give the instruments that it names."""
        return self.links.get(_U + "cites", [])

    def testability(self) -> Named | None:
        """Give the settled verdict on whether an outsider could decide that the act happened."""
        return next(iter(self.links.get(_U + "testability", ())), None)


class Names:
    """Names by IRI; what has none in the reader's language is called by its compact IRI."""

    def __init__(self, *tables: Table) -> None:
        self._names = {row["thing"].value: row["name"].value for table in tables for row in table.dicts()}

    def add(self, iri: str, name: str) -> None:
        """Name one more thing."""
        self._names[iri] = name

    def of(self, iri: str) -> Named:
        """Name a thing."""
        return Named(iri, self._names.get(iri) or iris.shorten(iri))


async def select_together(
    service: Service, texts: Iterable[str], statement: str = "", language: str = ""
) -> tuple[Table, ...]:
    """Ask several questions at a time, each with those of the two parameters that it has.

    A plain server holds no curated graphs and knows none of their prefixes: there every answer is empty.
    """
    if service.is_plain:
        return tuple(Table([], [], 0) for _ in texts)
    values: dict[str, Term] = {"statement": ox.NamedNode(statement)} if statement else {}
    values["language"] = ox.Literal(language)
    return tuple(
        await asyncio.gather(
            *(select_kept(service, text, {k: v for k, v in values.items() if f"?{k} " in text}) for text in texts)
        )
    )


async def read_clauses(service: Service, statement: str, language: str) -> list[Clause]:
    """Read the clauses of a statement in their order.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    (
        rows, links, roles, judgements, times, conditions, figures, concepts, terms, things,
    ) = await select_together(
        service,
        (
            page_queries.CLAUSES, page_queries.LINKS, page_queries.ROLES, page_queries.JUDGEMENTS, page_queries.TIMES,
            page_queries.CONDITIONS, page_queries.FIGURES, page_queries.CONCEPT_NAMES, page_queries.TERM_NAMES,
            page_queries.NAMES_IN_STATEMENT,
        ),
        statement,
        language,
    )  # fmt: skip
    names = Names(concepts, terms, things)
    clauses: dict[str, Clause] = {}
    for row in rows.dicts():
        iri, kind = row["clause"].value, names.of(row["kind"].value)
        order = text_of(row, "order")
        label = text_of(row, "label") or iris.shorten(iri)
        number = int(order) if is_count(order) else 0
        clauses.setdefault(
            iri, Clause(iri, kind, number, text_of(row, "section"), label, text_of(row, "summary"))
        )  # the first of several labels, which only a user's own graph can give
        names.add(iri, label)
    _add_links(clauses, links, names)
    for row in roles.dicts():
        clause, named = clauses.get(row["clause"].value), [names.of(row[n].value) for n in ("role", "actor", "basis")]
        if clause and (role := Role(*named)) not in clause.roles:
            clause.roles.append(role)
    for row in judgements.dicts():
        if clause := clauses.get(row["clause"].value):
            verdict, confidence, coder = (names.of(row[n].value) for n in ("verdict", "confidence", "coder"))
            is_settled = row["settled"].value == "true"
            clause.judgements.append(Judgement(verdict, confidence, coder, text_of(row, "reason"), is_settled))
    for row in times.dicts():
        if clause := clauses.get(row["clause"].value):
            clause.times.append(_read_time(row, names.of(row["aspect"].value).name))
    for row in conditions.dicts():
        if clause := clauses.get(row["clause"].value):
            clause.conditions.append((row["wording"].value, names.of(row["kind"].value).name))
    for row in figures.dicts():
        clause = clauses.get(row["clause"].value)
        if clause and all(figure.iri != row["figure"].value for figure in clause.figures):
            clause.figures.append(_read_figure(row, names))
    for clause in clauses.values():
        clause.roles.sort(key=lambda r: (r.role.iri != HOLDER, r.role.name, r.actor.name))
        clause.judgements.sort(key=lambda j: (not j.is_settled, j.verdict.iri))
    return sorted(clauses.values(), key=lambda c: (c.order, c.iri))


def text_of(row: Row, name: str) -> str:
    """Give a value of a row as text; nothing where it is unbound."""
    term = row.get(name)
    return "" if term is None else str(term.value)


def _add_links(clauses: dict[str, Clause], links: Table, names: Names) -> None:
    for row in links.dicts():
        clause, value = clauses.get(row["clause"].value), row["value"]
        if clause and isinstance(value, ox.NamedNode):
            clause.links[row["property"].value].append(names.of(value.value))
    for clause in clauses.values():
        for values in clause.links.values():
            values.sort(key=lambda v: clauses[v.iri].order if v.iri in clauses else 0)
            values.sort(key=lambda v: "" if v.iri in clauses else v.name)


def _read_time(row: Row, aspect: str) -> Time:
    return Time(row["wording"].value, aspect, text_of(row, "from"), text_of(row, "until"))


def _read_figure(row: Row, names: Names) -> Figure:
    return Figure(
        iri=row["figure"].value,
        value=row["value"].value,
        currency=text_of(row, "currency"),
        unit=names.of(row["unit"].value),
        comparator=names.of(row["comparator"].value),
        measure=names.of(row["measure"].value),
        counted=text_of(row, "counted"),
        period=_read_time(row, "") if "wording" in row else None,
    )
