"""What is read in clauses: figures, times, names and roles; and the records that are proposed."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from support.drafting import copy_workspace
from ukfr_graph.cli import app
from ukfr_graph.documents import read_document
from ukfr_graph.drafting.draft import Draft, draft_text
from ukfr_graph.drafting.known import Entity, Known, read_entities
from ukfr_graph.drafting.proposals import make_records
from ukfr_graph.drafting.texts import find_known, read_known, read_source_text, read_text
from ukfr_graph.new_workspace import begin_workspace
from ukfr_graph.resources import data_folder
from ukfr_graph.workspace import read_workspaces


def figures(words: str) -> list[tuple[str, str, str, str, str]]:
    """Return (words, value, comparator, unit, currency) of the figures in a clause of Canada and Mexico."""
    text = f"Canada and Mexico met. {words}."
    found = [f for d in draft_text(text).leaves[1:] for f in d.figures]
    return [
        (text[f.start : f.end], f.value, f.comparator.value, f.unit.value if f.unit else "",
         f.currency.value if f.currency else "")
        for f in found
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("We will train around 1,200 nurses", [("1,200 nurses", "1200", "around", "person", "")]),
        ("We will give up to €2.5 million", [("€2.5 million", "2500000", "at-most", "", "EUR")]),
        ("We will give 30 million Swiss francs", [("30 million Swiss francs", "30000000", "unqualified", "", "CHF")]),
        ("We will give USD 5m", [("USD 5m", "5000000", "unqualified", "", "USD")]),
        ("Canada will give more than 3 billion dollars", [("3 billion dollars", "3000000000", "more-than", "", "CAD")]),
        ("We will plant at least three dozen trees", [("three", "3", "at-least", "", "")][:0]),
        ("We will cut fees by 15 per cent", [("15 per cent", "15", "unqualified", "", "")]),
        ("Around 70 migrants, including 20 without papers, were found",
         [("70 migrants", "70", "around", "person", ""), ("20", "20", "unqualified", "", "")]),
        ("We met within six months", [("six months", "6", "unqualified", "month", "")]),
        ("We will pay within ninety (90) days", [("ninety (90) days", "90", "unqualified", "", "")]),
        ("We will cut fees by 15 percent", [("15 percent", "15", "unqualified", "", "")]),
        ("Some 350 Mexican nurses were trained", [("350 Mexican nurses", "350", "around", "person", "")]),
        ("Our two countries agree", [("two countries", "2", "unqualified", "country", "")]),
    ],
)  # fmt: skip
def test_a_figure_has_its_comparator_unit_and_money(words: str, expected: list[tuple[str, ...]]) -> None:
    if expected:
        assert figures(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        "We will speak at the G8 and the G20",
        "We remember two World Wars",
        "We will apply Article 5 and paragraph 2 of Regulation (EU) No 604/2013",
        "We met on 3 May 2020 and on May 4, 2021",
        "We agreed in 1995",
        "We will join Horizon 2020",
        "We will meet on the 22nd day",
        "The two sides agreed",
        "We will test 5G-ready masts and COVID-19 tests",
        "We will follow UN Resolution 1325",
        "One of us will speak",
    ],
)
def test_what_counts_nothing_is_no_figure(words: str) -> None:
    assert figures(words) == []


def test_no_figure_is_read_in_headings_and_titles() -> None:
    draft = draft_text("50 years of peace\n\nWe will meet.\n\n3 Priorities\n\nWe will talk.\n")
    assert [f for d in draft.leaves for f in d.figures] == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("We will meet on 3 May 2020", ("on 3 May 2020", "performing", "", "2020-05-03", "2020-05-03")),
        ("We will meet by the end of 2014", ("by the end of 2014", "performing", "", "", "2014-12-31")),
        ("We will act without delay", ("without delay", "performing", "without-delay", "", "")),
        ("We will act in the coming months", ("in the coming months", "performing", "near-future", "", "")),
        ("Trade has grown since 2015", ("since 2015", "reported", "", "2015-01-01", "")),
        ("We will meet by 2030", ("by 2030", "performing", "", "", "")),
        ("We will meet on 31 February 2020", ("on 31 February 2020", "performing", "", "", "")),
        ("We will meet within 60 days", ("within 60 days", "performing", "", "", "")),
        ("We will meet within sixty (60) days", ("within sixty (60) days", "performing", "", "", "")),
        ("We will meet on 3 and 4 May 2020", ("on 3 and 4 May 2020", "performing", "", "2020-05-03", "2020-05-04")),
        (
            "We will meet from 30 April to 2 May 2020",
            ("from 30 April to 2 May 2020", "performing", "", "2020-04-30", "2020-05-02"),
        ),
        ("We will act before 30.6.2032", ("before 30.6.2032", "performing", "", "", "2032-06-30")),
        ("We will act before 30/6/2032", ("before 30/6/2032", "performing", "", "", "2032-06-30")),
        ("We will act from 1/7/2031", ("from 1/7/2031", "performing", "", "", "")),
        ("We will act by 2031-07-01", ("by 2031-07-01", "performing", "", "", "2031-07-01")),
        ("We will act by 45.13.2031", ("by 45.13.2031", "performing", "", "", "")),
        ("We will meet in the autumn of 2032", ("in the autumn of 2032", "performing", "", "", "")),
        (
            "We will pay by the end of the fiscal year 2032",
            ("by the end of the fiscal year 2032", "performing", "", "", ""),
        ),
    ],
)
def test_a_time_is_as_worded_and_has_the_bounds_that_it_gives(words: str, expected: tuple[str, ...]) -> None:
    text = f"Chile met. {words}."
    (time,) = [t for d in draft_text(text).leaves for t in d.times]
    assert (text[time.start : time.end], time.aspect.value, time.urgency, time.earliest, time.latest) == expected


KNOWN = Known(
    [
        Entity("state/chile", "State", ("Chile",)),
        Entity("government/chile", "Government", ("Government of Chile",), "state/chile"),
        Entity("instrument/lisbon-rules", "Instrument", ("Lisbon Rules", "Rules of Lisbon on Rivers")),
        Entity("place/andes", "Place", ("Andes",)),
    ]
)


def names(text: str) -> list[tuple[str, str, bool]]:
    return [(text[n.start : n.end], n.entity.id, n.is_new) for d in draft_text(text, KNOWN).leaves for n in d.names]


def test_known_names_are_found_and_others_are_new() -> None:
    text = "Chile and Togo will apply the Lisbon Rules in the Andes and sign the Treaty on Shared Wells."
    assert names(text) == [
        ("Chile", "state/chile", False),
        ("Togo", "state/togo", True),
        ("Lisbon Rules", "instrument/lisbon-rules", False),
        ("Andes", "place/andes", False),
        ("Treaty on Shared Wells", "instrument/treaty-on-shared-wells", True),
    ]


def test_a_known_name_within_the_name_of_a_body_and_the_opening_of_a_recital_name_nothing() -> None:
    assert names("We urge the Chile Ports Authority to act.") == [
        ("Chile Ports Authority", "body/chile-ports-authority", True)
    ]
    text = "Mindful of the Treaty on Shared Wells, we will apply the Arica–Lomé Agreement."
    assert [words for words, _, _ in names(text)] == ["Treaty on Shared Wells", "Arica–Lomé Agreement"]


def test_a_name_with_the_words_of_one_entity_is_that_entity() -> None:
    text = "We will apply the Lisbon Rules Protocol and the Rules of Lisbon on Rivers."
    assert [(words, new) for words, _, new in names(text)] == [
        ("Lisbon Rules Protocol", True), ("Rules of Lisbon on Rivers", False),
    ]  # fmt: skip


def roles(draft: Draft) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(r.role, r.basis, r.participants) for d in draft.leaves for r in d.roles]


def test_holders_are_stated_inherited_or_none() -> None:
    text = (
        "Chile and Togo met. We will build a road and repair it. Togo will pay. The road was planned long ago. "
        "We call on the port authorities to help."
    )
    both = ("government/chile", "state/togo")
    assert roles(draft_text(text, KNOWN)) == [
        ("holder", "stated", ("state/chile",)),
        ("holder", "stated", ("state/togo",)),
        ("holder", "stated", both),
        ("holder", "inherited", both),
        ("holder", "stated", ("state/togo",)),
        ("holder", "stated", both),
        ("addressee", "stated", ("collective/port-authorities",)),
    ]


def test_items_inherit_the_holder_of_what_they_complete() -> None:
    text = "Chile and Togo met.\n\nTogo shall:\n(a) pay; and\n(b) report.\n\nChile will work in these fields:\n(a) rails.\n"
    assert [role for role in roles(draft_text(text, KNOWN)) if role[1] == "inherited"] == [
        ("holder", "inherited", ("state/togo",)),
        ("holder", "inherited", ("state/togo",)),
        ("holder", "inherited", ("state/chile",)),
    ]


def records(text: str) -> list[dict[str, Any]]:
    return make_records(draft_text(text, KNOWN), "made-up", "2026-01-01")


def test_proposals_settle_nothing_that_needs_a_person() -> None:
    text = "Chile and Togo met. We will continue to fight terrorism. Togo will send 5 ships to the Ministry of Peace."
    found = records(text)
    assert {record["status"] for record in found} == {"proposed"}
    assert {record["coder"] for record in found} == {"coder/drafter"}
    clauses = [record for record in found if record["id"].startswith("clause/")]
    assert all(not {"label", "summary", "subject"} & set(record) for record in clauses)
    judgements = [judgement for record in clauses for judgement in record["judgement"]]
    assert {(j["type"], j["settled"]) for j in judgements} == {("NoveltyJudgement", "false")}
    assert [j["verdict"] for j in judgements] == ["past", "continuing", "unmarked"]
    assert clauses[1]["suggestions"] == {"subject": ["terrorism"]}
    new = [record for record in found if record.get("new") == "true"]
    assert [record["id"] for record in new] == ["state/togo", "ministry/ministry-of-peace"]


def test_each_value_carries_its_rule_and_a_confidence() -> None:
    clause = next(record for record in records("Chile and Togo met. We will plant around 90 trees by 3 May 2030.")
                  if record["type"] == "Pledge")  # fmt: skip
    assert clause["rules"]["type"] == {"rule": "will", "confidence": "high"}
    assert clause["quantity"][0]["rules"]["comparator"] == {"rule": "comparator:around", "confidence": "high"}
    assert clause["timeframe"][0]["rules"]["wording"] == {"rule": "by", "confidence": "high"}
    holder = next(p for p in clause["participation"] if isinstance(p, dict))
    assert holder["rules"]["participant"] == {"rule": "we", "confidence": "high"}


def test_money_without_one_state_to_tell_it_by_is_left_to_a_person() -> None:
    text = "Canada and Australia met. We will give 5 dollars."
    quantity = records(text)[-1]["quantity"][0]
    assert "currency" not in quantity
    assert quantity["rules"]["currency"] == {"rule": "currency-name-of-several", "confidence": "low"}


def test_the_bundled_entities_are_known() -> None:
    known = read_known()
    assert known.by_id["government/france"].of == "state/france"
    assert [e.id for m in known.find("the Dublin III regulation", 0, 25) for e in m.entities] == [
        "instrument/dublin-iii"
    ]
    assert list(read_entities([{"id": "clause/x/1", "type": "Pledge", "label": {"en": "x"}}])) == []


def test_the_command_writes_proposals_and_never_over_a_file(tmp_path: Path) -> None:
    text = tmp_path / "a-text.txt"
    text.write_text("Chile and Togo met in Santiago.\r\nWe will build 3 ports.\r\n", "utf-8")
    out = tmp_path / "proposals.yaml"
    runner = CliRunner()
    done = runner.invoke(app, ["draft", str(text), "--output", str(out)])
    assert done.exit_code == 0
    ids = [record["id"] for record in read_document(out, tmp_path).records()]
    assert {"statement/a-text", "state/togo", "clause/a-text/001", "clause/a-text/002"} <= set(ids)
    before = out.read_bytes()
    again = runner.invoke(app, ["draft", str(text), "--output", str(out)])
    assert again.exit_code != 0
    assert "exists" in str(again.exception)
    assert out.read_bytes() == before


def test_a_statement_of_the_data_is_drafted_within_its_body() -> None:
    done = CliRunner().invoke(app, ["draft", "uk-fr-2016-08-30"])
    assert done.exit_code == 0
    assert "id: clause/uk-fr-2016-08-30/001" in done.stdout
    assert "Share on Facebook" not in done.stdout


def test_the_workspace_of_a_test_can_be_drafted(tmp_path: Path) -> None:
    workspaces = read_workspaces([copy_workspace(tmp_path, "We will help.\n")])
    found = read_source_text("made-up", workspaces)
    assert found.base == "https://w3id.org/ukfr/id/"
    assert (found.text, found.statement, [(s.start, s.end) for s in found.body]) == (
        "We will help.\n",
        "made-up",
        [(0, 14)],
    )


@pytest.mark.parametrize("language", ["fr", "es"])
def test_the_language_of_a_text_is_that_of_its_source(tmp_path: Path, language: str) -> None:
    text = "Título\n\nConstruiremos 12 puertos.\n".encode()
    begun = begin_workspace(tmp_path / "own", ["CL", "TG"], date(2029, 5, 3), text, "t.txt", languages=[language, "en"])
    assert read_text(begun.statement, io.BytesIO(), [begun.folder]).language == language


def test_what_stands_with_the_statements_is_known_too() -> None:
    assert "instrument/joint-declaration-calais-2015" in find_known(read_workspaces([data_folder()])).by_id


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("It was recognised that the old line remains a danger.", "Recognition"),
        ("It is acknowledged that ports are full.", "Recognition"),
        ("It was stressed that schools matter.", "Reaffirmation"),
    ],
)
def test_what_is_recognised_by_nobody_in_particular_is_no_report(text: str, kind: str) -> None:
    assert [leaf.leaf.kind.value for leaf in draft_text(text).leaves if leaf.leaf.kind] == [kind]


@pytest.mark.parametrize("words", ["every second year", "in the months ahead", "as early as possible"])
def test_an_everyday_time_is_found(words: str) -> None:
    text = f"We will meet {words}."
    assert [text[t.start : t.end] for leaf in draft_text(text).leaves for t in leaf.times] == [words]
