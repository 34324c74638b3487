"""Real server processes on free ports."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import httpx

from ukfr_graph import iris

TOKEN = "a-long-and-random-token"
"""The token for writing of servers that can be written to."""


@dataclass
class Server:
    url: str
    process: subprocess.Popen[bytes]
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


def wait_until_ready(url: str, process: subprocess.Popen[bytes], path: str = "/health") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            if httpx.get(url + path, timeout=5).status_code < 500:
                return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise RuntimeError("the server did not become ready within 60 s")


def find_own_graphs(server: Server) -> list[str]:
    """Return the graphs that were written beside the curated ones."""
    query = f'SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o }} FILTER (!STRSTARTS(STR(?g), "{iris.BASE}")) }}'
    answer = httpx.get(server.url + "/sparql", params={"query": query}).raise_for_status().json()
    return [row["g"]["value"] for row in answer["results"]["bindings"]]


@contextmanager
def start_server(*arguments: str, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("UKFR_")}
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ukfr_graph.cli", "serve", "--port", str(port), *arguments],
            env={**environment, **{f"UKFR_{k.upper()}": v for k, v in (settings or {}).items()}},
            stderr=log, stdout=log, cwd=folder,
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        try:
            wait_until_ready(url, process)
            yield Server(url, process, Path(folder) / "log")
        finally:
            process.terminate()
            process.wait(20)
