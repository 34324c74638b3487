"""Acts of a coder on the files of a statement: only what is meant changes, and nothing that was acknowledged is lost."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.coding import CODER, FERRIES, MEET, NAME, PIER, PROPOSAL, changed_lines, make_root, perform, read, record
from ukfr_graph.coding.coding_files import CodingFiles
from ukfr_graph.coding.record_texts import RecordText
from ukfr_graph.drafting.proposal_files import ProposalFile
from ukfr_graph.drafting.proposals import write_records
from ukfr_graph.errors import DataError, NotFoundError, ParameterError, UkfrError
from ukfr_graph.workspace import read_workspaces


def test_a_proposal_that_is_accepted_is_a_record_without_what_only_proposals_have(root: Path) -> None:
    before = read(root)
    perform(root, "accept", record=MEET)
    assert read(root).startswith(before.rstrip("\n"))
    found = record(root, MEET)
    assert found["type"] == "Pledge"
    assert found["evidence"]["quote"] == {"exact": "Both sides will meet again"}
    assert not found.keys() & {"status", "rules", "suggestions", "new", "coder"}
    (judgement,) = found["judgement"]
    assert (judgement["verdict"], judgement["coder"], judgement["settled"]) == ("continuing", CODER, "true")
    assert ProposalFile(root, NAME).read() == []


def test_a_proposal_that_is_rejected_is_gone_and_its_words_are_a_gap_again(root: Path) -> None:
    before = read(root)
    state = perform(root, "reject", record=MEET)
    assert (read(root), state.files.proposals) == (before, None)
    assert "p001" not in str([name for _, name in state.files.spans()])
    with pytest.raises(NotFoundError, match="no proposal"):
        perform(root, "accept", record=MEET)


def test_an_accepted_clause_brings_the_structure_that_it_names(tmp_path: Path) -> None:
    root = make_root(tmp_path / "isles")
    section = {"id": f"section/{NAME}/end", "type": "Section", "statement": f"statement/{NAME}", "order": "2",
               "status": "proposed", "label": {"en": "End"}}  # fmt: skip
    clause = {**PROPOSAL, "section": f"section/{NAME}/end", "status": "proposed"}
    base = read_workspaces([root])[-1].base_of("statements")
    ProposalFile(root, NAME).path.write_text(write_records([section, clause], base), "utf-8")
    state = perform(root, "accept", record=MEET)
    assert record(root, f"section/{NAME}/end")["label"] == {"en": "End"}
    assert state.files.proposals is None


def test_an_accepted_entity_goes_to_the_entities_and_a_clause_waits_for_it(tmp_path: Path) -> None:
    root = make_root(tmp_path / "isles")
    ProposalFile(root, NAME).propose({"id": "state/chile", "type": "State", "label": {"en": "Chile"}, "new": "true"})
    holder = {"type": "Participation", "role": "holder", "basis": "inferred", "participant": ["state/chile"],
              "reason": {"en": "a guess"}}  # fmt: skip
    proposals = ProposalFile(root, NAME)
    base = read_workspaces([root])[-1].base_of("statements")
    clause, entity = proposals.read()
    proposals.path.write_text(write_records([{**clause, "participation": [holder]}, entity], base), "utf-8")
    with pytest.raises(DataError, match="state/chile' has no record"):
        perform(root, "accept", record=MEET)
    perform(root, "accept", record="state/chile")
    entities = (root / f"entities/{NAME}.yaml").read_text("utf-8")
    assert "id: state/chile" in entities
    assert "new:" not in entities
    perform(root, "accept", record=MEET)
    assert record(root, MEET)["participation"][-1]["participant"] == ["state/chile"]


def test_another_kind_changes_one_line_and_keeps_the_comments(root: Path) -> None:
    before = read(root)
    perform(root, "kind", record=PIER, kind="Reaffirmation")
    assert record(root, PIER)["type"] == "Reaffirmation"
    old, new = changed_lines(before, read(root))
    assert (len(old), len(new)) == (1, 1)
    assert old.pop().replace("Recognition", "Reaffirmation") == new.pop()
    assert "# the light is new" in read(root)
    assert "# or a reaffirmation?" in read(root)


def test_a_field_is_set_and_taken_out(root: Path) -> None:
    before = read(root)
    perform(root, "set", record=FERRIES, key="subject", value=["ferries", "border"])
    assert record(root, FERRIES)["subject"] == ["ferries", "border"]
    perform(root, "set", record=FERRIES, key="subject", value=None)
    assert "subject" not in record(root, FERRIES)
    assert record(root, PIER) == RecordText(before, f"x/{NAME}.yaml").find(PIER)


def test_a_judgement_takes_the_place_of_the_settled_one(root: Path) -> None:
    perform(root, "judge", record=FERRIES, judgement="testability", verdict="partly-testable", reason={"en": "Soft."})
    settled = [j for j in record(root, FERRIES)["judgement"] if j["settled"] == "true"]
    assert sorted((j["type"], j["verdict"]) for j in settled) == [
        ("NoveltyJudgement", "unmarked"), ("TestabilityJudgement", "partly-testable"),
    ]  # fmt: skip


def test_selected_words_become_a_clause_after_the_one_before_them(root: Path) -> None:
    state = CodingFiles(root, NAME).read()
    start = state.files.coding.text.index(" Both sides will") if " Both" in state.files.coding.text else (
        state.files.coding.text.index("Both sides will")
    )  # fmt: skip
    perform(root, "reject", record=MEET)
    perform(root, "add", start=start, end=start + len("Both sides will meet again") + 1, kind="Pledge")
    found = record(root, f"clause/{NAME}/both-sides-will-meet-again")
    assert found["section"] == f"section/{NAME}/body"
    assert found["evidence"]["quote"]["exact"].strip(".") == "Both sides will meet again"


def test_a_clause_is_split_and_joined_again(root: Path) -> None:
    text = CodingFiles(root, NAME).read().files.coding.text
    perform(root, "split", record=FERRIES, at=text.index("without delay"))
    first, second = record(root, FERRIES), record(root, f"clause/{NAME}/without-delay")
    assert first["evidence"]["quote"]["exact"] == "Norland and the Isles will build 2 ferries"
    assert second["evidence"]["quote"]["exact"] == "without delay"
    assert ("timeframe" in first, "quantity" in first) == (False, True)
    assert ("timeframe" in second, "quantity" in second) == (True, False)
    perform(root, "join", record=FERRIES)
    joined = record(root, FERRIES)
    assert joined["evidence"]["quote"]["exact"] == "Norland and the Isles will build 2 ferries without delay"
    assert len(joined["timeframe"]) == len(joined["quantity"]) == 1


def test_every_act_is_undone_byte_by_byte_even_after_a_restart(root: Path) -> None:
    files = {
        path: path.read_bytes() for path in (root / "statements", root / "proposals") for path in path.glob("*.yaml")
    }
    text = CodingFiles(root, NAME).read().files.coding.text
    perform(root, "accept", record=MEET)
    perform(root, "kind", record=PIER, kind="Report")
    perform(root, "split", record=FERRIES, at=text.index("without delay"))
    perform(root, "join", record=PIER)
    for _ in range(4):
        perform(root, "undo")
    assert {path: path.read_bytes() for path in files} == files
    with pytest.raises(NotFoundError, match="nothing to undo"):
        perform(root, "undo")


@pytest.mark.parametrize(
    ("act", "arguments", "error", "told"),
    [
        ("add", {"start": 75, "end": 110, "kind": "Pledge"}, DataError, "overlap"),
        ("add", {"start": 0, "end": 10, "kind": "Pledge"}, DataError, "not in the body"),
        ("add", {"start": 60, "end": 60, "kind": "Pledge"}, ParameterError, "cannot be told"),
        ("add", {"start": 60, "end": 70, "kind": "Promise"}, ParameterError, "there are Pledge"),
        ("kind", {"record": PIER, "kind": "Promise"}, ParameterError, "there are Pledge"),
        ("kind", {"record": "clause/x/y", "kind": "Call"}, NotFoundError, "no record"),
        ("set", {"record": PIER, "key": "subject", "value": ["feries"]}, DataError, "Did you mean 'ferries'"),
        ("set", {"record": PIER, "key": "sumary", "value": "x"}, DataError, "no key of a record"),
        ("set", {"record": PIER, "key": "type", "value": "Call"}, ParameterError, "set the kind"),
        ("judge", {"record": PIER, "judgement": "testability", "verdict": "maybe", "reason": {}}, DataError, "maybe"),
        ("split", {"record": PIER, "at": 3}, ParameterError, "not within"),
        ("join", {"record": PIER}, ParameterError, "Nothing"),
        ("undo", {}, NotFoundError, "nothing to undo"),
        ("burn", {}, ParameterError, "there are accept"),
        ("kind", {"record": PIER}, ParameterError, "arguments"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    tmp_path: Path, act: str, arguments: dict[str, Any], error: type[UkfrError], told: str
) -> None:
    root = make_root(tmp_path / "isles")
    before = {path: path.read_bytes() for path in root.rglob("*.yaml")}
    with pytest.raises(error, match=told):
        perform(root, act, **arguments)
    assert {path: path.read_bytes() for path in root.rglob("*.yaml")} == before


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["kind", "split", "join", "add", "accept", "reject", "undo", "redo", "accept-part", "remove-part", "use", "finish"]), st.integers(0, 200), st.integers(1, 60)), max_size=6))  # fmt: skip
def test_whatever_is_done_the_file_can_be_read_and_undone(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, int, int]]
) -> None:
    root = make_root(tmp_path_factory.mktemp("acts") / "isles", short=len(acts) % 2 == 0)
    before = {path: path.read_bytes() for path in root.rglob("*.yaml")}
    for act, at, length in acts:
        names = [name for _, name in CodingFiles(root, NAME).read().files.spans()] or [PIER]
        choices: dict[str, dict[str, Any]] = {
            "kind": {"record": names[at % len(names)], "kind": "Call"},
            "split": {"record": names[at % len(names)], "at": at},
            "join": {"record": names[at % len(names)]},
            "add": {"start": at, "end": at + length, "kind": "Report"},
            "accept": {"record": MEET}, "reject": {"record": MEET}, "undo": {}, "redo": {}, "finish": {},
            "accept-part": {"record": MEET, "key": "timeframe", "number": 0},
            "remove-part": {"record": names[at % len(names)], "key": "participation", "number": length % 3},
            "use": {"record": names[at % len(names)], "entity": "government/isles", "role": "target",
                    "reason": {"en": "It may."}},
        }  # fmt: skip
        try:
            perform(root, act, **choices[act])
        except UkfrError:
            continue
    after = {path: path.read_bytes() for path in root.rglob("*.yaml")}
    count = repeat(root, "undo")
    assert {path: path.read_bytes() for path in root.rglob("*.yaml")} == before
    assert repeat(root, "redo") >= count
    if "undo" not in [act for act, _, _ in acts]:
        assert {path: path.read_bytes() for path in root.rglob("*.yaml")} == after


def repeat(root: Path, act: str) -> int:
    """Undo or redo until there is nothing left; return how often."""
    for number in range(100):
        try:
            perform(root, act)
        except NotFoundError:
            return number
    raise AssertionError(act)
