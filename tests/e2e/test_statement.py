"""Reading the source with the graph: the text as published, and the record of each of its words."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from support.browser import Open, Watch
from ukfr_graph.resources import data_folder

_PAGE = "/statements/uk-fr-2016-08-30"
_TEXT = data_folder() / "sources" / "govuk-2016-08-30" / "text.txt"


def heading_of_record(page: Page) -> Locator:
    return page.locator(".record h3")


def test_the_text_is_the_text_as_published(open_page: Open) -> None:
    page = open_page(_PAGE)
    for ours in (".ref", ".ours", ".reason"):  # numbers, headings and reasons that are not of the text
        page.locator(f".source {ours}").evaluate_all("found => found.forEach(element => element.remove())")
    shown = page.locator(".source :is(p, li, h2)").evaluate_all("found => found.map(e => e.textContent.trim())")
    lines = [line.strip().removeprefix("- ") for line in _TEXT.read_text("utf-8").splitlines()]
    assert shown == [line for line in lines if line]


def test_every_clause_is_marked_and_so_is_what_was_not_coded(open_page: Open) -> None:
    page = open_page(_PAGE, language="fr")
    assert page.locator(".clause[id]").count() == 53
    passages = page.locator(".passage[id] .ref").all_inner_texts()
    assert len(passages) == 20  # of 22; the two headings are headings
    assert all("non codé : " in reason for reason in passages)
    assert page.locator(".paratext .reason").all_inner_texts() == [
        "Hors de la déclaration\u202f: Titre, émetteur et date",
        "Hors de la déclaration\u202f: Phrase de résumé de l'éditeur",
        "Hors de la déclaration\u202f: Liens de partage de la page",
    ]
    assert page.locator(".source p, .source ul").evaluate_all("found => found.every(e => e.closest('[lang]'))")
    assert page.locator("#clause-children-to-uk").evaluate("e => e.closest('[lang]').lang") == "en"


def test_kinds_differ_by_more_than_colour(open_page: Open) -> None:
    page = open_page(_PAGE)
    looks = set()
    for kind in ("Pledge", "Call", "Report", "Recognition", "Reaffirmation"):
        clause = page.locator(f'.clause[data-kind="{kind}"][id]').first
        line = clause.evaluate("e => getComputedStyle(e).textDecorationStyle")
        shape = clause.locator(".ref").evaluate("e => getComputedStyle(e, '::before').content")
        assert kind.lower() in clause.locator(".ref").inner_text()
        looks |= {line, shape}
    assert len(looks) == 10


@pytest.mark.parametrize(
    ("language", "label"), [("en", "Bring unaccompanied children"), ("fr", "mineurs non accompagnés")]
)
def test_pointing_at_a_clause_shows_its_record_beside_it(
    open_page: Open, scripts: None, language: str, label: str
) -> None:
    page = open_page(_PAGE, language=language)
    expect(heading_of_record(page)).to_have_count(0)
    page.get_by_text("bring unaccompanied asylum seeking children").hover()
    expect(heading_of_record(page)).to_contain_text(label)
    record = page.locator(".record")
    for words in ("Dublin III", "when in their best interest"):
        expect(record).to_contain_text(words)
    expect(record).to_be_in_viewport()


def test_the_keyboard_goes_from_words_to_record_and_back(open_page: Open, scripts: None) -> None:
    page = open_page(_PAGE)
    number = page.locator("#clause-pnr-implementation .ref")
    page.locator("#clause-ensure-interoperability .ref").focus()
    for _ in range(4):
        page.keyboard.press("Tab")
        if number.evaluate("e => e === document.activeElement"):
            break
    expect(number).to_be_focused()
    expect(heading_of_record(page)).to_have_text("Implement the PNR Directive without delay")
    page.keyboard.press("Enter")
    expect(page.locator(".record")).to_be_focused()
    assert page.url.endswith("#record-pnr-implementation")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(number).to_be_focused()


def test_a_link_to_a_clause_scrolls_to_its_words(open_page: Open, scripts: None) -> None:
    page = open_page(_PAGE + "#clause-children-to-uk")
    expect(page.locator("#clause-children-to-uk")).to_be_in_viewport()
    expect(heading_of_record(page)).to_have_text("Bring unaccompanied children to the UK")


@pytest.mark.parametrize("width", [1280, 600])
def test_a_link_to_a_record_opens_it_and_escape_leads_to_its_words(open_page: Open, scripts: None, width: int) -> None:
    page = open_page(_PAGE + "#record-figure-networks-2016", width=width)
    record = page.locator(".record")
    expect(record).to_be_focused()
    expect(record).to_contain_text("28 criminal network")
    expect(record).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator("#record-figure-networks-2016")).to_be_focused()


def test_without_script_a_link_to_a_record_leads_to_its_words(open_page: Open) -> None:
    page = open_page(_PAGE + "#record-pnr-implementation", javascript=False)
    expect(page.locator("#clause-pnr-implementation")).to_be_in_viewport()
    assert page.locator("#record-pnr-implementation").evaluate("e => e.matches(':target')")


def test_links_in_a_record_keep_the_choice_of_clauses(open_page: Open, scripts: None) -> None:
    page = open_page(_PAGE + "?topic=vocab:topic/terrorism#record-pnr-implementation")
    page.locator(".record").get_by_role("link", name="Clause 20", exact=True).click()
    expect(page.locator("#clause-pnr-implementation")).to_be_in_viewport()
    assert page.url.endswith("?topic=vocab:topic/terrorism#clause-pnr-implementation")
    page.go_back()
    expect(page.locator(".record")).to_be_focused()


def test_a_record_that_cannot_be_fetched_is_said_not_to_and_asked_for_again(
    open_page: Open, scripts: None, watch: Watch
) -> None:
    watch.expect("503")
    page = open_page(_PAGE)
    waiting: list[Route] = []
    page.route("**/records/pnr-implementation", lambda route: waiting.append(route))  # its parameters are counted
    number = page.locator("#record-pnr-implementation")
    number.click()
    records = page.get_by_role("region", name="Records")
    expect(records).to_have_attribute("aria-busy", "true")
    waiting[0].fulfill(status=503)
    link = page.get_by_role("alert").get_by_role("link", name="Open its page")
    expect(link).to_be_focused()
    expect(link).to_have_attribute("href", re.compile(f"{_PAGE}/records/pnr-implementation$"))
    expect(records).not_to_have_attribute("aria-busy", "true")
    page.unroute("**/records/pnr-implementation")
    number.click()
    expect(heading_of_record(page)).to_have_text("Implement the PNR Directive without delay")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_figure_opens_what_it_counts(open_page: Open, scripts: None) -> None:
    page = open_page(_PAGE)
    page.get_by_role("link", name="an additional 28", exact=True).click()
    record = page.locator(".record")
    expect(record).to_have_count(1)
    for words in ("28 criminal network", "since the beginning of this year", "from 1 January 2016 to 30 August 2016"):
        expect(record).to_contain_text(words)


def test_without_script_a_clause_leads_to_its_record_and_the_record_to_its_words(open_page: Open) -> None:
    page = open_page(_PAGE, javascript=False)
    page.locator("#clause-pnr-implementation .ref").click()
    expect(page).to_have_url(re.compile(_PAGE + "/records/pnr-implementation$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Implement the PNR Directive without delay")
    expect(page.locator("mark")).to_contain_text("Passenger Name Record")
    record = page.locator("#record-pnr-implementation")
    assert record.get_by_role("link", name="Whole record").get_attribute("href") == (
        "/doc/clause/uk-fr-2016-08-30/pnr-implementation"
    )
    record.get_by_role("link", name="Clause 20", exact=True).click()
    expect(page.locator("#clause-pnr-implementation")).to_be_in_viewport()


@pytest.mark.parametrize("javascript", [True, False])
def test_choosing_dims_the_rest(open_page: Open, scripts: None, javascript: bool) -> None:
    page = open_page(_PAGE, javascript=javascript)
    page.get_by_label("Topic").select_option(label="terrorism (13)")
    if not javascript:
        page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("status")).to_contain_text("13 of 53 clauses")
    page.get_by_label("Testability").select_option(label="testable (15)")
    if not javascript:
        page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("status")).to_contain_text("1 of 53 clauses")
    assert page.locator(".clause[id]:not(.dim)").evaluate_all("found => found.map(e => e.id)") == [
        "clause-pnr-implementation"
    ]
    chosen = {name: value for name, value in parse_qs(urlsplit(page.url).query).items() if value != [""]}
    assert chosen == {"topic": ["vocab:topic/terrorism"], "testability": ["vocab:testability/testable"]}
    again = open_page(page.url, language="fr")
    expect(again.get_by_role("status")).to_contain_text("Clauses : 1 sur 53")


def test_a_choice_that_nothing_has_says_so(open_page: Open) -> None:
    page = open_page(_PAGE + "?kind=ukfr:Report&topic=vocab:topic/cybercrime", javascript=False)
    expect(page.get_by_role("status")).to_contain_text("0 of 53 clauses. No clause matches")


def test_print_has_the_words_or_every_record(open_page: Open) -> None:
    page = open_page(_PAGE)
    page.emulate_media(media="print")
    expect(page.get_by_label("Topic")).to_be_hidden()
    expect(page.locator("header nav")).to_be_hidden()
    expect(page.locator(".clause[id]:visible")).to_have_count(53)
    expect(page.get_by_role("heading", name="Records")).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_role("link", name="Records of all words").click()
    page.emulate_media(media="print")
    expect(page.locator(".record:visible")).to_have_count(53 + 12 + 22)
    assert page.pdf()[:5] == b"%PDF-"


def test_a_statement_that_does_not_exist_is_said_not_to(open_page: Open, watch: Watch) -> None:
    watch.expect("404")
    page = open_page("/statements/none")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    assert re.search("no statement 'none'", page.get_by_role("alert").inner_text())
