"""How acts stand over time, which pages tell as of any day: what the saved question answers for one."""

from __future__ import annotations

import asyncio
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from ukfr_graph.publishing.application import open_site
from ukfr_graph.query import Executor, read_queries
from ukfr_graph.settings import read_settings
from ukfr_graph.site.follow import bind_day
from ukfr_graph.site.history import list_intervals
from ukfr_graph.site.standings import Standings, find_standings
from ukfr_graph.store import Snapshot
from ukfr_graph.triples import node

DAYS = [date.fromisoformat(text) for text in (
    "1966-01-01", "1992-12-31", "2003-02-04", "2016-08-30", "2019-12-31", "2020-01-31", "2020-02-01", "2020-12-31",
    "2021-01-01", "2026-11-29",
)]  # fmt: skip
LAST = date(2026, 11, 29)


@pytest.fixture(scope="module")
def standings(dataset: Path) -> Standings:
    _, service = open_site(read_settings().model_copy(update={"dataset": dataset, "endpoint": None}))
    with service.using_names():
        return asyncio.run(find_standings(service, "en"))


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_acts_bind_states_on_a_day_as_the_saved_question_says(
    standings: Standings, snapshot: Snapshot, executor: Executor, day: date
) -> None:
    question = read_queries()["acts-binding-a-party"].text
    acts = {act for act, _ in standings.bindings}
    for at, state in enumerate(standings.states):
        rows = executor.run(question, bind_day(day) | {"_party_iri": node(state)}).bindings()
        expected = {row["instrument"].value: row["status_label"].value for row in rows}
        told = {act: found[at].status for act in acts if (found := standings.tell(act, day)) and found[at].status}
        assert told == expected
        assert expected


def test_what_is_told_of_an_act_changes_on_its_days_of_change_alone(standings: Standings) -> None:
    held = 0
    for act in {act for act, _ in standings.bindings}:
        changes = standings.list_changes(act)
        stretches = list_intervals(partial(standings.tell, act), changes, LAST)
        held += len(stretches)
        for day in DAYS:
            (told,) = [
                s.told for s in stretches if (s.first is None or s.first <= day) and (s.end is None or day < s.end)
            ]
            assert told == standings.tell(act, day), (act, day)
    assert held > len(standings.bindings)


def test_an_act_that_ended_for_a_state_is_told_so_from_that_day_on(standings: Standings) -> None:
    dublin = "https://w3id.org/ukfr/id/instrument/dublin-iii"
    before, after = standings.tell(dublin, date(2020, 12, 31)), standings.tell(dublin, date(2021, 1, 1))
    assert [bool(state.status) for state in before] == [True, True]
    assert {state.party.name: (bool(state.status), state.ended) for state in after} == {
        "United Kingdom": (False, date(2021, 1, 1)),
        "France": (True, None),
    }
