"""The words of a clause where they stand: the quote, and the sentences around it."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ukfr_graph import iris
from ukfr_graph.resources import data_folder

# A sentence ends at a full stop before a capital, at a bullet, or at a break that the sentence does not go on after.
_BREAK = re.compile(r"(?<=[.!?])[ \t]+(?=[A-Z0-9])|\n+(?=\s*-\s)|\n+(?=\s*[^\sa-z])")
_LONGEST = 600  # characters of context on either side
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]*")


class Passage(NamedTuple):
    """A quote in its context: ``before`` and ``after`` hold the rest of its sentence and one sentence more."""

    before: str
    quote: str
    after: str


def find_passage(text: str, start: int, end: int) -> Passage | None:
    """Cut the quote at these characters (from 0, end exclusive) out of a text, with its neighbourhood.

    >>> find_passage("One. Two is here. Three. Four.", 9, 11)
    Passage(before='One. Two ', quote='is', after=' here. Three.')
    """
    if not 0 <= start < end <= len(text):
        return None
    bounds = [0, *(m.end() for m in _BREAK.finditer(text)), len(text)]
    first = max(i for i, at in enumerate(bounds[:-1]) if at <= start)
    last = min(i for i, at in enumerate(bounds[1:], 1) if at >= end)
    before = text[bounds[max(first - 1, 0)] : start].lstrip()[-_LONGEST:]
    after = text[end : bounds[min(last + 1, len(bounds) - 1)]].rstrip()[:_LONGEST]
    return Passage(before, text[start:end], after)


@lru_cache(maxsize=64)
def read_text(expression: str, name: str, sha256: str) -> str | None:
    """Read the bundled text of an expression, if it is the very text that was coded.

    A dataset that was built from other files than the bundled ones has no text here: then the quote stands alone.
    """
    folder = expression.removeprefix(iris.ID + "expression/")
    if not (_NAME.fullmatch(folder) and _NAME.fullmatch(name)):
        return None
    path: Path = data_folder() / "sources" / folder / name
    if not path.is_file():
        return None
    raw = path.read_bytes()
    return raw.decode("utf-8") if hashlib.sha256(raw).hexdigest() == sha256.lower() else None
