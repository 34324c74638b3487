"""The places: which ones clauses name, and where statements and treaties were made, on a small map and as a list."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from ukfr_graph.clauses.rows import read_text
from ukfr_graph.query.questions import read_question
from ukfr_graph.service.answers import select_together
from ukfr_graph.service.names import Named, find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.charts import CHART, CHART_FORMS, give_chart, list_chart_files, make_address, read_caption
from ukfr_graph.site.follow import Source, day_in, day_of
from ukfr_graph.site.history import Interval, list_intervals
from ukfr_graph.site.navigation import Navigation
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.site.negotiation import PAGE
from ukfr_graph.site.places.map import WIDTH, Map, Spot, draw_map
from ukfr_graph.site.rendering import language_of, render
from ukfr_graph.site.spreadsheets import Cell, Sheet, say_sheet
from ukfr_graph.site.taking import choose_form
from ukfr_graph.store import Term

router = APIRouter()
navigation = Navigation(8, "/places", _("Places"), is_minor=True)
_ROOM = "site/places"
_COAST = Source("", "", "Natural Earth", "", None, "https://www.naturalearthdata.com/")
_NAMED = "named"
_LEGEND = 40


@dataclass
class Placed:
    """A place: the clauses that name it, what was made there, and its point (degrees) with the source of it."""

    place: Named
    latitude: float | None
    longitude: float | None
    source: str
    clauses: set[str] = field(default_factory=set)
    made: dict[str, date | None] = field(default_factory=dict)
    """What was made there, and when, where that is known."""

    @property
    def has_point(self) -> bool:
        """Return whether a gazetteer says where it lies."""
        return self.latitude is not None and self.longitude is not None

    @property
    def first(self) -> date | None:
        """The day from which there is something to tell of it; None where that is so on every day."""
        days = [day for day in self.made.values() if day]
        return None if self.clauses or len(days) < len(self.made) else min(days)

    def count_made(self, last: date) -> list[Interval[int]]:
        """Count what was made there over time, up to a last day."""
        days = [day for day in self.made.values() if day]
        return list_intervals(lambda on: sum(day is None or day <= on for day in self.made.values()), days, last)


@router.get("/places", summary="The places that clauses name and where texts were made, on a map", **CHART)
async def places(request: Request) -> Response:
    """Show the places on a map and as a list; ``at`` leaves out what was made after that day."""
    service: Service = request.app.state.service
    form, language, day = choose_form(request, CHART_FORMS), language_of(request), day_of(request)
    found = await find_places(service, day, language)
    drawn = draw_places(found)
    facts: dict[str, Any] = {"day": day, "found": found, "drawn": drawn, "radius": find_radius}
    size = WIDTH, (drawn.height if drawn else 0) + _LEGEND
    if form != PAGE:
        points = [Source("", "", "", "", None, item.source) for item in found if item.has_point]
        sources = [*points, *([_COAST] if drawn and drawn.coast else [])]
        caption = read_caption("places", language, sources, make_address(service, "/places", {}, day), **facts)
        return await give_chart(
            request, form, "places/picture.html", caption, [_make_sheet(found, language)], size=size, **facts
        )
    return render(
        request,
        "places/places.html",
        picture="/places?format=png",
        **facts,
        size=size,
        files=list_chart_files(request, "/places", {}, day),
    )


async def find_places(service: Service, day: date, language: str) -> list[Placed]:
    """Find the places, those that most clauses name first; what was made after a day is left out.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    (table,) = await select_together(service, [read_question(_ROOM, "places")])
    names = await find_names(service, {row["place"].value for row in table.dicts()}, language)
    found: dict[str, Placed] = {}
    for row in table.dicts():
        made_on = day_in(row, "date")
        if made_on and made_on > day:
            continue
        iri = row["place"].value
        here = Placed(names.of(iri), _read(row, "latitude"), _read(row, "longitude"), read_text(row, "source"))
        placed = found.setdefault(iri, here)
        if read_text(row, "role") == _NAMED:
            placed.clauses.add(row["thing"].value)
        else:
            placed.made[row["thing"].value] = made_on
    return sorted(found.values(), key=lambda p: (-len(p.clauses), -len(p.made), p.place.name.casefold()))


def draw_places(found: list[Placed]) -> Map | None:
    """Draw the places whose point is known; nothing where there is none."""
    spots = [
        Spot(item.place.name, item.latitude, item.longitude, max(map(find_radius, (item.clauses, item.made))))
        for item in found
        if item.latitude is not None and item.longitude is not None
    ]
    return draw_map(spots) if spots else None


def find_radius(things: Collection[str]) -> float:
    """Return the radius of a circle whose area is as their number, in units of the map."""
    return round(2.6 * math.sqrt(len(things)), 1)


def _read(row: Mapping[str, Term], name: str) -> float | None:
    return float(row[name].value) if name in row else None


def _make_sheet(found: list[Placed], language: str) -> Sheet:
    headings = (
        _("Place"), _("Clauses that name it"), _("Statements and treaties made there"), _("Latitude"), _("Longitude"),
        _("Source"), _("Identifier"),
    )  # fmt: skip
    rows: list[list[Cell]] = [
        [
            item.place.name, Decimal(len(item.clauses)), Decimal(len(item.made)), _to_cell(item.latitude),
            _to_cell(item.longitude), item.source, item.place.iri,
        ]
        for item in found
    ]  # fmt: skip
    return say_sheet(_("Places"), headings, rows, language)


def _to_cell(degrees: float | None) -> Decimal | None:
    return None if degrees is None else Decimal(str(degrees))
