"""Tasks of people who have read nothing, by the search alone, on a desk and on a phone, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from support.browser import Open

WIDTHS = pytest.mark.parametrize("width", [1280, 390])
EN, FR = ("en", 1280), ("fr", 390)
"""A reader of each language, one at a desk and one with a phone."""


def search(open_page: Open, text: str, width: int, language: str = "en") -> Page:
    page = open_page("/", language=language, width=width)
    box = page.get_by_role("searchbox").first
    box.fill(text)
    box.press("Enter")
    page.wait_for_url("**/search?*")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    return page


@pytest.mark.parametrize(("language", "width", "text"), [(*EN, "how much did the UK pay"), (*FR, "combien d'argent")])
def test_task_1_the_money_for_calais(open_page: Open, language: str, width: int, text: str) -> None:
    page = search(open_page, text, width, language)
    card = page.locator(".question-card").first
    expect(card).to_contain_text(re.compile("€|million"))
    card.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text(re.compile("million"))


@pytest.mark.parametrize(
    ("language", "width", "text", "fate"),
    [
        (*EN, "what happened to the children", "partly done"),
        (*FR, "que sont devenus les enfants", "accompli en partie"),
    ],
)
def test_task_2_the_fate_of_the_children(open_page: Open, language: str, width: int, text: str, fate: str) -> None:
    page = search(open_page, text, width, language)
    card = page.locator(".question-card").first
    expect(card).to_contain_text(fate)
    card.get_by_role("link", name="48").click()
    expect(page.locator("#clause-children-to-uk")).to_be_in_viewport()


@pytest.mark.parametrize(("language", "width", "text"), [(*EN, "vague promises"), (*FR, "promesses vagues")])
def test_task_3_vague_or_testable(open_page: Open, language: str, width: int, text: str) -> None:
    page = search(open_page, text, width, language)
    page.locator(".question-card").first.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/queries/pledges-by-testability"))


@pytest.mark.parametrize(
    ("language", "width", "text"),
    [(*EN, "acts that ended with Brexit"), (*FR, "actes qui ont pris fin avec le Brexit")],
)
def test_task_4_what_ended_with_brexit(open_page: Open, language: str, width: int, text: str) -> None:
    page = search(open_page, text, width, language)
    expect(page.locator(".question-card").first).to_contain_text(re.compile("Dublin III"))


@WIDTHS
def test_task_8_terrorism_and_migration_side_by_side(open_page: Open, width: int) -> None:
    page = open_page("/compare?a=vocab:topic/terrorism&b=vocab:topic/migration", width=width)
    expect(page.get_by_role("heading", level=1)).to_have_text("terrorism and migration")
    expect(page.get_by_text("No clause has migration")).to_have_count(0)


@WIDTHS
def test_task_9_a_clause_by_its_number(open_page: Open, width: int) -> None:
    page = search(open_page, "clause 48", width)
    page.get_by_role("link", name="In the text").first.click()
    expect(page.locator("#clause-children-to-uk")).to_be_in_viewport()


@pytest.mark.parametrize(
    ("text", "found"),
    [("guns", "firearms"), ("passeurs", "people smuggling"), ("terorism", "terrorism"), ("jungle", "Calais")],
)
def test_task_16_everyday_and_misspelt_words(open_page: Open, text: str, found: str) -> None:
    page = search(open_page, text, 390)
    expect(page.get_by_role("main").locator("ol > li").first).to_contain_text(found)
