"""A second coder works blind in a file of their own; each difference is settled in the records, and nothing is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.coding import CODER, FERRIES, NAME, PIER, make_root, perform, read, record
from ukfr_graph.build.findings import Checker
from ukfr_graph.coding.coding_files import CodingFiles
from ukfr_graph.coding.file_names import list_second_coders
from ukfr_graph.coding.settling import CodingComparison, SecondCoding, compare_codings
from ukfr_graph.coding.statement_texts import list_records
from ukfr_graph.coding.structure import is_finished
from ukfr_graph.errors import DataError, NotFoundError, ParameterError, PreconditionError
from ukfr_graph.workspace import read_workspaces

ADA = "coder/ada"
BUILD, DELAY, LIGHT = (
    f"clause/{NAME}/{name}" for name in ("norland-and-the-isles-will", "without-delay", "the-isles-welcome-the-light")
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_root(tmp_path / "isles")


def code(root: Path, act: str, **arguments: Any) -> None:
    files = CodingFiles(root, NAME, "ada")
    files.perform(act, files.read().seen, coder=ADA, **arguments)


def add(root: Path, words: str, kind: str) -> None:
    start = CodingFiles(root, NAME, "ada").read().files.coding.text.index(words)
    code(root, "add", start=start, end=start + len(words), kind=kind)


def code_second(root: Path) -> None:
    """Cut the ferries in two, and see a reaffirmation in the pier."""
    CodingFiles(root, NAME, "ada").begin()
    add(root, "Norland and the Isles will build 2 ferries", "Pledge")
    add(root, "without delay", "Pledge")
    add(root, "The Isles welcome the light of the new pier", "Reaffirmation")
    code(root, "use", record=LIGHT, entity="government/norland-of-isles", role="holder", reason={"en": "Its pier."})
    code(root, "judge", record=LIGHT, judgement="testability", verdict="testable", reason={"en": "One can look."})
    code(root, "judge", record=LIGHT, judgement="novelty", verdict="unmarked", reason={"en": "No word."})
    code(root, "finish")


def read_second(root: Path) -> SecondCoding:
    return SecondCoding(ADA, list_records(CodingFiles(root, NAME, "ada").read().files, "records"))


def compare(root: Path) -> CodingComparison:
    return compare_codings(CodingFiles(root, NAME).read().files, read_second(root))


def list_open(found: CodingComparison) -> list[str]:
    """List what is open about the pier."""
    return [d.what for d in found.open if d.ours == (PIER,)]


def settle(root: Path, what: str, taken: str, *, role: str = "", reason: str = "", **third: str) -> None:
    record = FERRIES if what == "boundary" else PIER
    found = next(d for d in compare(root).open if (d.what, d.role, d.ours) == (what, role, (record,)))
    perform(
        root, "settle", second=read_second(root), what=what, ours=" ".join(found.ours), theirs=" ".join(found.theirs),
        role=role, taken=taken, reason={"en": reason} if reason else {}, third=third,
    )  # fmt: skip


def test_a_second_coder_sees_nothing_of_the_first_coding_nor_is_kept_from_the_same_words(root: Path) -> None:
    first = read(root)
    CodingFiles(root, NAME, "ada").begin()
    own = (root / f"codings/ada/{NAME}.yaml").read_text("utf-8")
    for secret in ("build-ferries", "the light", "2 ferries", "isles-desk", "#", "Judgement", "holder"):
        assert secret not in own
    state = CodingFiles(root, NAME, "ada").read()
    assert [name for _, name in state.files.spans()] == []
    assert FERRIES not in str(state.files.coding.records)
    add(root, "Norland and the Isles will build 2 ferries without delay", "Call")
    assert read(root) == first
    assert list_second_coders(root, NAME) == ["ada"]
    assert Checker().check(read_workspaces([root])).findings == ()  # no build reads it


def test_a_second_coding_is_begun_once_and_finished_by_its_coder(root: Path) -> None:
    CodingFiles(root, NAME, "ada").begin()
    add(root, "without delay", "Pledge")
    CodingFiles(root, NAME, "ada").begin()
    assert [name for _, name in CodingFiles(root, NAME, "ada").read().files.spans()] == [DELAY]
    assert not is_finished(CodingFiles(root, NAME, "ada").read().files)
    code(root, "finish")
    assert is_finished(CodingFiles(root, NAME, "ada").read().files)
    with pytest.raises(PreconditionError, match="finished"):
        add(root, "new pier", "Report")
    code(root, "undo")
    assert not is_finished(CodingFiles(root, NAME, "ada").read().files)


def test_the_first_coder_does_not_become_the_second_one_by_mistake(root: Path) -> None:
    with pytest.raises(ParameterError, match="coder of the first coding"):
        CodingFiles(root, NAME, "isles-desk").begin()
    assert not (root / "codings").exists()


def test_a_settlement_that_was_broken_by_hand_is_told(root: Path) -> None:
    code_second(root)
    settle(root, "kind", "first")
    path = root / f"settlements/{NAME}.yaml"
    path.write_text(path.read_text("utf-8").replace("taken: first", "take: first"), "utf-8")
    with pytest.raises(DataError, match="'taken'"):
        compare(root)


@pytest.mark.parametrize("name", ["../statements", "A", "ada/x", "."])
def test_a_coder_whose_name_is_a_path_gets_no_file(root: Path, name: str) -> None:
    with pytest.raises(ParameterError):
        CodingFiles(root, NAME, name)


def test_every_difference_is_listed_with_both_readings(root: Path) -> None:
    code_second(root)
    found = compare(root)
    assert [(d.what, d.role, d.ours, d.theirs) for d in found.open] == [
        ("boundary", "", (FERRIES,), (BUILD, DELAY)), ("role", "holder", (FERRIES,), (BUILD,)),
        ("novelty", "", (FERRIES,), (BUILD,)), ("testability", "", (FERRIES,), (BUILD,)),
        ("kind", "", (PIER,), (LIGHT,)), ("role", "holder", (PIER,), (LIGHT,)),
        ("testability", "", (PIER,), (LIGHT,)),
    ]  # fmt: skip
    assert (found.settled, found.after) == ((), ())
    assert next(m for m in found.measures if m.measure == "kind of shared clauses").share == 0.5


def test_the_first_reading_is_kept_and_the_difference_is_not_open_any_more(root: Path) -> None:
    code_second(root)
    before = read(root)
    settle(root, "kind", "first", reason="It is new light.")
    assert read(root) == before
    found = compare(root)
    assert "kind" not in list_open(found)
    (settled,) = found.settled
    assert (settled.taken, settled.settled, settled.reason, settled.coder, settled.second) == (
        "first", "Recognition", {"en": "It is new light."}, CODER, ADA
    )  # fmt: skip
    perform(root, "kind", record=PIER, kind="Report")  # what is settled no longer stands: it is open again
    assert "kind" in list_open(compare(root))


def test_the_second_reading_of_a_kind_and_of_a_role_is_written_into_the_record(root: Path) -> None:
    code_second(root)
    settle(root, "kind", "second")
    settle(root, "role", "second", role="holder")
    found = record(root, PIER)
    assert found["type"] == "Reaffirmation"
    assert [part for part in found["participation"] if not isinstance(part, str)] == [
        {"type": "Participation", "role": "holder", "basis": "inferred", "participant": ["government/norland-of-isles"],
         "reason": {"en": "Its pier."}}
    ]  # fmt: skip
    assert f"participation/{NAME}/speakers" in found["participation"]
    assert "# the light is new" in read(root)
    assert list_open(compare(root)) == ["testability"]


def test_another_cut_takes_the_words_of_the_second_and_keeps_what_the_first_has_said(root: Path) -> None:
    code_second(root)
    settle(root, "boundary", "second")
    ferries = record(root, FERRIES)
    assert ferries["evidence"]["quote"]["exact"] == "Norland and the Isles will build 2 ferries"
    assert (ferries["label"], ferries["quantity"][0]["value"]) == ({"en": "Build 2 ferries"}, "2")
    assert "timeframe" not in ferries
    delay = record(root, f"clause/{NAME}/without-delay")
    assert (delay["type"], delay["timeframe"][0]["wording"]) == ("Pledge", "without delay")
    assert "boundary" not in [d.what for d in compare(root).open]


@pytest.mark.parametrize("taken", ["first", "second", "third"])
def test_of_a_judgement_the_other_reading_stands_beside_with_its_coder_and_reason(root: Path, taken: str) -> None:
    code_second(root)
    settle(root, "testability", taken, reason="Light is seen.", verdict="partly-testable", confidence="low")
    told = {
        (j["verdict"], j["coder"], j["settled"]): j["reason"]["en"]
        for j in record(root, PIER)["judgement"] if j["type"] == "TestabilityJudgement"
    }  # fmt: skip
    third = {("partly-testable", CODER, "true"): "Light is seen."} if taken == "third" else {}
    assert told == {
        ("not-testable", CODER, "true" if taken == "first" else "false"): "No public fact could show it.",
        ("testable", ADA, "true" if taken == "second" else "false"): "One can look.", **third,
    }  # fmt: skip
    assert "testability" not in list_open(compare(root))
    assert len([j for j in record(root, PIER)["judgement"] if j["type"] == "NoveltyJudgement"]) == 1


def test_a_third_reading_needs_its_reason_and_may_be_a_kind_or_a_role(root: Path) -> None:
    code_second(root)
    with pytest.raises(ParameterError, match="reason"):
        settle(root, "kind", "third", kind="Report")
    settle(root, "kind", "third", reason="It tells.", kind="Report")
    settle(root, "role", "third", role="holder", reason="Both.", who="government/isles government/norland-of-isles")
    found = record(root, PIER)
    assert found["type"] == "Report"
    assert found["participation"][-1]["participant"] == ["government/isles", "government/norland-of-isles"]
    assert [(s.difference.what, s.taken, s.settled) for s in compare(root).settled] == [
        ("kind", "third", "Report"),
        ("role", "third", "holder: government/isles, government/norland-of-isles (inferred)"),
    ]
    with pytest.raises(NotFoundError):
        perform(root, "settle", second=read_second(root), what="kind", ours=PIER, theirs=BUILD, role="", taken="first",
                reason={}, third={})  # fmt: skip


def test_the_codings_stay_to_be_measured_and_all_is_undone_byte_by_byte(root: Path) -> None:
    code_second(root)
    before = {path: path.read_bytes() for path in root.rglob("*.yaml")}
    measures = compare(root).measures
    settle(root, "kind", "second")
    settle(root, "boundary", "second")
    settle(root, "testability", "first")
    found = compare(root)
    assert found.measures == measures
    assert next(m for m in found.after if m.measure == "kind of shared clauses").share == 1
    assert (root / f"codings/before-settling/{NAME}.yaml").read_bytes() == before[root / f"statements/{NAME}.yaml"]
    assert list_second_coders(root, NAME) == ["ada"]
    for _ in range(3):
        perform(root, "undo")
    assert {path: path.read_bytes() for path in root.rglob("*.yaml")} == before
