"""Two lanes of workers: quick queries never wait for slow ones.

A query starts in the quick lane. Past its first milliseconds of evaluation it is demoted in place: it goes on
with what nobody else wants of the processors, a fresh worker takes its place, and at its time limit it is
killed. A query that was slow before starts in the slow lane, in a worker of its own.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Hashable
from pathlib import Path

from ukfr_graph.errors import DatasetError
from ukfr_graph.limits import Limits
from ukfr_graph.store.layout import CURRENT
from ukfr_graph.workers.handle import Job, Reply, WorkerHandle
from ukfr_graph.workers.lanes import Lanes, Queue, Tally
from ukfr_graph.workers.slow_lane import SlowLane
from ukfr_graph.workers.supervisor import Supervisor
from ukfr_graph.workers.wire import Head
from ukfr_graph.workers.worker import DataSource
from ukfr_graph.workers.writers import START_S, Writers

_AHEAD = 8  # jobs that one quick worker is given at most: it need not sleep, and be woken, between two
_FRESH_S = 0.002  # a worker that began so lately with a job is likely to end it soon
_BUSY = 2  # jobs for each worker from which on it is cheaper to keep one busy than to wake another
_PATIENCE = 10  # times quick_query_s: how long a query may wait for the processor, and a place stay empty
# Of memory that a worker has kept from a slow query; the engine's caches alone take 400 MB.
_BLOATED_BYTES = 600_000_000
_RETRY_S = 1.0
_FIRST = 1  # quick worker: one more is hired when a query has to wait, or is slow, as long as there may be more …
_PROCESSORS = len(os.sched_getaffinity(0))
_REST_S = 60.0  # … and let go when none has had to wait for so long


class ClientLeftError(Exception):
    """The client went away; its evaluation was ended."""


class Pool:
    """A pool that gives queries to workers, within the limits; ``version`` is the one that is asked now."""

    def __init__(self, source: DataSource, limits: Limits, lanes: Lanes) -> None:
        self.source, self.lanes = source, lanes
        self._ahead = 1 if source.endpoint else _AHEAD  # nothing is spared by waiting behind who waits
        self.version = self.folder = self.fault = ""
        self.tally = Tally()
        self.supervisor = Supervisor(
            source, limits, on_ready=self._welcome, on_reply=self._continue, on_ended=self._replace
        )
        self._quick: set[WorkerHandle] = set()
        self._wanted = lanes.workers if source.endpoint else min(_FIRST, lanes.workers)
        self._crowded_at = 0.0
        self._idle: list[WorkerHandle] = []
        self._queue = Queue(lanes, self.tally)
        self._slow_lane = SlowLane(self.supervisor, lanes, self.tally, self._dismiss)
        self._writers = Writers(self.supervisor, lanes, self.tally)
        self._changed = asyncio.Event()
        self._writing, self._making = asyncio.Lock(), asyncio.Lock()
        self._ticker: asyncio.TimerHandle | None = None
        self._is_stopping = False

    async def start(self) -> None:
        """Start the workers; return when the first one can be asked.

        Raises:
            DatasetError: none could open the dataset.
        """
        self._loop = asyncio.get_running_loop()
        self.supervisor.start()
        self._fill()
        try:
            async with asyncio.timeout(START_S):
                while not (self._idle or self.fault):
                    await self._changed.wait()
        except TimeoutError:
            self.fault = f"No worker was ready within {START_S:g} s."
        if not self._idle:
            self.stop()
            raise DatasetError(self.fault)

    def stop(self) -> None:
        """End every worker."""
        self._is_stopping = True
        self.supervisor.stop()

    def count(self) -> dict[str, int]:
        """Count the workers that are idle, quick, slow, and the queries that wait for one."""
        waiting = len(self._queue) + len(self._slow_lane.queue)
        slow = len(self._slow_lane.workers)
        return {"idle": len(self._idle), "quick": len(self._quick), "slow": slow, "waiting": waiting}

    async def ask(self, head: Head, key: Hashable = None, on_slow: Callable[[Job], None] | None = None) -> Reply:
        """Hand a task to a worker, and return its reply.

        ``key`` is what a slow query is remembered by; ``on_slow`` is called once when it leaves the quick lane.

        Raises:
            BusyError: too many queries wait, or are slow.
            QueryTimeoutError: it took longer than ``query_timeout_s``.
            QueryCrashedError: it ended its worker.
            RemoteError: the worker says what is wrong.
            ClientLeftError: ``leave`` was called.
        """
        job = Job(head, b"", key, on_slow)
        if self._slow_lane.knows(job):
            self._slow_lane.enter(job, self._lend())
        else:
            self._dispatch(job)
        try:
            reply = await job.future
        except asyncio.CancelledError:
            self._abandon(job)
            raise
        return reply.check()

    async def write(self, head: Head, body: bytes = b"") -> Reply:
        """Hand a write to a writer of its own; return when it is durable and every new query sees it.

        Raises:
            QueryTimeoutError: it took longer than ``write_timeout_s``.
            DocumentRefusedError: reading the document that is to be put ended the writer.
            BusyError, QueryCrashedError, RemoteError: see ``ask``.
        """
        async with self._writing:
            try:
                return await self._writers.write(head, body)
            finally:
                await self.refresh()

    async def make(self, head: Head) -> Reply:
        """Have a writer of its own make a file beside the dataset; one at a time.

        Raises:
            QueryTimeoutError, BusyError, QueryCrashedError, RemoteError: see ``write``.
        """
        async with self._making:
            return await self._writers.make(head)

    def leave(self, job: Job) -> None:
        """End an evaluation whose client has gone."""
        self.tally.cancelled += 1
        job.fail(ClientLeftError())
        self._abandon(job)

    async def refresh(self) -> None:
        """Ask the version that is in force on disk from now on; return when new queries see it."""
        if not self.source.root:
            return
        current = str(Path(self.source.root, CURRENT).resolve())
        while _age(current) > _age(self.folder) and not self._is_stopping:
            if all(worker.is_ready for worker in self._quick):  # none is on its way already
                self._hire()
            await self._changed.wait()
            if self.fault:
                return

    def sweep(self) -> None:
        """Refuse the queries that have waited in a queue for longer than the time limit; let a worker go that rests."""
        self._queue.sweep()
        self._slow_lane.queue.sweep()
        is_here = not self.source.endpoint
        if is_here and self._wanted > _FIRST and len(self._idle) > 1 and self._loop.time() - self._crowded_at > _REST_S:
            self._wanted -= 1
            self._dismiss(self._idle.pop(0))

    def _dispatch(self, job: Job) -> None:
        """Hand a job to a worker that is idle, or will soon be; else let it wait."""
        now = self._loop.time()
        self._idle = [worker for worker in self._idle if not worker.is_lost()]
        room = [
            worker
            for worker in self._quick
            if 0 < len(worker.jobs) < self._ahead and now - worker.since < _FRESH_S and not worker.is_lost()
        ]
        if self._idle:
            if room and sum(len(worker.jobs) for worker in self._quick) >= _BUSY * self.lanes.workers:
                room[0].give(job)
                return
            worker = self._idle.pop()
            worker.since = now
            worker.give(job)
            self._watch()
            return
        if room:
            min(room, key=lambda worker: len(worker.jobs)).give(job)
            return
        self._queue.add(job)
        self._crowded_at = now
        is_ahead = len(self._queue) <= _AHEAD * len(self._quick)  # a cold cache more would cost more than it brings
        if self._wanted < self.lanes.workers and not (is_ahead and self._wanted >= _PROCESSORS):
            self._wanted += 1
            self._fill()

    def _continue(self, worker: WorkerHandle) -> None:
        """A worker has replied: it has another job, or gets one, or is idle; or its work is done."""
        if worker.is_lost():
            return  # it is replaced when the news of its death comes
        if worker.folder != self.folder or (worker.is_slow and not self._can_return(worker)):
            if worker.is_slow or not worker.jobs:
                self._dismiss(worker)
            return
        is_back = worker.is_slow
        if is_back:
            self._return_to_quick(worker)
        worker.since = self._loop.time()
        while len(worker.jobs) < self._ahead and (job := self._queue.take()):
            worker.give(job)
        if worker.jobs:
            self._watch()
        else:
            self._idle.append(worker)
        if is_back:
            self._slow_lane.leave(worker, self._lend)

    def _lend(self) -> WorkerHandle | None:
        """Spare an idle worker for a slow query at an endpoint elsewhere: there it takes no processor from others."""
        if not (self.source.endpoint and self._idle and self._slow_lane.has_room()):
            return None
        worker = self._idle.pop()
        self._quick.discard(worker)
        self._fill()
        return worker

    def _can_return(self, worker: WorkerHandle) -> bool:
        """Return whether a worker that was slow is good for quick queries: its engine is warm, it is not bloated."""
        is_free = worker in self._slow_lane.workers and not worker.jobs
        return is_free and self.supervisor.may_promote and worker.resident_bytes() < _BLOATED_BYTES

    def _return_to_quick(self, worker: WorkerHandle) -> None:
        """Take a worker back into the quick lane, in the place of one that has done less."""
        worker.is_slow = False
        self._quick.add(worker)
        self.supervisor.promote(worker)
        spare = self.lanes.slow_queries if self.source.endpoint else 0
        if self._idle and len(self._quick) > self._wanted + spare:
            coldest = max(self._idle, key=lambda idle: idle.number)
            self._idle.remove(coldest)
            self._dismiss(coldest)

    def _watch(self) -> None:
        """See to it that busy workers are looked at."""
        if self._ticker is None:
            self._ticker = self._loop.call_later(self.lanes.quick_query_s / 4, self._tick)

    def _tick(self) -> None:
        """Look for queries that have left the quick lane; again soon, while any worker is busy."""
        self._ticker = None
        now, quick_s = self._loop.time(), self.lanes.quick_query_s
        busy = [worker for worker in self._quick if worker.jobs]
        for worker in busy:
            waited = now - worker.since
            if waited < quick_s / 4:
                continue
            # On a crowded machine a query may have waited for the processor all the while. What was given ahead is
            # evaluated there all the same: to take it back for less would have it evaluated again and again.
            is_late = self.source.endpoint or waited > _PATIENCE * quick_s
            if is_late or worker.used_s() > quick_s / 2:
                self._take_back(worker)
                if waited >= quick_s:
                    self._demote(worker)
        if busy:
            self._watch()

    def _demote(self, worker: WorkerHandle) -> None:
        """Move a worker with its first query to the slow lane, in place; what it was given ahead goes elsewhere.

        Where it waits for an endpoint elsewhere, which nothing stops, it stays in its lane until there is room.
        """
        is_waiting = bool(self.source.endpoint)
        is_late = self._loop.time() - worker.since >= self.lanes.query_timeout_s
        if is_waiting and not (is_late or self._slow_lane.has_room()):
            return
        self._quick.discard(worker)
        self._crowded_at = self._loop.time()
        self._wanted = max(self._wanted, min(_FIRST + 1, self.lanes.workers))
        if self._quick and not is_waiting:  # it may soon return, and a fork would disturb the others
            self._loop.call_later(_PATIENCE * self.lanes.quick_query_s, self._fill)
        else:
            self._fill()
        job = worker.jobs[0]
        self._take_back(worker)
        if job is None:  # nobody waits for it any more
            self._dismiss(worker)
            return
        if is_waiting or self._slow_lane.has_room():
            self._slow_lane.take_over(worker, job, worker.since)
        else:  # it begins anew when there is room
            worker.jobs.clear()
            self._dismiss(worker)
            self._slow_lane.enter(job)

    def _take_back(self, worker: WorkerHandle) -> None:
        """Hand the jobs behind a worker's first one to others, before those that wait."""
        for place in range(len(worker.jobs) - 1, 0, -1):
            job, worker.jobs[place] = worker.jobs[place], None  # the reply that comes all the same is dropped
            if job is not None and not job.future.done():
                self._queue.add_first(job)
        while self._idle and len(self._queue):
            self._continue(self._idle.pop())

    def _abandon(self, job: Job) -> None:
        """Nobody waits for a job any more: its evaluation is ended, if it has begun."""
        worker = job.worker
        if worker is not None and worker.jobs and worker.jobs[0] is job:
            self._take_back(worker)
            self._dismiss(worker)

    def _dismiss(self, worker: WorkerHandle) -> None:
        """End a worker; its place is free at once."""
        self._quick.discard(worker)
        worker.close()
        self.supervisor.kill(worker)
        self._slow_lane.leave(worker)

    def _hire(self) -> None:
        self._quick.add(self.supervisor.spawn())

    def _fill(self) -> None:
        """Keep as many quick workers as have been needed."""
        while len(self._quick) < self._wanted and not self._is_stopping:
            self._hire()

    def _welcome(self, worker: WorkerHandle) -> None:
        """Take a worker that is ready; one of a newer version makes it the version in force."""
        if worker.is_closed:
            self.fault = worker.fault
        else:
            self.fault = ""
            if not self.version or _age(worker.folder) > _age(self.folder):
                self._switch(worker)
            self._continue(worker)
        self._notify()

    def _switch(self, worker: WorkerHandle) -> None:
        self.tally.switched += bool(self.version)
        self.folder, self.version = worker.folder, worker.version
        for old in [old for old in self._quick if old.is_ready and old.folder != self.folder]:
            self._quick.discard(old)
            if old in self._idle:
                self._idle.remove(old)
                self._dismiss(old)
        self._fill()

    def _replace(self, worker: WorkerHandle) -> None:
        """A worker has ended: another takes its place, at once or, where it could not even start, after a while."""
        self.tally.crashed += not worker.is_closed
        self._quick.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        if worker.jobs:
            self._take_back(worker)
        if self._is_stopping:
            return
        self._slow_lane.leave(worker)
        if worker.fault or not worker.is_ready:
            self._loop.call_later(_RETRY_S, self._fill)
        else:
            self._fill()
        self._notify()

    def _notify(self) -> None:
        """Wake who waits for a change of the workers."""
        self._changed.set()
        self._changed = asyncio.Event()


def _age(folder: str) -> int:
    """Tell which of two versions is newer: their folders are numbered."""
    number = folder.rpartition(".")[2]
    return int(number) if number.isdigit() else 0
