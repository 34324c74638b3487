"""What the guides show is run, and prints what they show; the notebook's answers are what it answers now."""

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from docs.notebook import PATH, read_texts, run_notebook

DOCS = Path(__file__).resolve().parents[2] / "docs"
BIN = Path(sys.executable).parent


def blocks(guide: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / guide).read_text("utf-8"), re.DOTALL)


def commands(guide: str) -> list[tuple[str, str]]:
    parts = [part for block in blocks(guide, "console") for part in re.split(r"(?m)^\$ ", block)[1:]]
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts)]


RUNNABLE = [
    (c, o)
    for guide in ("network.md", "python.md", "agents.md", "drafting.md", "coding-a-statement.md", "publishing.md")
    for c, o in commands(guide)
    if "pip" not in c
]


@pytest.fixture(scope="module")
def environment(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("guides")
    shutil.copytree(dataset, folder / "out", symlinks=True)
    found = {k: v for k, v in os.environ.items() if not k.startswith("UKFR_")}
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return found | {"PATH": path, "NO_COLOR": "1", "UKFR_DATASET": str(folder / "out"), "FOLDER": str(folder)}


def test_the_guides_show_enough_to_run() -> None:
    assert len(RUNNABLE) >= 3


@pytest.mark.parametrize(("command", "output"), RUNNABLE, ids=[c for c, _ in RUNNABLE])
def test_a_command_prints_what_the_guide_shows(environment: dict[str, str], command: str, output: str) -> None:
    if "publish --static" in command and "--release" not in command:
        pytest.skip("the release of the same guide publishes the site as well")
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=environment["FOLDER"], env=environment, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert (done.stdout + done.stderr).split() == output.split()
    assert done.returncode == 0


def test_the_python_that_is_shown_gives_what_is_shown(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ukfr_graph.library.graph.find_dataset", lambda *_: dataset)
    session = "\n\n".join(blocks("python.md", "pycon"))
    test = doctest.DocTestParser().get_doctest(session, {}, "python.md", "python.md", 0)
    assert len(test.examples) > 10
    problems: list[str] = []
    doctest.DocTestRunner().run(test, out=problems.append)
    assert problems == []


def test_the_agents_client_that_is_shown_prints_what_is_shown(environment: dict[str, str]) -> None:
    (program,), (output,) = blocks("agents.md", "python"), blocks("agents.md", "text")
    # The SDK gives the server's process few variables of the client's: it is told where the dataset is.
    program = program.replace('args=["mcp"]', f'args=["mcp", "--out", {environment["UKFR_DATASET"]!r}]')
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout == output, done.stderr


def test_the_notebook_answers_as_it_is_kept(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UKFR_DATASET", str(dataset))
    kept = nbformat.read(PATH, 4)
    expected = read_texts(kept)
    found = read_texts(run_notebook(nbformat.read(PATH, 4)))
    assert found == expected, "read the difference, then: python tests/docs/notebook.py --write"
    assert found.count("plot") == 7
    assert any("Dublin III" in text for text in found)
