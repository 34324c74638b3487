"""The words of a clause where they stand: the quote, and the sentences around it."""

from __future__ import annotations

import re
from typing import NamedTuple

# A sentence ends at a full stop before a capital, at a bullet, or at a break that the sentence does not go on after.
_BREAK = re.compile(r"(?<=[.!?])[ \t]+(?=[A-Z0-9])|\n+(?=\s*-\s)|\n+(?=\s*[^\sa-z])")
_LONGEST = 600  # characters of context on either side


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
