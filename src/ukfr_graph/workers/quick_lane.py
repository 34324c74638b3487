"""The quick lane: queries as they come, each in the next worker that is idle, or will soon be.

There are as many workers as have been needed lately.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from ukfr_graph.workers.handle import Job, WorkerHandle
from ukfr_graph.workers.lanes import Lanes, Policy, Queue, Tally
from ukfr_graph.workers.supervisor import Supervisor

_FRESH_S = 0.002  # a worker that began so lately with a job is likely to end it soon
_BUSY = 2  # jobs for each worker from which on it is cheaper to keep one busy than to wake another
_PROCESSORS = len(os.sched_getaffinity(0))
_REST_S = 60.0  # a worker is let go when no query has had to wait for so long


class QuickLane:
    """Runs queries until they are slow: ``demote`` moves such a one on, and ``dismiss`` lets a worker go."""

    def __init__(
        self,
        supervisor: Supervisor,
        lanes: Lanes,
        policy: Policy,
        tally: Tally,
        *,
        dismiss: Callable[[WorkerHandle], None],
        demote: Callable[[WorkerHandle], None],
    ) -> None:
        self.workers: set[WorkerHandle] = set()
        self.leaving: set[WorkerHandle] = set()  # they end with their reply, and are watched until then
        self.idle: list[WorkerHandle] = []
        self.queue = Queue(lanes, tally)
        self._supervisor, self._lanes, self._policy = supervisor, lanes, policy
        self._dismiss, self._demote = dismiss, demote
        self._wanted = policy.least
        self._crowded_at = 0.0
        self._ticker: asyncio.TimerHandle | None = None
        self._filling: asyncio.TimerHandle | None = None

    def enter(self, job: Job) -> None:
        """Hand a job to a worker that is idle, or will soon be; else let it wait."""
        now = _now()
        self.idle = [worker for worker in self.idle if not worker.is_lost()]
        room = [
            worker
            for worker in self.workers
            if 0 < len(worker.jobs) < self._policy.ahead and now - worker.since < _FRESH_S and not worker.is_lost()
        ]
        if self.idle:
            if room and sum(len(worker.jobs) for worker in self.workers) >= _BUSY * self._lanes.workers:
                room[0].give(job)
                return
            worker = self.idle.pop()
            worker.since = now
            worker.give(job)
            self._watch()
            return
        if room:
            min(room, key=lambda worker: len(worker.jobs)).give(job)
            return
        self.queue.add(job)
        self._crowded_at = now
        is_short = len(self.queue) <= self._policy.ahead * len(self.workers)  # another cold cache would cost more
        if self._wanted < self._lanes.workers and not (is_short and self._wanted >= _PROCESSORS):
            self._wanted += 1
            self.fill()
        elif len(self.workers) < self._wanted:
            self._fill_later()

    def resume(self, worker: WorkerHandle) -> None:
        """Let a worker that has replied go on with its jobs, or with those that wait; without any it is idle."""
        worker.since = _now()
        while len(worker.jobs) < self._policy.ahead and (job := self.queue.take()):
            worker.give(job)
        if worker.jobs:
            self._watch()
        else:
            self.idle.append(worker)

    def take_back(self, worker: WorkerHandle) -> None:
        """Hand the jobs behind a worker's first one to others, before those that wait."""
        for place in range(len(worker.jobs) - 1, 0, -1):
            job, worker.jobs[place] = worker.jobs[place], None  # the reply that comes all the same is dropped
            if job is not None and not job.future.done():
                self.queue.add_first(job)
        while self.idle and len(self.queue):
            if not (worker := self.idle.pop()).is_lost():
                self.resume(worker)

    def remove(self, worker: WorkerHandle) -> None:
        """Take a worker out, for good or for another lane."""
        self.workers.discard(worker)
        self.leaving.discard(worker)
        if worker in self.idle:
            self.idle.remove(worker)

    def give_up(self, worker: WorkerHandle) -> None:
        """Take a worker out whose query is slow; another takes its place."""
        self.remove(worker)
        self._crowded_at = _now()
        self._wanted = max(self._wanted, min(self._policy.least + 1, self._lanes.workers))
        if self.workers:
            self._fill_later()
        else:
            self.fill()

    def lend(self) -> WorkerHandle | None:
        """Take out an idle worker for a slow query, if any can be spared."""
        if not (self._policy.spare and self.idle):
            return None
        worker = self.idle.pop()
        self.remove(worker)
        self.fill()
        return worker

    def regain(self, worker: WorkerHandle) -> None:
        """Take a worker in that was slow, in the place of one that has done less."""
        worker.is_slow = False
        self.workers.add(worker)
        self._supervisor.promote(worker)
        if self.idle and len(self.workers) > self._wanted + self._policy.spare:
            self._dismiss(max(self.idle, key=lambda idle: idle.number))

    def retire(self, folder: str) -> None:
        """Let go whoever reads another version than that of ``folder``: at once, or with the reply to its first job."""
        others = [worker for worker in self.workers if worker.is_ready and worker.folder != folder]
        for old in [worker for worker in others if worker in self.idle]:
            self._dismiss(old)
            others.remove(old)
        for old in others:
            self.remove(old)
            self.take_back(old)
            self.leaving.add(old)
        self.fill()

    def fill(self) -> None:
        """Keep as many workers as have been needed."""
        while len(self.workers) < self._wanted:
            self.hire()

    def _fill_later(self) -> None:
        """Fill a place if a query still waits for it in a while: who left may soon return, and a fork disturbs all."""
        if self._filling is None:
            self._filling = asyncio.get_running_loop().call_later(self._policy.patience_s, self._fill_if_short)

    def _fill_if_short(self) -> None:
        self._filling = None
        if len(self.queue) or not self.workers:
            self.fill()

    def hire(self) -> None:
        """Order one more worker."""
        self.workers.add(self._supervisor.spawn())

    def sweep(self) -> None:
        """Refuse the queries that have waited for too long; let a worker go that rests."""
        self.queue.sweep()
        is_resting = len(self.idle) > 1 and _now() - self._crowded_at > _REST_S
        if is_resting and self._wanted > self._policy.least:
            self._wanted -= 1
            self._dismiss(self.idle[0])

    def _watch(self) -> None:
        """See to it that busy workers are looked at."""
        if self._ticker is None:
            self._ticker = asyncio.get_running_loop().call_later(self._lanes.quick_query_s / 4, self._tick)

    def _tick(self) -> None:
        """Look for queries that are slow; again soon, while any worker is busy."""
        self._ticker = None
        now, quick_s = _now(), self._lanes.quick_query_s
        busy = [worker for worker in (*self.workers, *self.leaving) if worker.jobs]
        for worker in busy:
            waited_s = now - worker.since
            if waited_s < quick_s / 4:
                continue
            # On a crowded machine a query may have waited for the processor all the while. What was given ahead is
            # evaluated there all the same: to take it back for less would have it evaluated again and again.
            if waited_s > self._policy.patience_s or worker.used_s() > quick_s / 2:
                self.take_back(worker)
                if waited_s >= quick_s:
                    self._demote(worker)
        if busy:
            self._watch()


def _now() -> float:
    return asyncio.get_running_loop().time()
