"""Tables as files: what goes in comes out, numbers and days as such, and no text is a formula."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukfr_graph.errors import ResultTooLargeError
from ukfr_graph.query.tabular import read_cell
from ukfr_graph.service.answers import Table
from ukfr_graph.site.spreadsheets import Cell, Sheet, make_sheet, write_csv, write_xlsx
from ukfr_graph.store import Term
from ukfr_graph.triples import literal

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
CELLS = st.one_of(
    TEXTS,
    st.dates(min_value=date(1900, 3, 1)),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9),
)


def read_csv(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def read_xlsx(body: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(body))
    return {page.title: list(page.iter_rows(values_only=True)) for page in book}


def plain(cell: object) -> object:
    if isinstance(cell, datetime):
        return cell.date()
    return None if cell == "" else float(cell) if isinstance(cell, int | Decimal) else cell


@given(st.lists(st.tuples(CELLS, CELLS), max_size=5))
def test_csv_gives_back_every_text_number_and_day(rows: list[tuple[Cell, Cell]]) -> None:
    body = write_csv(Sheet("any", ["a", "b"], rows))
    assert body.startswith(b"\xef\xbb\xbf")
    for row, read in zip(rows, read_csv(body)[1:], strict=True):
        for cell, text in zip(row, read, strict=True):
            assert (read_cell(text) if isinstance(cell, str) else text) == (
                format(cell, "f") if isinstance(cell, Decimal) else str(cell)
            )


@given(st.lists(st.tuples(CELLS, CELLS), max_size=5))
def test_a_workbook_gives_back_every_text_number_and_day(rows: list[tuple[Cell, Cell]]) -> None:
    read = read_xlsx(write_xlsx([Sheet("any", ["a", "b"], rows)], {"Title": "x"}))["any"]
    shown = [row for row in read[1:] if any(cell is not None for cell in row)]
    wanted = [tuple(plain(cell) for cell in row) for row in rows if any(cell != "" for cell in row)]
    assert [tuple(plain(cell) for cell in row) for row in shown] == wanted


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "http://example.org", "{=1}"]
)
def test_no_text_is_a_formula_or_a_link(text: str) -> None:
    sheet = Sheet("any", ["a"], [[text]])
    page = openpyxl.load_workbook(io.BytesIO(write_xlsx([sheet], {})))["any"]
    assert (page["A2"].value, page["A2"].data_type, page["A2"].hyperlink) == (text, "s", None)
    assert not read_csv(write_csv(sheet))[1][0].startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("number", ["12345678901234567890", "0.12345678901234567", "1e300"])
def test_a_number_that_a_spreadsheet_would_change_is_a_text(number: str) -> None:
    page = openpyxl.load_workbook(io.BytesIO(write_xlsx([Sheet("any", ["a"], [[Decimal(number)]])], {})))["any"]
    assert page["A2"].data_type == "s"
    assert Decimal(page["A2"].value) == Decimal(number)


@settings(max_examples=30)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_sheets_of_any_name_make_a_workbook_with_a_page_for_each(names: list[str]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx([Sheet(name, ["a"], []) for name in names], {"Title": "x"})))
    assert len(book.sheetnames) == len(names) + 1
    assert all(0 < len(name) <= 31 for name in book.sheetnames)


def test_what_counts_twice_for_a_spreadsheet_counts_twice() -> None:
    wide = "\U00016800"
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx([Sheet("0" * 30 + wide, ["a"], [[wide * 16_383]])], {})))
    assert book["0" * 30]["A2"].value == wide * 16_383
    with pytest.raises(ResultTooLargeError, match="Take it as CSV"):
        write_xlsx([Sheet("any", ["a"], [[wide * 16_384]])], {})


def test_the_same_rows_are_the_same_bytes() -> None:
    sheet = Sheet("any", ["a"], [["x"], [date(2016, 8, 30)]])
    assert write_xlsx([sheet], {"Title": "x"}) == write_xlsx([sheet], {"Title": "x"})


def test_what_a_cell_cannot_hold_is_told() -> None:
    with pytest.raises(ResultTooLargeError, match="Take it as CSV"):
        write_xlsx([Sheet("any", ["a"], [["x" * 32_768]])], {})


def test_an_answer_is_a_sheet_of_numbers_days_texts_and_whole_iris() -> None:
    row: list[Term | ox.Triple | None] = [
        ox.NamedNode("https://example.org/x"), literal("28", "integer"), literal("2016-08-30", "date"), None,
        ox.Literal("mur", language="fr"), literal("abc", "integer"),
    ]  # fmt: skip
    sheet = make_sheet("any", Table(list("abcdef"), [row], 1))
    assert sheet.rows == [["https://example.org/x", Decimal(28), date(2016, 8, 30), None, "mur", "abc"]]
