"""The common parts of the lanes: sizes and times, a policy by kind of engine, what happened, and the queues."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, fields

from ukfr_graph.errors import BusyError
from ukfr_graph.workers.handle import Job


@dataclass(frozen=True)
class Lanes:
    """Sizes and times of the lanes, by the names of their settings."""

    workers: int = 3
    slow_queries: int = 4
    queued_queries: int = 256
    quick_query_s: float = 0.01
    query_timeout_s: float = 30.0
    write_timeout_s: float = 120.0

    @classmethod
    def of(cls, settings: object) -> Lanes:
        """Take the sizes and times out of the settings."""
        return cls(**{field.name: getattr(settings, field.name) for field in fields(cls)})


@dataclass(frozen=True)
class Policy:
    """The treatment of workers, which depends on where queries are evaluated.

    ``evaluates_here`` says that they are in the workers, which compete for the processors, and may be ended and begun
    anew; at an endpoint elsewhere nothing ends them. ``ahead`` is the most jobs that one quick worker is given;
    ``least`` the fewest quick workers; ``spare`` how many idle ones are kept besides, for slow queries to be lent.
    ``patience_s`` is how long a query may wait for the processor, and the place of a slow one stay empty.
    """

    evaluates_here: bool
    ahead: int
    least: int
    spare: int
    patience_s: float

    @classmethod
    def for_dataset(cls, lanes: Lanes) -> Policy:
        """Return the policy of workers that evaluate queries.

        A worker that is given jobs ahead need not sleep, and be woken, between two. One more is hired when a query has
        to wait, or is slow. To lend one would take a processor from quick queries.
        """
        return cls(evaluates_here=True, ahead=8, least=1, spare=0, patience_s=10 * lanes.quick_query_s)

    @classmethod
    def for_endpoint(cls, lanes: Lanes) -> Policy:
        """Return the policy of workers that wait for an endpoint elsewhere: they take no processor from each other."""
        return cls(evaluates_here=False, ahead=1, least=lanes.workers, spare=lanes.slow_queries, patience_s=0)


@dataclass
class Tally:
    """Counts of what happened since the start."""

    demoted: int = 0
    timed_out: int = 0
    cancelled: int = 0
    crashed: int = 0
    refused: int = 0
    switched: int = 0


class Queue:
    """Jobs that wait for their turn: not too many, and not too long."""

    def __init__(self, lanes: Lanes, tally: Tally) -> None:
        self._lanes, self._tally = lanes, tally
        self._jobs: deque[Job] = deque()

    def __len__(self) -> int:
        """Count the jobs."""
        return len(self._jobs)

    def add(self, job: Job) -> None:
        """Let a job wait, unless too many do."""
        if len(self._jobs) < self._lanes.queued_queries:
            self._jobs.append(self._limit(job))
            return
        self._tally.refused += 1
        job.fail(
            BusyError(
                "%(jobs)s queries are waiting already (UKFR_QUEUED_QUERIES). Try again soon.", jobs=len(self._jobs)
            )
        )

    def add_first(self, job: Job) -> None:
        """Let a job wait that had its turn already."""
        self._jobs.appendleft(self._limit(job))

    def take(self) -> Job | None:
        """Take the next job that somebody still waits for."""
        while self._jobs:
            job = self._jobs.popleft()
            if not job.future.done():
                return job
        return None

    def sweep(self) -> None:
        """Refuse the jobs that have waited for longer than the time limit."""
        waiting, self._jobs = self._jobs, deque()
        for job in waiting:
            if job.waits_until >= _now():
                self._jobs.append(job)
            elif not job.future.done():
                self._tally.refused += 1
                job.fail(BusyError("No worker became free within the time limit. Try again soon."))

    def _limit(self, job: Job) -> Job:
        """Note until when a job may wait, where it has not waited before."""
        job.waits_until = job.waits_until or _now() + self._lanes.query_timeout_s
        return job


def _now() -> float:
    return asyncio.get_running_loop().time()
