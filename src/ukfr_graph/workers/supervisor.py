"""The fork server as the server sees it: a child process that is told to spawn, demote and kill workers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from ukfr_graph.limits import Limits
from ukfr_graph.workers.handle import WorkerHandle
from ukfr_graph.workers.lanes import Policy
from ukfr_graph.workers.launching import ForkServerProcess, launch_fork_server
from ukfr_graph.workers.sandbox import Isolation
from ukfr_graph.workers.worker import DataSource

_EVENT_BYTES = 65_536
_DESCRIPTORS = 64
_END_S = 10


class Supervisor:
    """Starts the fork server, and starts it anew should it end; ``workers`` are the workers by number."""

    def __init__(
        self,
        source: DataSource,
        limits: Limits,
        policy: Policy,
        *,
        on_ready: Callable[[WorkerHandle], None],
        on_reply: Callable[[WorkerHandle], None],
        on_ended: Callable[[WorkerHandle], None],
    ) -> None:
        self.workers: dict[int, WorkerHandle] = {}
        self.may_promote = not policy.evaluates_here  # others are never demoted
        self.isolation: Isolation = "none"
        self._source, self._limits, self._policy = source, limits, policy
        self._on_ready, self._on_reply, self._on_ended = on_ready, on_reply, on_ended
        self._numbers = 0
        self._buffer = b""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._control: socket.socket | None = None
        self._wait: Callable[[float], object] | None = None

    def launch(self, launched: ForkServerProcess | None = None) -> None:
        """Send its orders to the fork server, one that is launched or a new one; it is read from ``start`` on."""
        self._wait, self._control = launched or launch_fork_server()
        # Not as arguments or variables, which others on this machine may read: a password may be among them.
        self._tell({"source": asdict(self._source), "limits": asdict(self._limits)})
        self._control.setblocking(False)

    def start(self) -> None:
        """Listen to the fork server, and launch it where that was not done."""
        if self._control is None:
            self.launch()
        assert self._control is not None
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._control.fileno(), self._read)

    def spawn(
        self, role: str = "worker", on_ready: Callable[[WorkerHandle], None] | None = None, *, is_slow: bool = False
    ) -> WorkerHandle:
        """Order a worker; ``on_ready`` is called with it when it can be asked.

        One that ``is_slow`` leaves the others the larger part of the processors while it opens the dataset.
        """
        self._numbers += 1
        worker = self.workers[self._numbers] = WorkerHandle(self._numbers, on_ready or self._on_ready, self._on_reply)
        slow = is_slow and self._policy.evaluates_here
        self._tell({"do": "spawn", "number": worker.number, "role": role, "slow": slow})
        return worker

    def demote(self, worker: WorkerHandle) -> None:
        """Let a worker have only what no other process wants of the processors (``SCHED_IDLE``)."""
        if self._policy.evaluates_here:
            self._tell({"do": "demote", "number": worker.number})

    def promote(self, worker: WorkerHandle) -> None:
        """Let a worker have its share of the processors again."""
        if self._policy.evaluates_here:
            self._tell({"do": "promote", "number": worker.number})

    def kill(self, worker: WorkerHandle) -> None:
        """End a worker at once, whatever it does."""
        worker.is_closed = True
        self._tell({"do": "kill", "number": worker.number})

    def stop(self) -> None:
        """End the fork server, and with it every worker."""
        if self._control is not None:
            if self._loop is not None:
                self._loop.remove_reader(self._control.fileno())
            self._control.close()
            self._control = None
        if self._wait is not None:
            self._wait(_END_S)

    def _tell(self, command: dict[str, Any]) -> None:
        if self._control is not None:
            with contextlib.suppress(OSError):  # a fork server that has ended is found by reading
                self._control.sendall(json.dumps(command).encode() + b"\n")

    def _read(self) -> None:
        assert self._control is not None
        try:
            data, descriptors, _, _ = socket.recv_fds(self._control, _EVENT_BYTES, _DESCRIPTORS)
        except BlockingIOError:
            return
        except OSError:
            data, descriptors = b"", []
        if not data:
            self._restart()
            return
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            event = json.loads(line)
            if event["event"] == "able":
                self.may_promote |= event["promote"]
                self.isolation = event["isolation"]
            elif event["event"] == "spawned":
                self._connect(self.workers.get(event["number"]), event["pid"], descriptors.pop(0))
            elif worker := self.workers.pop(event["number"], None):
                self._on_ended(worker)
                worker.ended(event["status"])

    def _connect(self, worker: WorkerHandle | None, pid: int, descriptor: int) -> None:
        if worker is None:
            os.close(descriptor)
            return
        worker.pid = pid
        end = socket.socket(fileno=descriptor)
        loop = asyncio.get_running_loop()
        task = loop.create_task(loop.create_unix_connection(lambda: worker, sock=end))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _restart(self) -> None:
        """The fork server has ended: so have its workers, or they are ended now."""
        self.stop()
        workers, self.workers, self._buffer = list(self.workers.values()), {}, b""
        self.start()
        for worker in workers:
            with contextlib.suppress(ProcessLookupError):  # it ended with the fork server
                if worker.pid:
                    os.kill(worker.pid, signal.SIGKILL)
            self._on_ended(worker)
            worker.ended(-signal.SIGTERM)
