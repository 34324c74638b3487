"""A run that was interrupted is gone on with, whole and with nothing that it should not touch; no two write at once."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from publishing.conftest import publish
from ukfr_graph.errors import OutputError
from ukfr_graph.publishing.record import NAME, open_record

UNFINISHED = ".unfinished"


def start(dataset: Path, site: Path, *options: str) -> subprocess.Popen[bytes]:
    """Start a run in a group of its own, as a terminal does."""
    command = [
        sys.executable,
        "-m",
        "ukfr_graph.cli",
        "publish",
        "--out",
        str(dataset),
        "--static",
        str(site),
        *options,
    ]
    return subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)


def wait_for(path: Path, text: str = "") -> None:
    end = time.monotonic() + 60
    while not (path.is_file() and text in path.read_text("utf-8", "replace")):
        assert time.monotonic() < end, path
        time.sleep(0.02)


def list_files(site: Path) -> set[str]:
    return {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}


def test_a_run_that_was_killed_is_gone_on_with(small: Path, harbours: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(small, tmp_path / "site"))
    (site / "thesis.txt").write_text("mine")
    killed = start(harbours, site, "--languages", "es")
    wait_for(site / "index.html", '<html lang="es"')
    (site / "doc/place/of-that-run.html").write_text("half")
    killed.kill()
    assert killed.stderr is not None
    killed.stderr.read()  # which the processes that make files have open until they end
    killed.stderr.close()
    killed.wait()
    done = publish(harbours, site, "--languages", "es")
    assert done.returncode == 0, done.stderr
    made = {*json.loads((site / NAME).read_text("utf-8"))["files"], NAME, ".made-from"}
    assert list_files(site) == made | {"thesis.txt"}
    assert 'lang="es"' in (site / "doc/state/norland.html").read_text("utf-8")
    retired = [path for path in site.rglob("*.html") if "was in the dataset until" in path.read_text("utf-8")]
    assert retired == []  # a language that is no longer wished for is no resource that is gone
    assert " 0 written, 0 removed" in publish(harbours, site, "--languages", "es").stderr


def test_an_interrupted_run_says_no_more_than_that(harbours: Path, tmp_path: Path) -> None:
    running = start(harbours, tmp_path / "site")
    wait_for(tmp_path / "site" / UNFINISHED, "[")
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert b"Traceback" not in said, said.decode()
    assert b"Error" not in said, said.decode()


def test_an_unfinished_folder_is_ours_but_for_what_was_there_before(tmp_path: Path) -> None:
    for name in ("index.html", "thesis.txt", "CNAME", ".nojekyll", ".git/config"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / UNFINISHED).write_text('["thesis.txt"]')
    record = open_record(tmp_path)
    assert record.find_stale() == [".nojekyll", "index.html"]
    assert not record.is_whole


def test_a_file_is_written_where_it_is_another_of_the_same_length(tmp_path: Path) -> None:
    first = open_record(tmp_path)
    first.write("page.html", b"one")
    first.close({"version": "1"}, "source")
    (tmp_path / "page.html").write_bytes(b"two")
    open_record(tmp_path).write("page.html", b"one")
    assert (tmp_path / "page.html").read_bytes() == b"one"


def test_two_runs_never_write_at_once(harbours: Path, tmp_path: Path) -> None:
    with (tmp_path / UNFINISHED).open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        done = publish(harbours, tmp_path)
    assert (done.returncode, "another run" in done.stderr) == (2, True), done.stderr
    assert list_files(tmp_path) == {UNFINISHED}


@pytest.mark.parametrize("name", ["../thesis.txt", "/etc/hosts", "doc/../../x"])
def test_a_record_that_names_files_outside_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / NAME).write_text(json.dumps({"files": {name: "0"}, "retired": {}, "version": ""}))
    with pytest.raises(OutputError, match="cannot be used"):
        open_record(tmp_path)


@pytest.mark.parametrize("text", ["[]", '{"files": []}', "{", '{"files": {}, "retired": 1}', "null"])
def test_a_record_that_is_none_of_ours_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    with pytest.raises(OutputError, match="cannot be used"):
        open_record(tmp_path)
