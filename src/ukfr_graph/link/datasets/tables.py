"""Delimited text from outside, read row by row: any usual encoding and delimiter, hostile content included.

Rows are read line by line, as RFC 4180 has them (https://www.rfc-editor.org/rfc/rfc4180), and no further: a quotation
mark that opens a cell and is never closed as it should be is text, and told, so that it cannot swallow the rows below.
Each line of a file is in a row, is told as left out, or is empty: the rows are counted apart (``row_starts``).
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TextIO

from ukfr_graph.errors import Message
from ukfr_graph.errors import mark as _
from ukfr_graph.link.datasets.row_starts import MAX_LINES, find_row_starts
from ukfr_graph.link.datasets.treaties import Fault, InputError

DELIMITERS = ",;\t|"
MAX_CELL = 100_000
MISSING = frozenset(
    (  # noqa: SIM905
        "na n/a n.a. #n/a <na> nan null (null) none (none) nil (blank) missing unknown inconnu n.d. s.d. \\n "
        "#ref! #value! #name? #div/0!"
    ).split()
)
"""The texts that programs and people write where there is no value (R, pandas, spreadsheets, SQL), in small letters."""
_HEAD_BYTES = 65_536
_BLOCK_BYTES = 1_048_576
_SHOWN_COLUMNS = 12
_WIDE_SHARE = 0.9  # of the bytes of Latin text that are zero in UTF-32
_UTF16_SHARE = 0.3  # of the bytes of Latin text in UTF-16, nearly half are zero
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATOR = re.compile(r"^\"?sep=(.)\"?\s*$", re.IGNORECASE)  # Excel's first line

Row = tuple[int, dict[str, str]]


@dataclass(frozen=True)
class OpenTable:
    """An open table: names of its columns, and its rows as (line, cells by column) or what is wrong with a row."""

    columns: tuple[str, ...]
    rows: Iterator[Row | Fault]

    def require(self, columns: Sequence[str], path: Path, hint: str = "") -> None:
        """Check that columns are there.

        Raises:
            InputError: some are not; it names those that were found.
        """
        missing = [column for column in columns if column not in self.columns]
        if missing:
            found = ", ".join(repr(c[:40]) for c in self.columns[:_SHOWN_COLUMNS])
            more = ", …" if len(self.columns) > _SHOWN_COLUMNS else ""
            raise InputError(
                "%(file)s has no column %(missing)s: its first line gives %(found)s. %(fix)s",
                file=path.name,
                missing=", ".join(map(repr, missing)),
                found=found + more,
                fix=hint or Message(_("The first line must name the columns, and the delimiter must be right.")),
            )


@contextmanager
def open_table(path: Path, delimiter: str = "", encoding: str = "") -> Iterator[OpenTable]:
    """Open a table; without ``delimiter`` and ``encoding`` they are found out.

    Cells that say that there is no value (``MISSING``) come as empty; columns without a name are left out.

    Raises:
        InputError: the file is missing, empty or binary, or has a cell that is too long (while rows are read).
    """
    chosen, told = find_encoding(path, encoding)
    try:
        with path.open(encoding=chosen, newline="") as file, path.open(encoding=chosen, newline="") as again:
            yield _read(file, again, path, delimiter, told)
    except UnicodeError:
        raise InputError(
            "%(file)s is not text in %(encoding)s; name its encoding in the mapping file.",
            file=path.name,
            encoding=chosen,
        ) from None


def is_missing(text: str) -> bool:
    """Return whether a cell says that there is no value: by a word for that, or since it has no letter and no digit.

    >>> is_missing("NA"), is_missing(" - "), is_missing("?"), is_missing("Namibia")
    (True, True, True, False)
    """
    return text.strip().lower() in MISSING or not any(c.isalnum() for c in text)


def find_delimiter(line: str) -> str:
    r"""Find what separates the names in a table's first line: the commonest of comma, semicolon, tab and bar.

    >>> find_delimiter("a;b;c, d\n"), find_delimiter("one\ttwo")
    (';', '\t')
    """
    return max(DELIMITERS, key=line.count)


def find_encoding(path: Path, asked: str = "") -> tuple[str, Fault | None]:
    """Find the encoding of a text file: its byte order mark, else UTF-16 or UTF-8 where it is that, else Windows-1252.

    Raises:
        InputError: the file is missing, empty or not text, or ``asked`` is no encoding.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            if not head.strip():
                raise InputError("%(file)s is empty.", file=path.name)
            marked = next((name for mark, name in _BOMS if head.startswith(mark)), "")
            unmarked = "" if marked else _find_wide(head)
            if b"\0" in head and not (marked or unmarked):
                raise InputError("%(file)s is not text but a binary file; save it as CSV first.", file=path.name)
            if asked or marked or unmarked:
                return _known(asked or marked or unmarked), None
            decoder = codecs.getincrementaldecoder("utf-8")()
            try:
                while head:
                    decoder.decode(head)
                    head = file.read(_BLOCK_BYTES)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                return "cp1252", Fault(1, "encoding", "not UTF-8; read as Windows-1252")
            return "utf-8", None
    except OSError as error:
        raise InputError("%(file)s cannot be read: %(error)s.", file=path, error=error.strerror) from None


def _find_wide(head: bytes) -> str:
    """Tell UTF-16 and UTF-32 without a byte order mark by where their zero bytes are."""
    quarter = len(head) // 4
    is_zero = [quarter > 0 and head[at::4].count(0) > _WIDE_SHARE * quarter for at in range(4)]
    if is_zero in ([False, True, True, True], [True, True, True, False]):
        return "utf-32-be" if is_zero[0] else "utf-32-le"
    pairs = len(head) // 2
    for name, zeros, others in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if pairs and zeros.count(0) > _UTF16_SHARE * pairs and not others.count(0):
            return name
    return ""


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise InputError(
            "%(encoding)s is no encoding known here; try 'utf-8', 'windows-1252' or 'utf-16'.", encoding=repr(encoding)
        ) from None


def _read(file: TextIO, again: TextIO, path: Path, delimiter: str, told: Fault | None) -> OpenTable:
    lines = _Lines(file, path)
    first = lines.take()
    if separator := _SEPARATOR.match(first):
        delimiter, first = delimiter or separator[1], lines.take()
    if not first.strip():
        raise InputError("%(file)s begins with an empty line; its first line must name the columns.", file=path.name)
    delimiter = delimiter or find_delimiter(first)
    names = _parse(first, delimiter)
    while names is None and lines.number < MAX_LINES and (more := lines.take()):
        first += more
        names = _parse(first, delimiter)
    if names is None:
        raise InputError(
            "%(file)s, line 1: a quotation mark is opened and never closed. Mend the file.", file=path.name
        )
    columns = tuple(name.strip() for name in names)
    named = [name for name in columns if name]
    if len(set(named)) < len(named):
        twice = next(name for name in named if named.count(name) > 1)
        raise InputError("%(file)s has two columns named %(name)s; rename one.", file=path.name, name=repr(twice))
    head = lines.number
    below = islice(iter(partial(again.readline, MAX_CELL + 1), ""), head, None)
    starts = (head + start for start in find_row_starts(below, delimiter, len(columns), MAX_CELL))
    return OpenTable(tuple(named), _count(_rows(lines, columns, delimiter, told), starts))


def _count(rows: Iterator[Row | Fault], starts: Iterator[int]) -> Iterator[Row | Fault]:
    """Pass rows on, and tell where they are not those that begin at ``starts``."""
    read = counted = apart = 0
    for row in rows:
        yield row
        if isinstance(row, Fault) and not row.is_lost:
            continue
        line, start = row.line if isinstance(row, Fault) else row[0], next(starts, 0)
        read, counted = read + 1, counted + bool(start)
        apart = apart or (line if start != line else 0)
    for start in starts:
        counted, apart = counted + 1, apart or start
    if apart:
        words = f"{read} rows are read or told, but {counted} begin in the file by its lines and quotation marks"
        yield Fault(apart, "row", f"{words}; from here on, look at what was read")


class _Lines:
    """The lines of a file, with their ends; a line can be put back."""

    def __init__(self, file: TextIO, path: Path) -> None:
        self._file, self._path = file, path
        self._back: list[str] = []
        self.number = 0

    def take(self) -> str:
        """Return the next line; nothing after the last."""
        line = self._back.pop() if self._back else self._file.readline(MAX_CELL + 1)
        self.number += bool(line)
        if len(line) > MAX_CELL:
            raise InputError(
                "%(file)s, line %(line)s: a row has more than %(most)s characters. Is it a table? Mend the file.",
                file=self._path.name,
                line=self.number,
                most=f"{MAX_CELL:,}",
            )
        return line

    def put_back(self, lines: Iterable[str]) -> None:
        """Have lines, in their order, come again."""
        held = list(lines)
        self._back += reversed(held)
        self.number -= len(held)


def _rows(lines: _Lines, columns: tuple[str, ...], delimiter: str, told: Fault | None) -> Iterator[Row | Fault]:
    if told:
        yield told
    while line := lines.take():
        here = lines.number
        if not line.strip():
            continue
        cells, problem = _take_cells(line, lines, len(columns), delimiter)
        if not any(cell.strip() for cell in cells):
            continue
        if problem:
            yield Fault(here, "row", problem)
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            yield Fault(here, "row", f"{len(cells)} cells where {len(columns)} columns are named", is_lost=True)
            continue
        if len(cells) < len(columns) and any(columns[len(cells) :]):
            yield Fault(here, "row", f"{len(cells)} cells where {len(columns)} columns are named; the rest is empty")
            cells += [""] * (len(columns) - len(cells))
        yield here, {name: "" if is_missing(cell) else cell for name, cell in zip(columns, cells, strict=False) if name}


def _take_cells(line: str, lines: _Lines, width: int, delimiter: str) -> tuple[list[str], str]:
    """Take the cells of the row that begins with a line, and what is wrong with it in words."""
    if '"' not in line:
        return line.rstrip("\r\n").split(delimiter), ""
    cells = _parse(line, delimiter)
    if cells is not None:
        if len(cells) > width:
            spaced = _parse(line, delimiter, skips_blanks=True)
            cells = spaced if spaced is not None and len(spaced) == width else cells
        return cells, ""
    start, whole = lines.number, line
    taken: list[str] = []
    while len(taken) < MAX_LINES and len(whole) <= MAX_CELL and (more := lines.take()):
        taken.append(more)
        whole += more
        cells = _parse(whole, delimiter) if '"' in more else None
        if cells is not None and len(cells) <= width:
            swallowed = any(len(row.split(delimiter)) >= width > 1 for row in taken[:-1]) or (
                width > 2 and len(taken[-1].split(delimiter)) >= width
            )
            words = f"a cell goes on to line {lines.number} and holds what may be rows: is a quotation mark not closed?"
            return cells, words if swallowed else ""
    lines.put_back(taken)
    bare = [cell.removeprefix('"') for cell in line.rstrip("\r\n").split(delimiter)]
    assert lines.number == start
    return bare, "a quotation mark is opened and not closed; it is left out"


def _parse(text: str, delimiter: str, *, skips_blanks: bool = False) -> list[str] | None:
    """Read one row by the rules of RFC 4180; nothing where quotation marks are not as they should be."""
    csv.field_size_limit(MAX_CELL * MAX_LINES)
    try:
        lines = io.StringIO(text, newline="")
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=skips_blanks))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None
