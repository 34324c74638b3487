"""The site without a server, in Chromium and under a path: pages, questions, search and SPARQL work there."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from lxml import html
from playwright.sync_api import Browser, Page, expect

from queries.expected import cases, expected_path
from support.browser import CHROMIUM, IS_REQUIRED, Watch, check_accessibility, open_context, start_browser, take_picture
from support.file_host import PATH, start_host
from ukfr_graph.iris import ENDPOINT_BASE, PREFIXES
from ukfr_graph.publishing.application import ask, open_site
from ukfr_graph.publishing.layout import Asked
from ukfr_graph.publishing.making import Wishes
from ukfr_graph.query import read_queries
from ukfr_graph.query.parameters import Parameter
from ukfr_graph.query.recognition import MOST_CARDS, QuestionIndex
from ukfr_graph.query.search import search_labels
from ukfr_graph.settings import read_settings
from ukfr_graph.site.addresses import Offers
from ukfr_graph.site.templates import link_to
from ukfr_graph.store.text_index import open_index

pytestmark = pytest.mark.programs
expect.set_options(timeout=30_000)  # a slow machine is no fault of the page
JSON, TSV = "application/sparql-results+json", "text/tab-separated-values"
PAGES = (
    "index.html", "statements/uk-fr-2016-08-30.html", "doc/place/calais.html", "vocab/topic.html", "ontology.html",
    "outcomes.html", "money.html", "timeline.html", "graph.html", "queries.html", "fr/index.html",
    "fr/doc/clause/uk-fr-2016-08-30/children-to-uk.html",
)  # fmt: skip
ENGINE = Path(__file__).with_name("ask_engine.js").read_text("utf-8")


@pytest.fixture(scope="module")
def host(published: Path) -> Iterator[str]:
    with start_host(published) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        if IS_REQUIRED:
            pytest.fail("chromium is not installed, and UKFR_E2E=1 says that it must be: apt-get install chromium")
        pytest.skip("chromium is not installed (apt-get install chromium)")
    with start_browser() as running:
        yield running


@contextmanager
def open_page(browser: Browser, host: str) -> Iterator[Page]:
    watch = Watch(urlsplit(host).netloc)
    context = open_context(browser, host)
    watch.attach(context)
    yield context.new_page()
    context.close()
    assert not watch.unexpected()


@pytest.fixture
def page(browser: Browser, host: str) -> Iterator[Page]:
    with open_page(browser, host) as opened:
        yield opened


def test_a_small_site_is_read_searched_and_asked_under_a_path(browser: Browser, small: Path) -> None:
    with start_host(small) as host, open_page(browser, host) as page:
        page.goto("index.html")
        check_accessibility(page)
        page.locator("#site-search").fill("harbour")
        page.locator("#site-search").press("Enter")
        expect(page.locator("#results ol > li").first).to_contain_text("arbour")
        page.goto("sparql.html#" + urlencode({"query": "SELECT ?c { ?c a ukfr:Call }"}))
        link = page.locator("ukfr-result-table table").get_by_role("link").first
        expect(link).to_have_attribute("href", "./doc/clause/cv-no-2019-05-14/report-nets.html")  # in its own namespace


def test_a_wrong_query_is_told_in_its_own_terms(browser: Browser, small: Path) -> None:
    with start_host(small) as host, open_page(browser, host) as page:
        page.goto("sparql.html?" + urlencode({"query": "SELECT ?x WHERE { ?x a }"}))
        expect(page.get_by_role("alert").first).to_contain_text("expected")
        expect(page.get_by_role("alert").first).not_to_contain_text("error at")
        expect(page.locator(".cm-lintRange-error")).to_have_text("}")
        page.goto("sparql.html?" + urlencode({"query": "LOAD <https://example.org/x>"}))
        expect(page.get_by_role("alert").first).to_contain_text("This is an update")


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", PAGES)
def test_pages_under_a_path_are_whole_and_accessible(page: Page, name: str) -> None:
    page.goto(name)
    expect(page.locator("h1")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.evaluate("document.activeElement.blur()")  # the link covers others while it has the focus
    check_accessibility(page)
    take_picture(page, f"static-{name.replace('/', '-')}")
    page.locator("header a.brand").click()
    expect(page.locator("h1")).to_be_visible()


@pytest.mark.exhaustive
def test_the_language_is_changed_by_a_link(page: Page) -> None:
    page.goto("doc/place/calais.html")
    page.get_by_role("link", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page).to_have_url(re.compile(r"/fr/doc/place/calais\.html$"))


@pytest.mark.exhaustive
def test_the_workbench_answers_without_a_server(page: Page) -> None:
    page.goto("sparql.html")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("ukfr-result-table table")).to_contain_text("26")
    page.goto("sparql.html?" + urlencode({"query": "SELECT * { broken"}))
    expect(page.get_by_role("alert").first).to_be_visible()


@pytest.mark.exhaustive
def test_a_question_is_asked_with_other_values(page: Page) -> None:
    page.goto("queries/office-holders.html")
    expect(page.locator("#answer")).to_contain_text("Amber Rudd")
    page.locator("#p-day").fill("2015-01-01")
    page.locator("#question-form button").click()
    expect(page.locator("ukfr-answer-view table")).to_be_visible()
    expect(page.locator("#answer")).not_to_contain_text("Amber Rudd")
    assert "day=2015-01-01" in page.url
    page.reload()
    expect(page.locator("ukfr-answer-view table")).to_be_visible()


@pytest.mark.exhaustive
def test_words_are_found_without_a_server(page: Page) -> None:
    page.goto("index.html")
    page.locator("#site-search").fill("asylum")
    page.locator("#site-search").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("result")
    check_accessibility(page)
    page.locator("#results ol li a").first.click()
    expect(page.locator("h1")).to_be_visible()


SOUGHT = (
    ("en", "guns"), ("en", "clause 48"), ("en", "the 20th clause"), ("en", "Directive 2016/681/EU"), ("en", "ETS 24"),
    ("en", "terorism"), ("en", "Rudd and Cazeneuve"), ("en", "\"day and night\""), ("en", "£662 million"),
    ("en", "number of small boats in 2021"), ("en", "zzyzx"), ("en", "lorry drivers"), ("en", "is Dublin III in force"),
    ("fr", "mineurs isolés"), ("fr", "accord du touquet"), ("fr", "tunel sous la manche"), ("fr", "clause n°39"),
    ("fr", "combien d'argent"), ("fr", "que sont devenus les enfants"), ("fr", "pression migratoire"),
)  # fmt: skip


@pytest.mark.exhaustive
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_first_hits_and_questions_are_those_of_the_server(page: Page, dataset: Path, language: str) -> None:
    page.goto("search.html" if language == "en" else f"{language}/search.html")
    questions = QuestionIndex(read_queries().values())
    with closing(open_index((dataset / "current").resolve())) as index:
        for text in [text for code, text in SOUGHT if code == language]:
            page.locator("#q").fill(text)
            page.locator("#q").press("Enter")
            found = search_labels(index, text, 5, prefer=language)
            expect(page.get_by_role("status")).to_contain_text(str(found.total) if found.total else text)
            links = page.locator("#results ol > li > p:first-child > a")
            hits = links.evaluate_all("all => all.map((a) => a.pathname.replace('.html', '') + a.hash)")
            home = PATH if language == "en" else f"{PATH}/{language}"
            assert hits[:5] == [home + link_to(hit.iri) for hit in found.hits], text
            cards = page.locator(".question-card h2 a").evaluate_all("all => all.map((a) => a.pathname)")
            meant = [item.name for item in questions.recognise(text, found) if item.is_sure][:MOST_CARDS]
            assert [Path(path).stem for path in cards] == meant, text


@pytest.mark.exhaustive
def test_a_question_is_answered_without_a_server(page: Page) -> None:
    page.goto("search.html?" + urlencode({"q": "what happened to the children"}))
    card = page.locator(".question-card").first
    expect(card).to_contain_text("unaccompanied children")
    expect(card.get_by_role("table")).to_contain_text("partly done")


@pytest.mark.exhaustive
def test_the_search_works_from_a_disk(browser: Browser, published: Path) -> None:
    page = browser.new_page()
    page.goto((published / "index.html").as_uri())
    page.locator("#site-search").fill("que sont devenus les enfants ?")
    page.locator("#site-search").press("Enter")
    expect(page.locator(".question-card")).to_contain_text("What became of the pledges and calls on a topic?")
    page.locator("#q").fill("clause 48")
    page.locator("#q").press("Enter")
    first = page.locator("#results ol > li").first
    expect(first).to_contain_text("Bring unaccompanied children to the UK")
    first.get_by_role("link", name="In the text").click()
    expect(page.locator("#clause-children-to-uk")).to_be_visible()
    page.close()


@pytest.mark.exhaustive
def test_pages_on_a_disk_are_chosen_from_and_shown_as_of_a_day(browser: Browser, published: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto((published / "timeline.html").as_uri())
    choose_day(page, "2016-08-30")
    expect(page.locator("#instruments")).to_contain_text("30 August 2016")
    page.locator("#party").select_option("id:state/france")
    expect(page.locator("form[data-choosing] output")).not_to_have_text(re.compile(r"^(\d+) / \1$"))
    page.goto((published / "doc/clause/uk-fr-2016-08-30/bear-down-on-gangs.html").as_uri())
    choose_day(page, "2017-06-30")
    expect(page.get_by_text("as of 31 December 2016")).to_be_visible()
    page.close()


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", ["sparql.html", "graph.html", "compare.html", "queries/office-holders.html"])
def test_a_page_on_a_disk_says_that_the_engine_needs_a_host(
    browser: Browser, published: Path, page: Page, name: str
) -> None:
    page.goto(name)
    expect(page.locator(".from-disk")).to_be_hidden()
    other = browser.new_page(viewport={"width": 390, "height": 844})
    other.goto((published / name).as_uri())
    expect(other.locator(".from-disk")).to_contain_text("python3 -m http.server")
    expect(other.locator("main").get_by_role("button", name=re.compile("Ask|Compare|Show"))).to_have_count(0)
    assert other.evaluate("document.documentElement.scrollWidth") == 390
    other.close()


@pytest.mark.exhaustive
def test_clauses_are_chosen_by_the_address(page: Page) -> None:
    page.goto("statements/uk-fr-2016-08-30.html?kind=ukfr:Pledge")
    expect(page.locator("[data-count]")).to_have_text("26")
    expect(page.locator("#by-kind")).to_have_value("ukfr:Pledge")


@pytest.mark.exhaustive
def test_a_record_is_shown_beside_its_words(page: Page) -> None:
    page.goto("statements/uk-fr-2016-08-30.html")
    page.locator("a.ref").first.click()
    expect(page.locator(".records .record")).to_be_visible()


@pytest.mark.exhaustive
def test_every_saved_question_has_its_expected_answer_in_the_browser(page: Page, published: Path) -> None:
    page.goto("sparql.html")
    scripts = [next((published / "static").glob(name)).name for name in ("engine-worker-*.js", "parameters-*.js")]
    asked = [(query, number) for query, number in cases() if not query.services]
    assert len(asked) > 90
    told = [
        {
            "text": query.text,
            "parameters": [vars_of(parameter) for parameter in query.parameters],
            "values": {name: str(value) for name, value in query.examples[number - 1].items()},
            "rows": JSON if query.kind == "boolean" else TSV,
        }
        for query, number in asked
    ]
    answers = page.evaluate(ENGINE, [*(f"static/{name}" for name in scripts), told, dict(PREFIXES), ENDPOINT_BASE])
    for (query, number), answer in zip(asked, answers, strict=True):
        assert "error" not in answer, f"{query.name}: {answer}"
        said = str(json.loads(answer["text"])["boolean"]).lower() if query.kind == "boolean" else answer["text"]
        width = said.partition("\n")[0].count("\t") + 1  # the expected answer has the parameters as columns too
        expected = [
            "\t".join(line.split("\t")[:width]) for line in read(expected_path(query, number).read_text("utf-8"))
        ]
        assert sorted(read(said)) == sorted(expected), expected_path(query, number).name


def vars_of(parameter: Parameter) -> dict[str, object]:
    return {name: getattr(parameter, name) for name in ("name", "variable", "kind", "required", "default")}


def read(answer: str) -> list[str]:
    """Read the lines of an answer, whatever its blank nodes are called."""
    return re.sub(r"_:\w+", "_:b", answer).splitlines()


@pytest.mark.exhaustive
def test_two_topics_are_compared_without_a_server(page: Page) -> None:
    page.goto("compare.html")
    page.get_by_label("One side").select_option(label="terrorism (13)")
    page.get_by_label("The other side").select_option(label="information exchange (8)")
    page.get_by_role("button", name="Compare").click()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Clauses", exact=True))
    expect(row.get_by_role("cell")).to_have_text(["13", "8"])
    shared = page.locator("section").filter(has=page.get_by_role("heading", name="In both"))
    expect(shared.get_by_role("link")).to_have_text(["Share intelligence", "Prioritise information sharing"])
    check_accessibility(page)
    take_picture(page, "static-compared")
    page.reload()
    shared.get_by_role("link").first.click()
    expect(page.locator("#clause-agencies-share-intelligence")).to_be_in_viewport()


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("outcomes.html", "verdict", "done"), ("money.html", "year", ""), ("series.html", "kind", ""),
        ("timeline.html", "party", "id:state/france"), ("statements/uk-fr-2016-08-30/deeds.html", "kind", "ukfr:Call"),
    ],
)  # fmt: skip
def test_a_page_shows_what_is_chosen(page: Page, name: str, field: str, value: str) -> None:
    page.goto(name)
    choice, told = page.locator(f"form[data-choosing] #{field}"), page.locator("form[data-choosing] output")
    expect(told).to_have_text(re.compile(r"^(\d+) / \1$"))
    items = "[data-has]:not([data-has] *)"
    total = page.locator(items).count()
    chosen = value or choice.locator("option").nth(1).get_attribute("value") or ""
    choice.select_option(chosen)
    value = f'[data-has~="{field}={chosen}"]:not([hidden])'
    shown = page.locator(f"{items}:is({value}, :has({value}))").count()
    expect(told).to_have_text(f"{shown} / {total}")
    assert 0 < shown < total
    assert page.locator(f"{items}:not([hidden])").count() == shown
    page.reload()
    expect(told).to_have_text(f"{shown} / {total}")
    check_accessibility(page)


def ask_server(dataset: Path, path: str, **parameters: str) -> bytes:
    """Ask the application for a page, or for data."""
    site, _ = open_site(read_settings().model_copy(update={"dataset": dataset, "endpoint": None}))
    places = Wishes("", ("en", "fr"), Offers()).place("index.html", "en", lambda _: None)
    asked = Asked(path, urlencode(parameters), "text/html, */*;q=0.1", "en")
    with ThreadPoolExecutor(1) as other:  # the browser has the loop of this thread
        return other.submit(lambda: asyncio.run(ask(site, asked, places))).result().body


@pytest.mark.exhaustive
@pytest.mark.parametrize("room", ["outcomes", "money", "series"])
def test_a_page_is_shown_as_of_a_day_as_a_server_shows_it(page: Page, dataset: Path, room: str) -> None:
    page.goto(f"{room}.html")
    shown = []
    for day in ("2015-06-30", "2017-06-30", "2018-01-20", "2021-07-20"):
        expected = html.fromstring(ask_server(dataset, f"/{room}", at=day))
        page.locator("#at").fill(day)
        page.locator("#at").press("Tab")
        items = page.locator("[data-has][id]:not([hidden])")
        assert items.evaluate_all("all => all.map((item) => item.id)") == expected.xpath("//*[@data-has][@id]/@id")
        said = items.locator(":scope > p:not([hidden]) .verdict").all_inner_texts()
        told = [
            told.text_content()
            for told in expected.xpath("//*[@id][@data-has]/p[not(@hidden)]/span[contains(@class, 'verdict')]")
        ]
        assert [" ".join(text.split()) for text in said] == [" ".join(text.split()) for text in told]
        expect(page.locator("form[data-choosing] output")).to_have_text(f"{items.count()} / {items.count()}")
        expect(page.locator("figure.chart")).to_be_hidden()  # it was drawn as of another day
        shown.append((items.count(), tuple(said)))
    assert len(set(shown)) > 2
    page.reload()
    expect(page.locator("#at")).to_have_value("2021-07-20")
    expect(items).to_have_count(shown[-1][0])
    check_accessibility(page)
    page.locator("#at").fill("")
    page.locator("#at").press("Tab")
    expect(page.locator("figure.chart")).to_be_visible()
    expect(page.locator("[data-has][id][hidden]")).to_have_count(0)


DAYS = ("1992-06-30", "2016-08-30", "2018-01-20", "2020-02-01", "2021-07-20")


def choose_day(page: Page, day: str) -> None:
    page.locator("#at").fill(day)
    page.locator("#at").press("Tab")


def read_texts(found: Iterable[str | None]) -> list[str]:
    return [" ".join((text or "").split()) for text in found]


def read_server(server: str, path: str, day: str) -> html.HtmlElement:
    told = httpx.get(server + path, params={"at": day, "acts": "all", "lang": "en"}, headers={"Accept": "text/html"})
    return html.fromstring(told.content)


@pytest.mark.exhaustive
def test_the_timeline_is_shown_as_of_a_day_as_a_server_shows_it(page: Page, server: str) -> None:
    page.goto("timeline.html")
    shown, lines = set(), set()
    for day in DAYS:
        expected = read_server(server, "/timeline", day)
        choose_day(page, day)
        for seen, path in (
            ("#instruments", "//*[@id='instruments']"),
            (".timeline .state:not([hidden])", "//span[@class='state']"),
            (".timeline li:has(> [data-since]:not([hidden]))", "//li[@class='held']"),
        ):
            texts = read_texts(page.locator(seen).all_text_contents())
            assert texts == read_texts(part.text_content() for part in expected.xpath(path)), (day, seen)
            shown.add(tuple(texts))
        lines.add(page.locator("#act-grid .now").get_attribute("x1"))
        link = page.locator("a[data-asks-day]").first
        expect(link).to_have_attribute("href", re.compile(f"[?&]day={day}"))
    assert len(shown) == 3 * len(DAYS)
    assert len(lines) == len(DAYS)
    expect(page.locator("form[data-choosing] output")).to_have_text(re.compile(r"^(\d+) / \1$"))
    check_accessibility(page)


@pytest.mark.exhaustive
def test_a_clause_is_shown_as_of_a_day_as_a_server_shows_it(page: Page, server: str) -> None:
    shown = set()
    for name in ("children-to-uk", "pnr-implementation", "bear-down-on-gangs"):
        path = f"doc/clause/uk-fr-2016-08-30/{name}"
        page.goto(f"{path}.html?at={DAYS[0]}")
        for day in DAYS:
            expected = read_server(server, f"/{path}", day)
            choose_day(page, day)
            seen = page.locator("section[aria-labelledby=record-heading] > dl > :not([hidden])")
            texts = read_texts(seen.all_text_contents())
            told = expected.xpath("//section[@aria-labelledby='record-heading']/dl/*")
            assert texts == read_texts(part.text_content() for part in told), (name, day)
            shown.add((name, tuple(texts)))
    assert len(shown) > 3 * 3
    check_accessibility(page)


@pytest.mark.exhaustive
def test_a_day_is_kept_for_the_pages_that_are_read_next(page: Page) -> None:
    page.goto("outcomes.html?at=2017-06-30")
    page.goto("statements/uk-fr-2016-08-30.html#record-bear-down-on-gangs")
    record = page.locator(".records .record")
    expect(record).to_contain_text("as of 31 December 2016")  # the verdict that there was
    page.goto("graph.html")
    expect(page.locator("#graph-at")).to_have_value("2017-06-30")
    page.goto("timeline.html")
    expect(page.locator("#instruments")).to_contain_text("30 June 2017")
    page.get_by_role("link", name="Clear", exact=True).click()
    expect(page.locator("#at")).to_have_value("")
    page.goto("outcomes.html")
    expect(page.locator("#at")).to_have_value("")


@pytest.mark.exhaustive
def test_a_network_is_narrowed_as_a_server_narrows_it(page: Page, dataset: Path) -> None:
    sizes = set()
    for projection, chosen in (
        ("all", {"topic": "vocab:topic/migration"}), ("all", {"kind": "ukfr:Pledge", "at": "2016-01-01"}),
        ("all", {"at": "2003-06-01"}), ("actor-instrument", {"topic": "vocab:topic/asylum"}),
        ("clause-clause", {"kind": "ukfr:Pledge", "topic": "vocab:topic/terrorism"}),
    ):  # fmt: skip
        page.goto("graph.html?" + urlencode({"projection": projection, "at": "", **chosen}))
        view = page.locator("#network > *")
        expect(view.locator(".seen")).to_be_visible()
        drawn = view.evaluate("view => view.data")
        asked = {"projection": projection, **chosen, "format": "json"}
        expected = json.loads(ask_server(dataset, "/export/network", **asked))
        told = ("id", "weight", "clauses"), ("source", "target", "iri", "weight", "clauses")
        for part, names in zip(("nodes", "edges"), told, strict=True):
            found, wanted = (
                [{name: item[name] for name in names} for item in some[part]] for some in (drawn, expected)
            )
            assert sorted(found, key=str) == sorted(wanted, key=str), (projection, chosen, part)
        sizes.add(len(drawn["nodes"]))
    assert len(sizes) > 3
    page.get_by_label("Topic", exact=True).select_option(label="asylum")
    expect(page).to_have_url(re.compile("topic="))
    check_accessibility(page)


@pytest.mark.exhaustive
def test_what_is_on_a_topic_is_on_its_broader_ones_too(page: Page) -> None:
    page.goto("outcomes.html?topic=vocab:topic/migration")
    expect(page.locator("form[data-choosing] output")).not_to_have_text(re.compile("^0 "))


@pytest.mark.exhaustive
def test_a_link_to_a_part_of_a_record_leads_to_what_is_said_of_it(page: Page) -> None:
    page.goto("doc/instrument/amiens-statement-on-migration-2016.html#naming-1")
    expect(page.locator("#naming-1")).to_be_in_viewport()
    expect(page.locator("#naming-1 th").first).to_be_visible()
    page.goto("links/geonames.html")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Calais", exact=True))
    expect(row).to_contain_text("3029162")


@pytest.mark.exhaustive
def test_all_data_of_a_record_are_a_click_away(page: Page) -> None:
    page.goto("doc/clause/uk-fr-2016-08-30/children-to-uk.html")
    page.get_by_text("All data of this record").click()
    table = page.locator("#record table").first
    expect(table.get_by_role("row").filter(has_text="statement")).to_contain_text("2016")
    expect(page.locator("#record caption").filter(has_text=re.compile("^#evidence$"))).to_be_visible()
    expect(table.get_by_role("rowheader").first).to_have_text("type")
    check_accessibility(page)
    page.goto("doc/outcome/uk-fr-2016-08-30/children-to-uk/1.html")
    expect(page.get_by_role("table").first).to_be_visible()


@pytest.mark.exhaustive
def test_the_list_of_keys_is_on_every_page(page: Page) -> None:
    page.goto("doc/place/calais.html")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Next clause")
