"""Bad input gets one clear sentence, exit code 2, and costs nothing already done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.commands import run_command

MAPPING = "prefix: mine\nnamespace: https://example.org/\ncolumns: {identifier: No, title: Title, signed: Date}\n"


@pytest.fixture(scope="module")
def matched(tmp_path_factory: pytest.TempPathFactory, dataset: Path) -> Path:
    """A folder in which a good file was matched."""
    folder = tmp_path_factory.mktemp("matched")
    (folder / "m.yaml").write_text(MAPPING)
    (folder / "good.csv").write_text("No,Title,Date\n1,Convention on Cybercrime,2001-11-23\n2,Unrelated,1900-01-01\n")
    (folder / "out").symlink_to(dataset)
    assert match(folder, "good.csv").returncode == 0
    return folder


@pytest.fixture
def folder(tmp_path: Path, matched: Path) -> Path:
    return Path(shutil.copytree(matched, tmp_path / "own", symlinks=True))


def call(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_command("link", *arguments, cwd=folder)


def match(folder: Path, file: str, *more: str) -> subprocess.CompletedProcess[str]:
    return call(folder, "match", file, "--adapter", "table", "--mapping", "m.yaml", "--out", "c.sssom.tsv", *more)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"1,2,3\n", b"No;Title;Date\n1;a;b\n", bytes(range(256)) * 40,
        b"No,Title,Date\n1,\"" + b"x" * 10_000_000,
    ],
    ids=["empty", "no header", "wrong delimiter", "binary", "a cell of 10 MB"],
)  # fmt: skip
def test_a_bad_file_costs_nothing_already_done(folder: Path, content: bytes) -> None:
    before = (folder / "c.sssom.tsv").read_bytes()
    (folder / "m.yaml").write_text(MAPPING + 'delimiter: ","\n')
    (folder / "bad.csv").write_bytes(content)
    done = match(folder, "bad.csv")
    assert (done.returncode, done.stdout) == (2, "")
    said = done.stderr.strip().splitlines()
    assert len(said) == 1
    assert said[0].startswith("error: bad.csv")
    assert (folder / "c.sssom.tsv").read_bytes() == before
    assert not list(folder.glob(".*.part"))


def test_a_reviewed_file_is_not_written_over(folder: Path) -> None:
    (folder / "c.sssom.tsv.decisions.jsonl").write_text(
        '{"subject": "id:a", "object": "mine:1", "verdict": "exact", "author": "A", "author_id": "", "when": ""}\n'
    )
    done = match(folder, "good.csv")
    assert done.returncode == 2
    assert "reviewed already" in done.stderr


def test_every_fault_is_written_where_it_is_asked_for(folder: Path) -> None:
    (folder / "some.csv").write_text("No,Title,Date\n1,,2001\n2,b,31/02/2001\n3\n")
    (folder / "c.sssom.tsv").unlink()
    assert match(folder, "some.csv", "--faults", "faults.txt").returncode == 0
    assert (folder / "faults.txt").read_text().splitlines() == [
        "line 2: title: there is none (row left out)",
        "line 3: signed: '31/02/2001' is not a date in the formats expected; left out",
        "line 4: row: 1 cells where 3 columns are named; the rest is empty",
        "line 4: title: there is none (row left out)",
    ]


def test_without_the_optional_part_all_but_matching_works_and_matching_is_told(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules.update({'scipy': None, 'sklearn': None})")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])

    def call_without(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ukfr_graph.cli", "link", *arguments]
        environment = {**os.environ, "PYTHONPATH": path, "NO_COLOR": "1", "COLUMNS": "200"}
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    before = (folder / "c.sssom.tsv").read_bytes()
    for engine, part in (("own", "link"), ("splink-duckdb", "splink")):
        told = call_without("match", "none.csv", "--adapter", "table", "--mapping", "m.yaml", "--out", "c.sssom.tsv",
                            "--engine", engine)  # fmt: skip
        assert (told.returncode, told.stdout) == (2, "")
        assert f"engine {engine} needs an optional part: pip install 'ukfr-graph[{part}]'" in told.stderr
    assert (folder / "c.sssom.tsv").read_bytes() == before
    for others in (["report", "c.sssom.tsv"], ["accept", "c.sssom.tsv", "--out", "own.sssom.tsv"]):
        done = call_without(*others)
        assert done.returncode == 0, done.stderr
