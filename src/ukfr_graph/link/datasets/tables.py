"""Delimited text from outside, read row by row: any usual encoding and delimiter, hostile content included."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from ukfr_graph.link.datasets.treaties import Fault, InputError

DELIMITERS = ",;\t|"
MAX_CELL = 100_000
_HEAD_BYTES = 65_536
_BLOCK_BYTES = 1_048_576
_SHOWN_COLUMNS = 12
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Table:
    """An open table: names of its columns, and its rows as (line, cells by column) or what is wrong with a row."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[int, dict[str, str]] | Fault]

    def require(self, columns: Sequence[str], path: Path, hint: str = "") -> None:
        """Check that columns are there.

        Raises:
            InputError: some are not; it names those that were found.
        """
        missing = [column for column in columns if column not in self.columns]
        if missing:
            found = ", ".join(repr(c[:40]) for c in self.columns[:_SHOWN_COLUMNS])
            more = f" and {len(self.columns) - _SHOWN_COLUMNS} more" if len(self.columns) > _SHOWN_COLUMNS else ""
            raise InputError(
                f"{path.name} has no column {' nor '.join(map(repr, missing))}: its first line gives {found}{more}. "
                + (hint or "The first line must name the columns, and the delimiter must be right.")
            )


@contextmanager
def open_table(path: Path, delimiter: str = "", encoding: str = "") -> Iterator[Table]:
    """Open a table; without ``delimiter`` and ``encoding`` they are found out.

    Raises:
        InputError: the file is missing, empty or binary, or has a cell that is too long (while rows are read).
    """
    chosen, told = find_encoding(path, encoding)
    try:
        with path.open(encoding=chosen, newline="") as file:
            first = file.readline(_HEAD_BYTES)
            if not first.strip():
                raise InputError(f"{path.name} begins with an empty line; its first line must name the columns.")
            file.seek(0)
            yield _read(file, path, delimiter or find_delimiter(first), told)
    except UnicodeError:
        raise InputError(f"{path.name} is not text in {chosen}; name its encoding in the mapping file.") from None


def find_delimiter(line: str) -> str:
    r"""Find what separates the names in a table's first line: the commonest of comma, semicolon, tab and bar.

    >>> find_delimiter("a;b;c, d\n"), find_delimiter("one\ttwo")
    (';', '\t')
    """
    return max(DELIMITERS, key=line.count)


def find_encoding(path: Path, asked: str = "") -> tuple[str, Fault | None]:
    """Find the encoding of a text file: its byte order mark, else UTF-8 where it is that, else Windows-1252.

    Raises:
        InputError: the file is missing, empty or not text, or ``asked`` is no encoding.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            if not head.strip():
                raise InputError(f"{path.name} is empty.")
            marked = next((name for mark, name in _BOMS if head.startswith(mark)), "")
            if b"\0" in head and not marked:
                raise InputError(f"{path.name} is not text but a binary file; save it as CSV first.")
            if asked or marked:
                return _known(asked or marked), None
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
        raise InputError(f"{path} cannot be read: {error.strerror}.") from None


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise InputError(f"{encoding!r} is no encoding known here; try 'utf-8', 'windows-1252' or 'utf-16'.") from None


def _read(file: TextIO, path: Path, delimiter: str, told: Fault | None) -> Table:
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(file, delimiter=delimiter)
    try:
        columns = tuple(name.strip() for name in next(reader))
    except (csv.Error, StopIteration) as error:
        raise InputError(f"{path.name}, line 1: {_explain(error)}") from None
    if len(set(columns)) < len(columns):
        twice = next(name for name in columns if columns.count(name) > 1)
        raise InputError(f"{path.name} has two columns named {twice!r}; rename one.")
    return Table(columns, _rows(reader, path, columns, told))


def _rows(
    reader: Iterator[list[str]], path: Path, columns: tuple[str, ...], told: Fault | None
) -> Iterator[tuple[int, dict[str, str]] | Fault]:
    if told:
        yield told
    line = 2
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(f"{path.name}, line {line}: {_explain(error)}") from None
        here, line = line, reader.line_num + 1  # type: ignore[attr-defined]
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            yield Fault(here, "row", f"{len(cells)} cells where {len(columns)} columns are named", is_lost=True)
            continue
        yield here, dict(zip(columns, cells, strict=True))


def _explain(error: Exception) -> str:
    if "field larger than field limit" in str(error):
        return (
            f"a cell has more than {MAX_CELL:,} characters. A quotation mark is probably opened here and never closed; "
            "mend the file."
        )
    return f"the row cannot be read ({error or 'there is none'}). Mend the file."
