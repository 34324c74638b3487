"""The figure of who is asked to do what: three columns, read from left to right, in an order that crosses few lines.

In a narrow window it is one column: under whoever promises or asks stand the deeds, and under each whom it concerns.

Who promises or asks has a bar along its deeds; a line leads from a deed to the others whom it concerns. A promise that
names no others has no line: it is for those to keep who make it. Deeds that concern the same stand together, and those
whom they concern where their deeds do on average.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ukfr_graph.analysis.pictures import wrap_text
from ukfr_graph.messages import load_messages
from ukfr_graph.service.names import Named
from ukfr_graph.site.navigation import mark as _

WIDTH = 960
NARROW_WIDTH = 342  # of a phone's window, without its margins
TYPE = 12
_PLEDGE = "Pledge"
_ACTOR_WIDTH, _DEED_WIDTH, _OTHER_WIDTH = 190, 370, 240
_NARROW_TEXT, _NARROW_OTHER = 318, 300
_HEAD, _LINE, _PAD, _SLOT, _GAP = 44, 15, 7, 12, 12
PARTS = {
    "addressee": _("asked: %(who)s"), "performer": _("to be done by: %(who)s"), "beneficiary": _("for: %(who)s"),
    "target": _("aimed at: %(who)s"),
}  # fmt: skip
"""The words for another party, by its part in the deed."""


@dataclass
class Deed:
    """A promise or a call: who makes it, and the others that it names, each with its part (``addressee`` …)."""

    clause: Named
    order: int
    kind: Named
    holders: list[Named] = field(default_factory=list)
    others: list[tuple[str, Named]] = field(default_factory=list)

    @property
    def is_pledge(self) -> bool:
        """Return whether those who make it are to keep it."""
        return self.kind.anchor == _PLEDGE


@dataclass(frozen=True)
class Row:
    """A deed with the lines of its text; ``y`` is its middle."""

    deed: Deed
    lines: list[str]
    y: float


@dataclass(frozen=True)
class DeedBlock:
    """An actor who makes deeds, or whom they concern: lines of text, and the bar from ``top`` to ``bottom``."""

    lines: list[str]
    top: float
    bottom: float


@dataclass(frozen=True)
class Lead:
    """A line from a deed to whom it concerns, from ``start`` to ``end``."""

    row: Row
    start: float
    end: float


@dataclass(frozen=True)
class DeedDrawing:
    """All that is drawn, in units of the picture."""

    actors: list[DeedBlock]
    rows: list[Row]
    others: list[DeedBlock]
    leads: list[Lead]
    height: float


@dataclass(frozen=True)
class NarrowRow:
    """A deed in one column: who makes it, where it is their first, its text, and whom it concerns; ``y`` is its top."""

    deed: Deed
    actor: list[str]
    lines: list[str]
    others: list[list[str]]
    y: float


@dataclass(frozen=True)
class NarrowDrawing:
    """All that is drawn in one column."""

    rows: list[NarrowRow]
    height: float


def draw(deeds: Sequence[Deed], language: str) -> DeedDrawing:
    """Place deeds, who makes them and whom they concern."""
    y = float(_HEAD)
    actors, rows = [], []
    for names, group in _group(deeds, language):
        top = y
        for deed in group:
            lines = wrap_text(f"{deed.order}. {deed.clause.name}", _DEED_WIDTH, TYPE)
            height = len(lines) * _LINE + _PAD
            rows.append(Row(deed, lines, y + height / 2))
            y += height
        lines = [line for name in names for line in wrap_text(name, _ACTOR_WIDTH, TYPE)]
        y = max(y, top + len(lines) * _LINE)
        actors.append(DeedBlock(lines, top + 2, y - 2))
        y += _GAP
    others, leads, end = _place_others(rows, language)
    return DeedDrawing(actors, rows, others, leads, max(y, end))


def draw_narrow(deeds: Sequence[Deed], language: str) -> NarrowDrawing:
    """Place the same in one column."""
    y, rows = 24.0, []
    for names, group in _group(deeds, language):
        y += _GAP
        first = [line for name in names for line in wrap_text(name, NARROW_WIDTH, TYPE, is_bold=True)]
        for at, deed in enumerate(group):
            actor = first if at == 0 else []
            lines = wrap_text(f"{deed.order}. {deed.clause.name}", _NARROW_TEXT, TYPE)
            others = [wrap_text(text, _NARROW_OTHER, TYPE) for text in _list_concerned(deed, language)]
            rows.append(NarrowRow(deed, actor, lines, others, y))
            y += (len(actor) + len(lines) + sum(map(len, others))) * _LINE + _PAD
    return NarrowDrawing(rows, y)


def _group(deeds: Sequence[Deed], language: str) -> list[tuple[Sequence[str], list[Deed]]]:
    """Put together the deeds of the same holders, most first, and among these the ones that concern the same."""
    groups: dict[tuple[str, ...], list[Deed]] = {}
    for deed in deeds:
        groups.setdefault(tuple(sorted(holder.name for holder in deed.holders)), []).append(deed)
    nobody = (load_messages(language).gettext("nobody whom the text names"),)
    found: list[tuple[Sequence[str], list[Deed]]] = []
    for names, group in sorted(groups.items(), key=lambda item: -len(item[1])):
        order: dict[str, int] = {}
        for deed in group:
            order.setdefault(_find_first(deed, language), len(order))
        group.sort(key=lambda deed: (order[_find_first(deed, language)], deed.order))
        found.append((names or nobody, group))
    return found


def _place_others(rows: Sequence[Row], language: str) -> tuple[list[DeedBlock], list[Lead], float]:
    leading: dict[str, list[Row]] = {}
    for row in rows:
        for text in _list_concerned(row.deed, language):
            leading.setdefault(text, []).append(row)
    placed = sorted(leading.items(), key=lambda item: sum(row.y for row in item[1]) / len(item[1]))
    blocks, leads, y = [], [], float(_HEAD)
    for text, own in placed:
        lines = wrap_text(text, _OTHER_WIDTH, TYPE)
        height = max(len(own) * _SLOT, len(lines) * _LINE)
        y = max(y, sum(row.y for row in own) / len(own) - height / 2)
        blocks.append(DeedBlock(lines, y, y + height))
        first = y + (height - len(own) * _SLOT) / 2 + _SLOT / 2
        for at, row in enumerate(own):
            start = 264 + max(len(line) for line in row.lines) * TYPE * 0.6
            leads.append(Lead(row, min(start, 640), first + at * _SLOT))
        y += height + _GAP
    return blocks, leads, y


def _find_first(deed: Deed, language: str) -> str:
    return next(iter(_list_concerned(deed, language)), "")


def _list_concerned(deed: Deed, language: str) -> list[str]:
    """List in words whom a deed concerns beside those who make it: others that the text names, or of a call nobody."""
    gettext = load_messages(language).gettext
    named = [gettext(PARTS[part]) % {"who": other.name} for part, other in deed.others]
    return named if named or deed.is_pledge else [gettext("nobody whom the text names")]
