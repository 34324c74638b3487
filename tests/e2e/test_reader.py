"""Reading on a phone and by keys alone; what is chosen survives the switch of language."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from support.browser import Open

pytestmark = pytest.mark.usefixtures("scripts")

STATEMENT = "/statements/uk-fr-2016-08-30"
CLAUSE = "/doc/clause/uk-fr-2016-08-30/children-to-uk"


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.dataset.number ?? document.activeElement.id"))


def test_a_slash_leads_to_the_search_and_a_question_mark_to_the_list_of_keys(open_page: Open) -> None:
    page = open_page("/money")
    page.keyboard.press("/")
    assert focused(page) == "site-search"
    page.keyboard.type("?/")  # within a field they are letters
    assert page.locator("#site-search").input_value() == "?/"
    page.locator("main").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("To the clause of this number")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_keys_lead_from_clause_to_clause_and_a_number_to_its_clause(open_page: Open) -> None:
    page = open_page(STATEMENT)
    page.keyboard.press("j")
    first = int(focused(page))
    page.keyboard.press("j")
    assert int(focused(page)) == first + 1
    page.keyboard.press("k")
    assert int(focused(page)) == first
    for key in ("4", "8", "Enter"):
        page.keyboard.press(key)
    assert focused(page) == "48"
    box = page.locator("[data-number='48']").first.bounding_box()
    assert box is not None
    assert 0 < box["y"] < 900


def test_the_switch_of_language_keeps_filter_and_clause(open_page: Open) -> None:
    page = open_page(STATEMENT)
    page.get_by_label("Kind", exact=True).select_option(label="call (7)")
    expect(page.locator("[data-count]")).to_have_text("7")
    page.evaluate("history.replaceState(null, '', location.search + '#clause-pnr-implementation')")
    page.get_by_role("link", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("[data-count]")).to_have_text("7")
    assert page.url.endswith("#clause-pnr-implementation")


def test_the_switch_of_language_keeps_a_query_that_was_not_asked_and_the_view_of_the_graph(open_page: Open) -> None:
    page = open_page("/sparql")
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text("SELECT * { ?mine ?b 'a & b' }")
    page.get_by_role("link", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator(".cm-content")).to_have_text("SELECT * { ?mine ?b 'a & b' }")
    page.goto("/graph?projection=actor-instrument&lang=en")
    page.locator(".legend button").first.click()
    page.wait_for_url("**type=*")
    page.get_by_role("link", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator(".legend [aria-pressed=false]")).to_have_count(1)


def test_what_is_chosen_is_listed_and_its_files_follow(open_page: Open) -> None:
    page = open_page(STATEMENT)
    page.get_by_label("Kind", exact=True).select_option(label="call (7)")
    expect(page.locator(".hits li:visible")).to_have_count(7)
    assert "kind=ukfr%3ACall" in (page.locator("[data-file]").first.get_attribute("href") or "")


@pytest.mark.parametrize("path", [CLAUSE, STATEMENT + "/records/children-to-uk", "/doc/instrument/dublin-iii"])
@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_each_value_stands_under_its_own_label(open_page: Open, path: str, width: int) -> None:
    page = open_page(path, width=width, height=800)
    places = page.evaluate(
        """() => [...document.querySelectorAll("main dl")].flatMap(list => [...list.children].map(each => {
            const box = each.getBoundingClientRect();
            return [each.tagName, Math.round(box.left), Math.round(box.top), Math.round(box.bottom)];
        }))"""
    )
    assert places or "dublin" in path
    assert len({left for _, left, _, _ in places}) <= 1
    tops = [top for _, _, top, _ in places]
    assert tops == sorted(tops)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_statement_is_less_than_twelve_screens_of_a_phone(open_page: Open) -> None:
    page = open_page(STATEMENT, width=390, height=844)
    assert page.evaluate("document.documentElement.scrollHeight") < 12 * 844
