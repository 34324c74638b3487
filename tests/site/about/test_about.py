"""How the dataset was made, as its own profile and records tell it."""

from __future__ import annotations

import httpx
import pytest
from lxml import html

from support.servers import start_server


def test_the_coders_and_the_counts_of_their_judgements_are_those_of_the_graph(server: str) -> None:
    query = "SELECT (COUNT(DISTINCT ?r) AS ?n) { ?r ukfr:coder <https://w3id.org/ukfr/id/coder/first> }"
    rows = httpx.get(server + "/sparql", params={"query": query}).json()["results"]["bindings"]
    page = html.fromstring(httpx.get(server + "/about").text)
    (row,) = page.xpath("//tr[th/a[@href='/doc/coder/first']]")
    assert row.xpath("string(td[1])").strip() == rows[0]["n"]["value"]
    assert "No scholar has coded or reviewed it yet" in page.text_content()
    assert page.xpath("//main//a[@href='/guides/codebook']")


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("mailto:team@example.org", "mailto:team@example.org?subject="),
        ("https://example.org/issues/new", "https://example.org/issues/new?title="),
    ],
)
def test_an_error_is_reported_where_the_operator_says_with_the_page_named(
    dataset: object, address: str, link: str
) -> None:
    with start_server("--store", str(dataset), settings={"report_address": address}) as running:
        page = html.fromstring(httpx.get(running.url + "/money").text)
    (found,) = [to for to in page.xpath("//footer//a/@href") if to.startswith(link)]
    assert "%2Fmoney" in found


def test_without_such_an_address_it_leads_to_what_a_report_needs(server: str) -> None:
    page = html.fromstring(httpx.get(server + "/money").text)
    assert page.xpath("//footer//a[@href='/about#errors']")
