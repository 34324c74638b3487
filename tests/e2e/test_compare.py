"""Two topics, holders or statements side by side."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page, expect

from support.browser import Open, Watch


def cells(page: Page, heading: str) -> list[str]:
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=heading, exact=True))
    return [text.strip() for text in row.get_by_role("cell").all_inner_texts()]


@pytest.mark.parametrize("javascript", [True, False])
def test_two_topics_are_chosen_and_compared(open_page: Open, javascript: bool) -> None:
    page = open_page("/compare", javascript=javascript)
    page.get_by_label("One side").select_option(label="terrorism (13)")
    page.get_by_label("The other side").select_option(label="information exchange (8)")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("terrorism and information exchange")
    assert [cell.split()[0] for cell in cells(page, "Clauses")] == ["13", "8"]
    assert cells(page, "shared by both") == ["2", "2"]
    shared = page.locator("section").filter(has=page.get_by_role("heading", name="In both"))
    assert shared.get_by_role("link").all_inner_texts() == ["Share intelligence", "Prioritise information sharing"]
    shared.get_by_role("link").first.click()
    expect(page.locator("#clause-agencies-share-intelligence")).to_be_in_viewport()


def test_the_numbers_are_those_of_the_saved_query(open_page: Open, server: str) -> None:
    answer = httpx.get(server + "/queries/clauses-by-topic", headers={"Accept": "application/sparql-results+json"})
    rows = [row for row in answer.json()["results"]["bindings"] if row["topic"]["value"].endswith("/terrorism")]
    expected = {row["kind"]["value"].rpartition("#")[2].lower(): row["clauses"]["value"] for row in rows}
    assert len(expected) == 4
    page = open_page("/compare?a=vocab:topic/terrorism&b=vocab:topic/firearms")
    for kind, number in expected.items():
        assert cells(page, kind)[0] == number


def test_it_speaks_french_and_swaps_sides(open_page: Open) -> None:
    page = open_page("/compare?a=id:government/france&b=id:body/french-authorities", language="fr")
    first, second = page.get_by_role("columnheader").all_inner_texts()
    assert (first, second) == ("Gouvernement français", "Autorités françaises")
    assert [cell.split()[0] for cell in cells(page, "Clauses")] == ["31", "3"]
    page.get_by_role("link", name="Intervertir").click()
    assert page.get_by_role("columnheader").all_inner_texts() == [second, first]
    expect(page.get_by_text("Aucune clause n'a les deux.")).to_be_visible()


def test_an_empty_side_and_a_wrong_one_are_said(open_page: Open, watch: Watch) -> None:
    watch.expect("404")
    page = open_page("/compare?a=vocab:topic/terrorism&b=vocab:topic/nothing")
    expect(page.get_by_role("alert")).to_contain_text("vocab:topic/nothing")
    watch.expect("400")
    page.goto("/compare?a=vocab:topic/terrorism&b=not an IRI")
    expect(page.get_by_role("heading", level=1)).to_have_text("This address is not understood")
