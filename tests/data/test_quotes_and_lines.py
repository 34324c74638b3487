"""Quotes that look the same and are not, and line ends: what a curator is told, and what makes no difference."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from support.building import build_changed
from ukfr_graph.errors import DataError, Problem
from ukfr_graph.resources import data_folder

SOURCE = "sources/govuk-2016-08-30"
STATEMENT = "statements/uk-fr-2016-08-30.yaml"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(data_folder(), tmp_path / "data"))


def change_text(data: Path, change: Callable[[str], str], *, record: bool = True) -> None:
    """Change the text of the source, and where ``record`` the hash that pins it."""
    path, note = data / SOURCE / "text.txt", data / SOURCE / "source.yaml"
    old = path.read_bytes()
    new = change(old.decode()).encode()
    assert new != old
    path.write_bytes(new)
    if record:
        before, after = (hashlib.sha256(content).hexdigest() for content in (old, new))
        note.write_text(note.read_text("utf-8").replace(before, after), "utf-8")


def change_record(data: Path, old: str, new: str) -> None:
    path = data / STATEMENT
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def problems_of(data: Path) -> tuple[Problem, ...]:
    with pytest.raises(DataError) as caught:
        build_changed(data)
    return caught.value.problems


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("closer working", "\u0441loser working", ("U+0063 LATIN SMALL LETTER C", "U+0441 CYRILLIC SMALL LETTER ES")),
        ("closer working", "closer\u00a0working", ("U+0020 SPACE", "U+00A0 NO-BREAK SPACE")),
        ("closer working", "closer\u2011working", ("U+0020 SPACE", "U+2011 NON-BREAKING HYPHEN")),
        ("closer working", "clo\u200bser working", ("nothing", "U+200B ZERO WIDTH SPACE")),
        ("closer working", "close\u0301r working", ("nothing", "U+0301 COMBINING ACUTE ACCENT")),
    ],
)
def test_quotes_that_look_the_same_are_told_apart_by_their_code_points(
    data: Path, old: str, new: str, words: tuple[str, str]
) -> None:
    change_text(data, lambda text: text.replace(old, new))
    messages = [p.message for p in problems_of(data) if p.rule == "quote-not-found"]
    assert messages
    assert all(f"the record has {words[0]}, the text has {words[1]}" in str(message) for message in messages)


def test_a_difference_that_the_eye_sees_is_not_spelled_out(data: Path) -> None:
    change_text(data, lambda text: text.replace("closer working", "close working"))
    assert all("U+" not in str(p.message) for p in problems_of(data))


def test_a_context_that_does_not_fit_is_told_as_such(data: Path) -> None:
    text = (data / STATEMENT).read_text("utf-8")
    at = text.index("prefix: ")
    written = text[at : text.index("}", at)]
    change_record(data, written, "prefix: 'in other words '")
    (problem,) = (p for p in problems_of(data) if p.rule == "quote-context")
    assert "but not with the prefix 'in other words '" in str(problem.message)
    assert "(line" in str(problem.message)


@pytest.mark.parametrize("character", ["\x0c", "\x0b", "\x1c", "\x85", "\u2028"])
def test_what_an_editor_takes_for_no_line_end_moves_no_line(data: Path, character: str) -> None:
    change_text(data, lambda text: text.replace("in Paris.", f"in Paris.{character}"))
    assert build_changed(data).coverage["govuk-2016-08-30"].share == 1


@pytest.mark.parametrize(("end", "name"), [("\r\n", "CRLF"), ("\r", "CR")])
def test_line_ends_that_alone_differ_are_named(data: Path, end: str, name: str) -> None:
    change_text(data, lambda text: text.replace("\n", end), record=False)
    (problem,) = problems_of(data)
    assert f"only its line ends differ: they are {name} here, and were LF" in str(problem.message)
    assert ".gitattributes" in str(problem.fix)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_a_text_with_other_line_ends_can_be_coded(data: Path, end: str) -> None:
    change_text(data, lambda text: text.replace("\n", end))
    assert build_changed(data).coverage["govuk-2016-08-30"].share == 1


def test_git_keeps_sources_as_they_are() -> None:
    attributes = (data_folder().parent / ".gitattributes").read_text("utf-8")
    assert "* -text" in attributes.splitlines()
