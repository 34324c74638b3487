"""One treaty as any dataset describes it, and what is wrong with a description.

An adapter yields ``Treaty`` and ``Fault`` in the order of its file. A fault with ``is_lost`` says that a row gave
no treaty; one without, that the treaty was read and something in its row was put right or left out.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

from ukfr_graph.errors import UkfrError
from ukfr_graph.errors import mark as _
from ukfr_graph.link.datasets.dates import Day

_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
_LOST_CHARACTER = "\N{REPLACEMENT CHARACTER}"


class InputError(UkfrError):
    """A file from outside cannot be read at all; the message says where and what to do."""

    status = 400
    title = _("The file cannot be read")


@dataclass(frozen=True)
class Fault:
    """Something wrong with one row. ``line`` counts from 1 in the file (records, where it has no lines)."""

    line: int
    field: str
    message: str
    is_lost: bool = False

    def __str__(self) -> str:
        """Return the fault in one line."""
        return f"line {self.line}: {self.field}: {self.message}" + (" (row left out)" if self.is_lost else "")


@dataclass(frozen=True)
class Treaty:
    """One treaty record.

    ``identifier`` is a CURIE or an IRI in its dataset; ``titles`` are (language, title), the language empty where
    the dataset does not tell; ``signed`` and ``in_force`` are as exact as the dataset is; ``parties`` are codes of
    ``parties.read_party``, ``territories`` names of dependencies to which it was extended; ``kind`` and
    ``is_change`` are those of ``kinds.read_kind``; ``references`` are its own identifiers, ``scheme:value`` of
    ``references``; ``mentions`` those that its title or a column about other instruments has; ``former`` are
    (code, name) of parties that had another name then; ``page`` is the address where a person can look it up;
    ``line`` is where it stands in its file.
    """

    identifier: str
    titles: tuple[tuple[str, str], ...]
    signed: Day | None = None
    in_force: Day | None = None
    parties: frozenset[str] = frozenset()
    territories: frozenset[str] = frozenset()
    kind: str = ""
    is_change: bool = False
    references: frozenset[str] = frozenset()
    mentions: frozenset[str] = frozenset()
    former: tuple[tuple[str, str], ...] = ()
    page: str = ""
    line: int = 0

    @property
    def title(self) -> str:
        """The first title: the English one where there is one."""
        titles = [text for language, text in self.titles if language in ("en", "")] or [text for _, text in self.titles]
        return titles[0] if titles else "(no title)"


def clean(text: str) -> tuple[str, str]:
    r"""Put a text from outside right: entities resolved, one form of Unicode, no control characters, single blanks.

    Returns:
        The text, and what was wrong with it in words (empty where nothing was worth telling).

    >>> clean(" Fish &amp;  chips\x00")
    ('Fish & chips', 'HTML entities resolved; control characters removed')
    >>> clean("Russia&#65533;s")[1]
    'HTML entities resolved; a character was lost before it came here (�)'
    >>> clean("plain")
    ('plain', '')
    """
    if text.isascii() and text.isprintable() and "&" not in text:
        return " ".join(text.split()), ""
    told = []
    if _ENTITY.search(text):
        text = html.unescape(text)
        told.append("HTML entities resolved")
    kept = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in unicodedata.normalize("NFC", text))
    if any(not c.isprintable() and not c.isspace() for c in text):
        told.append("control characters removed")
    if _LOST_CHARACTER in kept:
        told.append(f"a character was lost before it came here ({_LOST_CHARACTER})")
    return " ".join(kept.split()), "; ".join(told)
