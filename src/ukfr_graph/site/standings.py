"""The status of acts for the states of a dataset: on a day, and over time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from ukfr_graph import iris
from ukfr_graph.clauses.rows import read_text
from ukfr_graph.query.questions import give_values, read_question
from ukfr_graph.service.answers import ask_kept, read_rows
from ukfr_graph.service.names import Named, Names, find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.templates import read_day
from ukfr_graph.store import Term
from ukfr_graph.triples import node

_CEASED = iris.BASE + "vocab/status-kind/ceased"
_DAY = timedelta(1)


@dataclass(frozen=True)
class ActState:
    """The standing of an act for a state on a day: the status that binds the state, or the day on which that ended."""

    party: Named
    status: str
    ended: date | None


@dataclass(frozen=True)
class Binding:
    """A time in which an act binds a state by a status; ``last`` is the last day, None where none is known."""

    status: str
    since: date
    """The day from which the status is recorded: of two that bind, the later one is told."""
    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        """Return whether it binds on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Standings:
    """The times in which acts bind states, and the days on which that ended, each by act and state."""

    states: Sequence[str] = ()
    bindings: Mapping[tuple[str, str], Sequence[Binding]] = field(default_factory=dict)
    ends: Mapping[tuple[str, str], Sequence[date]] = field(default_factory=dict)
    names: Names = field(default_factory=lambda: Names({}))

    def tell(self, act: str, day: date) -> list[ActState]:
        """Tell how an act stands on a day, for each state; nothing where it has bound none of them by then."""
        found = [self._tell(act, state, day) for state in self.states]
        return found if any(state.status or state.ended for state in found) else []

    def list_changes(self, act: str) -> set[date]:
        """List the days from which an act may stand otherwise."""
        keys = [(act, state) for state in self.states]
        held = [binding for key in keys for binding in self.bindings.get(key, ())]
        after = {binding.last + _DAY for binding in held if binding.last and binding.last < date.max}
        return after | {binding.first for binding in held} | {end for key in keys for end in self.ends.get(key, ())}

    def _tell(self, act: str, state: str, day: date) -> ActState:
        held = [binding for binding in self.bindings.get((act, state), ()) if binding.holds(day)]
        ended = max((end for end in self.ends.get((act, state), ()) if end <= day), default=None)
        status = max(held, key=lambda binding: (binding.since, binding.status)).status if held else ""
        return ActState(self.names.of(state), self.names.of(status).name if status else "", None if status else ended)


async def find_standings(service: Service, language: str) -> Standings:
    """Find how acts stand for the states of the dataset over time, with the names in a language.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    states = service.profile.states
    if not states:
        return Standings()
    binding = give_values(read_question("site", "binding"), "party", " ".join(str(node(state)) for state in states))
    answers = await asyncio.gather(
        ask_kept(service, read_question("site/timeline", "statuses")), ask_kept(service, binding)
    )
    bindings, ends = read_bindings(answers[1]), _read_ends(answers[0])
    kinds = {binding.status for held in bindings.values() for binding in held}
    return Standings(states, bindings, ends, await find_names(service, {*states, *kinds}, language))


# Every page about a clause needs them, and nobody changes what is read: it is read once an answer.
@lru_cache(maxsize=4)
def read_bindings(answer: bytes) -> Mapping[tuple[str, str], Sequence[Binding]]:
    """Read the times in which acts bind states; where a time is told with several ends, the earliest counts."""
    found: defaultdict[tuple[str, str], dict[tuple[str, str], Binding]] = defaultdict(dict)
    for row in read_rows(answer).dicts():
        since, ceased = _read(row, "from"), _read(row, "ceased")
        if since is None:
            continue
        ends = [_read(row, name) for name in ("until", "left", "latest")]
        ends.append(max(ceased, date.min + _DAY) - _DAY if ceased else None)
        told = found[row["instrument"].value, row["party"].value]
        key = row["held"].value, read_text(row, "joined")  # a state may join again
        ends.append(told[key].last if key in told else None)
        last = min((end for end in ends if end), default=None)
        told[key] = Binding(row["status"].value, since, max(since, _read(row, "joined") or since), last)
    return {key: list(told.values()) for key, told in found.items()}


@lru_cache(maxsize=4)
def _read_ends(answer: bytes) -> Mapping[tuple[str, str], Sequence[date]]:
    """Read the days on which an act ceased for a party, or a status of it there ended."""
    ends: defaultdict[tuple[str, str], list[date]] = defaultdict(list)
    for row in read_rows(answer).dicts():
        end = _read(row, "from" if row["status"].value == _CEASED else "until")
        if end and "party" in row:
            ends[row["instrument"].value, row["party"].value].append(end)
    return ends


def _read(row: Mapping[str, Term], name: str) -> date | None:
    return read_day(read_text(row, name))
