"""Which of ours a treaty is: the levels, the rules, and that nothing depends on how the work is cut."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukfr_graph.link.datasets.dates import Day
from ukfr_graph.link.datasets.kinds import read_kind
from ukfr_graph.link.datasets.treaties import Treaty
from ukfr_graph.link.matching.comparisons import COMPARISONS, PRIOR, REVIEW_WEIGHT
from ukfr_graph.link.matching.matcher import Matcher, match_all
from ukfr_graph.link.matching.matches import Match
from ukfr_graph.query import Executor


def treaty(name: str, title: str, signed: str = "", parties: str = "GB FR", **more: object) -> Treaty:
    parts = [int(part) for part in signed.split("-")] if signed else []
    kind, is_change = read_kind(title)
    day = Day(*parts) if parts else None
    made = Treaty(name, (("en", title),), day, parties=frozenset(parties.split()), kind=kind, is_change=is_change)
    return replace(made, **more)  # type: ignore[arg-type]


MOTHER = treaty("mother", "Treaty on the frontier controls at the sea ports", "2003-02-04")
PROTOCOL = treaty("protocol", "Protocol to the Treaty on the frontier controls at the sea ports", "2003-02-04")
INCOME = treaty("income", "Convention on Double Taxation with respect to Taxes on Income", "1945-04-16", "GB US")
ESTATES = treaty("estates", "Convention on Double Taxation with respect to Duties on Estates", "1945-04-16", "GB US")
OTHERS = [treaty(f"other-{n}", f"Agreement on matter number {n} of fish", f"19{n}-01-02") for n in range(20, 60)]
OURS = [MOTHER, PROTOCOL, INCOME, ESTATES, *OTHERS]


def match(source: Treaty, targets: list[Treaty] | None = None) -> Match:
    return Matcher(OURS if targets is None else targets, [source]).match([source])[0]


def names(found: Match) -> list[str]:
    return [candidate.target.identifier for candidate in found.candidates]


def test_the_same_day_parties_and_subject_are_accepted() -> None:
    found = match(treaty("x", "Agreement about Frontier Controls at Sea Ports", "2003-02-04", kind="treaty"))
    assert (found.outcome, names(found)[0]) == ("accepted", "mother")


def test_a_protocol_is_not_its_treaty() -> None:
    source = treaty("x", "Protocol to the Treaty on frontier controls at sea ports", "2003-02-04")
    assert names(match(source))[0] == "protocol"
    alone = match(source, [MOTHER, *OTHERS])
    assert alone.outcome == "review"
    assert "another kind" in alone.reason


def test_a_sibling_of_the_same_day_is_not_accepted_where_the_right_one_is_absent() -> None:
    source = treaty("x", "Double Taxation Convention on Taxes on Income", "1945-04-16", "GB US")
    assert names(match(source))[0] == "income"
    absent = match(source, [ESTATES, *OTHERS])
    assert absent.outcome == "review"
    assert "incom" in absent.reason


@pytest.mark.parametrize(
    ("title", "signed", "parties"),
    [("Something else", "2003-02-04", "GB FR"), (MOTHER.title, "1950-01-01", "GB FR"), (MOTHER.title, "", "DE")],
)
def test_an_identifier_decides_where_one_thing_speaks_against_it(title: str, signed: str, parties: str) -> None:
    known = replace(MOTHER, references=frozenset({"cets:185"}))
    found = match(treaty("x", title, signed, parties, references=frozenset({"cets:185"})), [known, *OTHERS])
    assert (found.outcome, found.reason) == ("accepted", "the identifier cets:185 is the same")


@pytest.mark.parametrize(
    ("title", "signed", "parties", "words"),
    [
        ("Something else", "1950-01-01", "GB FR", "another year, and its title is another"),
        (MOTHER.title, "1950-01-01", "DE", "another year, and its parties are others"),
        ("Protocol on salmon", "", "GB FR", "another kind, and its title is another"),
    ],
)
def test_an_identifier_is_for_a_person_where_two_things_speak_against_it(
    title: str, signed: str, parties: str, words: str
) -> None:
    known = replace(MOTHER, references=frozenset({"cets:185"}))
    found = match(treaty("x", title, signed, parties, references=frozenset({"cets:185"})), [known, *OTHERS])
    assert found.outcome == "review"
    assert words in found.reason


def test_an_identifier_of_two_of_ours_is_for_a_person() -> None:
    twice = [replace(one, references=frozenset({"celex:32016L0681"})) for one in (MOTHER, PROTOCOL)]
    found = match(treaty("x", "Directive", references=frozenset({"celex:32016L0681"})), [*twice, *OTHERS])
    assert found.outcome == "review"


def test_a_publication_in_common_is_evidence_and_no_proof() -> None:
    shared = frozenset({"ukts:2004-18"})
    found = match(
        treaty("x", "Quite another title", "2003-02-05", references=shared), [replace(MOTHER, references=shared)]
    )
    assert found.outcome == "review"
    assert found.candidates[0].level("publication") == "shared"


def test_what_is_not_among_ours_is_none() -> None:
    assert match(treaty("x", "Treaty of Commerce with Ruritania", "1925-05-01", "ruritania")).outcome == "none"
    assert match(treaty("x", "Treaty"), []).outcome == "none"


@pytest.mark.parametrize(
    ("signed", "level"),
    [
        ("2003-02-04", "same"), ("2003-02-06", "near"), ("2004-02-04", "one-part"), ("2003", "consistent"),
        ("2003-02", "consistent"), ("2003-02-25", "one-part"), ("2003-03-01", "month"), ("2003-12-01", "year"), ("", "unknown"),
    ],
)  # fmt: skip
def test_dates_come_out_at_their_level(signed: str, level: str) -> None:
    assert match(treaty("x", MOTHER.title, signed), [MOTHER]).candidates[0].level("date") == level


@pytest.mark.parametrize(
    ("parties", "level"),
    [("GB FR", "same"), ("GB FR DE", "within"), ("GB DE", "different"), ("GB", "share"), ("", "unknown")],
)
def test_parties_come_out_at_their_level(parties: str, level: str) -> None:
    assert match(treaty("x", MOTHER.title, "2003-02-04", parties), [MOTHER]).candidates[0].level("parties") == level


def test_a_weight_is_the_sum_of_its_levels() -> None:
    for candidate in match(treaty("x", "Convention on Taxes, 1945", "1945", "GB US")).candidates:
        levels = dict(candidate.levels)
        total = PRIOR + sum(c.levels[levels[c.name]].weight for c in COMPARISONS)
        assert candidate.weight == pytest.approx(total, abs=0.011)  # the title breaks ties by a hundredth of a bit


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from([MOTHER, PROTOCOL, INCOME, ESTATES, *OTHERS]), min_size=1, max_size=12))
def test_pieces_do_not_change_the_outcome(sources: list[Treaty]) -> None:
    matcher = Matcher(OURS, sources)
    assert matcher.match(sources) == [found for source in sources for found in matcher.match([source])]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from([MOTHER, PROTOCOL, INCOME, ESTATES, *OTHERS]), min_size=1, max_size=12))
def test_leaving_hopeless_pairs_out_changes_no_outcome(sources: list[Treaty]) -> None:
    matcher = Matcher([*OTHERS, PROTOCOL, ESTATES], sources)
    whole, quick = matcher.match(sources), matcher.match(sources, least=REVIEW_WEIGHT)
    assert [(m.outcome, m.reason) for m in quick] == [(m.outcome, m.reason) for m in whole]
    for one, other in zip(whole, quick, strict=True):
        assert other.candidates == tuple(c for c in one.candidates if c.weight >= REVIEW_WEIGHT)


def test_processes_do_not_change_the_outcome() -> None:
    sources = [MOTHER, INCOME, *OTHERS, PROTOCOL, ESTATES]
    one, two = (list(match_all(OURS, sources, processes, step=10)) for processes in (1, 2))
    assert [count for count, _ in two] == [10, 10, 10, 10, 4]
    assert [found for _, piece in one for found in piece] == [found for _, piece in two for found in piece]


def test_our_instruments_are_read_with_titles_dates_parties_and_identifiers(executor: Executor) -> None:
    from ukfr_graph.link.matching.targets import read_targets

    ours = {target.identifier: target for target in read_targets(executor)}
    budapest, touquet = ours["id:instrument/budapest-convention"], ours["id:instrument/le-touquet-treaty"]
    assert (budapest.title, budapest.kind) == ("Convention on Cybercrime (Budapest Convention)", "convention")
    assert (budapest.signed, budapest.in_force) == (Day(2001, 11, 23), Day(2004, 7, 1))
    assert "cets:185" in budapest.references
    assert {"GB", "FR"} <= budapest.parties
    assert (touquet.signed, touquet.kind) == (Day(2003, 2, 4), "treaty")
    assert "id:instrument/available-tools" not in ours
