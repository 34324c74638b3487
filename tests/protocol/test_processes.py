"""The processes of a server: what one costs that is killed, what they are told, and how they end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from support.queries import CHEAP, RUNAWAY, ask, salt
from support.servers import Server, list_children, list_descendants, start_server, wait_until_gone
from ukfr_graph.limits import Limits
from ukfr_graph.workers.worker import DataSource


def list_workers(server: Server) -> list[int]:
    """List the processes that queries run in: the server's other children have none."""
    return [worker for child in list_children(server.process.pid) for worker in list_children(child)]


def test_a_worker_that_is_killed_costs_at_most_its_own_request(limited: Server) -> None:
    for _ in range(5):
        for worker in list_workers(limited):
            os.kill(worker, signal.SIGKILL)
        assert ask(limited, salt(CHEAP)).status_code in (200, 503)
    assert ask(limited, salt(CHEAP)).json()["boolean"] is True


def test_a_fork_server_that_is_killed_is_started_anew(limited: Server) -> None:
    assert ask(limited, salt(CHEAP)).status_code == 200
    (fork_server,) = (pid for pid in list_children(limited.process.pid) if list_children(pid))
    os.kill(fork_server, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while ask(limited, salt(CHEAP)).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_no_process_is_told_anything_by_its_environment(dataset: Path, tmp_path: Path) -> None:
    with start_server("--store", str(dataset), "--queries", str(tmp_path), forked=False) as server:
        family = [server.process.pid, *list_descendants(server.process.pid)]
        assert len(family) >= 3  # itself, the process that forks, a worker
        assert [pid for pid in family if b"UKFR_" in Path(f"/proc/{pid}/environ").read_bytes()] == []


def test_what_the_server_has_imported_is_in_memory_once(dataset: Path) -> None:
    with start_server("--store", str(dataset), forked=False) as server:
        (fork_server,) = (pid for pid in list_children(server.process.pid) if list_children(pid))
        fields = Path(f"/proc/{fork_server}/smaps_rollup").read_text("ascii").splitlines()[1:]
        kilobytes = {name: int(value) for name, value, _ in (line.split() for line in fields)}
        assert kilobytes["Private_Dirty:"] < kilobytes["Rss:"] / 4


def test_a_server_that_cannot_start_leaves_no_process_behind(limited: Server) -> None:
    command = [sys.executable, "-m", "ukfr_graph.cli", "serve", "--port", str(limited.port)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)  # when no process has its streams
    assert ended.returncode == 2
    assert "cannot be listened on" in ended.stderr


def test_workers_end_with_their_server(dataset: Path) -> None:
    with start_server("--store", str(dataset)) as server:
        family = list_descendants(server.process.pid)
        assert len(family) >= 2  # the process that forks, a worker
        server.process.kill()
        server.process.wait()
        wait_until_gone(family)


def test_a_fork_server_ends_its_workers_whatever_the_server_had_not_read(dataset: Path) -> None:
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "ukfr_graph.workers.fork_server", str(theirs.fileno())]
    with subprocess.Popen(command, pass_fds=[theirs.fileno()]) as fork_server:
        theirs.close()
        orders = {"source": asdict(DataSource(root=str(dataset))), "limits": asdict(Limits())}
        spawn = {"do": "spawn", "number": 1, "role": "worker", "slow": False}
        ours.sendall(f"{json.dumps(orders)}\n{json.dumps(spawn)}\n".encode())
        told = b""
        while b"spawned" not in told:
            told = ours.recv(10_000, socket.MSG_PEEK)
        (worker,) = list_descendants(fork_server.pid)
        ours.close()
        assert fork_server.wait(30) == 0
        wait_until_gone([worker])


def test_workers_end_with_a_server_that_fails(dataset: Path) -> None:
    orders = {"source": asdict(DataSource(root=str(dataset))), "limits": asdict(Limits())}
    code = f"""
import json, os, signal
from ukfr_graph.workers.launching import fork_fork_server
launched = fork_fork_server()
for line in ({orders!r}, {{"do": "spawn", "number": 1, "role": "worker", "slow": False}}):
    launched.control.sendall(json.dumps(line).encode() + b"\\n")
told = b""
while b"pid" not in told:
    told = launched.control.recv(10_000)
worker = json.loads(told.splitlines()[-1])["pid"]
os.kill(worker, signal.SIGSTOP)  # it does not see that its socket is closed, as one that evaluates a query
raise SystemExit(str(worker))
"""
    failed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    wait_until_gone([int(failed.stderr)])


def test_a_running_request_is_finished_before_the_server_stops(dataset: Path) -> None:
    with (
        start_server("--store", str(dataset), settings={"query_timeout_s": "1"}) as server,
        ThreadPoolExecutor(1) as threads,
    ):
        running = threads.submit(ask, server, RUNAWAY)
        time.sleep(0.3)
        server.process.terminate()
        assert running.result().status_code == 504
        assert server.process.wait(15) in (0, -signal.SIGTERM)
