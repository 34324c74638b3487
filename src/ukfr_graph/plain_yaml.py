"""YAML as plain texts, lists and mappings that remember their lines.

Every scalar stays the text that was written (no implicit dates or booleans). What a reader of YAML would replace, drop
or read otherwise is refused: aliases (which also rules out documents that grow without bound when read), anchors, tags,
merge keys, and comments that look like the rest of a value.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

import yaml

from ukfr_graph.errors import DataError, Message, Problem, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.texts import describe, find_place, split_lines

Value: TypeAlias = "str | list[Value] | Mapping"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C library reads 27 times as fast
_SEPARATORS = re.compile("[\x85\u2028\u2029]")
_CURLY, _RESERVED, _OPENING = "“”„‘’«»", ("%", "@", "`", "&", "*", "!", "|", ">"), ("'", '"', "[", "{")
_COMMENT = re.compile(r"\s*#")
_UNQUOTED = re.compile(r"\d{1,30}(?:\.\d{1,10})?|\d{4}-\d{2}-\d{2}|true|false")
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


def parse_yaml(text: str, name: str) -> Mapping:
    """Read the YAML of a file of this name.

    Raises:
        DataError: it is not YAML, repeats a key, has what is not read here, or is no mapping.
    """
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


def write_yaml(content: Any) -> str:
    """Write plain texts, lists and dictionaries in the manner of curated records."""
    written: str = yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return written


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
    return _problem(name, line, "yaml", message, _advise(split_lines(text)[max(line - 2, 0) : line]))


def _advise(lines: list[str]) -> Message:
    """Say what to do about a line that YAML cannot be read at, the last of some; several slips have a sign."""
    line = lines[-1] if lines else ""
    indented = "".join(each[: len(each) - len(each.lstrip())] for each in lines).replace(" ", "")
    value = re.sub(r"^[\[{]\s*(\w+: )?", "", line.partition(": ")[2].strip())
    if indented:
        return make_message("indent with blanks alone, without %(character)s", character=describe(indented[0]))
    if value[:1] and value[0] in _CURLY:
        return make_message(
            "write \" or ' around a text; %(character)s is no quote of YAML", character=describe(value[0])
        )
    if value[:1] in _RESERVED:
        return make_message("put quotes around a text that begins with %(character)s", character=value[:1])
    if ": " in value and value[:1] not in _OPENING:
        return Message(_("put quotes around a text with a colon and a blank in it"))
    return Message(_("correct the YAML at this line: indentation, quotes, colons"))


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


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]
    """Writes lists indented, and no aliases, which are not read here."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, indentless=False)


def _represent(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    """Write numbers, days and truth values plainly, as curated records have them: here every scalar is a text."""
    tag = dumper.resolve(yaml.ScalarNode, value, (True, False))
    if _UNQUOTED.fullmatch(value):
        return dumper.represent_scalar(tag, value)
    risky = not value.isprintable() or value != value.strip() or " #" in value or value[:1] in "&!*%@`"
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style='"' if risky else None)


_Dumper.add_representer(str, _represent)
