"""The README's commands are run, and what it shows is what they print."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from support.forking import write_program

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BIN = Path(sys.executable).parent


def console_blocks() -> list[tuple[str, str]]:
    """(command, output) of each ``$`` line in the README's console blocks; "…" alone on a line cuts the output."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for part in re.split(r"(?m)^\$ ", block)[1:]:
            command, _, output = part.partition("\n")
            while command.endswith("\\"):
                more, _, output = output.partition("\n")
                command = command[:-1] + more
            found.append((command, output))
    return found


RUNNABLE = [(c, o) for c, o in console_blocks() if not c.startswith(("make ", "git ", "curl "))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, dataset: Path) -> Path:
    path = tmp_path_factory.mktemp("readme")
    (path / "bin").mkdir()
    write_program(path / "bin")
    shutil.copytree(dataset, path / "out", symlinks=True)
    (path / "my-treaties.ttl").write_text(
        "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
        '<https://example.org/treaty/1> dcterms:title "A treaty of mine"@en ;\n'
        "  dcterms:subject <https://w3id.org/ukfr/vocab/topic/asylum> .\n"
    )
    return path


def test_the_readme_shows_enough_to_run() -> None:
    assert len(RUNNABLE) >= 5
    commands = [c for c, _ in console_blocks()]
    assert "make serve" in commands
    assert "make test" in commands


@pytest.mark.parametrize(("command", "output"), RUNNABLE, ids=[c for c, _ in RUNNABLE])
def test_a_command_prints_what_the_readme_shows(folder: Path, command: str, output: str) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("UKFR_")}
    environment |= {"PATH": os.pathsep.join((str(folder / "bin"), str(BIN), os.environ["PATH"])), "NO_COLOR": "1"}
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    printed = [line.rstrip() for line in (done.stdout + done.stderr).splitlines()]
    shown = [line.rstrip() for line in output.splitlines() if line.strip()]
    if "…" in shown:
        shown = shown[: shown.index("…")]
        printed = printed[: len(shown)]
    assert printed == shown, done.stderr


def test_make_serve_answers_the_first_question(tmp_path: Path) -> None:
    if not (ROOT / ".venv/.runtime").exists():
        pytest.skip("not run through make")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("UKFR_", "MAKE"))}
    process = subprocess.Popen(
        ["make", "serve", f"PORT={port}"], cwd=ROOT, env=environment | {"UKFR_DATASET": str(tmp_path / "out")},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        query = "SELECT ?kind (COUNT(*) AS ?n) { ?c a ?kind . ?kind rdfs:subClassOf ukfr:Clause } GROUP BY ?kind"
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                answer = httpx.get(f"http://127.0.0.1:{port}/sparql", params={"query": query})
                break
            except httpx.HTTPError:
                time.sleep(0.2)
        else:
            pytest.fail("make serve did not answer within two minutes")
        kinds = {b["kind"]["value"].rpartition("#")[2] for b in answer.json()["results"]["bindings"]}
        assert kinds == {"Pledge", "Call", "Report", "Recognition", "Reaffirmation"}
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def test_the_map_of_the_house_has_every_folder_and_no_other() -> None:
    mapped = re.findall(r"(?m)^\| `([\w/]+)/` \|", README)
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    top = {name.partition("/")[0] for name in kept if "/" in name and not name.startswith(".")} - {"src"}
    packages = {"/".join(name.split("/")[:3]) for name in kept if re.match(r"src/ukfr_graph/\w+/", name)}
    assert sorted(mapped) == sorted(top | packages | {"src/ukfr_graph/web"})
