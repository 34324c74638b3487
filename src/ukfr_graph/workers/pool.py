"""Two lanes of workers: quick queries never wait for slow ones.

A query starts in the quick lane. Past its first milliseconds it is demoted in place: it goes on with what
nobody else wants of the processors, a fresh worker takes its place, and at its time limit it is killed. A
query that was slow before starts in the slow lane, in a worker of its own.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields
from pathlib import Path

from ukfr_graph.errors import BusyError, DatasetError, QueryTimeoutError, RemoteError
from ukfr_graph.query.limits import Limits
from ukfr_graph.store.layout import CURRENT
from ukfr_graph.workers.link import Link, Reply
from ukfr_graph.workers.staff import Staff
from ukfr_graph.workers.wire import Head
from ukfr_graph.workers.worker import Source

_REMEMBERED = 4096  # slow queries
_RETRY_S = 1.0
_START_S = 30.0


class ClientLeftError(Exception):
    """The client went away; its evaluation was ended."""


@dataclass(frozen=True)
class Lanes:
    """Sizes and times of the lanes, by the names of their settings."""

    workers: int = 2
    slow_queries: int = 4
    queued_queries: int = 256
    quick_query_s: float = 0.02
    query_timeout_s: float = 30.0
    write_timeout_s: float = 120.0

    @classmethod
    def of(cls, settings: object) -> Lanes:
        """Take the sizes and times out of the settings."""
        return cls(**{field.name: getattr(settings, field.name) for field in fields(cls)})


@dataclass
class Tally:
    """What happened since the start."""

    demoted: int = 0
    timed_out: int = 0
    cancelled: int = 0
    crashed: int = 0
    refused: int = 0
    switched: int = 0


class Pool:
    """Gives queries to workers, within the limits; ``version`` is the one that is asked now."""

    def __init__(self, source: Source, limits: Limits, lanes: Lanes) -> None:
        self.source, self.lanes = source, lanes
        self.version = self.folder = self.fault = ""
        self.tally = Tally()
        self.staff = Staff(source, limits, on_ready=self._welcome, on_ended=self._replace)
        self._quick: set[Link] = set()
        self._slow: set[Link] = set()
        self._idle: list[Link] = []
        self._waiting: deque[asyncio.Future[Link]] = deque()
        self._known_slow: OrderedDict[Hashable, None] = OrderedDict()
        self._changed = asyncio.Event()
        self._writing = asyncio.Lock()
        self._is_stopping = False

    async def start(self) -> None:
        """Start the workers; return when the first one can be asked.

        Raises:
            DatasetError: none could open the dataset.
        """
        self.staff.start()
        self._fill()
        try:
            async with asyncio.timeout(_START_S):
                while not (self._idle or self.fault):
                    await self._next_change()
        except TimeoutError:
            self.fault = f"no worker was ready within {_START_S:g} s"
        if not self._idle:
            self.stop()
            raise DatasetError(self.fault)

    def stop(self) -> None:
        """End every worker."""
        self._is_stopping = True
        self.staff.stop()

    def count(self) -> dict[str, int]:
        """Count the workers that are idle, quick, slow, and the queries that wait for one."""
        lengths = {"idle": self._idle, "quick": self._quick, "slow": self._slow, "waiting": self._waiting}
        return {name: len(those) for name, those in lengths.items()}

    async def ask(self, head: Head, key: Hashable = None, on_slow: Callable[[Link], None] | None = None) -> Reply:
        """Give a task to a worker, and wait for its reply.

        ``key`` is what a slow query is remembered by; ``on_slow`` is called once when it leaves the quick lane.

        Raises:
            BusyError: too many queries wait, or are slow.
            QueryTimeoutError: it took longer than ``query_timeout_s``.
            QueryCrashedError: it ended its worker.
            RemoteError: the worker says what is wrong.
            ClientLeftError: ``leave`` was called.
        """
        loop = asyncio.get_running_loop()
        if key in self._known_slow:
            link = await self._hire_apart("worker")
            self._demote(link, on_slow)
        else:
            link = self._idle.pop() if self._idle else await self._wait()
            link.timer = loop.call_later(self.lanes.quick_query_s, self._demote, link, on_slow, key)
        started = loop.time()
        try:
            reply = await link.ask(head)
        except asyncio.CancelledError:
            self.staff.kill(link)
            raise
        finally:
            if link.timer is not None:
                link.timer.cancel()
            self._release(link)
        if link.is_slow and loop.time() - started < self.lanes.quick_query_s:
            self._known_slow.pop(key, None)
        return _check(reply)

    async def write(self, head: Head, body: bytes = b"") -> Reply:
        """Give a write to a writer of its own; return when it is durable and every new query sees it.

        Raises:
            QueryTimeoutError: it took longer than ``write_timeout_s``.
            BusyError, QueryCrashedError, RemoteError: see ``ask``.
        """
        async with self._writing:
            writer = await self._hire_apart("writer")
            timer = asyncio.get_running_loop().call_later(self.lanes.write_timeout_s, self._expire_write, writer)
            try:
                reply = _check(await writer.ask(head, body))
            finally:
                timer.cancel()
                writer.close()
            await self.refresh()
        return reply

    def leave(self, link: Link) -> None:
        """End an evaluation whose client has gone."""
        self.tally.cancelled += 1
        self.staff.kill(link)
        link.fail(ClientLeftError())

    async def refresh(self) -> None:
        """Ask the version that is in force on disk from now on; return when new queries see it."""
        if not self.source.root:
            return
        current = Path(self.source.root, CURRENT).resolve()
        while _age(str(current)) > _age(self.folder) and not self._is_stopping:
            if all(link.is_ready for link in self._quick):  # none is on its way already
                self._hire()
            await self._next_change()
            if self.fault:
                return

    def _hire(self) -> None:
        self._quick.add(self.staff.spawn())

    def _fill(self) -> None:
        """Keep as many quick workers as there should be."""
        while len(self._quick) < self.lanes.workers and not self._is_stopping:
            self._hire()

    def _welcome(self, link: Link) -> None:
        """Take a worker that is ready; one of a newer version makes it the version in force."""
        if link.is_closed:
            self.fault = link.fault
        elif not self.folder or _age(link.folder) > _age(self.folder):
            self._switch(link)
        if not link.is_closed:
            self.fault = ""
            self._release(link)
        self._notify()

    def _switch(self, link: Link) -> None:
        self.tally.switched += bool(self.folder)
        self.folder, self.version = link.folder, link.version
        for old in [old for old in self._quick if old.folder and old.folder != self.folder]:
            self._quick.discard(old)
            if old in self._idle:
                self._idle.remove(old)
                old.close()
        self._fill()

    def _replace(self, link: Link) -> None:
        """A worker has ended: another takes its place, at once or, where it could not even start, after a while."""
        self.tally.crashed += not link.is_closed
        self._quick.discard(link)
        self._slow.discard(link)
        if link in self._idle:
            self._idle.remove(link)
        if self._is_stopping:
            return
        if link.fault or not link.is_ready:
            asyncio.get_running_loop().call_later(_RETRY_S, self._fill)
        else:
            self._fill()
        self._notify()

    async def _wait(self) -> Link:
        """Wait in the queue for a quick worker."""
        if len(self._waiting) >= self.lanes.queued_queries:
            self.tally.refused += 1
            raise BusyError(f"{len(self._waiting)} queries are waiting already (UKFR_QUEUED_QUERIES). Try again soon.")
        loop = asyncio.get_running_loop()
        place: asyncio.Future[Link] = loop.create_future()
        self._waiting.append(place)
        try:
            async with asyncio.timeout(self.lanes.query_timeout_s):
                return await place
        except TimeoutError:
            raise BusyError("No worker became free within the time limit. Try again soon.") from None
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._release(place.result())
            raise

    async def _hire_apart(self, role: str) -> Link:
        """Start a worker for one task alone."""
        if role == "worker":
            self._check_slow_lane()
        place: asyncio.Future[Link] = asyncio.get_running_loop().create_future()
        link = self.staff.spawn(role, lambda ready: None if place.done() else place.set_result(ready))
        self._slow.add(link)
        try:
            async with asyncio.timeout(self.lanes.query_timeout_s):
                await place
        except (TimeoutError, asyncio.CancelledError):
            self._slow.discard(link)
            self.staff.kill(link)
            raise BusyError("No process could be started within the time limit. Try again soon.") from None
        if link.is_closed:
            raise DatasetError(link.fault)
        return link

    def _check_slow_lane(self) -> None:
        if len(self._slow) >= self.lanes.slow_queries:
            self.tally.refused += 1
            raise BusyError(
                f"{len(self._slow)} slow queries are running already (UKFR_SLOW_QUERIES), and this is another. "
                "Try again when they have ended."
            )

    def _release(self, link: Link) -> None:
        """Take a worker back that has replied: for the next in the queue, or to be idle, or to end."""
        if link.is_closed:
            return
        if link.is_slow or link.folder != self.folder:
            link.close()
            self._slow.discard(link)
            return
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(link)
                return
        self._idle.append(link)

    def _demote(self, link: Link, on_slow: Callable[[Link], None] | None, key: Hashable = None) -> None:
        """Move a query to the slow lane, in place."""
        link.is_slow = True
        self._quick.discard(link)
        try:
            if link not in self._slow:
                self._check_slow_lane()
        except BusyError as error:
            self.staff.kill(link)
            link.fail(error)
            self._fill()
            return
        self.tally.demoted += 1
        self._slow.add(link)
        self.staff.demote(link)
        self._fill()
        if key is not None:
            self._known_slow[key] = None
            if len(self._known_slow) > _REMEMBERED:
                self._known_slow.popitem(last=False)
        left = self.lanes.query_timeout_s - self.lanes.quick_query_s
        link.timer = asyncio.get_running_loop().call_later(max(0.0, left), self._expire, link)
        if on_slow is not None:
            on_slow(link)

    def _expire(self, link: Link) -> None:
        self.tally.timed_out += 1
        self.staff.kill(link)
        link.fail(
            QueryTimeoutError(
                f"The time limit of {self.lanes.query_timeout_s:g} s was reached (UKFR_QUERY_TIMEOUT_S). Narrow the "
                "query, or add LIMIT."
            )
        )

    def _expire_write(self, writer: Link) -> None:
        self.tally.timed_out += 1
        self.staff.kill(writer)
        writer.fail(
            QueryTimeoutError(
                f"The time limit of {self.lanes.write_timeout_s:g} s was reached (UKFR_WRITE_TIMEOUT_S). The write is "
                "in force as a whole or not at all: the version that /health names tells."
            )
        )

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _next_change(self) -> None:
        await self._changed.wait()


def _age(folder: str) -> int:
    """Tell which of two versions is newer: their folders are numbered."""
    number = folder.rpartition(".")[2]
    return int(number) if number.isdigit() else 0


def _check(reply: Reply) -> Reply:
    """Raise the error that a reply tells of; 404 is an answer."""
    head = reply.head
    if "title" in head:
        raise RemoteError(head["status"], head["title"], head["detail"], head.get("members", {}))
    return reply
