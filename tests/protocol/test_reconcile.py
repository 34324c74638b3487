"""The reconciliation service, over HTTP: every answer is of the form that the specification's own schemas have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.conftest import TOKEN
from protocol.schemas import check, is_valid
from protocol.servers import Server, start_server

BUDAPEST = "id/instrument/budapest-convention"
OLD, NEW = "0.2", "1.0-draft"
CLIENT = httpx.Client(timeout=60)  # the first question of a server makes its catalogue


def ask(server: str, batch: Any, **headers: str) -> Any:
    answer = CLIENT.post(server + "/reconcile", data={"queries": json.dumps(batch)}, headers=headers)
    assert answer.status_code == 200, answer.text
    check(answer.json(), OLD, "reconciliation-result-batch")
    return answer.json()


def best(server: str, **query: Any) -> dict[str, Any]:
    """The first candidate of one query, in few words."""
    (found,) = ask(server, {"q": query}).values()
    return found["result"][0] if found["result"] else {}


def post_json(address: str, content: Any) -> httpx.Response:
    """Post JSON, halves of surrogate pairs included."""
    return CLIENT.post(address, content=json.dumps(content), headers={"Content-Type": "application/json"})


def match(server: str, *queries: Any) -> list[Any]:
    answer = post_json(server + "/reconcile/1.0/match", {"queries": queries})
    assert answer.status_code == 200, answer.text
    check(answer.json(), NEW, "reconciliation-result-batch")
    results: list[Any] = answer.json()["results"]
    return results


# The manifests


def test_the_manifest_is_valid_and_its_addresses_lead_somewhere(server: str) -> None:
    manifest = CLIENT.get(server + "/reconcile").json()
    check(manifest, OLD, "manifest")
    assert manifest["identifierSpace"] == "https://w3id.org/ukfr/"
    assert manifest["batchSize"] == 100
    assert "ukfr:Instrument" in {t["id"] for t in manifest["defaultTypes"]}
    preview = manifest["preview"]["url"].replace("{{id}}", quote(BUDAPEST, safe=""))
    assert "Budapest" in CLIENT.get(preview).text
    for kind, suggest in manifest["suggest"].items():
        found = CLIENT.get(suggest["service_url"] + suggest["service_path"], params={"prefix": ""}).json()["result"]
        flyout = suggest["service_url"] + suggest["flyout_service_path"].replace(
            "${id}", quote(found[0]["id"], safe="")
        )
        assert CLIENT.get(flyout).json()["id"] == found[0]["id"], kind
    proposals = manifest["extend"]["propose_properties"]
    assert CLIENT.get(proposals["service_url"] + proposals["service_path"], params={"type": "ukfr:State"}).is_success
    assert manifest["view"]["url"].replace("{{id}}", BUDAPEST) == f"{server}/{BUDAPEST}"


def test_the_manifest_of_the_draft_is_valid(server: str) -> None:
    manifest = CLIENT.get(server + "/reconcile/1.0").json()
    check(manifest, NEW, "manifest")
    assert manifest["view"] == {"url": server + "/{+id}"}
    assert manifest["standardizedScore"] is True


# Candidates


@pytest.mark.parametrize(
    "name",
    ["Convention on Cybercrime (Budapest Convention)", "CONVENTION SUR LA CYBERCRIMINALITE (convention de budapest)"],
)
def test_a_name_in_either_language_is_certain(server: str, name: str) -> None:
    found = best(server, query=name)
    assert (found["id"], found["score"], found["match"]) == (BUDAPEST, 100, True)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("CETS 185", BUDAPEST),
        ("CETS No. 185", BUDAPEST),
        ("STCE n° 185", BUDAPEST),
        ("32016L0681", "id/instrument/pnr-directive"),
        ("CELEX:32016L0681", "id/instrument/pnr-directive"),
        ("oj l 180, 29.6.2013, p. 31-59", "id/instrument/dublin-iii"),
        ("Q145", "id/state/united-kingdom"),
        ("http://www.wikidata.org/entity/Q145", "id/state/united-kingdom"),
        (BUDAPEST, BUDAPEST),
        ("https://w3id.org/ukfr/" + BUDAPEST, BUDAPEST),
    ],
)
def test_an_identifier_typed_as_a_name_is_certain(server: str, query: str, expected: str) -> None:
    found = best(server, query=query)
    assert (found["id"], found["match"]) == (expected, True)
    assert {"id": "identifier", "value": True} in found["features"]


def test_a_bare_number_of_a_few_digits_means_nothing(server: str) -> None:
    assert not best(server, query="826")
    assert not best(server, query="185")
    assert best(server, properties=[{"pid": "vocab:identifier-scheme/cets", "v": 185}])["id"] == BUDAPEST


def test_a_name_that_is_only_near_is_not_certain(server: str) -> None:
    found = best(server, query="Cybercrime convention of Budapest", type="ukfr:Instrument")
    assert found["id"] == BUDAPEST
    assert not found["match"]
    assert 60 < found["score"] < 100
    assert not best(server, query="Treaty of Westphalia", type="ukfr:Instrument").get("match")


def test_a_property_that_contradicts_takes_the_certainty_away(server: str) -> None:
    name = "Dublin III Regulation (EU) No 604/2013"
    agrees = best(server, query=name, properties=[{"pid": "ukfr:documentDate", "v": "2013-06-26T00:00:00Z"}])
    differs = best(server, query=name, properties=[{"pid": "ukfr:documentDate", "v": "2014"}])
    assert (agrees["match"], differs["match"]) == (True, False)
    assert differs["score"] < agrees["score"] == 100
    assert {"id": "ukfr:documentDate", "value": 0.0} in differs["features"]


def test_values_may_be_entities_names_dates_or_numbers(server: str) -> None:
    for value in ({"id": "id/state/france", "name": "France"}, "France", ["Italy", "France"], "Q142 ?"):
        found = best(server, query="Cybercrime", type="ukfr:Instrument", properties=[{"pid": "ukfr:party", "v": value}])
        value_of = {f["id"]: f["value"] for f in found["features"]}
        assert found["id"] == BUDAPEST
        assert (value_of["ukfr:party"] == 1) is (value != "Q142 ?")


def test_properties_alone_find_what_has_them(server: str) -> None:
    found = ask(server, {"q": {"properties": [{"pid": "ukfr:party", "v": {"id": "id/state/france"}}], "limit": 50}})
    assert BUDAPEST in [c["id"] for c in found["q"]["result"]]
    assert not any(c["match"] for c in found["q"]["result"])


def test_types_restrict_or_only_prefer(server: str) -> None:
    def ids(**query: Any) -> list[str]:
        return [c["id"] for c in ask(server, {"q": {"query": "France", **query}})["q"]["result"]]

    assert ids(type="ukfr:Place")[0] == "id/place/france"
    assert all(id_.startswith("id/place/") for id_ in ids(type="ukfr:Place"))
    assert set(ids(type=["ukfr:Place", "ukfr:State"])) >= {"id/place/france", "id/state/france"}
    assert ids(type=["ukfr:State", "ukfr:Actor"], type_strict="all", limit=1) == ["id/state/france"]
    preferred = ask(server, {"q": {"query": "France", "type": "ukfr:Place", "type_strict": "should"}})["q"]["result"]
    assert "id/state/france" in [c["id"] for c in preferred]
    assert not next(c for c in preferred if c["id"] == "id/state/france")["match"]


def test_candidates_are_sorted_limited_and_described(server: str) -> None:
    found = ask(server, {"q": {"query": "France", "limit": 3}})["q"]["result"]
    assert len(found) == 3
    assert [c["score"] for c in found] == sorted((c["score"] for c in found), reverse=True)
    assert all(c["description"] and c["type"] and c["features"] for c in found)


def test_names_come_in_the_language_that_is_asked(server: str) -> None:
    def name(**headers: str) -> str:
        return str(ask(server, {"q": {"query": "Q145"}}, **headers)["q"]["result"][0]["name"])

    assert name() == "United Kingdom"
    assert name(**{"Accept-Language": "fr-FR,fr;q=0.9,en;q=0.5"}) == "Royaume-Uni"
    french = CLIENT.post(server + "/reconcile?lang=fr", data={"queries": '{"q": {"query": "Q145"}}'})
    assert french.json()["q"]["result"][0]["name"] == "Royaume-Uni"
    assert french.headers["content-language"] == "fr"
    assert "Accept-Language" in french.headers["vary"]


def test_a_query_in_the_address_is_answered_too(server: str) -> None:
    answer = CLIENT.get(server + "/reconcile", params={"queries": '{"q": {"query": "CETS 185"}}'})
    check(answer.json(), OLD, "reconciliation-result-batch")
    assert answer.json()["q"]["result"][0]["id"] == BUDAPEST


# Bad batches


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


# The draft's conditions


def test_conditions_may_be_required_or_excluded(server: str) -> None:
    name = {"matchType": "name", "propertyValue": "Directive"}
    kind = {"matchType": "property", "propertyId": "ukfr:instrumentKind", "propertyValue": "EU directive"}
    free, only, none = match(
        server,
        {"conditions": [name], "type": "ukfr:Instrument"},
        {"conditions": [name, {**kind, "required": True}], "type": "ukfr:Instrument"},
        {"conditions": [name, {**kind, "required": True, "matchQuantifier": "none"}], "type": "ukfr:Instrument"},
    )
    ids = [{c["id"] for c in found["candidates"]} for found in (free, only, none)]
    assert "id/instrument/pnr-directive" in ids[1] <= ids[0]
    assert not ids[1] & ids[2]


def test_exactly_and_all_are_kept(server: str) -> None:
    near = {"matchType": "name", "propertyValue": "Frances", "required": True}
    loose, exact = match(server, {"conditions": [near]}, {"conditions": [{**near, "matchQualifier": "exact"}]})
    assert loose["candidates"]
    assert not exact["candidates"]
    parties = {
        "matchType": "property",
        "propertyId": "ukfr:party",
        "propertyValue": ["France", "Italy"],
        "required": True,
    }
    some, all_ = match(server, {"conditions": [parties]}, {"conditions": [{**parties, "matchQuantifier": "all"}]})
    assert BUDAPEST in {c["id"] for c in some["candidates"]}
    assert not all_["candidates"]


# Suggestions, proposals, values


def test_suggestions_begin_with_what_is_typed(server: str) -> None:
    def suggest(path: str, **params: Any) -> list[dict[str, Any]]:
        answer = CLIENT.get(server + path, params=params, headers={"Accept-Language": params.pop("language", "en")})
        kind = {"entity": "entities", "property": "properties", "type": "types"}[path.rpartition("/")[2]]
        if "1.0" not in path:
            check(answer.json(), OLD, f"suggest-{kind}-response")
        elif kind == "types":
            for item in answer.json()["result"]:
                check(item, NEW, "type")
        else:
            check(answer.json(), NEW, f"suggest-{kind}-response")
        found: list[dict[str, Any]] = answer.json()["result"]
        return found

    for base in ("/reconcile/suggest/", "/reconcile/1.0/suggest/"):
        assert suggest(base + "entity", prefix="Budap")[0]["id"] == BUDAPEST
        assert suggest(base + "entity", prefix=BUDAPEST)[0]["id"] == BUDAPEST
        assert suggest(base + "entity", prefix="royaume")[0]["name"] == "United Kingdom"
        assert suggest(base + "property", prefix="in for")[0]["id"] == "vocab:status-kind/in-force"
        assert suggest(base + "property", prefix="ukfr:party")[0]["id"] == "ukfr:party"
        assert [t["id"] for t in suggest(base + "type", prefix="Stat")] == ["ukfr:State", "ukfr:Statement"]
        assert suggest(base + "entity", prefix="zzz") == suggest(base + "entity", prefix="…") == []
    first, second = (suggest("/reconcile/suggest/entity", prefix="", cursor=n) for n in (0, 20))
    assert len(first) == len(second) == 20
    assert not {s["id"] for s in first} & {s["id"] for s in second}
    drafted = suggest("/reconcile/1.0/suggest/entity", prefix="", offset=20, limit=2)
    assert [s["id"] for s in drafted] == [s["id"] for s in second][:2]
    assert suggest("/reconcile/1.0/suggest/property", prefix="party")[0]["matchQualifiers"][0]["id"] == "exact"


@pytest.mark.parametrize("path", ["/reconcile/properties", "/reconcile/1.0/extend/propose"])
def test_properties_of_a_type_are_proposed(server: str, path: str) -> None:
    answer = CLIENT.get(server + path, params={"type": "ukfr:Instrument", "limit": 4}).json()
    check(answer, NEW, "data-extension-property-proposal")
    assert (answer["type"], answer["limit"], len(answer["properties"])) == ("ukfr:Instrument", 4, 4)
    every = {p["id"] for p in CLIENT.get(server + path, params={"type": "ukfr:Instrument"}).json()["properties"]}
    assert every >= {"ukfr:documentDate", "ukfr:party", "vocab:identifier-scheme/celex", "vocab:status-kind/in-force"}
    assert "ukfr:governmentOf" not in every
    assert CLIENT.get(server + path, params={"type": "nothing"}).json()["properties"] == []


def test_values_of_properties_are_given_as_what_they_are(server: str) -> None:
    pids = [
        "rdfs:label",
        "ukfr:documentDate",
        "ukfr:party",
        "vocab:identifier-scheme/cets",
        "vocab:status-kind/in-force",
    ]
    query = {"ids": [BUDAPEST, "id/nothing"], "properties": [{"id": pid} for pid in pids]}
    answer = CLIENT.post(server + "/reconcile", data={"extend": json.dumps(query)}).json()
    check(answer, OLD, "data-extension-response")
    assert answer["rows"][BUDAPEST] == {
        "rdfs:label": [{"str": "Convention on Cybercrime (Budapest Convention)"}],
        "ukfr:documentDate": [{"date": "2001-11-23T00:00:00Z"}],
        "ukfr:party": [{"id": "id/state/france", "name": "France"}, {"id": "id/state/united-kingdom", "name": "United Kingdom"}],
        "vocab:identifier-scheme/cets": [{"str": "CETS No. 185"}],
        "vocab:status-kind/in-force": [{"date": "2004-07-01T00:00:00Z"}],
    }  # fmt: skip
    assert answer["rows"]["id/nothing"] == {pid: [] for pid in pids}
    assert [m["id"] for m in answer["meta"]] == pids
    draft = CLIENT.post(server + "/reconcile/1.0/extend", json=query).json()
    check(draft, NEW, "data-extension-response")
    assert draft["rows"][0]["properties"][2] == {"id": "ukfr:party", "values": answer["rows"][BUDAPEST]["ukfr:party"]}


def test_settings_of_a_property_are_kept(server: str) -> None:
    asked = [
        {"id": "rdfs:label", "settings": {"language": "fr"}},
        {"id": "ukfr:documentDate", "settings": {"dates": "text"}},
        {"id": "ukfr:party", "settings": {"limit": "1"}},
    ]
    answer = CLIENT.post(server + "/reconcile", data={"extend": json.dumps({"ids": [BUDAPEST], "properties": asked})})
    assert answer.json()["rows"][BUDAPEST] == {
        "rdfs:label": [{"str": "Convention sur la cybercriminalité (convention de Budapest)"}],
        "ukfr:documentDate": [{"str": "2001-11-23"}],
        "ukfr:party": [{"id": "id/state/france", "name": "France"}],
    }


def test_values_agree_with_sparql(server: str) -> None:
    """What the service says of documents is what the graph says."""
    query = "SELECT ?s ?o { ?s a ukfr:Instrument ; ukfr:documentDate ?o }"
    rows = CLIENT.get(
        server + "/sparql", params={"query": query}, headers={"Accept": "application/sparql-results+json"}
    )
    expected = {
        r["s"]["value"].removeprefix("https://w3id.org/ukfr/"): r["o"]["value"]
        for r in rows.json()["results"]["bindings"]
    }
    asked = {"ids": list(expected), "properties": [{"id": "ukfr:documentDate", "settings": {"dates": "text"}}]}
    answer = CLIENT.post(server + "/reconcile", data={"extend": json.dumps(asked)}).json()
    assert len(expected) > 5
    assert {i: row["ukfr:documentDate"][0]["str"] for i, row in answer["rows"].items()} == expected


# Frames, origins, tokens, other engines


def test_the_preview_alone_may_stand_in_a_frame(server: str) -> None:
    page = CLIENT.get(server + "/reconcile/preview", params={"id": BUDAPEST}, headers={"Accept-Language": "fr"})
    assert "frame-ancestors *" in page.headers["content-security-policy"]
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert 'lang="fr"' in page.text
    assert "convention de Budapest" in page.text
    assert "frame-ancestors 'none'" in CLIENT.get(server + "/reconcile").headers["content-security-policy"]
    assert CLIENT.get(server + "/reconcile/1.0/preview", params={"id": BUDAPEST}).is_success


@pytest.mark.parametrize(
    ("path", "method"),
    [("/reconcile", "POST"), ("/reconcile/1.0/match", "POST"), ("/reconcile/suggest/entity", "GET"), ("/", "GET")],
)
def test_other_origins_may_ask_first_and_then_ask(server: str, path: str, method: str) -> None:
    headers = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "content-type",
    }
    answer = CLIENT.options(server + path, headers=headers)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert method in answer.headers["access-control-allow-methods"]
    assert "Content-Type" in answer.headers["access-control-allow-headers"]
    bad = CLIENT.post(server + "/reconcile", data={"queries": "{"}, headers={"Origin": "https://example.org"})
    assert bad.headers["access-control-allow-origin"] == "*"


def test_a_token_is_needed_where_reading_needs_one(dataset: Path) -> None:
    with start_server("--store", str(dataset), settings={"write_token": TOKEN, "read_token_needed": "1"}) as closed:
        manifest = CLIENT.get(closed.url + "/reconcile").json()
        check(manifest, OLD, "manifest")
        assert manifest["authentication"]["type"] == "apiKey"
        assert CLIENT.post(closed.url + "/reconcile", data={"queries": "{}"}).status_code == 401
        assert CLIENT.get(closed.url + "/reconcile/suggest/entity?prefix=x").status_code == 401
        assert CLIENT.get(closed.url + "/reconcile/preview?id=x").status_code == 401


def test_another_engine_gives_the_same(server: str, relay: str) -> None:
    batch = {"a": {"query": "CETS 185"}, "b": {"query": "Calais", "limit": 3}}
    assert ask(relay, batch) == ask(server, batch)


def test_what_is_loaded_is_found_as_soon_as_it_is_there(writable: Server) -> None:
    assert not best(writable.url, query="Treaty of Nowhere").get("match")
    turtle = """<https://w3id.org/ukfr/id/instrument/of-mine> a <https://w3id.org/ukfr/ontology#Instrument> ;
        <http://www.w3.org/2000/01/rdf-schema#label> "Treaty of Nowhere"@en, "<script>alert(1)</script>"@fr ."""
    loaded = CLIENT.put(
        writable.url + "/graph-store", params={"graph": "https://example.org/g"}, content=turtle,
        headers={"Content-Type": "text/turtle", "Authorization": f"Bearer {TOKEN}"},
    )  # fmt: skip
    assert loaded.is_success, loaded.text
    assert best(writable.url, query="Treaty of Nowhere")["id"] == "id/instrument/of-mine"
    for address in ("/reconcile/preview?id=id/instrument/of-mine", "/reconcile/flyout/entity?id=id/instrument/of-mine"):
        assert "<script>" not in CLIENT.get(writable.url + address, headers={"Accept-Language": "fr"}).text


def test_a_plain_endpoint_has_nothing_to_reconcile(plain: str) -> None:
    check(CLIENT.get(plain + "/reconcile").json(), OLD, "manifest")
    assert ask(plain, {"q": {"query": "France"}}) == {"q": {"result": []}}
