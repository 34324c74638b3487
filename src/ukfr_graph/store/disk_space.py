"""The room on a dataset's disk: what is kept for removing something, and what is dropped before a version is made."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from ukfr_graph.store import layout

_LEAST_BYTES = 1_000_000  # to be free beside what a version that removes something may need
_FULL = ("no space left", "disk is full", "quota exceeded")


def make_room(root: Path) -> None:
    """Drop what nobody needs before a version is made: where room is short, all that is neither in force nor held."""
    kept = 1 if find_shortage(root) else layout.KEPT_VERSIONS
    layout.prune(root / layout.VERSIONS, layout.current_version(root), kept)
    layout.drop_exports(root)


def find_shortage(root: Path) -> str:
    """Say that too little of the disk is free for more than removing something; nothing where it is enough.

    Removing a graph may need as much as the text index and the engine's files take, which it may rewrite.
    """
    version = layout.current_version(root)
    files = [version / layout.INDEX, *(version / layout.STORE).iterdir()]
    needed = _LEAST_BYTES + sum(path.stat().st_size for path in files if path.exists())
    free = shutil.disk_usage(root).free
    if free >= needed:
        return ""
    return (
        f"{free} bytes of the disk are free, and {needed} are kept for removing something: nothing can be added. "
        f"Remove graphs, or make room beside {root}"
    )


def is_full(error: BaseException) -> bool:
    """Return whether an error, of the system, the engine or the text index, says that the disk is full."""
    said = str(error).lower()
    return getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or any(words in said for words in _FULL)
