"""The search over HTTP: JSON for programs, a page for people, honest totals, no way to hurt the server."""

import html
import re
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from support.servers import TOKEN, Server, start_server

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_json_has_the_documented_fields(server: str) -> None:
    answer = httpx.get(server + "/search", params={"q": "asylum", "limit": 2})
    assert answer.headers["content-type"] == "application/json"
    found = answer.json()
    schema = httpx.get(server + "/openapi.json").json()["components"]["schemas"]
    assert set(found) == set(schema["SearchAnswer"]["properties"])
    for hit in found["hits"]:
        assert set(hit) == set(schema["FoundHit"]["properties"])
        assert hit["iri"].startswith("https://w3id.org/ukfr/")
        assert hit["page"].startswith("/")
    assert (len(found["hits"]), found["limit"], found["offset"]) == (2, 2, 0)
    assert found["total"] > 2
    assert found["version"] == answer.headers["ukfr-version"]


def test_links_lead_through_all_pages(server: str) -> None:
    address, seen = "/search?limit=5&q=calais", []
    while address:
        answer = httpx.get(server + address)
        seen += [hit["iri"] for hit in answer.json()["hits"]]
        address = answer.links.get("next", {}).get("url", "")
    assert len(seen) == len(set(seen)) == answer.json()["total"] > 10
    assert "last" not in answer.links
    assert answer.links["first"]["url"] == "/search?limit=5&q=calais"
    back = httpx.get(server + answer.links["prev"]["url"]).json()
    assert back["offset"] == answer.json()["offset"] - 5


def test_types_narrow_the_search(server: str) -> None:
    everything = httpx.get(server + "/search", params={"q": "calais"}).json()
    counts = {facet["iri"]: facet["count"] for facet in everything["facets"]}
    pledges = httpx.get(server + "/search", params={"q": "calais", "type": "ukfr:Pledge"}).json()
    assert pledges["total"] == counts["https://w3id.org/ukfr/ontology#Pledge"]
    both = httpx.get(server + "/search", params={"q": "calais", "type": ["ukfr:Pledge", "ukfr:Report"]}).json()
    assert both["total"] == pledges["total"] + counts["https://w3id.org/ukfr/ontology#Report"]
    assert httpx.get(server + "/search", params={"q": "calais", "facets": "false"}).json()["facets"] == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_speaks_the_reader_s_language(server: str, language: str) -> None:
    page = httpx.get(server + "/search", params={"q": "Calais", "lang": language}, headers=BROWSER)
    assert (page.status_code, page.headers["content-language"]) == (200, language)
    assert "<mark>Calais</mark>" in page.text
    total = httpx.get(server + "/search", params={"q": "Calais"}).json()["total"]
    assert (f"{total} résultats" in page.text) == (language == "fr")
    assert 'href="/doc/place/calais"' in page.text
    assert 'aria-current="true">' in page.text


def test_the_page_without_a_question_is_a_form(server: str) -> None:
    page = httpx.get(server + "/search", headers=BROWSER)
    assert page.status_code == 200
    assert 'name="q"' in page.text
    for link in re.findall(r'href="(/search\?q=[^"]+)"', page.text):
        assert "<mark>" in httpx.get(server + html.unescape(link), headers=BROWSER).text, link


def test_nothing_found_is_said(server: str) -> None:
    assert httpx.get(server + "/search?q=zzyzx").json()["total"] == 0
    page = httpx.get(server + "/search?q=zzyzx", headers=BROWSER)
    assert page.status_code == 200
    assert "Nothing was found for" in page.text
    page = httpx.get(server + "/search?q=zzyzx&lang=fr", headers=BROWSER)
    assert "Rien n'a été trouvé" in html.unescape(page.text)


@pytest.mark.parametrize(
    "parameters",
    [
        "",
        "q=",
        "q=***",
        "q=a&limit=0",
        "q=a&limit=101",
        "q=a&limit=x",
        "q=a&offset=-1",
        "q=a&offset=99999999",
        "q=a&type=x",
        "q=a&language=FR-fr",
        "q=" + "x" * 300,
    ],
)
def test_bad_input_is_a_problem_and_a_page_that_says_so(server: str, parameters: str) -> None:
    answer = httpx.get(f"{server}/search?{parameters}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    page = httpx.get(f"{server}/search?{parameters}", headers=BROWSER)
    if parameters in ("", "q="):
        assert page.status_code == 200
    else:
        assert page.status_code == 400
        assert 'role="alert"' in page.text


def test_what_is_typed_stays_text(server: str) -> None:
    for text in ('"><script>alert(1)</script>', "calais OR 1=1 --", 'NEAR("a" "b", 3)', "label:calais", "\x00a"):
        for headers in (BROWSER, {}):
            answer = httpx.get(f"{server}/search?q={quote(text)}", headers=headers)
            assert answer.status_code == 200, text
            assert "<script>" not in answer.text or headers == {}


def test_another_format_is_refused(server: str) -> None:
    assert httpx.get(server + "/search?q=a", headers={"Accept": "image/png"}).status_code == 406


def test_a_user_s_graph_is_found_at_once_and_marked_safely(writable: Server) -> None:
    turtle = (
        '<https://example.org/x> <http://www.w3.org/2000/01/rdf-schema#label> "zzyzx <img src=x onerror=alert(1)>" .'
    )
    put = httpx.put(
        writable.url + "/graph-store?graph=https://example.org/mine", content=turtle,
        headers={"Content-Type": "text/turtle", "Authorization": f"Bearer {TOKEN}"},
    )  # fmt: skip
    assert put.status_code == 201
    assert httpx.get(writable.url + "/search?q=zzyzx").json()["total"] == 0
    (hit,) = httpx.get(writable.url + "/search?q=zzyzx&graphs=users").json()["hits"]
    assert hit["graph"] == "https://example.org/mine"
    page = httpx.get(writable.url + "/search?q=zzyzx&graphs=users", headers=BROWSER).text
    assert "&lt;https://example.org/mine&gt;" in page
    assert "<mark>zzyzx</mark> &lt;img" in page
    assert "<img" not in page


def test_over_another_endpoint_the_reason_is_given(relay: str) -> None:
    answer = httpx.get(relay + "/search?q=calais")
    assert (answer.status_code, answer.headers["content-type"]) == (501, "application/problem+json")
    assert "endpoint elsewhere" in answer.json()["detail"]
    assert httpx.get(relay + "/search?q=calais", headers=BROWSER).status_code == 501


def test_a_plain_dataset_is_searched_too(plain: str) -> None:
    assert httpx.get(plain + "/search?q=nothing").json()["total"] == 0
    turtle = '<https://example.org/x> <http://www.w3.org/2000/01/rdf-schema#label> "Zürich" .'
    httpx.put(
        plain + "/graph-store?default", content=turtle.encode(), headers={"Content-Type": "text/turtle"}
    ).raise_for_status()
    assert httpx.get(plain + "/search?q=zurich").json()["hits"][0]["label"] == "Zürich"


def test_where_reading_needs_a_token_searching_does_too(own_dataset: Path) -> None:
    settings = {"write_token": TOKEN, "read_token_needed": "true"}
    with start_server("--store", str(own_dataset), settings=settings) as running:
        assert httpx.get(running.url + "/search?q=calais").status_code == 401
        assert (
            httpx.get(running.url + "/search?q=calais", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
        )
