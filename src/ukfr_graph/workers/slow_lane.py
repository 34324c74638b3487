"""The slow lane: queries that take what nobody else wants of the processors, each in a worker of its own."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from ukfr_graph.errors import DatasetError, QueryTimeoutError
from ukfr_graph.workers.handle import Job, WorkerHandle
from ukfr_graph.workers.lanes import Lanes, Queue, Tally
from ukfr_graph.workers.supervisor import Supervisor

_REMEMBERED = 4096  # slow queries
_FAR_FROM_ENDLESS = 0.1  # of the time limit
_CONSTANT = re.compile(r"""<[^<>\s]*>|"[^"\n]*"|'[^'\n]*'|\b\d[\d.]*""")

CERTAINLY_SLOW = 10
"""Times ``quick_query_s`` of processor time."""


class SlowLane:
    """Runs so many slow queries at a time; ``dismiss`` lets a worker go.

    It remembers which were slow, and of those that reached the time limit what they look like but for their constants:
    the next of that kind need not first take from the others what it takes to see that it is slow.
    """

    def __init__(
        self, supervisor: Supervisor, lanes: Lanes, tally: Tally, dismiss: Callable[[WorkerHandle], None]
    ) -> None:
        self.workers: set[WorkerHandle] = set()
        self.queue = Queue(lanes, tally)
        self._supervisor, self._lanes, self._tally, self._dismiss = supervisor, lanes, tally, dismiss
        self._known: OrderedDict[Hashable, None] = OrderedDict()
        self._endless: OrderedDict[bytes, None] = OrderedDict()

    def knows(self, job: Job) -> bool:
        """Return whether a query was slow before, or one that differs in nothing but constants did not end in time."""
        return job.key in self._known or (bool(self._endless) and _find_kind(job) in self._endless)

    def has_room(self) -> bool:
        """Return whether one more may run."""
        return len(self.workers) < self._lanes.slow_queries

    def enter(self, job: Job, worker: WorkerHandle | None = None) -> None:
        """Start a slow query in a worker of its own, which may be given, or let it wait for room."""
        self._remember(job)
        if worker is not None:
            self._begin(worker, job)
            return
        if self.has_room():
            self.workers.add(self._supervisor.spawn("worker", lambda ready: self._begin(ready, job), is_slow=True))
            return
        if job.on_slow is not None:
            job.on_slow(job)
            job.on_slow = None
        self.queue.add(job)

    def take_over(self, worker: WorkerHandle, job: Job, since: float) -> None:
        """Let a query that runs already go on here, until its time, counted from ``since``, is over."""
        worker.is_slow = True
        self.workers.add(worker)
        self._tally.demoted += 1
        self._supervisor.demote(worker)
        self._remember(job)
        worker.timer = asyncio.get_running_loop().call_at(since + self._lanes.query_timeout_s, self._expire, worker)
        if job.on_slow is not None:
            job.on_slow(job)

    def leave(self, worker: WorkerHandle, lend: Callable[[], WorkerHandle | None] = lambda: None) -> None:
        """Take a worker out; those that wait get its place, in a worker that is lent, if any is."""
        self.workers.discard(worker)
        if worker.timer is not None:
            worker.timer.cancel()
            worker.timer = None
        while self.has_room() and (job := self.queue.take()):
            self.enter(job, lend())

    def _begin(self, worker: WorkerHandle, job: Job) -> None:
        if worker.is_closed:
            job.fail(DatasetError(worker.fault))
        elif job.future.done():
            self._dismiss(worker)
        else:
            started = asyncio.get_running_loop().time()
            worker.give(job)
            self.take_over(worker, job, started)
            job.future.add_done_callback(lambda _: self._forgive(job, started))

    def _remember(self, job: Job) -> None:
        if job.key is not None:
            _keep(self._known, job.key)

    def _forgive(self, job: Job, started: float) -> None:
        """Forget that a query was slow, when it is not."""
        took_s = asyncio.get_running_loop().time() - started
        if took_s < self._lanes.quick_query_s:
            self._known.pop(job.key, None)
        if took_s < self._lanes.query_timeout_s * _FAR_FROM_ENDLESS:
            self._endless.pop(_find_kind(job), None)

    def _expire(self, worker: WorkerHandle) -> None:
        self._tally.timed_out += 1
        job = worker.jobs[0] if worker.jobs else None
        if job is not None:
            # On a crowded machine a cheap query may have waited for the processor all the while.
            if worker.used_s() > self._lanes.quick_query_s * CERTAINLY_SLOW and (kind := _find_kind(job)):
                _keep(self._endless, kind)
            job.fail(self._explain_expiry(worker))
        self._dismiss(worker)

    def _explain_expiry(self, worker: WorkerHandle) -> QueryTimeoutError:
        """Return the error that the time is over; where another engine was asked, its version is that one's address."""
        limit_s = f"{self._lanes.query_timeout_s:g}"
        if worker.folder:
            return QueryTimeoutError(
                "The time limit of %(limit_s)s s was reached (UKFR_QUERY_TIMEOUT_S). Narrow the query, or add LIMIT.",
                limit_s=limit_s,
            )
        return QueryTimeoutError(
            "The endpoint %(endpoint)s has not answered within the time limit of %(limit_s)s s (UKFR_QUERY_TIMEOUT_S). "
            "Narrow the query, or add LIMIT.",
            endpoint=worker.version,
            limit_s=limit_s,
        )


def find_kind(text: str) -> bytes:
    """Return what queries have in common that differ in their IRIs, texts and numbers alone.

    >>> find_kind("ASK { <urn:a> ?p 'x' FILTER (?p > 1.5) }") == find_kind('ASK { <urn:b> ?p "yz" FILTER (?p > 20) }')
    True
    >>> find_kind("ASK { <urn:a> ?p ?o }") == find_kind("ASK { ?s ?p ?o }")
    False
    """
    return hashlib.blake2b(_CONSTANT.sub("?", text).encode("utf-8", "replace"), digest_size=16).digest()


def _find_kind(job: Job) -> bytes:
    """Return the kind of a query that somebody wrote; of a question of ours, what is asked about tells."""
    return b"" if "query" not in job.head or job.head.get("parameters") else find_kind(job.head["query"])


def _keep(kept: OrderedDict[Any, None], key: Hashable) -> None:
    kept[key] = None
    if len(kept) > _REMEMBERED:
        kept.popitem(last=False)
