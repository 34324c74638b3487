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
from support.forking import write_program

DOCS = Path(__file__).resolve().parents[2] / "docs"
BIN = Path(sys.executable).parent
GUIDES = ("network.md", "drafting.md", "coding-a-statement.md")
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def blocks(guide: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / guide).read_text("utf-8"), re.DOTALL)


def commands(guide: str) -> list[tuple[str, str]]:
    """Each command of a guide (a line that ends in a backslash goes on in the next), and what it is shown to print."""
    return [found for block in blocks(guide, "console") for found in COMMAND.findall(block)]


@pytest.fixture
def environment(dataset: Path, tmp_path: Path) -> dict[str, str]:
    shutil.copytree(dataset, tmp_path / "out", symlinks=True)
    found = {k: v for k, v in os.environ.items() if not k.startswith("UKFR_")}
    (tmp_path / "bin").mkdir()
    write_program(tmp_path / "bin")
    path = os.pathsep.join((str(tmp_path / "bin"), str(BIN), os.environ["PATH"]))
    return found | {"PATH": path, "NO_COLOR": "1", "UKFR_DATASET": str(tmp_path / "out")}


@pytest.mark.parametrize("guide", [*GUIDES, pytest.param("publishing.md", marks=pytest.mark.exhaustive)])
def test_the_commands_of_a_guide_print_what_it_shows(guide: str, environment: dict[str, str], tmp_path: Path) -> None:
    """Run them in order and in one folder: a later command may read what an earlier one wrote."""
    shown = commands(guide)
    assert len(shown) >= 3
    for command, output in shown:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
        assert (done.stdout + done.stderr).split() == output.split(), command
        assert done.returncode == 0, command


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


@pytest.mark.programs  # Jupyter's kernel
def test_the_notebook_answers_as_it_is_kept(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UKFR_DATASET", str(dataset))
    kept = nbformat.read(PATH, 4)
    expected = read_texts(kept)
    found = read_texts(run_notebook(nbformat.read(PATH, 4)))
    assert found == expected, "read the difference, then: python tests/docs/notebook.py --write"
    assert found.count("plot") == 7
    assert any("Dublin III" in text for text in found)
