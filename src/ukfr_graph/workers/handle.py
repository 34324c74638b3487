"""The server's end of one worker: a socket on the event loop, and the jobs that it has been given."""

from __future__ import annotations

import asyncio
import signal
from collections import deque
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import NamedTuple, cast

from ukfr_graph.errors import Message, QueryCrashedError, RemoteError
from ukfr_graph.errors import mark as _
from ukfr_graph.workers.memory import measure_resident_bytes
from ukfr_graph.workers.wire import Decoder, Head, pack

_MEMORY_SIGNALS = (signal.SIGABRT, signal.SIGKILL)


class Reply(NamedTuple):
    """A worker's answer: its head (``status``, then what the task gives) and its body."""

    head: Head
    body: bytes

    def check(self) -> Reply:
        """Return the answer, unless it tells of an error.

        Raises:
            RemoteError: the worker says what is wrong.
        """
        head = self.head
        if "title" in head:
            message = Message.from_plain(head["message"])
            raise RemoteError(head["status"], head["title"], message, head.get("members", {}))
        return self


class Job:
    """A task for a worker, and the future of its reply.

    ``key`` is what a slow query is remembered by; ``on_slow`` is called when it leaves the quick lane; ``waits_until``
    is the loop's time at which it is refused, however often it waits.
    """

    __slots__ = ("body", "future", "head", "key", "on_slow", "waits_until", "worker")

    def __init__(
        self, head: Head, body: bytes = b"", key: Hashable = None, on_slow: Callable[[Job], None] | None = None
    ) -> None:
        self.head, self.body, self.key, self.on_slow = head, body, key, on_slow
        self.worker: WorkerHandle | None = None
        self.waits_until = 0.0
        self.future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    def fail(self, error: Exception) -> None:
        """End the wait for a reply with an error."""
        if not self.future.done():
            self.future.set_exception(error)


class WorkerHandle(asyncio.Protocol):
    """A worker by its ``number``.

    ``jobs`` are in the order in which it works on them, none standing for one that was taken back. When it
    began with the first, ``cpu_s`` was the processor time that it had used, and ``since`` the loop's time.
    ``is_slow`` says that it is out of the quick lane.
    """

    def __init__(
        self, number: int, on_ready: Callable[[WorkerHandle], None], on_reply: Callable[[WorkerHandle], None]
    ) -> None:
        self.number = number
        self.pid = 0
        self.version = self.folder = self.fault = ""
        self.is_ready = self.is_slow = self.is_closed = False
        self.jobs: deque[Job | None] = deque()
        self.cpu_s = self.since = 0.0
        self.timer: asyncio.TimerHandle | None = None
        self._on_ready, self._on_reply = on_ready, on_reply
        self._transport: asyncio.Transport | None = None
        self._decoder = Decoder()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def is_lost(self) -> bool:
        """Return whether the worker's end of the socket is gone, though the news of its death has yet to come."""
        return self._transport is None or self._transport.is_closing()

    def give(self, job: Job) -> None:
        """Send a job; its future has the reply. A worker that is lost fails it when the news comes."""
        job.worker = self
        self.jobs.append(job)
        if self._transport is None or self.is_lost():
            return
        self._transport.write(pack(job.head, job.body))
        if job.body:
            self._transport.write(job.body)

    def data_received(self, data: bytes) -> None:
        """Take a piece of the worker's messages; the first message says that it is ready."""
        self._decoder.feed(data)
        while message := self._decoder.take():
            head, body = message
            if not self.is_ready:
                self.version, self.folder = head.get("ready", ""), head.get("folder", "")
                self.fault = head.get("error", "")
                self.is_closed, self.is_ready = bool(self.fault), True
                self.cpu_s = head.get("cpu", 0.0)  # to open the dataset is no part of the first job
                self._on_ready(self)
            elif self.jobs and not self.is_closed:
                job = self.jobs.popleft()
                self.cpu_s = head.get("cpu", self.cpu_s)
                if job is not None and not job.future.done():
                    job.future.set_result(Reply(head, body))
                self._on_reply(self)

    def used_s(self) -> float:
        """Return the processor time that the first job has used so far, in seconds."""
        try:
            return int(Path(f"/proc/{self.pid}/schedstat").read_text().split()[0]) / 1e9 - self.cpu_s
        except (OSError, ValueError, IndexError):
            return float("inf")

    def resident_bytes(self) -> int:
        """Return the memory that the worker holds."""
        return measure_resident_bytes(self.pid)

    def ended(self, status: int) -> None:
        """Say why there will be no reply: ``status`` is an exit code, or a signal as a negative number."""
        self.is_closed = True
        if -status in _MEMORY_SIGNALS:
            cause = _("it needed more memory than one query may have (UKFR_QUERY_MEMORY_BYTES)")
        elif -status == signal.SIGXCPU:
            cause = _("it took more processor time than it may (UKFR_UPLOAD_CPU_S)")
        else:
            cause = _("it broke the engine")
        if self.jobs:
            error = QueryCrashedError(
                "The evaluation was ended: %(cause)s. Only this request is affected.", cause=Message(cause)
            )
            if job := self.jobs.popleft():
                job.fail(error)

    def close(self) -> None:
        """Close the socket; an idle worker ends by itself then."""
        self.is_closed = True
        if self._transport is not None:
            self._transport.close()
