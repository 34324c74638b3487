"""Writers: a process of its own for each write, and for each file that is made beside the dataset."""

from __future__ import annotations

import asyncio
import signal

from ukfr_graph.errors import BusyError, DocumentRefusedError, Message, QueryCrashedError, QueryTimeoutError
from ukfr_graph.errors import mark as _
from ukfr_graph.workers.handle import Job, Reply, WorkerHandle
from ukfr_graph.workers.lanes import Lanes, Tally
from ukfr_graph.workers.supervisor import Supervisor
from ukfr_graph.workers.wire import Head

START_S = 30.0
"""The time in which a process is to be ready, in seconds."""
_WRITE_EXPIRED = _("The write is in force as a whole or not at all: the version that /health names tells.")
_MAKE_EXPIRED = _("What was made before is kept: ask again, or let the operator run 'ukfr-graph export all'.")


class Writers:
    """Starts a writer for each job, within ``write_timeout_s``."""

    def __init__(self, supervisor: Supervisor, lanes: Lanes, tally: Tally) -> None:
        self._supervisor, self._lanes, self._tally = supervisor, lanes, tally

    async def write(self, head: Head, body: bytes) -> Reply:
        """Write; return when it is durable.

        Raises:
            QueryTimeoutError, DocumentRefusedError, BusyError, QueryCrashedError, RemoteError: see ``Pool.write``.
        """
        try:
            return await self._employ(head, body, _WRITE_EXPIRED)
        except QueryCrashedError as error:
            if head["task"] != "put":
                raise
            raise DocumentRefusedError(
                "The document could not be read. %(error)s Nothing was changed.", error=error.message
            ) from None

    async def make(self, head: Head) -> Reply:
        """Make a file.

        Raises:
            QueryTimeoutError, BusyError, QueryCrashedError, RemoteError: see ``Pool.write``.
        """
        return await self._employ(head, b"", _MAKE_EXPIRED)

    async def _employ(self, head: Head, body: bytes, expired: str) -> Reply:
        """Hand a job to a writer, and return its reply; ``expired`` says what to do when its time is over."""
        writer = await self._start()
        job = Job(head, body)
        writer.timer = asyncio.get_running_loop().call_later(self._lanes.write_timeout_s, self._expire, writer, expired)
        writer.give(job)
        if writer.is_closed:  # it was killed before
            writer.ended(-signal.SIGKILL)
        return (await asyncio.shield(job.future)).check()

    async def _start(self) -> WorkerHandle:
        """Start a process for one write."""
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        writer = self._supervisor.spawn("writer", lambda _: None if place.done() else place.set_result(None))
        writer.is_slow = True
        try:
            async with asyncio.timeout(START_S):
                await place
        except TimeoutError:
            self._supervisor.kill(writer)
            raise BusyError(
                "No process could be started within %(limit_s)s s. Try again soon.", limit_s=f"{START_S:g}"
            ) from None
        return writer

    def _expire(self, writer: WorkerHandle, expired: str) -> None:
        self._tally.timed_out += 1
        self._supervisor.kill(writer)
        assert writer.jobs[0] is not None  # the one write
        limit = "The time limit of %(limit_s)s s was reached (UKFR_WRITE_TIMEOUT_S). %(advice)s"
        writer.jobs[0].fail(
            QueryTimeoutError(limit, limit_s=f"{self._lanes.write_timeout_s:g}", advice=Message(expired))
        )
