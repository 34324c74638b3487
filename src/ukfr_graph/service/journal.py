"""One line of JSON for each query, and the figures that ``/metrics`` shows.

The text of a query is logged at level debug only: it may say more about a person than an operator should keep.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache

logger = logging.getLogger("ukfr_graph.query")
_FLUSH_S = 0.2
_LONG_TEXT = 2_000  # characters from which on a text does not wait in memory for its line to be written
BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the histogram of durations, in seconds."""


@dataclass
class Journal:
    """Counts and writes; lines are written some at a time, so that a query does not wait for the disk."""

    statuses: dict[tuple[str, int], int] = field(default_factory=dict)
    durations: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS_S) + 1))
    duration_sum_s: float = 0.0
    _lines: list[tuple[str, str, str, int, float, int, bool]] = field(default_factory=list)
    _is_scheduled: bool = False

    def record(
        self, operation: str, text: str, status: int, seconds: float, size: int, *, is_cached: bool = False
    ) -> None:
        """Record a query or write: its duration, and the ``size`` of the response in bytes."""
        key = operation, status
        self.statuses[key] = self.statuses.get(key, 0) + 1
        self.duration_sum_s += seconds
        self.durations[bisect_left(BUCKETS_S, seconds)] += 1
        if len(text) > _LONG_TEXT and not logger.isEnabledFor(logging.DEBUG):
            text, query = "", _hash(text)
        else:
            query = ""
        self._lines.append((operation, text, query, status, seconds, size, is_cached))
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_later(_FLUSH_S, self.flush)

    def flush(self) -> None:
        """Write the lines that wait."""
        lines, self._lines, self._is_scheduled = self._lines, [], False
        if lines and logger.isEnabledFor(logging.INFO):
            with_text = logger.isEnabledFor(logging.DEBUG)
            logger.info("\n".join(_write_line(*line, with_text=with_text) for line in lines))


def _write_line(
    operation: str, text: str, query: str, status: int, seconds: float, size: int, is_cached: bool, *, with_text: bool
) -> str:
    line = {
        "event": operation,
        "status": status,
        "ms": round(seconds * 1000, 3),
        "bytes": size,
        "cached": is_cached,
        "cancelled": status == 0,
        "query": query or _hash_short(text),
    }
    return json.dumps({**line, "text": text} if with_text else line)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@lru_cache(maxsize=1024)
def _hash_short(text: str) -> str:
    return _hash(text)


def set_up_logging(level: str) -> None:
    """Send the lines of this package to stderr as they are, one JSON object each."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    root = logging.getLogger("ukfr_graph")
    root.handlers = [handler]
    root.setLevel(level.upper())
    root.propagate = False
