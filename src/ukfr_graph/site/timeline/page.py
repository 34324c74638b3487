"""The timeline: instruments with their status per party, statements, and the times that clauses give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ukfr_graph import clauses, iris
from ukfr_graph.clauses import Clause, Time, read_clauses
from ukfr_graph.query.questions import limit_rows, read_question
from ukfr_graph.service.answers import Table, select_together, text_of
from ukfr_graph.service.names import Named, Names, find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.filters import require_known_filters
from ukfr_graph.site.navigation import Navigation
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.site.rendering import as_of, language_of, read_day, render
from ukfr_graph.site.statement.page import ListedStatement, list_statements, page_of
from ukfr_graph.site.timeline.axis import Axis, fit_axis

router = APIRouter()
navigation = Navigation(7, "/timeline", _("Timeline"), is_minor=True)
_ROOM = "site/timeline"
_MOST_ROWS = 2_000
_CLAUSE_QUESTIONS = ("clauses", "texts", "times", "figures")
_SHOWN = ("instruments", "statements", "times")
_LASTING = ("in-force", "applied", "proposed")


@dataclass(frozen=True)
class Status:
    """A status of an instrument, for a party or in general; ``lasts`` tells a state of things from an event."""

    kind: Named
    start: date
    end: date | None
    source: str

    @property
    def lasts(self) -> bool:
        """Return whether it is drawn as a stretch of time rather than as the day on which it came about."""
        return self.end is not None or self.kind.anchor in _LASTING

    def held_on(self, day: date) -> bool:
        """Return whether it held on a day; without an end it still holds, or no source gives one."""
        return self.start <= day and (self.end is None or self.end >= day)


@dataclass
class Instrument:
    """An instrument with its statuses by party, those of no party in particular first."""

    instrument: Named
    kind: Named | None
    parties: dict[Named | None, list[Status]] = field(default_factory=lambda: defaultdict(list))


@dataclass
class Period:
    """A time as worded, with the bounds that the text gives and the clauses that give it."""

    wording: str
    aspect: str
    start: date | None
    end: date | None
    clauses: list[tuple[Named, str]] = field(default_factory=list)


@router.get("/timeline", response_class=HTMLResponse, summary="Instruments, statements and worded times, over time")
async def timeline(request: Request) -> HTMLResponse:
    """Show what held when; ``at`` is the day as of which pages show things, ``kind``, ``party``, ``from`` … choose."""
    service: Service = request.app.state.service
    given, language = request.query_params, language_of(request)
    await require_known_filters(request, ("kind", "party"))
    texts = [read_question(_ROOM, "statuses"), *(read_question(clauses.ROOM, name) for name in _CLAUSE_QUESTIONS)]
    statuses, *answers = await select_together(service, [limit_rows(text, _MOST_ROWS) for text in texts])
    found = read_clauses({name: a.dicts() for name, a in zip(_CLAUSE_QUESTIONS, answers, strict=True)})
    statements = await list_statements(service, language)
    columns = ("instrument", "kind", "status", "party")
    named = {row[c].value for row in statuses.dicts() for c in columns if c in row}
    names = await find_names(service, named | {time.aspect for _, time in _list_times(found)}, language)
    all_instruments = _read_instruments(statuses, names)
    instruments = list(_choose(all_instruments, given.get("kind", ""), given.get("party", "")))
    times = _read_periods(found, names, language)
    first, last = _read_year(given.get("from", "")), _read_year(given.get("to", ""))
    chosen = as_of(request)
    extra = [chosen] if chosen else []
    dated = [day for day in (read_day(s.day) for s in statements) if day]
    status_days = [day for i in instruments for s in _statuses(i) for day in (s.start, s.end) if day]
    return render(
        request,
        "timeline/timeline.html",
        shown=set(given.getlist("show")) & set(_SHOWN) or set(_SHOWN),
        instruments=instruments,
        kinds=_sort({i.kind for i in all_instruments if i.kind}),
        parties=_sort({party for i in all_instruments for party in i.parties if party}),
        given={name: given.get(name, "") for name in ("kind", "party")} | {"from": first, "to": last},
        statements=[(s, read_day(s.day)) for s in statements],
        times=times,
        dated=dated,
        instrument_axis=fit_axis(status_days + dated + extra, first, last),
        time_axis=_fit_times(times, statements, dated, first, last),
        was_cut=max(table.total for table in (statuses, *answers)) > _MOST_ROWS,
        most=_MOST_ROWS,
    )


def _read_instruments(table: Table, names: Names) -> list[Instrument]:
    found: dict[str, Instrument] = {}
    for row in table.dicts():
        start = read_day(text_of(row, "from"))
        if start is None:
            continue
        iri = row["instrument"].value
        kind = names.of(row["kind"].value) if "kind" in row else None
        party = names.of(row["party"].value) if "party" in row else None
        status = Status(names.of(row["status"].value), start, read_day(text_of(row, "until")), text_of(row, "source"))
        held = found.setdefault(iri, Instrument(names.of(iri), kind)).parties[party]
        if status not in held:
            held.append(status)
    for instrument in found.values():
        for statuses in instrument.parties.values():
            statuses.sort(key=lambda s: (s.start, s.kind.iri))
        ordered = sorted(instrument.parties.items(), key=lambda item: item[0].name if item[0] else "")
        instrument.parties = dict(ordered)
    return sorted(found.values(), key=lambda i: (min(s.start for s in _statuses(i)), i.instrument.name))


def _statuses(instrument: Instrument) -> Iterable[Status]:
    return (status for statuses in instrument.parties.values() for status in statuses)


def _choose(instruments: Iterable[Instrument], kind: str, party: str) -> Iterable[Instrument]:
    """Keep the instruments of a kind, and of each what holds in general or of a party that it has a status for."""
    for instrument in instruments:
        if kind and (instrument.kind is None or iris.shorten(instrument.kind.iri) != kind):
            continue
        if not party:
            yield instrument
        elif any(p and iris.shorten(p.iri) == party for p in instrument.parties):
            kept = {p: s for p, s in instrument.parties.items() if p is None or iris.shorten(p.iri) == party}
            yield Instrument(instrument.instrument, instrument.kind, kept)


def _list_times(found: Iterable[Clause]) -> Iterator[tuple[Clause, Time]]:
    """List the times that clauses give for an act, and those to which their figures refer."""
    for clause in found:
        periods = (figure.period for figure in clause.figures if figure.period)
        yield from ((clause, time) for time in (*clause.times, *periods))


def _read_periods(found: Iterable[Clause], names: Names, language: str) -> list[Period]:
    periods: dict[tuple[object, ...], Period] = {}
    for clause, time in _list_times(found):
        start, end = (day if isinstance(day, date) else None for day in (time.start, time.end))
        aspect = names.of(time.aspect).name
        key = (time.wording.casefold(), aspect, start, end)
        period = periods.setdefault(key, Period(time.wording, aspect, start, end))
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
