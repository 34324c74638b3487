"""The chosen clauses of a statement, taken along as a table."""

from __future__ import annotations

import csv
import io

import httpx
import openpyxl

STATEMENT = "/statements/uk-fr-2016-08-30"


def read_csv(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")  # by which a spreadsheet knows UTF-8
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_clauses_of_a_topic_are_a_table_with_their_words_numbers_and_addresses(server: str) -> None:
    page = httpx.get(server + STATEMENT, params={"topic": "vocab:topic/border"}, headers={"Accept": "text/html"})
    answer = httpx.get(server + STATEMENT, params={"topic": "vocab:topic/border", "format": "csv"})
    rows = read_csv(answer)
    assert f"<strong data-count>{len(rows)}</strong>" in page.text
    assert f"{STATEMENT}?topic=vocab%3Atopic%2Fborder&amp;format=csv" in page.text
    assert 1 < len(rows) < 53
    first = min(rows, key=lambda row: int(row["Number"]))
    assert all(row["Permanent address"].startswith("https://w3id.org/ukfr/id/clause/") for row in rows)
    text = httpx.get(server + STATEMENT + "/records/" + first["Permanent address"].rpartition("/")[2]).text
    assert first["Words"].split("\n")[0][:40] in text


def test_the_same_clauses_are_in_each_form(server: str) -> None:
    asked = {"kind": "ukfr:Call", "lang": "fr"}
    rows = read_csv(httpx.get(server + STATEMENT, params={**asked, "format": "csv"}))
    told = httpx.get(server + STATEMENT, params={**asked, "format": "json"}).json()
    book = openpyxl.load_workbook(io.BytesIO(httpx.get(server + STATEMENT, params={**asked, "format": "xlsx"}).content))
    numbers = [int(row["Numéro"]) for row in rows]
    assert numbers == [clause["number"] for clause in told["clauses"]]
    assert numbers == [row[0] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert told["about"]["Clauses"] == f"{len(rows)} / 53"
    assert {row["Type"] for row in rows} == {"appel"}
