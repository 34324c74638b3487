"""What a person writes of a clause in the workbench: figures, times, conditions, roles, topics, relations, speakers."""

from pathlib import Path
from typing import Any

import pytest

from support.coding import FERRIES, MEET, NAME, PIER, changed_lines, make_root, perform, read, record
from ukfr_graph.build.findings import Checker
from ukfr_graph.coding.coding_files import CodingFiles
from ukfr_graph.coding.part_keys import PART_KEYS, list_part_keys, list_relations
from ukfr_graph.errors import DataError, NotFoundError, ParameterError
from ukfr_graph.workspace import read_workspaces

FIGURE: dict[str, Any] = {
    "value": "2", "unit": "ferry", "comparator": "unqualified", "measureKind": "cardinality", "counted": {"en": "ferries"},
}  # fmt: skip


def write(root: Path, key: str, words: str, number: int | None = None, **values: Any) -> None:
    given = {} if number is None else {"number": number}
    perform(root, "write-part", record=FERRIES, key=key, words=words, values=values, **given)


@pytest.mark.parametrize(
    ("key", "words", "values"),
    [
        ("quantity", "2 ferries", FIGURE),
        ("timeframe", "without delay", {"timeAspect": "performing", "latestEnd": "2022-12-31"}),
        ("condition", "without delay", {"conditionKind": "limit"}),
    ],
)
def test_a_part_is_made_changed_and_taken_out(root: Path, key: str, words: str, values: dict[str, Any]) -> None:
    before = read(root)
    count = len(record(root, FERRIES).get(key, []))
    write(root, key, words, **values)
    made = record(root, FERRIES)[key][-1]
    assert made["evidence"] == {"quote": {"exact": words}}
    assert {name: made[name] for name in values} == values
    assert made.get("wording", words) == words
    other = {name: {**values, "value": "3"}.get(name, values.get(name)) for name in values}
    write(root, key, words, count, **other)
    changed = record(root, FERRIES)[key]
    assert (len(changed), {name: changed[-1][name] for name in other}) == (count + 1, other)
    perform(root, "remove-part", record=FERRIES, key=key, number=count)
    assert len(record(root, FERRIES).get(key, [])) == count
    perform(root, "undo")
    perform(root, "undo")
    perform(root, "undo")
    assert read(root) == before


def test_what_is_changed_keeps_its_id_its_comments_and_the_rest(tmp_path: Path) -> None:
    root = make_root(tmp_path / "isles")
    path = root / f"statements/{NAME}.yaml"
    path.write_text(
        read(root).replace("value: 2\n", "value: 2  # as counted\n        provider: government/isles\n"), "utf-8"
    )
    before = read(root)
    write(root, "quantity", "2 ferries", 0, **{**FIGURE, "comparator": "exactly", "provider": "government/isles"})
    old, new = changed_lines(before, read(root))
    assert (len(old), len(new)) == (1, 1)
    assert (old.pop().strip(), new.pop().strip()) == ("comparator: unqualified", "comparator: exactly")
    write(root, "quantity", "2 ferries", 0, **FIGURE)
    assert "provider" not in read(root)


def test_money_has_the_currency_of_its_unit(root: Path) -> None:
    write(root, "quantity", "2 ferries", **{**FIGURE, "unit": "euro", "fundingStatus": "promised"})
    assert record(root, FERRIES)["quantity"][-1]["currency"] == "EUR"


def test_two_figures_of_the_same_words_have_ids_of_their_own(root: Path) -> None:
    write(root, "quantity", "2 ferries", **FIGURE)
    first = record(root, FERRIES)["quantity"][-1]["id"]
    write(root, "quantity", "2 ferries", **{**FIGURE, "subsetOf": first})
    second = record(root, FERRIES)["quantity"][-1]
    assert second["id"] != first
    assert second["subsetOf"] == first


def test_what_cannot_be_is_refused_and_changes_nothing(root: Path) -> None:
    before = read(root)
    for error, words, values in (
        (ParameterError, "no such words", FIGURE),
        (DataError, "2 ferries", {**FIGURE, "unit": "ferri"}),
        (DataError, "2 ferries", {**FIGURE, "provider": "government/nobody"}),
    ):
        with pytest.raises(error):
            write(root, "quantity", words, **values)
    with pytest.raises(ParameterError, match="no part"):
        write(root, "label", "2 ferries")
    with pytest.raises(NotFoundError):
        write(root, "condition", "without delay", 7, conditionKind="limit")
    assert read(root) == before


def test_a_role_in_a_short_form_is_changed_and_taken_out(root: Path) -> None:
    parts = record(root, FERRIES)["participation"]
    place = next(n for n, part in enumerate(parts) if not isinstance(part, str))
    write(
        root,
        "participation",
        "Norland",
        place,
        role="holder",
        participant=["government/norland-of-isles"],
        basis="stated",
    )
    changed = record(root, FERRIES)["participation"]
    assert changed[place]["participant"] == ["government/norland-of-isles"]
    assert [part for part in changed if isinstance(part, str)] == [part for part in parts if isinstance(part, str)]
    perform(root, "remove-part", record=FERRIES, key="participation", number=place)
    assert record(root, FERRIES)["participation"] == [*parts[:place], *parts[place + 1 :]]


def test_topics_keep_how_they_are_written(root: Path) -> None:
    perform(root, "set", record=PIER, key="subject", value=["ferries", "partnership"])
    assert record(root, PIER)["subject"] == ["ferries", "partnership"]
    assert "[ferries, partnership]" in read(root)
    with pytest.raises(DataError, match="no term of topic"):
        perform(root, "set", record=PIER, key="subject", value=["feries"])


def test_a_clause_points_to_another_and_to_no_other_thing(root: Path) -> None:
    for key in list_relations():
        perform(root, "add-value", record=PIER, key=key, value=FERRIES)
    found = record(root, PIER)
    assert {key: found[key] for key in list_relations()} == {
        key: FERRIES if key == "elaborates" else [FERRIES] for key in list_relations()
    }
    for key, value in (("grounds", FERRIES[:-1]), ("grounds", PIER), ("grounds", ""), ("label", FERRIES)):
        with pytest.raises(ParameterError):
            perform(root, "add-value", record=PIER, key=key, value=value)
    perform(root, "remove-part", record=PIER, key="grounds", number=0)
    assert "grounds" not in record(root, PIER)


def test_who_speaks_is_said_of_the_statement_and_of_each_clause_that_names_nobody(tmp_path: Path) -> None:
    root = make_root(tmp_path / "isles")
    path = root / f"statements/{NAME}.yaml"
    text = read(root)
    start, end = text.index(f"  - id: participation/{NAME}/speakers"), text.index("  - id: section/")
    bare = (text[:start] + text[end:]).replace(f"      - participation/{NAME}/speakers\n", "")
    path.write_text(bare.replace("    participation:\n    coder:", "    coder:"), "utf-8")
    perform(
        root,
        "speakers",
        participant=["government/norland-of-isles", "government/isles"],
        words="Norland and the Isles will build 2",
    )
    name = f"participation/{NAME}/speakers"
    assert record(root, name)["participant"] == ["government/norland-of-isles", "government/isles"]
    assert [record(root, each)["participation"][0] for each in (f"statement/{NAME}", FERRIES, PIER)] == [name] * 3
    perform(root, "speakers", participant=["government/isles"], words="Norland and the Isles will build 2")
    assert record(root, name)["participant"] == ["government/isles"]
    assert record(root, FERRIES)["participation"].count(name) == 1


def test_a_part_of_the_statement_is_numbered_by_its_heading(root: Path) -> None:
    perform(root, "add-section", label={"en": "The end"}, words="Both sides will meet again")
    perform(root, "add-section", label={"en": "The start"}, words="Norland and the Isles will build")
    perform(root, "add-section", label={"en": "Annex"})
    orders = {
        name: record(root, f"section/{NAME}/{name}")["order"] for name in ("body", "the-start", "the-end", "annex")
    }
    assert orders == {"body": "1", "the-start": "2", "the-end": "3", "annex": "4"}
    perform(root, "set", record=PIER, key="section", value=f"section/{NAME}/annex")
    assert record(root, PIER)["section"] == f"section/{NAME}/annex"
    with pytest.raises(ParameterError, match="names"):
        perform(root, "remove", record=f"section/{NAME}/annex")


def test_a_clause_gets_other_words_and_is_taken_out(root: Path) -> None:
    text = CodingFiles(root, NAME).read().files.coding.text
    words = "The Isles welcome the light"
    start = text.index(words)
    perform(root, "quote", record=PIER, start=start, end=start + len(words))
    assert record(root, PIER)["evidence"]["quote"] == {"exact": words}
    taken = text.index("build 2 ferries")
    with pytest.raises(DataError, match="shares"):
        perform(root, "quote", record=PIER, start=taken, end=taken + len("build 2 ferries"))
    state = perform(root, "remove", record=PIER)
    assert PIER not in [name for _, name in state.files.spans()]
    with pytest.raises(ParameterError):
        perform(root, "remove", record=f"statement/{NAME}")


def test_a_term_of_the_workspaces_own_is_made_and_used_at_once(root: Path) -> None:
    perform(root, "add-term", kind="Unit", label={"en": "patrol ship"}, definition={"en": "One patrol ship."})
    write(root, "quantity", "2 ferries", **{**FIGURE, "unit": "patrol-ship"})
    assert "https://example.org/isles/vocab/" in (root / f"vocab/{NAME}.yaml").read_text("utf-8")
    assert Checker().check(read_workspaces([root])).findings == ()
    for kind, label in (("Unit", "Patrol ship"), ("Topic", "ferries"), ("Nothing", "x"), ("Unit", "")):
        with pytest.raises(ParameterError):
            perform(root, "add-term", kind=kind, label={"en": label} if label else {}, definition={"en": "It."})


def test_a_clause_made_from_nothing_lacks_nothing(tmp_path: Path) -> None:
    root = make_root(tmp_path / "isles")
    perform(root, "reject", record=MEET)
    text = CodingFiles(root, NAME).read().files.coding.text
    words = "Both sides will meet again"
    name = f"clause/{NAME}/both-sides-will-meet-again"
    start = text.index(words)
    perform(root, "add", start=start, end=start + len(words), kind="Pledge")
    lacking = {found.record: found for found in Checker().check(read_workspaces([root])).lacking}
    keys = {key.term or key.key: key for key in lacking[name].keys}
    assert set(keys) == {"label", "summary", "subject", "novelty", "testability", ""}  # or a holder, or an inferred one
    assert keys["novelty"].allowed == ("continuing", "past", "unmarked")
    assert "ferries" in keys["subject"].allowed
    assert lacking[name].line == read(root).split(f"id: {name}")[0].count("\n") + 1
    for key in ("label", "summary"):
        perform(root, "set", record=name, key=key, value={"en": "Meet again"})
    perform(root, "set", record=name, key="subject", value=["partnership"])
    for judgement, verdict in (("novelty", "unmarked"), ("testability", "testable")):
        perform(root, "judge", record=name, judgement=judgement, verdict=verdict, reason={"en": "So it is."})
    perform(root, "use", record=name, entity="government/isles", role="holder", words="Both sides")
    checked = Checker().check(read_workspaces([root]))
    assert checked.findings == ()
    assert name not in [found.record for found in checked.lacking]


def test_what_parts_are_asked_for_is_what_the_context_and_the_shapes_say() -> None:
    keys = {part: {key.name: key for key in list_part_keys(part)} for part in PART_KEYS}
    assert {name for name, key in keys["quantity"].items() if key.is_needed} == {
        "value", "unit", "comparator", "measureKind", "counted",
    }  # fmt: skip
    forms = [keys["quantity"]["value"].form, keys["timeframe"]["latestEnd"].form, keys["quantity"]["counted"].form]
    assert forms == ["number", "date", "texts"]
    assert keys["timeframe"]["urgency"].vocabulary == "urgency"
    assert "elaborates" in list_relations()
