"""A file is read again where anything may have happened to it, and found damaged; else it is not read."""

import json
import os
import shutil
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from support.commands import run_command
from support.sampling import sample
from ukfr_graph.errors import DatasetError
from ukfr_graph.store import current_version, load_graph, next_version, open_snapshot, verify_version
from ukfr_graph.store import layout as layout_module
from ukfr_graph.store.layout import NQUADS, STORE, VERIFIED
from ukfr_graph.store.text_index import open_index
from ukfr_graph.store.verification import FileState, scrub_dataset


@pytest.fixture
def root(dataset: Path, tmp_path: Path) -> Path:
    """A copy, each file of which was read once."""
    root = Path(shutil.copytree(dataset, tmp_path / "out", symlinks=True))
    verify_version(root, anew=True)
    return root


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read to be held against their checksums."""
    names: list[str] = []
    describe = layout_module.describe_file

    def note(path: Path) -> dict[str, object]:
        names.append(path.name)
        return describe(path)

    monkeypatch.setattr(layout_module, "describe_file", note)
    return names


def largest(root: Path) -> Path:
    return max((current_version(root) / STORE).iterdir(), key=lambda path: path.stat().st_size)


def flip(path: Path) -> bytes:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    return bytes(content)


def write_in_place(path: Path) -> None:
    path.write_bytes(flip(path))


def write_and_restore_the_date(path: Path) -> None:
    before = path.stat()
    path.write_bytes(flip(path))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def swap(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(flip(path))
    shutil.copystat(path, other)
    other.replace(path)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def remove(path: Path) -> None:
    path.unlink()


HARMS = (write_in_place, write_and_restore_the_date, swap, cut, remove)


@pytest.mark.parametrize(
    ("harm", "name"), sample(product(HARMS, (STORE, NQUADS, "curated.json", "manifest.json")), every=3)
)
def test_whatever_happens_to_a_file_is_found_before_anything_is_served(
    root: Path, harm: Callable[[Path], None], name: str
) -> None:
    harm(largest(root) if name == STORE else current_version(root) / name)
    with pytest.raises(DatasetError, match=r"Build the dataset again|ukfr-graph build"):
        verify_version(root)


def test_what_was_read_and_is_as_it_was_is_not_read_again(root: Path, read: list[str]) -> None:
    verify_version(root)
    open_snapshot(root)
    open_index(current_version(root)).close()
    assert read == []
    os.utime(largest(root), (1, 1))
    verify_version(root)
    assert read == [largest(root).name, "curated.json"]
    verify_version(root)
    assert len(read) == 2


def test_a_copy_is_read_whole(root: Path, tmp_path: Path, read: list[str]) -> None:
    copy = Path(shutil.copytree(root, tmp_path / "copy", symlinks=True))
    verify_version(copy)
    assert {largest(copy).name, NQUADS} <= set(read)
    write_in_place(largest(copy))
    with pytest.raises(DatasetError, match="damaged"):
        open_snapshot(copy)


def test_a_write_reads_nothing_of_what_it_leaves_as_it_is(root: Path, tmp_path: Path, read: list[str]) -> None:
    file = tmp_path / "mine.ttl"
    for number in range(3):
        file.write_text(f"<https://a/{number}> <https://a/p> {number} .")
        load_graph([file], "https://example.org/mine", root)
    before = {path.name for path in (current_version(root) / layout_module.CURATED).glob("*.sst")}
    verify_version(root)
    assert before
    assert not before & set(read)
    assert NQUADS not in read


def test_a_write_that_changes_nothing_leaves_what_was_noted(root: Path, read: list[str]) -> None:
    with next_version(root) as draft:
        assert draft.changed == set()
    verify_version(root)
    assert read == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"folder": 1}', '{"folder": "x", "files": {"a": []}}', "\0"])
def test_a_note_that_cannot_be_read_says_nothing(root: Path, text: str, read: list[str]) -> None:
    (root / VERIFIED).write_text(text)
    verify_version(root)
    assert largest(root).name in read


def test_what_rots_without_a_trace_is_found_when_it_is_read_again(root: Path) -> None:
    """A file whose content is another and whose state is not, as below the file system: the note is made to fit."""
    victim = largest(root)
    write_in_place(victim)
    note = json.loads((root / VERIFIED).read_text())
    name = f"{STORE}/{victim.name}"
    note["files"][name][1:] = FileState.of(victim)
    (root / VERIFIED).write_text(json.dumps(note))
    verify_version(root)
    fault = scrub_dataset(root, lambda _: True)
    assert victim.name in fault
    assert "ukfr-graph build" in fault
    with pytest.raises(DatasetError, match=victim.name):
        verify_version(root)


def test_reading_again_goes_on_with_the_version_that_comes_meanwhile_and_keeps_no_other(
    root: Path, tmp_path: Path
) -> None:
    first, sizes = current_version(root), list[int]()
    file = tmp_path / "mine.ttl"
    file.write_text("<urn:a> <urn:b> 1 .")

    def pause(size: int) -> bool:
        sizes.append(size)
        if current_version(root) == first:
            load_graph([file], "https://example.org/mine", root)
            shutil.rmtree(first)
        return True

    assert scrub_dataset(root, pause) == ""
    assert sum(sizes) >= sum(path.stat().st_size for path in (current_version(root) / STORE).iterdir())


def test_a_dataset_can_be_read_whole_by_a_command(root: Path) -> None:
    whole = run_command("verify", "--out", str(root))
    assert (whole.returncode, current_version(root).name in whole.stderr) == (0, True)
    write_in_place(current_version(root) / layout_module.INDEX)
    verify_version(root)
    refused = run_command("verify", "--out", str(root))
    assert refused.returncode == 2
    assert "search.sqlite" in refused.stderr
