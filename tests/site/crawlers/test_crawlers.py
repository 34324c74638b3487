"""Crawlers find every page, once for each language, and are kept from what computes or downloads."""

from __future__ import annotations

from urllib.robotparser import RobotFileParser

import httpx
import pytest
from lxml import etree

from ukfr_graph.site.crawlers.sitemap import write_robots, write_sitemaps

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def read_locations(body: bytes) -> list[str]:
    return [element.text or "" for element in etree.fromstring(body).iter(LOC)]


def test_pages_are_open_to_crawlers_and_what_computes_is_closed(server: str) -> None:
    answer = httpx.get(server + "/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    rules = RobotFileParser()
    rules.parse(answer.text.splitlines())
    for path in (
        "/",
        "/outcomes",
        "/doc/place/calais",
        "/queries/money",
        "/statements/uk-fr-2016-08-30",
        "/search?q=x",
    ):
        assert rules.can_fetch("*", server + path), path
    for path in ("/sparql?query=ASK%7B%7D", "/export/rdf/dataset.nq", "/graph-store?default", "/reconcile"):
        assert not rules.can_fetch("*", server + path), path
    assert rules.site_maps() == [server + "/sitemap.xml"]


def test_the_list_has_every_page_in_each_language_and_each_answers(server: str) -> None:
    listed = read_locations(httpx.get(server + "/sitemap.xml", timeout=60).content)
    assert len(listed) == len(set(listed)) > 1_000
    assert {f"{server}/doc/place/calais?lang={code}" for code in ("en", "fr")} <= set(listed)
    assert all(address.startswith(server + "/") for address in listed)
    with httpx.Client(headers={"Accept": "text/html"}, timeout=60) as client:
        for address in listed[:: len(listed) // 40]:
            assert client.get(address).status_code == 200, address
    assert httpx.get(server + "/sitemap-1.xml").status_code == 404


def test_a_list_that_is_too_long_for_a_file_is_divided_and_has_an_index() -> None:
    pages = [f"https://example.org/{number}?a&b" for number in range(7)]
    files = write_sitemaps(pages, lambda file: f"https://example.org/{file}", most=3)
    assert read_locations(files.pop("sitemap.xml")) == [f"https://example.org/{file}" for file in files]
    assert [address for file in files.values() for address in read_locations(file)] == pages
    assert all(len(read_locations(file)) <= 3 for file in files.values())
    assert [*write_sitemaps(pages, str)] == ["sitemap.xml"]
    assert read_locations(write_sitemaps([], str)["sitemap.xml"]) == []


@pytest.mark.parametrize(("is_closed", "path", "expected"), [(True, "/", False), (False, "/", True)])
def test_a_dataset_that_is_not_for_all_is_closed_whole(is_closed: bool, path: str, expected: bool) -> None:
    rules = RobotFileParser()
    rules.parse(write_robots("https://example.org/sitemap.xml", str, is_closed=is_closed).splitlines())
    assert rules.can_fetch("*", "https://example.org" + path) == expected
    assert bool(rules.site_maps()) == expected
