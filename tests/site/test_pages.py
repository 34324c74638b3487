"""The home page, the saved queries and the health of the service, over HTTP."""

import html
import re
from functools import partial
from urllib.parse import urljoin

import httpx
import pytest

from support.sampling import sample

get = partial(httpx.get, timeout=30)
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_health_names_the_version_and_counts_the_triples(server: str) -> None:
    health = get(server + "/health").json()
    assert health["status"] == "ok"
    assert re.fullmatch(r"[0-9a-f]{12}", health["version"])
    assert health["triples"] > 5000


@pytest.mark.parametrize(("headers", "language"), [({}, "en"), ({"Accept-Language": "fr-FR,fr;q=0.9,en;q=0.5"}, "fr")])
def test_the_home_page_speaks_the_language_asked_for(server: str, headers: dict[str, str], language: str) -> None:
    page = get(server + "/", headers=headers)
    assert page.headers["content-language"] == language
    assert f'<html lang="{language}"' in page.text
    assert ("Trois questions et leurs réponses" in page.text) == (language == "fr")
    assert get(server + "/?lang=fr").headers["content-language"] == "fr"


def test_every_page_asks_for_nothing_from_elsewhere(server: str) -> None:
    for path in ("/", "/queries/money"):
        page = get(server + path, headers=BROWSER)
        assert page.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in page.headers["content-security-policy"]
        loaded = re.findall(
            r"""src="([^"]+)"|<link rel="(?:icon|stylesheet)"[^>]*href="([^"]+)"|url\(([^)]+)\)""", page.text
        )
        assert loaded
        assert all("".join(found).startswith(("/", server + "/")) for found in loaded), loaded


@pytest.mark.parametrize(
    "path",
    sample(
        ("/", "/timeline", "/statements/uk-fr-2016-08-30", "/compare?a=vocab:topic/terrorism&b=vocab:topic/firearms"),
        every=2,
    ),
)
def test_every_link_of_a_page_answers(server: str, path: str) -> None:
    found = re.findall(r'href="([/?][^"]*)"', get(server + path, headers=BROWSER).text)
    links = {html.unescape(link) for link in found} - {"/sparql"}
    assert len(links) > 10
    with httpx.Client(base_url=server, headers=BROWSER, timeout=30, follow_redirects=True) as client:
        for link in links:
            address = urljoin(path, link).partition("#")[0]
            assert client.get(address).status_code == 200, link


def test_every_address_within_a_page_is_there(server: str) -> None:
    page = get(server + "/statements/uk-fr-2016-08-30", headers=BROWSER).text
    names = re.findall(r' id="([^"]*)"', page)
    assert len(names) == len(set(names))
    assert set(re.findall(r'href="#([^"]*)"', page)) <= set(names)


def test_the_day_as_of_which_things_are_shown_is_remembered_and_cleared(server: str) -> None:
    with httpx.Client(base_url=server, headers=BROWSER, timeout=30) as client:
        assert client.get("/timeline?at=2016-08-30").cookies["at"] == "2016-08-30"
        assert "30 August 2016" in client.get("/compare").text
        assert client.get("/queries/money").status_code == 200
        assert client.get("/queries/money?at=").status_code == 200
        assert "at" not in client.cookies
        assert "at" not in client.get("/compare?at=30/08/2016").cookies


def test_a_statement_is_read_over_another_endpoint_too(relay: str) -> None:
    page = get(relay + "/statements/uk-fr-2016-08-30?topic=vocab:topic/terrorism", headers=BROWSER)
    assert page.status_code == 200
    assert page.text.count('id="clause-') == 53
    assert "<strong data-count>13</strong> of 53 clauses" in re.sub(r"\s+", " ", page.text)
    for path in ("/", "/timeline", "/compare?a=vocab:topic/terrorism&b=vocab:topic/firearms"):
        assert get(relay + path, headers=BROWSER).status_code == 200


@pytest.mark.parametrize("path", ["/statements/none", "/statements/a%20b", "/statements/%3Cx%3E", "/none"])
def test_what_is_not_there_is_a_page_or_a_problem(server: str, path: str) -> None:
    page, problem = get(server + path, headers=BROWSER), get(server + path)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no such page" in page.text
    assert (problem.status_code, problem.headers["content-type"]) == (404, "application/problem+json")


def test_a_saved_query_takes_its_parameters_from_the_address(server: str) -> None:
    url = server + "/queries/office-holders"
    before = get(url, params={"day": "2016-08-30"}, headers={"Accept": "text/csv"}).text
    after = get(url, params={"day": "2020-01-01"}, headers={"Accept": "text/csv"}).text
    assert "amber-rudd" in before
    assert "amber-rudd" not in after
    refused = get(url, params={"day": "x' ; DROP"})
    assert (refused.status_code, refused.headers["content-type"]) == (400, "application/problem+json")
    assert get(server + "/queries/none").status_code == 404


def test_the_language_that_was_chosen_is_remembered(server: str) -> None:
    with httpx.Client(base_url=server, timeout=30) as client:
        assert client.get("/?lang=fr").cookies["lang"] == "fr"
        assert client.get("/").headers["content-language"] == "fr"
        assert 'href="/?lang=en"' in client.get("/").text


def test_a_page_that_the_client_has_is_not_sent_again(server: str) -> None:
    page = get(server + "/queries/money", headers=BROWSER)
    again = get(server + "/queries/money", headers={**BROWSER, "If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", page.headers["etag"])
    assert page.headers["last-modified"]


def test_what_a_user_types_is_escaped_in_the_page(server: str) -> None:
    page = get(server + "/queries/none<script>alert(1)</script>", headers=BROWSER)
    assert "<script>" not in page.text or page.headers["content-type"] == "application/problem+json"
    assert page.headers["x-content-type-options"] == "nosniff"


def test_openapi_describes_the_endpoint(server: str) -> None:
    paths = get(server + "/openapi.json").json()["paths"]
    assert {"/sparql", "/health", "/queries/money"} <= set(paths)


def test_a_link_to_a_query_opens_the_workbench_for_people_and_the_answer_for_programs(server: str) -> None:
    asked = {"query": "SELECT ?c { ?c a ukfr:Call }"}
    page = get(server + "/sparql", params=asked, headers=BROWSER)
    assert page.headers["content-type"].startswith("text/html")
    assert "SELECT ?c { ?c a ukfr:Call }" in page.text
    assert "7 rows" in page.text
    for accept in ("*/*", "application/sparql-results+json", "text/csv, text/html;q=0.5"):
        answer = get(server + "/sparql", params=asked, headers={"Accept": accept})
        assert (answer.status_code, "html" in answer.headers["content-type"]) == (200, False)
    graph = {**asked, "default-graph-uri": "https://w3id.org/ukfr/graph/entities"}
    assert "html" not in get(server + "/sparql", params=graph, headers=BROWSER).headers["content-type"]
    assert get(server + "/sparql", params={"query": "SELEC"}, headers=BROWSER).status_code == 400


def test_a_network_tells_its_methods(server: str) -> None:
    answer = httpx.options(server + "/export/network")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")
