"""The unit of docs/operating.md: systemd finds no fault with it, and runs the server with all that it forbids."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from support.proxies import read_example
from support.servers import TOKEN, free_port
from support.systemd import Container, start_container

pytestmark = pytest.mark.programs
ROOT = Path(__file__).resolve().parents[2]
UNIT, PROGRAM, STATE = "ukfr-graph.service", "/opt/ukfr-graph/.venv/bin/ukfr-graph", "/var/lib/ukfr-graph"
PYTHON, CHECKOUT = "/opt/python", "/opt/checkout"
CAP_SYS_NICE = 23  # capabilities(7), as linux/capability.h counts them
LOG = "/run/ukfr-graph.log"
MOST_EXPOSED = 17  # tenths, as docs/operating.md has it
NOT_SET_UP = 200  # from this exit status on, systemd itself could not do what the unit asks for (systemd.exec(5))


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def container(dataset: Path, port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """The unit as it stands there, but for its port; its program is the one that is tested."""
    libraries = [path for path in map(Path, sys.path) if path.is_dir() and path.name == "site-packages"]
    mounts = {PYTHON: Path(sys.base_prefix), CHECKOUT: ROOT}
    mounts |= {f"/opt/libraries/{number}": path for number, path in enumerate(libraries)}
    paths = ":".join([f"{CHECKOUT}/src", *(there for there, path in mounts.items() if path in libraries)])
    program = (
        f'#!/bin/sh\nPYTHONPATH={paths} LD_LIBRARY_PATH={PYTHON}/lib exec {PYTHON}/bin/python3 -m ukfr_graph.cli "$@"\n'
    )
    unit = read_example("ini").replace("--port 8000", f"--port {port}")
    settings = f"[Service]\nEnvironment=UKFR_WRITE_TOKEN={TOKEN} UKFR_QUERY_TIMEOUT_S=6\nStandardError=file:{LOG}\n"
    files: dict[str, Path | str] = {
        f"/etc/systemd/system/{UNIT}": unit,
        f"/etc/systemd/system/{UNIT}.d/test.conf": settings,
        PROGRAM: program,
        f"{STATE}/out": dataset,
    }
    with start_container(UNIT, files, mounts, tmp_path_factory.mktemp("systemd")) as running:
        yield running


@pytest.fixture(scope="module")
def service(container: Container, port: int) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        deadline = time.monotonic() + 60
        while True:
            try:
                client.get("/health")
                break
            except httpx.TransportError:
                told = container.run("systemctl", "status", "--no-pager", UNIT) + container.run("cat", LOG)
                assert time.monotonic() < deadline, told
                if int(container.show(UNIT, "ExecMainStatus") or 0) >= NOT_SET_UP:
                    pytest.skip(f"systemd cannot shut a service in here: {told}")
                assert container.show(UNIT, "ActiveState") != "failed", told
                time.sleep(0.1)
        yield client


def test_systemd_finds_no_fault_with_the_unit(tmp_path: Path) -> None:
    analyse = shutil.which("systemd-analyze")
    if analyse is None:
        pytest.skip("systemd is not installed (Debian: apt-get install systemd)")
    unit = tmp_path / UNIT
    unit.write_text(read_example("ini").replace(PROGRAM, "/bin/true"))  # which must be there
    done = subprocess.run([analyse, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    security = [analyse, "security", "--offline=yes", f"--threshold={MOST_EXPOSED}", str(unit)]
    done = subprocess.run(security, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_service_answers_with_its_workers_shut_in(service: httpx.Client) -> None:
    health = service.get("/health").json()
    assert (health["status"], health["isolation"]) == ("ok", "seccomp")
    answer = service.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}).json()
    assert int(answer["results"]["bindings"][0]["n"]["value"]) == health["triples"]


def test_the_service_has_no_rights_but_those_of_the_unit(container: Container, service: httpx.Client) -> None:
    told = container.run("cat", f"/proc/{container.show(UNIT, 'MainPID')}/status")
    status = dict(line.split(":\t", 1) for line in told.splitlines())
    assert int(status["Uid"].split()[0]) >= 61184  # of those that systemd gives out (DynamicUser)
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 1 << CAP_SYS_NICE


def test_the_service_draws_networks_and_pictures_and_takes_writes(service: httpx.Client) -> None:
    """What needs libraries in machine code, other processes and files: the filters of the unit leave all of it."""
    answer = service.get("/export/network", params={"projection": "all", "format": "json"})
    assert answer.is_success, answer.text
    network = answer.json()
    assert len(network["nodes"]) > 100
    assert service.get("/outcomes", params={"format": "pdf"}).content.startswith(b"%PDF")
    assert service.get("/outcomes", params={"format": "png"}).content.startswith(b"\x89PNG")
    assert "Calais" in service.get("/search", params={"q": "calais"}, headers={"Accept": "text/html"}).text
    graph, token = {"graph": "urn:test:systemd"}, {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/turtle"}
    assert service.put("/graph-store", params=graph, headers=token, content="<urn:a> <urn:b> 1 .").status_code == 201
    assert service.get("/graph-store", params=graph).status_code == 200
    assert service.delete("/graph-store", params=graph, headers=token).is_success


def test_a_query_without_end_is_ended_and_others_go_on(service: httpx.Client) -> None:
    endless = (
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (STR(?a) < STR(?d) && STR(?f) < STR(?i)) }"
    )
    assert service.get("/sparql", params={"query": endless}).status_code == 504
    assert service.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True


def test_the_server_is_started_again_when_it_is_killed(container: Container, service: httpx.Client) -> None:
    before = container.show(UNIT, "MainPID")
    container.run("kill", "-KILL", before)
    deadline = time.monotonic() + 60
    while container.show(UNIT, "MainPID") in (before, "0"):
        assert time.monotonic() < deadline, container.run("systemctl", "status", "--no-pager", UNIT)
        time.sleep(0.1)
    assert container.show(UNIT, "NRestarts") == "1"
