"""How acts stand over time, which pages tell as of any day: what the saved question answers for one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukfr_graph.iris import BASE, DCTERMS, ID, RDF, RDFS, SKOS, UKFR
from ukfr_graph.publishing.application import open_site
from ukfr_graph.query import Executor, read_queries
from ukfr_graph.query.executor import project
from ukfr_graph.query.questions import give_values, read_question
from ukfr_graph.service.answers import read_rows
from ukfr_graph.settings import read_settings
from ukfr_graph.site.follow import bind_day
from ukfr_graph.site.history import list_intervals
from ukfr_graph.site.standings import Standings, find_standings, read_bindings
from ukfr_graph.store import Snapshot
from ukfr_graph.triples import literal, node

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


STATES = [ID + "state/united-kingdom", ID + "state/france", ID + "state/elsewhere"]
FIRST, SPAN = date(2000, 1, 1), 7
MOMENTS = st.integers(0, SPAN - 1)
STATUSES = st.tuples(
    st.sampled_from(["in-force", "applied", "taking-part", "opted-in", "ceased", "signed"]),
    st.sampled_from([None, *STATES]), MOMENTS, st.none() | MOMENTS, st.none() | MOMENTS,
)  # fmt: skip
ACTS = st.lists(st.tuples(st.sampled_from(["eu-directive", "treaty"]), st.lists(STATUSES, max_size=4)), max_size=3)
MEMBERSHIPS = st.lists(st.tuples(st.sampled_from(STATES[:2]), MOMENTS, st.none() | MOMENTS), max_size=3)


def write(acts: Iterable[tuple[str, Iterable[Any]]], memberships: Iterable[Any]) -> ox.Store:
    """Write acts with their statuses, and who is a member of the European Union, into a store."""
    store = ox.Store()

    def say(subject: str, **values: str | ox.Literal | None) -> None:
        for name, value in values.items():
            prefix = {"label": RDFS, "prefLabel": SKOS, "source": DCTERMS, "type": RDF}.get(name, UKFR)
            if value is not None:
                store.add(ox.Quad(node(subject), node(prefix + name), node(value) if isinstance(value, str) else value))

    def on(moment: int | None) -> ox.Literal | None:
        return None if moment is None else literal((FIRST + timedelta(moment)).isoformat(), "date")

    for kind in ("in-force", "applied", "taking-part", "opted-in", "ceased", "signed", "eu-directive", "treaty"):
        for language in ("en", "fr"):
            for scheme in ("status-kind", "instrument-kind"):
                say(f"{BASE}vocab/{scheme}/{kind}", prefLabel=ox.Literal(kind, language=language))
    for number, (kind, statuses) in enumerate(acts):
        act = f"{ID}instrument/{number}"
        say(act, label=ox.Literal("act", language="en"), instrumentKind=f"{BASE}vocab/instrument-kind/{kind}")
        for at, (status, party, start, end, latest) in enumerate(statuses):
            say(act, instrumentStatus=f"{act}#{at}")
            say(f"{act}#{at}", type=UKFR + "InstrumentStatus", source=ID + "source/1", party=party)
            say(f"{act}#{at}", statusKind=f"{BASE}vocab/status-kind/{status}", startDate=on(start))
            say(f"{act}#{at}", endDate=on(end), latestEnd=on(latest))
    for number, (state, joined, left) in enumerate(memberships):
        one = f"{ID}membership/{number}"
        say(one, membershipOf=ID + "collective/eu-member-states", membershipBy=state)
        say(one, startDate=on(joined), endDate=on(left))
    return store


def select(store: ox.Store, text: str, bound: Mapping[str, Any] | None = None) -> bytes:
    answer = store.query(text, substitutions={ox.Variable(name): term for name, term in (bound or {}).items()})
    assert isinstance(answer, ox.QuerySolutions)
    return answer.serialize(format=ox.QueryResultsFormat.JSON) or b""


@settings(max_examples=60)
@given(ACTS, MEMBERSHIPS)
def test_whatever_is_recorded_acts_bind_as_the_saved_question_says(acts: Any, memberships: Any) -> None:
    store, saved = write(acts, memberships), read_queries()["acts-binding-a-party"].text
    asked = give_values(read_question("site", "binding"), "party", " ".join(f"<{state}>" for state in STATES[:2]))
    standings = Standings(STATES[:2], read_bindings(select(store, asked)))
    for day in (FIRST + timedelta(moment) for moment in range(-1, SPAN + 1)):
        for at, state in enumerate(STATES[:2]):
            bound = {"_party_iri": node(state), **bind_day(day)}
            rows = read_rows(select(store, project(saved, bound) or saved, bound)).dicts()
            expected = {row["instrument"].value: row["status_label"].value for row in rows}
            told = {
                act: found[at].status.rpartition("/")[2]
                for number in range(len(acts))
                if (found := standings.tell(act := f"{ID}instrument/{number}", day)) and found[at].status
            }
            assert told == expected, (day, state)


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
