"""One line of JSON for each query, and the figures that ``/metrics`` shows.

The text of a query is logged at level debug only: it may say more about a person than an operator should keep.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
from dataclasses import dataclass, field
from typing import Any

logger = logging.getLogger("ukfr_graph.query")
_FLUSH_S = 0.2
BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the histogram of durations, in seconds."""


@dataclass
class Journal:
    """Counts and writes; lines are written some at a time, so that a query does not wait for the disk."""

    statuses: dict[tuple[str, int], int] = field(default_factory=dict)
    durations: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS_S) + 1))
    duration_sum_s: float = 0.0
    _lines: list[dict[str, Any]] = field(default_factory=list)
    _is_scheduled: bool = False

    def record(self, operation: str, text: str, status: int, started: float, *, size: int, **more: object) -> None:
        """Record a query or write: ``started`` by the monotonic clock, ``size`` of the response in bytes."""
        seconds = time.monotonic() - started
        key = operation, status
        self.statuses[key] = self.statuses.get(key, 0) + 1
        self.duration_sum_s += seconds
        self.durations[next((i for i, bound in enumerate(BUCKETS_S) if seconds <= bound), -1)] += 1
        if not logger.isEnabledFor(logging.INFO):
            return
        line = {"event": operation, "status": status, "ms": round(seconds * 1000, 2), "bytes": size, "text": text}
        self._lines.append({**line, **more})
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_later(_FLUSH_S, self.flush)

    def flush(self) -> None:
        """Write the lines that wait."""
        lines, self._lines, self._is_scheduled = self._lines, [], False
        with_text = logger.isEnabledFor(logging.DEBUG)
        for line in lines:
            text = line.pop("text")
            line["query"] = hashlib.sha256(text.encode()).hexdigest()[:16]
            if with_text:
                line["text"] = text
        if lines:
            logger.info("\n".join(json.dumps(line, ensure_ascii=True) for line in lines))


def set_up_logging(level: str) -> None:
    """Send the lines of this package to stderr as they are, one JSON object each."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    root = logging.getLogger("ukfr_graph")
    root.handlers = [handler]
    root.setLevel(level.upper())
    root.propagate = False
