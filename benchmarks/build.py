"""How long a build takes, and how much memory: of the bundled data and of many made-up statements beside it.

``python benchmarks/build.py --statements 100`` builds in processes of their own and prints seconds, memory and digests.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from servers import family

from ukfr_graph.resources import data_folder

STATEMENT, SOURCE = "uk-fr-2016-08-30", "govuk-2016-08-30"
_BUILD = """
import hashlib, sys
from pathlib import Path
from ukfr_graph.build import build_graphs, write_dataset
data, out = map(Path, sys.argv[1:])
write_dataset(build_graphs(data), out)
"""


def make_workspace(folder: Path, statements: int) -> Path:
    """Copy the bundled data, and the statement of 2016 so many times under names of its own."""
    shutil.copytree(data_folder(), folder)
    record = (folder / "statements" / f"{STATEMENT}.yaml").read_text("utf-8")
    source = folder / "sources" / SOURCE
    for number in range(statements):
        copy, name = folder / "sources" / f"copy-{number:04}", f"made-up-{number:04}"
        shutil.copytree(source, copy)
        for text, path in (
            (record, folder / "statements" / f"{name}.yaml"),
            ((source / "source.yaml").read_text("utf-8"), copy / "source.yaml"),
        ):
            path.write_text(text.replace(SOURCE, copy.name).replace(STATEMENT, name), "utf-8")
    return folder


def measure(data: Path, out: Path) -> tuple[float, float, float, str]:
    """Build in a process of its own: seconds, of processors too, MB of it and its children, SHA-256 of the quads."""
    out.mkdir()
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen([sys.executable, "-c", _BUILD, str(data), str(out)])
    highest = 0
    while process.poll() is None:
        highest = max(highest, sum(map(_resident_bytes, family(process.pid))))
        time.sleep(0.5)  # reading what is resident takes the kernel a while
    if process.returncode:
        raise SystemExit(process.returncode)
    digest = hashlib.sha256((out / "dataset.nq").read_bytes()).hexdigest()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processors = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - started, processors, highest / 1e6, digest


def _resident_bytes(pid: int) -> int:
    """Return the proportional share of memory of a process: what it shares with its parent counts once."""
    for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it has ended
        return ""


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=100, help="made-up statements beside the bundled one")
    parser.add_argument("--runs", type=int, default=1, help="how often it is built")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = make_workspace(Path(folder) / "data", given.statements)
        for run in range(given.runs):
            seconds, processors, megabytes, digest = measure(data, Path(folder) / f"out-{run}")
            times = f"{seconds:.1f} s, {processors:.1f} s of processors"
            print(f"{given.statements} statements: {times}, {megabytes:.0f} MB, {digest[:12]}")


if __name__ == "__main__":
    main()
