"""What held when, for whom; and a day as of which every page shows things."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from support.browser import Open

BUDAPEST = "Convention on Cybercrime (Budapest Convention)"


def row_of(page: Page, instrument: str) -> Locator:
    return page.locator("tbody tr").filter(has=page.get_by_role("link", name=instrument, exact=True))


def test_an_instrument_is_one_line_with_its_state_and_its_dates_folded(open_page: Open) -> None:
    page = open_page("/timeline?at=2016-08-30")
    row = row_of(page, BUDAPEST)
    expect(row.locator(".state")).to_have_text("in force for: France, United Kingdom")
    assert row.locator(".stretch.in-force.open-end").count() == 3
    assert row.locator(".event").count() == 4
    row.locator("summary").click()
    told = re.sub(r"\s+", " ", row.inner_text())
    for words in ("signed: 23 November 2001", "ratified: 10 January 2006", "in force: 1 September 2011 – no end known"):
        assert words in told


@pytest.mark.parametrize(
    ("language", "ended"),
    [("en", "ended for: United Kingdom, 1 January 2021"), ("fr", "fin pour : Royaume-Uni, 1er janvier 2021")],
)
@pytest.mark.parametrize("width", [1280, 390])
def test_without_a_choice_the_acts_that_clauses_name_are_shown_in_a_few_screens(
    open_page: Open, width: int, language: str, ended: str
) -> None:
    page = open_page("/timeline", language=language, width=width, height=900)
    rows = page.locator(".timeline").first.locator("tbody tr")
    assert rows.count() == 5
    expect(rows.filter(has_text="Dublin III").locator(".state")).to_contain_text(ended.replace(" :", "\u202f:"))
    box = rows.last.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 2 * 900
    page.goto("/timeline?acts=all")
    assert rows.count() > 100


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


@pytest.mark.parametrize(("language", "clear"), [("en", "Show all dates"), ("fr", "Montrer toutes les dates")])
def test_the_day_that_is_chosen_stays_on_all_pages_until_it_is_cleared(
    open_page: Open, language: str, clear: str
) -> None:
    page = open_page("/timeline", language=language)
    page.get_by_label("As of" if language == "en" else "Au", exact=True).fill("2022-06-01")
    page.keyboard.press("Enter")
    expect(page.locator("#instruments")).to_contain_text("2022")
    page.goto("/statements/uk-fr-2016-08-30")
    banner = page.get_by_role("complementary").filter(has_text="2022")
    expect(banner).to_contain_text("1 June 2022" if language == "en" else "1er juin 2022")
    banner.get_by_role("link", name=clear).click()
    expect(page).to_have_url(re.compile("/statements/uk-fr-2016-08-30"))
    expect(banner).to_have_count(0)
    page.goto("/compare")
    expect(page.locator(".as-of")).to_have_count(0)


def test_what_held_on_a_day_is_what_the_saved_query_says(open_page: Open) -> None:
    page = open_page("/timeline?at=2006-02-01", javascript=False)
    row = row_of(page, BUDAPEST)
    row.locator("summary").click()
    held = [re.sub(r"\s+", " ", text).partition(" (")[0] for text in row.locator(".held").all_inner_texts()]
    assert held == ["in force: 1 July 2004 – no end known"]
    expect(row.locator(".state")).to_contain_text("ratified (France): 10 January 2006")


def test_kind_party_and_years_choose_rows(open_page: Open) -> None:
    page = open_page("/timeline", javascript=False)
    page.get_by_label("Party").select_option(label="France")
    page.get_by_label("From year").fill("2015")
    page.get_by_label("To year").fill("2027")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("rowheader").get_by_role("link", name=BUDAPEST, exact=True)).to_be_visible()
    assert set(page.locator(".timeline .party").all_text_contents()) == {"in general", "France"}
    rows = page.locator(".timeline").first.locator("tbody tr")
    assert 5 < rows.count() < 100
    assert rows.evaluate_all("rows => rows.every(row => row.querySelector('.stretch, .event'))")
    page.goto("/timeline?kind=vocab:instrument-kind/eu-regulation&party=id:state/france&from=1700&to=1701")
    expect(page.get_by_text("No act or treaty matches; remove a filter.")).to_be_visible()
