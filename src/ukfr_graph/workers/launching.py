"""Launching the fork server, which takes its time to start: whoever knows that one will be needed does it first."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import NamedTuple


class ForkServerProcess(NamedTuple):
    """The process of a fork server, and the socket at which it waits for its orders; it ends when that is closed."""

    process: subprocess.Popen[bytes]
    control: socket.socket


def launch_fork_server() -> ForkServerProcess:
    """Start the process of a fork server; it does nothing before it has its orders."""
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-m", "ukfr_graph.workers.fork_server", str(theirs.fileno())]
        return ForkServerProcess(subprocess.Popen(command, pass_fds=[theirs.fileno()]), ours)  # noqa: S603
