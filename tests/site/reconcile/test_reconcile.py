"""The reconciliation service, over HTTP: every answer is of the form that the specification's own schemas have."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from support.reconciling import BUDAPEST, CLIENT, NEW, OLD, ask, best, match
from support.schemas import check

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
