"""The timeline: one line an instrument with its state on a day, statements, and the times that clauses give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from ukfr_graph import clauses, iris
from ukfr_graph.clauses import Clause, Time, read_clauses
from ukfr_graph.clauses.rows import read_text
from ukfr_graph.messages import UNKNOWN_LANGUAGE
from ukfr_graph.query.questions import limit_rows, read_question
from ukfr_graph.service.answers import Table, select_together
from ukfr_graph.service.names import Named, Names, find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.addresses import places_of
from ukfr_graph.site.charts import CHART, CHART_FORMS, give_chart, list_chart_files, make_address, read_caption
from ukfr_graph.site.filters import require_known_filters
from ukfr_graph.site.follow import Source, day_of
from ukfr_graph.site.history import Interval, list_intervals
from ukfr_graph.site.navigation import Navigation
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.site.negotiation import PAGE
from ukfr_graph.site.rendering import language_of, render
from ukfr_graph.site.standings import Standings, find_standings
from ukfr_graph.site.statement.page import ListedStatement, list_statements, page_of
from ukfr_graph.site.taking import choose_form
from ukfr_graph.site.templates import read_day
from ukfr_graph.site.timeline.axis import Axis, fit_axis
from ukfr_graph.site.timeline.drawing import WIDTH, draw_rows
from ukfr_graph.site.timeline.sheets import make_sheets
from ukfr_graph.site.timeline.statuses import Instrument, Period, Status, StatusOnDay

router = APIRouter()
navigation = Navigation(7, "/timeline", _("Timeline"), is_minor=True)
SWITCHES = ("kind", "party", "from", "to", "acts")
_ALL = "all"
_ROOM = "site/timeline"
_MOST_ROWS = 2_000
_CLAUSE_QUESTIONS = ("clauses", "texts", "links", "times", "figures")


@router.get("/timeline", summary="Instruments, statements and worded times, over time", **CHART)
async def timeline(request: Request) -> Response:
    """Show what held when; ``at`` is the day as of which pages show things, ``kind``, ``party``, ``from`` … choose.

    Where nothing is chosen, the instruments that clauses name are shown, or with ``acts=all`` all of them.
    """
    service: Service = request.app.state.service
    form, given, language = choose_form(request, CHART_FORMS), request.query_params, language_of(request)
    await require_known_filters(request, ("kind", "party"))
    texts = [read_question(_ROOM, "statuses"), *(read_question(clauses.ROOM, name) for name in _CLAUSE_QUESTIONS)]
    statuses, *answers = await select_together(service, [limit_rows(text, _MOST_ROWS) for text in texts])
    found = read_clauses({name: a.dicts() for name, a in zip(_CLAUSE_QUESTIONS, answers, strict=True)})
    statements = await list_statements(service, language)
    columns = ("instrument", "kind", "status", "party")
    cited = {act for clause in found for act in clause.instruments}
    named = {row[c].value for row in statuses.dicts() for c in columns if c in row} | cited
    names = await find_names(service, named | {time.aspect for _, time in _list_times(found)}, language)
    day = day_of(request)
    standings, is_static = await find_standings(service, language), places_of(request).is_static
    all_instruments = [
        replace(
            item,
            stretches=_list_intervals(item, standings, day, has_all_days=is_static),
            is_cited=item.instrument.iri in cited,
        )
        for item in _read_instruments(statuses, names)
    ]
    times = _read_periods(found, names, language, statements)
    first, last = _read_year(given.get("from", "")), _read_year(given.get("to", ""))
    chosen = {**given, "acts": _ALL} if is_static else given  # where a script chooses
    instruments = _choose(all_instruments, chosen, first, last)
    dated = [day for day in (read_day(s.day) for s in statements) if day]
    status_days = [day for i in instruments for s in _statuses(i) for day in (s.start, s.end) if day]
    axis = fit_axis([*status_days, *dated, day], first, last)
    facts: dict[str, Any] = {
        "instruments": instruments, "all_instruments": all_instruments, "dated": dated, "day": day, "axis": axis,
    }  # fmt: skip
    filters = {name: given.get(name, "") for name in SWITCHES}
    if form != PAGE:
        drawing = draw_rows(instruments, language)
        facts |= {
            "drawing": drawing,
            "bound": sum(any(s.status for s, _ in item.standing.binding) for item in instruments),
        }
        given_by = [s.source for i in instruments for s in _statuses(i) if s.source]
        records = await find_names(service, {source for source in given_by if iris.is_identifier(source)}, language)
        sources = [Source("", "", records.of(s).name if iris.is_identifier(s) else "", "", None, s) for s in given_by]
        caption = read_caption("timeline", language, sources, make_address(service, "/timeline", filters, day), **facts)
        sheets, size = make_sheets(instruments, times, language), (WIDTH, drawing.height)
        return await give_chart(request, form, "timeline/picture.html", caption, sheets, size=size, **facts)
    return render(
        request,
        "timeline/timeline.html",
        **facts,
        undated=_sort({names.of(act) for act in cited} - {item.instrument for item in all_instruments}),
        kinds=_sort({i.kind for i in all_instruments if i.kind}),
        parties=_sort({party for i in all_instruments for party in i.parties if party}),
        given={name: given.get(name, "") for name in ("kind", "party")} | {"from": first, "to": last},
        statements=[(s, read_day(s.day)) for s in statements],
        times=times,
        files=list_chart_files(request, "/timeline", filters, day),
        time_axis=_fit_times(times, statements, dated, first, last),
        was_cut=max(table.total for table in (statuses, *answers)) > _MOST_ROWS,
        most=_MOST_ROWS,
    )


def _read_instruments(table: Table, names: Names) -> list[Instrument]:
    found: dict[str, Instrument] = {}
    for row in table.dicts():
        start = read_day(read_text(row, "from"))
        if start is None:
            continue
        iri = row["instrument"].value
        kind = names.of(row["kind"].value) if "kind" in row else None
        party = names.of(row["party"].value) if "party" in row else None
        status = Status(
            names.of(row["status"].value), start, read_day(read_text(row, "until")), read_text(row, "source")
        )
        held = found.setdefault(iri, Instrument(names.of(iri), kind)).parties[party]
        if status not in held:
            held.append(status)
    for instrument in found.values():
        for statuses in instrument.parties.values():
            statuses.sort(key=lambda s: (s.start, s.kind.iri))
        ordered = sorted(instrument.parties.items(), key=lambda item: item[0].name if item[0] else "")
        instrument.parties = dict(ordered)
    return sorted(found.values(), key=lambda i: (min(s.start for s in _statuses(i)), i.instrument.name))


def _list_intervals(
    item: Instrument, standings: Standings, day: date, *, has_all_days: bool
) -> list[Interval[StatusOnDay]]:
    """List how an instrument stands over time up to a day, or on it alone."""
    act = item.instrument.iri

    def tell(on: date) -> StatusOnDay:
        return item.tell(standings.tell(act, on), on)

    changes = standings.list_changes(act) | item.list_changes()
    return list_intervals(tell, changes, day) if has_all_days else [Interval(tell(day))]


def _statuses(instrument: Instrument) -> Iterable[Status]:
    return (status for statuses in instrument.parties.values() for status in statuses)


def _choose(
    instruments: Sequence[Instrument], given: Mapping[str, str], first: int | None, last: int | None
) -> list[Instrument]:
    """Choose the instruments of a kind, a party and years, those that clauses name first; without a choice, only these.

    Of a party, what holds in general or for it is kept.
    """
    kind, party = given.get("kind", ""), given.get("party", "")
    is_chosen = bool(kind or party or first or last or given.get("acts") == _ALL)
    years = Axis(first or date.min.year, last or date.max.year - 1)
    cited = [item for item in instruments if item.is_cited]
    found = []
    for item in [*cited, *(i for i in instruments if not i.is_cited)] if is_chosen or not cited else cited:
        if kind and (item.kind is None or iris.shorten(item.kind.iri) != kind):
            continue
        if party and not any(p and iris.shorten(p.iri) == party for p in item.parties):
            continue
        parties = {p: s for p, s in item.parties.items() if p is None or not party or iris.shorten(p.iri) == party}
        kept = replace(item, parties=parties)
        if any(years.stretch(s.start, s.end if s.lasts else s.start, is_open=False) for s in _statuses(kept)):
            found.append(kept)
    return found


def _list_times(found: Iterable[Clause]) -> Iterator[tuple[Clause, Time]]:
    """List the times that clauses give for an act, and those to which their figures refer."""
    for clause in found:
        periods = (figure.period for figure in clause.figures if figure.period)
        yield from ((clause, time) for time in (*clause.times, *periods))


def _read_periods(
    found: Iterable[Clause], names: Names, language: str, statements: Iterable[ListedStatement]
) -> list[Period]:
    of_text = {listed.statement.iri: listed.language for listed in statements}
    periods: dict[tuple[object, ...], Period] = {}
    for clause, time in _list_times(found):
        start, end = (day if isinstance(day, date) else None for day in (time.start, time.end))
        aspect = names.of(time.aspect).name
        tongue = of_text.get(clause.statement, UNKNOWN_LANGUAGE)
        key = (time.wording.casefold(), tongue, aspect, start, end)
        period = periods.setdefault(key, Period(time.wording, tongue, aspect, start, end))
        named = (Named(clause.iri, clause.name(language)), f"{page_of(clause.statement)}#clause-{clause.anchor}")
        if named not in period.clauses:
            period.clauses.append(named)
    dated = [p for p in periods.values() if p.start or p.end]
    dated.sort(key=lambda p: (p.end or date.max, p.start or date.min))
    return dated + [p for p in periods.values() if not (p.start or p.end)]


def _fit_times(
    times: list[Period], statements: list[ListedStatement], dated: list[date], first: int | None, last: int | None
) -> Axis:
    """Fit an axis to worded times, with a year's room on either side: the text does not say where they end."""
    days = dated + [day for t in times for day in (t.start, t.end) if day]
    axis = fit_axis(days, None, None)
    return Axis(first or axis.first - 1, last or axis.last + 1) if statements else fit_axis([], first, last)


def _read_year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text) <= 9998 else None


def _sort(things: Iterable[Named]) -> list[Named]:
    return sorted(things, key=lambda thing: thing.name.casefold())
