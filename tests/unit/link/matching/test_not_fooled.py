"""Links that look right and are not: what is accepted, what is for a person, and what is none of ours."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from ukfr_graph.link.datasets.reader import find_adapter, read_treaties
from ukfr_graph.link.datasets.treaties import InputError, Treaty
from ukfr_graph.link.matching.matcher import Matcher
from ukfr_graph.link.matching.matches import Match
from ukfr_graph.link.matching.targets import read_targets
from ukfr_graph.query import Executor
from unit.link.matching.test_matching import MOTHER, OTHERS, treaty

CASES = Path(__file__).parents[1] / "cases"


@pytest.fixture(scope="module")
def targets(executor: Executor) -> list[Treaty]:
    return read_targets(executor)


def match(targets: list[Treaty], file: str, adapter: str = "table", mapping: str = "mapping.yaml") -> list[Match]:
    items = read_treaties(CASES / file, find_adapter(adapter), CASES / mapping)
    return Matcher(targets).match([item for item in items if isinstance(item, Treaty)])


def best(found: Match) -> str:
    return found.candidates[0].target.identifier.removeprefix("id:instrument/")


def test_an_identifier_in_a_title_is_evidence_for_a_person(targets: list[Treaty]) -> None:
    found = match(targets, "identifier-of-another.csv")
    assert [m.outcome for m in found] == ["review"] * 5
    assert all("which may be another instrument" in m.reason for m in found)


def test_the_act_that_is_amended_is_not_the_act(targets: list[Treaty]) -> None:
    assert [m.outcome for m in match(targets, "eurlex-legal-basis.json", "eurlex")] == ["none"]


def test_everyday_spellings_are_accepted_by_their_identifier(targets: list[Treaty]) -> None:
    found = match(targets, "identifier-spellings.csv")
    assert [(m.outcome, best(m)) for m in found] == [
        ("accepted", "pnr-directive"), ("accepted", "european-arrest-warrant"), ("accepted", "european-arrest-warrant"),
        ("accepted", "budapest-convention"), ("accepted", "budapest-convention"),
    ]  # fmt: skip
    (fcdo,) = match(targets, "fcdo-http.csv", "fcdo_csv")
    assert (fcdo.outcome, best(fcdo)) == ("accepted", "north-atlantic-treaty")


def test_titles_with_place_and_day_are_found(targets: list[Treaty]) -> None:
    found = match(targets, "title-with-place-and-date.csv", mapping="title-only.yaml")
    assert [best(m) for m in found] == [
        *["refugee-convention"] * 5, "refugee-protocol", "rights-of-the-child-convention", "untoc",
        "nuclear-terrorism-convention", "statelessness-reduction-convention", "stateless-persons-convention",
    ]  # fmt: skip
    assert {m.outcome for m in found} == {"review"}


def test_a_month_first_column_finds_its_treaty(targets: list[Treaty]) -> None:
    first = match(targets, "month-first-dates.csv")[0]
    assert (first.outcome, best(first)) == ("accepted", "le-touquet-treaty")


OURS = replace(MOTHER, references=frozenset({"cets:185"}))


def test_another_number_of_the_same_series_speaks_against() -> None:
    source = replace(MOTHER, identifier="x", references=frozenset({"cets:189"}))
    (found,) = Matcher([OURS, *OTHERS]).match([source])
    assert found.outcome != "accepted"
    (alike,) = Matcher([OURS, *OTHERS]).match([replace(source, references=frozenset())])
    assert alike.outcome == "accepted"
    assert found.candidates[0].weight == pytest.approx(alike.candidates[0].weight - 10)


@pytest.mark.parametrize(
    ("title", "references", "said"),
    [
        ("Protocol amending the Treaty on frontier controls", {"cets:185"}, "an instrument about it"),
        ("Treaty on frontier controls", {"cets:185", "celex:32013R0604"}, ""),
    ],
)
def test_an_identifier_in_common_is_doubted_where_the_title_says_otherwise(
    title: str, references: set[str], said: str
) -> None:
    (found,) = Matcher([OURS, *OTHERS]).match([treaty("x", title, references=frozenset(references))])
    assert (found.outcome == "review") == bool(said)
    assert said in found.reason


def test_two_identifiers_that_disagree_are_for_a_person() -> None:
    ours = replace(OURS, references=frozenset({"cets:185", "unts-number:I-1"}))
    source = treaty("x", MOTHER.title, references=frozenset({"cets:185", "unts-number:I-2"}))
    (found,) = Matcher([ours, *OTHERS]).match([source])
    assert (found.outcome, "unts-number is another" in found.reason) == ("review", True)


def test_a_treaty_with_another_state_of_that_name_is_not_accepted() -> None:
    ours = treaty("id:y", "Agreement on Fisheries", "1975-06-01", "GB YD")
    (found,) = Matcher([ours, *OTHERS]).match([treaty("x", "Agreement on Fisheries", "1975-06-01", "GB YE")])
    assert found.outcome == "review"


def test_a_treaty_without_a_title_is_for_a_person() -> None:
    source = replace(MOTHER, identifier="x", titles=(), kind="")
    (found,) = Matcher([OURS, *OTHERS]).match([source])
    assert (found.outcome, found.candidates[0].target) == ("review", OURS)
    assert found.candidates[0].level("title") == "unknown"


@pytest.mark.parametrize(
    "title",
    [
        "Rules for carrying out the {}",
        "Order giving effect to the {}",
        "Annex to the {}",
        "Décret portant publication de : {}",
        "Extension to Jersey of the {}",
        "{}: exchange of letters on its Article 4",
        "{} (Annex)",
        "{} No. 2",
        "{} II",
        "{}, second protocol",
        "{}: twenty years on",
        "{} - list of competent authorities",
        "Minutes: {}",
        "Operating manual: {}",
        "New {}",
        "Draft {}",
        "Extending the {} to the Channel Islands",
        "Denial that the {} applies",
        "Loi n° 51-12 : {}",
    ],
)
def test_what_leads_up_to_a_title_or_follows_it_makes_another_instrument(title: str) -> None:
    ours = treaty("id:a", "Agreement for the transit of goods by rail", "1934-07-09")
    theirs = treaty("x:1", title.format("Agreement for the transit of goods by rail"), "1934-07-09")
    (found,) = Matcher([ours]).match([theirs])
    assert found.outcome == "review"


def test_a_title_with_its_kind_or_day_before_it_is_the_same() -> None:
    ours = treaty("id:a", "Convention on the transit of goods by rail", "1934-07-09")
    titles = ("International Convention on the transit of goods by rail", "July 9, 1934: " + ours.title)
    found = Matcher([ours]).match([treaty(f"x:{n}", t, "1934-07-09") for n, t in enumerate(titles)])
    assert [m.outcome for m in found] == ["accepted", "accepted"]


def test_an_act_about_a_treaty_whose_parties_it_leaves_out_is_not_the_treaty() -> None:
    ours = treaty(
        "id:a", "Agreement between the United Kingdom and France concerning the transit of goods", "1934-07-09"
    )
    titles = (
        "Letters on clause 2 of the Agreement concerning the transit of goods",
        "Agreement concerning the transit of goods: maps",
    )
    found = Matcher([ours]).match([treaty(f"x:{n}", t, "1934-07-09") for n, t in enumerate(titles)])
    assert [m.outcome for m in found] == ["review", "review"]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Exchange of Notes concerning visas for seamen", "Agreement by exchange of notes concerning visas for seamen"),
        ("Treaty on visas for seamen (with Protocol and Exchange of Notes)", "Treaty on visas for seamen"),
        ("Convention between Great Britain and France on visas for seamen", "Convention on visas for seamen"),
        ("Exchange of Notes constituting an Agreement on visas for seamen", "Exchange of Notes on visas for seamen"),
    ],
)
def test_a_title_that_leaves_out_form_company_or_parties_is_the_same(ours: str, theirs: str) -> None:
    (found,) = Matcher([treaty("id:a", ours, "1934-07-09")]).match([treaty("x:1", theirs, "1934-07-09")])
    assert (found.outcome, found.reason) == ("accepted", "same day, same parties, same subject, no rival")


def test_a_title_that_names_another_state_than_its_parties_is_for_a_person() -> None:
    ours = treaty("id:a", "Exchange of Notes between the United Kingdom and Denmark on visas", "1947-03-20", "GB DK")
    source = treaty("x:1", "Exchange of Notes between the United Kingdom and Sweden on visas", "1947-03-20", "GB DK")
    (found,) = Matcher([ours]).match([source])
    assert found.outcome == "review"


def test_a_longer_list_of_parties_is_the_same_treaty_only_where_the_title_names_none() -> None:
    many = treaty("id:a", "Convention on the marking of ships", "1934-07-09", "GB FR")
    two = treaty("id:b", "Convention between Great Britain and France on the marking of bees", "1950-01-02", "GB FR")
    found = Matcher([many, two]).match(
        [treaty("x:1", many.title, "1934-07-09", "GB FR DE"), treaty("x:2", two.title, "1950-01-02", "GB FR DE")]
    )
    assert [m.outcome for m in found] == ["accepted", "review"]


def test_a_title_of_one_word_is_for_a_person() -> None:
    ours = replace(MOTHER, titles=(("en", "Sandhurst"),))
    found = Matcher([ours]).match([replace(ours, identifier="x:1"), replace(MOTHER, identifier="x:2")])
    assert (found[0].outcome, "one word" in found[0].reason) == ("review", True)


@pytest.mark.parametrize(
    ("title", "reference", "outcome"),
    [
        ("Guidance note on the Convention on Cybercrime", "cets:185", "review"),
        ("Handbook and commentary of the Convention on Cybercrime", "cets:185", "review"),
        ("Convention on Cybercrime, done at Budapest", "cets:185", "accepted"),
        ("Cybercrime", "cets:185", "accepted"),
    ],
)
def test_an_identifier_on_a_document_about_ours_is_for_a_person(title: str, reference: str, outcome: str) -> None:
    ours = treaty("id:a", "Convention on Cybercrime", "2001-11-23", references=frozenset({reference}))
    (found,) = Matcher([ours]).match([treaty("x:1", title, "2001-11-23", references=frozenset({reference}))])
    assert found.outcome == outcome


def test_a_title_that_says_a_third_of_the_other_is_for_a_person() -> None:
    ours = treaty("id:a", "Agreement respecting Abyssinia", "1906-12-13")
    source = treaty("x:1", "Agreement respecting the importation of Arms and Ammunition into Abyssinia", "1906-12-13")
    (found,) = Matcher([ours]).match([source])
    assert (found.outcome, "lacks what the other is about" in found.reason) == ("review", True)


def test_one_of_a_numbered_series_is_not_another() -> None:
    ours = treaty("id:a", "Boundary Delimitation Protocol No. 4", "1887-07-10")
    (found,) = Matcher([ours]).match([treaty("x:1", "Boundary Delimitation Protocol No. 7", "1887-07-10")])
    assert (found.outcome, "the numbers in the titles differ" in found.reason) == ("review", True)


def test_a_pipe_is_refused_before_it_is_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(InputError, match="neither a file nor a folder"):
        list(read_treaties(tmp_path / "pipe.csv", find_adapter("table"), CASES / "mapping.yaml"))
