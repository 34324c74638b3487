"""YAML-LD files as plain mappings that remember their lines.

Every scalar stays a string (no implicit dates or booleans): the JSON-LD context gives it its type.
Aliases are refused, which also rules out documents that grow without bound when read.

YAML-LD: https://www.w3.org/community/reports/json-ld/CG-FINAL-yaml-ld-20231206/
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ukfr_graph.errors import DataError, Problem

Value: TypeAlias = "str | list[Value] | Mapping"


class Mapping(dict[str, Any]):
    """A YAML mapping of strings to strings, lists and mappings; ``line`` is where it starts, from 1."""

    line: int = 0


@dataclass(frozen=True)
class Document:
    """One YAML-LD file. ``name`` is its path relative to the folder it was found in."""

    name: str
    content: Mapping

    def records(self) -> Iterator[Mapping]:
        """Yield the top-level records: those of ``@graph``, or the document itself where it has none."""
        graph = self.content.get("@graph")
        if graph is None:
            yield self.content
            return
        for record in graph if isinstance(graph, list) else [graph]:
            if not isinstance(record, Mapping):
                raise DataError(
                    [
                        _problem(
                            self.name,
                            self.content.line,
                            "record",
                            "an entry of @graph is no mapping",
                            "write each record as 'id: …' followed by its keys",
                        )
                    ]
                )
            yield record


def read_document(path: Path, root: Path) -> Document:
    """Read one YAML-LD file under ``root``.

    Raises:
        DataError: it is not UTF-8, not YAML, repeats a key, uses an alias, or is no mapping.
    """
    name = path.relative_to(root).as_posix()
    return Document(name, _parse(_decode(path, name), name))


def read_query(path: Path, root: Path) -> tuple[Mapping, str]:
    """Read a SPARQL file and the YAML of its ``#+`` lines (the convention of grlc); (metadata, whole text).

    Raises:
        DataError: it is not UTF-8, or its metadata is not a YAML mapping.
    """
    name = path.relative_to(root).as_posix()
    text = _decode(path, name)
    lines = [line[2:].removeprefix(" ") if line.startswith("#+") else "" for line in text.splitlines()]
    return _parse("\n".join(lines), name) if any(lines) else Mapping(), text


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
    head = _parse("\n".join(_unquote(line.rstrip("\t"))[1:] for line in lines[:length]), name)
    body = [_unquote(line) for line in lines[length:]]
    added = len(body[0]) - len(body[0].rstrip("\t")) if body else 0
    padding = "\t" * added
    return head, "\n".join(line.removesuffix(padding) for line in body), length + 1


def _unquote(line: str) -> str:
    """Take the quotation marks of RFC 4180 off the cells of one line."""
    if not re.search(r'(?:^|\t)"', line):
        return line
    try:
        return "\t".join(next(csv.reader([line], delimiter="\t", strict=True)))
    except csv.Error:
        return line


def _decode(path: Path, name: str) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError(
            [
                _problem(
                    name,
                    line,
                    "encoding",
                    f"byte {error.start} (0x{raw[error.start]:02x}) is not UTF-8",
                    "save the file as UTF-8",
                )
            ]
        ) from None


def _parse(text: str, name: str) -> Mapping:
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DataError(
            [
                _problem(
                    name,
                    mark.line + 1 if mark else 0,
                    "yaml",
                    str(error.problem or error.context),
                    "correct the YAML at this line: indentation, quotes, colons",
                )
            ]
        ) from None
    except YAMLError as error:
        raise DataError(
            [_problem(name, 0, "yaml", str(error), "remove the characters that YAML does not allow")]
        ) from None
    value = _plain(node, name, set()) if node is not None else None
    if not isinstance(value, Mapping):
        raise DataError([_problem(name, 1, "yaml", "the document is not a mapping", "write it as 'key: value' lines")])
    return value


def _plain(node: Node, name: str, seen: set[int]) -> Value:
    if id(node) in seen:
        raise DataError(
            [
                _problem(
                    name,
                    node.start_mark.line + 1,
                    "yaml",
                    "an alias (*name) is used",
                    "write the value out where it is needed",
                )
            ]
        )
    seen.add(id(node))
    if isinstance(node, ScalarNode):
        return str(node.value)
    if isinstance(node, SequenceNode):
        return [_plain(item, name, seen) for item in node.value]
    assert isinstance(node, MappingNode)
    mapping = Mapping()
    mapping.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            raise DataError([_problem(name, line, "yaml", "a key is not a word", "use a plain word as key")])
        key = str(key_node.value)
        if key in mapping:
            raise DataError(
                [
                    _problem(
                        name,
                        line,
                        "yaml",
                        f"the key '{key}' stands twice in one record",
                        "merge the two, as a list where several values hold",
                    )
                ]
            )
        mapping[key] = _plain(value_node, name, seen)
    return mapping


def _problem(name: str, line: int, rule: str, message: str, fix: str) -> Problem:
    return Problem(name, line, "", rule, message, fix)
