"""The fork server: a small process without threads or an event loop, which forks workers and reaps them.

It has imported the engine, so that a worker starts in the time of a fork; it never opens a store, because
the engine's threads do not survive forking. It is commanded by JSON lines on a socket; when that socket
closes, it ends everything. Commands: ``spawn`` (number, role, slow), ``kill``, ``demote`` and ``promote`` (number).
Events: ``spawned`` (with the worker's socket as ancillary data), ``ended`` (with the wait status) and, once,
``able`` (whether it may promote, which takes the right ``CAP_SYS_NICE``, and how workers are isolated).

Workers over a dataset are isolated (see ``sandbox``). Where SERVICE is allowed, the relay runs in a process of its
own, and the fork server hands its sockets to the workers that ask for one.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import secrets
import selectors
import signal
import socket
import sys
from typing import Any

from ukfr_graph.limits import Limits
from ukfr_graph.query.federation import Route
from ukfr_graph.store.listing import SharedListing
from ukfr_graph.workers.sandbox import Isolation, connect_to_relay, end_with_parent, find_isolation, isolate
from ukfr_graph.workers.wire import Channel
from ukfr_graph.workers.worker import DataSource, work, write

_COMMAND_BYTES = 65_536
_SOCKET_BUFFER_BYTES = 1 << 20
_SLOW_NICENESS = 10  # a tenth of the share of others; SCHED_IDLE might never open the dataset on a crowded machine


class ForkServer:
    """The children by number, and the control socket."""

    def __init__(self, control: socket.socket, source: DataSource, limits: Limits) -> None:
        self._control, self._source, self._limits = control, source, limits
        self._children: dict[int, int] = {}  # number → process
        self._selector = selectors.DefaultSelector()
        self._listeners: dict[int, int] = {}  # number → descriptor at which a worker asks for sockets
        self._gate: socket.socket | None = None  # at which the relay listens
        self._route: Route | None = None
        self._relay = 0
        self._isolation: Isolation = "none"
        self._listing = SharedListing() if source.endpoint else None

    def run(self) -> None:
        """Obey until the control socket is closed."""
        wake, woken = socket.socketpair()
        woken.setblocking(False)
        signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        if self._source.root:
            if self._limits.service_allow:
                self._gate = socket.create_server(("127.0.0.1", 0))
                self._route = Route(self._gate.getsockname()[1], secrets.token_urlsafe(16))
            self._isolation = find_isolation(with_relay=self._route is not None)
        self._tell({"event": "able", "promote": _may_promote(), "isolation": self._isolation})
        if self._source.endpoint:
            import httpx  # noqa: F401 - slow to import, and needed by each worker

        gc.freeze()  # what was imported stays shared with the children
        self._start_relay()
        buffer = b""
        with self._selector as selector:
            selector.register(self._control, selectors.EVENT_READ)
            selector.register(wake, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is wake:
                        wake.recv(4096)
                        self._reap()
                        continue
                    if key.fd in self._listeners.values():
                        assert self._route is not None
                        connect_to_relay(key.fd, self._route.port)
                        continue
                    if key.fileobj is not self._control:  # a listener that was closed in this round
                        continue
                    data = b""
                    with contextlib.suppress(ConnectionResetError):  # the server ended, and had not read everything
                        data = self._control.recv(_COMMAND_BYTES)
                    if not data:
                        signal.set_wakeup_fd(-1)
                        self._end_all()
                        return
                    *lines, buffer = (buffer + data).split(b"\n")
                    for line in lines:
                        self._obey(json.loads(line))

    def _obey(self, command: dict[str, Any]) -> None:
        number = command["number"]
        if command["do"] == "spawn":
            self._spawn(number, command["role"], is_slow=command["slow"])
        elif pid := self._children.get(number):  # not reaped yet, so the number of the process is still its own
            with contextlib.suppress(ProcessLookupError, PermissionError):  # it ended, or the system forbids promoting
                if command["do"] == "kill":
                    os.kill(pid, signal.SIGKILL)
                else:
                    policy = os.SCHED_IDLE if command["do"] == "demote" else os.SCHED_OTHER
                    os.sched_setscheduler(pid, policy, os.sched_param(0))
                    if command["do"] == "promote":
                        os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, 0))

    def _spawn(self, number: int, role: str, *, is_slow: bool) -> None:
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            try:
                if is_slow:
                    os.nice(_SLOW_NICENESS)
                self._control.close()
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SOCKET_BUFFER_BYTES)
                self._isolate(theirs)
                ours.close()
                if role == "writer":
                    write(Channel(theirs), self._source, self._limits, self._route)
                else:
                    work(Channel(theirs), self._source, self._limits, self._route, self._listing)
                os._exit(0)
            except BaseException as error:  # the child must not return into the loop of its parent
                sys.stderr.write(f"worker {number}: {error!r}\n")
                os._exit(1)
        theirs.close()
        self._children[number] = pid
        if self._route and self._isolation == "seccomp":
            self._listen_to(number, ours)
        self._tell({"event": "spawned", "number": number, "pid": pid}, ours.fileno())
        ours.close()

    def _isolate(self, end: socket.socket) -> None:
        """Close the doors of this process, a worker; where there is a relay, the fork server gets what leads to it."""
        if self._gate is not None:
            self._gate.close()
        for listener in self._listeners.values():  # those of other workers
            os.close(listener)
        if self._isolation == "none":
            return
        own = isolate(with_relay=self._route is not None)
        if own is not None:
            socket.send_fds(end, [b"."], [own])
            os.close(own)

    def _listen_to(self, number: int, end: socket.socket) -> None:
        _, descriptors, _, _ = socket.recv_fds(end, 1, 1)
        if descriptors:  # or else it ended before
            self._listeners[number] = descriptors[0]
            self._selector.register(descriptors[0], selectors.EVENT_READ)

    def _start_relay(self) -> None:
        """Start the process that calls other hosts, where any is allowed."""
        if self._gate is None or self._route is None:
            return
        self._relay = os.fork()
        if self._relay == 0:
            try:
                end_with_parent()
                self._control.close()
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                from ukfr_graph.query.relay import Relay  # heavy: not in the fork server

                Relay(self._limits.service_allow, listener=self._gate, secret=self._route.secret).serve()
            except BaseException as error:  # as in ``_spawn``
                sys.stderr.write(f"relay: {error!r}\n")
            os._exit(1)

    def _reap(self) -> None:
        if self._relay and os.waitpid(self._relay, os.WNOHANG)[0]:
            self._start_relay()
        for number, pid in list(self._children.items()):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                del self._children[number]
                if (listener := self._listeners.pop(number, None)) is not None:
                    self._selector.unregister(listener)
                    os.close(listener)
                self._tell({"event": "ended", "number": number, "status": os.waitstatus_to_exitcode(status)})

    def _tell(self, event: dict[str, Any], *descriptors: int) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the server has ended, which ``run`` finds
            socket.send_fds(self._control, [json.dumps(event).encode() + b"\n"], list(descriptors))

    def _end_all(self) -> None:
        for pid in filter(None, (self._relay, *self._children.values())):
            with contextlib.suppress(ProcessLookupError):  # it has ended and was not reaped yet
                os.kill(pid, signal.SIGKILL)


def _may_promote() -> bool:
    """Try in a child whether what was demoted can be promoted again."""
    pid = os.fork()
    if pid == 0:
        try:
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0


def obey_orders(control: socket.socket) -> None:
    """Run a fork server on its control socket; the first line that comes has the orders."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the server decides
    with control.makefile("rb", buffering=0) as lines:  # unbuffered: what comes after the line is left
        line = lines.readline()
    if line:  # else the server has gone
        orders = json.loads(line)
        ForkServer(control, DataSource(**orders["source"]), Limits(**orders["limits"])).run()


def main() -> None:
    """Run a fork server on the control socket whose descriptor is the first argument."""
    obey_orders(socket.socket(fileno=int(sys.argv[1])))


if __name__ == "__main__":
    main()
