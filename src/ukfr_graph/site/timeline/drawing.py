"""The timeline as a picture: a row an act, its name and how it stands at the left, its statuses on a line of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ukfr_graph.analysis.pictures import wrap_text
from ukfr_graph.site.rendering import write_words
from ukfr_graph.site.timeline.statuses import Instrument

WIDTH = 960
_NAME_WIDTH = 320
_HEAD, _LINE, _PAD, _TYPE = 50, 15, 10, 12


@dataclass(frozen=True)
class ActRow:
    """An act with the lines of its name and of its state; ``y`` is the upper edge of its row."""

    item: Instrument
    name: list[str]
    state: list[str]
    y: int


@dataclass(frozen=True)
class TimelineDrawing:
    """All that is drawn, in units of the picture."""

    rows: list[ActRow]
    height: int


def draw_rows(instruments: Sequence[Instrument], language: str) -> TimelineDrawing:
    """Place the rows of acts, with how each stands."""
    y, rows = _HEAD, []
    for item in instruments:
        state = write_words("timeline/chart.html", "state", language, act=item.standing)
        name, told = (wrap_text(text, _NAME_WIDTH, _TYPE) for text in (item.instrument.name, state))
        rows.append(ActRow(item, name, told, y))
        y += (len(name) + len(told)) * _LINE + _PAD
    return TimelineDrawing(rows, y)
