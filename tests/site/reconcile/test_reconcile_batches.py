"""Whatever is sent to the reconciliation service: bad batches are refused, and every answer is of the specified form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.reconciling import BUDAPEST, CLIENT, NEW, OLD, ask, match, post_json
from support.schemas import check, is_valid


@pytest.mark.parametrize(
    "bad",
    [3, None, [], {}, {"query": ""}, {"query": 3}, {"query": "x", "limit": 0},
     {"query": "x", "limit": 51}, {"query": "x", "limit": 1.5}, {"query": "x", "limit": True}, {"query": "x", "nope": 1},
     {"query": "x" * 1001}, {"query": "x", "type": 3}, {"query": "x", "type_strict": "never"},
     {"query": "x", "properties": [{"pid": "ukfr:party"}]}, {"query": "x", "properties": [{"pid": "p", "v": {"name": "x"}}]},
     {"query": "x", "properties": [{"pid": "p", "v": "x"}] * 11}],
)  # fmt: skip
def test_a_bad_query_says_why_and_the_others_are_answered(server: str, bad: Any) -> None:
    found = ask(server, {"good": {"query": "CETS 185"}, "bad": bad})
    assert found["good"]["result"][0]["match"]
    assert found["bad"]["result"] == []
    assert len(found["bad"]["error"]) > 10


@pytest.mark.parametrize("batch", ["", "{", "[]", "3", "null", '"x"', "[" * 100_000, "NaN", '{"q": NaN}', "9" * 5000])
@pytest.mark.parametrize("field", ["queries", "extend"])
def test_what_is_no_batch_is_a_bad_request(server: str, batch: str, field: str) -> None:
    answer = CLIENT.post(server + "/reconcile", data={field: batch})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    for path in ("match", "extend"):
        draft = CLIENT.post(
            f"{server}/reconcile/1.0/{path}", content=batch, headers={"Content-Type": "application/json"}
        )
        assert draft.status_code == 400, draft.text


def test_a_number_too_large_for_a_number_is_a_bad_limit(server: str) -> None:
    answer = CLIENT.post(server + "/reconcile", data={"queries": '{"q": {"query": "x", "limit": 1e999}}'})
    check(answer.json(), OLD, "reconciliation-result-batch")
    assert "limit" in answer.json()["q"]["error"]


def test_a_batch_over_the_limit_is_refused_whole(server: str) -> None:
    batch = {f"q{n}": {"query": "x"} for n in range(101)}
    answer = CLIENT.post(server + "/reconcile", data={"queries": json.dumps(batch)})
    assert answer.status_code == 413
    assert "UKFR_RECONCILE_BATCH_SIZE" in answer.json()["detail"]
    ids = {"ids": [str(n) for n in range(1001)], "properties": []}
    assert CLIENT.post(server + "/reconcile", data={"extend": json.dumps(ids)}).status_code == 413
    assert CLIENT.post(server + "/reconcile/1.0/extend", json=ids).status_code == 413


def test_requests_of_another_form_are_refused(server: str) -> None:
    assert CLIENT.post(server + "/reconcile", json={}).status_code == 415
    assert CLIENT.post(server + "/reconcile", data={"query": "x"}).status_code == 400
    assert CLIENT.post(server + "/reconcile", data={"queries": "{}", "extend": "{}"}).status_code == 400
    assert CLIENT.post(server + "/reconcile/1.0/match", data={"queries": "{}"}).status_code == 415
    bad = CLIENT.post(server + "/reconcile/1.0/match", content=b"\xff", headers={"Content-Type": "application/json"})
    assert bad.status_code == 400
    for address in (
        "/reconcile/suggest/nothing",
        "/reconcile/suggest/entity?cursor=x",
        "/reconcile/suggest/entity?cursor=-1",
    ):
        answer = CLIENT.get(server + address)
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert CLIENT.get(server + "/reconcile/preview?id=nothing").status_code == 404
    assert CLIENT.get(server + "/reconcile/flyout/type?id=nothing").status_code == 404


NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(), max_size=20) | st.sampled_from(
    ["France", "CETS 185", BUDAPEST, "2016-08-30", "\ud800"]
)
ENTITIES = st.fixed_dictionaries({"id": TEXTS}, optional={"name": TEXTS})
VALUES = TEXTS | NUMBERS | st.booleans() | ENTITIES
PIDS = st.sampled_from(["ukfr:party", "ukfr:documentDate", "adms:identifier", "rdfs:label"]) | TEXTS
TYPES = st.sampled_from(["ukfr:Instrument", "ukfr:State", "vocab:topic"]) | TEXTS
JUNK = st.recursive(
    st.none() | VALUES, lambda x: st.lists(x, max_size=3) | st.dictionaries(TEXTS, x, max_size=3), max_leaves=5
)
QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "query": TEXTS,
        "type": TYPES | st.lists(TYPES, max_size=3),
        "limit": NUMBERS,
        "type_strict": st.sampled_from(["any", "should", "all"]),
        "properties": st.lists(
            st.fixed_dictionaries({"pid": PIDS, "v": VALUES | st.lists(VALUES, max_size=3)}), max_size=3
        ),
    },
)
CONDITIONS = st.fixed_dictionaries(
    {"matchType": st.sampled_from(["name", "property"]), "propertyValue": VALUES | st.lists(VALUES, max_size=3)},
    optional={
        "propertyId": PIDS,
        "required": st.booleans(),
        "matchQuantifier": st.sampled_from(["any", "all", "none"]),
        "matchQualifier": st.sampled_from(["exact", "other"]),
    },
)
DRAFT_QUERIES = st.fixed_dictionaries(
    {"conditions": st.lists(CONDITIONS, max_size=3)}, optional={"type": TYPES, "limit": NUMBERS, "lang": TEXTS}
)
GENERATED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@GENERATED
@given(st.dictionaries(TEXTS, QUERIES | JUNK, max_size=4))
def test_every_batch_has_a_valid_answer(server: str, batch: dict[str, Any]) -> None:
    found = ask(server, batch)
    assert found.keys() == batch.keys()
    for name, query in batch.items():
        if not is_valid({name: query}, OLD, "reconciliation-query-batch"):
            assert "error" in found[name]


@GENERATED
@given(st.lists(DRAFT_QUERIES | JUNK, max_size=4))
def test_every_batch_of_the_draft_has_a_valid_answer(server: str, queries: list[Any]) -> None:
    results = match(server, *queries)
    assert len(results) == len(queries)
    for query, result in zip(queries, results, strict=True):
        if not is_valid({"queries": [query]}, NEW, "reconciliation-query-batch"):
            assert "error" in result
        for candidate in result["candidates"]:
            assert 0 <= candidate["score"] <= 100


@GENERATED
@given(
    st.lists(TEXTS, max_size=4),
    st.lists(st.fixed_dictionaries({"id": PIDS}, optional={"settings": st.dictionaries(st.sampled_from(["limit", "language", "dates"]), JUNK)}), max_size=4),
)  # fmt: skip
def test_every_extension_has_a_valid_answer(server: str, ids: list[str], properties: list[Any]) -> None:
    query = json.loads(json.dumps({"ids": ids, "properties": properties}))  # halves that meet become one character
    answer = CLIENT.post(server + "/reconcile", data={"extend": json.dumps(query)})
    draft = post_json(server + "/reconcile/1.0/extend", query)
    named = [p["id"] for p in query["properties"]]
    is_good = all(named) and not any("\ud800" <= c <= "\udfff" for text in named for c in text)
    assert answer.status_code == draft.status_code == (200 if is_good else 400)
    if answer.is_success:
        check(answer.json(), OLD, "data-extension-response")
        check(draft.json(), NEW, "data-extension-response")
        assert answer.json()["rows"].keys() == set(query["ids"])
