"""Nothing acknowledged is lost, nothing half-written is seen: real servers, real kills, a full disk, damaged files."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from support.commands import run_command
from support.servers import TOKEN, start_server, wait_until_ready
from ukfr_graph.build import Built, write_dataset
from ukfr_graph.store import install_dataset, load_graph, staging_folder, write_lock

GRAPH = "https://example.org/log"
HEADERS = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}"}
SETTINGS = {"write_token": TOKEN}


def insert(url: str, number: int) -> httpx.Response:
    """Add one event, as two triples that belong together."""
    subject = f"<https://example.org/event/{number}>"
    text = f"INSERT DATA {{ GRAPH <{GRAPH}> {{ {subject} <https://a/number> {number} . {subject} <https://a/done> true }} }}"
    return httpx.post(f"{url}/sparql", content=text, headers=HEADERS, timeout=30)


def events(url: str) -> tuple[set[int], set[int]]:
    """The numbers that are there, and those of them that are whole."""
    query = (
        f"SELECT ?n ?done {{ GRAPH <{GRAPH}> {{ ?e <https://a/number> ?n OPTIONAL {{ ?e <https://a/done> ?done }} }} }}"
    )
    rows = httpx.get(f"{url}/sparql", params={"query": query}, timeout=30).json()["results"]["bindings"]
    return {int(r["n"]["value"]) for r in rows}, {int(r["n"]["value"]) for r in rows if "done" in r}


@pytest.mark.parametrize("rounds", [4, pytest.param(20, marks=pytest.mark.exhaustive)])
def test_what_was_acknowledged_survives_kills_at_any_moment(own_dataset: Path, rounds: int) -> None:
    """In each round the server, or only the process that writes, is killed while updates pour in."""
    randomness = random.Random(2016)
    acknowledged: set[int] = set()
    attempted = 0
    for round_number in range(rounds):
        with start_server("--store", str(own_dataset), settings=SETTINGS) as server:
            present, whole = events(server.url)
            assert acknowledged <= present <= set(range(attempted))
            assert present == whole

            def strike(pid: int = server.process.pid, only_children: bool = round_number % 2 == 1) -> None:
                if only_children:
                    subprocess.run(["pkill", "-KILL", "-P", str(pid)], check=False)
                    time.sleep(0.05)
                os.kill(pid, signal.SIGKILL)

            timer = threading.Timer(randomness.uniform(0, 0.3), strike)
            writes_before = len(acknowledged) + round_number % 3  # a slow machine must get as far as a fast one
            while True:
                if len(acknowledged) >= writes_before and timer.ident is None:
                    timer.start()
                number, attempted = attempted, attempted + 1
                try:
                    if insert(server.url, number).status_code == 204:
                        acknowledged.add(number)
                except httpx.HTTPError:
                    break
            timer.join()
    assert len(acknowledged) >= rounds / 2
    with start_server("--store", str(own_dataset), settings=SETTINGS) as server:
        present, whole = events(server.url)
        assert acknowledged <= present == whole
        assert insert(server.url, attempted).status_code == 204
    assert not list(own_dataset.glob(".staging-*"))


def test_a_new_build_is_swapped_in_without_a_dropped_request(own_dataset: Path, built: Built, tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    write_dataset(built, made)
    with start_server("--store", str(own_dataset), settings=SETTINGS) as server:
        assert insert(server.url, 1).status_code == 204
        failures: list[str] = []
        asked = 0
        stop = threading.Event()

        def keep_asking() -> None:
            nonlocal asked
            with httpx.Client() as client:
                while not stop.is_set():
                    query = f"SELECT (COUNT(*) AS ?n) {{ ?c a ukfr:Call FILTER ({time.monotonic_ns()} > 0) }}"
                    response = client.get(
                        f"{server.url}/sparql", params={"query": query}, headers={"Accept": "text/csv"}
                    )
                    asked += 1
                    time.sleep(0.02)  # not faster than the machine
                    if response.status_code != 200 or response.text.split() != ["n", "7"]:
                        failures.append(f"{response.status_code} {response.text[:100]}")

        threads = [threading.Thread(target=keep_asking) for _ in range(3)]
        for thread in threads:
            thread.start()
        folders = set()
        for _ in range(5):
            with write_lock(own_dataset), staging_folder(own_dataset) as staging:
                shutil.copytree(made, staging, dirs_exist_ok=True)
                install_dataset(staging, own_dataset)
            folders.add((own_dataset / "current").readlink())
        time.sleep(0.8)  # the server looks for a new version twice a second
        stop.set()
        for thread in threads:
            thread.join()
        metrics = httpx.get(f"{server.url}/metrics").text
    assert failures == []
    assert asked > 100
    assert len(folders) == 5
    assert 'ukfr_evaluations_total{outcome="switched"} 0' not in metrics
    assert len(list((own_dataset / "versions").iterdir())) <= 4


def test_a_second_writer_on_the_same_dataset_waits_its_turn(own_dataset: Path) -> None:
    with (
        start_server("--store", str(own_dataset), settings=SETTINGS) as one,
        start_server("--store", str(own_dataset), settings=SETTINGS) as two,
    ):

        def write(url: str, first: int) -> None:
            for number in range(first, first + 4):
                assert insert(url, number).status_code == 204

        threads = [threading.Thread(target=write, args=(s.url, n * 100)) for n, s in enumerate((one, two))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expected = {*range(4), *range(100, 104)}
        deadline = time.monotonic() + 30
        while not events(one.url)[1] == events(two.url)[1] == expected:
            assert time.monotonic() < deadline
            time.sleep(0.1)


@pytest.fixture
def small_disk(tmp_path: Path, dataset: Path) -> Iterator[Path]:
    """The dataset on a file system with little room left."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no right to mount a file system here")
    try:
        yield Path(shutil.copytree(dataset, folder / "out", symlinks=True))
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def test_a_full_disk_refuses_the_write_and_keeps_the_rest(small_disk: Path) -> None:
    with start_server("--store", str(small_disk), settings=SETTINGS) as server:
        assert insert(server.url, 1).status_code == 204
        version = httpx.get(f"{server.url}/health").json()["version"]
        big = "\n".join(f'<https://a/{n}> <https://a/p> "{random.random()}{"x" * 200}" .' for n in range(100_000))
        response = httpx.put(
            f"{server.url}/graph-store?graph=https://a/big", content=big, timeout=60,
            headers={"Content-Type": "text/turtle", "Authorization": f"Bearer {TOKEN}"},
        )  # fmt: skip
        assert response.status_code in (500, 503, 507), response.text
        assert response.headers["content-type"] == "application/problem+json"
        assert httpx.get(f"{server.url}/health").json()["version"] == version
        assert events(server.url) == ({1}, {1})
        assert insert(server.url, 2).status_code == 204


def damage(root: Path, part: str) -> None:
    """Write one event, and change one byte in the middle of a part."""
    rows = root.parent / "event.ttl"
    rows.write_text("<https://example.org/event/1> <https://a/number> 1 ; <https://a/done> true .")
    load_graph([rows], GRAPH, root)
    path = root / "current" / part
    victim = max((f for f in path.iterdir() if f.is_file()), key=lambda f: f.stat().st_size) if path.is_dir() else path
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 0xFF
    victim.write_bytes(content)


@pytest.mark.parametrize("part", ["dataset.nq", "user", "store", "store.json", "manifest.json"])
def test_a_damaged_dataset_is_refused_at_start_with_how_to_rebuild_it(own_dataset: Path, part: str) -> None:
    damage(own_dataset, part)
    refused = run_command("serve", "--store", str(own_dataset), "--port", "0")
    assert refused.returncode == 2
    assert "ukfr-graph build" in refused.stderr or "Build the dataset again" in refused.stderr


@pytest.mark.parametrize(
    "part",
    ["store", *(pytest.param(p, marks=pytest.mark.exhaustive) for p in ("dataset.nq", "store.json", "manifest.json"))],
)
def test_a_build_makes_a_damaged_dataset_whole_and_keeps_what_was_written(own_dataset: Path, part: str) -> None:
    """Where the written graph itself is damaged, only a backup helps, which the message says."""
    damage(own_dataset, part)
    assert run_command("build", "--out", str(own_dataset)).returncode == 0
    with start_server("--store", str(own_dataset), settings=SETTINGS) as server:
        assert events(server.url) == ({1}, {1})


def test_damage_that_comes_while_serving_is_told_and_keeps_the_next_start_from_serving(own_dataset: Path) -> None:
    seconds = 1
    size = (own_dataset / "dataset.nq").stat().st_size
    with start_server("--store", str(own_dataset), settings={"scrub_bytes_per_s": str(size // seconds)}) as server:
        assert httpx.get(f"{server.url}/health").json()["status"] == "ok"
        path = (own_dataset / "dataset.ttl").resolve()
        path.write_bytes(path.read_bytes()[:-1] + b"!")
        deadline = time.monotonic() + 60
        while (health := httpx.get(f"{server.url}/health")).status_code == 200:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    assert (health.status_code, health.json()["status"]) == (503, "damaged")
    assert "dataset.ttl" in health.json()["fault"]
    assert run_command("serve", "--store", str(own_dataset), "--port", "0").returncode == 2


def test_two_servers_share_one_dataset_behind_a_load_balancer(own_dataset: Path) -> None:
    with (
        start_server("--store", str(own_dataset), settings=SETTINGS) as one,
        start_server("--store", str(own_dataset)) as two,
    ):
        assert insert(one.url, 7).status_code == 204
        deadline = time.monotonic() + 10
        while events(two.url)[1] != {7}:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        query = {"query": "SELECT ?l { ?c a ukfr:Call ; rdfs:label ?l } ORDER BY ?l"}
        tag = httpx.get(f"{one.url}/sparql", params=query).headers["etag"]
        assert httpx.get(f"{two.url}/sparql", params=query, headers={"If-None-Match": tag}).status_code == 304
        one.process.send_signal(signal.SIGKILL)
        assert events(two.url)[1] == {7}


def test_an_own_dataset_is_kept_from_one_start_to_the_next(tmp_path: Path) -> None:
    own = tmp_path / "own"
    for number in (1, 2):
        with start_server("--empty", "--store", str(own)) as server:
            wait_until_ready(server.url, server.process)
            assert events(server.url)[1] == set(range(1, number))
            assert insert(server.url, number).status_code == 204
