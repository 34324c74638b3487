"""A server for whoever edits: it starts again when pages, questions, words or code have changed.

``make watch``; the page is reloaded by hand. Scripts of ``web/`` are built anew first.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVED = ("src/ukfr_graph", "queries", "ontology")
SCRIPTS = "web/src"
PAUSE_S = 0.5


def stamp(*folders: str) -> dict[Path, int]:
    """Return when each file was last written, in nanoseconds; what a build makes is left out."""
    found: dict[Path, int] = {}
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*")):
        with suppress(FileNotFoundError):  # editors write files that are gone at once
            if path.is_file() and not {"__pycache__", "static"} & set(path.parts):
                found[path] = path.stat().st_mtime_ns
    return found


def watch() -> Iterator[None]:
    """Yield each time that something has changed, once at the start."""
    served, scripts = None, stamp(SCRIPTS)
    while True:
        now, written = stamp(*SERVED), stamp(SCRIPTS)
        if written != scripts:
            subprocess.run([sys.executable, ROOT / "hatch_build.py"], cwd=ROOT, check=False)
        if (now, written) != (served, scripts):
            yield
        served, scripts = now, written
        time.sleep(PAUSE_S)


def main() -> None:
    """Serve until interrupted; the arguments are those of ``ukfr-graph serve``."""
    server: subprocess.Popen[bytes] | None = None
    try:
        for _ in watch():
            if server:
                server.terminate()
                server.wait()
            server = subprocess.Popen([sys.executable, "-m", "ukfr_graph.cli", "serve", *sys.argv[1:]], cwd=ROOT)
    except KeyboardInterrupt:
        if server:
            server.wait()


if __name__ == "__main__":
    main()
