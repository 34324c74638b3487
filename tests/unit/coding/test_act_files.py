"""The files under the acts of a coder: nobody's change is overwritten, and nothing that was acknowledged is lost."""

import os
import random
import re
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from support.coding import CODER, MEET, NAME, PIER, make_root, perform, read, record
from ukfr_graph.coding import file_edits
from ukfr_graph.coding.act_journal import ActJournal
from ukfr_graph.coding.coding_files import CodingFiles
from ukfr_graph.drafting.proposal_files import ProposalFile
from ukfr_graph.errors import PreconditionError, UkfrError


def test_a_change_of_somebody_else_is_told_and_never_overwritten(root: Path) -> None:
    files = CodingFiles(root, NAME)
    seen = files.read().seen
    path = root / f"statements/{NAME}.yaml"
    path.write_text(read(root) + "# mine\n", "utf-8")
    with pytest.raises(PreconditionError, match="Somebody"):
        files.perform("accept", seen, coder=CODER, record=MEET)
    assert read(root).endswith("# mine\n")
    perform(root, "accept", record=MEET)
    assert "# mine\n" in read(root)
    path.write_text(read(root) + "# mine too\n", "utf-8")
    with pytest.raises(PreconditionError, match="changed by somebody else after"):
        perform(root, "undo")
    assert read(root).endswith("# mine too\n")


@pytest.mark.parametrize("part", ["statements", "proposals"])
def test_an_editor_that_saves_in_the_middle_of_an_act_is_not_overwritten(
    tmp_path: Path, monkeypatch: Any, part: str
) -> None:
    root = make_root(tmp_path / "isles")
    begin, path = ActJournal.begin, root / f"{part}/{NAME}.yaml"

    def save_meanwhile(self: ActJournal, entry: Any) -> None:
        begin(self, entry)
        path.write_text("# mine\n" + path.read_text("utf-8"), "utf-8")

    other = root / ("proposals" if part == "statements" else "statements") / f"{NAME}.yaml"
    kept, mine = other.read_bytes(), b"# mine\n" + path.read_bytes()
    monkeypatch.setattr(ActJournal, "begin", save_meanwhile)
    with pytest.raises(PreconditionError, match="Somebody"):
        perform(root, "accept", record=MEET)
    assert (path.read_bytes(), other.read_bytes()) == (mine, kept)
    monkeypatch.undo()
    perform(root, "accept", record=MEET)
    assert record(root, MEET)


def test_an_editor_that_saves_while_the_new_text_is_being_written_is_not_overwritten(
    tmp_path: Path, monkeypatch: Any
) -> None:
    root = make_root(tmp_path / "isles")
    path, sync = root / f"statements/{NAME}.yaml", os.fsync

    def save_meanwhile(handle: int) -> None:
        sync(handle)
        if ".part" in str(Path(f"/proc/self/fd/{handle}").readlink()):
            path.write_text("# mine\n", "utf-8")

    monkeypatch.setattr(os, "fsync", save_meanwhile)
    with pytest.raises(PreconditionError, match="Somebody"):
        perform(root, "set", record=PIER, key="label", value={"en": "Light"})
    assert path.read_text("utf-8") == "# mine\n"


@pytest.mark.parametrize("form", ["crlf", "mark", "flow", "behind", "no end"])
def test_an_act_leaves_every_other_byte_of_the_file_as_it_is(tmp_path: Path, form: str) -> None:
    root = make_root(tmp_path / "isles")
    path = root / f"statements/{NAME}.yaml"
    before = path.read_bytes()
    before = {
        "crlf": before.replace(b"\n", b"\r\n"),
        "mark": b"\xef\xbb\xbf" + before,
        "flow": re.sub(rb"label:\n      en: (Welcome.*)\n", rb"label: {en: '\1'}   # in a line\n", before),
        "behind": before.replace(b"the light of the pier\n", b"the light of the pier  # a long comment behind it\n"),
        "no end": before.rstrip(b"\n"),
    }[form]
    path.write_bytes(before)
    perform(root, "set", record=PIER, key="label", value={"en": "Welcome the pier and all that belongs to it"})
    now = path.read_bytes()
    assert (now.count(b"\r\n"), now[:3]) == (before.count(b"\r\n"), before[:3])
    old, new = (set(text.decode("utf-8-sig").splitlines()) for text in (before, now))
    assert (len(old - new), len(new - old)) == (1, 1)
    assert [text.partition("#")[2] for text in old - new] == [text.partition("#")[2] for text in new - old]
    perform(root, "undo")
    assert path.read_bytes() == before


def test_a_file_that_cannot_be_written_back_as_it_is_stays(tmp_path: Path) -> None:
    root = make_root(tmp_path / "isles")
    path = root / f"statements/{NAME}.yaml"
    path.write_bytes(path.read_text("utf-8").encode("utf-16"))
    before = path.read_bytes()
    with pytest.raises(UkfrError, match="UTF-8"):
        perform(root, "set", record=PIER, key="label", value={"en": "Light"})
    assert path.read_bytes() == before


def test_a_crash_between_two_files_is_mended_when_they_are_next_read(tmp_path: Path, monkeypatch: Any) -> None:
    root = make_root(tmp_path / "isles")
    apply = file_edits._apply
    calls = iter([True, False])

    def apply_once(root: Path, edit: Any) -> None:
        if not next(calls):
            raise KeyboardInterrupt
        apply(root, edit)

    monkeypatch.setattr(file_edits, "_apply", apply_once)
    with pytest.raises(KeyboardInterrupt):
        perform(root, "accept", record=MEET)
    monkeypatch.undo()
    assert len(ProposalFile(root, NAME).read()) == 1
    state = CodingFiles(root, NAME).read()
    assert state.files.proposals is None
    assert record(root, MEET)
    perform(root, "undo")
    assert len(ProposalFile(root, NAME).read()) == 1


def work_until_killed(root: Path, write: int, number: int) -> None:
    """Set a label, accept and undo, for ever; say after each act that it is done."""
    while True:
        number += 1
        for act, arguments in (
            ("set", {"record": PIER, "key": "label", "value": {"en": f"n{number}"}}),
            ("accept", {"record": MEET}),
            ("undo", {}),
        ):
            perform(root, act, **arguments)
            os.write(write, f"{act} {number}\n".encode())


def test_a_process_that_is_killed_at_any_moment_loses_no_acknowledged_act(tmp_path: Path) -> None:
    root = make_root(tmp_path / "isles")
    pick, reached = random.Random(7), 0
    for _ in range(8):  # a server is killed as often again
        read_end, write_end = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                work_until_killed(root, write_end, reached)
            finally:
                os._exit(1)
        os.close(write_end)
        acknowledged = b""
        for _ in range(pick.randint(1, 4)):
            acknowledged += os.read(read_end, 1000)
        time.sleep(pick.random() * 0.06)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while rest := os.read(read_end, 1000):
            acknowledged += rest
        os.close(read_end)
        act, number = acknowledged.decode().splitlines()[-1].split()
        state = CodingFiles(root, NAME).read()
        label = int(re.findall(r"n(\d+)", str(record(root, PIER)["label"]))[0])
        assert label in ((int(number),) if act != "undo" else (int(number), int(number) + 1))
        is_taken, is_left = f"id: {MEET}" in read(root), state.files.proposals is not None
        assert is_taken != is_left
        reached = label
        if is_taken:
            perform(root, "undo")
    assert not list(root.rglob("*.part"))
