"""Reading the dataset's files again while they are served: what rots on the disk shows before it is needed."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import threading
from pathlib import Path

from ukfr_graph.errors import DatasetError
from ukfr_graph.store import current_version
from ukfr_graph.store.verification import read_ahead, scrub_dataset

_EVERY_S = 86_400.0


class Scrub(threading.Thread):
    """Reads every file of the version in force, after the start and once a day, when nobody else wants the processor.

    ``fault`` says what was found to be damaged; then it ends, and the next start reads everything.
    """

    def __init__(self, root: Path, bytes_per_s: int) -> None:
        super().__init__(name="scrub", daemon=True)
        self.fault = ""
        self._root, self._bytes_per_s = root, bytes_per_s
        self._is_ended = threading.Event()

    def run(self) -> None:
        """Read until something is damaged, or ``end`` is called."""
        with contextlib.suppress(AttributeError, OSError):  # not Linux, or not allowed
            os.sched_setscheduler(threading.get_native_id(), os.SCHED_IDLE, os.sched_param(0))
        with contextlib.suppress(DatasetError, OSError):
            read_ahead(current_version(self._root))
        while not self.fault:
            with contextlib.suppress(DatasetError):  # another process is putting a version in force
                self.fault = scrub_dataset(self._root, self._pause)
            if self._is_ended.wait(0 if self.fault else _EVERY_S):
                return
        told = {"event": "damage", "problem": self.fault}
        logging.getLogger("ukfr_graph").error(json.dumps(told, ensure_ascii=False))

    def end(self) -> None:
        """End soon."""
        self._is_ended.set()

    def _pause(self, read_bytes: int) -> bool:
        return not self._is_ended.wait(read_bytes / self._bytes_per_s)
