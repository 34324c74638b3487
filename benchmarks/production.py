"""An operator's day as readers notice it: a killed server, a new version, and half an hour of steady use.

``python benchmarks/production.py kill|roll|soak [--minutes 30] [--data FOLDER] [OUT.md]``, with nginx in the path for
``kill``. Requests arrive at 50 a second whatever the servers do (an open loop), over pages, SPARQL that no cache has,
reconciliation and search; one that is answered with another status than 200, cut off or not answered has failed.
Memory is the proportional share (PSS) of all processes of the servers.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from servers import Server, free_port, memory_mb, ours, start

from ukfr_graph.resources import data_folder

RATE = 50
SETTLED_S = 300
_EVERY_S = 10
GUIDE = Path(__file__).resolve().parent.parent / "docs/scaling.md"
PAGES = (
    "/", "/?lang=fr", "/statements/uk-fr-2016-08-30", "/doc/place/calais", "/timeline?at=2018-01-01", "/outcomes", "/money",
    "/doc/instrument/dublin-iii", "/graph", "/vocab", "/series", "/queries/figures",
)  # fmt: skip
WORDS = ("asylum", "Calais", "enfants", "border", "police", "dublin", "argent", "terrorism", "ports", "jungle")


@dataclass
class Load:
    """The outcome of the requests: statuses or errors by number, and the slowest answer in seconds."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0

    @property
    def sent(self) -> int:
        """The number of requests that ended, in whatever way."""
        return self.outcomes.total()

    @property
    def failed(self) -> int:
        """The number of requests that were not answered with 200."""
        return self.sent - self.outcomes["200"]


def write_requests() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Write requests without end: (method, path, form)."""
    for number in itertools.count(time.time_ns()):
        word = WORDS[number % len(WORDS)]
        yield "GET", PAGES[number % len(PAGES)], {}
        yield "POST", "/sparql", {"query": f"SELECT * {{ ?s a ukfr:Statement BIND ({number} AS ?n) }}"}
        yield "GET", f"/search?q={word}+{number % 97}", {}
        yield "POST", "/reconcile", {"queries": json.dumps({"q0": {"query": f"{word} {number % 89}"}})}


async def send_load(base: str, seconds: float, beside: Callable[[], Coroutine[None, None, None]]) -> Load:
    """Send requests at the rate, and do something ``beside`` it; both are waited for."""
    load = Load()
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=50)
    async with httpx.AsyncClient(base_url=base, timeout=30, limits=limits) as client, asyncio.TaskGroup() as group:
        group.create_task(beside())
        started = time.perf_counter()
        for number, request in enumerate(write_requests()):
            due = number / RATE
            if due >= seconds:
                break
            await asyncio.sleep(max(0.0, due - (time.perf_counter() - started)))
            group.create_task(_send(client, load, *request))
    return load


async def _send(client: httpx.AsyncClient, load: Load, method: str, path: str, form: dict[str, str]) -> None:
    started = time.perf_counter()
    try:
        answer = await client.request(method, path, data=form or None)
        load.outcomes[str(answer.status_code)] += 1
    except httpx.HTTPError as error:
        load.outcomes[type(error).__name__] += 1
    load.slowest_s = max(load.slowest_s, time.perf_counter() - started)


def build(root: Path, *arguments: str) -> None:
    """Build a dataset."""
    command = [sys.executable, "-m", "ukfr_graph.cli", "build", "--out", str(root), *arguments]
    subprocess.run(command, check=True, capture_output=True)


@contextmanager
def balance(ports: tuple[int, int]) -> Iterator[str]:
    """Run nginx before two servers, as ``docs/scaling.md`` says; its address."""
    (example,) = re.findall(r"```nginx\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    port = free_port()
    for old, new in zip(("127.0.0.1:8000", "127.0.0.1:8001"), ports, strict=True):
        example = example.replace(old, f"127.0.0.1:{new}")
    example = example.replace("listen 80;", f"listen 127.0.0.1:{port};")
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "nginx.conf"
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        places = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
        events = "worker_processes 1; events { worker_connections 1024; }"
        config.write_text(
            f"daemon off; pid {folder}/pid; error_log {folder}/log; {events} http {{ access_log off; {places}\n{example} }}"
        )
        with start("nginx", ["/usr/sbin/nginx", "-p", folder, "-c", str(config)], "/sparql", port):
            yield f"http://127.0.0.1:{port}"


def kill(root: Path, seconds: float) -> list[str]:
    """Kill one of two servers under load, and start it again."""
    ports = free_port(), free_port()

    def serve(port: int) -> list[str]:
        return [sys.executable, "-m", "ukfr_graph.cli", "serve", "--store", str(root), "--port", str(port)]

    processes = [subprocess.Popen(serve(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for port in ports]
    try:

        async def beside() -> None:
            await asyncio.sleep(seconds / 3)
            processes[0].send_signal(signal.SIGKILL)
            await asyncio.sleep(seconds / 3)
            processes[0].wait()
            processes[0] = subprocess.Popen(serve(ports[0]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        with balance(ports) as base:
            load = asyncio.run(send_load(base, seconds, beside))
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)
    return [_tell("one of two servers behind nginx killed, and started again", load)]


def roll(root: Path, seconds: float, data: Path) -> list[str]:
    """Build another version of the dataset under load: that with the records of ``data`` beside the bundled ones."""
    with ours(root) as server:

        async def beside() -> None:
            await asyncio.sleep(seconds / 3)
            await asyncio.to_thread(build, root, "--data", str(data_folder()), "--data", str(data))

        versions = [_find_version(server)]
        load = asyncio.run(send_load(_address(server), seconds, beside))
        versions.append(_find_version(server))
    return [_tell(f"a new version built and taken up ({' → '.join(versions)})", load)]


def soak(root: Path, seconds: float) -> list[str]:
    """Ask steadily, and watch the memory."""
    samples: list[tuple[float, float]] = []
    with ours(root) as server:

        async def beside() -> None:
            started = time.perf_counter()
            while (passed := time.perf_counter() - started) < seconds:
                samples.append((passed, memory_mb(server.pid)[0]))
                await asyncio.sleep(_EVERY_S)

        load = asyncio.run(send_load(_address(server), seconds, beside))
    settled = [size for passed, size in samples if SETTLED_S <= passed < 2 * SETTLED_S] or [samples[0][1]]
    last = [size for passed, size in samples if passed >= seconds - SETTLED_S]
    before, after = sum(settled) / len(settled), sum(last) / len(last)
    grown = f"memory {before:.0f} MB in minutes 5 to 10, {after:.0f} MB in the last five ({after / before - 1:+.1%})"
    return [_tell(f"{seconds / 60:.0f} minutes of steady use", load), f"| | {grown} | | |"]


def _find_version(server: Server) -> str:
    return str(httpx.get(f"{_address(server)}/health").json()["version"])


def _address(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}"


def _tell(what: str, load: Load) -> str:
    kinds = ", ".join(f"{kind}: {number}" for kind, number in sorted(load.outcomes.items()))
    return f"| {what} | {load.sent} ({kinds}) | {load.failed} | {load.slowest_s:.2f} s |"


def main() -> None:
    """Run what is asked, and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("kill", "roll", "soak"), help="a killed server, a new version, or steady use")
    parser.add_argument("out", nargs="?", type=Path, help="the file that the table is added to")
    parser.add_argument("--minutes", type=float, default=1.0, help="how long requests arrive")
    parser.add_argument("--data", type=Path, help="a workspace, for roll")
    asked = parser.parse_intermixed_args()
    if asked.what == "roll" and asked.data is None:
        parser.error("roll builds a version with another workspace: give it with --data")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "out"
        build(root)
        seconds = asked.minutes * 60
        match asked.what:
            case "kill":
                lines = kill(root, seconds)
            case "roll":
                lines = roll(root, seconds, asked.data)
            case _:
                lines = soak(root, seconds)
    head = [f"{platform.machine()}, {os.cpu_count()} processors, {RATE} requests a second", ""]
    text = "\n".join([*head, "| what | requests | failed | slowest |", "|---|---:|---:|---:|", *lines]) + "\n"
    if asked.out:
        with asked.out.open("a") as file:
            file.write(text)
    print(text)


if __name__ == "__main__":
    main()
