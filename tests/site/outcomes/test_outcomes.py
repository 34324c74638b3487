"""The page of outcomes: counts as the saved question gives them, and a source under every verdict."""

import csv
import html
import io
import re
import xml.etree.ElementTree as ET

import httpx
import pytest

DAYS = ("2016-12-31", "2020-12-31", "2026-11-01")
SVG = "{http://www.w3.org/2000/svg}"


def ask(server: str, name: str, **given: str) -> list[dict[str, str]]:
    answer = httpx.get(f"{server}/queries/{name}", params={"format": "csv", **given})
    return list(csv.DictReader(io.StringIO(answer.text)))


def articles(page: str) -> list[str]:
    return re.findall(r'<article class="card followed".*?</article>', page, re.DOTALL)


@pytest.mark.parametrize("day", DAYS)
def test_the_headline_and_the_table_have_the_counts_of_the_saved_question(server: str, day: str) -> None:
    page = httpx.get(f"{server}/outcomes", params={"at": day}).text
    headline = re.search(r'<h2 id="finding">(.*?)</h2>', page)
    assert headline
    rows = ask(server, "pledges-by-outcome", day=day)
    assert rows
    for row in rows:
        label = row["verdict_label"] or "without a recorded outcome"
        assert (f"{row['pledges']} {label}" in headline[1]) == (row["pledges"] != "0")
        key = row["verdict"].rpartition("/")[2] or "none"
        shown = re.search(rf"verdict={key}&amp;.*?</th>\s*(<td.*?)</tr>", page, re.DOTALL)
        assert shown
        assert re.findall(r">(\d+)<", shown[1]) == [row["pledges"], row["calls"]]
    assert f"Of {sum(int(row['pledges']) for row in rows)} promises of 30 August 2016" in headline[1]


@pytest.mark.parametrize("day", DAYS)
def test_every_promise_and_call_has_a_row_with_its_words_and_its_verdict_of_the_day(server: str, day: str) -> None:
    shown = articles(httpx.get(f"{server}/outcomes", params={"at": day}).text)
    rows = ask(server, "outcomes", day=day)
    assert len(shown) == len(rows) > 0
    for article, row in zip(shown, rows, strict=True):
        assert f'id="outcome-{row["clause"].rpartition("/")[2]}"' in article
        assert (row["verdict_label"] or "no outcome recorded") in article
        assert not any(later in article for later in re.findall(r"as of \d+ \w+ (\d{4})", article) if later > day)


def test_every_observation_under_a_verdict_names_a_source(server: str) -> None:
    page = httpx.get(f"{server}/outcomes").text
    grounds = re.findall(r'<li><a href="/doc/(?:event|measurement|transfer).*?</li>', page, re.DOTALL)
    assert len(grounds) >= 15
    for ground in grounds:
        assert 'href="/doc/source/' in ground
        assert re.search(r'href="https?://[^"]+" rel="noreferrer"', ground)


def test_the_choices_leave_what_they_say(server: str) -> None:
    rows = ask(server, "outcomes", day="2026-11-01")
    for verdict in ("done", "partly-done", "none"):
        expected = [r for r in rows if (r["verdict"].rpartition("/")[2] or "none") == verdict]
        page = httpx.get(f"{server}/outcomes", params={"at": "2026-11-01", "verdict": verdict}).text
        assert len(articles(page)) == len(expected)
    calls = httpx.get(f"{server}/outcomes", params={"kind": "ukfr:Call"}).text
    assert len(articles(calls)) == sum(r["kind"].endswith("Call") for r in rows)
    nothing = httpx.get(f"{server}/outcomes", params={"topic": "vocab:no-such"}).text
    assert not articles(nothing)


def test_the_page_names_the_two_coders(server: str) -> None:
    page = httpx.get(f"{server}/outcomes").text
    assert "Coded by: " in page
    assert "No second, independent coding is in the data" not in page


def test_the_page_speaks_french(server: str) -> None:
    page = httpx.get(f"{server}/outcomes", params={"lang": "fr", "at": "2026-11-01"}).text
    assert "accompli\u202f: 10" in page
    assert "no outcome recorded" not in page
    assert all(row["label_fr"] in html.unescape(page) for row in ask(server, "outcomes", day="2026-11-01"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_picture_is_svg_with_a_mark_for_each_clause_and_words_for_a_screen_reader(
    server: str, language: str
) -> None:
    answer = httpx.get(f"{server}/outcomes", params={"format": "svg", "at": "2020-12-31", "lang": language})
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "at=" not in answer.headers.get("set-cookie", "")
    picture = ET.fromstring(answer.text)
    rows = ask(server, "pledges-by-outcome", day="2020-12-31")
    assert len(picture.findall(f".//{SVG}rect[@class='clause']")) == sum(int(row["clauses"]) for row in rows)
    title, words = picture.find(f"{SVG}title"), picture.find(f"{SVG}desc")
    assert title is not None and "26" in (title.text or "")
    assert words is not None and words.text


@pytest.mark.parametrize(
    ("by", "column"), [("topic", "Topic"), ("verdict", "Verdict"), ("holder", "Who pledges or calls")]
)
def test_the_rows_stand_in_groups_under_each_of_their_values(server: str, by: str, column: str) -> None:
    given = {"at": "2026-11-01", "by": by}
    page = httpx.get(f"{server}/outcomes", params=given).text
    table = httpx.get(f"{server}/outcomes", params={**given, "format": "csv"}).content.decode("utf-8-sig")
    values = [row[column].split("; ") for row in csv.DictReader(io.StringIO(table))]
    headings = re.findall(r"<h3>(?:<a [^>]*>)?([^<]+)", page)
    assert set(headings) == {value or "none recorded" for some in values for value in some}
    assert len(articles(page)) == sum(map(len, values))


def test_testable_only_leaves_what_can_be_tested(server: str) -> None:
    page = httpx.get(f"{server}/outcomes").text
    switch = re.search(r'<input type="checkbox" name="testability" value="([^"]+)"', page)
    assert switch
    chosen = httpx.get(f"{server}/outcomes", params={"testability": switch[1]}).text
    table = httpx.get(f"{server}/outcomes", params={"format": "csv"}).content.decode("utf-8-sig")
    testable = [row for row in csv.DictReader(io.StringIO(table)) if row["Testability"] == "testable"]
    assert len(articles(chosen)) == len(testable) > 0
    assert f'value="{switch[1]}" checked' in chosen


def test_no_script_is_needed(server: str) -> None:
    page = httpx.get(f"{server}/outcomes").text
    assert page.count("<script") == page.count("/static/reader-")  # what every page has
