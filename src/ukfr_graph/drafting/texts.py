"""Texts to draft: of a source or a statement among the data, of a file, or of stdin."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ukfr_graph.documents import read_document
from ukfr_graph.drafting.blocks import normalise
from ukfr_graph.drafting.draft import find_body
from ukfr_graph.drafting.known import Known, make_slug, read_entities
from ukfr_graph.errors import NotFoundError
from ukfr_graph.files import read_file
from ukfr_graph.resources import data_folder
from ukfr_graph.sources import Source, Span, read_sources
from ukfr_graph.texts import decode, find_place, suggest


@dataclass(frozen=True)
class TextToDraft:
    """A text with LF as its line ends, which stretches of it are the statement, and the statement's local id."""

    text: str
    body: tuple[Span, ...]
    statement: str


def read_text(name: str, stdin: IO[bytes], root: Path | None = None) -> TextToDraft:
    """Read a text by the name of its source or statement, by its path, or from stdin ("-").

    Raises:
        DataError: the data cannot be read.
        NotFoundError: neither is there.
        TextError: the file is no text in UTF-8 or UTF-16.
    """
    root = root or data_folder()
    if name == "-":
        return _whole(decode(stdin.read()), "draft")
    path = Path(name)
    if path.is_file():
        return _whole(decode(read_file(path)), make_slug(path.stem))
    sources = {source.name: source for source in read_sources(root)}
    statements = _read_statements(root)
    wanted = name.removeprefix("statement/").removeprefix("expression/")
    source = sources.get(wanted) or sources.get(statements.get(wanted, ""))
    if source is None:
        known = [*sources, *statements]
        raise NotFoundError(f"There is no text, source or statement {name!r}.{suggest(name, known)}")
    statement = (
        wanted if wanted in statements else next((s for s, of in statements.items() if of == source.name), wanted)
    )
    return _take(source, statement)


def read_known(root: Path | None = None) -> Known:
    """Read the entities of the data.

    Raises:
        DataError: a file cannot be read.
    """
    root = root or data_folder()
    return Known(
        entity
        for path in sorted((root / "entities").glob("*.yaml"))
        for entity in read_entities(read_document(path, root).records())
    )


def _whole(text: str, statement: str) -> TextToDraft:
    text = normalise(text)
    return TextToDraft(text, (Span(0, len(text)),), statement)


def _take(source: Source, statement: str) -> TextToDraft:
    lines = [
        (find_place(source.text, span.start)[0], find_place(source.text, max(span.start, span.end - 1))[0])
        for span in source.paratexts.values()
    ]
    text = normalise(source.text)
    return TextToDraft(text, tuple(find_body(text, lines)), statement)


def _read_statements(root: Path) -> dict[str, str]:
    """Map the statements that have a text to the source of it."""
    found = {}
    for path in sorted((root / "statements").glob("*.yaml")):
        for record in read_document(path, root).records():
            expression = record.get("expression")
            if isinstance(expression, str):
                found[str(record.get("id", "")).removeprefix("statement/")] = expression.removeprefix("expression/")
    return found
