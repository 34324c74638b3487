"""The text of a file of records, changed one record at a time: every other line stays as it was written.

A record that is changed makes a round trip through ruamel.yaml, which keeps its comments and the order of its keys.
"""

from __future__ import annotations

import io
import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from threading import Lock
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from ukfr_graph.build.collector import pause_collector
from ukfr_graph.build.shortening import WIDTH
from ukfr_graph.documents import Document, parse_document
from ukfr_graph.drafting.proposals import write_records
from ukfr_graph.errors import DataError, Message, Problem
from ukfr_graph.errors import mark as _
from ukfr_graph.plain_yaml import write_yaml
from ukfr_graph.shorthand import write_out

_LINES = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
_IDLE = re.compile(r"\s*(#.*)?$")
_COMMENT = re.compile(r"(?m)(?:^\s*|\s{2,})#.*$")
_GRAPH = re.compile(r"(?m)^['\"]?@graph['\"]?:[^\n]*\n")
_DASH = re.compile(r"(?m)^( *)- ")
_CONTENT = re.compile(r"(?m)^\s*[^\s#]")
_DEFAULTS = re.compile(r"(?m)^['\"]?defaults['\"]?:")
_OFFSET = "  "  # before the dash of a record by itself
_NARROW = 110  # columns, as proposals are written

Change = Callable[[CommentedMap], None]
_KEPT = 8  # texts


class _Kept:
    """The texts that were read last. What is written again and again is read again only where it changed."""

    def __init__(self) -> None:
        self._texts: OrderedDict[tuple[str, str], RecordText] = OrderedDict()
        self._lock = Lock()

    def read(self, text: str, name: str) -> RecordText:
        with self._lock:
            found = self._texts.get((text, name))
            latest = next((kept for kept in reversed(self._texts.values()) if kept.name == name), None)
        if found is None:
            found = RecordText(text, name, latest)
        with self._lock:
            self._texts[text, name] = found
            self._texts.move_to_end((text, name))
            while len(self._texts) > _KEPT:
                self._texts.popitem(last=False)
        return found


_kept = _Kept()


def read_records(text: str, name: str) -> RecordText:
    """Read the text of a file of records of this name.

    Raises:
        DataError: see ``RecordText``.
    """
    return _kept.read(text, name)


class RecordText:
    """The text of a file of records, the ``records`` in it written out, and the lines of each.

    A record is a block of whole lines from its dash on; YAML reads it the same whatever stands in the other blocks, so
    that those which an ``earlier`` text of the file has are not read again.

    Raises:
        DataError: it cannot be read, or a record does not begin on a line of its own.
    """

    def __init__(self, text: str, name: str, earlier: RecordText | None = None) -> None:
        self.text, self.name = text, name
        self._end = "\r\n" if "\r\n" in text else "\n"
        self._head, self._blocks, self._tail, self._indent = _cut(text)
        self._read: dict[str, Mapping[str, Any]] = {}
        if earlier and (earlier._head, earlier._tail) == (self._head, self._tail):
            self._read = {block: earlier._read[block] for block in self._blocks if block in earlier._read}
        self._read |= self._read_blocks([block for block in dict.fromkeys(self._blocks) if block not in self._read])
        self.records = [self._read[block] for block in self._blocks] if self._blocks else self._read_whole()
        self.is_short = bool(_DEFAULTS.search(self._head + self._tail))

    def find(self, identifier: str) -> Mapping[str, Any] | None:
        """Return a record as it is written out; None where there is none of this id."""
        return next((record for record in self.records if record.get("id") == identifier), None)

    def add(self, record: Mapping[str, Any], after: str = "") -> RecordText:
        """Return the text with one record more, behind another one or at the end."""
        lines = self._write([_GRAPH.split(write_records([dict(record)]), 1)[1]])
        if not self._blocks:
            if not _GRAPH.search(self._head):
                raise self._fault(0, _("there is no '@graph'"), _("write '@graph:' before the records"))
            lines = ["" if self._head.endswith(("\n", "\r")) else self._end, *lines]
            return self._change(0, 0, "".join(lines), "", {str(record.get("id"))})
        place = self._place(after) if after else len(self._blocks) - 1
        own, between = self._part(place)
        own += "" if own.endswith(("\n", "\r")) else self._end
        return self._change(place, place + 1, own + "".join(lines), between, {str(record.get("id"))})

    def remove(self, identifier: str) -> RecordText:
        """Return the text without a record; the comments before it stay.

        A file without any record has none to be read: the last one cannot be taken out.
        """
        place = self._place(identifier)
        return self._change(place, place + 1, "", self._part(place)[1], {identifier})

    def edit(self, identifier: str, change: Change) -> RecordText:
        """Return the text with a change made in the keys of one record, as they are written in the file."""
        place = self._place(identifier)
        own, between = self._part(place)
        yaml_ = YAML(typ="rt")
        yaml_.preserve_quotes = True
        yaml_.width = WIDTH if self.is_short else _NARROW
        yaml_.indent(mapping=2, sequence=4, offset=2)
        lines = _LINES.split(own)
        before = "".join(_OFFSET + line[self._indent :] if line.strip() else line for line in lines)
        content = yaml_.load(before)
        _change(content[0], change)
        out = io.StringIO()
        yaml_.dump(content, out)
        after = "".join(self._write([out.getvalue()]))
        if _comments(before) - _comments(after):
            raise self._fault(place, _("a comment in the record would be lost"), _("change the record in an editor"))
        return self._change(place, place + 1, after, between, {identifier})

    def _place(self, identifier: str) -> int:
        if not self._blocks:
            raise self._fault(0, _("there is no '@graph'"), _("write '@graph:' before the records"))
        return next(n for n, record in enumerate(self.records) if record.get("id") == identifier)

    def _part(self, place: int) -> tuple[str, str]:
        """Part the lines of a record from what stands between it and the next one: empty lines and comments."""
        lines = _LINES.split(self._blocks[place])
        end = len(lines)
        while end > 1 and _is_between(lines[end - 1], self._indent):
            end -= 1
        return "".join(lines[:end]), "".join(lines[end:])

    @pause_collector()
    def _read_blocks(self, blocks: list[str]) -> dict[str, Mapping[str, Any]]:
        """Read blocks as if the file had no others."""
        if not blocks:
            return {}
        try:
            document = parse_document("".join([self._head, *blocks, self._tail]), self.name)
            self._check(document, blocks)
            return dict(zip(blocks, write_out(document).records(), strict=True))
        except DataError:
            if blocks != self._blocks:  # the lines of a problem are those of the whole file
                write_out(parse_document(self.text, self.name))
            raise

    def _read_whole(self) -> list[Mapping[str, Any]]:
        """Read a file without blocks: its records cannot be changed one by one."""
        document = parse_document(self.text, self.name)
        if "@graph" not in document.content:
            return list(write_out(document).records())
        if document.content["@graph"]:
            raise self._fault(0, _("a record does not begin behind its dash"), _("write '- ' and its first key"))
        return []

    def _check(self, document: Document, blocks: list[str]) -> None:
        """Make sure that each block is one record, and that what follows them is none of the last one's."""
        starts, line = [], self._head.count("\n") + 1
        for block in blocks:
            starts.append(line)
            line += block.count("\n")
        found = [record.line for record in document.records()]
        if found != starts:
            odd = next((n for n, start in enumerate(starts) if n >= len(found) or found[n] != start), 0)
            raise self._fault(odd, _("a record does not begin behind its dash"), _("write '- ' and its first key"))
        if self._tail and not self._is_apart(document, blocks):
            raise self._fault(len(blocks), _("the last record has no clear end"), _("write '@graph' last in the file"))

    def _is_apart(self, document: Document, blocks: list[str]) -> bool:
        """Return whether the blocks say the same without what follows them, and that the same without them."""
        try:
            bare = parse_document("".join([self._head, *blocks]), self.name)
            rest = parse_document(self._head + self._tail, self.name).content
        except DataError:
            return False
        is_same = list(bare.records()) == list(document.records())
        return is_same and rest.keys() == document.content.keys() and not rest["@graph"]

    def _write(self, texts: Iterable[str]) -> list[str]:
        """Write records, each a list of one at two columns or none, at the columns of the file."""
        lines = []
        for text in texts:
            own = len(text) - len(text.lstrip(" "))
            lines += [
                " " * self._indent + line[own:] + self._end if line.strip() else self._end for line in text.splitlines()
            ]
        return lines

    def _change(self, start: int, end: int, lines: str, between: str, meant: set[str]) -> RecordText:
        """Put lines in the place of blocks, and make sure that only the records that are meant have changed."""
        text = "".join([self._head, *self._blocks[:start], lines, between, *self._blocks[end:], self._tail])
        after = read_records(text, self.name)
        if _others(self.records, meant) != _others(after.records, meant):
            raise self._fault(start, _("another record would be changed as well"), _("change the record in an editor"))
        return after

    def _fault(self, place: int, message: str, fix: str) -> DataError:
        line = (self._head + "".join(self._blocks[:place])).count("\n") + 1
        return DataError([Problem(self.name, line, "", "record", Message(message), Message(fix))])


def write_value(value: Any) -> Any:
    """Return a value of plain texts as it stands in a file: numbers, days and truth values without quotation marks."""
    return YAML(typ="rt").load(write_yaml(value))


def _cut(text: str) -> tuple[str, list[str], str, int]:
    """Cut a text into what stands before the records, a block for each of them, and what follows; with their indent."""
    graph = _GRAPH.search(text)
    first = _DASH.search(text, graph.end()) if graph else None
    if not graph or not first or _CONTENT.search(text, graph.end(), first.start()):
        return text, [], "", 2
    indent = len(first[1])
    end = re.compile(rf"(?m)^(?! {{{indent}}}- | {{{indent + 1}}}| *\r?$| *#)").search(text, first.start())
    stop = end.start() if end else len(text)
    starts = [m.start() for m in re.compile(rf"(?m)^ {{{indent}}}- ").finditer(text, first.start(), stop)]
    blocks = [text[start:after] for start, after in zip(starts, [*starts[1:], stop], strict=True)]
    return text[: first.start()], blocks, text[stop:], indent


def _change(record: CommentedMap, change: Change) -> None:
    """Make a change, and keep two blanks before the comment behind what has changed: they make it one."""
    before = {(id(node), key): said for node, key, said in _list_values(record)}
    change(record)
    for node, key, said in _list_values(record):
        behind = node.ca.items.get(key, [None] * 3)[2]
        if behind and before.get((id(node), key)) != said:
            behind.start_mark.column = 0  # that is, behind the value and a blank
            behind.value = " " + behind.value


def _list_values(node: Any) -> Iterator[tuple[CommentedMap, str, str]]:
    """Yield what each key of a record says, and of the mappings in it."""
    if isinstance(node, CommentedMap):
        for key, value in node.items():
            yield node, key, str(value)
    for inner in node.values() if isinstance(node, CommentedMap) else node if isinstance(node, list) else ():
        yield from _list_values(inner)


def _is_between(line: str, indent: int) -> bool:
    """Return whether a line at the end of a record is none of its own: empty, or a comment as far left as its dash."""
    return (bool(_IDLE.fullmatch(line.rstrip("\r\n"))) and len(line) - len(line.lstrip()) <= indent) or not line.strip()


def _others(records: Iterable[Mapping[str, Any]], meant: set[str]) -> list[Mapping[str, Any]]:
    return [record for record in records if str(record.get("id")) not in meant]


def _comments(text: str) -> Counter[str]:
    return Counter(found.strip() for found in _COMMENT.findall(text))
