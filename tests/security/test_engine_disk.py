"""The disk: what is kept of many writes, what a full one refuses, and the way out of it."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from support.servers import TOKEN, start_server
from ukfr_graph.store import layout

GRAPH = "https://example.org/log"
SETTINGS = {"write_token": TOKEN}
TURTLE = {"Content-Type": "text/turtle", "Authorization": f"Bearer {TOKEN}"}


def write(url: str, method: str, graph: str, content: str = "") -> httpx.Response:
    return httpx.request(
        method, f"{url}/graph-store", params={"graph": graph}, content=content, headers=TURTLE, timeout=120
    )


def size_bytes(folder: Path) -> int:
    """What a folder takes of the disk: files that are linked several times, once."""
    return sum({s.st_ino: s.st_blocks * 512 for s in (p.lstat() for p in folder.rglob("*"))}.values())


def test_many_small_writes_keep_at_most_what_is_held(dataset: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(dataset, tmp_path / "out", symlinks=True))
    with start_server("--store", str(own), settings=SETTINGS) as server:
        assert write(server.url, "PUT", GRAPH, "<urn:a> <urn:p> 0 .").status_code == 201
        before = size_bytes(own)
        for number in range(1, 9):
            assert write(server.url, "PUT", GRAPH, f"<urn:a> <urn:p> {number} .").status_code == 200
            assert len(list((own / "versions").iterdir())) <= 4
        assert size_bytes(own) < 2 * before
    assert not list(own.glob(".staging-*"))


@pytest.fixture
def small_disk(tmp_path: Path, dataset: Path) -> Iterator[Path]:
    """The dataset on a file system with a few megabytes left."""
    folder = tmp_path / "disk"
    folder.mkdir()
    room = size_bytes(dataset) // 2**20 + 40
    command = ["mount", "-t", "tmpfs", "-o", f"size={room}m", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no right to mount a file system here")
    try:
        yield Path(shutil.copytree(dataset, folder / "out", symlinks=True))
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def test_a_full_disk_refuses_what_adds_says_so_and_lets_remove(small_disk: Path) -> None:
    with start_server("--store", str(small_disk), settings=SETTINGS) as server:
        assert write(server.url, "PUT", GRAPH, "<urn:a> <urn:p> 1 .").status_code == 201
        number = 0
        while True:  # a client that fills the disk, as far as it is let
            content = "".join(f"<urn:a{number}> <urn:p> '{number}-{n}-{'x' * 200}' . " for n in range(4000))
            refused = write(server.url, "PUT", f"https://example.org/{number}", content)
            if refused.status_code != 201:
                break
            number += 1
            assert number < 100
        assert refused.status_code == 507
        assert refused.headers["content-type"] == "application/problem+json"
        assert "Nothing was changed" in refused.json()["detail"]
    with start_server("--store", str(small_disk), settings=SETTINGS) as server:
        for number_of_ballast in range(6):  # room that is made by dropping old versions is taken by others
            version = small_disk / "current"
            needed = sum(p.stat().st_size for p in [version / layout.INDEX, *(version / layout.STORE).iterdir()])
            free = shutil.disk_usage(small_disk).free
            (small_disk.parent / f"ballast-{number_of_ballast}").write_bytes(b"x" * max(0, free - needed - 900_000))
            health = httpx.get(f"{server.url}/health", timeout=60).json()
            again = write(server.url, "PUT", f"https://example.org/more-{number_of_ballast}", "<urn:a> <urn:p> 1 .")
            if again.status_code == 507:
                break
        assert again.status_code == 507
        assert health["status"] == "degraded"
        assert "free" in health["fault"]
        for gone in range(number):
            assert write(server.url, "DELETE", f"https://example.org/{gone}").status_code == 204
        for ballast in small_disk.parent.glob("ballast-*"):
            ballast.unlink()
        assert write(server.url, "PUT", GRAPH, "<urn:a> <urn:p> 2 .").status_code == 200
        deadline = time.monotonic() + 30
        while httpx.get(f"{server.url}/health", timeout=60).json()["status"] != "ok":
            assert time.monotonic() < deadline
            time.sleep(0.05)
