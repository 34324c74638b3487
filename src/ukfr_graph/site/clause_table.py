"""Clauses as a table to take along: numbers, quotes, what each says, and permanent addresses; and as triples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import pyoxigraph as ox
from fastapi import Request
from starlette.responses import Response

from ukfr_graph.clauses import Clause
from ukfr_graph.query.questions import give_values, read_question
from ukfr_graph.service.answers import construct, list_values
from ukfr_graph.service.clause_answers import find_some_clauses
from ukfr_graph.service.names import Names, find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.site.negotiation import Variant
from ukfr_graph.site.rendering import language_of
from ukfr_graph.site.spreadsheets import Cell, Sheet, say_sheet
from ukfr_graph.site.taking import TURTLE, give_table

_HEADINGS = (
    _("Number"), _("Kind"), _("Words"), _("Label"), _("Summary"), _("Who pledges or calls"), _("Topic"),
    _("Instrument"), _("Testability"), _("Permanent address"),
)  # fmt: skip
_KEYS = (
    "number", "kind", "words", "label", "summary", "holders", "topics", "instruments", "testability", "address",
)  # fmt: skip
"""The columns, as programs call them."""
_PARTS = ("clauses", "texts", "links", "roles", "actors", "evidence")
_SEPARATOR = "; "


def make_sheet(
    clauses: Iterable[Clause], names: Names, language: str, more: Mapping[str, Mapping[str, str]] | None = None
) -> Sheet:
    """Make a row of each clause; the words are there where the text is.

    ``more`` are further columns by their English heading, a message, with the cell of each clause by its IRI.
    """

    def join(iris: Iterable[str]) -> str:
        return _SEPARATOR.join(names.of(iri).name for iri in dict.fromkeys(iris))

    further = more or {}
    rows: list[list[Cell]] = [
        [
            Decimal(clause.order), names.of(clause.kind).name, clause.words, clause.name(language),
            clause.summaries.get(language) or next(iter(clause.summaries.values()), ""), join(clause.holders()),
            join(clause.topics), join([*clause.instruments, *clause.incorporated]),
            names.of(clause.testability).name if clause.testability else "", clause.iri,
            *(cells.get(clause.iri, "") for cells in further.values()),
        ]
        for clause in clauses
    ]  # fmt: skip
    return say_sheet(_("Clauses"), (*_HEADINGS, *further), rows, language, _KEYS)


async def give_clauses(
    request: Request,
    form: Variant,
    clauses: Sequence[str],
    about: Mapping[str, str],
    *,
    name: str,
    more: Mapping[str, Mapping[str, str]] | None = None,
) -> Response:
    """Answer with clauses in one of the forms of ``taking.CLAUSES``: see ``taking.give_table`` and ``make_sheet``.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    service: Service = request.app.state.service
    if form == TURTLE:
        return give_table(request, form, [], about, name=name, triples=await describe_clauses(service, clauses))
    found, language = await find_some_clauses(service, clauses, _PARTS), language_of(request)
    names = await find_names(service, {thing for clause in found for thing in clause.mentioned()}, language)
    return give_table(request, form, [make_sheet(found, names, language, more)], about, name=name)


async def describe_clauses(service: Service, clauses: Sequence[str]) -> list[ox.Triple]:
    """Return the triples of clauses, with the words that they rest on.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    question = read_question("site", "clause_triples")
    parts = list_values(service, [str(ox.NamedNode(iri)) for iri in clauses])
    return [triple for part in parts for triple in await construct(service, give_values(question, "clause", part))]
