"""The Council of Europe's list of treaties, as CSV or as the page saved from a browser.

Columns, wherever they stand: the number ("No.", "CETS No.", "Reference"), "Title", the day of opening for signature
("Opening of the treaty", "Opening for signature", "Place and date") and of entry into force. The page itself could
not be fetched when this was written: the shape is that of its printed lists, and is tested on a made-up extract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

from ukfr_graph.link.datasets.assembly import assemble
from ukfr_graph.link.datasets.reader import Adapter, Dataset
from ukfr_graph.link.datasets.tables import find_encoding, open_table
from ukfr_graph.link.datasets.treaties import Fault, InputError, Treaty
from ukfr_graph.link.spelling import fold

NAMESPACE = "https://www.coe.int/en/web/conventions/full-list/-/conventions/treaty/"
_FIELDS = {
    "number": ("no", "number", "cets no", "ets no", "cets", "reference", "n", "ref", "treaty no"),
    "title": ("title", "title of the treaty", "titre", "treaty"),
    "signed": ("opening of the treaty", "opening for signature", "opening", "ouverture", "date of opening", "opened"),
    "in_force": ("entry into force", "entree en vigueur", "e i f", "in force"),
}
_NUMBER = re.compile(r"(\d{1,3})\s*([A-Z]?)\s*$")
_DATE = re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{4}|\d{4}-\d{2}-\d{2}|\d{1,2} [^\W\d_]+ \d{4}")


def read(path: Path, _: Path | None = None) -> Iterator[Treaty | Fault]:
    """Read the list."""
    encoding, _told = find_encoding(path)
    head = path.read_text(encoding, errors="replace")[:5_000].lower()
    if "<html" in head or "<table" in head or "<!doctype" in head:
        yield from _read_page(path, encoding)
        return
    with open_table(path) as table:
        places = _find_fields(table.columns, path)
        for row in table.rows:
            if isinstance(row, Fault):
                yield row
            else:
                yield from _read_row(row[0], {field: row[1][table.columns[at]] for field, at in places.items()})


def _read_page(path: Path, encoding: str) -> Iterator[Treaty | Fault]:
    page = _Rows()
    page.feed(path.read_text(encoding, errors="replace"))
    places: dict[str, int] = {}
    for line, cells in page.rows:
        if not places:
            places = _match(cells)
            continue
        if len(cells) > max(places.values()):
            yield from _read_row(line, {field: cells[at] for field, at in places.items()})
    if not places:
        raise InputError(
            "%(file)s has no table with a number and a title; save the full list from the browser.", file=path.name
        )


def _read_row(line: int, cells: dict[str, str]) -> Iterator[Treaty | Fault]:
    number = _NUMBER.search(cells["number"])
    if not number:
        yield Fault(line, "number", f"{cells['number'][:30]!r} is no treaty number", is_lost=True)
        return
    code = f"{int(number[1]):03d}{number[2]}"
    dates = {field: _DATE.search(cells.get(field, "")) for field in ("signed", "in_force")}
    yield from assemble(
        line,
        f"coe:{code}",
        {"en": cells["title"]},
        signed=dates["signed"][0] if dates["signed"] else "",
        in_force=dates["in_force"][0] if dates["in_force"] else "",
        references=f"CETS No. {int(number[1])}{number[2]}",
        page=NAMESPACE + code,
        order="day",
    )


def _find_fields(columns: Sequence[str], path: Path) -> dict[str, int]:
    places = _match(columns)
    if not places:
        raise InputError(
            "%(file)s has no columns for number and title: its first line gives %(columns)s.",
            file=path.name,
            columns=", ".join(columns),
        )
    return places


def _match(columns: Sequence[str]) -> dict[str, int]:
    folded = [fold(column) for column in columns]
    places = {
        field: next((at for at, name in enumerate(folded) if name in names), -1) for field, names in _FIELDS.items()
    }
    if places["number"] < 0 or places["title"] < 0:
        return {}
    return {field: at for field, at in places.items() if at >= 0}


class _Rows(HTMLParser):
    """Collects the rows of every table of a page: (line, texts of the cells)."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[tuple[int, list[str]]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        """Open a row or a cell."""
        if tag in ("tr", "td", "th"):
            self._close()  # end tags of cells may be left out
        if tag == "tr":
            self.rows.append((self.getpos()[0], []))
        elif tag in ("td", "th") and self.rows:
            self._cell = []

    def handle_data(self, data: str) -> None:
        """Take text that stands in a cell."""
        if self._cell is not None:
            self._cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Close a cell."""
        if tag in ("td", "th", "tr", "table"):
            self._close()

    def _close(self) -> None:
        if self._cell is not None and self.rows:
            self.rows[-1][1].append(" ".join("".join(self._cell).split()))
            self._cell = None


DATASET = Dataset("cets", "coe", NAMESPACE, "https://www.coe.int/en/web/conventions/")
ADAPTER = Adapter("coe", "the Council of Europe's list of treaties, as CSV or a saved page", read, DATASET)
