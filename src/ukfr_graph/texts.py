"""Texts that people wrote: what encoding a file is in, where its lines end, and how a character is named."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable
from itertools import takewhile

from ukfr_graph.errors import Message, TextError
from ukfr_graph.errors import mark as _

_BREAK = re.compile(r"\r\n|\n|\r")
_MARKS = (  # UTF-16's mark begins that of UTF-32
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_OFFERED, _LIKE = 3, 0.7  # names that are offered, and how alike they are at least, from 0 to 1
_SEEN = 200  # bytes looked at where there is no mark
_MOSTLY = 0.9  # of every fourth byte is zero, where it can be


def decode(raw: bytes) -> str:
    r"""Decode a file: UTF-8, UTF-16 or UTF-32, with or without a byte order mark, which is dropped.

    >>> decode(b"\xef\xbb\xbfASK {}"), decode("ASK {}".encode("utf-16"))
    ('ASK {}', 'ASK {}')

    Raises:
        TextError: it is none of them; the message names the first wrong byte, its line and its column.
    """
    encoding = find_unicode(raw)
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode(encoding, "replace")
        line, column = find_place(before, len(before))
        byte = raw[error.start]
        meant = bytes([byte]).decode("cp1252", "replace")
        facts = {"byte": f"0x{byte:02x}", "encoding": encoding.upper(), "character": describe(meant)}
        detail = Message(_("byte %(byte)s is not %(encoding)s"), facts)
        if encoding == "utf-8" and meant.isprintable():
            detail = Message(_("byte %(byte)s is not %(encoding)s (in Windows-1252 it is %(character)s)"), facts)
        raise TextError(detail, line, column) from None


def find_unicode(raw: bytes) -> str:
    """Find which of UTF-8, UTF-16 and UTF-32 a file is in, by its byte order mark or by its zero bytes."""
    return next((name for mark, name in _MARKS if raw.startswith(mark)), "") or _guess(raw)


def _guess(raw: bytes) -> str:
    """Tell UTF-16 and UTF-32 without a mark by their zero bytes: what is written here is mostly ASCII."""
    zeros = [raw[at:_SEEN:4].count(0) * 4 > min(len(raw), _SEEN) * _MOSTLY for at in range(4)]
    if zeros in ([False, True, True, True], [True, True, True, False]):
        return "utf-32-be" if zeros[0] else "utf-32-le"
    first, second = raw[0:_SEEN:2].count(0), raw[1:_SEEN:2].count(0)
    if max(first, second) * 4 <= min(len(raw), _SEEN):
        return "utf-8"
    return "utf-16-be" if first > second else "utf-16-le"


def split_lines(text: str) -> list[str]:
    r"""Split a text at LF, CRLF and CR alone, as editors do; form feeds and Unicode's separators stay inside.

    >>> split_lines("a\r\nb\x0cc\u2028d\re")
    ['a', 'b\x0cc\u2028d', 'e']
    """
    return _BREAK.split(text)


def line_starts(text: str) -> list[int]:
    """List the offsets at which the lines of a text start, and its end."""
    starts = [0, *(match.end() for match in _BREAK.finditer(text))]
    return starts if starts[-1] == len(text) else [*starts, len(text)]


def find_place(text: str, offset: int) -> tuple[int, int]:
    r"""Find the line and column of a character, both from 1.

    >>> find_place("ab\r\ncd", 5)
    (2, 2)
    """
    starts = [0, *takewhile(lambda end: end <= offset, (match.end() for match in _BREAK.finditer(text)))]
    return len(starts), offset - starts[-1] + 1


def describe(character: str) -> str:
    r"""Name a character by its code point.

    >>> describe("\xa0")
    'U+00A0 NO-BREAK SPACE'
    """
    name = unicodedata.name(character, "") or _CONTROLS.get(character, "")
    return f"U+{ord(character):04X} {name}".strip()


_CONTROLS = {
    "\x00": "NULL",
    "\t": "CHARACTER TABULATION",
    "\n": "LINE FEED",
    "\x0b": "LINE TABULATION",
    "\x0c": "FORM FEED",
    "\r": "CARRIAGE RETURN",
    "\x85": "NEXT LINE",
}


def show_plainly(text: str) -> str:
    r"""Put a replacement character for each one that could steer a terminal or turn the text beside it.

    >>> show_plainly("a\x1b[2Jb")
    'a\ufffd[2Jb'
    """
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def is_invisible(character: str) -> bool:
    r"""Return whether a character shows as nothing or as a blank: separators, control and format characters.

    >>> [is_invisible(c) for c in ("a", " ", "\u200b")]
    [False, True, True]
    """
    return unicodedata.category(character)[0] in "ZC"


def suggest(wanted: str, known: Iterable[str], start: str = "") -> Message | str:
    """Offer the known names that are most like a wanted one, as a sentence after a blank; nothing where none is.

    What all of them begin with, ``start``, does not make them alike.

    >>> print(suggest("clauses-by-kin", ["clauses-by-kind", "places"]))
     Did you mean 'clauses-by-kind'?
    """
    from difflib import get_close_matches

    names = sorted({name.removeprefix(start) for name in known})
    near = [repr(start + name) for name in get_close_matches(wanted.removeprefix(start), names, _OFFERED, _LIKE)]
    if not near:
        return ""
    offered: Message | str = near[0]
    for name in near[1:]:
        offered = Message(_("%(one)s or %(other)s"), {"one": offered, "other": name})
    return Message(_(" Did you mean %(names)s?"), {"names": offered})
