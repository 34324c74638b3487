"""What became of it: outcomes, observations, money, the series in outline, and the law as of a day."""

import json
import re
import runpy
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from ukfr_graph import iris
from ukfr_graph.build import Built
from ukfr_graph.query import Executor, SavedQuery, read_queries
from ukfr_graph.query.parameters import bind_parameters
from ukfr_graph.triples import Index

DAYS = ("2014-12-15", "2016-08-30", "2019-06-01", "2021-01-01", "2026-11-01")
UK = iris.ID + "state/united-kingdom"
EU_KINDS = {iris.VOCABULARY + "instrument-kind/" + name for name in ("eu-directive", "eu-regulation", "eu-decision")}

HOLDING = {"in-force", "applied", "taking-part", "opted-in"}


@pytest.fixture(scope="module")
def index(built: Built) -> Index:
    return Index(t for triples in built.graphs.values() for t in triples)


def one(index: Index, node: str, name: str) -> str:
    values = index.objects(node, iris.UKFR + name)
    return next(iter(values), "")


def kind(index: Index, status: str) -> str:
    return iris.local_name(one(index, status, "statusKind"))


def runs(index: Index, status: str, day: str) -> bool:
    return one(index, status, "startDate") <= day <= (one(index, status, "endDate") or "9999")


def rows(executor: Executor, name: str, **values: str) -> list[dict[str, str]]:
    """Answer a saved question as rows of plain strings."""
    query: SavedQuery = read_queries()[name]
    answer = executor.run(query.text, bind_parameters(query.parameters, values))
    names = [v.value for v in answer.results.variables]  # type: ignore[union-attr]
    return [
        {n: s[i].value for i, n in enumerate(names) if s[i] is not None}
        for s in answer.results  # type: ignore[union-attr]
    ]


def bound(executor: Executor, party: str, day: str) -> dict[str, dict[str, str]]:
    return {
        row["instrument"].rsplit("/", 1)[-1]: row
        for row in rows(executor, "acts-binding-a-party", party=party, day=day)
    }


def test_every_pledge_and_call_has_a_settled_outcome(index: Index) -> None:
    judged = {one(index, o, "outcomeOf") for o in index.of_type(iris.UKFR + "Outcome") if one(index, o, "settled")}
    clauses = {*index.of_type(iris.UKFR + "Pledge"), *index.of_type(iris.UKFR + "Call")}
    assert len(clauses) == 33
    assert judged == clauses


def test_enough_clauses_rest_on_official_or_parliamentary_sources(index: Index) -> None:
    kinds = {iris.VOCABULARY + "source-kind/" + name for name in ("official", "parliamentary", "judicial")}
    official = set()
    for outcome in index.of_type(iris.UKFR + "Outcome"):
        for observation in index.objects(outcome, iris.UKFR + "basedOn"):
            for source in index.objects(observation, iris.DCTERMS + "source"):
                if one(index, source, "sourceKind") in kinds:
                    official.add(one(index, outcome, "outcomeOf"))
    assert len(official) >= 15


def test_an_outcome_has_a_history_where_it_changed(executor: Executor) -> None:
    clause = "id:clause/uk-fr-2016-08-30/adopt-firearms-directive"
    verdicts = {(r["as_of"], r["verdict_label"]) for r in rows(executor, "outcome-of-clause", clause=clause)}
    assert sorted(verdicts) == [("2016-12-31", "not done"), ("2017-05-17", "done")]


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2016-12-31", "not done"), ("2017-06-30", "done"), ("2026-11-01", "done")],
)
def test_a_verdict_is_that_of_the_day(executor: Executor, day: str, expected: str) -> None:
    (row,) = [r for r in rows(executor, "outcomes", day=day) if r["clause"].endswith("/adopt-firearms-directive")]
    assert row["verdict_label"] == expected


def test_before_the_first_judgement_none_is_recorded(executor: Executor) -> None:
    assert all("verdict" not in row for row in rows(executor, "outcomes", day="2016-09-01"))
    (row,) = rows(executor, "pledges-by-outcome", day="2016-09-01")
    assert (row["pledges"], row["calls"]) == ("26", "7")


@pytest.mark.parametrize("day", ["2016-12-31", "2020-12-31", "2026-11-29"])
def test_the_counts_by_outcome_add_up_to_every_clause(executor: Executor, day: str) -> None:
    counts = rows(executor, "pledges-by-outcome", day=day)
    assert sum(int(r["pledges"]) for r in counts) == 26
    assert sum(int(r["calls"]) for r in counts) == 7


def test_enough_reports_are_held_against_independent_observations(executor: Executor) -> None:
    assert len({r["clause"] for r in rows(executor, "reports-corroborated")}) >= 6


def test_sums_are_kept_apart_and_not_added_up(executor: Executor, index: Index) -> None:
    transfers = index.of_type(iris.UKFR + "Transfer")
    assert len(transfers) >= 18
    statuses = {r["status_label"] for r in rows(executor, "money-by-year")}
    assert {"agreed", "paid", "announced", "conditional"} <= statuses
    whole, parts = iris.ID + "transfer/2023-26-agreed", iris.ID + "transfer/"
    years = [t for t in transfers if one(index, t, "partOfTransfer") == whole]
    assert sum(int(one(index, t, "value")) for t in years) == int(one(index, whole, "value")) == 541_000_000
    assert one(index, parts + "2016-paid", "transferStatus") != one(
        index, parts + "2016-amiens-agreed", "transferStatus"
    )


def test_every_sum_leads_to_the_agreement_that_brought_it_about_or_says_none(executor: Executor) -> None:
    answers = rows(executor, "money-agreed-and-paid")
    assert len(answers) == len({r["transfer"] for r in answers})
    assert sum("agreement" in r for r in answers) >= 18


def test_the_series_is_there_in_outline(executor: Executor, index: Index) -> None:
    outlines = [r for r in rows(executor, "series") if r["level_label"] == "outline"]
    assert len(outlines) >= 30
    for row in outlines:
        assert row["source_address"].startswith("http"), row
        assert "date" in row or "not_before" in row, row
        assert not any(one(index, c, "statement") == row["statement"] for c in index.of_type(iris.UKFR + "Clause"))
    named = [r for r in outlines if "representatives" in r]
    assert len(named) >= 20
    assert all(re.search(r"\(.+\)", r["representatives"]) for r in named)


def test_what_followed_the_declaration_of_august_2015(executor: Executor) -> None:
    pairs = {(iris.local_name(r["earlier"]), iris.local_name(r["later"])) for r in rows(executor, "what-followed-what")}
    assert {later for earlier, later in pairs if earlier == "joint-declaration-calais-2015"} == {
        "joint-declaration-november-2015",
        "sandhurst-treaty",
    }


def test_every_source_says_how_far_it_was_read_and_where(index: Index) -> None:
    records = index.of_type(iris.UKFR + "SourceRecord")
    assert len(records) > 100
    readings = defaultdict(set)
    for record in records:
        readings[iris.local_name(one(index, record, "reading"))].add(one(index, record, "seenOn"))
    assert readings["second-hand-excerpt"] == {"2026-11-28"}
    assert set(readings) == {"whole", "excerpt", "second-hand-excerpt"}


def test_the_office_of_a_signatory_is_known_without_a_tenure(executor: Executor) -> None:
    acted = {(r["person_label"], r["office_label"]) for r in rows(executor, "office-holders-over-time") if "acted" in r}
    assert ("Theresa May", "Home Secretary of the United Kingdom") in acted
    assert ("Theresa May", "Prime Minister of the United Kingdom") in acted


@pytest.mark.parametrize("day", DAYS)
def test_nothing_is_in_force_after_its_end_nor_before_its_beginning(index: Index, executor: Executor, day: str) -> None:
    """On every instrument: what an as-of question returns had been made and had not ended by the day."""
    for party in ("id:state/united-kingdom", "id:state/france"):
        for name, row in bound(executor, party, day).items():
            made = one(index, iris.ID + "instrument/" + name, "documentDate")
            assert not made or made <= day, (name, made)
            assert row["from"] <= day <= row.get("until", "9999"), row
    for instrument in index.of_type(iris.UKFR + "Instrument"):
        statuses = index.objects(instrument, iris.UKFR + "instrumentStatus")
        held = {one(index, s, "party") for s in statuses if kind(index, s) in HOLDING and runs(index, s, day)}
        ended = {
            one(index, s, "party") for s in statuses if kind(index, s) == "ceased" and one(index, s, "startDate") <= day
        }
        assert not ended & held, instrument
        assert not ("" in ended and held), instrument


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("party", ["united-kingdom", "france"])
def test_the_law_of_a_day_is_what_the_statuses_of_every_instrument_say(
    index: Index, executor: Executor, party: str, day: str
) -> None:
    """The same answer, worked out here from the records of each instrument, state by state."""
    found = {
        (row["instrument"].rsplit("/", 1)[-1], row["status_label"], row["from"])
        for row in rows(executor, "acts-binding-a-party", party=f"id:state/{party}", day=day)
    }
    expected = {
        (iris.local_name(instrument), label, since)
        for instrument in index.of_type(iris.UKFR + "Instrument")
        for label, since in states_on(index, instrument, f"{iris.ID}state/{party}", day)
    }
    assert found == expected
    assert len(found) > 10


def states_on(index: Index, instrument: str, party: str, day: str) -> set[tuple[str, str]]:
    """Return what binds a party on a day: its own statuses, or as a member of the Union those of the act."""
    statuses = index.objects(instrument, iris.UKFR + "instrumentStatus")
    of = {status: one(index, status, "party") for status in statuses}
    if any(kind(index, s) == "ceased" and of[s] in ("", party) and one(index, s, "startDate") <= day for s in statuses):
        return set()
    own = {s for s in statuses if of[s] == party}
    is_act = one(index, instrument, "instrumentKind") in EU_KINDS
    if own:
        chosen = {s for s in own if kind(index, s) in HOLDING}
    elif is_act and is_member(index, party, day):
        chosen = {s for s in statuses if not of[s] and kind(index, s) in ("in-force", "applied")}
    else:
        chosen = set()
    return {
        (kind(index, s).replace("-", " "), one(index, s, "startDate"))
        for s in chosen
        if one(index, s, "startDate") and runs(index, s, day) and not "" < one(index, s, "latestEnd") < day
    }


def is_member(index: Index, party: str, day: str) -> bool:
    return any(
        one(index, m, "membershipOf").endswith("/eu-member-states")
        and one(index, m, "membershipBy") == party
        and runs(index, m, day)
        for m in index.of_type(iris.UKFR + "Membership")
    )


@pytest.mark.parametrize("day", DAYS)
def test_eu_acts_bind_the_united_kingdom_until_the_end_of_the_transition(
    index: Index, executor: Executor, day: str
) -> None:
    acts = {n for n, r in bound(executor, "id:state/united-kingdom", day).items() if r["kind_label"].startswith("EU ")}
    assert bool(acts) == (date.fromisoformat(day) < date(2021, 1, 1))
    every = {i for i in index.of_type(iris.UKFR + "Instrument") if one(index, i, "instrumentKind") in EU_KINDS}
    silent = {
        i
        for i in every
        if "" < one(index, i, "documentDate") < "2017"
        and not any(one(index, s, "party") == UK for s in index.objects(i, iris.UKFR + "instrumentStatus"))
    }
    assert {i.rsplit("/", 1)[-1] for i in silent} <= {
        "dublin-ii"
    }  # repealed in 2013; how it bound the UK was not found


@pytest.mark.parametrize(
    ("party", "day", "binding", "free"),
    [
        ("united-kingdom", "2014-12-15", {"dublin-iii", "european-arrest-warrant", "europol-decision"}, {"pruem-decision", "directive-2017-853"}),
        ("united-kingdom", "2016-08-30", {"dublin-iii", "pruem-decision", "directive-91-477", "le-touquet-treaty"}, {"directive-2017-853"}),
        ("united-kingdom", "2016-12-31", {"pnr-directive"}, {"directive-2017-853"}),
        ("france", "2016-12-31", {"pnr-directive", "treaty-of-canterbury"}, {"directive-2017-853"}),
        ("united-kingdom", "2019-06-01", {"directive-2017-853", "europol-regulation", "pnr-directive"}, {"europol-decision"}),
        ("united-kingdom", "2021-01-01", {"tca-title-pnr", "tca-title-surrender", "budapest-convention"}, {"dublin-iii", "european-arrest-warrant"}),
        ("united-kingdom", "2026-11-01", {"tca-title-pnr", "passenger-ship-security-agreement"}, {"dublin-iii", "directive-2021-555"}),
        ("france", "2014-12-15", {"dublin-iii", "pruem-decision"}, {"directive-2017-853"}),
        ("france", "2021-01-01", {"dublin-iii", "directive-2017-853"}, {"directive-2021-555"}),
        ("france", "2026-11-01", {"directive-2021-555", "regulation-2024-1351"}, {"dublin-iii", "directive-91-477"}),
        ("united-kingdom", "1996-01-01", {"dunkirk-treaty"}, {"dublin-convention"}),
        ("united-kingdom", "2014-12-15", set(), {"dunkirk-treaty", "dublin-convention"}),
        ("united-kingdom", "2026-09-30", {"dangerous-journeys-agreement"}, set()),
        ("united-kingdom", "2026-11-01", set(), {"dangerous-journeys-agreement"}),
    ],
)  # fmt: skip
def test_the_law_of_a_day(executor: Executor, party: str, day: str, binding: set[str], free: set[str]) -> None:
    found = set(bound(executor, f"id:state/{party}", day))
    assert binding <= found
    assert not free & found


def test_what_changed_at_the_end_of_the_transition(executor: Executor) -> None:
    changes = rows(executor, "what-changed-between", **{"from": "2020-12-30", "until": "2021-01-01"})
    ended = {r["thing"].rsplit("/", 1)[-1] for r in changes if r["change"] == "ended"}
    assert {"dublin-iii", "pnr-directive", "european-arrest-warrant"} <= ended
    judged = {r["thing"].rsplit("/", 1)[-1] for r in changes if r["change"] == "judged"}
    assert "prioritise-information-sharing" in judged


def test_expressions_that_differ_are_told_without_their_words(index: Index) -> None:
    divergences = index.of_type(iris.UKFR + "Divergence")
    assert len(divergences) >= 5
    assert any(iris.ID + "statement/uk-fr-2016-08-30" in index.objects(d, iris.UKFR + "concerns") for d in divergences)


def test_the_layers_lie_in_graphs_of_their_own(built: Built) -> None:
    for name, cls in ((iris.OBSERVATIONS_GRAPH, "Observation"), (iris.OUTCOMES_GRAPH, "Outcome")):
        subjects = Index(built.graphs[name]).subjects()
        assert subjects
        assert not any("/clause/" in s for s in subjects), cls


def test_what_a_second_coder_is_given_is_current_and_holds_no_verdict() -> None:
    folder = Path(__file__).parents[2] / "docs/coding/outcomes"
    given = json.loads((folder / "inputs.json").read_text("utf-8"))
    made = runpy.run_path(str(folder / "inputs.py"))["build_inputs"]()
    assert given == json.loads(json.dumps(made, ensure_ascii=False))
    assert (len(given["clauses"]), len(given["figures"])) == (33, 12)
    assert not any(word in json.dumps(given) for word in ("outcome/", "outcomeValue", "corroboration"))
