"""A real server process on a free port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            if httpx.get(url + "/health", timeout=5).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise RuntimeError("the server did not become ready within 60 s")


def serve(*arguments: str) -> Iterator[str]:
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("UKFR_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "ukfr_graph.cli", "serve", "--port", str(port), *arguments],
        env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="session")
def server(dataset: Path) -> Iterator[str]:
    yield from serve("--store", str(dataset))


@pytest.fixture(scope="session")
def relay(server: str) -> Iterator[str]:
    """A second server over the first one's endpoint."""
    yield from serve("--endpoint", server + "/sparql")
