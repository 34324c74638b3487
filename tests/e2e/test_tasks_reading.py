"""Tasks of people who have read nothing, by reading and pointing: in both languages, on a desk and on a phone.

At most three steps each. Tasks 1 to 4 and 16 are in ``test_tasks_search.py``; 11, 14 and 15 in ``test_tasks_beyond.py``.
"""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import expect

from support.browser import Open, Watch
from support.tasks import each_reader, find

pytestmark = pytest.mark.usefixtures("scripts")

STATEMENT = "/statements/uk-fr-2016-08-30"
CHILDREN = "#clause-children-to-uk"


def test_task_5_a_picture_for_a_paper_of_who_is_asked_to_do_what(open_page: Open) -> None:
    for page, language, width in each_reader(open_page, "/"):
        page.locator(f".ways a[href='{STATEMENT}']").click()
        page.get_by_role(
            "link", name={"en": "Who is asked to do what", "fr": "À qui demande-t-on quoi"}[language]
        ).click()
        expect(page.locator("figure .deed")).to_have_count(33)
        address = page.get_by_role("link", name="SVG").get_attribute("href")
        drawn = page.request.get(address or "").text()
        for words in ("licence CC BY 4.0", "www.gov.uk", f"https://w3id.org/ukfr{STATEMENT}/deeds"):
            assert words in drawn
        address = page.get_by_role("link", name="PDF").get_attribute("href")
        assert page.request.get(address or "").body().startswith(b"%PDF-")
        expect(page.locator(".picture:visible")).to_have_count(1)
        box = page.locator(".picture:visible").bounding_box()
        assert box
        assert box["width"] <= width  # nothing of it stands beside the window


def test_task_6_the_border_clauses_as_csv_with_their_words(open_page: Open) -> None:
    for page, language, _width in each_reader(open_page, STATEMENT):
        page.get_by_label({"en": "Topic", "fr": "Thème"}[language], exact=True).select_option("vocab:topic/border")
        expect(page.locator("[data-count]")).to_have_text("14")
        address = page.locator("[data-file]", has_text="CSV").get_attribute("href")
        rows = list(csv.DictReader(io.StringIO(page.request.get(address or "").body().decode("utf-8-sig"))))
        assert len(rows) == 14
        words = next(name for name in rows[0] if name in ("Words", "Mots", "Termes"))
        assert all(row[words] for row in rows)


def test_task_7_cite_a_clause_and_the_dataset(open_page: Open) -> None:
    for page, _language, _width in each_reader(open_page, "/doc/clause/uk-fr-2016-08-30/children-to-uk"):
        for path in ("", "/"):
            if path:
                page.goto(path)
            page.locator("details.cite > summary").first.click()
            expect(page.locator("details.cite").first).to_contain_text("https://w3id.org/ukfr")
            address = page.get_by_role("link", name="BibTeX").get_attribute("href")
            assert page.request.get(address or "").text().startswith("@")


def test_task_8_terrorism_and_migration_side_by_side(open_page: Open) -> None:
    path = "/compare?a=vocab:topic/terrorism&b=vocab:topic/migration"
    for page, language, _width in each_reader(open_page, path):
        topics = {"en": "terrorism and migration", "fr": "terrorisme et migration"}[language]
        expect(page.get_by_role("heading", level=1)).to_have_text(topics)
        assert page.locator("tbody tr").count() > 20


def test_task_9_from_a_clause_by_its_number_to_the_treaty_to_its_publisher_and_back(open_page: Open) -> None:
    for page, _language, _width in each_reader(open_page, "/"):
        find(page, "clause 48")
        page.locator("#results ol a").first.click()
        expect(page.locator(f"a[href$='{CHILDREN}']").first).to_be_visible()
        page.get_by_role("link", name="Dublin III").first.click()
        publisher = page.locator("main a[href*='eur-lex.europa.eu']").first
        expect(publisher).to_be_in_viewport()
        page.go_back()
        expect(page.get_by_role("link", name="Dublin III").first).to_be_visible()


def test_task_10_what_was_signed_in_paris_after_2000_in_sparql(open_page: Open, watch: Watch) -> None:
    watch.expect("400")
    asked = (
        "SELECT ?act ?day WHERE { ?act a ukfr:Instrument ; ukfr:place id:place/paris ; ukfr:documentDate ?day . "
        "FILTER (?day > '2000-12-31'^^xsd:date) }"
    )
    for page, _language, _width in each_reader(open_page, "/sparql"):
        editor = page.locator(".cm-content")
        editor.click()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.insert_text(asked)
        page.keyboard.press("ControlOrMeta+Enter")
        expect(page.get_by_role("alert")).to_contain_text("id:place\\/paris")
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.insert_text(asked.replace("place/paris", "place\\/paris"))
        page.keyboard.press("ControlOrMeta+Enter")
        expect(page.get_by_role("row").nth(2)).to_be_visible()


def test_task_12_a_record_stands_under_its_clause_on_a_phone_and_the_header_takes_two_lines(open_page: Open) -> None:
    page = open_page(STATEMENT, width=390, height=844)
    page.locator("[data-number='48']").first.click()
    sheet = page.locator(".records.sheet")
    expect(sheet.locator(".record")).to_contain_text("Dublin III")
    words, record = page.locator(CHILDREN).bounding_box(), sheet.bounding_box()
    assert words and record
    assert 0 <= words["y"] < record["y"] < words["y"] + 844
    assert record["y"] + record["height"] <= 845
    page.get_by_role("button", name="Back to the words").click()
    expect(sheet).to_have_count(0)
    for width in (320, 390, 640, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in (STATEMENT, "/money?lang=fr", "/?lang=en"):
            page.goto(path)
            assert page.locator("header.site").evaluate("header => header.offsetHeight") <= 100, (width, path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_task_13_by_keys_alone_from_the_search_to_a_clause_to_its_record_and_back(open_page: Open) -> None:
    for page, _language, width in each_reader(open_page, STATEMENT):
        for key in ("4", "8", "Enter", "Enter"):
            page.keyboard.press(key)
        expect(page.locator(".record:focus")).to_contain_text("Dublin III")
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.dataset.number") == "48"
        if width == 1280:
            page.keyboard.press("/")
            page.keyboard.type("asile")
            page.keyboard.press("Enter")
            page.wait_for_url("**/search?*")


@pytest.mark.parametrize("width", [1280, 390])
def test_task_16_everyday_words_and_questions_in_french(open_page: Open, width: int) -> None:
    page = open_page("/", language="fr", width=width)
    for words, found in (
        ("armes", "armes"),
        ("mineurs isolés", "mineurs"),
        ("Callais", "Calais"),
        ("brexit", "retrait"),
    ):
        find(page, words)
        expect(page.locator("#results ol, .question-card").first).to_contain_text(re.compile(found, re.IGNORECASE))
