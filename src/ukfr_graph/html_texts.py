"""The words of HTML, as a page shows them: without what is around its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ukfr_graph.errors import DocumentRefusedError

_SKIPPED = frozenset(
    "script style noscript template svg math nav header footer aside form button select iframe object head"  # noqa: SIM905
    " textarea datalist dialog del s strike".split()
)
_BLOCKS = frozenset(
    "p div section article main h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre table caption tr br hr"  # noqa: SIM905
    " header footer form center address figure figcaption details summary fieldset legend".split()
)
_LETTERS, _ROMANS = 26, 4_000
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_RAISED = {
    "sup": str.maketrans("0123456789+-−()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿ"),
    "sub": str.maketrans("0123456789+-−()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₍₎"),
}
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|font-size\s*:\s*[0.]+(?![\d.])", re.IGNORECASE
)
_MOST_PARAGRAPHS, _LONGEST_CELL = 3, 600  # of a cell that is one line with the others of its row; characters
_AFTER_MARK = "\x01"
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_SUBSET = re.compile(r"<!DOCTYPE[^>\[]*\[.*?\]\s*>", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]{1,6}")


def find_encoding(raw: bytes) -> str:
    """Find the encoding of HTML as browsers do (https://html.spec.whatwg.org/#determining-the-character-encoding).

    But UTF-8 comes first wherever it fits; Latin-1 and ASCII stand for Windows-1252, and so does no word about it.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        said = _CHARSET.search(raw[:2_000])
        name = said[1].decode().lower() if said else ""
        return "windows-1252" if name in ("", "iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii") else name
    return "utf-8"


def take_text(page: str) -> str:
    """Take the words of HTML: of its main part where it marks exactly one."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    root = html.document_fromstring(_SUBSET.sub("", page, count=1).encode(), parser=parser)
    if any(fault.level == etree.ErrorLevels.FATAL for fault in parser.error_log):
        raise DocumentRefusedError("it is nested too deeply, or broken off")
    marked = [root.xpath("//main | //*[@role='main']"), root.xpath("//article[not(ancestor::article)]")]
    main = next((found[0] for found in marked if len(found) == 1), root)
    written = "".join(_write(etree.iterwalk(main, events=("start", "end"))))
    text = "\n".join(re.sub(" {2,}", " ", line).strip(" ") for line in written.split("\n"))
    return re.sub(rf"\s*{_AFTER_MARK}\s*", " ", text)


def _write(events: Any) -> Iterator[str]:
    skipped: list[Any] = []
    numbers: dict[Any, int] = {}
    raised: list[str] = []
    kept_lines: list[Any] = []
    in_line: list[Any] = []
    for event, element in events:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if _is_skipped(element, tag):
                skipped.append(element)
            if skipped:
                continue
            if tag in ("td", "th"):
                if element.getprevious() is not None:
                    yield " | "
                if _is_of_a_line(element):
                    in_line.append(element)
            if tag in _BLOCKS:
                yield " " if in_line else "\n\n" if tag not in ("tr", "br", "li", "dd", "dt") else "\n"
            if tag == "li":
                yield _mark(element, numbers) + _AFTER_MARK
            if tag in _RAISED:
                raised.append(tag)
            if tag == "pre":
                kept_lines.append(element)
            yield _show(element.text, raised, kept_lines)
        else:
            if raised and tag == raised[-1]:
                raised.pop()
            for open_elements in (kept_lines, in_line, skipped):
                if open_elements and open_elements[-1] is element:
                    open_elements.pop()
            if skipped:
                continue
            if tag in _BLOCKS and tag not in ("br", "li", "tr", "dd", "dt"):
                yield " " if in_line else "\n\n"
            yield _show(element.tail, raised, kept_lines)


def _is_skipped(element: Any, tag: str) -> bool:
    return bool(
        (tag in _SKIPPED and not _is_of_text(element))
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _HIDDEN.search(element.get("style", ""))
    )


def _is_of_a_line(cell: Any) -> bool:
    """Return whether a cell is one of several in a line, and no part of a page that is laid out as a table."""
    paragraphs = sum(1 for _ in cell.iter("p", "div"))
    is_laid_out = next(cell.iter("table", "h1", "h2", "h3", "h4", "h5", "h6"), None) is not None
    is_long = paragraphs > _MOST_PARAGRAPHS or len("".join(cell.itertext())) > _LONGEST_CELL
    return len(cell.getparent()) > 1 and not (is_laid_out or is_long)


def _is_of_text(element: Any) -> bool:
    """Return whether a head, a foot or a form is that of the text, and not of the page."""
    if element.tag == "form":  # some programs put all of a page into one
        root = element.getroottree().getroot()
        return 2 * len("".join(element.itertext())) > len("".join(root.itertext()))
    return element.tag in ("header", "footer") and any(a.tag in ("article", "main") for a in element.iterancestors())


def _mark(item: Any, numbers: dict[Any, int]) -> str:
    """Return the mark of an item of a list, as it is shown; ``numbers`` has the latest of each numbered list."""
    parent = item.getparent()
    if parent is None or parent.tag != "ol":
        return "-"
    given = str(item.get("value") or ("" if parent in numbers else parent.get("start")) or "")
    number = int(given) if _NUMBER.fullmatch(given) else numbers.get(parent, 0) + 1
    numbers[parent] = number
    return f"{number_item(number, parent.get('type', '1'))}."


def number_item(number: int, kind: str) -> str:
    """Write a number as an item of a list is numbered (https://html.spec.whatwg.org/#attr-ol-type).

    >>> number_item(3, "a"), number_item(14, "I"), number_item(14, "1")
    ('c', 'XIV', '14')
    """
    if kind in ("a", "A") and 0 < number <= _LETTERS:
        return chr(ord(kind) + number - 1)
    if kind in ("i", "I") and 0 < number < _ROMANS:
        written = ""
        for value, letters in _ROMAN:
            written += letters * (number // value)
            number %= value
        return written.upper() if kind == "I" else written
    return str(number)


def _show(text: str | None, raised: list[str], kept_lines: list[Any]) -> str:
    """Return a text as it is shown: blanks as one, but for lines that are kept, and raised digits as such."""
    shown = re.sub(r"[ \t\f]+" if kept_lines else r"[ \t\r\n\f]+", " ", text or "")
    digits = _RAISED[raised[-1]] if raised else {}
    return shown.translate(digits) if shown.strip() and all(ord(c) in digits for c in shown.strip()) else shown
