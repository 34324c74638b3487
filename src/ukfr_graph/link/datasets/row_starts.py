"""The rows of a delimited text by its lines and quotation marks alone, counted apart from what reads the cells.

What the reader of cells (``tables``) gives or tells is held against this, so that no row gets lost untold.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator

MAX_LINES = 200
"""Lines that one row may have."""
_LINE_ENDS = "\r\n"


def find_row_starts(lines: Iterable[str], delimiter: str, width: int, longest: int) -> Iterator[int]:
    r"""Find the numbers (from 1) of the lines on which rows begin that have something in them.

    A quotation mark opens a cell at its beginning and closes it before a delimiter or the end of a line (RFC 4180,
    section 2). One that is not closed so within ``MAX_LINES``, ``longest`` characters and ``width`` cells opens none.

    >>> list(find_row_starts(['a;"b\n', 'c";d\n', '\n', ';;\n', 'e;"f;g\n', 'h;i;j\n'], ";", 3, 1000))
    [1, 5, 6]
    """
    cell = re.compile(
        r'"(?:[^"]|"")*+"(?=[{0}\r\n]|\Z)|[^{0}"\r\n][^{0}\r\n]*|(?=[{0}\r\n]|\Z)'.format(re.escape(delimiter))
    )
    source, held = iter(lines), deque[str]()
    number = 0
    while line := held.popleft() if held else next(source, ""):
        number += 1
        more: list[str] = []
        if '"' in line and _split(line, cell) is None:
            line, more = _join(line, held, source, cell, width, longest)
        if _has_something(line, delimiter, cell):
            yield number
        number += len(more)


def _has_something(row: str, delimiter: str, cell: re.Pattern[str]) -> bool:
    if '"' not in row:
        return any(not c.isspace() and c != delimiter for c in row)
    cells = _split(row, cell)
    if cells is None:
        return any(text.removeprefix('"').strip() for text in row.split(delimiter))
    return any((text[1:-1] if text.startswith('"') else text).strip() for text in cells)


def _join(
    line: str, held: deque[str], source: Iterator[str], cell: re.Pattern[str], width: int, longest: int
) -> tuple[str, list[str]]:
    """Put the lines below to one until its quotation marks are closed; where they never are, take none."""
    whole, taken = line, list[str]()
    while len(taken) < MAX_LINES and len(whole) <= longest and (more := held.popleft() if held else next(source, "")):
        taken.append(more)
        whole += more
        cells = _split(whole, cell) if '"' in more else None
        if cells is not None and len(cells) <= width:
            return whole, taken
    held.extendleft(reversed(taken))
    return line, []


def _split(text: str, cell: re.Pattern[str]) -> list[str] | None:
    """Split a text that is one row; nothing where its quotation marks make it no row, or more than one."""
    at, cells = 0, list[str]()
    while found := cell.match(text, at):
        at = found.end()
        cells.append(found[0])
        if not text[at:].strip(_LINE_ENDS):
            return cells
        if text[at] in _LINE_ENDS:
            return None
        at += 1
    return None
