"""What held when, for whom; and a day as of which every page shows things."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from support.browser import Open

BUDAPEST = "Convention on Cybercrime (Budapest Convention)"


def texts(page: Page, instrument: str) -> str:
    body = page.locator("tbody").filter(has=page.get_by_role("link", name=instrument, exact=True))
    return re.sub(r"\s+", " ", body.inner_text())


def test_statuses_are_told_per_party_in_words_and_drawn(open_page: Open) -> None:
    page = open_page("/timeline", javascript=False)
    told = texts(page, BUDAPEST)
    for words in ("signed: 23 November 2001", "ratified: 10 January 2006", "in force: 1 September 2011 – no end known"):
        assert words in told
    body = page.locator("tbody").filter(has=page.get_by_role("link", name=BUDAPEST, exact=True))
    assert body.locator(".stretch.in-force.open-end").count() == 3
    assert body.locator(".event").count() == 4


def test_vague_time_is_drawn_and_told_as_vague(open_page: Open) -> None:
    page = open_page("/timeline", language="fr")
    row = page.get_by_role("row").filter(has_text="in the coming months")
    expect(row).to_contain_text("aucune date ne peut être donnée")
    expect(row.locator(".stretch.open-both")).to_have_attribute("width", "100%")
    since = page.get_by_role("row").filter(has_text="Since 2015")
    expect(since).to_contain_text("1er janvier 2015 – 30 août 2016")  # the wording bounds it
    assert since.locator(".stretch.open-start").count() == 0
    assert since.get_by_role("link").count() == 3
    exact = page.get_by_role("row").filter(has_text="in 2015")
    assert exact.locator(".stretch").first.get_attribute("class") == "stretch worded"


@pytest.mark.parametrize(
    ("language", "held", "clear"),
    [
        ("en", "ceased: 1 January 2021", "Show all dates"),
        ("fr", "éteint : 1er janvier 2021", "Montrer toutes les dates"),
    ],
)
def test_the_day_that_is_chosen_stays_on_all_pages_until_it_is_cleared(
    open_page: Open, language: str, held: str, clear: str
) -> None:
    page = open_page("/timeline", language=language)
    page.get_by_label("As of" if language == "en" else "Au", exact=True).fill("2022-06-01")
    page.keyboard.press("Enter")
    expect(page.locator(".held").filter(has_text=held)).to_have_count(28)
    page.goto("/statements/uk-fr-2016-08-30")
    banner = page.get_by_role("complementary").filter(has_text="2022")
    expect(banner).to_contain_text("1 June 2022" if language == "en" else "1er juin 2022")
    banner.get_by_role("link", name=clear).click()
    assert "/statements/uk-fr-2016-08-30" in page.url
    expect(banner).to_have_count(0)
    page.goto("/compare")
    expect(page.locator(".as-of")).to_have_count(0)


def test_what_held_on_a_day_is_what_the_saved_query_says(open_page: Open) -> None:
    page = open_page("/timeline?at=2006-02-01", javascript=False)
    body = page.locator("tbody").filter(has=page.get_by_role("link", name=BUDAPEST, exact=True))
    held = [re.sub(r"\s+", " ", text).partition(" (")[0] for text in body.locator(".held").all_inner_texts()]
    assert held == [
        "adopted: 23 November 2001",
        "in force: 1 July 2004 – no end known",
        "signed: 23 November 2001",
        "ratified: 10 January 2006",
    ]


def test_kind_party_and_years_choose(open_page: Open) -> None:
    page = open_page("/timeline", javascript=False)
    page.get_by_label("Party").select_option(label="France")
    page.get_by_role("checkbox", name="Times as worded").uncheck()
    page.get_by_label("From year").fill("2000")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("rowheader").get_by_role("link", name=BUDAPEST, exact=True)).to_be_visible()
    assert set(page.locator(".timeline .party").all_inner_texts()) == {"in general", "France"}
    expect(page.get_by_role("heading", name="Times as worded")).to_have_count(0)
    page.goto("/timeline?kind=vocab:instrument-kind/eu-regulation&party=id:state/france&show=instruments")
    expect(page.get_by_text("No instrument has such a status.")).to_be_visible()
