"""The slow lane: queries that take what nobody else wants of the processors, each in a worker of its own."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable

from ukfr_graph.errors import DatasetError, QueryTimeoutError
from ukfr_graph.workers.lanes import Lanes, Queue, Tally
from ukfr_graph.workers.link import Job, Link
from ukfr_graph.workers.staff import Staff

_REMEMBERED = 4096  # slow queries


class SlowLane:
    """Runs so many slow queries at a time, and remembers which were slow; ``dismiss`` lets a worker go."""

    def __init__(self, staff: Staff, lanes: Lanes, tally: Tally, dismiss: Callable[[Link], None]) -> None:
        self.links: set[Link] = set()
        self.queue = Queue(lanes, tally)
        self._staff, self._lanes, self._tally, self._dismiss = staff, lanes, tally, dismiss
        self._known: OrderedDict[Hashable, None] = OrderedDict()

    def knows(self, key: Hashable) -> bool:
        """Return whether a query was slow before."""
        return key in self._known

    def has_room(self) -> bool:
        """Return whether one more may run."""
        return len(self.links) < self._lanes.slow_queries

    def enter(self, job: Job) -> None:
        """Start a slow query in a worker of its own, or let it wait for room."""
        self._remember(job)
        if self.has_room():
            self.links.add(self._staff.spawn("worker", lambda ready: self._begin(ready, job)))
            return
        if job.on_slow is not None:
            job.on_slow(job)
            job.on_slow = None
        self.queue.add(job)

    def take_over(self, link: Link, job: Job, since: float) -> None:
        """Let a query that runs already go on here, until its time, counted from ``since``, is over."""
        link.is_slow = True
        self.links.add(link)
        self._tally.demoted += 1
        self._staff.demote(link)
        self._remember(job)
        link.timer = asyncio.get_running_loop().call_at(since + self._lanes.query_timeout_s, self._expire, link)
        if job.on_slow is not None:
            job.on_slow(job)

    def leave(self, link: Link) -> None:
        """Take a worker out; those that wait get its place."""
        self.links.discard(link)
        if link.timer is not None:
            link.timer.cancel()
            link.timer = None
        while self.has_room() and (job := self.queue.take()):
            self.enter(job)

    def _begin(self, link: Link, job: Job) -> None:
        if link.is_closed:
            job.fail(DatasetError(link.fault))
        elif job.future.done():
            self._dismiss(link)
        else:
            started = asyncio.get_running_loop().time()
            link.give(job)
            self.take_over(link, job, started)
            job.future.add_done_callback(lambda _: self._forgive(job, started))

    def _remember(self, job: Job) -> None:
        if job.key is not None:
            self._known[job.key] = None
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)

    def _forgive(self, job: Job, started: float) -> None:
        """Forget that a query was slow, when it is not."""
        if asyncio.get_running_loop().time() - started < self._lanes.quick_query_s:
            self._known.pop(job.key, None)

    def _expire(self, link: Link) -> None:
        self._tally.timed_out += 1
        job = link.jobs[0] if link.jobs else None
        if job is not None:
            job.fail(
                QueryTimeoutError(
                    f"The time limit of {self._lanes.query_timeout_s:g} s was reached (UKFR_QUERY_TIMEOUT_S). Narrow "
                    "the query, or add LIMIT."
                )
            )
        self._dismiss(link)
