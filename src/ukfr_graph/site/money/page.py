"""The money: what was agreed and what was paid, sum by sum as stated, by agreement or by purpose."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import pyoxigraph as ox
from fastapi import APIRouter, Request
from starlette.responses import Response

from ukfr_graph import iris
from ukfr_graph.clauses.rows import read_text
from ukfr_graph.query.questions import read_question
from ukfr_graph.service.answers import select_together
from ukfr_graph.service.names import Named, Names, find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.charts import CHART, CHART_FORMS, give_chart, list_chart_files, make_address, read_caption
from ukfr_graph.site.filters import require_known_filters
from ukfr_graph.site.follow import Source, ask_saved, cite, day_in, day_of, name_of, read_source, say
from ukfr_graph.site.navigation import Navigation
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.site.negotiation import PAGE
from ukfr_graph.site.rendering import language_of, render
from ukfr_graph.site.spreadsheets import Cell, Sheet, read_number, say_sheet
from ukfr_graph.site.taking import choose_form
from ukfr_graph.store import Term

router = APIRouter()
navigation = Navigation(3, "/money", _("Money"))
_BY_IRI = ("agreement", "purpose", "status")
SWITCHES = ("by", *_BY_IRI, "year")
_PAID = "paid"
_NARROW, _WIDE = 400, 752
_ROW, _NAME_ROW = 18, 15
_UNQUALIFIED = ("exactly", "unqualified")


@dataclass(frozen=True)
class Sum:
    """One sum as sources state it; ``part_of`` is the sum of which it is a part."""

    transfer: Named
    agreement: Named | None
    agreed_on: date | None
    start: date | None
    end: date | None
    period: str
    value: str
    currency: str
    equivalent: str
    equivalent_currency: str
    comparator: str
    what_for: str
    note: str
    status: Named
    part_of: Named | None
    payer: Named | None
    payee: Named | None
    purposes: list[Named]
    sources: list[Source]

    @property
    def is_paid(self) -> bool:
        """Return whether the source says that it was paid; the others were announced, agreed or made conditional."""
        return self.status.anchor == _PAID

    @property
    def day(self) -> date | None:
        """Return the day from which it is known: of the agreement, or where it was paid or has none, of its period."""
        return self.start if self.is_paid else self.agreed_on or self.start

    @property
    def years(self) -> list[Named]:
        """Return the calendar years that it concerns: of the day from which it is known, and of its whole period."""
        found = {day.year for day in (self.day, self.start, self.end) if day}
        if self.start and self.end:
            found.update(range(self.start.year, self.end.year))
        return [Named(str(year), str(year)) for year in sorted(found)]

    @property
    def amount(self) -> Decimal:
        """Return the amount in its own currency, for the length of a bar."""
        try:
            return Decimal(self.value)
        except InvalidOperation:
            return Decimal(0)


@router.get("/money", summary="What was agreed and what was paid, sum by sum", **CHART)
async def money(request: Request) -> Response:
    """Show the sums, grouped ``by`` agreement or purpose; those of ``SWITCHES`` choose, ``at`` is the day."""
    service: Service = request.app.state.service
    form, language, day = choose_form(request, CHART_FORMS), language_of(request), day_of(request)
    await require_known_filters(request, _BY_IRI)
    known = await find_sums(service, day, language)
    given = {name: request.query_params.get(name, "") for name in SWITCHES}
    shown = [item for item in known if _matches(item, given)]
    drawn = _draw(shown)
    facts: dict[str, Any] = {"day": day, "known": known, "unpaid": count_unpaid(known), "shown": shown, "drawn": drawn}
    if form != PAGE:
        sources = [source for item in shown for source in item.sources]
        caption = read_caption("money", language, sources, make_address(service, "/money", given, day), **facts)
        size = _measure(drawn, _WIDE)
        return await give_chart(
            request, form, "money/picture.html", caption, [_make_sheet(shown, language)], size=size, **facts
        )
    return render(
        request,
        "money/money.html",
        picture="/money?format=png",
        **facts,
        size=_measure(drawn, _NARROW),
        files=list_chart_files(request, "/money", given, day),
        groups=_group(shown, given["by"]),
        given=given,
        choices={
            "agreement": _sort(item.agreement for item in known),
            "purpose": _sort(purpose for item in known for purpose in item.purposes),
            "status": _sort(item.status for item in known),
            "year": _sort(year for item in known for year in item.years),
        },
    )


async def find_sums(service: Service, day: date, language: str) -> list[Sum]:
    """Find the sums that were agreed, or began to be paid, up to a day, the oldest first.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    (agreed, by_purpose), (details,) = await asyncio.gather(
        ask_saved(service, "money-agreed-and-paid", "money-by-purpose"),
        select_together(service, [read_question("site/money", "details")], {"language": ox.Literal(language)}),
    )
    columns = ("comparator", "payer", "payee", "source_kind", "part_of")
    nodes = {row[c].value for table in (agreed, details) for row in table.dicts() for c in columns if c in row}
    names = await find_names(service, nodes, language)
    purposes: defaultdict[str, list[Named]] = defaultdict(list)
    for row in by_purpose.dicts():
        purposes[row["transfer"].value].append(Named(row["purpose"].value, say(row, "purpose_label", language)))
    detailed: defaultdict[str, list[dict[str, Term]]] = defaultdict(list)
    for row in details.dicts():
        detailed[row["transfer"].value].append(row)
    rows = {row["transfer"].value: row for row in agreed.dicts()}
    known = [_read_sum(row, detailed[iri], purposes[iri], names, language) for iri, row in rows.items()]
    return sorted(
        (item for item in known if item.day is None or item.day <= day),
        key=lambda item: (item.day or date.min, item.transfer.iri),
    )


def _read_sum(
    row: Mapping[str, Term], details: list[dict[str, Term]], purposes: list[Named], names: Names, language: str
) -> Sum:
    first: dict[str, Term] = details[0] if details else {}
    agreement, comparator = read_text(row, "agreement"), read_text(first, "comparator")
    return Sum(
        transfer=Named(row["transfer"].value, say(row, "label", language)),
        agreement=Named(agreement, say(row, "agreement_label", language)) if agreement else None,
        agreed_on=day_in(row, "agreement_date"),
        start=day_in(row, "from"),
        end=day_in(row, "until"),
        period=say(row, "period", language),
        value=read_text(row, "value"),
        currency=read_text(row, "currency"),
        equivalent=read_text(row, "equivalent"),
        equivalent_currency=read_text(row, "equivalent_currency"),
        comparator="" if not comparator or comparator.endswith(_UNQUALIFIED) else names.of(comparator).name,
        what_for=say(row, "what_for", language),
        note=read_text(first, "note"),
        status=Named(row["status"].value, say(row, "status_label", language)),
        part_of=names.of(read_text(row, "part_of")) if "part_of" in row else None,
        payer=names.of(read_text(first, "payer")) if "payer" in first else None,
        payee=names.of(read_text(first, "payee")) if "payee" in first else None,
        purposes=list(dict.fromkeys(purposes)),
        sources=list(dict.fromkeys(source for detail in details if (source := read_source(detail, names)))),
    )


def count_unpaid(sums: Iterable[Sum]) -> tuple[int, int]:
    """Count the agreements under which no payment is found, and all of them."""
    agreements = {item.agreement for item in sums if item.agreement}
    paid = {item.agreement for item in sums if item.agreement and item.is_paid}
    return len(agreements - paid), len(agreements)


def _matches(item: Sum, given: Mapping[str, str]) -> bool:
    wanted: dict[str, Sequence[Named | None]] = {
        "agreement": [item.agreement],
        "purpose": item.purposes,
        "status": [item.status],
        "year": item.years,
    }
    return all(
        not given[name] or any(value and iris.shorten(value.iri) == given[name] for value in values)
        for name, values in wanted.items()
    )


def _group(sums: list[Sum], by: str) -> list[tuple[Named | None, list[Sum]]]:
    """Group the sums; by purpose, one that has several stands under each."""
    if by not in ("agreement", "purpose"):
        return [(None, sums)] if sums else []
    groups: defaultdict[Named | None, list[Sum]] = defaultdict(list)
    for item in sums:
        keys: Sequence[Named | None] = item.purposes if by == "purpose" else [item.agreement]
        for key in keys or [None]:
            groups[key].append(item)
    return list(groups.items())


def _draw(sums: list[Sum]) -> list[tuple[str, list[tuple[Sum, float]]]]:
    """Map each sum to the length of its bar, up to 1, apart for each currency in which sums are stated."""
    panels: defaultdict[str, list[Sum]] = defaultdict(list)
    for item in sums:
        panels[item.currency].append(item)
    return [
        (currency, [(item, float(item.amount / (max(i.amount for i in some) or 1))) for item in some])
        for currency, some in sorted(panels.items(), reverse=True)
    ]


def _measure(drawn: list[tuple[str, list[tuple[Sum, float]]]], width: int) -> tuple[int, int]:
    """Return width and height of the picture; in a wide one each sum has its name over it."""
    row = _ROW if width == _NARROW else _ROW + _NAME_ROW
    return width, 26 + sum(26 + row * len(bars) for _currency, bars in drawn)


def _make_sheet(sums: list[Sum], language: str) -> Sheet:
    """Make a table of the sums, a row each."""
    headings = (
        _("Sum"), _("Day"), _("As stated"), _("Currency"), _("Qualifier"), _("Equivalent as stated"),
        _("Currency of the equivalent"), _("Status"), _("Agreement"), _("Period"), _("From"), _("Until"),
        _("For what"), _("Purpose"), _("Payer"), _("Payee"), _("Part of"), _("Note"), _("Sources"), _("Identifier"),
    )  # fmt: skip
    rows: list[list[Cell]] = [
        [
            item.transfer.name,
            item.day,
            read_number(item.value),
            item.currency,
            item.comparator,
            read_number(item.equivalent),
            item.equivalent_currency,
            item.status.name,
            name_of(item.agreement),
            item.period,
            item.start,
            item.end,
            item.what_for,
            "; ".join(purpose.name for purpose in item.purposes),
            name_of(item.payer),
            name_of(item.payee),
            name_of(item.part_of),
            item.note,
            cite(item.sources),
            item.transfer.iri,
        ]
        for item in sums
    ]
    return say_sheet(_("Money"), headings, rows, language)


def _sort(things: Iterable[Named | None]) -> list[Named]:
    return sorted({thing for thing in things if thing}, key=lambda thing: thing.name.casefold())
