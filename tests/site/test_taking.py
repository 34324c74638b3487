"""What a page shows is taken along as a table, in every form the same, with words, numbers and permanent addresses."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from datetime import date
from decimal import Decimal

import httpx
import openpyxl
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.servers import open_client
from ukfr_graph.site.spreadsheets import Sheet, write_json

CLIENT = open_client()
PAGE = {"Accept": "text/html"}
OF_CLAUSES = (
    "/statements/uk-fr-2016-08-30?topic=vocab:topic/border",
    "/compare?a=vocab:topic/border&b=vocab:topic/terrorism",
)
OTHERS = (
    "/search?q=asylum",
    "/outcomes?verdict=done",
    "/money?status=vocab:transfer-status/paid",
    "/series",
    "/vocab/topic/migration",
)
CLAUSE = "https://w3id.org/ukfr/id/clause/"


def take(server: str, path: str, form: str, **more: str) -> httpx.Response:
    answer = CLIENT.get(server + path, params={**httpx.URL(path).params, "format": form, **more}, headers=PAGE)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert answer.headers["link"].startswith("<https://w3id.org/ukfr/")
    return answer


def read_csv(answer: httpx.Response) -> list[list[str]]:
    assert answer.content.startswith(b"\xef\xbb\xbf")  # by which a spreadsheet knows UTF-8
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def read_book(answer: httpx.Response) -> list[list[str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("path", [*OF_CLAUSES, *OTHERS])
def test_every_form_has_the_same_rows_and_the_headings_are_in_the_language(server: str, path: str) -> None:
    english, french = (read_csv(take(server, path, "csv", lang=language)) for language in ("en", "fr"))
    assert len(english) == len(french) > 1
    assert not any("_" in heading for heading in english[0] + french[0])
    assert english[0] != french[0]
    assert len(read_book(take(server, path, "xlsx"))) == len(english)
    if not path.startswith(("/vocab", "/search")):  # a thing has forms of its own, and a search one for programs
        told = take(server, path, "json").json()
        rows = next(rows for key, rows in told.items() if key != "about")
        assert len(rows) == len(english) - 1
        assert all(re.fullmatch("[a-z0-9_]+", key) for key in rows[0])
        assert told["about"]["Permanent address"].startswith("https://w3id.org/ukfr/")


@pytest.mark.parametrize(
    "path", [*OF_CLAUSES, "/vocab/topic/border", "/doc/place/calais", "/doc/instrument/dublin-iii"]
)
def test_clauses_are_taken_with_their_words_numbers_and_addresses(server: str, path: str) -> None:
    heading, *rows = read_csv(take(server, path, "csv"))
    assert rows
    for row in (dict(zip(heading, row, strict=True)) for row in rows):
        assert int(row["Number"]) > 0
        assert row["Words"]
        assert row["Permanent address"].startswith(CLAUSE)


@pytest.mark.parametrize("path", OF_CLAUSES)
def test_clauses_are_taken_as_triples_with_the_words_that_they_rest_on(server: str, path: str) -> None:
    rows = take(server, path, "json").json()["clauses"]
    triples = [quad.triple for quad in ox.parse(take(server, path, "ttl").content, format=ox.RdfFormat.TURTLE)]
    subjects = {t.subject.value for t in triples if isinstance(t.subject, ox.NamedNode)}
    assert {row["address"] for row in rows} <= subjects
    words = {t.object.value for t in triples if t.predicate.value.endswith("oa#exact")}
    assert {row["words"] for row in rows} <= words


def test_a_comparison_says_on_which_side_a_clause_is(server: str) -> None:
    rows = take(server, OF_CLAUSES[1], "json").json()["clauses"]
    sides = {row["side"] for row in rows}
    assert sides == {"borders", "terrorism", "borders; terrorism"}


def test_a_search_is_taken_whole_and_not_only_its_first_page(server: str) -> None:
    total = CLIENT.get(server + "/search?q=security", headers={"Accept": "application/json"}).json()["total"]
    heading, *rows = read_csv(take(server, "/search?q=security", "csv"))
    assert len(rows) == total > 20
    found = [dict(zip(heading, row, strict=True)) for row in rows]
    assert all(row["Permanent address"] for row in found)
    clauses = [row for row in found if row["Permanent address"].startswith(CLAUSE)]
    assert clauses
    assert all(row["Words"] and row["Number"] for row in clauses)
    assert "<mark>" not in str(found)


@pytest.mark.parametrize("path", [*OF_CLAUSES, "/search?q=asylum", "/vocab/topic/migration", "/outcomes"])
def test_the_page_offers_its_files_as_what_is_chosen(server: str, path: str) -> None:
    page = CLIENT.get(server + path, headers=PAGE).text
    links = [html.unescape(link) for link in re.findall(r'href="(/[^"]*format=(?:csv|xlsx)[^"]*)"', page)]
    assert len(links) >= 2
    for link in links:
        assert CLIENT.get(server + link).status_code == 200


def test_what_cannot_be_taken_so_is_said(server: str) -> None:
    assert CLIENT.get(server + "/compare?format=csv").status_code == 400
    assert CLIENT.get(server + "/compare?a=vocab:topic/border&b=vocab:topic/terrorism&format=pdf").status_code == 406
    assert CLIENT.get(server + "/search?q=asylum&format=ttl").status_code == 406
    assert CLIENT.get(server + "/vocab/topic/nope?format=csv").status_code == 404


def test_a_broad_topic_lists_the_clauses_on_its_narrower_ones(server: str) -> None:
    page = CLIENT.get(server + "/vocab/topic/migration", headers=PAGE).text
    rows = read_csv(take(server, "/vocab/topic/migration", "csv"))[1:]
    asked = CLIENT.get(server + "/queries/clauses-on-topic?topic=vocab:topic/migration&format=json").json()
    assert len(rows) == len({row["clause"]["value"] for row in asked["results"]["bindings"]}) > 5
    assert re.search(rf'Topic of\s+<span class="area">\({len(rows)}\)</span>', page)


@given(st.lists(st.lists(st.one_of(st.text(), st.decimals(), st.dates(), st.none()), min_size=2, max_size=2)))
def test_any_cells_are_json(rows: list[list[str | Decimal | date | None]]) -> None:
    told = json.loads(write_json([Sheet("x", ["a", "b"], rows)], {}))
    assert len(told["x"]) == len(rows)
