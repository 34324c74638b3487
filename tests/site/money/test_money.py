"""The page of money: each sum as stated and with its sources, agreed and paid apart, nothing added up."""

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


def show(server: str, **given: str) -> str:
    return httpx.get(f"{server}/money", params={"at": TODAY, **given}).text


def rows_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'<tr id="sum-([^"]+)">(.*?)</tr>', page, re.DOTALL))


def test_every_sum_of_the_saved_question_has_a_row_with_both_amounts_as_stated_and_a_source(server: str) -> None:
    shown = rows_of(show(server))
    sums = {row["transfer"]: row for row in ask(server, "money-agreed-and-paid")}
    assert len(shown) == len(sums) >= 18
    for iri, row in sums.items():
        cells = shown[iri.rpartition("/")[2]]
        assert f"{int(row['value']):,} {row['currency']}" in cells
        assert not row["equivalent"] or f"{int(row['equivalent']):,} {row['equivalent_currency']}" in cells
        assert row["status_label"] in cells
        assert 'href="/doc/source/' in cells
        assert re.search(r'href="https?://[^"]+" rel="noreferrer"', cells)


def test_the_headline_counts_what_is_paid_apart_from_what_is_agreed(server: str) -> None:
    sums = {row["transfer"]: row for row in ask(server, "money-agreed-and-paid")}
    paid = sum(row["status_label"] == "paid" for row in sums.values())
    agreements = {row["agreement"] for row in sums.values() if row["agreement"]}
    with_payment = {row["agreement"] for row in sums.values() if row["status_label"] == "paid"}
    assert (
        f"{len(sums) - paid} sums agreed or announced, {paid} known to be paid; under "
        f"{len(agreements - with_payment)} of {len(agreements)} agreements" in show(server)
    )


@pytest.mark.parametrize(("day", "first_unknown"), [("2016-12-31", "2017"), ("2022-12-31", "2023")])
def test_a_day_leaves_out_what_was_agreed_or_paid_later(server: str, day: str, first_unknown: str) -> None:
    before, all_sums = rows_of(show(server, at=day)), rows_of(show(server))
    assert before.keys() < all_sums.keys()
    assert "2016-amiens-agreed" in before
    assert not any(re.search(rf"<td>\d+ \w+ {first_unknown}</td>", cells) for cells in before.values())


def test_a_status_leaves_the_sums_that_have_it(server: str) -> None:
    sums = {row["transfer"]: row for row in ask(server, "money-agreed-and-paid")}
    chosen = re.search(r'<option value="([^"]*/paid)"', show(server))
    assert chosen
    paid = rows_of(show(server, status=chosen[1]))
    assert len(paid) == sum(row["status_label"] == "paid" for row in sums.values()) > 0


def test_a_year_leaves_what_was_agreed_in_it_and_what_its_period_holds(server: str) -> None:
    shown = rows_of(show(server, year="2016"))
    assert {"2016-amiens-agreed", "2016-paid", "2014-joint-fund-spent"} <= shown.keys()
    assert "2017-paid" not in shown
    for row in ask(server, "money-agreed-and-paid"):
        period = range(int(row["from"][:4]), int((row["until"] or row["from"])[:4]) + 1)
        if 2016 in period:
            assert row["transfer"].rpartition("/")[2] in shown


def test_sums_are_grouped_by_agreement_and_by_purpose(server: str) -> None:
    for by, name in (("agreement", "money-agreed-and-paid"), ("purpose", "money-by-purpose")):
        page = show(server, by=by)
        labels = {row[f"{by}_label"] for row in ask(server, name) if row[f"{by}_label"]}
        assert labels
        for label in labels:
            assert re.search(rf"<h3><a [^>]*>{re.escape(label)}</a>", page)


def test_a_part_is_named_with_its_whole_among_what_must_not_be_added_up(server: str) -> None:
    box = re.search(r'<section class="panel".*?</section>', show(server), re.DOTALL)
    assert box
    for row in ask(server, "money-agreed-and-paid"):
        if row["part_of"]:
            assert f'<a href="/doc/transfer/{row["transfer"].rpartition("/")[2]}">' in box[0]
            assert f'<a href="/doc/transfer/{row["part_of"].rpartition("/")[2]}">' in box[0]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_picture_has_a_bar_for_each_sum_filled_only_where_it_is_paid(server: str, language: str) -> None:
    answer = httpx.get(f"{server}/money", params={"format": "svg", "at": TODAY, "lang": language})
    assert answer.headers["content-type"] == "image/svg+xml"
    bars = ET.fromstring(answer.text).findall(f".//{SVG}rect[@class='sum']")
    sums = {row["transfer"]: row for row in ask(server, "money-agreed-and-paid")}
    assert len(bars) == len(sums)
    filled = [bar for bar in bars if bar.get("fill") != "none"]
    assert len(filled) == sum(row["status_label"] == "paid" for row in sums.values())
    assert all(bar.findtext(f"{SVG}title") for bar in bars)


def test_the_page_speaks_french_and_needs_no_script(server: str) -> None:
    page = show(server, lang="fr")
    assert "Ce qui ne s'additionne pas" in page
    assert "versée" in page
    assert page.count("<script") == page.count("/static/reader-")  # what every page has
