"""The page of the series: each statement and treaty with its day and its source, and what followed what."""

import csv
import io
import re
import xml.etree.ElementTree as ET

import httpx
import pytest

SVG = "{http://www.w3.org/2000/svg}"
TODAY = "2026-11-01"


def ask(server: str, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(httpx.get(f"{server}/queries/{name}", params={"format": "csv"}).text)))


def show(server: str, **given: str) -> dict[str, str]:
    page = httpx.get(f"{server}/series", params={"at": TODAY, **given}).text
    return dict(re.findall(r'<article class="card followed" id="series-([^"]+)">(.*?)</article>', page, re.DOTALL))


def name_of(iri: str) -> str:
    return iri.rpartition("/")[2]


def test_every_row_of_the_saved_question_has_its_card_with_a_link_its_level_and_a_source(server: str) -> None:
    cards = show(server)
    rows = {name_of(row["statement"]): row for row in ask(server, "series")}
    assert cards.keys() == rows.keys()
    assert len(cards) >= 30
    for name, row in rows.items():
        leads_to = "/statements/" if row["level_label"] == "full" else "/doc/instrument/"
        assert re.search(rf'<h3><a href="{leads_to}{name}">', cards[name])
        assert f"coded: {row['level_label']}" in cards[name]
        assert "no source named" not in cards[name]


def test_what_followed_what_is_told_at_both_ends(server: str) -> None:
    cards = show(server)
    for row in ask(server, "what-followed-what"):
        earlier, later = name_of(row["earlier"]), name_of(row["later"])
        if later in cards:
            assert f"/doc/{row['earlier'].partition('/id/')[2]}" in cards[later]
        if earlier in cards and later in cards:
            assert f'href="#series-{later}"' in cards[earlier]
    assert 'href="#series-sandhurst-treaty"' in cards["joint-declaration-calais-2015"]
    assert 'href="#series-joint-statement-october-2016"' in cards["uk-fr-2016-08-30"]


def test_a_day_leaves_out_what_was_made_later_and_that_it_followed(server: str) -> None:
    cards = show(server, at="2017-12-31")
    assert "joint-declaration-calais-2015" in cards
    assert "sandhurst-treaty" not in cards
    assert "sandhurst-treaty" not in cards["joint-declaration-calais-2015"]


def test_a_level_of_coding_leaves_what_has_it(server: str) -> None:
    page = httpx.get(f"{server}/series").text
    chosen = re.search(r'<option value="([^"]*/full)"', page)
    assert chosen
    full = {name_of(row["statement"]) for row in ask(server, "series") if row["level_label"] == "full"}
    assert show(server, level=chosen[1]).keys() == full == {"uk-fr-2016-08-30"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_picture_names_each_that_it_marks(server: str, language: str) -> None:
    answer = httpx.get(f"{server}/series", params={"format": "svg", "at": TODAY, "lang": language})
    assert answer.headers["content-type"] == "image/svg+xml"
    marks = ET.fromstring(answer.text).findall(f".//{SVG}g[@class='mark']")
    label = "label_fr" if language == "fr" else "label"
    told = " ".join(mark.findtext(f"{SVG}path/{SVG}title") or "" for mark in marks).replace("\u202f", " ")
    rows = ask(server, "series")
    assert len(marks) == len(rows)
    assert all(row[label] in told for row in rows)


def test_the_page_speaks_french_and_needs_no_script(server: str) -> None:
    page = httpx.get(f"{server}/series", params={"lang": "fr"}).text
    assert "codés en entier" in page
    assert "Traité du Touquet" in page
    assert page.count("<script") == page.count("/static/reader-")  # what every page has
