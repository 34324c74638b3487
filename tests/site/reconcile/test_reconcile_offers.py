"""What the reconciliation service offers beside candidates, and to whom: suggestions, values, previews, tokens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support.reconciling import BUDAPEST, CLIENT, NEW, OLD, ask, best
from support.schemas import check
from support.servers import TOKEN, Server, start_server


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
    framed = CLIENT.get(server + "/embed/chart/outcomes").headers["content-security-policy"]
    assert page.headers["content-security-policy"] == framed
    assert "default-src 'none'; style-src 'self'" in framed
    assert "frame-ancestors *" in framed
    assert "script-src" not in framed
    assert "set-cookie" not in CLIENT.get(server + "/reconcile/preview", params={"id": BUDAPEST, "lang": "fr"}).headers
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


def test_what_a_user_adds_is_no_candidate(writable: Server) -> None:
    assert not best(writable.url, query="Treaty of Nowhere").get("match")
    turtle = """<https://w3id.org/ukfr/id/instrument/of-mine> a <https://w3id.org/ukfr/ontology#Instrument> ;
        <http://www.w3.org/2000/01/rdf-schema#label> "Treaty of Nowhere"@en, "<script>alert(1)</script>"@fr ."""
    loaded = CLIENT.put(
        writable.url + "/graph-store", params={"graph": "https://example.org/g"}, content=turtle,
        headers={"Content-Type": "text/turtle", "Authorization": f"Bearer {TOKEN}"},
    )  # fmt: skip
    assert loaded.is_success, loaded.text
    assert best(writable.url, query="Treaty of Nowhere").get("id") != "id/instrument/of-mine"
    for address in ("/reconcile/preview?id=id/instrument/of-mine", "/reconcile/flyout/entity?id=id/instrument/of-mine"):
        assert "<script>" not in CLIENT.get(writable.url + address, headers={"Accept-Language": "fr"}).text


def test_a_plain_endpoint_has_nothing_to_reconcile(plain: str) -> None:
    check(CLIENT.get(plain + "/reconcile").json(), OLD, "manifest")
    assert ask(plain, {"q": {"query": "France"}}) == {"q": {"result": []}}
