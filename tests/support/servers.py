"""Real server processes on free ports."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import httpx

from support.forking import Forked
from ukfr_graph import iris

TOKEN = "a-long-and-random-token"
"""The token for writing of servers that can be written to."""


@dataclass
class Server:
    url: str
    process: Forked | subprocess.Popen[bytes]
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


def open_client() -> httpx.Client:
    """Open a client for many requests: it reads the machine's certificates once, and keeps no cookies."""
    client = httpx.Client(timeout=60)
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return client


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(url: str, process: Forked | subprocess.Popen[bytes], path: str = "/health") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            if httpx.get(url + path, timeout=5).status_code < 500:
                return
        except httpx.HTTPError:
            time.sleep(0.02)
    raise RuntimeError("the server did not become ready within 60 s")


def list_children(pid: int) -> list[int]:
    """List the processes that a process has started, in order."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def list_descendants(pid: int) -> list[int]:
    """List the processes that a process has started, and those that they have."""
    own = list_children(pid)
    return own + [descendant for child in own for descendant in list_descendants(child)]


def read_cpu_s(pid: int) -> float:
    """Return the seconds of processor time that a process has used; 0 where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_until_gone(pids: Iterable[int]) -> None:
    """Wait until processes have ended; who has taken an orphan over may take seconds to reap it (proc(5), state Z)."""
    deadline = time.monotonic() + 20
    while any(map(_is_running, pids)):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _is_running(pid: int) -> bool:
    try:
        return not Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except (FileNotFoundError, ProcessLookupError):
        return False


def read_metrics(server: Server) -> dict[str, float]:
    """Return what ``/metrics`` counts, by name and labels."""
    lines = httpx.get(f"{server.url}/metrics").text.splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}


def find_own_graphs(server: Server) -> list[str]:
    """Return the graphs that were written beside the curated ones."""
    query = f'SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o }} FILTER (!STRSTARTS(STR(?g), "{iris.BASE}")) }}'
    answer = httpx.get(server.url + "/sparql", params={"query": query}).raise_for_status().json()
    return [row["g"]["value"] for row in answer["results"]["bindings"]]


@contextmanager
def start_server(*arguments: str, settings: Mapping[str, str] | None = None, forked: bool = True) -> Iterator[Server]:
    """Start a server, and end it after its use: at once, since it takes a quarter of a second to say goodbye.

    It is ``forked`` (see ``forking``) unless a test looks at what only a program that was started anew has: its command
    line, or memory that is its own.
    """
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("UKFR_")}
    environment |= {f"UKFR_{k.upper()}": v for k, v in (settings or {}).items()}
    call = ["serve", "--port", str(port), *arguments]
    process: Forked | subprocess.Popen[bytes]
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        if forked:
            with Path(os.devnull).open("rb") as nothing:
                process = Forked(call, environment, folder, [nothing.fileno(), log.fileno(), log.fileno()])
        else:
            command = [sys.executable, "-m", "ukfr_graph.cli", *call]
            process = subprocess.Popen(command, env=environment, stderr=log, stdout=log, cwd=folder)
        url = f"http://127.0.0.1:{port}"
        try:
            wait_until_ready(url, process)
            yield Server(url, process, Path(folder) / "log")
        finally:
            process.kill()
            process.wait(20)
