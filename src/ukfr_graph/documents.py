"""YAML-LD files as plain mappings that remember their lines.

Every scalar stays the text that was written (no implicit dates or booleans): the JSON-LD context gives it its type.
What a reader of YAML would replace, drop or read otherwise is refused: aliases (which also rules out documents that
grow without bound when read), anchors, tags, merge keys, and comments that look like the rest of a value.

YAML-LD: https://www.w3.org/community/reports/json-ld/CG-FINAL-yaml-ld-20231206/
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from ukfr_graph import iris
from ukfr_graph.errors import DataError, Message, Problem, SettingsError, TextError, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.files import read_file
from ukfr_graph.texts import decode, describe, find_place, split_lines

Value: TypeAlias = "str | list[Value] | Mapping"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C library reads 27 times as fast
_HEAD = _('start the file with  "@context": [%(context)s, {"@base": "%(base)s"}]')
_SEPARATORS = re.compile("[\x85\u2028\u2029]")
_COMMENT = re.compile(r"\s*#")
_PLAIN_COMMENT = re.compile(r"\s{2,}#(\s|#|\Z)")


class Text(str):
    """A scalar as it was written, its ``line`` from 1; ``is_plain`` where it stands without quotation marks."""

    __slots__ = ("is_plain", "line")
    line: int
    is_plain: bool


class Mapping(dict[str, Any]):
    """A YAML mapping of strings to strings, lists and mappings; ``line`` is where it starts, from 1.

    Its keys, and the scalars in it, are of the class ``Text``, but for what a program has added.
    """

    line: int = 0


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
    return Document(name, _parse(text, name))


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
    return _forget_places(_parse("\n".join(lines).rstrip(), name)) if any(lines) else Mapping(), text


def read_mapping(path: Path, root: Path) -> Mapping:
    """Read a YAML file that is one mapping.

    Raises:
        DataError: it is not UTF-8, or no YAML mapping.
    """
    name = path.relative_to(root).as_posix()
    mapping: Mapping = _forget_places(_parse(_decode(path, name), name))
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
    head = _parse("\n".join(_unquote(line.rstrip("\t"))[1:] for line in lines[:length]), name)
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


def _parse(text: str, name: str) -> Mapping:
    if found := _SEPARATORS.search(text):
        message = make_message(
            "%(character)s ends a line for some readers and not for others", character=describe(found.group())
        )
        fix = make_message(
            "take it out, or write it as %(escaped)s in a text within double quotation marks",
            escaped=f"\\u{ord(found.group()):04x}",
        )
        raise DataError([_problem(name, find_place(text, found.start())[0], "yaml", message, fix)])
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise DataError([_place_error(error, text, name)]) from None
    except yaml.reader.ReaderError as error:
        place = find_place(text, text.find(chr(error.character)))[0]
        message = make_message("%(character)s may not stand in YAML", character=describe(chr(error.character)))
        raise DataError([_problem(name, place, "yaml", message, Message(_("take the character out")))]) from None
    value = _Reader(name, text).read(node) if node is not None else None
    if not isinstance(value, Mapping):
        message, fix = Message(_("the document is not a mapping")), Message(_("write it as 'key: value' lines"))
        raise DataError([_problem(name, 1, "yaml", message, fix)])
    return value


def _place_error(error: yaml.MarkedYAMLError, text: str, name: str) -> Problem:
    """Say where the fault is, which is often before the place where the reader stumbles."""
    start, mark = error.context_mark, error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 0
    message: str | Message = str(error.problem or error.context)
    if opened := _find_open_quote(text, line):
        template = _("a quotation mark that opens here is closed further down only; at line %(line)s, %(fault)s")
        line, message = opened, make_message(template, line=line, fault=message)
    elif start and start.line + 1 != line:
        message = make_message("%(fault)s, in what begins at line %(line)s", fault=message, line=start.line + 1)
        if re.search("simple key|quoted", str(error.context)):  # whose end is looked for in what follows
            line = start.line + 1
    fix = Message(_("correct the YAML at this line: indentation, quotes, colons"))
    return _problem(name, line, "yaml", message, fix)


def _find_open_quote(text: str, line: int) -> int:
    """Find the line of a quotation mark that is closed before a line (both from 1) within other words; 0 where none is.

    The mark that closes it was meant to open another text, or is an apostrophe: more follows right behind it.
    """
    lines = split_lines(text)
    try:
        for token in yaml.scan(text, Loader=_Loader):
            if token.start_mark.line >= line:
                break
            if isinstance(token, yaml.ScalarToken) and token.style in ("'", '"'):
                rest = lines[token.end_mark.line][token.end_mark.column :].strip()
                if token.start_mark.line < token.end_mark.line and rest and rest[0] not in ":,]}#":
                    return int(token.start_mark.line) + 1
    except yaml.YAMLError:
        pass  # that is the fault
    return 0


class _Reader:
    """Turns composed nodes into plain values, and refuses what would not be what was written."""

    def __init__(self, name: str, text: str) -> None:
        self._name, self._lines = name, split_lines(text)
        self._seen: set[int] = set()
        self._has_marks, self._has_comments = (
            "&" in text or "!" in text,
            "#" in text,
        )  # most files need not be looked at

    def read(self, node: yaml.Node) -> Value:
        if id(node) in self._seen:
            message, fix = _("an alias (*name) is used"), _("write the value out where it is needed")
            raise self._fault(node, Message(message), fix)
        self._seen.add(id(node))
        if self._has_marks:
            self._check_start(node)
        if isinstance(node, yaml.ScalarNode):
            return self._read_text(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item) for item in node.value]
        mapping = Mapping()
        mapping.line = node.start_mark.line + 1
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._fault(key_node, Message(_("a key is not a word")), _("use a plain word as key"))
            key = self._read_text(key_node)
            if self._has_marks:
                self._check_start(key_node)
            if key == "<<" and key.is_plain:
                message, fix = _("a merge key (<<) is used"), _("write the keys out where they are needed")
                raise self._fault(key_node, Message(message), fix)
            if key in mapping:
                twice = make_message("the key '%(key)s' stands twice in one record", key=key)
                raise self._fault(key_node, twice, _("merge the two, as a list where several values hold"))
            mapping[key] = self.read(value_node)
        return mapping

    def _read_text(self, node: yaml.ScalarNode) -> Text:
        text = Text(node.value)
        text.line, text.is_plain = node.start_mark.line + 1, not node.style
        if not self._has_comments:
            return text
        rest = self._lines[node.end_mark.line][node.end_mark.column :] if text.is_plain and text else ""
        if _COMMENT.match(rest) and not _PLAIN_COMMENT.match(rest):
            message = make_message("%(words)s would be read as a comment", words=repr(rest.strip()[:40]))
            fix = _("quote the whole value; before a comment, write two blanks, and one after #")
            raise self._fault(node, message, fix)
        return text

    def _check_start(self, node: yaml.Node) -> None:
        """Refuse anchors and tags, of which a composed node shows the tag alone: both stand before the value."""
        first = self._lines[node.start_mark.line][node.start_mark.column :][:1]
        if first == "&":
            message = Message(_("an anchor (&name) for an alias is used"))
            raise self._fault(node, message, _("leave it out; quote a value that begins with &"))
        if first == "!":
            message = Message(_("a tag (!name) is used"))
            raise self._fault(node, message, _("leave it out; quote a value that begins with !"))

    def _fault(self, node: yaml.Node, message: Message, fix: str) -> DataError:
        return DataError([_problem(self._name, node.start_mark.line + 1, "yaml", message, Message(fix))])


def _problem(name: str, line: int, rule: str, message: str | Message, fix: Message) -> Problem:
    return Problem(name, line, "", rule, message, fix)
