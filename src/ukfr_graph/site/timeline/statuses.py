"""The statuses of instruments, and the times that clauses give: what the timeline shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from ukfr_graph.service.names import Named
from ukfr_graph.site.history import Interval
from ukfr_graph.site.standings import ActState

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

    @property
    def after(self) -> date | None:
        """The day after its end."""
        return self.end + timedelta(1) if self.end and self.end < date.max else None

    def held_on(self, day: date) -> bool:
        """Return whether it held on a day; without an end it still holds, or no source gives one."""
        return self.start <= day and (self.end is None or self.end >= day)


@dataclass(frozen=True)
class StatusOnDay:
    """The status of an instrument on a day: for the states, as on the pages of clauses, else by its own statuses.

    States for which it stands alike are together.
    """

    binding: Sequence[tuple[ActState, Sequence[Named]]]
    statuses: Sequence[tuple[Named | None, Status]]


@dataclass
class Instrument:
    """An instrument with its statuses by party, those of no party in particular first.

    ``stretches`` tell how it stands over time, the day as of which the page tells things last; ``is_cited`` says that
    a clause names it.
    """

    instrument: Named
    kind: Named | None
    parties: dict[Named | None, list[Status]] = field(default_factory=lambda: defaultdict(list))
    stretches: Sequence[Interval[StatusOnDay]] = ()
    is_cited: bool = False

    @property
    def standing(self) -> StatusOnDay:
        """Return the status on the day as of which the page tells things."""
        return self.stretches[-1].told

    def tell(self, states: Sequence[ActState], day: date) -> StatusOnDay:
        """Tell how it stands on a day, on which it stands so for the states."""
        found: dict[tuple[str, date | None], list[ActState]] = defaultdict(list)
        for state in states:
            if state.status or state.ended:
                found[state.status, state.ended].append(state)
        binding = [(alike[0], [state.party for state in alike]) for alike in found.values()]
        return StatusOnDay(binding, [] if binding else self._list_held(day))

    def list_changes(self) -> set[date]:
        """List the days from which its statuses may be others."""
        statuses = [status for some in self.parties.values() for status in some]
        return {status.start for status in statuses} | {status.after for status in statuses if status.after}

    def _list_held(self, day: date) -> list[tuple[Named | None, Status]]:
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
