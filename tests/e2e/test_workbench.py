"""Asking in SPARQL as a person does: by mouse and by keyboard, in both languages."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect

from support.browser import Open, Watch, check_accessibility

pytestmark = pytest.mark.usefixtures("scripts")

KINDS = """SELECT ?kind (COUNT(*) AS ?n)
{ ?c a ?kind . ?kind rdfs:subClassOf ukfr:Clause }
GROUP BY ?kind ORDER BY DESC(?n)"""
BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (?c != ?f && ?f != ?i) }"


def shared(query: str) -> str:
    return "/sparql#" + urlencode({"query": query})


def type_query(page: Page, query: str) -> None:
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(query)


def cells(page: Page) -> list[list[str]]:
    return [
        [cell.inner_text() for cell in row.locator("td").all()] for row in page.locator("table.answer tbody tr").all()
    ]


def test_a_shared_link_asks_at_once_and_labels_what_it_finds(open_page: Open) -> None:
    page = open_page(shared(KINDS))
    expect(page.locator("table.answer tbody tr")).to_have_count(5)
    expect(page.locator("table.answer tbody tr").first).to_contain_text("pledgeukfr:Pledge")
    assert cells(page)[0][1] == "26"
    assert page.locator("table.answer a").first.get_attribute("href") == "/ontology#Pledge"
    expect(page.locator(".stats")).to_contain_text("5 rows")
    expect(page.locator(".stats")).to_contain_text("not cut")
    assert "query=" not in urlsplit(page.url).query  # what follows # is not sent to the server


def test_the_keyboard_asks_and_reads(open_page: Open) -> None:
    page = open_page("/sparql", language="fr")
    page.locator(".cm-content").wait_for()
    for _ in range(40):  # from the head of the page into the editor
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "editor":
            break
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("ASK { ?p a ukfr:Pledge }")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".stats")).to_contain_text("Oui")
    page.keyboard.press("Tab")  # Tab is no trap: it leads out of the editor
    expect(page.get_by_role("button", name="Exécuter", exact=True)).to_be_focused()
    type_query(page, KINDS)
    page.keyboard.press("Control+Enter")
    page.get_by_role("tab", name="Tableau").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Barres")).to_be_focused()
    expect(page.locator(".bars tbody tr").first).to_contain_text("engagement")


def test_an_answer_that_was_kept_says_so(open_page: Open) -> None:
    page = open_page(shared(KINDS + " # asked twice"))
    expect(page.locator(".stats")).to_be_visible()
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".stats")).to_contain_text("kept from the same query")


def test_columns_are_sorted_by_what_they_are_worth(open_page: Open) -> None:
    page = open_page(shared("SELECT ?n { VALUES ?n { 9 10 2.5 } }"))
    head = page.get_by_role("button", name="n", exact=True)
    head.click()
    assert [row[0] for row in cells(page)] == ["2.5", "9", "10"]
    expect(page.get_by_role("columnheader", name="n")).to_have_attribute("aria-sort", "ascending")
    head.click()
    assert [row[0] for row in cells(page)] == ["10", "9", "2.5"]


def test_an_error_is_marked_at_its_line_and_column(open_page: Open, watch: Watch) -> None:
    watch.expect("400")
    page = open_page(shared("SELECT * WHERE {\n  ?s ukfr:holder ?o\n  ?s a b c\n}"))
    expect(page.get_by_role("alert")).to_contain_text("line 3, column 11")
    expect(page.locator(".cm-lintRange-error")).to_have_text("c")
    page.get_by_role("button", name="Go to line 3").click()
    page.keyboard.insert_text("#")
    expect(page.locator(".cm-activeLine")).to_have_text("  ?s a b c#")


def test_completion_knows_prefixes_classes_properties_and_labels(open_page: Open) -> None:
    page = open_page("/sparql")
    page.wait_for_load_state("networkidle")
    options = page.locator(".cm-tooltip-autocomplete li")
    for typed, option in (
        ("SELECT * { ?c a ukfr:Pl", "ukfr:Pledge"),
        ("SELECT * { ?c bénéf", "ukfr:beneficiary"),  # by its French label
        ("SELECT * { ?c sko", "skos:"),
        ("SELECT * { ?c ukfr:holder ?who ; ukfr:cites Dublin", "Dublin III Regulation"),
    ):
        type_query(page, typed[:-1])
        page.keyboard.type(typed[-1])
        expect(options.filter(has_text=option).first).to_be_visible()
    options.filter(has_text=re.compile("^Dublin III Regulation")).first.click()  # a condition has "regulation" in it
    expect(page.locator(".cm-content")).to_contain_text("<https://w3id.org/ukfr/id/instrument/dublin-iii>")


@pytest.mark.parametrize(
    ("language", "words", "question"),
    [("en", "money", "What money has been provided"), ("fr", "argent", "Quel argent a été versé")],
)
def test_a_question_is_found_and_asked(open_page: Open, language: str, words: str, question: str) -> None:
    page = open_page("/sparql", language=language)
    page.get_by_placeholder("Filter the questions" if language == "en" else "Filtrer les questions").fill(words)
    page.get_by_role("button", name=question).click()
    expect(page.locator(".cm-content")).to_contain_text("fundingStatus")
    expect(page.locator("table.answer tbody tr").first).to_be_visible()
    page.get_by_role("button", name="History" if language == "en" else "Historique").click()
    expect(page.locator(".bench aside li")).to_have_count(1)
    page.reload()
    page.get_by_role("button", name="History" if language == "en" else "Historique").click()
    expect(page.locator(".bench aside li")).to_have_count(1)


def test_a_default_view_draws_bars_or_a_line_with_their_numbers(open_page: Open) -> None:
    page = open_page(shared("#defaultView:BarChart\n" + KINDS))
    expect(page.get_by_role("tab", name="Bars")).to_have_attribute("aria-selected", "true")
    bars = page.locator(".bars tbody tr")
    expect(bars.first).to_contain_text("pledge")
    assert bars.first.locator("rect").get_attribute("width") == "100"
    check_accessibility(page)
    type_query(
        page,
        "#defaultView:LineChart\nSELECT ?day ?n { VALUES (?day ?n) { ('2016-08-30'^^xsd:date 3) ('2015-01-01'^^xsd:date 1) } }",
    )
    page.keyboard.press("Control+Enter")
    line = page.get_by_role("img", name="Line of n by day: 2 points from 1 to 3")
    expect(line).to_be_visible()
    assert page.locator(".chart-pair tbody tr").all_inner_texts() == ["1 Jan 2015\t1", "30 Aug 2016\t3"]
    check_accessibility(page)


def test_a_long_answer_comes_by_pages_and_says_so(open_page: Open) -> None:
    page = open_page(shared("SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 1200"))
    pager = page.get_by_role("navigation", name="Pages of the answer")
    expect(pager).to_contain_text("Rows 1–250 of 1,200")
    for _ in range(4):
        pager.get_by_role("button", name="Next").click()
    expect(pager).to_contain_text("Rows 1,001–1,200 of 1,200")
    expect(page.locator("table.answer tbody tr")).to_have_count(200)
    expect(pager.get_by_role("button", name="Next")).to_be_disabled()


@pytest.mark.parametrize("name", ["CSV", "TSV", "JSON", "XML"])
def test_an_answer_is_downloaded_in_each_format(open_page: Open, name: str) -> None:
    page = open_page(shared(KINDS))
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name, exact=True).click()
    content = waiting.value.path().read_text()
    assert "https://w3id.org/ukfr/ontology#Pledge" in content
    assert waiting.value.suggested_filename == f"answer.{name.lower()}"
    if name == "CSV":
        assert next(csv.DictReader(io.StringIO(content)))["n"] == "26"
    if name == "JSON":
        assert len(json.loads(content)["results"]["bindings"]) == 5


def test_triples_are_shown_as_a_table_as_turtle_and_as_a_graph(open_page: Open) -> None:
    page = open_page(shared("CONSTRUCT { ?a ukfr:elaborates ?b } WHERE { ?a ukfr:elaborates ?b }"))
    expect(page.locator("table.answer th").nth(1)).to_have_text("predicate")
    triples = int(page.locator(".stats").inner_text().split()[0])
    assert triples > 5
    page.get_by_role("tab", name="Raw").click()
    expect(page.get_by_role("region", name="Raw answer")).to_contain_text("ukfr:elaborates")
    page.get_by_role("tab", name="Graph").click()
    expect(page.locator(".seen")).to_contain_text(f"{triples} connections")


def test_a_query_that_takes_too_long_is_cancelled_and_the_server_stops(open_page: Open, server: str) -> None:
    page = open_page(shared(BOMB))
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".bench")).to_contain_text("Cancelled")
    ended = 'ukfr_evaluations_total{outcome="cancelled"} 1.0'
    for _ in range(50):
        if ended in httpx.get(server + "/metrics").text:
            break
        page.wait_for_timeout(100)
    else:
        pytest.fail("the evaluation went on")
    type_query(page, KINDS)
    page.keyboard.press("Control+Enter")
    expect(page.locator("table.answer tbody tr")).to_have_count(5)


def test_a_link_and_programs_are_copied_and_the_programs_run(open_page: Open, server: str) -> None:
    page = open_page("/sparql")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    query = 'SELECT ?kind (COUNT(*) AS ?n) { ?c a ?kind . ?kind rdfs:subClassOf ukfr:Clause\n # it\'s "quoted" \\ """\n } GROUP BY ?kind'
    page.locator(".cm-content").wait_for()
    type_query(page, query)
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".bench")).to_contain_text("Link: copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    assert parse_qs(urlsplit(link).fragment)["query"] == [query]
    programs = {}
    for name in ("curl", "Python", "R"):
        page.locator("summary", has_text="Copy as").click()
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator(".bench")).to_contain_text(f"{name}: copied.")
        programs[name] = page.evaluate("navigator.clipboard.readText()")
    rows = subprocess.run(["bash", "-c", programs["curl"]], capture_output=True, text=True, check=True).stdout
    assert len(list(csv.DictReader(io.StringIO(rows)))) == 5
    said = subprocess.run([sys.executable, "-c", programs["Python"]], capture_output=True, text=True, check=True).stdout
    assert said.startswith("5 rows")
    assert f'paste0("{server}/sparql?query=", URLencode(query, reserved = TRUE))' in programs["R"]


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark")])
def test_axe_finds_nothing_on_an_answer(open_page: Open, language: str, scheme: str) -> None:
    page = open_page(
        shared("SELECT ?c ?summary ?q { ?c ukfr:summary ?summary ; ukfr:quantity ?q }"),
        language=language,
        scheme=scheme,
    )
    expect(page.locator("table.answer")).to_be_visible()
    page.wait_for_load_state("networkidle")
    check_accessibility(page)


def test_nothing_runs_over_the_edge_of_a_narrow_window(open_page: Open) -> None:
    page = open_page(shared(KINDS), width=320)
    expect(page.locator("table.answer")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_plain_form_works_without_scripts(open_page: Open) -> None:
    page = open_page("/sparql", javascript=False)
    page.get_by_label("Query").fill(KINDS)
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("main table tbody tr")).to_have_count(5)
    page.get_by_text("Questions to start from").click()
    page.get_by_role("link", name="What money has been provided").click()
    expect(page.locator("main table tbody tr").first).to_be_visible()
