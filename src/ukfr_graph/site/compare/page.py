"""Two topics, holders or statements side by side."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

import pyoxigraph as ox
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ukfr_graph import iris
from ukfr_graph.query.parameters import Parameter, to_term
from ukfr_graph.query.questions import limit_rows, read_question
from ukfr_graph.service.answers import Table, select_kept, select_together, text_of
from ukfr_graph.service.names import Named, Names, find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.navigation import Navigation
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.site.rendering import language_of, render
from ukfr_graph.site.statement.page import page_of
from ukfr_graph.store import Term
from ukfr_graph.triples import is_count

router = APIRouter()
navigation = Navigation(4, "/compare", _("Compare"))
_ROOM = "site/compare"
_MOST_ROWS = 2_000
_SIDES = tuple(Parameter(name, name, "iri", required=False) for name in ("a", "b"))
_GROUPS = (iris.DCTERMS + "subject", iris.UKFR + "holder", iris.UKFR + "statement")
_FACETS = {_GROUPS[0]: "topic", _GROUPS[1]: "holder"}
_MEASURES = ("kind", "testability", "novelty")


@dataclass(frozen=True)
class Compared:
    """A clause on a side; ``address`` is where its words are read."""

    iri: str
    order: int
    label: str
    address: str
    values: Mapping[str, Named]


@dataclass(frozen=True)
class ComparedSide:
    """One side: what it is, its clauses, the instruments they name, and their figures as (figure, value, unit)."""

    thing: Named
    facet: str
    clauses: dict[str, Compared]
    instruments: list[Named]
    figures: list[tuple[Named, str, Named]]
    was_cut: bool

    def count(self, measure: str) -> Counter[Named]:
        """Count the clauses by what they have of a measure: kind, testability or novelty."""
        return Counter(c.values[measure] for c in self.clauses.values() if measure in c.values)

    def pages(self) -> list[str]:
        """Return the addresses of the statements' pages on which this side's clauses are chosen."""
        chosen = f"?{self.facet}={quote(iris.shorten(self.thing.iri), safe=':/')}" if self.facet else ""
        return [page + chosen for page in dict.fromkeys(c.address.partition("#")[0] for c in self.clauses.values())]


@router.get("/compare", response_class=HTMLResponse, summary="Two topics, holders or statements side by side")
async def compare(request: Request) -> HTMLResponse:
    """Show what ``a`` and ``b`` (IRIs, or compact ones) have in common and in what they differ."""
    service: Service = request.app.state.service
    language = language_of(request)
    asked = [to_term(side, text) if (text := request.query_params.get(side.name)) else None for side in _SIDES]
    (comparable,) = await select_together(service, [limit_rows(read_question(_ROOM, "comparable"), _MOST_ROWS)])
    rows = comparable.dicts()[:_MOST_ROWS]
    names = await find_names(service, [row["thing"].value for row in rows], language)
    choices: dict[str, list[tuple[Named, int]]] = {group: [] for group in _GROUPS}
    for row in rows:
        choices[row["group"].value].append((names.of(row["thing"].value), int(row["clauses"].value)))
    facets = {named.iri: _FACETS.get(group, "") for group, found in choices.items() for named, _ in found}
    sides = [
        await _read_side(service, term, language, facets.get(term.value, ""))
        for term in asked
        if isinstance(term, ox.NamedNode)
    ]
    return render(
        request,
        "compare/compare.html",
        choices=choices,
        given=["" if term is None else iris.shorten(term.value) for term in asked],
        sides=sides if len(sides) == len(_SIDES) else [],
        measures={name: _order(side.count(name) for side in sides) for name in _MEASURES},
        shared=_share(sides) if len(sides) == len(_SIDES) else [],
        suggestions=[(found[0][0], found[1][0]) for found in choices.values() if len(found) > 1],
        most=_MOST_ROWS,
    )


async def _read_side(service: Service, thing: ox.NamedNode, language: str, facet: str) -> ComparedSide:
    values: dict[str, Term] = {"side": thing, "language": ox.Literal(language)}
    side, side_links = (limit_rows(read_question(_ROOM, name), _MOST_ROWS) for name in ("side", "side-links"))
    rows, links = await asyncio.gather(
        select_kept(service, side, {"side": thing}), select_kept(service, side_links, values)
    )
    columns = ("clause", "kind", "testability", "novelty")
    named = {row[column].value for row in rows.dicts() for column in columns if column in row}
    named |= {thing.value, *(row["unit"].value for row in links.dicts() if "unit" in row)}
    names = await find_names(service, named, language)
    clauses: dict[str, Compared] = {}
    for row in rows.dicts():
        iri, order = row["clause"].value, text_of(row, "order")
        judged = {name: names.of(row[name].value) for name in _MEASURES if name in row}
        address = f"{page_of(row['statement'].value)}#clause-{iris.local_name(iri)}"
        number = int(order) if is_count(order) else 0
        clauses.setdefault(iri, Compared(iri, number, names.of(iri).name, address, judged))
    ordered = dict(sorted(clauses.items(), key=lambda item: (item[1].address.partition("#")[0], item[1].order)))
    instruments, figures = _read_links(links, names)
    was_cut = max(rows.total, links.total) > _MOST_ROWS
    return ComparedSide(names.of(thing.value), facet, ordered, instruments, figures, was_cut)


def _read_links(table: Table, names: Names) -> tuple[list[Named], list[tuple[Named, str, Named]]]:
    found: dict[str, dict[str, tuple[Named, str, Named]]] = defaultdict(dict)
    for row in table.dicts():
        iri = row["value"].value
        named = Named(iri, text_of(row, "name") or iris.shorten(iri))
        found[row["property"].value].setdefault(iri, (named, text_of(row, "number"), names.of(text_of(row, "unit"))))
    instruments = sorted(
        (named for named, _, _ in found[iris.UKFR + "cites"].values()), key=lambda n: n.name.casefold()
    )
    figures = sorted(found[iris.UKFR + "quantity"].values(), key=lambda figure: figure[0].name.casefold())
    return instruments, figures


def _order(counts: Iterable[Counter[Named]]) -> list[Named]:
    """Return the values of a measure that either side has, the commonest first."""
    return [value for value, _ in sum(counts, Counter()).most_common()]


def _share(sides: list[ComparedSide]) -> list[Compared]:
    first, second = sides
    return [clause for iri, clause in first.clauses.items() if iri in second.clauses]
