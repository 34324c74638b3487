"""Source folders: the text as published, pinned by its hash, and which of its lines are the statement.

A source folder holds ``source.yaml`` (the record of an expression, in YAML-LD) and the text file it names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ukfr_graph import iris
from ukfr_graph.documents import Document, Mapping, read_document
from ukfr_graph.errors import DataError, NotFoundError, Problem
from ukfr_graph.resources import data_folder
from ukfr_graph.shorthand import write_out
from ukfr_graph.texts import line_starts
from ukfr_graph.triples import is_count

RECORD_NAME = "source.yaml"


@dataclass(frozen=True)
class Span:
    """A stretch of a text: character offsets from 0, end exclusive (Web Annotation, TextPositionSelector)."""

    start: int
    end: int


@dataclass(frozen=True)
class SourceText:
    """One publisher's copy of a statement.

    ``iri`` names the expression, ``graph`` the named graph of what is coded from it, ``text`` is the file
    as decoded, and ``paratexts`` maps the IRI of each stretch that the publisher put around the statement
    to its span.
    """

    name: str
    iri: str
    graph: str
    text: str
    document: Document
    paratexts: dict[str, Span]

    def body(self) -> Iterator[Span]:
        """Yield the stretches of the text that are the statement: whatever no paratext covers."""
        position = 0
        for span in sorted(self.paratexts.values(), key=lambda s: s.start):
            if span.start > position:
                yield Span(position, span.start)
            position = max(position, span.end)
        if position < len(self.text):
            yield Span(position, len(self.text))


@lru_cache(maxsize=64)
def read_text(root: Path, name: str, file: str, checksum: str) -> str:
    """Read a text by the record of its source in a graph: ``name`` is its folder, ``checksum`` its SHA-256 in hex.

    Raises:
        NotFoundError: the text is not under ``root``, or it is another than the graph was coded from.
    """
    path = root / "sources" / name / file
    if not iris.is_local_name(name) or Path(file).name != file or not path.is_file():
        raise NotFoundError(f"The text {name}/{file} is not among the sources here.")
    raw = path.read_bytes()
    if hashlib.sha256(raw).hexdigest() != checksum.lower():
        raise NotFoundError(f"The text {name}/{file} here is not the one that was coded: its SHA-256 is another.")
    return raw.decode("utf-8")


def check_quote(words: str, start: str, end: str, checksum: str) -> bool | None:
    """Return whether the text with this SHA-256 has these words at these characters (from 0, end exclusive).

    None where the text is not among those that come with the package: then nothing can be said.
    """
    file = _find_texts().get(checksum.lower())
    if file is None:
        return None
    if not (is_count(start) and is_count(end)):
        return False
    text = read_text(data_folder(), *file, checksum)
    return 0 <= int(start) < int(end) <= len(text) and text[int(start) : int(end)] == words


@cache
def _find_texts() -> dict[str, tuple[str, str]]:
    """Find the bundled texts: folder and file name by the SHA-256 of the content."""
    files = (path for path in (data_folder() / "sources").glob("*/*") if path.is_file() and path.name != RECORD_NAME)
    return {hashlib.sha256(path.read_bytes()).hexdigest(): (path.parent.name, path.name) for path in files}


def read_source(folder: Path, root: Path) -> SourceText:
    """Read one source folder, which is under ``root/sources``.

    Raises:
        DataError: its record or text is missing, its hash differs, or its lines do not fit the text.
    """
    path = folder / RECORD_NAME
    name = path.relative_to(root).as_posix()

    def fail(line: int, rule: str, message: str, fix: str) -> DataError:
        return DataError([Problem(name, line, f"expression/{folder.name}", rule, message, fix)])

    if not path.is_file():
        raise fail(0, "source", f"{RECORD_NAME} is missing", "add the record of this source")
    document = write_out(read_document(path, root))
    record = next(document.records())
    if record.get("id") != f"expression/{folder.name}":
        raise fail(
            record.line,
            "source",
            f"the record is named {record.get('id')!r}",
            f"name it 'expression/{folder.name}', after its folder",
        )
    text_path = folder / str(record.get("file", ""))
    if text_path.parent != folder or not text_path.is_file():
        raise fail(
            record.line,
            "source",
            f"the text file {record.get('file')!r} is not in this folder",
            "give 'file' the name of the text file beside the record",
        )
    raw = text_path.read_bytes()
    checksum = record.get("checksum")
    stated = str(checksum.get("checksumValue", "")) if isinstance(checksum, Mapping) else ""
    actual = hashlib.sha256(raw).hexdigest()
    if stated.lower() != actual:
        message = f"the text's SHA-256 is {actual}, the record says {stated or 'nothing'}"
        fix = "restore the text as published; only for a new copy, record its new hash"
        if ends := _find_line_ends(raw, stated.lower()):
            message += f"; only its line ends differ: they are {ends[0]} here, and were {ends[1]}"
            fix = "restore the line ends: git changes them with core.autocrlf where .gitattributes does not forbid it"
        raise fail(record.line, "source", message, fix)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise fail(
            0,
            "encoding",
            f"byte {error.start} of {text_path.name} is not UTF-8",
            "keep the published bytes and add a UTF-8 copy as the text to code",
        ) from None
    paratexts = {}
    starts = line_starts(text)
    for item in document.records():
        if item.get("type") == "Paratext":
            try:
                first, last = int(item["firstLine"]), int(item["lastLine"])
                span = Span(starts[first - 1], starts[last])
            except (KeyError, ValueError, IndexError):
                raise fail(
                    item.line,
                    "source",
                    "firstLine and lastLine do not name lines of the text",
                    f"give whole numbers from 1 to {len(starts) - 1}",
                ) from None
            paratexts[iris.ID + str(item.get("id"))] = span
    return SourceText(
        folder.name, iris.ID + str(record["id"]), iris.source_graph(folder.name), text, document, paratexts
    )


_LINE_ENDS = {"LF": b"\n", "CRLF": b"\r\n", "CR": b"\r"}


def _find_line_ends(raw: bytes, checksum: str) -> tuple[str, str] | None:
    """Find out whether a text differs from the one with this hash by its line ends alone: (as it is, as it was)."""
    plain = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    named = {name: plain.replace(b"\n", end) for name, end in _LINE_ENDS.items()}
    were = next((name for name, text in named.items() if hashlib.sha256(text).hexdigest() == checksum), None)
    return (next((name for name, text in named.items() if text == raw), "mixed"), were) if were else None
