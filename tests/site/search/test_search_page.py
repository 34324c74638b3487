"""The search as the entrance: questions with their answers first, things with the reason why, and ways on."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx
import pytest

BROWSER = {"Accept": "text/html"}


def find(server: str, text: str, **parameters: str) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.get(f"{server}/search", params={"q": text, **parameters}).json()
    return answer


def read(server: str, text: str, language: str = "en") -> str:
    page = httpx.get(f"{server}/search", params={"q": text, "lang": language}, headers=BROWSER)
    assert page.status_code == 200
    return unescape(page.text)


def test_a_question_comes_first_with_the_head_of_its_answer(server: str) -> None:
    page = read(server, "what happened to the children")
    card = page.partition('class="panel question-card"')[2].partition("</section>")[0]
    assert "Topic: unaccompanied children" in card
    assert "Bring unaccompanied children to the UK" in card
    assert "partly done" in card
    assert "31 December 2020" in card
    assert page.index("question-card") < page.index("<ol start")
    (address,) = set(re.findall(r'href="(/queries/[^"]+)"', card))
    answer = httpx.get(server + address, headers=BROWSER)
    assert answer.status_code == 200
    assert "partly done" in answer.text


def test_the_card_speaks_french(server: str) -> None:
    page = read(server, "que sont devenus les enfants", "fr")
    card = page.partition('class="panel question-card"')[2].partition("</section>")[0]
    assert "Thème : mineurs non accompagnés" in card.replace("\u00a0", " ").replace("\u202f", " ")
    assert "accompli en partie" in card
    assert "31 décembre 2020" in card


def test_a_yes_or_no_is_the_head_of_an_answer(server: str) -> None:
    assert "/queries/pledges-with-deadline" in read(server, "is there a deadline")
    assert "/queries/pledges-with-deadline" in read(server, "y a-t-il une échéance", "fr")


def test_programs_are_given_the_questions_with_their_parameters(server: str) -> None:
    first = find(server, "what became of clause 48")["questions"][0]
    assert (first["name"], first["sure"]) == ("outcome-of-clause", True)
    assert first["parameters"] == {"clause": "id:clause/uk-fr-2016-08-30/children-to-uk"}
    rows = httpx.get(server + first["page"], headers={"Accept": "application/sparql-results+json"}).json()
    assert rows["results"]["bindings"]


def test_a_misspelt_word_is_told_with_what_was_searched_for(server: str) -> None:
    assert find(server, "terorism")["corrected"] == {"terorism": "terrorism"}
    page = read(server, "terorism")
    assert "Nothing contains <strong>terorism</strong>; these are results for <strong>terrorism</strong>." in page


def test_a_hit_says_why_and_leads_to_the_words(server: str) -> None:
    page = read(server, "guns")
    hit = next(part for part in page.split("<li>") if "Support better control of weapons in the EU" in part)
    assert "About" in hit
    assert "<mark>guns</mark>" in hit
    assert 'href="/statements/uk-fr-2016-08-30#clause-support-weapons-control"' in hit


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_empty_result_offers_searches_that_find_something(server: str, language: str) -> None:
    page = read(server, "qqxxzz", language)
    ways = re.findall(r'href="(/search\?q=[^"]+)"', page.partition("qqxxzz</strong>")[2])
    assert len(ways) >= 5
    for way in ways:
        assert httpx.get(server + way).json()["total"] > 0, way


def test_terms_of_the_schema_are_no_facet(server: str) -> None:
    assert "owl:" not in read(server, "statement").partition("<details")[2].partition("</details>")[0]


def test_hostile_words_stay_words(server: str) -> None:
    for text in ('"><script>alert(1)</script>', "{{ 7*7 }} children", 'what happened to "); DROP TABLE text; --'):
        page = read(server, text)
        assert "<script>alert" not in httpx.get(f"{server}/search", params={"q": text}, headers=BROWSER).text
        assert "49 children" not in page


@pytest.mark.parametrize(
    ("text", "language", "address"),
    [
        ("how do I cite this", "en", "/#cite"),
        ("télécharger en CSV", "fr", "/export"),
        ("OpenRefine", "fr", "/guides/openrefine"),
        ("how reliable is the coding", "en", "/about"),
        ("Calais", "en", ""),
        ("asylum data", "en", ""),
    ],
)
def test_a_page_of_the_site_is_offered_where_the_text_asks_for_one(
    server: str, text: str, language: str, address: str
) -> None:
    page = httpx.get(server + "/search", params={"q": text, "lang": language}, headers=BROWSER).text
    offered = re.search('class="note pages">.*?href="([^"]*)"', page, re.DOTALL)
    assert (offered[1] if offered else "") == address


@pytest.mark.parametrize(("language", "word"), [("en", "class"), ("fr", "classe")])
def test_what_kind_of_term_was_found_is_said_in_words(server: str, language: str, word: str) -> None:
    page = httpx.get(server + "/search", params={"q": "pledge", "lang": language}, headers=BROWSER).text
    assert f'<span class="area">{word}</span>' in page
    assert "owl:Class" not in page
