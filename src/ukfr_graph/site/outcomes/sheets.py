"""The outcomes as tables: a row a clause, a row an observation that its verdict rests on, and the counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from ukfr_graph.messages import load_messages
from ukfr_graph.site.follow import cite, name_of
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.site.outcomes.verdicts import Count, Followed
from ukfr_graph.site.spreadsheets import Cell, Sheet, say_sheet
from ukfr_graph.site.templates import read_day

_CLAUSES = (
    _("Number"), _("Pledge or call"), _("Clause"), _("Words"), _("Topic"), _("Who pledges or calls"), _("Verdict"),
    _("As of"), _("Reason"), _("Confidence"), _("Through"), _("What it rests on"), _("Sources"), _("Testability"),
    _("Identifier"),
)  # fmt: skip
_GROUNDS = (
    _("Number"), _("Clause"), _("Observation"), _("Day"), _("Sources"), _("Identifier of the clause"), _("Identifier"),
)  # fmt: skip
_COUNTS = (_("Verdict"), _("Pledges"), _("Calls"))


def make_sheets(followed: Sequence[Followed], counts: Iterable[Count], language: str) -> list[Sheet]:
    """Make the tables of what is shown."""
    none = load_messages(language).gettext("no outcome recorded")
    clauses: list[list[Cell]] = [
        [
            Decimal(item.order),
            item.kind.name,
            item.clause.name,
            item.words,
            "; ".join(topic.name for topic in item.facets["topic"]),
            "; ".join(holder.name for holder in item.facets["holder"]),
            item.verdict or none,
            item.day,
            item.reason,
            item.confidence,
            name_of(item.through),
            "; ".join(ground.observation.name for ground in item.grounds),
            cite(dict.fromkeys(source for ground in item.grounds for source in ground.sources)),
            "; ".join(value.name for value in item.facets["testability"]),
            item.clause.iri,
        ]
        for item in followed
    ]
    grounds: list[list[Cell]] = [
        [
            Decimal(item.order),
            item.clause.name,
            ground.observation.name,
            read_day(ground.day),
            cite(ground.sources),
            item.clause.iri,
            ground.observation.iri,
        ]
        for item in followed
        for ground in item.grounds
    ]
    counted: list[list[Cell]] = [[c.label or none, Decimal(c.pledges), Decimal(c.calls)] for c in counts]
    return [
        say_sheet(_("Outcomes"), _CLAUSES, clauses, language),
        say_sheet(_("Observations"), _GROUNDS, grounds, language),
        say_sheet(_("Counts"), _COUNTS, counted, language),
    ]
