"""What a researcher learns from the home page in a minute, and where it leads."""

from __future__ import annotations

import gzip
import re

import pytest
from playwright.sync_api import Response, expect

from support.browser import Open

_WORDS = {
    "en": (
        "clauses, 13 acts, treaties and schemes named",
        "Three questions, answered",
        "terrorism",
        "of 53 clauses",
        "30 August 2016",
    ),
    "fr": (
        "clauses, 13 actes, traités et dispositifs cités",
        "Trois questions et leurs réponses",
        "terrorisme",
        "sur 53",
        "30 août 2016",
    ),
}


@pytest.mark.parametrize(("language", "javascript"), [("en", True), ("fr", False)])
def test_a_bar_leads_to_the_words_that_it_counts(open_page: Open, language: str, javascript: bool) -> None:
    coded, answered, topic, of_all, _ = _WORDS[language]
    page = open_page("/", language=language, javascript=javascript)
    expect(page.get_by_role("main").get_by_text(f"53 {coded}")).to_be_visible()
    expect(page.get_by_role("heading", name=answered)).to_be_visible()
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=topic, exact=True))
    assert row.get_by_role("cell").first.inner_text() == "13"
    row.get_by_role("link").click()
    expect(page.get_by_role("status")).to_contain_text(f"13 {of_all}")
    expect(page.locator(".clause:not(.dim)[id]")).to_have_count(13)


@pytest.mark.parametrize(("language", "width", "height"), [("en", 1280, 800), ("fr", 390, 844)])
def test_the_first_screen_says_what_it_is_what_was_found_and_what_one_can_do(
    open_page: Open, language: str, width: int, height: int
) -> None:
    page = open_page("/", language=language, width=width, height=height)
    wanted = {"h1": "", ".lead": "", "main input[type=search]": "", ".findings a[href='/outcomes']": "26"}
    wanted |= {"#ways": "", ".ways a[href='/about']": ""} if width > 390 else {}
    for selector, text in wanted.items():
        found = page.locator(selector).first
        expect(found).to_contain_text(text)
        box = found.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= height, selector
    assert "triple" not in page.get_by_role("main").inner_text()


def test_an_answer_shows_the_words_on_which_it_rests_and_leads_to_them(open_page: Open) -> None:
    page = open_page("/")
    card = page.get_by_role("article").filter(has_text="Which reports don't say who acted?")
    assert card.get_by_role("listitem").count() == 5
    card.get_by_role("link", name="28 criminal networks have been disrupted in 2015").click()
    expect(page).to_have_url(re.compile("#clause-networks-disrupted-2015$"))
    expect(page.locator(":target")).to_be_in_viewport()
    expect(page.locator(":target")).to_contain_text("28 criminal networks have been disrupted in 2015")


def test_two_equal_figures_stay_two_answers(open_page: Open) -> None:
    card = open_page("/").get_by_role("article").filter(has_text="How many criminal networks")
    answers = card.get_by_role("listitem").all_inner_texts()
    assert [re.sub(r"\s+", " ", answer) for answer in answers] == [
        "28 1 January 2015 – 31 December 2015 28 criminal networks",
        "28 1 January 2016 – 30 August 2016 an additional 28",
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_days_and_numbers_are_in_the_readers_form(open_page: Open, language: str) -> None:
    page = open_page("/", language=language)
    page.goto("/money")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"\d,\d{3}" if language == "en" else r"\d\u202f\d{3}"))
    page.goto("/statements/uk-fr-2016-08-30")
    expect(page.get_by_role("main")).to_contain_text(_WORDS[language][4])


def test_the_first_view_is_light_and_needs_no_script(open_page: Open) -> None:
    page = open_page("about:blank", new=True)
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/", wait_until="networkidle")
    sizes = {answer.url: len(gzip.compress(answer.body())) for answer in answers}
    assert len(sizes) >= 2
    assert sum(sizes.values()) < 100_000, sizes
    scripts = [url for url in sizes if url.endswith(".js")]
    assert all(re.search("/(reader|addresses|preload-helper)-", url) for url in scripts)  # keys, for who has them
