"""Source folders: the text as published, pinned by its hash, and which of its lines are the statement.

A source folder holds ``source.yaml`` (the record of an expression, in YAML-LD) and the text file it names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ukfr_graph import iris
from ukfr_graph.documents import Document, check_head
from ukfr_graph.errors import DataError, Message, Problem, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.plain_yaml import Mapping
from ukfr_graph.source_texts import TEXT_SUFFIX
from ukfr_graph.texts import line_starts
from ukfr_graph.triples import node
from ukfr_graph.workspace import SOURCES, Workspace

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
    as decoded, ``workspace`` and ``file`` are where it lies, and ``paratexts`` maps the IRI of each stretch that
    the publisher put around the statement to its span.
    """

    name: str
    iri: str
    graph: str
    text: str
    document: Document
    workspace: Workspace
    file: Path
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


def read_sources(workspace: Workspace) -> tuple[SourceText, ...]:
    """Read every source folder of a workspace, in the order of their names.

    Raises:
        DataError: a record or text is missing, its hash differs, or its lines do not fit the text.
    """
    return tuple(read_source(folder, workspace) for folder in list_sources(workspace))


def list_sources(workspace: Workspace) -> list[Path]:
    """List the source folders of a workspace, in the order of their names."""
    return sorted((workspace.folder / SOURCES).glob("*/")) if SOURCES in workspace.parts else []


def read_source(folder: Path, workspace: Workspace) -> SourceText:
    """Read one source folder of a workspace.

    Raises:
        DataError: its record or text is missing, its hash differs, or its lines do not fit the text.
    """
    path = folder / RECORD_NAME
    name = workspace.name_of(path)
    if not iris.is_local_name(folder.name):
        fix = Message(_("name it with small letters, digits, '-' and '.'"))
        message = make_message("%(folder)s is no name of a source", folder=repr(folder.name))
        raise DataError([Problem(name, 0, "", "source", message, fix)])

    def fail(line: int, rule: str, message: Message, fix: Message) -> DataError:
        return DataError([Problem(name, line, f"expression/{folder.name}", rule, message, fix)])

    if not path.is_file():
        message = make_message("%(file)s is missing", file=RECORD_NAME)
        raise fail(0, "source", message, Message(_("add the record of this source")))
    document = workspace.read(path)
    base = workspace.base_of(SOURCES)
    check_head(document, base)
    record = next(document.records(), None)
    if record is None:
        fix = Message(_("begin it with the record of the expression"))
        raise fail(1, "source", Message(_("the file has no record")), fix)
    if record.get("id") != f"expression/{folder.name}":
        raise fail(
            record.line,
            "source",
            make_message("the record is named %(id)s", id=repr(record.get("id"))),
            make_message("name it '%(id)s', after its folder", id=f"expression/{folder.name}"),
        )
    text_path = folder / str(record.get("file", ""))
    if text_path.parent != folder or text_path.suffix != TEXT_SUFFIX or not text_path.is_file():
        raise fail(
            record.line,
            "source",
            make_message("the text file %(file)s is not in this folder", file=repr(record.get("file"))),
            Message(_("give 'file' the name of the text file beside the record, which ends in .txt")),
        )
    raw = text_path.read_bytes()
    checksum = record.get("checksum")
    stated = str(checksum.get("checksumValue", "")) if isinstance(checksum, Mapping) else ""
    actual = hashlib.sha256(raw).hexdigest()
    if stated.lower() != actual:
        said: str | Message = stated or Message(_("nothing"))
        message = make_message("the text's SHA-256 is %(found)s, the record says %(said)s", found=actual, said=said)
        fix = Message(_("restore the text as published; only for a new copy, record its new hash"))
        if ends := _find_line_ends(raw, stated.lower()):
            message = make_message(
                "%(message)s; only its line ends differ: they are %(here)s here, and were %(before)s",
                message=message,
                here=ends[0],
                before=ends[1],
            )
            fix = Message(
                _("restore the line ends: git changes them with core.autocrlf where .gitattributes does not forbid it")
            )
        raise fail(record.line, "source", message, fix)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise fail(
            0,
            "encoding",
            make_message("byte %(byte)s of %(file)s is not UTF-8", byte=error.start, file=text_path.name),
            Message(_("keep the published bytes and add a UTF-8 copy as the text to code")),
        ) from None
    paratexts = {}
    starts = line_starts(text)
    for item in document.records():
        if item.get("type") == "Paratext":
            try:
                first, last = int(item["firstLine"]), int(item["lastLine"])
                span = Span(starts[first - 1], starts[last if 0 < first <= last else len(starts)])
            except (KeyError, TypeError, ValueError, IndexError):
                raise fail(
                    item.line,
                    "source",
                    Message(_("firstLine and lastLine do not name lines of the text")),
                    make_message("give whole numbers from 1 to %(last)s", last=len(starts) - 1),
                ) from None
            try:
                paratexts[node(base + str(item.get("id"))).value] = span
            except ValueError:
                named = make_message("the record is named %(id)s", id=repr(item.get("id")))
                fix = Message(_("name it 'paratext/', the name of the source, '/' and a word"))
                raise fail(item.line, "source", named, fix) from None
    graph = iris.source_graph(folder.name)
    return SourceText(folder.name, base + str(record["id"]), graph, text, document, workspace, text_path, paratexts)


_LINE_ENDS = {"LF": b"\n", "CRLF": b"\r\n", "CR": b"\r"}


def _find_line_ends(raw: bytes, checksum: str) -> tuple[str, str] | None:
    """Find out whether a text differs from the one with this hash by its line ends alone: (as it is, as it was)."""
    plain = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    named = {name: plain.replace(b"\n", end) for name, end in _LINE_ENDS.items()}
    were = next((name for name, text in named.items() if hashlib.sha256(text).hexdigest() == checksum), None)
    return (next((name for name, text in named.items() if text == raw), "mixed"), were) if were else None
