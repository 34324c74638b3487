"""What is written where: streams that cannot take it, and files that are whole or not there."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from support.forking import write_command
from ukfr_graph.errors import OutputError
from ukfr_graph.files import open_text, open_whole

COMMANDS = [
    ("query", "clauses-by-kind"),
    ("query", "clauses-by-kind", "-f", "csv"),
    ("query", "pledges-with-deadline"),
    ("query",),
    ("search", "asylum"),
    ("search", "asylum", "-f", "json"),
    ("export", "rdf"),
    ("export", "rdf", "--format", "rdf"),
    ("export", "csv"),
    ("export", "network"),
    ("--help",),
    ("--version",),
]


def run(dataset: Path, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    variables = options.pop("variables", {})
    assert isinstance(variables, dict)
    environment = {**os.environ, "UKFR_DATASET": str(dataset), "NO_COLOR": "1", **variables}
    done: subprocess.CompletedProcess[str] = subprocess.run(
        [*write_command(), *arguments],
        stderr=subprocess.PIPE, text=True, env=environment, timeout=120, check=False, **options,  # type: ignore[call-overload]
    )  # fmt: skip
    return done


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_full_disk_is_one_sentence(dataset: Path, command: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = run(dataset, *command, stdout=full)
    assert done.returncode == 2
    sentences = [line for line in done.stderr.splitlines() if not line.endswith((" row", " rows", " of 12"))]
    assert len(sentences) == 1, done.stderr
    assert "No space left on device" in sentences[0]


@pytest.mark.parametrize("command", COMMANDS[:2] + COMMANDS[6:7], ids=" ".join)
def test_a_reader_that_has_seen_enough_is_no_fault(dataset: Path, command: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run(dataset, *command, stdout=writing)
    finally:
        os.close(writing)
    assert done.returncode == -13  # SIGPIPE, as with other tools
    assert "Traceback" not in done.stderr
    assert "error" not in done.stderr


def test_a_terminal_without_accents_is_told_of(dataset: Path) -> None:
    ascii_only = {"PYTHONIOENCODING": "ascii"}
    done = run(dataset, "query", "clauses-by-kind", stdout=subprocess.PIPE, variables=ascii_only)
    assert (done.returncode, done.stdout) == (2, "")
    assert "(ascii) has no U+00E9 LATIN SMALL LETTER E WITH ACUTE; set PYTHONIOENCODING=utf-8" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    rows = run(dataset, "query", "clauses-by-kind", "-f", "csv", stdout=subprocess.PIPE, variables=ascii_only)
    assert (rows.returncode, rows.stdout[:4]) == (0, "stat")


def test_a_port_in_use_is_one_sentence_and_nothing_before(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run(tmp_path / "none", "serve", "--port", port, stdout=subprocess.PIPE, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: http://127.0.0.1:{port}/ cannot be listened on: Address already in use.")
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_the_server_says_its_address_when_it_answers(dataset: Path) -> None:
    import httpx

    command = [sys.executable, "-m", "ukfr_graph.cli", "serve", "--port", "0", "--store", str(dataset)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout
        address = server.stdout.readline().strip()
        assert httpx.get(address + "health").status_code == 200
        server.terminate()


def test_a_file_is_there_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("before")
    path.chmod(0o640)
    with pytest.raises(RuntimeError), open_whole(path) as file:
        file.write(b"half")
        raise RuntimeError
    assert path.read_text() == "before"
    with open_text(path) as text:
        text.write("après\n")
    assert path.read_bytes() == "après\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["out.txt"]


def test_a_link_is_followed_and_stays(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "link"
    link.symlink_to("there/out.txt")
    for content in (b"first", b"second"):
        with open_whole(link) as file:
            file.write(content)
        assert link.is_symlink()
        assert (tmp_path / "there" / "out.txt").read_bytes() == content


def test_what_is_no_plain_file_is_not_replaced(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    link = tmp_path / "null"
    link.symlink_to("/dev/null")
    loop = tmp_path / "loop"
    loop.symlink_to("loop")
    for path in (fifo, link, tmp_path, loop, tmp_path / "none" / "out.txt"):
        with pytest.raises(OutputError), open_whole(path):
            pass
    assert stat.S_ISFIFO(fifo.stat().st_mode)
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert link.is_symlink()
