"""A small map: points with labels that cover nothing, a coast where we have one, a graticule and a scale.

The projection is equidistant cylindrical, true to scale in the middle of what is shown, which will do for a few
countries. The coast is that of Natural Earth in a window of Western Europe (``coastline.json``).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ukfr_graph.analysis.pictures import CHARACTER_WIDTH

WIDTH = 400
TYPE = 11
_LEAST_SPAN, _ROOM = 2.0, 0.12  # degrees, and the part of the span that is left free on either side
_TALLEST = 420.0
_KM_PER_DEGREE = 111.2
_MOST_LINES = 5
_STEPS = (0.5, 1, 2, 5, 10, 20, 30, 45)
_LENGTHS_KM = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True)
class Spot:
    """A thing to be drawn: a label at degrees north and east, and how large its circles are, in units of the map."""

    label: str
    latitude: float
    longitude: float
    radius: float


@dataclass(frozen=True)
class Box:
    """A rectangle that something takes."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Return whether both take some of the same room."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def lies_in(self, other: Box) -> bool:
        """Return whether the other takes all of it."""
        return (
            other.left <= self.left
            and other.top <= self.top
            and self.right <= other.right
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True)
class DrawnSpot:
    """A spot in its place; ``label`` is the room of its text, none where there is none that covers nothing else."""

    spot: Spot
    x: float
    y: float
    label: Box | None

    @property
    def is_apart(self) -> bool:
        """Return whether a line must say to which spot the label belongs."""
        reach = self.spot.radius + 6
        near = Box(self.x - reach, self.y - reach, self.x + reach, self.y + reach)
        return self.label is not None and not self.label.overlaps(near)


@dataclass(frozen=True)
class Map:
    """All that is drawn: lines of the graticule (degrees, place), the coast as paths, spots, and a scale."""

    height: float
    parallels: list[tuple[float, float]]
    meridians: list[tuple[float, float]]
    coast: list[list[tuple[float, float]]]
    spots: list[DrawnSpot]
    scale_km: int
    scale_width: float


def draw_map(spots: Sequence[Spot]) -> Map:
    """Draw a map of at least one spot, the larger ones labelled first."""
    south, north = _span([spot.latitude for spot in spots], (-90.0, 90.0))
    west, east = _span([spot.longitude for spot in spots], (-180.0, 180.0))
    shrink = max(math.cos(math.radians((south + north) / 2)), 0.05)
    scale = min(WIDTH / ((east - west) * shrink), _TALLEST / (north - south))
    extra = (WIDTH / scale / shrink - (east - west)) / 2
    west, east = west - extra, east + extra
    height = round((north - south) * scale, 1)

    def place(longitude: float, latitude: float) -> tuple[float, float]:
        return round((longitude - west) * shrink * scale, 1), round((north - latitude) * scale, 1)

    drawn = _label([(spot, *place(spot.longitude, spot.latitude)) for spot in spots], height)
    km = next((km for km in reversed(_LENGTHS_KM) if km / _KM_PER_DEGREE * scale <= WIDTH / 3), _LENGTHS_KM[0])
    return Map(
        height=height,
        parallels=[(degree, place(west, degree)[1]) for degree in _list_degrees(south, north)],
        meridians=[(degree, place(degree, south)[0]) for degree in _list_degrees(west, east)],
        coast=[[place(*point) for point in line] for line in _clip(_read_coast(), Box(west, south, east, north))],
        spots=drawn,
        scale_km=km,
        scale_width=round(km / _KM_PER_DEGREE * scale, 1),
    )


def _span(degrees: Sequence[float], limits: tuple[float, float]) -> tuple[float, float]:
    low, high = min(degrees), max(degrees)
    room = max((high - low) * _ROOM, (_LEAST_SPAN - (high - low)) / 2, 0.3)
    return max(low - room, limits[0]), min(high + room, limits[1])


def _list_degrees(low: float, high: float) -> list[float]:
    step = next((step for step in _STEPS if (high - low) / step <= _MOST_LINES), _STEPS[-1])
    return [at * step for at in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _label(placed: Sequence[tuple[Spot, float, float]], height: float) -> list[DrawnSpot]:
    """Find for each spot the first room for its label, near it, that lies on the map and covers nothing."""
    frame = Box(2, 2, WIDTH - 2, height - 2)
    taken = [_circle(spot, x, y) for spot, x, y in placed]
    found = []
    for spot, x, y in sorted(placed, key=lambda item: (-item[0].radius, item[0].label)):
        room = next(
            (
                box
                for box in _list_rooms(spot, x, y)
                if box.lies_in(frame) and not any(box.overlaps(other) for other in taken)
            ),
            None,
        )
        taken += [room] if room else []
        found.append(DrawnSpot(spot, x, y, room))
    return found


def _circle(spot: Spot, x: float, y: float) -> Box:
    return Box(x - spot.radius, y - spot.radius, x + spot.radius, y + spot.radius)


def _list_rooms(spot: Spot, x: float, y: float) -> Iterable[Box]:
    width, height = len(spot.label) * TYPE * CHARACTER_WIDTH, TYPE * 1.25
    for away in (3, 12, 24, 40, 60):
        reach = spot.radius + away
        for dx, dy in ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1)):
            left = x + dx * reach - (0 if dx > 0 else width if dx < 0 else width / 2)
            top = y + dy * reach - (0 if dy > 0 else height if dy < 0 else height / 2)
            yield Box(left, top, left + width, top + height)


def _clip(lines: Iterable[Sequence[tuple[float, float]]], window: Box) -> Iterable[list[tuple[float, float]]]:
    """Keep what of lines lies in a window (degrees), and one point beyond it on either side."""
    for line in lines:
        inside = [window.left <= x <= window.right and window.top <= y <= window.bottom for x, y in line]
        part: list[tuple[float, float]] = []
        for at, point in enumerate(line):
            if any(inside[max(at - 1, 0) : at + 2]):
                part.append(point)
            elif part:
                yield part
                part = []
        if part:
            yield part


@cache
def _read_coast() -> list[list[tuple[float, float]]]:
    lines = json.loads(Path(__file__).with_name("coastline.json").read_text("utf-8"))["lines"]
    return [[(x, y) for x, y in line] for line in lines]
