"""Proposals are accepted part by part, what is refused stays refused, and entities are found, named and added."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.coding import CODER, FERRIES, MEET, NAME, PIER, PROPOSAL, make_root, perform, read, record
from ukfr_graph.build.findings import Checker
from ukfr_graph.coding.coding_files import CodingFiles
from ukfr_graph.coding.proposed import list_proposals
from ukfr_graph.drafting.proposal_files import ProposalFile
from ukfr_graph.drafting.proposals import write_records
from ukfr_graph.errors import DataError, NotFoundError, ParameterError
from ukfr_graph.site.coding.entity_search import search_entities
from ukfr_graph.workspace import read_workspaces

RULE = {"rule": "number", "confidence": "high"}
NUMBERS = [
    {"type": "Quantity", "value": number, "comparator": "unqualified", "evidence": {"quote": {"exact": words}},
     "rules": {"value": RULE}}
    for number, words in (("2", "Both"), ("1", "again"))
]  # fmt: skip
TIME = {"type": "Timeframe", "wording": "again", "timeAspect": "performing", "evidence": {"quote": {"exact": "again"}}}
HOLDER = {"type": "Participation", "role": "holder", "basis": "stated", "participant": ["government/isles"],
          "evidence": {"quote": {"exact": "Both sides"}}, "rules": {"participant": RULE}}  # fmt: skip
WITH_PARTS: dict[str, Any] = {
    **PROPOSAL, "status": "proposed", "participation": [f"participation/{NAME}/speakers", HOLDER], "quantity": NUMBERS,
    "timeframe": [TIME],
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = make_root(tmp_path / "isles")
    propose(made, WITH_PARTS)
    return made


def propose(root: Path, *proposals: dict[str, Any]) -> None:
    base = read_workspaces([root])[-1].base_of("statements")
    ProposalFile(root, NAME).path.write_text(write_records(list(proposals), base), "utf-8")


def list_left(root: Path) -> list[Any]:
    return list_proposals(CodingFiles(root, NAME).read().files)


def test_one_accepted_part_brings_the_words_and_the_kind_of_its_clause_and_nothing_else(root: Path) -> None:
    perform(root, "accept-part", record=MEET, key="quantity", number=1)
    found = record(root, MEET)
    assert (found["type"], found["evidence"]["quote"]) == ("Pledge", {"exact": "Both sides will meet again"})
    assert [part["value"] for part in found["quantity"]] == ["1"]
    assert not found.keys() & {"participation", "timeframe", "rules", "status", "suggestions"}
    assert "rules" not in str(found)
    (left,) = list_left(root)
    assert ([part["value"] for part in left["quantity"]], len(left["participation"])) == (["2"], 2)
    for key, count in (("quantity", 1), ("participation", 2), ("timeframe", 1)):
        for _ in range(count):
            perform(root, "accept-part", record=MEET, key=key, number=0)
    assert [part["value"] for part in record(root, MEET)["quantity"]] == ["1", "2"]
    assert list_left(root) == []
    assert "value: 2\n" in read(root)  # a number, as curated records have it


def test_what_is_left_is_accepted_or_refused_at_once(root: Path) -> None:
    perform(root, "accept-part", record=MEET, key="timeframe", number=0)
    perform(root, "accept", record=MEET)
    assert len(record(root, MEET)["quantity"]) == 2
    perform(root, "undo")
    perform(root, "reject", record=MEET)
    assert (list_left(root), "quantity" in record(root, MEET)) == ([], False)


def test_what_a_person_refused_is_not_proposed_again_by_another_draft(root: Path) -> None:
    perform(root, "reject-part", record=MEET, key="quantity", number=0)
    again = {**WITH_PARTS, "id": f"clause/{NAME}/001", "quantity": [{**NUMBERS[0], "rules": {}}, NUMBERS[1]]}
    propose(root, again)
    (left,) = list_left(root)
    assert [part["value"] for part in left["quantity"]] == ["1"]
    perform(root, "accept", record=again["id"])
    assert [part["value"] for part in record(root, again["id"])["quantity"]] == ["1"]
    perform(root, "undo")
    perform(root, "reject", record=again["id"])
    propose(root, WITH_PARTS)
    assert list_left(root) == []
    propose(root)
    with pytest.raises(DataError, match="a person has rejected this"):
        ProposalFile(root, NAME).propose(PROPOSAL)
    with pytest.raises(NotFoundError):
        perform(root, "accept-part", record=MEET, key="quantity", number=0)


def test_who_speaks_in_the_statement_is_a_part_of_it(root: Path) -> None:
    path = root / f"statements/{NAME}.yaml"
    path.write_text(
        read(root).replace(f"    participation:\n      - participation/{NAME}/speakers\n    coder", "    coder"),
        "utf-8",
    )
    propose(root, {"id": f"statement/{NAME}", "type": ["Statement", "Instrument"],
                   "participation": [f"participation/{NAME}/speakers"], "status": "proposed"})  # fmt: skip
    perform(root, "accept-part", record=f"statement/{NAME}", key="participation", number=0)
    assert record(root, f"statement/{NAME}")["participation"] == [f"participation/{NAME}/speakers"]
    assert list_left(root) == []


@pytest.mark.parametrize(
    ("words", "found"), [("Isles government", "government/isles"), ("nordhaven post", "body/nordhavn-post")]
)
def test_an_entity_is_found_by_a_name_that_is_near(root: Path, words: str, found: str) -> None:
    assert search_entities(CodingFiles(root, NAME).read(), words)[0].id == found


def test_a_found_actor_gets_a_role_by_words_or_by_a_reason(root: Path) -> None:
    perform(root, "use", record=PIER, entity="government/norland-of-isles", role="beneficiary", words="new pier")
    perform(root, "use", record=PIER, entity="body/nordhavn-post", role="target", reason={"en": "It reports."})
    *_, stated, inferred = record(root, PIER)["participation"]
    assert (stated["basis"], stated["evidence"]["quote"]) == ("stated", {"exact": "new pier"})
    assert (inferred["basis"], inferred["reason"]) == ("inferred", {"en": "It reports."})
    perform(root, "remove-part", record=PIER, key="participation", number=3)
    assert record(root, PIER)["participation"][-1]["role"] == "beneficiary"


@pytest.mark.parametrize(
    ("arguments", "error", "told"),
    [
        (
            {"entity": "government/isle", "role": "target", "words": "pier"},
            DataError,
            "'government/isle' has no record",
        ),
        ({"entity": "government/isles", "role": "taget", "words": "pier"}, DataError, "no term of role"),
        ({"entity": "government/isles", "words": "pier"}, ParameterError, "which role"),
        ({"entity": "government/isles", "role": "target"}, ParameterError, "the reason"),
        ({"entity": "government/isles", "role": "target", "words": "ferries"}, ParameterError, "0 times in the clause"),
        (
            {"entity": "government/isles", "role": "target", "words": "pier", "basis": "guessed"},
            ParameterError,
            "no basis",
        ),
    ],
)
def test_a_role_that_cannot_be_is_refused(root: Path, arguments: Any, error: Any, told: str) -> None:
    before = read(root)
    with pytest.raises(error, match=told):
        perform(root, "use", record=PIER, **arguments)
    assert read(root) == before


def test_a_new_entity_passes_the_gate_is_marked_new_and_can_be_named_at_once(root: Path) -> None:
    perform(root, "add-entity", kind="Instrument", label={"en": "Ferry Fund"}, instrument_kind="funding-effort")
    text = (root / f"entities/{NAME}.yaml").read_text("utf-8")
    assert f"- id: instrument/ferry-fund  # new: {CODER}, " in text
    (found, *_) = search_entities(CodingFiles(root, NAME).read(), "ferry fund")
    assert (found.id, found.is_new) == ("instrument/ferry-fund", True)
    perform(root, "use", record=FERRIES, entity=found.id, words="2 ferries")
    assert record(root, FERRIES)["citation"][0]["citedInstrument"] == found.id
    checked = Checker().check(read_workspaces([root]))
    assert [str(f.message) for f in checked.findings if "ferry-fund" in str(f.message)] == []
    for given, told in (
        ({"kind": "Instrument", "label": {"en": "Ferry Fund"}}, "is there already"),
        ({"kind": "Instrument", "label": {"en": "Other"}, "instrument_kind": "found"}, "no term of instrument-kind"),
        ({"kind": "Place", "label": {"en": "Bay"}, "name": "A Bay"}, "the id is"),
    ):
        with pytest.raises(DataError, match=told):
            perform(root, "add-entity", **given)
    for given in ({"kind": "Fund", "label": {"en": "x"}}, {"kind": "Place", "label": {}}):
        with pytest.raises(ParameterError):
            perform(root, "add-entity", **given)
