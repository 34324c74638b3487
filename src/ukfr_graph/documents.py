"""YAML-LD files as plain mappings: every scalar is a text, to which the JSON-LD context gives its type.

YAML-LD: https://www.w3.org/community/reports/json-ld/CG-FINAL-yaml-ld-20231206/
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ukfr_graph import iris
from ukfr_graph.errors import DataError, Message, Problem, SettingsError, TextError, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.files import read_file
from ukfr_graph.plain_yaml import Mapping, parse_yaml
from ukfr_graph.texts import decode, split_lines

_HEAD = _('start the file with  "@context": [%(context)s, {"@base": "%(base)s"}]')


@dataclass(frozen=True)
class Document:
    """One YAML-LD file. ``name`` is its path relative to the folder it was found in."""

    name: str
    content: Mapping

    @property
    def base(self) -> str:
        """The base of its identifiers (JSON-LD 1.1, section 4.1.3); empty where its head gives none."""
        head = self.content.get("@context")
        last = head[-1] if isinstance(head, list) and head else None
        return str(last.get("@base", "")) if isinstance(last, Mapping) else ""

    def records(self) -> Iterator[Mapping]:
        """Yield the top-level records: those of ``@graph``, or the document itself where it has none."""
        if "@graph" not in self.content:
            yield self.content
            return
        graph = self.content["@graph"]
        for record in graph if isinstance(graph, list) else [graph]:
            if not isinstance(record, Mapping):
                line = getattr(record, "line", self.content.line)
                message = Message(_("an entry of @graph is no mapping"))
                fix = Message(_("write each record as 'id: …' followed by its keys"))
                raise DataError([_problem(self.name, line, "record", message, fix)])
            yield record


def read_document(path: Path, root: Path) -> Document:
    """Read one YAML-LD file under ``root``.

    Raises:
        DataError: it is not UTF-8, not YAML, repeats a key, has what is not read here, or is no mapping.
    """
    name = path.relative_to(root).as_posix()
    return parse_document(_decode(path, name), name)


def parse_document(text: str, name: str) -> Document:
    """Read the text of a YAML-LD file of this name.

    Raises:
        DataError: as for ``read_document``, but for the encoding.
    """
    return Document(name, parse_yaml(text, name))


def check_head(document: Document, base: str) -> None:
    """Make sure that a file begins with our context and the base of its workspace.

    Raises:
        DataError: it has another context, or another base.
    """
    head = document.content.get("@context")
    if head != [iris.CONTEXT, {"@base": base}]:
        fix = make_message(_HEAD, context=iris.CONTEXT, base=base)
        message = make_message("the context is %(context)s", context=repr(head))
        raise DataError([Problem(document.name, 1, "", "context", message, fix)])


def read_query(path: Path, root: Path) -> tuple[Mapping, str]:
    """Read a SPARQL file and the YAML of its ``#+`` lines (the convention of grlc); (metadata, whole text).

    Raises:
        DataError: it is not UTF-8, or its metadata is not a YAML mapping.
    """
    name = path.relative_to(root).as_posix()
    text = _decode(path, name)
    lines = [line[2:].removeprefix(" ") if line.startswith("#+") else "" for line in split_lines(text)]
    return _forget_places(parse_yaml("\n".join(lines).rstrip(), name)) if any(lines) else Mapping(), text


def read_mapping(path: Path, root: Path) -> Mapping:
    """Read a YAML file that is one mapping.

    Raises:
        DataError: it is not UTF-8, or no YAML mapping.
    """
    name = path.relative_to(root).as_posix()
    mapping: Mapping = _forget_places(parse_yaml(_decode(path, name), name))
    return mapping


def read_table(path: Path, root: Path) -> tuple[Mapping, str, int]:
    """Read a table that begins with ``#`` lines of YAML: (metadata, the lines after it, the number of their first).

    What a spreadsheet adds is taken out: a byte order mark, CRLF, quotation marks around cells, and the tabs that
    make every line as long as the longest.

    Raises:
        DataError: it is not UTF-8, or its head is not a YAML mapping.
    """
    name = path.relative_to(root).as_posix()
    lines = re.split(r"\r\n|\n|\r", _decode(path, name).removeprefix("\ufeff"))
    length = next((i for i, line in enumerate(lines) if not line.startswith(("#", '"#'))), len(lines))
    head = parse_yaml("\n".join(_unquote(line.rstrip("\t"))[1:] for line in lines[:length]), name)
    body = [_unquote(line) for line in lines[length:]]
    added = len(body[0]) - len(body[0].rstrip("\t")) if body else 0
    padding = "\t" * added
    return _forget_places(head), "\n".join(line.removesuffix(padding) for line in body), length + 1


def _unquote(line: str) -> str:
    """Take the quotation marks of RFC 4180 off the cells of one line."""
    if not re.search(r'(?:^|\t)"', line):
        return line
    try:
        return "\t".join(next(csv.reader([line], delimiter="\t", strict=True)))
    except csv.Error:
        return line


def _forget_places(value: Any) -> Any:
    """Make plain strings of the scalars: the heads of queries and tables are handed on to libraries."""
    if isinstance(value, Mapping):
        plain = Mapping((str(key), _forget_places(inner)) for key, inner in value.items())
        plain.line = value.line
        return plain
    return [_forget_places(item) for item in value] if isinstance(value, list) else str(value)


def _decode(path: Path, name: str) -> str:
    try:
        return decode(read_file(path))
    except SettingsError as error:
        raise DataError(
            [_problem(name, 0, "file", error.message, Message(_("put a regular file in its place")))]
        ) from None
    except TextError as error:
        raise DataError(
            [_problem(name, error.line, "encoding", error.detail, Message(_("save the file as UTF-8")))]
        ) from None


def _problem(name: str, line: int, rule: str, message: str | Message, fix: Message) -> Problem:
    return Problem(name, line, "", rule, message, fix)
