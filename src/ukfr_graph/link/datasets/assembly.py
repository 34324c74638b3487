"""From the cells of one row to a treaty, and the faults on the way: what every adapter shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime

from ukfr_graph.link.datasets.dates import DateError, Day, Order, read_date
from ukfr_graph.link.datasets.kinds import read_kind
from ukfr_graph.link.datasets.parties import OTHERS, CodeList, read_party
from ukfr_graph.link.datasets.references import find_references, split_references
from ukfr_graph.link.datasets.tables import is_missing
from ukfr_graph.link.datasets.titles import bare_title
from ukfr_graph.link.datasets.treaties import Fault, Treaty, clean

_MAX_TITLE = 5_000
Row = Iterator[Treaty | Fault]


def today() -> date:
    """Return the day after which a date of signature lies in the future."""
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
    others: str = "",
    page: str = "",
    formats: tuple[str, ...] = (),
    order: Order = "",
    codes: CodeList = "",
    needs_title: bool = True,
) -> Row:
    """Make a treaty of one row's cells; faults come before it.

    ``titles`` are by language; ``kind`` is what the dataset calls it, where the title does not say; ``references`` is
    any text with its own identifiers in it, ``others`` with those of other instruments; ``formats`` and ``order`` are
    those of ``dates.read_date``; ``codes`` says which list codes of parties are from. A row without identifier (or
    title, where it ``needs_title``) is lost; a date that cannot be read, or lies in the future, is left out and told;
    entities, lost characters, years without a century, unknown and renamed states are told.
    """
    if is_missing(identifier):
        yield Fault(line, "identifier", "there is none", is_lost=True)
        return
    cleaned: list[tuple[str, str]] = []
    for language, text in titles.items():
        title, problem = clean("" if is_missing(text) else text)
        if problem:
            yield Fault(line, "title", problem)
        if len(title) > _MAX_TITLE:
            yield Fault(line, "title", f"cut after {_MAX_TITLE} characters of {len(title)}")
        if title:
            cleaned.append((language, title[:_MAX_TITLE]))
    if not cleaned and needs_title:
        yield Fault(line, "title", "there is none", is_lost=True)
        return
    days: dict[str, Day | None] = {"signed": None, "in_force": None}
    for field, text in (("signed", signed), ("in_force", in_force)):
        try:
            days[field] = read_date(text, formats, today() if field == "signed" else None, order)
        except DateError as error:
            yield Fault(line, field, f"{error}; left out")
        else:
            if days[field] and any("%y" in form for form in formats):
                yield Fault(line, field, f"{text.strip()!r} has no century; read as {days[field]}")
    if days["signed"] is None and is_missing(signed):
        days["signed"] = next(filter(None, (bare_title(title).day for _, title in cleaned)), None)
        if days["signed"]:
            yield Fault(line, "signed", "there is none; read off the title")
    states: set[str] = set()
    dependencies: set[str] = set()
    former: dict[str, str] = {}
    for name in parties:
        if is_missing(name):
            continue
        party = read_party(name, str(days["signed"] or ""), codes)
        (dependencies if party.is_territory else states).add(party.code)
        if party.then:
            former[party.code] = party.then
        if party.is_territory:
            yield Fault(line, "parties", f"{name.strip()} is a dependency: kept as a territory, not as a party")
        elif party.note:
            yield Fault(line, "parties", party.note)
    own, cited = split_references(references)
    read, is_change = read_kind(cleaned[0][1] if cleaned else "")
    yield Treaty(
        identifier=identifier.strip(),
        titles=tuple(cleaned),
        signed=days["signed"],
        in_force=days["in_force"],
        parties=frozenset(states) if states != {OTHERS} else frozenset(),
        territories=frozenset(dependencies | {clean(name)[0] for name in territories if not is_missing(name)}),
        kind=read or read_kind(kind)[0],
        is_change=is_change,
        references=own,
        mentions=cited.union(find_references(others), *(find_references(title) for _, title in cleaned)) - own,
        former=tuple(sorted(former.items())),
        page=page.strip() if page.strip().startswith(("https://", "http://")) else "",
        line=line,
    )
