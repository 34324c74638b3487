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
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import PurePath
from typing import Any

from ukfr_graph.errors import DocumentRefusedError, Message, TextError, UkfrError, UnsupportedMediaTypeError
from ukfr_graph.html_texts import find_encoding, take_text
from ukfr_graph.texts import decode, find_unicode

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
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u200b\u2060\ufeff]")  # and what shows as nothing
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_HTML = re.compile(
    rb"<(!doctype html|html|head|body|(main|article|section|div|p|h1|table|meta|title)[\s>]|!--"
    rb"|\?xml[^>]*>\s*<(!doctype html|html))"
)
_DIVIDED = re.compile(r"(?<=\w)[-\xad\u2010]\n(?=([^\W\d_]))")
_FRONT_MATTER = re.compile(r"\A---\n(?=[\w-]+:)(?:[^\n]+\n)*?(---|\.\.\.)\n")
_NESTED = 100  # blocks in blocks of Markdown; what is deeper is left out by the library
_READ_TAGS = re.compile(
    r"</?(?:a|abbr|b|blockquote|br|caption|center|cite|code|col|colgroup|dd|del|details|div|dl|dt|em|font|h[1-6]|hr|i"
    r"|img|ins|kbd|li|mark|ol|p|pre|q|s|section|small|span|strike|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead"
    r"|tr|u|ul)(?:\s[^<>]*)?/?>|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml"
_MOST_SHOWN = 5  # words, or pages, of those that are missing


@dataclass(frozen=True)
class Converted:
    """A text with LF as its line ends, what was ``done`` to have it, in sentences, and ``notes`` on what it lacks."""

    text: str
    done: str
    notes: tuple[str, ...] = ()


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
        raise DocumentRefusedError(
            "%(name)s is damaged (%(reason)s): open it in the program that it is from, and save it anew.",
            name=name,
            reason=answer["error"],
        )
    return Converted(answer["text"], answer["done"], tuple(answer["notes"]))


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
    if not raw.strip():
        raise DocumentRefusedError("it is empty")
    kind = find_kind(raw, name)
    text, how, notes = _READERS[kind](raw)
    if len(text) > _MOST_CHARACTERS:
        raise DocumentRefusedError(
            "its text has more than %(most_characters)s characters", most_characters=_MOST_CHARACTERS
        )
    text = normalise(text)
    if not re.search(r"\w", text):
        raise DocumentRefusedError("it has no text; a scanned page must be read by a program for that first")
    normal = (
        "characters composed (NFC), ligatures resolved, control and invisible characters and trailing blanks taken "
        "out, line ends LF"
    )
    return Converted(text, " ".join([f"{how}; {normal}.", *(f"{note}." for note in notes)]), notes)


def find_kind(raw: bytes, name: str) -> str:
    """Tell the kind of a file: by its first bytes, and Markdown by its name.

    >>> find_kind(b"%PDF-1.7", "x"), find_kind(b"<!DOCTYPE html>", "x"), find_kind(b"Words", "x.md")
    ('pdf', 'html', 'markdown')

    Raises:
        UnsupportedMediaTypeError: it is none that is read here.
    """
    start = raw[:2_000].lower().lstrip(b"\xef\xbb\xbf \t\r\n")
    if re.search(rb"^%pdf-\d", start[:1_024], re.MULTILINE):  # which may stand after other lines
        return "pdf"
    if start.startswith(b"pk\x03\x04"):
        return "docx"
    suffix = PurePath(name).suffix.lower()
    is_markdown = suffix in (".md", ".markdown")
    if _HTML.match(start) and not is_markdown:  # which may have tags too
        return "html"
    if suffix in (".html", ".htm", ".xhtml"):
        return "html"
    if other := next((kind for begin, kind in _OTHERS.items() if start.startswith(begin)), ""):
        raise UnsupportedMediaTypeError(
            "%(name)s is %(kind)s: save it as DOCX, HTML or plain text, without a password.", name=name, kind=other
        )
    if is_markdown:
        return "markdown"
    if b"\x00" in start and find_unicode(raw) == "utf-8":
        raise UnsupportedMediaTypeError(
            "%(name)s is no HTML, Markdown, DOCX, PDF or plain text: save it as one of these.", name=name
        )
    return "text"


def normalise(text: str) -> str:
    r"""Put a text into one form: composed characters, LF, no control characters, at most one blank line, LF at the end.

    >>> normalise("a  \r\n\r\n\r\n\x00b")
    'a\n\nb\n'
    """
    plain = _CONTROLS.sub("", re.sub(r"\r\n?|\u2028|\u2029|\x85", "\n", text)).translate(_LIGATURES)
    text = unicodedata.normalize("NFC", plain)
    lines = [line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


_Read = tuple[str, str, tuple[str, ...]]
"""A text, how it was read, and what it may lack."""


def _read_text(raw: bytes) -> _Read:
    return decode(raw), "Read as plain text", ()


def _read_markdown(raw: bytes) -> _Read:
    from markdown_it import MarkdownIt

    written, count = _FRONT_MATTER.subn("", re.sub("\r\n?", "\n", decode(raw)))
    reader = MarkdownIt("commonmark", {"html": True, "maxNesting": _NESTED}).enable(["table", "strikethrough"])
    for kind in ("html_inline", "html_block"):
        reader.add_render_rule(kind, lambda _, tokens, at, *__: _show_other_tags(tokens[at].content))
    made = reader.render(written)
    dropped = "marks and front matter dropped" if count else "marks dropped"
    return take_text(made), f"Markdown read by markdown-it-py {version('markdown-it-py')}, {dropped}", ()


def _show_other_tags(html: str) -> str:
    """Leave the tags that are read, and have words in angle brackets shown as they are."""
    shown, end = "", 0
    for tag in _READ_TAGS.finditer(html):
        shown += html[end : tag.start()].replace("<", "&lt;") + tag[0]
        end = tag.end()
    return shown + html[end:].replace("<", "&lt;")


def _read_html(raw: bytes) -> _Read:
    encoding = find_encoding(raw)
    try:
        text = raw.decode(encoding)
    except (UnicodeError, LookupError):
        raise DocumentRefusedError("it is not in %(encoding)s; save it as UTF-8", encoding=encoding) from None
    read = "HTML" if encoding == "utf-8" else f"HTML in {encoding}"
    how = "navigation, heads and feet of pages, forms, scripts, hidden and struck-out words and tags dropped"
    return take_text(text), f"{read} read by lxml {version('lxml')}, {how}, one line a block, cells divided by |", ()


def _read_docx(raw: bytes) -> _Read:
    import mammoth

    from ukfr_graph.docx_numbers import find_lost_words, write_numbers

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if sum(item.file_size for item in archive.infolist()) > _MOST_UNPACKED:
            raise DocumentRefusedError("it unpacks to more than %(most_unpacked)s bytes", most_unpacked=_MOST_UNPACKED)
        if "word/document.xml" not in archive.namelist():
            raise DocumentRefusedError("it is a ZIP archive, and no Word document; save it as DOCX")
        if _STRICT in archive.read("word/document.xml"):
            raise DocumentRefusedError("it is a Strict Open XML document; save it as a Word document (DOCX)")
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")) and b"<!" in archive.read(name).replace(b"<!--", b"").replace(
                b"<![CDATA[", b""
            ):
                raise DocumentRefusedError(
                    "%(name)s in it declares a document type, which no Word document does", name=name
                )
    numbered = io.BytesIO(write_numbers(raw))
    made = mammoth.convert_to_html(numbered, convert_image=mammoth.images.img_element(lambda _: {"src": ""}))
    text = take_text(_BACK_LINK.sub("", made.value))
    how = "formatting, deleted and hidden words, heads and feet of pages dropped, cells divided by |"
    lost = find_lost_words(numbered.getvalue(), text)
    notes = (f"Words of the document are not in the text, as those of some drawings: {_name(lost)}",) if lost else ()
    return text, f"DOCX read by mammoth {version('mammoth')}, numbers of paragraphs written, {how}", notes


def _read_pdf(raw: bytes) -> _Read:
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LTFigure, LTImage, LTTextContainer
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    boxes, pictures = [], []
    try:
        for page in extract_pages(io.BytesIO(raw), maxpages=1_000):
            elements = list(page)
            found = [box.get_text().strip() for box in elements if isinstance(box, LTTextContainer)]
            if not any(found) and any(isinstance(each, (LTFigure, LTImage)) for each in elements):
                pictures.append(str(page.pageid))
            boxes += [box for box in found if box and not re.fullmatch(r"[\divxIVX]{1,4}", box)]
    except PDFPasswordIncorrect:
        raise DocumentRefusedError("it asks for a password; save it without one") from None
    repeated = {box for box in boxes if boxes.count(box) > 2 and "\n" not in box}
    paragraphs = [_join_lines(box) for box in boxes if box not in repeated]
    how = "page numbers and lines that recur on pages dropped, lines of a paragraph and divided words joined"
    what = "Pages without text, whose pictures are not read"
    note = f"{what}: {_name(pictures)}; a program for that can put text into them"
    read = f"PDF read by pdfminer.six {version('pdfminer.six')}, {how}"
    return "\n\n".join(paragraphs), read, (note,) if pictures and paragraphs else ()


def _name(missing: Sequence[str]) -> str:
    """Name the first of what is missing."""
    return ", ".join(missing[:_MOST_SHOWN]) + (", …" if len(missing) > _MOST_SHOWN else "")


def _join_lines(box: str) -> str:
    joined = _DIVIDED.sub(lambda divided: "" if divided[1].islower() else divided[0][0], box)
    return re.sub(r"\s+", " ", joined)


_BACK_LINK = re.compile(r' ?<a href="#(?:foot|end)note-ref-[^"]*">↑</a>')

_READERS: dict[str, Callable[[bytes], _Read]] = {
    "text": _read_text,
    "markdown": _read_markdown,
    "html": _read_html,
    "docx": _read_docx,
    "pdf": _read_pdf,
}
