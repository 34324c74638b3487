"""Bad input gets one clear sentence, exit code 2, and costs nothing already done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MAPPING = "prefix: mine\nnamespace: https://example.org/\ncolumns: {identifier: No, title: Title, signed: Date}\n"


@pytest.fixture
def folder(tmp_path: Path, dataset: Path) -> Path:
    (tmp_path / "m.yaml").write_text(MAPPING)
    (tmp_path / "good.csv").write_text("No,Title,Date\n1,Convention on Cybercrime,2001-11-23\n2,Unrelated,1900-01-01\n")
    (tmp_path / "out").symlink_to(dataset)
    return tmp_path


def call(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("UKFR_")}
    return subprocess.run(
        [sys.executable, "-m", "ukfr_graph.cli", "link", *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


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
    assert match(folder, "good.csv").returncode == 0
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
    assert match(folder, "good.csv").returncode == 0
    (folder / "c.sssom.tsv.decisions.jsonl").write_text(
        '{"subject": "id:a", "object": "mine:1", "verdict": "exact", "author": "A", "author_id": "", "when": ""}\n'
    )
    done = match(folder, "good.csv")
    assert done.returncode == 2
    assert "reviewed already" in done.stderr


def test_every_fault_is_written_where_it_is_asked_for(folder: Path) -> None:
    (folder / "some.csv").write_text("No,Title,Date\n1,,2001\n2,b,31/02/2001\n3\n")
    assert match(folder, "some.csv", "--faults", "faults.txt").returncode == 0
    assert (folder / "faults.txt").read_text().splitlines() == [
        "line 2: title: there is none (row left out)",
        "line 3: signed: '31/02/2001' is not a date in the formats expected; left out",
        "line 4: row: 1 cells where 3 columns are named; the rest is empty",
        "line 4: title: there is none (row left out)",
    ]
