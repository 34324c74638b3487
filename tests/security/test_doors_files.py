"""Files that an operator names, and what is printed of data from outside: told in a sentence, and ended."""

import os
import subprocess
from pathlib import Path

import pytest

from support.commands import run_command

NAMES = ["deep-flow", "deep-list", "deep-keys", "alias-bomb", "pipe", "device-like", "binary"]
GOOD = "#+ summary: Which?\n#+ summary-fr: Lesquels ?\nSELECT ?s { ?s a ukfr:Pledge }\n"


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return run_command(*arguments, variables={f"UKFR_{name.upper()}": value for name, value in settings.items()})


def assert_told(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode in (1, 2), done.stderr[-500:]
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_a_question_file_that_is_none_is_told_beside_the_good_ones(tmp_path: Path, name: str) -> None:
    (tmp_path / "good.rq").write_text(GOOD)
    path = tmp_path / f"{name}.rq"
    match name:
        case "deep-flow":
            path.write_text("#+ a: " + "[" * 50_000 + "\n")
        case "deep-list":
            path.write_text("#+ " + "- " * 50_000 + "x\n")
        case "deep-keys":
            path.write_text("".join(f"#+ {' ' * depth}a:\n" for depth in range(2_000)))
        case "alias-bomb":
            path.write_text(
                "#+ a0: &a0 [x]\n" + "".join(f"#+ a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
            )
        case "pipe":
            os.mkfifo(path)
        case "device-like":
            path.symlink_to("/dev/zero")
        case "binary":
            path.write_bytes(b"#+ a: \xff\xfe\x00\n")
    done = run("query", "--queries", str(tmp_path))
    assert_told(done, name)
    assert "good" in done.stdout


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "deep"])
def test_a_file_of_tokens_that_is_none_is_told(dataset: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "tokens.json"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path = Path("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    else:
        path.write_text("[" * 200_000)
    done = run("serve", "--store", str(dataset), "--port", "0", write_tokens_file=str(path))
    assert_told(done, str(path))


@pytest.mark.parametrize("name", ["rows.ttl", "/dev/zero"])
def test_rdf_that_is_no_plain_file_is_told(dataset: Path, tmp_path: Path, name: str) -> None:
    if name == "rows.ttl":
        os.mkfifo(tmp_path / name)
    path = str(tmp_path / name)
    assert_told(run("load", path, "--graph", "https://example.org/g", "--out", str(dataset)), path)


def test_a_mapping_that_is_a_pipe_is_told(dataset: Path, tmp_path: Path) -> None:
    from ukfr_graph.link.datasets.adapters.table import read_mapping
    from ukfr_graph.link.datasets.treaties import InputError

    os.mkfifo(tmp_path / "mapping.yaml")
    with pytest.raises(InputError, match="no plain file"):
        read_mapping(tmp_path / "mapping.yaml")


def test_a_message_cannot_steer_a_terminal(dataset: Path) -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e"
    for done in (
        run("query", hostile, "--out", str(dataset)),
        run("query", "office-holders", "-p", f"day={hostile}", "--out", str(dataset)),
        run("load", f"{hostile}.ttl", "--graph", "https://example.org/g", "--out", str(dataset)),
        run("search", "calais", "--format", hostile, "--out", str(dataset)),
    ):
        assert_told(done)
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(done.stderr + done.stdout)


def test_an_answer_in_a_table_cannot_steer_a_terminal(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text('SELECT ("\\u001b[2J\\u009b31m\\u202e" AS ?x) ("a" AS ?y) {}')
    done = run("query", str(tmp_path / "q.rq"), "--out", str(dataset))
    assert done.returncode == 0
    assert not {"\x1b", "\x9b", "\u202e"} & set(done.stdout)
