"""Launching the fork server, which takes its time to start: whoever knows that one will be needed does it first."""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import NamedTuple


class ForkServerProcess(NamedTuple):
    """A fork server: ``wait`` for its end, at most so many seconds, and the socket at which it waits for its orders.

    It ends when the socket is closed.
    """

    wait: Callable[[float], object]
    control: socket.socket


def launch_fork_server() -> ForkServerProcess:
    """Start the fork server as a program of its own; it does nothing before it has its orders."""
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-m", "ukfr_graph.workers.fork_server", str(theirs.fileno())]
        process = subprocess.Popen(command, pass_fds=[theirs.fileno()])  # noqa: S603
    return ForkServerProcess(process.wait, ours)


def fork_fork_server() -> ForkServerProcess:
    """Fork the fork server from this process, so that both share what is imported; it waits for its orders too.

    This process must have one thread, and have opened and read nothing yet: the fork server, and each worker, would
    have it as well.
    """
    from ukfr_graph.workers.fork_server import obey_orders

    ours, theirs = socket.socketpair()

    def run() -> None:
        ours.close()
        obey_orders(theirs)

    gc.freeze()  # a collection writes to what it looks at, and what is written to is no longer shared
    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    theirs.close()
    atexit.register(ours.close)  # it ends its workers then; multiprocessing waits for that, and would end it alone
    return ForkServerProcess(process.join, ours)
