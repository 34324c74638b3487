"""Two topics, holders or statements side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

import pyoxigraph as ox
from fastapi import APIRouter, Request
from starlette.responses import Response

from ukfr_graph import iris
from ukfr_graph.clauses import ROOM, Clause, Figure
from ukfr_graph.errors import ParameterError
from ukfr_graph.messages import load_messages
from ukfr_graph.query.parameters import Parameter, to_term
from ukfr_graph.query.questions import limit_rows, read_question
from ukfr_graph.service.answers import require_known, select, select_together
from ukfr_graph.service.clause_answers import find_some_clauses
from ukfr_graph.service.names import Named, Names, find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.clause_table import give_clauses
from ukfr_graph.site.navigation import Navigation
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.site.negotiation import PAGE, Variant
from ukfr_graph.site.rendering import language_of, render
from ukfr_graph.site.statement.page import page_of
from ukfr_graph.site.taking import CLAUSES, WITH_CLAUSES, choose_form, list_files

router = APIRouter()
navigation = Navigation(8, "/compare", _("Compare"), is_minor=True)
_ROOM = "site/compare"
_MOST_ROWS = 2_000
_SIDES = tuple(Parameter(name, name, "iri", required=False) for name in ("a", "b"))
_GROUPS = (iris.DCTERMS + "subject", iris.UKFR + "holder", iris.UKFR + "statement", iris.UKFR + "section")
_FACETS = {_GROUPS[0]: "topic", _GROUPS[1]: "holder"}
_MEASURES = ("kind", "testability", "novelty")


@dataclass(frozen=True)
class ComparedSide:
    """One side: what it is, its clauses in the order of the text, and the names of what they name."""

    thing: Named
    facet: str
    clauses: Mapping[str, Clause]
    names: Names
    was_cut: bool

    def count(self, measure: str) -> Counter[Named]:
        """Count the clauses by what they have of a measure: kind, testability or novelty."""
        return Counter(self.names.of(v) for clause in self.clauses.values() if (v := getattr(clause, measure)))

    def instruments(self) -> list[Named]:
        """Return the instruments that the clauses name."""
        found = {self.names.of(iri) for clause in self.clauses.values() for iri in clause.instruments}
        return sorted(found, key=lambda named: named.name.casefold())

    def figures(self, language: str) -> list[Figure]:
        """Return the figures that the clauses give, in the order of what they count."""
        found = {figure.iri: figure for clause in self.clauses.values() for figure in clause.figures}
        return sorted(found.values(), key=lambda figure: figure.name(language).casefold())

    def pages(self) -> list[str]:
        """Return the addresses of the statements' pages on which this side's clauses are chosen."""
        chosen = f"?{self.facet}={quote(iris.shorten(self.thing.iri), safe=':/')}" if self.facet else ""
        return [page_of(iri) + chosen for iri in dict.fromkeys(c.statement for c in self.clauses.values())]


@router.get("/compare", summary="Two topics, holders or statements side by side", **WITH_CLAUSES)
async def compare(request: Request) -> Response:
    """Show what ``a`` and ``b`` (IRIs, or compact ones) have in common and in what they differ."""
    service: Service = request.app.state.service
    form, language = choose_form(request, CLAUSES), language_of(request)
    asked = [to_term(side, text) if (text := request.query_params.get(side.name)) else None for side in _SIDES]
    await require_known(service, {side.name: term for side, term in zip(_SIDES, asked, strict=True) if term})
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
    given = ["" if term is None else iris.shorten(term.value) for term in asked]
    if form != PAGE:
        return await _give_table(request, form, sides)
    return render(
        request,
        "compare/compare.html",
        choices=choices,
        given=given,
        files=list_files("/compare", zip([side.name for side in _SIDES], given, strict=True), CLAUSES),
        sides=sides if len(sides) == len(_SIDES) else [],
        measures={name: _order(side.count(name) for side in sides) for name in _MEASURES},
        shared=_share(sides) if len(sides) == len(_SIDES) else [],
        suggestions=[(found[0][0], found[1][0]) for found in choices.values() if len(found) > 1],
        most=_MOST_ROWS,
        questions={
            "side": read_question(_ROOM, "side"),
            **{name: read_question(ROOM, name) for name in ("clauses", "links")},
        },
        page_of=page_of,
    )


async def _give_table(request: Request, form: Variant, sides: list[ComparedSide]) -> Response:
    """Answer with the clauses of the sides as a table, which says on which side each is.

    Raises:
        ParameterError: a side is missing.
    """
    if len(sides) < len(_SIDES):
        raise ParameterError("Give both sides, such as /compare?a=vocab:topic/border&b=vocab:topic/terrorism.")
    found: dict[str, list[str]] = {}
    for side in sides:
        for iri in side.clauses:
            found.setdefault(iri, []).append(side.thing.name)
    gettext = load_messages(language_of(request)).gettext
    about = {
        gettext("One side"): sides[0].thing.name,
        gettext("The other side"): sides[1].thing.name,
        gettext("In both"): str(len(_share(sides))),
    }
    more = {_("Side"): {iri: "; ".join(names) for iri, names in found.items()}}
    return await give_clauses(request, form, list(found), about, name="comparison", more=more)


async def _read_side(service: Service, thing: ox.NamedNode, language: str, facet: str) -> ComparedSide:
    side = await select(service, limit_rows(read_question(_ROOM, "side"), _MOST_ROWS), {"side": thing})
    chosen = [row["clause"].value for row in side.dicts()[:_MOST_ROWS]]
    clauses = await find_some_clauses(service, chosen, ("clauses", "texts", "links", "figures"))
    named = {thing.value}.union(*(clause.mentioned() for clause in clauses))
    names = await find_names(service, named, language)
    found = {clause.iri: clause for clause in clauses}
    return ComparedSide(names.of(thing.value), facet, found, names, side.total > _MOST_ROWS)


def _order(counts: Iterable[Counter[Named]]) -> list[Named]:
    """Return the values of a measure that either side has, the commonest first."""
    return [value for value, _ in sum(counts, Counter()).most_common()]


def _share(sides: list[ComparedSide]) -> list[Clause]:
    first, second = sides
    return [clause for iri, clause in first.clauses.items() if iri in second.clauses]
