"""The words of HTML, as a page shows them: without what is around its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ukfr_graph.errors import DocumentRefusedError

_SKIPPED = frozenset(
    "script style noscript template svg math nav header footer aside form button select iframe object head".split()  # noqa: SIM905
)
_BLOCKS = frozenset(
    "p div section article main h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre table caption tr br hr".split()  # noqa: SIM905
)
_LETTERS = 26
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
    skipped = 0
    numbers: dict[Any, int] = {}
    for event, element in events:
        tag = element.tag if isinstance(element.tag, str) else ""
        is_skipped = (
            (tag in _SKIPPED and not _is_of_text(element))
            or element.get("hidden") is not None
            or element.get("aria-hidden") == "true"
        )
        if event == "start":
            skipped += is_skipped
            if skipped:
                continue
            if tag in _BLOCKS:
                yield "\n\n" if tag not in ("tr", "br", "li", "dd", "dt") else "\n"
            if tag in ("td", "th") and element.getprevious() is not None:
                yield " | "
            if tag == "li":
                yield _mark(element, numbers) + _AFTER_MARK
            yield _squeeze(element.text)
        else:
            skipped -= is_skipped
            if skipped:
                continue
            if tag in _BLOCKS and tag not in ("br", "li", "tr", "dd", "dt"):
                yield "\n\n"
            yield _squeeze(element.tail)


def _is_of_text(element: Any) -> bool:
    """Return whether a head or a foot is that of the text, and not of the page."""
    return element.tag in ("header", "footer") and any(a.tag in ("article", "main") for a in element.iterancestors())


def _mark(item: Any, numbers: dict[Any, int]) -> str:
    """Return the mark of an item of a list, as it is shown; ``numbers`` has the latest of each numbered list."""
    parent = item.getparent()
    if parent is None or parent.tag != "ol":
        return "-"
    given = str(item.get("value") or ("" if parent in numbers else parent.get("start")) or "")
    number = int(given) if _NUMBER.fullmatch(given) else numbers.get(parent, 0) + 1
    numbers[parent] = number
    kind = parent.get("type", "1")
    return f"{chr(ord(kind) + number - 1)}." if kind in ("a", "A") and 0 < number <= _LETTERS else f"{number}."


def _squeeze(text: str | None) -> str:
    return re.sub(r"[ \t\r\n\f]+", " ", text or "")
