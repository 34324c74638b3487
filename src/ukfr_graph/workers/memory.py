"""The memory of processes, as the system counts it (``/proc/<pid>/statm``: proc(5)), and its limit."""

from __future__ import annotations

import resource
from pathlib import Path


def measure_resident_bytes(pid: int | str = "self") -> int:
    """Return the memory that a process holds; 0 where it has ended."""
    try:
        return _read_pages(pid)[1] * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return 0


def measure_address_space() -> int:
    """Return the address space of this process, in bytes."""
    return _read_pages("self")[0] * resource.getpagesize()


def limit_memory(more_bytes: int) -> None:
    """Limit the address space of this process to what is in use now, and ``more_bytes`` on top."""
    limit = measure_address_space() + more_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _read_pages(pid: int | str) -> list[int]:
    """Read the sizes of a process in pages, the first of which is all, the second what is resident."""
    return [int(size) for size in Path(f"/proc/{pid}/statm").read_text().split()]
