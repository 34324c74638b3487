"""Files as people have them, made into the plain text that is coded: HTML, Markdown, Word (DOCX), PDF and text.

What is read comes from anywhere: it is read in a process of its own with bounds of size, memory and time, no entity is
expanded and nothing is fetched. What was done is told, for the record of the source.
"""

from __future__ import annotations

import io
import json
import re
import resource
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import PurePath
from typing import Any

from ukfr_graph.errors import DocumentRefusedError, Message, TextError, UkfrError, UnsupportedMediaTypeError
from ukfr_graph.html_texts import find_encoding, take_text
from ukfr_graph.texts import decode

MOST_BYTES = 20_000_000
_MOST_CHARACTERS = 5_000_000
_MOST_UNPACKED = 100_000_000
_MEMORY_BYTES = 1_500_000_000
_TIME_S = 60
_COMMAND = "from ukfr_graph.conversion import serve_conversion; serve_conversion()"
_OTHERS = {
    b"{\\rtf": "RTF", b"%!ps": "PostScript", b"mime-version:": "MIME", b"\xd0\xcf\x11\xe0": "Office (OLE)",
    b"<?xml": "XML",
}  # fmt: skip
"""Beginnings of files that are no text to be coded, and often tried: OLE are old and encrypted documents of Office."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Converted:
    """A text with LF as its line ends, and what was ``done`` to have it, in a sentence."""

    text: str
    done: str


def convert_file(raw: bytes, name: str) -> Converted:
    """Make the text of a file; ``name`` tells Markdown from plain text, the content every other kind.

    Raises:
        DocumentRefusedError: it is larger, deeper or slower to read than it may be, or has no text.
        TextError: it is text in no encoding that is read here.
        UnsupportedMediaTypeError: it is of another kind.
    """
    if len(raw) > MOST_BYTES:
        raise DocumentRefusedError(
            "%(name)s has %(count)s bytes; %(most_bytes)s are the most that is read.",
            name=name,
            count=len(raw),
            most_bytes=MOST_BYTES,
        )
    find_kind(raw, name)
    command = [sys.executable, "-c", _COMMAND, name]
    try:
        done = subprocess.run(command, input=raw, capture_output=True, timeout=2 * _TIME_S, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise DocumentRefusedError(
            "%(name)s takes longer than %(time_s)s s to read.", name=name, time_s=_TIME_S
        ) from None
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise DocumentRefusedError("%(name)s cannot be read within its limits of memory and time.", name=name) from None
    if "text_error" in answer:
        detail, line, column = answer["text_error"]
        raise TextError(detail, line, column)
    if "refused" in answer:
        raise DocumentRefusedError(
            "%(name)s cannot be read: %(reason)s", name=name, reason=Message.from_plain(answer["refused"])
        )
    if "error" in answer:
        raise DocumentRefusedError("%(name)s cannot be read: %(reason)s", name=name, reason=answer["error"])
    return Converted(**answer)


def serve_conversion() -> None:
    """Convert what comes over stdin, in a process that may die; the answer is JSON on stdout."""
    resource.setrlimit(resource.RLIMIT_CPU, (_TIME_S, _TIME_S))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    answer: dict[str, Any]
    try:
        answer = asdict(convert(sys.stdin.buffer.read(), sys.argv[1]))
    except TextError as error:
        answer = {"text_error": [error.detail, error.line, error.column]}
    except UkfrError as error:
        answer = {"refused": error.message.to_plain()}
    except Exception as error:  # whatever a library makes of a hostile file
        answer = {"error": str(error)[:500] or type(error).__name__}
    sys.stdout.write(json.dumps(answer))


def convert(raw: bytes, name: str) -> Converted:
    """Make the text of a file in this process (see ``convert_file``)."""
    kind = find_kind(raw, name)
    text, how = _READERS[kind](raw)
    if len(text) > _MOST_CHARACTERS:
        raise DocumentRefusedError(
            "its text has more than %(most_characters)s characters", most_characters=_MOST_CHARACTERS
        )
    text = normalise(text)
    if not re.search(r"\w", text):
        raise DocumentRefusedError("it has no text; a scanned page must be read by a program for that first")
    normal = "characters composed (NFC), control characters and trailing blanks taken out, line ends LF"
    return Converted(text, f"{how}; {normal}.")


def find_kind(raw: bytes, name: str) -> str:
    """Tell the kind of a file: by its first bytes, and Markdown by its name.

    >>> find_kind(b"%PDF-1.7", "x"), find_kind(b"<!DOCTYPE html>", "x"), find_kind(b"Words", "x.md")
    ('pdf', 'html', 'markdown')

    Raises:
        UnsupportedMediaTypeError: it is none that is read here.
    """
    start = raw[:2_000].lower().lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"%pdf-"):
        return "pdf"
    if start.startswith(b"pk\x03\x04"):
        return "docx"
    if re.match(rb"<(!doctype html|html|head|body|!--|\?xml[^>]*>\s*<(!doctype html|html))", start):
        return "html"
    suffix = PurePath(name).suffix.lower()
    if suffix in (".html", ".htm", ".xhtml"):
        return "html"
    if other := next((kind for begin, kind in _OTHERS.items() if start.startswith(begin)), ""):
        raise UnsupportedMediaTypeError(
            "%(name)s is %(kind)s: save it as DOCX, HTML or plain text, without a password.", name=name, kind=other
        )
    if suffix in (".md", ".markdown"):
        return "markdown"
    if b"\x00" in start and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnsupportedMediaTypeError("%(name)s is no HTML, Markdown, DOCX, PDF or plain text.", name=name)
    return "text"


def normalise(text: str) -> str:
    r"""Put a text into one form: composed characters, LF, no control characters, at most one blank line, LF at the end.

    >>> normalise("a  \r\n\r\n\r\n\x00b")
    'a\n\nb\n'
    """
    text = unicodedata.normalize("NFC", _CONTROLS.sub("", re.sub(r"\r\n?|\u2028|\u2029|\x85", "\n", text)))
    lines = [line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


def _read_text(raw: bytes) -> tuple[str, str]:
    return decode(raw), "Read as plain text"


def _read_markdown(raw: bytes) -> tuple[str, str]:
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False}).enable("table").render(decode(raw))
    return take_text(made), f"Markdown read by markdown-it-py {version('markdown-it-py')}, marks dropped"


def _read_html(raw: bytes) -> tuple[str, str]:
    encoding = find_encoding(raw)
    try:
        text = raw.decode(encoding)
    except (UnicodeError, LookupError):
        raise DocumentRefusedError("it is not in %(encoding)s; save it as UTF-8", encoding=encoding) from None
    read = "HTML" if encoding == "utf-8" else f"HTML in {encoding}"
    how = "navigation, heads and feet of pages, forms, scripts and tags dropped, one line a block, cells divided by |"
    return take_text(text), f"{read} read by lxml {version('lxml')}, {how}"


def _read_docx(raw: bytes) -> tuple[str, str]:
    import mammoth

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if sum(item.file_size for item in archive.infolist()) > _MOST_UNPACKED:
            raise DocumentRefusedError("it unpacks to more than %(most_unpacked)s bytes", most_unpacked=_MOST_UNPACKED)
        if "word/document.xml" not in archive.namelist():
            raise DocumentRefusedError("it is a ZIP archive, and no Word document")
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")) and b"<!" in archive.read(name).replace(b"<!--", b"").replace(
                b"<![CDATA[", b""
            ):
                raise DocumentRefusedError(
                    "%(name)s in it declares a document type, which no Word document does", name=name
                )
    made = mammoth.convert_to_html(io.BytesIO(raw), convert_image=mammoth.images.img_element(lambda _: {"src": ""}))
    return take_text(made.value), f"DOCX read by mammoth {version('mammoth')}, formatting dropped"


def _read_pdf(raw: bytes) -> tuple[str, str]:
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LTTextContainer

    boxes = []
    for page in extract_pages(io.BytesIO(raw), maxpages=1_000):
        found = [box.get_text().strip() for box in page if isinstance(box, LTTextContainer)]
        boxes += [box for box in found if box and not re.fullmatch(r"[\divxIVX]{1,4}", box)]
    repeated = {box for box in boxes if boxes.count(box) > 2 and "\n" not in box}
    paragraphs = [re.sub(r"(?<=\w)-\n(?=[a-z])", "", box).replace("\n", " ") for box in boxes if box not in repeated]
    how = "page numbers and lines that recur on pages dropped, lines of a paragraph and divided words joined"
    return "\n\n".join(paragraphs), f"PDF read by pdfminer.six {version('pdfminer.six')}, {how}"


_READERS: dict[str, Callable[[bytes], tuple[str, str]]] = {
    "text": _read_text,
    "markdown": _read_markdown,
    "html": _read_html,
    "docx": _read_docx,
    "pdf": _read_pdf,
}
