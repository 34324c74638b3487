"""Texts to draft: of a source or a statement among the data, of a file, or of stdin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ukfr_graph import iris
from ukfr_graph.drafting.blocks import normalise
from ukfr_graph.drafting.draft import find_body
from ukfr_graph.drafting.known import Known, make_slug, read_entities
from ukfr_graph.errors import NotFoundError
from ukfr_graph.files import read_file
from ukfr_graph.messages import read_authority_code
from ukfr_graph.resources import data_folder
from ukfr_graph.sources import SourceText, Span, read_sources
from ukfr_graph.texts import decode, find_place, suggest
from ukfr_graph.workspace import Workspace, read_workspaces

ReadRecords = Callable[[Workspace, Path], Iterable[Mapping[str, Any]]]
"""Reads the records of a file of a workspace."""


@dataclass(frozen=True)
class TextToDraft:
    """A text with LF as its line ends, which stretches of it are the statement, and the statement's local id.

    ``base`` is that of the identifiers of its records; ``language`` is what the record of its source says.
    """

    text: str
    body: tuple[Span, ...]
    statement: str
    base: str = iris.ID
    language: str = "en"


def read_text(name: str, stdin: IO[bytes], data: Sequence[Path] = ()) -> TextToDraft:
    """Read a text by the name of its source or statement in workspaces, by its path, or from stdin ("-").

    Raises:
        DataError: the data cannot be read.
        NotFoundError: neither is there.
        TextError: the file is no text in UTF-8 or UTF-16.
    """
    if name == "-":
        return _whole(decode(stdin.read()), "draft")
    path = Path(name)
    if path.is_file():
        return _whole(decode(read_file(path)), make_slug(path.stem))
    return read_source_text(name, read_workspaces(data or [data_folder()]))


def read_source_text(name: str, workspaces: Sequence[Workspace], read: ReadRecords | None = None) -> TextToDraft:
    """Read the text of a source or a statement of workspaces; ``read`` reads files of records in place of these.

    Raises:
        DataError: the data cannot be read.
        NotFoundError: there is none of this name.
    """
    found = [(source, workspace) for workspace in workspaces for source in read_sources(workspace)]
    sources = {source.name: source for source, _ in found}
    bases = {source.name: workspace.base_of("statements") for source, workspace in found}
    statements = _read_statements(workspaces, read or (lambda workspace, path: workspace.read(path).records()))
    wanted = name.removeprefix("statement/").removeprefix("expression/")
    source = sources.get(wanted) or sources.get(statements.get(wanted, ""))
    if source is None:
        known = [*sources, *statements]
        raise NotFoundError(
            "There is no text, source or statement %(name)s.%(suggest)s", name=repr(name), suggest=suggest(name, known)
        )
    statement = (
        wanted if wanted in statements else next((s for s, of in statements.items() if of == source.name), wanted)
    )
    return _take(source, statement, bases[source.name])


def read_known(data: Sequence[Path] = ()) -> Known:
    """Read the entities of workspaces, else of the bundled one.

    Raises:
        DataError: a file cannot be read.
    """
    return find_known(read_workspaces(data or [data_folder()]))


def find_known(workspaces: Sequence[Workspace]) -> Known:
    """Find the entities of workspaces: what stands with the statements too, where one may cite another.

    Raises:
        DataError: a file cannot be read.
    """
    return Known(
        entity
        for workspace in workspaces
        for part in ("entities", "statements")
        for path in workspace.files(part)
        for entity in read_entities(workspace.read(path).records())
    )


def _whole(text: str, statement: str) -> TextToDraft:
    text = normalise(text)
    return TextToDraft(text, (Span(0, len(text)),), statement)


def _take(source: SourceText, statement: str, base: str) -> TextToDraft:
    lines = [
        (find_place(source.text, span.start)[0], find_place(source.text, max(span.start, span.end - 1))[0])
        for span in source.paratexts.values()
    ]
    text = normalise(source.text)
    written = next((record.get("language", "") for record in source.document.records()), "")
    language = read_authority_code(str(written)) or "en"
    return TextToDraft(text, tuple(find_body(text, lines)), statement, base, language)


def _read_statements(workspaces: Sequence[Workspace], read: ReadRecords) -> dict[str, str]:
    """Map the statements that have a text to the source of it."""
    found = {}
    for record in (r for w in workspaces for path in w.files("statements") for r in read(w, path)):
        expression = record.get("expression")
        if isinstance(expression, str):
            found[str(record.get("id", "")).removeprefix("statement/")] = expression.removeprefix("expression/")
    return found
