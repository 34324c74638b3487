"""From the cells of one row to a treaty, and the faults on the way: what every adapter shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime

from ukfr_graph.link.datasets.dates import DEFAULT_FORMATS, DateError, Day, read_date
from ukfr_graph.link.datasets.kinds import read_kind
from ukfr_graph.link.datasets.parties import read_party
from ukfr_graph.link.datasets.references import find_references
from ukfr_graph.link.datasets.treaties import Fault, Treaty, clean

_MAX_TITLE = 5_000
Row = Iterator[Treaty | Fault]


def today() -> date:
    """Give the day after which a date of signature lies in the future."""
    return datetime.now(UTC).date()


def assemble(
    line: int,
    identifier: str,
    titles: Mapping[str, str],
    *,
    signed: str = "",
    in_force: str = "",
    parties: Iterable[str] = (),
    territories: Iterable[str] = (),
    kind: str = "",
    references: str = "",
    page: str = "",
    formats: tuple[str, ...] = DEFAULT_FORMATS,
) -> Row:
    """Make a treaty of one row's cells; faults come before it.

    ``titles`` are by language; ``kind`` is what the dataset calls it, where the title does not say; ``references``
    is any text with identifiers in it. A row without identifier or title is lost; a date that cannot be read, or
    lies in the future, is left out and told; entities, lost characters, unknown and renamed states are told.
    """
    if not identifier.strip():
        yield Fault(line, "identifier", "there is none", is_lost=True)
        return
    cleaned: list[tuple[str, str]] = []
    for language, text in titles.items():
        title, problem = clean(text)
        if problem:
            yield Fault(line, "title", problem)
        if len(title) > _MAX_TITLE:
            yield Fault(line, "title", f"cut after {_MAX_TITLE} characters of {len(title)}")
        if title:
            cleaned.append((language, title[:_MAX_TITLE]))
    if not cleaned:
        yield Fault(line, "title", "there is none", is_lost=True)
        return
    days: dict[str, Day | None] = {"signed": None, "in_force": None}
    for field, text in (("signed", signed), ("in_force", in_force)):
        try:
            days[field] = read_date(text, formats, today() if field == "signed" else None)
        except DateError as error:
            yield Fault(line, field, f"{error}; left out")
    states: set[str] = set()
    dependencies: set[str] = set()
    for name in parties:
        if not name.strip():
            continue
        party = read_party(name)
        (dependencies if party.is_territory else states).add(party.code)
        if party.is_territory:
            yield Fault(line, "parties", f"{name.strip()} is a dependency: kept as a territory, not as a party")
        elif party.note:
            yield Fault(line, "parties", party.note)
    read, is_change = read_kind(cleaned[0][1])
    yield Treaty(
        identifier=identifier.strip(),
        titles=tuple(cleaned),
        signed=days["signed"],
        in_force=days["in_force"],
        parties=frozenset(states),
        territories=frozenset(dependencies | {clean(name)[0] for name in territories if name.strip()}),
        kind=read or read_kind(kind)[0],
        is_change=is_change,
        references=find_references(references) | find_references(cleaned[0][1]),
        page=page.strip() if page.strip().startswith(("https://", "http://")) else "",
        line=line,
    )
