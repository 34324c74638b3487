"""Labels, literals and IRIs made to do harm: they are shown as what they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Page, expect

from support.browser import Open, Watch, check_accessibility
from support.servers import start_server

pytestmark = pytest.mark.usefixtures("scripts")

LABELS = {
    "script": "<script>document.title = 'harmed'</script><img src=x onerror=\"document.title = 'harmed'\">",
    "quotes": """"'`><svg onload="document.title = 'harmed'">{{ 7 * 7 }}${7 * 7}""",
    "rtl": "\u202eevil\u202c مرحبا بالعالم",
    "long": "word " * 2_000,
    "markup": "]]><!-- </svg></title><a href='javascript:alert(1)'>x</a>",
}
NAMES = "SELECT ?s ?label { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label }"
TIES = "CONSTRUCT WHERE { ?a <https://example.org/tied> ?b }"
ELSEWHERE = "https://example.org/a%22%3E%3Cscript%3E"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("hostile") / "own"
    with start_server("--empty", "--store", str(folder)) as running:
        triples = "".join(
            f"<https://example.org/{name}> <http://www.w3.org/2000/01/rdf-schema#label> {quote(label)}@en ; "
            f"<https://example.org/tied> <javascript:document.title='harmed'> , <{ELSEWHERE}> .\n"
            for name, label in LABELS.items()
        )
        update = f"INSERT DATA {{ {triples} }}"
        answer = httpx.post(
            running.url + "/sparql", content=update, headers={"Content-Type": "application/sparql-update"}
        )
        assert answer.status_code == 204, answer.text
        yield running.url


def quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


@pytest.fixture
def hostile_page(open_page: Open, hostile: str, watch: Watch) -> Open:
    watch.host = hostile.removeprefix("http://")
    return lambda path, **reader: open_page(path, base=hostile, **reader)


def check_unharmed(page: Page) -> None:
    page.wait_for_timeout(300)
    assert "harmed" not in page.title()
    found = page.evaluate(
        """() => [...document.querySelectorAll("a[href], img, script, iframe, object, [onload], [onerror]")]
          .map(e => e.getAttribute("href") ?? e.getAttribute("src") ?? e.outerHTML)
          .filter(a => /^\\s*(javascript|data|vbscript):/i.test(a) || /^<.*\\son(load|error)=/is.test(a))"""
    )
    assert found == []


def test_a_table_shows_them_as_text(hostile_page: Open) -> None:
    page = hostile_page("/sparql#" + urlencode({"query": NAMES}))
    table = page.locator("table.answer")
    expect(table).to_contain_text("<script>document.title")
    expect(table).to_contain_text("{{ 7 * 7 }}${7 * 7}")
    expect(table.locator("details.long summary")).to_contain_text("10,000 characters")
    check_unharmed(page)
    page.get_by_role("tab", name="Raw").click()
    check_unharmed(page)
    check_accessibility(page)


def test_an_iri_that_is_no_address_is_no_link(hostile_page: Open) -> None:
    page = hostile_page("/sparql#" + urlencode({"query": TIES}))
    expect(page.locator("table.answer")).to_contain_text("javascript:document.title")
    check_unharmed(page)
    assert page.locator(f'table.answer a[href="{ELSEWHERE}"]').count() >= 1


@pytest.mark.parametrize("webgl", [True, False])
def test_a_graph_shows_them_as_text(hostile_page: Open, webgl: bool) -> None:
    page = hostile_page("/graph?" + urlencode({"query": TIES}), webgl=webgl)
    page.locator(".nodes [role=option]").first.wait_for()
    for name in ("<script>", "svg onload", "javascript:", "]]>"):
        page.get_by_label("Search the nodes").fill(name)
        page.keyboard.press("Enter")
        expect(page.locator(".record h2")).to_contain_text(name)
        check_unharmed(page)
    with page.expect_download() as waiting:
        page.locator("summary", has_text="Save as").click()
        page.get_by_role("button", name="SVG").click()
    drawn = waiting.value.path().read_text()
    assert "<script" not in drawn
    assert 'onload="' not in drawn


def test_the_pages_without_scripts_show_them_as_text(hostile_page: Open, hostile: str) -> None:
    page = hostile_page("/graph?" + urlencode({"query": TIES}), javascript=False)
    expect(page.locator("main tbody")).to_contain_text("<script>document.title")
    assert page.locator("a[href^='javascript' i]").count() == 0
    page = hostile_page("/editor?" + urlencode({"query": NAMES}), javascript=False)
    expect(page.locator("main tbody")).to_contain_text("<script>document.title")


def test_a_shared_link_runs_nothing_but_its_query(hostile_page: Open) -> None:
    query = "SELECT ?x { BIND (\"</textarea><script>document.title='harmed'</script>\" AS ?x) }"
    page = hostile_page("/sparql#" + urlencode({"query": query}))
    expect(page.locator("table.answer")).to_contain_text("</textarea><script>")
    check_unharmed(page)
    page = hostile_page("/editor?" + urlencode({"query": query}))
    expect(page.locator(".cm-content")).to_contain_text("</textarea><script>")
    check_unharmed(page)
