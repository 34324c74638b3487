"""Tables as files that a spreadsheet opens: CSV (RFC 4180) and XLSX (ECMA-376, Office Open XML).

A room makes a ``Sheet`` of its rows, or has ``make_sheet`` make one of an answer. Numbers stay numbers and days stay
days; a text is never a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

import pyoxigraph as ox
import xlsxwriter

from ukfr_graph import iris
from ukfr_graph.errors import ResultTooLargeError
from ukfr_graph.messages import load_messages
from ukfr_graph.profile import Profile
from ukfr_graph.query.tabular import guard_cell
from ukfr_graph.service.answers import Table
from ukfr_graph.site.negotiation import Variant
from ukfr_graph.site.rendering import read_day

Cell: TypeAlias = str | Decimal | date | None

CSV = Variant("csv", ("text/csv",))
WORKBOOK = Variant("xlsx", ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",))
_BYTE_ORDER_MARK = "\ufeff"  # by which spreadsheets know UTF-8
_NUMBERS = {iris.XSD + name for name in ("integer", "decimal", "nonNegativeInteger", "positiveInteger", "int", "long")}
_MOST_DIGITS = 15  # that a spreadsheet keeps of a number; one that has more is a text
_MOST_ROWS = 1_048_576
_LONGEST_TEXT = 32_767
_LONGEST_NAME = 31
_FIRST_DAY = date(1900, 3, 1)  # before it, spreadsheets count a day that there was not
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001  # the same rows are the same bytes
_WIDEST = 60


@dataclass(frozen=True)
class Sheet:
    """A table: its name, the heading of each column, and rows with a cell for each."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def credit(profile: Profile, version: str, language: str) -> dict[str, str]:
    """Say in a language whose rows they are, under which licence, and of which version."""
    gettext = load_messages(language).gettext
    return {
        gettext("Author"): profile.creator,
        gettext("Licence"): " ".join(dict.fromkeys((profile.license_name, profile.license))),
        gettext("Dataset"): version,
    }


def make_sheet(name: str, table: Table) -> Sheet:
    """Make a sheet of an answer: IRIs in full, integers and decimals as numbers, ``xsd:date`` as days."""
    return Sheet(name, table.names, [[_read_term(term) for term in row] for row in table.rows])


def read_number(text: str) -> Cell:
    """Read a number; what is none stays a text.

    >>> read_number("85000000"), read_number("some")
    (Decimal('85000000'), 'some')
    """
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def write_csv(sheet: Sheet) -> bytes:
    """Write a sheet as CSV, in UTF-8 with a byte order mark; days as ISO 8601 writes them.

    >>> write_csv(Sheet("sums", ["label", "value"], [["=1+1", Decimal(28)]])).decode("utf-8-sig").splitlines()
    ['label,value', "'=1+1,28"]
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows(map(_write_cell, row) for row in (sheet.columns, *sheet.rows))
    return (_BYTE_ORDER_MARK + text.getvalue()).encode()


def write_xlsx(sheets: Iterable[Sheet], about: Mapping[str, str], about_name: str = "About") -> bytes:
    """Write sheets as one workbook, after them one that says what they are: ``about``, by its headings.

    Raises:
        ResultTooLargeError: a sheet has more rows, or a cell a longer text, than the format holds.
    """
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"created": _MADE})
        heading = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        number = book.add_format({"num_format": "#,##0.##########"})
        for sheet in (*sheets, Sheet(about_name, [], list(about.items()))):
            if len(sheet.rows) >= _MOST_ROWS:
                raise ResultTooLargeError(
                    "XLSX holds %(most_rows)s rows, and %(name)s has more. Take it as CSV.",
                    most_rows=_MOST_ROWS,
                    name=repr(sheet.name),
                )
            page = book.add_worksheet(_name_sheet(sheet.name, [page.name for page in book.worksheets()]))
            for row, cells in enumerate((sheet.columns, *sheet.rows) if sheet.columns else sheet.rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, date) and cell >= _FIRST_DAY:
                        page.write_datetime(row, column, cell, day)
                    elif isinstance(cell, Decimal) and _fits(cell):
                        page.write_number(row, column, float(cell), None if cell == cell.to_integral() else number)
                    elif (text := "" if cell is None else str(cell)) and len(text) > _LONGEST_TEXT:
                        raise ResultTooLargeError(
                            "XLSX holds %(longest_text)s characters in a cell. Take it as CSV.",
                            longest_text=_LONGEST_TEXT,
                        )
                    elif text:
                        page.write_string(row, column, text, heading if sheet.columns and not row else None)
            page.autofit(max_width=7 * _WIDEST)
            if sheet.columns:
                page.freeze_panes(1, 0)
                page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    return file.getvalue()


def _read_term(term: object) -> Cell:
    if not isinstance(term, ox.Literal):
        return None if term is None else str(getattr(term, "value", term))
    if term.datatype.value in _NUMBERS:
        return read_number(term.value)
    return (read_day(term.value) if term.datatype.value == iris.XSD + "date" else None) or term.value


def _write_cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return guard_cell(cell)
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell or "")


def _fits(number: Decimal) -> bool:
    return (
        number.is_finite() and len(number.as_tuple().digits) <= _MOST_DIGITS and abs(number.adjusted()) < _MOST_DIGITS
    )


def _name_sheet(name: str, taken: Sequence[str]) -> str:
    """Return a name that the format allows and no sheet has: short, no brackets, slashes, or quote at an end."""
    plain = "".join(" " if c in "[]:*?/\\" or not c.isprintable() else c for c in name).strip(" '") or "Table"
    used = {other.casefold() for other in taken} | {"history"}  # which Excel keeps for itself
    for number in range(len(used) + 1):
        end = f" {number + 1}" if number else ""
        if (found := plain[: _LONGEST_NAME - len(end)].rstrip(" '") + end).casefold() not in used:
            return found
    raise AssertionError
