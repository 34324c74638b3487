"""Our instruments as treaties, asked of the engine that serves them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ukfr_graph import iris
from ukfr_graph.link.datasets.dates import DateError, Day, read_date
from ukfr_graph.link.datasets.kinds import read_kind
from ukfr_graph.link.datasets.parties import read_party
from ukfr_graph.link.datasets.references import IDENTIFYING, find_references
from ukfr_graph.link.datasets.treaties import Treaty
from ukfr_graph.query import Executor
from ukfr_graph.query.questions import read_question

_FORMAL = "2"
_SCHEMES = {"unts": "UNTS {}", "fcdo": "treaties.fcdo.gov.uk/data/Library2/html/{}.html", "cets": "CETS {}"}
"""Notations that need the name of their scheme, as they are written with it."""
_IN_FORCE = iris.VOCABULARY + "status-kind/in-force"
_LANGUAGES = ("en", "fr")


def read_targets(executor: Executor) -> list[Treaty]:
    """Read the instruments of the dataset, in the order of their IRIs; their identifiers are CURIEs.

    What has neither a date nor an identifier (a deployment, a class of tools) is no instrument that others record.

    Raises:
        QueryError: the engine does not answer.
    """
    titles: dict[str, dict[tuple[str, str], bool]] = defaultdict(dict)
    for instrument, title, sort in _ask(executor, "titles"):
        titles[instrument.value].setdefault((title.language or "", title.value), sort.value == _FORMAL)
    dates = {row[0].value: row[1:] for row in _ask(executor, "dates")}
    references: dict[str, set[str]] = defaultdict(set)
    for instrument, scheme, notation in _ask(executor, "identifiers"):
        name = scheme.value.rpartition("/")[2]
        found = find_references(_SCHEMES.get(name, "{}").format(notation.value))
        direct = {f"{name}:{notation.value}"} if name in IDENTIFYING and not found else set()
        references[instrument.value] |= direct | found
    parties: dict[str, set[str]] = defaultdict(set)
    in_force: dict[str, Day] = {}
    for instrument, kind, party, since in _ask(executor, "statuses"):
        if party is not None:
            parties[instrument.value].add(read_party(party.value, "").code)
        elif kind.value == _IN_FORCE and since is not None and (day := _day(since.value)):
            in_force[instrument.value] = min(day, in_force.get(instrument.value, day))
    treaties = []
    for instrument, named in sorted(titles.items()):
        signed, kind = dates.get(instrument, (None, None))
        if signed is None and not references[instrument]:
            continue
        read, is_change = _read_kind(named, kind.value if kind else "")
        treaties.append(
            Treaty(
                identifier=iris.shorten(instrument),
                titles=tuple(sorted(named, key=lambda pair: _LANGUAGES.index(pair[0]) if pair[0] in _LANGUAGES else 2)),
                signed=_day(signed.value) if signed else None,
                in_force=in_force.get(instrument),
                parties=frozenset(parties[instrument]),
                kind=read,
                is_change=is_change,
                references=frozenset(references[instrument]),
                page=instrument,
            )
        )
    return treaties


def _ask(executor: Executor, name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return executor.run(read_question("link/matching/questions", name)).rows()[1]


def _day(text: str) -> Day | None:
    try:
        return read_date(text)
    except DateError:
        return None


def _read_kind(named: dict[tuple[str, str], bool], kind: str) -> tuple[str, bool]:
    """Read what an instrument is from its formal English title, else from its label, else from our kind of it."""
    order: Iterable[tuple[str, str]] = sorted(named, key=lambda pair: (not named[pair], pair[0] != "en"))
    for _, title in order:
        read, is_change = read_kind(title)
        if read:
            return read, is_change
    return read_kind(kind)[0], False
