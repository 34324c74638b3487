"""The series: the statements and treaties of the two states on one line of time, and what followed what."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyoxigraph as ox
from fastapi import APIRouter, Request
from starlette.responses import Response

from ukfr_graph import iris
from ukfr_graph.clauses.rows import read_text
from ukfr_graph.query.questions import read_question
from ukfr_graph.service.answers import Table, select_together
from ukfr_graph.service.names import Named, Names, find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.charts import CHART, CHART_FORMS, give_chart, list_chart_files, make_address, read_caption
from ukfr_graph.site.filters import require_known_filters
from ukfr_graph.site.follow import Source, ask_saved, cite, day_in, day_of, read_source, say
from ukfr_graph.site.navigation import Navigation
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.site.negotiation import PAGE
from ukfr_graph.site.rendering import language_of, render
from ukfr_graph.site.spreadsheets import Cell, Sheet, read_number, say_sheet
from ukfr_graph.site.statement.page import page_of
from ukfr_graph.site.taking import choose_form
from ukfr_graph.site.timeline.axis import Axis, fit_axis
from ukfr_graph.store import Term

router = APIRouter()
navigation = Navigation(4, "/series", _("Series"))
FILTERS = ("kind", "level")
_WIDTH = 960
_APART = 1.4  # per cent of the line: a mark and its outline


@dataclass(frozen=True)
class SeriesFinding:
    """All that sources confirm of a statement whose text is not here."""

    observation: Named
    summary: str
    sources: list[Source]


@dataclass(frozen=True)
class Entry:
    """A statement or treaty; without a ``day`` it was made between ``earliest`` and ``latest``."""

    statement: Named
    day: date | None
    earliest: date | None
    latest: date | None
    kind: Named
    level: Named
    place: str
    summit: str
    title: str
    representatives: str
    source: Source | None
    findings: list[SeriesFinding]

    @property
    def placed(self) -> date | None:
        """Return the day at which it stands on the line of time."""
        return self.day or self.earliest or self.latest

    @property
    def page(self) -> str:
        """Return the address of its text where this is coded in full; nothing otherwise."""
        return page_of(self.statement.iri) if self.level.anchor == "full" else ""


@dataclass(frozen=True)
class Relation:
    """A tie of a later one to an earlier one that it follows, or that brought it about."""

    earlier: Named
    kind: Named
    later: Named
    source: Source | None


@dataclass(frozen=True)
class SeriesLine:
    """All that is drawn: marks with their place (per cent) and their row, the nearest to it first; arcs."""

    axis: Axis
    marks: list[tuple[Entry, float, int]]
    arcs: list[tuple[Relation, float, float]]


@router.get("/series", summary="Statements and treaties over time, and what followed what", **CHART)
async def series(request: Request) -> Response:
    """Show the series up to a day (``at``); ``kind`` and ``level`` (of coding) choose."""
    service: Service = request.app.state.service
    form, language, day = choose_form(request, CHART_FORMS), language_of(request), day_of(request)
    await require_known_filters(request, FILTERS)
    known, relations = await find_series(service, day, language)
    given = {name: request.query_params.get(name, "") for name in FILTERS}
    entries = _choose(known, given)
    line = draw_line(entries, relations)
    facts: dict[str, Any] = {"day": day, "known": known, "entries": entries, "relations": relations, "line": line}
    size = _WIDTH, 195 + 15 * max((below for _entry, _x, below in line.marks), default=0)
    if form != PAGE:
        sources = [entry.source for entry in entries]
        caption = read_caption("series", language, sources, make_address(service, "/series", given, day), **facts)
        sheets = _make_sheets(entries, relations, language)
        return await give_chart(request, form, "series/picture.html", caption, sheets, size=size, **facts)
    return render(
        request,
        "series/series.html",
        picture="/series?format=png",
        **facts,
        placed={entry.statement.iri: entry.placed for entry in known},
        size=size,
        files=list_chart_files(request, "/series", given, day),
        given=given,
        choices={
            "kind": sorted({entry.kind for entry in known}, key=lambda kind: kind.name),
            "level": sorted({entry.level for entry in known}, key=lambda level: level.name),
        },
    )


async def find_series(service: Service, day: date, language: str) -> tuple[list[Entry], list[Relation]]:
    """Find the statements and treaties that were made up to a day, the oldest first, and how they are related.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    (rows, related), (details,) = await asyncio.gather(
        ask_saved(service, "series", "what-followed-what"),
        select_together(service, [read_question("site/series", "details")], {"language": ox.Literal(language)}),
    )
    columns = ("kind", "observation", "source_kind")
    names = await find_names(service, {row[c].value for row in details.dicts() for c in columns if c in row}, language)
    kinds = {row["statement"].value: names.of(row["kind"].value) for row in details.dicts()}
    findings = _read_findings(details, names)
    all_entries = {
        iri: _read_entry(row, kinds[iri], findings.get(iri, []), language)
        for row in rows.dicts()
        if (iri := row["statement"].value) in kinds
    }
    known = [entry for entry in all_entries.values() if entry.placed is None or entry.placed <= day]
    told = {entry.statement.iri for entry in known}
    relations = [
        Relation(
            Named(row["earlier"].value, say(row, "earlier_label", language)),
            Named(row["relation"].value, say(row, "relation_label", language)),
            Named(row["later"].value, say(row, "later_label", language)),
            read_source(row),
        )
        for row in related.dicts()
        if row["later"].value in told
    ]
    return sorted(known, key=lambda entry: (entry.placed or date.min, entry.statement.iri)), relations


def draw_line(entries: list[Entry], relations: list[Relation]) -> SeriesLine:
    """Place what has a day on a line of time; those that would lie on one another stand under one another."""
    dated = [(entry, day) for entry in entries if (day := entry.placed)]
    axis = fit_axis([day for _entry, day in dated], None, None)
    rows: list[float] = []  # the last place taken in each
    marks = []
    for entry, day in dated:
        x = axis.place(day)
        below = next((row for row, last in enumerate(rows) if x - last >= _APART), len(rows))
        rows[below : below + 1] = [x]
        marks.append((entry, x, below))
    at = {entry.statement.iri: x for entry, x, _below in marks}
    arcs = [(r, at[r.earlier.iri], at[r.later.iri]) for r in relations if r.earlier.iri in at and r.later.iri in at]
    return SeriesLine(axis, marks, arcs)


def _make_sheets(entries: list[Entry], relations: list[Relation], language: str) -> list[Sheet]:
    """Make a table of the statements and treaties, and one of what followed what among them."""
    headings = (
        _("Day"), _("Not before"), _("Not after"), _("Label"), _("Kind"), _("Coded"), _("Place"), _("Summit"),
        _("Title"), _("Who"), _("What could be confirmed"), _("Source"), _("Identifier"),
    )  # fmt: skip
    rows: list[list[Cell]] = [
        [
            entry.day,
            entry.earliest,
            entry.latest,
            entry.statement.name,
            entry.kind.name,
            entry.level.name,
            entry.place,
            read_number(entry.summit),
            entry.title,
            entry.representatives,
            "; ".join(finding.summary or finding.observation.name for finding in entry.findings),
            cite([entry.source] if entry.source else []),
            entry.statement.iri,
        ]
        for entry in entries
    ]
    shown = {entry.statement.iri for entry in entries}
    links: list[list[Cell]] = [
        [
            relation.earlier.name,
            relation.kind.name,
            relation.later.name,
            cite([relation.source] if relation.source else []),
            relation.earlier.iri,
            relation.later.iri,
        ]
        for relation in relations
        if relation.later.iri in shown
    ]
    ends = (_("Earlier"), _("Relation"), _("Later"), _("Source"), _("Identifier of the earlier"),
            _("Identifier of the later"))  # fmt: skip
    return [
        say_sheet(_("Series"), headings, rows, language),
        say_sheet(_("What followed what"), ends, links, language),
    ]


def _read_entry(row: Mapping[str, Term], kind: Named, findings: list[SeriesFinding], language: str) -> Entry:
    return Entry(
        statement=Named(row["statement"].value, say(row, "label", language)),
        day=day_in(row, "date"),
        earliest=day_in(row, "not_before"),
        latest=day_in(row, "not_after"),
        kind=kind,
        level=Named(row["level"].value, say(row, "level_label", language)),
        place=say(row, "place_label", language),
        summit=read_text(row, "summit"),
        title=say(row, "title", language) or read_text(row, "title_fr"),
        representatives=say(row, "representatives", language),
        source=read_source(row),
        findings=findings,
    )


def _read_findings(table: Table, names: Names) -> dict[str, list[SeriesFinding]]:
    found: defaultdict[str, dict[str, SeriesFinding]] = defaultdict(dict)
    for row in table.dicts():
        if "observation" not in row:
            continue
        observation = row["observation"].value
        finding = found[row["statement"].value].setdefault(
            observation, SeriesFinding(names.of(observation), read_text(row, "summary"), [])
        )
        if (source := read_source(row, names)) and source not in finding.sources:
            finding.sources.append(source)
    return {statement: list(findings.values()) for statement, findings in found.items()}


def _choose(entries: list[Entry], given: Mapping[str, str]) -> list[Entry]:
    return [
        entry
        for entry in entries
        if all(not given[name] or iris.shorten(getattr(entry, name).iri) == given[name] for name in FILTERS)
    ]
