import shutil
from pathlib import Path

import pytest

from support.drafting import copy_workspace
from ukfr_graph.agents.coding import answer_coding_tool
from ukfr_graph.documents import read_document
from ukfr_graph.drafting.gate import Coding, check_proposal, find_gaps, measure_share
from ukfr_graph.errors import DataError, NotFoundError, ParameterError

WORKSPACE = Path(__file__).parents[2] / "workspaces" / "costa-verde-norland"
TEXT = "We will open a port. We will open a school. Chile will help."


def clause(exact: str, **rest: object) -> dict[str, object]:
    quote = {"exact": exact} | {key: rest.pop(key) for key in ("prefix", "suffix") if key in rest}
    return {"id": "clause/made-up/1", "type": "Pledge", "evidence": {"quote": quote}, **rest}


def rules(record: dict[str, object], coding: Coding | None = None) -> list[str]:
    return [problem.rule for problem in check_proposal(record, coding or Coding.of(TEXT))]


def test_a_quote_that_stands_once_is_let_through() -> None:
    assert rules(clause("We will open a port")) == []


@pytest.mark.parametrize(
    ("record", "rule"),
    [
        (clause("We will open"), "quote-ambiguous"),
        (clause("We will open a pier"), "quote-not-found"),
        (clause(""), "quote-missing"),
        ({"id": "clause/made-up/1", "type": "Pledge"}, "quote-missing"),
        (clause("We will open a port", type="Promise"), "type"),
        (clause("We will open a port", id="Clause 1"), "id"),
        (clause("We will open a port", subject=["terorism"]), "unknown-term"),
        (clause("We will open a port", subject=[{"a": "b"}]), "unknown-term"),
        (clause("We will open a port", participtation=[]), "unknown-key"),
        (clause("We will open a port", place=["place/nowhere"]), "unknown-entity"),
        (clause("We will open a port", judgement=[{"type": "TestabilityJudgement"}]), "person"),
        (clause("We will open a port", judgement=[{"type": "NoveltyJudgement", "settled": "true"}]), "person"),
        (clause("We will open a port", judgement=[{"type": "NoveltyJudgement", "verdict": "newish"}]), "unknown-term"),
        (clause("We will open a port", quantity={"evidence": {"quote": {"exact": "two"}}}), "quote-not-found"),
        ({"id": "state/chile", "type": "State"}, "label"),
        ({"id": "place/chile", "type": "State", "label": {"en": "Chile"}}, "id"),
    ],
)
def test_what_is_not_right_is_refused_by_its_rule(record: dict[str, object], rule: str) -> None:
    assert rule in rules(record)


def test_a_refusal_offers_the_nearest_spellings() -> None:
    problem = next(p for p in check_proposal(clause("We will open a port", subject="terorism"), Coding.of(TEXT)))
    assert "Did you mean 'terrorism'" in str(problem.fix)
    near = check_proposal(clause("We will open a pier"), Coding.of(TEXT))[0]
    assert "We will open a port." in str(near.message)


def test_context_tells_repeated_words_apart() -> None:
    assert rules(clause("We will open", suffix=" a school")) == []


def test_words_that_another_record_has_are_refused() -> None:
    coding = Coding.of(TEXT, [clause("We will open a port", id="clause/made-up/0")])
    assert rules(clause("open a port"), coding) == ["overlap"]
    assert rules(clause("We will open a school"), coding) == []


def test_gaps_are_what_no_record_has() -> None:
    coding = Coding.of(TEXT, [clause("We will open a school")])
    assert [gap.words for gap in find_gaps(coding)] == ["We will open a port", "Chile will help"]
    assert measure_share(coding) == 5 / 13


def test_an_agent_proposes_and_nothing_of_the_records_changes(tmp_path: Path) -> None:
    root = copy_workspace(tmp_path, TEXT)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    gap = answer_coding_tool(root, "next_gap", {"statement": "made-up"})
    assert (gap["share"], gap["next"]["line"], gap["next"]["words"]) == (0.0, 1, TEXT.rstrip("."))
    answer = answer_coding_tool(
        root, "propose_clause", {"statement": "made-up", "kind": "Pledge", "exact": "We will open a port"}
    )
    assert (answer["proposed"]["id"], answer["proposed"]["status"]) == ("clause/made-up/p001", "proposed")
    assert answer["next"]["words"] == "We will open a school. Chile will help"
    answer_coding_tool(
        root, "propose_entity", {"statement": "made-up", "type": "State", "id": "state/chile", "label": "Chile"}
    )
    role = {"type": "Participation", "role": "holder", "basis": "stated", "participant": ["state/chile"],
            "evidence": {"quote": {"exact": "Chile"}}}  # fmt: skip
    answer_coding_tool(
        root, "propose_clause",
        {"statement": "made-up", "kind": "Pledge", "exact": "Chile will help", "record": {"participation": [role]}},
    )  # fmt: skip
    state = answer_coding_tool(root, "check", {"statement": "made-up"})
    assert (state["proposals"], state["problems"], state["gaps"]) == (3, [], 1)
    written = root / "proposals/made-up.yaml"
    assert [r["id"] for r in read_document(written, root).records()] == [
        "clause/made-up/p001", "state/chile", "clause/made-up/p002",
    ]  # fmt: skip
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize(
    ("tool", "arguments", "error"),
    [
        ("propose_clause", {"statement": "made-up", "kind": "Pledge", "exact": "We will open"}, DataError),
        ("propose_clause", {"statement": "made-up", "kind": "Pledge"}, ParameterError),
        ("propose_clause", {"statement": "made-up", "kind": "Vow", "exact": "Chile will help"}, ParameterError),
        (
            "propose_clause",
            {"statement": "made-up", "kind": "Call", "exact": "Chile", "record": {"id": "x"}},
            ParameterError,
        ),
        (
            "propose_clause",
            {"statement": "made-up", "kind": "Call", "exact": "Chile", "record": {"x": None}},
            ParameterError,
        ),
        ("propose_clause", {"statement": "made-up", "kind": "Call", "exact": 7}, ParameterError),
        ("next_gap", {"statement": "../made-up"}, ParameterError),
        ("next_gap", {"statement": "another"}, NotFoundError),
        ("next_gap", {"statement": "made-up", "more": "1"}, ParameterError),
    ],
)
def test_an_agent_is_refused_with_a_reason(
    tmp_path: Path, tool: str, arguments: dict[str, object], error: type[Exception]
) -> None:
    root = copy_workspace(tmp_path, TEXT)
    with pytest.raises(error):
        answer_coding_tool(root, tool, arguments)
    assert not (root / "proposals/made-up.yaml").exists()


def test_a_workspace_has_terms_of_its_own(tmp_path: Path) -> None:
    root = tmp_path / "costa-verde-norland"
    shutil.copytree(WORKSPACE, root)
    state = answer_coding_tool(root, "check", {"statement": "cv-no-2019-05-14"})
    assert (state["share"], state["gaps"], state["next"]) == (1.0, 0, None)
    proposal = {"statement": "cv-no-2019-05-14", "kind": "Pledge", "exact": "Costa Verde intends to train 40 inspectors",
                "record": {"subject": ["fisheries", "fishery"]}}  # fmt: skip
    with pytest.raises(DataError) as caught:
        answer_coding_tool(root, "propose_clause", proposal)
    assert [problem.rule for problem in caught.value.problems] == ["unknown-term", "overlap"]
    assert "Did you mean 'fisheries'" in str(caught.value.problems[0].fix)
