"""Charts that are taken along: as SVG, PNG and PDF with all that a reader of them needs, and their rows as tables.

A room with a chart has one address for all of it: ``?format=`` chooses one of ``CHART_FORMS``, and ``give_chart``
answers with it. Its template extends ``chart.html`` and fills the block ``picture``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from ukfr_graph.analysis.pictures import can_write_pdf, wrap_text
from ukfr_graph.messages import load_messages
from ukfr_graph.profile import Profile
from ukfr_graph.service.service import Service
from ukfr_graph.site.addresses import places_of
from ukfr_graph.site.follow import Source
from ukfr_graph.site.negotiation import Variant
from ukfr_graph.site.rendering import AS_OF_COOKIE, language_of, render, write_words
from ukfr_graph.site.spreadsheets import Sheet
from ukfr_graph.site.taking import TABLES, describe_forms, give_file, give_table
from ukfr_graph.site.templates import find_host, write_day

SVG = Variant("svg", ("image/svg+xml",))
PNG = Variant("png", ("image/png",))
PDF = Variant("pdf", ("application/pdf",))
_DRAWN = (PNG, PDF)
"""The forms that a worker draws of the SVG, which a site of files does not have."""
PICTURES = (SVG, *_DRAWN)
CHART_FORMS = (*PICTURES, *TABLES)

CHART = describe_forms(CHART_FORMS)
"""The arguments of a route that shows a page with a chart, and gives the chart as a file."""

_MARGIN = 24
_LEAST_WIDTH = 752
_LARGEST_SCALE = 1.6


@dataclass(frozen=True)
class Caption:
    """The words around a chart, on its page and in its files: ``address`` is where it can be seen for good.

    ``title`` is the finding, ``subtitle`` what is measured, ``note`` what must not be read into it; ``sources`` names
    publishers, the one of most facts first.
    """

    title: str
    subtitle: str
    note: str
    sources: str
    address: str


@dataclass(frozen=True)
class Line:
    """A line of text of a chart as a file, at ``y`` (the base line), in units of the picture."""

    text: str
    y: float
    size: int
    is_bold: bool = False


@dataclass(frozen=True)
class ChartLayout:
    """The arrangement of a chart as a file: the texts, and the picture, drawn larger by ``scale``."""

    lines: Sequence[Line]
    width: int
    height: int
    margin: int
    picture_y: float
    scale: float


def read_caption(room: str, language: str, sources: Iterable[Source | None], address: str, **facts: Any) -> Caption:
    """Read what the chart of a room says of itself: macros of its ``chart.html``, which need ``facts``."""
    title, subtitle, note = (
        write_words(f"{room}/chart.html", macro, language, **facts) for macro in ("headline", "subtitle", "note")
    )
    counted = Counter(source.publisher or find_host(source.address) for source in sources if source)
    names = "; ".join(name for name, _count in counted.most_common())
    listed = load_messages(language).gettext("Sources: %(names)s") % {"names": names} if names else ""
    return Caption(title, subtitle, note, listed, address)


def make_address(service: Service, path: str, given: Mapping[str, str], day: date) -> str:
    """Return the permanent address of what a page shows: what was chosen, and the day as of which."""
    return service.profile.namespace + _write_query(path, given, day)


def list_chart_files(request: Request, path: str, given: Mapping[str, str], day: date) -> list[tuple[str, str]]:
    """List the files of a chart as what is chosen now, by name and address."""
    here = _write_query(path, given, day)
    left_out = _DRAWN if places_of(request).is_static else () if can_write_pdf() else (PDF,)
    forms = [form for form in CHART_FORMS if form not in left_out]
    return [(form.name.upper(), f"/{here}&format={form.name}") for form in forms]


def _write_query(path: str, given: Mapping[str, str], day: date) -> str:
    chosen = {name: value for name, value in given.items() if value}
    return f"{path.lstrip('/')}?{urlencode({**chosen, AS_OF_COOKIE: day.isoformat()}, safe='/:')}"


async def give_chart(
    request: Request,
    form: Variant,
    template: str,
    caption: Caption,
    sheets: Sequence[Sheet],
    *,
    size: tuple[float, float],
    day: date,
    **facts: Any,
) -> Response:
    """Answer with a chart in one of the ``CHART_FORMS``: drawn by ``template``, or its rows (CSV has the first sheet).

    ``size`` is width and height of the picture, in its own units; ``facts`` are what the template draws.

    Raises:
        ResultTooLargeError: it is larger than the form holds.
        UkfrError: see ``Pool.ask``.
    """
    language = language_of(request)
    service: Service = request.app.state.service
    profile, version = service.profile, service.pool.version
    name = f"{template.partition('/')[0]}-{day.isoformat()}"
    if form not in PICTURES:
        about = _describe(caption, day, language)
        return give_table(request, form, sheets, about, name=name, address=caption.address)
    layout = lay_out(caption, size, write_imprint(profile, language, version, day))
    drawn = render(request, template, caption=caption, layout=layout, size=size, day=day, **facts)
    body = bytes(drawn.body).strip()
    if form in _DRAWN:
        svg = body.decode()
        head = {"task": "picture", "svg": svg, "format": form.name}
        body = (await service.ask(head, ("picture", svg, form.name))).body
    return give_file(request, body, form, f"{name}.{form.name}", caption.address, is_shown=True)


def lay_out(caption: Caption, size: tuple[float, float], imprint: str) -> ChartLayout:
    """Place the texts of a chart above and under its picture, in lines that are surely no wider than it."""
    width, height = size
    scale = min(_LARGEST_SCALE, max(1.0, _LEAST_WIDTH / width))
    inner = max(_LEAST_WIDTH, width * scale)
    lines: list[Line] = []
    y = float(_MARGIN)

    def write(text: str, points: int, *, is_bold: bool = False, space: int = 6) -> None:
        nonlocal y
        for part in wrap_text(text, inner, points, is_bold=is_bold):
            y += points * 1.3
            lines.append(Line(part, round(y, 1), points, is_bold))
        y += space

    write(caption.title, 20, is_bold=True)
    write(caption.subtitle, 14, space=16)
    picture_y = round(y, 1)
    y += height * scale + 10
    for text in (caption.note, caption.sources, imprint, caption.address):
        write(text, 12, space=4)
    return ChartLayout(lines, math.ceil(inner) + 2 * _MARGIN, math.ceil(y) + _MARGIN - 8, _MARGIN, picture_y, scale)


def write_imprint(profile: Profile, language: str, version: str, day: date | None) -> str:
    """Write whose a picture is, under which licence, and of which version, as of a day where one was chosen."""
    gettext = load_messages(language).gettext
    licence = gettext("licence %(licence)s") % {"licence": profile.license_name} if profile.license else ""
    told = (
        gettext("dataset %(version)s, as of %(day)s") % {"version": version, "day": write_day(day, language)}
        if day
        else f"{gettext('dataset')} {version}"
    )
    return " · ".join(part for part in (profile.creator, licence, told) if part)


def _describe(caption: Caption, day: date, language: str) -> dict[str, str]:
    """Describe a chart for a table, which has no other place for its words."""
    gettext = load_messages(language).gettext
    return {
        gettext("Title"): caption.title,
        gettext("What is measured"): caption.subtitle,
        gettext("Note"): caption.note,
        gettext("Sources"): caption.sources,
        gettext("As of"): day.isoformat(),
    }
