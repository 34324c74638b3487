"""The home page, the saved queries and the health of the service, over HTTP."""

import re

import httpx
import pytest

from ukfr_graph.query import read_queries

_NOT_YET = {"/statements", "/graph", "/timeline", "/compare", "/queries", "/docs", "/ontology"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_health_names_the_version_and_counts_the_triples(server: str) -> None:
    health = httpx.get(server + "/health").json()
    assert health["status"] == "ok"
    assert re.fullmatch(r"[0-9a-f]{12}", health["version"])
    assert health["triples"] > 5000


@pytest.mark.parametrize(("headers", "language"), [({}, "en"), ({"Accept-Language": "fr-FR,fr;q=0.9,en;q=0.5"}, "fr")])
def test_the_home_page_speaks_the_language_asked_for(server: str, headers: dict[str, str], language: str) -> None:
    page = httpx.get(server + "/", headers=headers)
    assert page.headers["content-language"] == language
    assert f'<html lang="{language}">' in page.text
    assert ("Combien y a-t-il de clauses" in page.text) == (language == "fr")
    assert httpx.get(server + "/?lang=fr").headers["content-language"] == "fr"


def test_every_page_asks_for_nothing_from_elsewhere(server: str) -> None:
    for path in ("/", "/queries/money"):
        page = httpx.get(server + path, headers=BROWSER)
        assert page.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in page.headers["content-security-policy"]
        loaded = re.findall(r"""src="([^"]+)"|<link[^>]*href="([^"]+)"|url\(([^)]+)\)""", page.text)
        assert loaded
        assert all("".join(found).startswith("/") for found in loaded), loaded


def test_every_link_of_the_home_page_answers(server: str) -> None:
    links = set(re.findall(r'href="(/[^"]*)"', httpx.get(server + "/").text)) - {"/sparql"} - _NOT_YET
    assert len(links) > len(read_queries())
    for link in links:
        assert httpx.get(server + link.replace("&amp;", "&"), headers=BROWSER).status_code == 200, link


def test_a_saved_query_takes_its_parameters_from_the_address(server: str) -> None:
    url = server + "/queries/office-holders"
    before = httpx.get(url, params={"day": "2016-08-30"}, headers={"Accept": "text/csv"}).text
    after = httpx.get(url, params={"day": "2020-01-01"}, headers={"Accept": "text/csv"}).text
    assert "amber-rudd" in before
    assert "amber-rudd" not in after
    refused = httpx.get(url, params={"day": "x' ; DROP"})
    assert (refused.status_code, refused.headers["content-type"]) == (400, "application/problem+json")
    assert httpx.get(server + "/queries/none").status_code == 404


def test_the_language_that_was_chosen_is_remembered(server: str) -> None:
    with httpx.Client(base_url=server) as client:
        assert client.get("/?lang=fr").cookies["lang"] == "fr"
        assert client.get("/").headers["content-language"] == "fr"
        assert 'href="/?lang=en"' in client.get("/").text


def test_a_page_that_the_client_has_is_not_sent_again(server: str) -> None:
    page = httpx.get(server + "/queries/money", headers=BROWSER)
    again = httpx.get(server + "/queries/money", headers={**BROWSER, "If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", page.headers["etag"])
    assert page.headers["last-modified"]


def test_what_a_user_types_is_escaped_in_the_page(server: str) -> None:
    page = httpx.get(server + "/queries/none<script>alert(1)</script>", headers=BROWSER)
    assert "<script>" not in page.text or page.headers["content-type"] == "application/problem+json"
    assert page.headers["x-content-type-options"] == "nosniff"


def test_openapi_describes_the_endpoint(server: str) -> None:
    paths = httpx.get(server + "/openapi.json").json()["paths"]
    assert {"/sparql", "/health", "/queries/{name}"} <= set(paths)
