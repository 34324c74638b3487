"""The check of a workspace beside a server that codes: in a process of its own, again after every act.

The process is forked, because a process that makes pages may start no program (``workers.sandbox``), and keeps what it
has read, as ``check --watch`` does. It ends when the server closes the pipe, or ends itself.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock

from ukfr_graph.build.findings import Checked, Checker
from ukfr_graph.errors import BusyError, SettingsError, UkfrError
from ukfr_graph.workspace import read_workspaces

_NICENESS = 5  # after who waits for the page of an act
_PATIENCE_S = 120


class BackgroundCheck:
    """Checks the workspace in a folder, one check at a time."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = Lock()
        self._ends: tuple[Connection, Connection] | None = None

    def check(self) -> Checked:
        """Check the workspace as its files are now.

        Raises:
            BusyError: the process does not answer, or was ended.
            SettingsError: the workspace cannot be read at all.
        """
        with self._lock:
            try:
                if self._ends is None:
                    self._ends = self._start()
                answers, orders = self._ends
                orders.send(None)
                found = answers.recv() if answers.poll(_PATIENCE_S) else None
            except (EOFError, OSError):
                found = None
        if found is None:
            self.stop()
            raise BusyError("The check was not finished; ask again.")
        if isinstance(found, str):
            raise SettingsError(found)
        checked: Checked = found
        return checked

    def stop(self) -> None:
        """End the process."""
        ends, self._ends = self._ends, None
        for end in ends or ():
            end.close()

    def _start(self) -> tuple[Connection, Connection]:
        """Fork the process; returns the end of its answers, and that of what it is asked."""
        answers, orders = os.pipe(), os.pipe()
        if os.fork() == 0:
            try:
                _serve(self._root, orders[0], answers[1])
            except EOFError:  # the server has closed its end
                os._exit(0)
            except BaseException:  # whatever fails, the child ends here, and the log says why
                traceback.print_exc()
            finally:
                os._exit(1)
        os.close(answers[1])
        os.close(orders[0])
        return Connection(answers[0], writable=False), Connection(orders[1], readable=False)


def _serve(root: Path, reading: int, writing: int) -> None:
    """Answer until the server has closed its end; nothing else that the server has open stays open here."""
    low, high = sorted((reading, writing))
    for start, end in ((3, low), (low + 1, high), (high + 1, os.sysconf("SC_OPEN_MAX"))):
        os.closerange(start, end)
    os.nice(_NICENESS)
    sys.executable = ""  # files are read in this process: it may start no other
    gc.freeze()
    orders, answers = Connection(reading, writable=False), Connection(writing, readable=False)
    checker = Checker()
    while True:
        orders.recv()
        try:
            found: Checked | str = checker.check(read_workspaces([root]))
        except UkfrError as error:
            found = str(error)
        answers.send(found)
