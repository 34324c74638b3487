"""What the rooms on outcomes, money and the series share: the day, answers to saved questions, and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import Request
from fastapi.responses import HTMLResponse

from ukfr_graph import iris
from ukfr_graph.service.answers import Table, select_together, text_of
from ukfr_graph.service.names import Named, Names
from ukfr_graph.service.service import Service
from ukfr_graph.site.rendering import as_of, read_day
from ukfr_graph.store import Term
from ukfr_graph.triples import literal


@dataclass(frozen=True)
class Source:
    """The source of a fact: its record here, what it is called, and the address at which it is read."""

    iri: str
    title: str
    publisher: str
    day: str
    kind: Named | None
    address: str


def day_of(request: Request) -> date:
    """Return the day as of which a page tells things: the reader's, else today."""
    return as_of(request) or date.today()  # noqa: DTZ011  # the page says which day it is


def bind_day(day: date) -> dict[str, Term]:
    """Return the parameter of the saved questions that ask as of a day."""
    return {"_day_date": literal(day.isoformat(), "date")}


async def ask_saved(service: Service, *names: str, day: date | None = None) -> tuple[Table, ...]:
    """Ask saved questions at a time; those that ask as of a day are asked as of this one.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    library = service.library()
    return await select_together(service, [library.find(name).text for name in names], bind_day(day) if day else {})


def say(row: Mapping[str, Term], name: str, language: str) -> str:
    """Return a text of a row in a language: saved questions answer in English, and in the others beside it."""
    return text_of(row, f"{name}_{language}") or text_of(row, name)


def read_source(row: Mapping[str, Term], names: Names | None = None) -> Source | None:
    """Read the source that a row names; none where it names none."""
    iri = text_of(row, "source")
    if not iri:
        return None
    kind = text_of(row, "source_kind")
    return Source(
        iri=iri if iri.startswith(iris.ID) else "",
        title=text_of(row, "source_title"),
        publisher=text_of(row, "publisher"),
        day=text_of(row, "issued"),
        kind=names.of(kind) if kind and names else None,
        address=text_of(row, "source_address"),
    )


def day_in(row: Mapping[str, Term], name: str) -> date | None:
    """Return a day of a row; none where it is unbound or no day."""
    return read_day(text_of(row, name))


def as_picture(page: HTMLResponse) -> HTMLResponse:
    """Say that a rendered template is a picture (https://www.w3.org/TR/SVG2/mimereg.html)."""
    page.headers["Content-Type"] = "image/svg+xml"
    del page.headers["Set-Cookie"]  # to take a picture along is not to choose its day for every page
    return page
