"""The timeline as tables: a row a status of an instrument, and a row a time that clauses give."""

from __future__ import annotations

from collections.abc import Iterable

from ukfr_graph.messages import load_messages
from ukfr_graph.site.follow import name_of
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.site.spreadsheets import Cell, Sheet, say_sheet
from ukfr_graph.site.timeline.statuses import Instrument, Period

_STATUSES = (
    _("Instrument"), _("Kind"), _("Party"), _("Status"), _("From"), _("Until"), _("Source"), _("Permanent address"),
)  # fmt: skip
_TIMES = (_("Wording"), _("Time for what"), _("From"), _("Until"), _("Clauses"))


def make_sheets(instruments: Iterable[Instrument], times: Iterable[Period], language: str) -> list[Sheet]:
    """Make the tables of what is shown."""
    anyone = load_messages(language).gettext("in general")
    statuses: list[list[Cell]] = [
        [
            item.instrument.name, name_of(item.kind), name_of(party) or anyone, status.kind.name, status.start,
            status.end, status.source, item.instrument.iri,
        ]
        for item in instruments
        for party, held in item.parties.items()
        for status in held
    ]  # fmt: skip
    worded: list[list[Cell]] = [
        [time.wording, time.aspect, time.start, time.end, "; ".join(clause.name for clause, _page in time.clauses)]
        for time in times
    ]
    return [
        say_sheet(_("Instruments"), _STATUSES, statuses, language),
        say_sheet(_("Times as worded"), _TIMES, worded, language),
    ]
