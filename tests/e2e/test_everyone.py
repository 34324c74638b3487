"""What holds of every page: axe-core finds nothing, in either language and scheme, and nothing runs over the edge."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from support.browser import Open, Watch, check_accessibility, open_context, thin_out
from support.servers import start_server

_STATEMENT = "/statements/uk-fr-2016-08-30"
_COMPARED = "/compare?a=vocab:topic/terrorism&b=vocab:topic/information-exchange"
TEMPLATES = (
    "/", _STATEMENT, _STATEMENT + "/records", "/timeline", "/outcomes", "/money", "/series", _COMPARED,
    "/queries/money", "/editor", "/queries", "/search?q=asylum", "/doc/clause/uk-fr-2016-08-30/pnr-implementation",
    "/doc/instrument/dublin-iii", "/ontology", "/links/eur-lex", "/export", "/catalog", "/docs",
)  # fmt: skip
"""A page of each template."""

OTHERS = (
    _STATEMENT + "/records/pnr-implementation", "/timeline?at=2018-05-01", "/compare", "/doc/person/amber-rudd",
    "/doc/place/calais", "/vocab/topic", "/graph/entities", "/.well-known/void",
    _STATEMENT + "?topic=vocab:topic/terrorism#clause-pnr-implementation",
)  # fmt: skip
FRAMES = (
    "/embed/clause/uk-fr-2016-08-30/children-to-uk", "/embed/chart/outcomes", "/embed/chart/timeline",
    "/embed/chart" + _STATEMENT + "/deeds", "/embed/network?projection=topic-topic",
    "/reconcile/preview?id=id/instrument/dublin-iii",
)  # fmt: skip
WITH_SCRIPTS = ("/", _STATEMENT, "/timeline", _COMPARED, "/editor", "/search?q=asylum")
_BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize("path", TEMPLATES)
def test_axe_finds_nothing_and_enough_contrast_in_the_other_scheme(open_page: Open, path: str) -> None:
    page = open_whole(open_page, path)
    thin_out(page)
    check_accessibility(page)
    page.emulate_media(color_scheme="dark")
    check_accessibility(page, ("color-contrast",))
    page.emulate_media(color_scheme="light")


def test_axe_finds_nothing_in_pages_for_frames_in_either_scheme(open_page: Open) -> None:
    page = open_page("about:blank", width=600)
    for path in FRAMES:
        page.goto(path)
        check_accessibility(page)
        page.emulate_media(color_scheme="dark")
        check_accessibility(page, ("color-contrast",))
        page.emulate_media(color_scheme="light")
        assert page.evaluate("document.documentElement.scrollWidth") <= 600, path


@pytest.mark.exhaustive
@pytest.mark.parametrize("path", [*TEMPLATES, *OTHERS])
def test_axe_finds_nothing_in_any_part_of_a_page(open_page: Open, path: str) -> None:
    check_accessibility(open_whole(open_page, path))


@pytest.mark.parametrize("path", [_STATEMENT, "/outcomes", "/editor"])
def test_axe_finds_nothing_in_the_other_language(open_page: Open, path: str) -> None:
    page = open_whole(open_page, path, language="fr")
    assert page.locator("html").get_attribute("lang") == "fr"
    thin_out(page)
    check_accessibility(page)


def open_whole(open_page: Open, path: str, **wishes: str) -> Page:
    page = open_page(path, **wishes)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    return page


@pytest.mark.parametrize(("javascript", "paths"), [(True, (*TEMPLATES, *OTHERS)), (False, WITH_SCRIPTS)])
def test_nothing_runs_over_the_edge_of_a_narrow_window(
    open_page: Open, javascript: bool, paths: tuple[str, ...]
) -> None:
    """320 pixels are also a window of 1280 at 400 % (WCAG 2.2, 1.4.10)."""
    page = open_page("about:blank", width=320, height=256, javascript=javascript)
    for path in paths:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, path


def test_axe_finds_nothing_in_a_narrow_window(open_page: Open) -> None:
    for path in ("/", "/timeline"):
        check_accessibility(open_page(path, width=320, height=640))


def test_the_keyboard_sees_where_it_is(open_page: Open) -> None:
    page = open_page(_STATEMENT)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    names = set()
    for _ in range(14):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.innerText.trim() || e.name, s.outlineStyle, parseFloat(s.outlineWidth)] }"
        )
        assert focused[1] == "solid", focused
        assert focused[2] >= 2, focused
        names.add(focused[0])
    assert {"ukfr-graph", "Home", "Series", "More", "q", "Search", "Français"} <= names
    skip.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_navigation_is_a_line_or_two_and_opens_what_is_used_less_by_keyboard(
    open_page: Open, language: str
) -> None:
    page = open_page(_COMPARED, language=language)
    entries = page.get_by_role("navigation").first.locator("> ul > li:visible")
    for width, most in ((1280, 1), (390, 2)):
        page.set_viewport_size({"width": width, "height": 800})
        tops = entries.evaluate_all("found => found.map(one => Math.round(one.getBoundingClientRect().top))")
        assert len(set(tops)) <= most, (width, tops)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    more = page.locator("header summary")
    more.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("header details a").first).to_be_focused()
    expect(page.get_by_role("link", name="SPARQL")).to_be_visible()


def test_the_other_language_is_the_same_page(open_page: Open) -> None:
    page = open_page(_COMPARED)
    page.get_by_role("link", name="Français").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("terrorisme et échange d'informations")
    page.get_by_role("link", name="Accueil").click()
    assert page.locator("html").get_attribute("lang") == "fr"
    expect(page.get_by_role("navigation", name="Pages").get_by_role("link", name="Accueil")).to_have_attribute(
        "aria-current", "page"
    )


@pytest.mark.parametrize(
    ("language", "title", "detail"),
    [
        ("en", "There is no such page", "There is no saved query 'none'"),
        ("fr", "Cette page n'existe pas", "Il n'y a pas de requête enregistrée 'none'"),
    ],
)
def test_an_error_is_a_page_for_people_and_a_problem_for_programs(
    open_page: Open, watch: Watch, server: str, language: str, title: str, detail: str
) -> None:
    watch.expect("404")
    page = open_page("/queries/none", language=language, scheme="dark")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("alert")).to_contain_text(detail)
    check_accessibility(page)
    page.get_by_role("main").get_by_role("link").first.click()
    expect(page).to_have_url(server + "/")
    problem = httpx.get(server + "/queries/none")
    assert (problem.status_code, problem.headers["content-type"]) == (404, "application/problem+json")
    assert problem.json()["detail"].startswith("There is no saved query 'none'")


def test_a_failure_is_never_an_empty_page(dataset: object) -> None:
    """A limit that no query keeps: the page says so with its status, and does not show that there is nothing."""
    with start_server("--store", str(dataset), settings={"max_result_bytes": "10"}) as running:
        answer = httpx.get(running.url + _STATEMENT, headers=_BROWSER, timeout=30)
        assert answer.status_code == 422
        assert answer.headers["cache-control"] == "no-store"
        assert "<h1>This did not work</h1>" in answer.text


def test_a_server_without_statements_says_so(browser: Browser, tmp_path: object) -> None:
    with start_server("--empty", "--store", f"{tmp_path}/own") as running:
        watch = Watch(running.url.removeprefix("http://"))
        context = open_context(browser, running.url)
        watch.attach(context)
        page = context.new_page()
        for path in ("/statements", "/timeline", "/compare", "/"):
            page.goto(path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
        check_accessibility(page)
        expect(page.get_by_text("No statement is coded in this dataset")).to_be_visible()
        context.close()
        assert not watch.unexpected()
