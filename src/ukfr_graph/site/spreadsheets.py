"""Tables as files: for spreadsheets CSV (RFC 4180) and XLSX (ECMA-376, Office Open XML), for programs JSON.

A room makes a ``Sheet`` of its rows, or has ``make_sheet`` make one of an answer. Numbers stay numbers and days stay
days; a text is never a formula.
"""

from __future__ import annotations

import csv
import io
import json
import re
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
from ukfr_graph.site.templates import read_day

Cell: TypeAlias = str | Decimal | date | None

CSV = Variant("csv", ("text/csv",))
WORKBOOK = Variant("xlsx", ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",))
JSON = Variant("json", ("application/json",))
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
    """A table: its name, the heading of each column, and rows with a cell for each.

    ``key`` and ``keys`` are what programs call it and its columns, whatever the language: else the same.
    """

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    key: str = ""
    keys: Sequence[str] = ()


def say_sheet(
    name: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]], language: str, keys: Sequence[str] = ()
) -> Sheet:
    """Make a sheet whose name and headings are messages: said in a language, and in English the keys for programs.

    ``keys`` are those of the first columns, where they have others.
    """
    gettext = load_messages(language).gettext
    named = [*keys, *map(_make_key, headings[len(keys) :])]
    return Sheet(gettext(name), [gettext(heading) for heading in headings], rows, _make_key(name), named)


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
    return Sheet(name, table.names, [[read_term(term) for term in row] for row in table.rows])


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


def write_json(sheets: Iterable[Sheet], about: Mapping[str, str]) -> bytes:
    """Write sheets as one JSON object: ``about``, and under each sheet's key a list with an object for each row.

    >>> sheet = Sheet("Sums", ["Sum", "Day"], [[Decimal("1.50"), date(2016, 8, 30)]], "sums", ["sum", "day"])
    >>> json.loads(write_json([sheet], {}))
    {'about': {}, 'sums': [{'sum': 1.5, 'day': '2016-08-30'}]}
    """
    told: dict[str, object] = {"about": about}
    for sheet in sheets:
        keys = sheet.keys or sheet.columns
        told[sheet.key or sheet.name] = [dict(zip(keys, map(_to_json, row), strict=True)) for row in sheet.rows]
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


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
                    elif (text := "" if cell is None else str(cell)) and _cut(text, _LONGEST_TEXT) != text:
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


def read_term(term: object) -> Cell:
    """Read a term as a cell: an IRI in full, integers and decimals as numbers, ``xsd:date`` as a day, else a text."""
    if not isinstance(term, ox.Literal):
        return None if term is None else str(getattr(term, "value", term))
    if term.datatype.value in _NUMBERS:
        return read_number(term.value)
    return (read_day(term.value) if term.datatype.value == iris.XSD + "date" else None) or term.value


def _to_json(cell: Cell) -> str | int | float | None:
    """Return a cell as JSON has it; a number that a program would round stays a text."""
    if isinstance(cell, Decimal):
        return (int(cell) if cell == cell.to_integral() else float(cell)) if _fits(cell) else str(cell)
    return cell.isoformat() if isinstance(cell, date) else cell


def _make_key(heading: str) -> str:
    """Make what programs call a column of its English heading."""
    return re.sub("[^a-z0-9]+", "_", heading.lower()).strip("_")


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
        if (found := _cut(plain, _LONGEST_NAME - len(end)).rstrip(" '") + end).casefold() not in used:
            return found
    raise AssertionError


def _cut(text: str, longest: int) -> str:
    """Cut a text to so many units of UTF-16, which is what spreadsheets count."""
    if 2 * len(text) <= longest:
        return text
    return text.encode("utf-16-le", "surrogatepass")[: 2 * longest].decode("utf-16-le", "ignore")
