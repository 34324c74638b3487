"""Two lanes of workers: quick queries never wait for slow ones.

A query starts in the quick lane. Past its first milliseconds of evaluation it is demoted in place: it goes on
with what nobody else wants of the processors, a fresh worker takes its place, and at its time limit it is
killed. A query that was slow before starts in the slow lane, in a worker of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from pathlib import Path

from ukfr_graph.errors import DatasetError
from ukfr_graph.limits import Limits
from ukfr_graph.store.layout import CURRENT
from ukfr_graph.workers.handle import Job, Reply, WorkerHandle
from ukfr_graph.workers.lanes import Lanes, Policy, Tally
from ukfr_graph.workers.quick_lane import QuickLane
from ukfr_graph.workers.slow_lane import CERTAINLY_SLOW, SlowLane
from ukfr_graph.workers.supervisor import Supervisor
from ukfr_graph.workers.wire import Head
from ukfr_graph.workers.worker import DataSource
from ukfr_graph.workers.writers import START_S, Writers

# Of memory that a worker has kept from a slow query; the engine's caches alone take 400 MB.
_BLOATED_BYTES = 600_000_000
_RETRY_S = 1.0


class ClientLeftError(Exception):
    """The client went away; its evaluation was ended."""


class Pool:
    """A pool that gives queries to workers, within the limits; ``version`` is the one that is asked now."""

    def __init__(self, source: DataSource, limits: Limits, lanes: Lanes) -> None:
        self.source, self.lanes = source, lanes
        self.version = self.folder = self.fault = ""
        self.tally = Tally()
        self._policy = Policy.for_endpoint(lanes) if source.endpoint else Policy.for_dataset(lanes)
        self.supervisor = Supervisor(
            source, limits, self._policy, on_ready=self._welcome, on_reply=self._continue, on_ended=self._replace
        )
        self._quick_lane = QuickLane(
            self.supervisor, lanes, self._policy, self.tally, dismiss=self._dismiss, demote=self._demote
        )
        self._slow_lane = SlowLane(self.supervisor, lanes, self.tally, self._dismiss)
        self._writers = Writers(self.supervisor, lanes, self.tally)
        self._changed = asyncio.Event()
        self._writing, self._making = asyncio.Lock(), asyncio.Lock()
        self._is_stopping = False

    async def start(self) -> None:
        """Start the workers; return when the first one can be asked.

        Raises:
            DatasetError: none could open the dataset.
        """
        self._loop = asyncio.get_running_loop()
        self.supervisor.start()
        self._quick_lane.fill()
        try:
            async with asyncio.timeout(START_S):
                while not (self._quick_lane.idle or self.fault):
                    await self._changed.wait()
        except TimeoutError:
            self.fault = f"No worker was ready within {START_S:g} s."
        if not self._quick_lane.idle:
            self.stop()
            raise DatasetError(self.fault)

    def stop(self) -> None:
        """End every worker."""
        self._is_stopping = True
        self.supervisor.stop()

    def count(self) -> dict[str, int]:
        """Count the workers that are idle, quick, slow, and the queries that wait for one."""
        quick, slow = self._quick_lane, self._slow_lane
        waiting = len(quick.queue) + len(slow.queue)
        return {"idle": len(quick.idle), "quick": len(quick.workers), "slow": len(slow.workers), "waiting": waiting}

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
            self._quick_lane.enter(job)
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
            if all(worker.is_ready for worker in self._quick_lane.workers):  # none is on its way already
                self._quick_lane.hire()
            await self._changed.wait()
            if self.fault:
                return

    def sweep(self) -> None:
        """Refuse the queries that have waited in a queue for longer than the time limit; let a worker go that rests."""
        self._quick_lane.sweep()
        self._slow_lane.queue.sweep()

    def _continue(self, worker: WorkerHandle) -> None:
        """A worker has replied: it goes on in the quick lane, or its work is done."""
        if worker.is_lost():
            return  # it is replaced when the news of its death comes
        if worker.folder != self.folder or (worker.is_slow and not self._can_return(worker)):
            if worker.is_slow or not worker.jobs:
                self._dismiss(worker)
            return
        is_back = worker.is_slow
        if is_back:
            self._quick_lane.regain(worker)
        self._quick_lane.resume(worker)
        if is_back:
            self._slow_lane.leave(worker, self._lend)

    def _lend(self) -> WorkerHandle | None:
        """Return an idle worker for a slow query that may begin now, if one can be spared."""
        return self._quick_lane.lend() if self._slow_lane.has_room() else None

    def _can_return(self, worker: WorkerHandle) -> bool:
        """Return whether a worker that was slow is good for quick queries: its engine is warm, it is not bloated."""
        is_free = worker in self._slow_lane.workers and not worker.jobs
        return is_free and self.supervisor.may_promote and worker.resident_bytes() < _BLOATED_BYTES

    def _demote(self, worker: WorkerHandle) -> None:
        """Move a worker with its query to the slow lane; where there is no room, the query begins anew when there is.

        Until it has certainly been slow it stays in its lane then: to begin it anew, and fork for it, costs more than
        what it may still take. Where nothing ends it, it stays until there is room, or until its time is over.
        """
        may_go_on = self._slow_lane.has_room()
        waited_s = asyncio.get_running_loop().time() - worker.since
        if self._policy.evaluates_here:
            is_hardly_slow = worker.used_s() < CERTAINLY_SLOW * self.lanes.quick_query_s
            if not may_go_on and is_hardly_slow and waited_s < CERTAINLY_SLOW * self._policy.patience_s:
                return
        elif not may_go_on:
            if waited_s < self.lanes.query_timeout_s:
                return
            may_go_on = True
        self._quick_lane.give_up(worker)
        job = worker.jobs[0]
        if job is None:  # nobody waits for it any more
            self._dismiss(worker)
        elif may_go_on:
            self._slow_lane.take_over(worker, job, worker.since)
        else:
            worker.jobs.clear()
            self._dismiss(worker)
            self._slow_lane.enter(job)

    def _abandon(self, job: Job) -> None:
        """Nobody waits for a job any more: its evaluation is ended, if it has begun."""
        worker = job.worker
        if worker is not None and worker.jobs and worker.jobs[0] is job:
            self._quick_lane.take_back(worker)
            self._dismiss(worker)

    def _dismiss(self, worker: WorkerHandle) -> None:
        """End a worker; its place is free at once."""
        self._quick_lane.remove(worker)
        worker.close()
        self.supervisor.kill(worker)
        self._slow_lane.leave(worker)

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
        self._quick_lane.retire(worker.folder)

    def _replace(self, worker: WorkerHandle) -> None:
        """A worker has ended: another takes its place, at once or, where it could not even start, after a while."""
        self.tally.crashed += not worker.is_closed
        self._quick_lane.remove(worker)
        if worker.jobs:
            self._quick_lane.take_back(worker)
        if self._is_stopping:
            return
        self._slow_lane.leave(worker)
        if worker.fault or not worker.is_ready:
            self._loop.call_later(_RETRY_S, self._quick_lane.fill)
        else:
            self._quick_lane.fill()
        self._notify()

    def _notify(self) -> None:
        """Wake who waits for a change of the workers."""
        self._changed.set()
        self._changed = asyncio.Event()


def _age(folder: str) -> int:
    """Tell which of two versions is newer: their folders are numbered."""
    number = folder.rpartition(".")[2]
    return int(number) if number.isdigit() else 0
