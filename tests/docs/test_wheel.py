"""The wheel alone is enough: with it, a guide and a text of two other states, a first draft is served.

Where EMPTY_VENV is set (``.ci/run`` does so), the wheel is installed with all that it needs into an environment that is
empty; else it stands before the checkout, over the packages that are there. What comes with an optional part alone is
not to be had in either.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from support.servers import free_port, wait_until_ready

ROOT = Path(__file__).resolve().parents[2]
PIP = ["-m", "pip", "--disable-pip-version-check", "--quiet"]
TEXT = """Joint declaration of Mexico and Chile

We condemn the attacks on journalists. We will build 12 ports for 30 million dollars, and intend to open an office.
"""
NAME = "mx-cl-2024-04-04"
OPTIONAL = ("joblib", "narwhals", "pandas", "rdata", "scipy", "sklearn", "sssom", "threadpoolctl")
pytestmark = pytest.mark.programs


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a shell that has the installed wheel, in a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("UKFR_", "PYTHONPATH"))}
    plain |= {"XDG_CACHE_HOME": str(folder / "cache"), "NO_COLOR": "1", "FOLDER": str(folder), "PYTHON": sys.executable}

    def run(*command: str, **more: str) -> None:
        subprocess.run(command, cwd=folder, env={**plain, **more}, check=True)

    build = [*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    run(sys.executable, *build, SKIP_WEB_BUILD="1")
    (wheel,) = map(str, folder.glob("*.whl"))
    if "EMPTY_VENV" in os.environ:
        run(sys.executable, "-m", "venv", "empty")
        plain["PYTHON"] = str(folder / "empty/bin/python")
        run(plain["PYTHON"], *PIP, "install", "--no-compile", wheel)
    else:
        run(sys.executable, *PIP, "install", "--no-deps", "--target", str(folder / "installed"), wheel)
        plain["PYTHONPATH"] = str(folder / "installed")
    (folder / "without").mkdir()
    hidden = f"import sys; sys.modules.update(dict.fromkeys({OPTIONAL}))"
    (folder / "without/sitecustomize.py").write_text(hidden)
    plain["PYTHONPATH"] = os.pathsep.join(filter(None, [str(folder / "without"), plain.get("PYTHONPATH")]))
    return plain


def call(environment: dict[str, str], *arguments: str) -> str:
    command = [environment["PYTHON"], "-m", "ukfr_graph.cli", *arguments]
    done = subprocess.run(
        command, cwd=environment["FOLDER"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def served(environment: dict[str, str]) -> Iterator[str]:
    folder, port = Path(environment["FOLDER"]), free_port()
    (folder / "text.txt").write_text(TEXT)
    call(environment, "init", "own", "--between", "Mexico", "Chile", "--date", "2024-04-04", "--from", "text.txt")
    told = call(environment, "draft", NAME, "--data", "own", "--output", f"own/proposals/{NAME}.yaml")
    assert "clauses 3" in told
    serve = ["-m", "ukfr_graph.cli", "serve", "--data", "own", "--edit", "own", "--port", str(port)]
    process = subprocess.Popen([environment["PYTHON"], *serve], cwd=folder, env=environment)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def test_what_is_run_is_the_wheel_and_nothing_of_the_checkout(environment: dict[str, str]) -> None:
    show = (
        "import ukfr_graph; from ukfr_graph.resources import guides_folder; print(ukfr_graph.__file__, guides_folder())"
    )
    run = [environment["PYTHON"], "-c", show]
    shown = subprocess.run(run, cwd=environment["FOLDER"], env=environment, capture_output=True, text=True, check=True)
    assert all(path.startswith(environment["FOLDER"]) for path in shown.stdout.split())


def test_three_commands_lead_from_a_text_to_the_page_of_its_draft(served: str) -> None:
    page = httpx.get(f"{served}/statements/{NAME}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "We condemn the attacks on journalists." in page.text
    assert "is a draft" in page.text


def test_the_proposals_are_on_the_page_for_coding(served: str) -> None:
    with httpx.Client(base_url=served, headers={"Accept": "text/html", "Origin": served}) as coder:
        coder.post(f"/code/{NAME}/sign-in", data={"coder": "coder/first"})
        page = re.sub("<[^>]+>", "", coder.get(f"/code/{NAME}").text)
    assert "intend to open an office" in page
    assert "Accept" in page


def test_the_guides_are_in_the_wheel_too(served: str) -> None:
    assert "Code your statement" in httpx.get(f"{served}/guides/coding-a-statement").text


def test_networks_are_drawn_and_names_are_found_without_an_optional_part(served: str) -> None:
    network = {"projection": "all"}
    assert len(httpx.get(f"{served}/export/network", params={**network, "format": "json"}).json()["nodes"]) > 3
    assert b"<gexf" in httpx.get(f"{served}/export/network", params={**network, "format": "gexf"}).content
    assert b"<svg" in httpx.get(f"{served}/export/network", params={**network, "format": "svg"}).content
    answer = httpx.post(f"{served}/reconcile", data={"queries": '{"q": {"query": "Mexiko"}}'}).json()
    assert answer["q"]["result"][0]["name"] == "Mexico"


def test_a_site_is_published_without_an_optional_part(environment: dict[str, str], served: str) -> None:
    call(environment, "publish", "--data", "own", "--static", "site")
    assert "We condemn the attacks" in (Path(environment["FOLDER"]) / f"site/statements/{NAME}.html").read_text("utf-8")


def test_what_runs_needs_nothing_of_an_optional_part() -> None:
    lock = (ROOT / "requirements.txt").read_text("utf-8")
    names = set(re.findall(r"^([\w.-]+)==", lock, re.MULTILINE))
    assert "numpy" in names
    assert not names & {"pandas", "rdata", "scikit-learn", "scipy", "sssom"}
