"""A stranger follows docs/linking.md: every command is run, in its order, and prints what is shown."""

import os
import pty
import re
import select
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.forking import write_program

GUIDE = (Path(__file__).resolve().parents[2] / "docs/linking.md").read_text("utf-8")
BIN = Path(sys.executable).parent


def commands() -> list[tuple[str, str]]:
    blocks = re.findall(r"```console\n(.*?)```", GUIDE, re.DOTALL)
    parts = [part for block in blocks for part in re.split(r"(?m)^\$ ", block)[1:]]
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts)]


def play(command: str, folder: Path, environment: dict[str, str], keys: str) -> None:
    """Run a command in a terminal, pressing a key each time that the menu is shown."""
    pid, master = pty.fork()
    if pid == 0:
        os.chdir(folder)
        words = shlex.split(command)
        os.execvpe(words[0], words, {**environment, "TERM": "xterm", "COLUMNS": "120"})
    shown, deadline = "", time.monotonic() + 60
    for key in keys:
        while " quit" not in shown and time.monotonic() < deadline:
            if select.select([master], [], [], 0.2)[0]:
                shown += os.read(master, 65_536).decode("utf-8", "replace")
        assert " quit" in shown, shown
        shown = ""
        os.write(master, key.encode())
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_the_guide_alone_leads_to_reviewed_links(tmp_path: Path, dataset: Path) -> None:
    from sssom.parsers import parse_sssom_table  # slow to import
    from sssom.validators import validate

    (tmp_path / "bin").mkdir()
    write_program(tmp_path / "bin")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("UKFR_")}
    environment |= {
        "PATH": os.pathsep.join((str(tmp_path / "bin"), str(BIN), os.environ["PATH"])),
        "NO_COLOR": "1",
        "UKFR_DATASET": str(dataset),
    }
    ran = 0
    for command, output in commands():
        if command.startswith("cat "):
            (tmp_path / command.removeprefix("cat ")).write_text(output)
            continue
        ran += 1
        if " review " in command:
            play(command, tmp_path, environment, "aar")
            continue
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
        )  # fmt: skip
        assert (done.stdout + done.stderr).split() == output.split()
        assert done.returncode == 0
    assert ran == 4
    links = parse_sssom_table(str(tmp_path / "mine.sssom.tsv"))
    assert not any(report.results for report in validate(links, fail_on_error=False).values())
    rows = {row.object_id: row for row in links.df.itertuples()}
    assert set(rows) == {"mine:1", "mine:2", "mine:4"}
    assert rows["mine:1"].subject_id == "id:instrument/le-touquet-treaty"
    assert rows["mine:4"].predicate_modifier == "Not"
    assert rows["mine:1"].author_label == "Ada Reviewer"


@pytest.mark.parametrize(
    "name", re.findall(r"(?m)^\| `(\w+)`(?:, `(\w+)`)? \| ", GUIDE.split("| `--adapter`")[1].split("\n\n")[0])
)
def test_the_adapters_of_the_guide_exist(name: tuple[str, str]) -> None:
    from ukfr_graph.link.datasets.reader import list_adapters

    assert set(filter(None, name)) <= set(list_adapters())
