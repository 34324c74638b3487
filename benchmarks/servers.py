"""The servers that are compared, each started on a free port and stopped again."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ukfr_graph.store import CURRENT, install_dataset, staging_folder, write_lock
from ukfr_graph.store.layout import describe_file

_READY_S = 600


@dataclass(frozen=True)
class Server:
    """A running server; ``start_s`` is the time from its start to its first answer."""

    name: str
    port: int
    path: str
    pid: int
    start_s: float


def make_dataset(nquads: Path, root: Path, triples: int) -> tuple[float, float]:
    """Lay a dataset of ours from a file of N-Quads; the seconds until it could be asked, and those with the text index."""
    started = time.perf_counter()
    with write_lock(root), staging_folder(root) as staging:
        os.link(nquads, staging / "dataset.nq")
        (staging / "dataset.ttl").touch()
        files = {name: describe_file(staging / name) for name in ("dataset.nq", "dataset.ttl")}
        counts = {"triples": triples, "graphs": {}, "classes": {}}
        manifest = {"version": "bench", "files": files, "counts": counts, "coverage": {}}
        (staging / "manifest.json").write_text(json.dumps(manifest))
        with ThreadPoolExecutor(1) as thread:
            installed = thread.submit(install_dataset, staging, root)
            while not (root / CURRENT).exists() and not installed.done():
                time.sleep(0.01)
            asked_s = time.perf_counter() - started
            installed.result()
    return asked_s, time.perf_counter() - started


def load_native(binary: str, nquads: Path, location: Path) -> float:
    """Load the native server's store; the seconds that it took."""
    started = time.perf_counter()
    command = [binary, "load", "--location", str(location), "--file", str(nquads)]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


@contextmanager
def start(
    name: str, command: list[str], path: str, port: int, settings: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Start a server, and wait for its first answer."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **(settings or {})})
        try:
            while not _answers(port, path):
                if process.poll() is not None or time.perf_counter() - started > _READY_S:
                    log.seek(0)
                    raise RuntimeError(f"{name} did not start: {log.read()[-500:].decode()}")
                time.sleep(0.005)
            yield Server(name, port, path, process.pid, time.perf_counter() - started)
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def native(binary: str, location: Path, timeout_s: int | None = None) -> Iterator[Server]:
    """Start the native Oxigraph server."""
    port = free_port()
    command = [
        binary,
        "serve-read-only",
        "--location",
        str(location),
        "--bind",
        f"127.0.0.1:{port}",
        "--union-default-graph",
    ]
    with start("native", command + (["--timeout-s", str(timeout_s)] if timeout_s else []), "/query", port) as server:
        yield server


@contextmanager
def ours(root: Path, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Start ukfr-graph with its usual settings, its log included."""
    port = free_port()
    command = [sys.executable, "-m", "ukfr_graph.cli", "serve", "--store", str(root), "--port", str(port)]
    with start("ukfr-graph", command, "/sparql", port, settings) as server:
        yield server


@contextmanager
def rdflib_endpoint(binary: str, nquads: Path) -> Iterator[Server]:
    """Start rdflib-endpoint with its Oxigraph store; it reads the file at each start."""
    port = free_port()
    command = [binary, "serve", "--host", "127.0.0.1", "--store", "Oxigraph", "--port", str(port), str(nquads)]
    with start("rdflib-endpoint", command, "/", port) as server:
        yield server


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def family(pid: int) -> list[int]:
    """List a process and all its descendants."""
    try:
        children = [
            child for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()
        ]
    except OSError:
        return []
    return [pid, *(member for child in children for member in family(int(child)))]


def memory_mb(pid: int) -> tuple[float, float]:
    """Return the proportional and the resident memory of a family, in megabytes."""
    totals = {"Pss:": 0, "Rss:": 0}
    for member in family(pid):
        for line in _read_of(member, "smaps_rollup").splitlines():
            name, *values = line.split()
            if name in totals:
                totals[name] += int(values[0])
    return totals["Pss:"] / 1000, totals["Rss:"] / 1000


def cpu_s(pid: int) -> float:
    """Return the processor time of a family and of its children that have ended, in seconds."""
    total = 0
    for member in family(pid):
        fields = _read_of(member, "stat").rpartition(")")[2].split()
        total += sum(map(int, fields[11:15]))
    return total / os.sysconf("SC_CLK_TCK")


def _read_of(pid: int, name: str) -> str:
    """Read a file of ``/proc`` about a process; empty where it has ended since it was listed."""
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _answers(port: int, path: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as link:
            link.sendall(
                f"GET {path}?query=ASK%20%7B%7D HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
            )
            return b" 200 " in link.recv(200)
    except OSError:
        return False
