"""The statuses of instruments, and the times that clauses give: what the timeline shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from ukfr_graph.service.names import Named
from ukfr_graph.site.follow import ActState

_LASTING = ("in-force", "applied", "proposed")


@dataclass(frozen=True)
class Status:
    """A status of an instrument, for a party or in general; ``lasts`` tells a state of things from an event."""

    kind: Named
    start: date
    end: date | None
    source: str

    @property
    def lasts(self) -> bool:
        """Return whether it is drawn as a stretch of time rather than as the day on which it came about."""
        return self.end is not None or self.kind.anchor in _LASTING

    def held_on(self, day: date) -> bool:
        """Return whether it held on a day; without an end it still holds, or no source gives one."""
        return self.start <= day and (self.end is None or self.end >= day)


@dataclass
class Instrument:
    """An instrument with its statuses by party, those of no party in particular first.

    ``standing`` is how it stands for each state of the dataset on the day, as on the pages of clauses; ``is_cited``
    says that a clause names it.
    """

    instrument: Named
    kind: Named | None
    parties: dict[Named | None, list[Status]] = field(default_factory=lambda: defaultdict(list))
    standing: Sequence[ActState] = ()
    is_cited: bool = False

    def list_standing(self) -> list[tuple[ActState, list[Named]]]:
        """List how it stands for the states, those together for which it stands alike."""
        told = (s for s in self.standing if s.status or s.ended)
        found: dict[tuple[str, date | None], list[ActState]] = defaultdict(list)
        for state in told:
            found[state.status, state.ended].append(state)
        return [(states[0], [state.party for state in states]) for states in found.values()]

    def state_on(self, day: date) -> list[tuple[Named | None, Status]]:
        """Return what holds on a day, by party: what lasts, else what happened last; nothing where it was to come."""
        found: list[tuple[Named | None, Status]] = []
        for party, statuses in self.parties.items():
            held = [status for status in statuses if status.lasts and status.held_on(day)]
            past = [status for status in statuses if status.start <= day]
            if chosen := held or past:
                found.append((party, chosen[-1]))
        return found


@dataclass
class Period:
    """A time as worded, in the language of its text, with the bounds that this gives and the clauses that give it."""

    wording: str
    language: str
    aspect: str
    start: date | None
    end: date | None
    clauses: list[tuple[Named, str]] = field(default_factory=list)
