"""The text of a file of records, changed one record at a time: every other line stays as it was written.

A record that is changed makes a round trip through ruamel.yaml, which keeps its comments and the order of its keys.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from ukfr_graph.build.shortening import WIDTH
from ukfr_graph.documents import parse_document
from ukfr_graph.drafting.proposals import write_records
from ukfr_graph.errors import DataError, Problem
from ukfr_graph.shorthand import write_out

_LINES = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
_IDLE = re.compile(r"\s*(#.*)?$")
_COMMENT = re.compile(r"(?m)(?:^\s*|\s{2,})#.*$")
_GRAPH = re.compile(r"(?m)^['\"]?@graph['\"]?:[^\n]*\n")
_OFFSET = "  "  # before the dash of a record by itself
_NARROW = 110  # columns, as proposals are written

Change = Callable[[CommentedMap], None]


@lru_cache(8)
def read_records(text: str, name: str) -> RecordText:
    """Read the text of a file of records of this name.

    Raises:
        DataError: see ``RecordText``.
    """
    return RecordText(text, name)


class RecordText:
    """The text of a file of records, the ``records`` in it written out, and the lines of each.

    Raises:
        DataError: it cannot be read, or a record does not begin on a line of its own.
    """

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        document = parse_document(text, name)
        self._is_short = "defaults" in document.content
        self.records: list[Mapping[str, Any]] = list(write_out(document).records())
        self._lines = _LINES.split(text)
        self._end = "\r\n" if "\r\n" in text else "\n"
        self._spans = self._find_spans()

    def find(self, identifier: str) -> Mapping[str, Any] | None:
        """Return a record as it is written out; None where there is none of this id."""
        return next((record for record in self.records if record.get("id") == identifier), None)

    def add(self, record: Mapping[str, Any], after: str = "") -> RecordText:
        """Return the text with one record more, behind another one or at the end."""
        at = self._spans[self._place(after)][1] if after else max((end for _, end, _ in self._spans), default=None)
        indent = self._spans[0][2] if self._spans else 2
        if at is None:
            at = self._end_of_head()
        lines = self._write([_GRAPH.split(write_records([dict(record)]), 1)[1]], indent)
        return self._splice(at, at, lines, {str(record.get("id"))})

    def remove(self, identifier: str) -> RecordText:
        """Return the text without a record; the comments before it stay.

        A file without any record has none to be read: the last one cannot be taken out.
        """
        start, end, _ = self._spans[self._place(identifier)]
        return self._splice(start, end, [], {identifier})

    def edit(self, identifier: str, change: Change) -> RecordText:
        """Return the text with a change made in the keys of one record, as they are written in the file."""
        place = self._place(identifier)
        start, end, indent = self._spans[place]
        yaml_ = YAML(typ="rt")
        yaml_.preserve_quotes = True
        yaml_.width = WIDTH if self._is_short else _NARROW
        yaml_.indent(mapping=2, sequence=4, offset=2)
        before = "".join(_OFFSET + line[indent:] if line.strip() else line for line in self._lines[start:end])
        content = yaml_.load(before)
        _change(content[0], change)
        out = io.StringIO()
        yaml_.dump(content, out)
        lines = self._write([out.getvalue()], indent)
        if _comments(before) - _comments("".join(lines)):
            raise self._fault(start, "a comment in the record would be lost", "change the record in an editor")
        return self._splice(start, end, lines, {identifier})

    def _place(self, identifier: str) -> int:
        return next(n for n, record in enumerate(self.records) if record.get("id") == identifier)

    def _find_spans(self) -> list[tuple[int, int, int]]:
        """Find the lines of each record: (first, the one after the last, columns before the dash), from 0."""
        root = yaml.compose(self.text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        graph = next((value for key, value in root.value if key.value == "@graph"), None)
        if not isinstance(graph, yaml.SequenceNode):
            return []
        starts = [(item.start_mark.line, item.start_mark.column) for item in graph.value]
        found = []
        for (line, column), (after, _) in zip(starts, [*starts[1:], (graph.end_mark.line, 0)], strict=True):
            dash = self._lines[line][:column]
            if dash.strip() != "-":
                raise self._fault(line, "a record does not begin behind its dash", "write '- ' and its first key")
            indent = dash.index("-")
            end = min(max(after, line + 1), len(self._lines))
            while end > line + 1 and _is_between(self._lines[end - 1], indent):
                end -= 1
            found.append((line, end, indent))
        return found

    def _end_of_head(self) -> int:
        match = _GRAPH.search(self.text)
        if match is None:
            raise self._fault(0, "there is no '@graph'", "write '@graph:' before the records")
        return self.text.count("\n", 0, match.end())

    def _write(self, texts: Iterable[str], indent: int) -> list[str]:
        """Write records, each a list of one at two columns or none, at the columns of the file."""
        lines = []
        for text in texts:
            own = len(text) - len(text.lstrip(" "))
            lines += [
                " " * indent + line[own:] + self._end if line.strip() else self._end for line in text.splitlines()
            ]
        return lines

    def _splice(self, start: int, end: int, lines: list[str], meant: set[str]) -> RecordText:
        """Put lines in the place of others, and make sure that only the records that are meant have changed."""
        before = self._lines[:start]
        if lines and before and before[-1] and before[-1][-1:] not in "\r\n":
            before[-1] += self._end
        after = read_records("".join([*before, *lines, *self._lines[end:]]), self.name)
        if _others(self.records, meant) != _others(after.records, meant):
            raise self._fault(start, "another record would be changed as well", "change the record in an editor")
        return after

    def _fault(self, line: int, message: str, fix: str) -> DataError:
        return DataError([Problem(self.name, line + 1, "", "record", message, fix)])


def _change(record: CommentedMap, change: Change) -> None:
    """Make a change, and keep two blanks before the comment behind what has changed: they make it one."""
    before = dict(record)
    change(record)
    for key, tokens in record.ca.items.items():
        behind = tokens[2]
        if behind and before.get(key) is not record.get(key):
            behind.start_mark.column = 0  # that is, behind the value and a blank
            behind.value = " " + behind.value


def _is_between(line: str, indent: int) -> bool:
    """Return whether a line at the end of a record is none of its own: empty, or a comment as far left as its dash."""
    return (bool(_IDLE.fullmatch(line.rstrip("\r\n"))) and len(line) - len(line.lstrip()) <= indent) or not line.strip()


def _others(records: Iterable[Mapping[str, Any]], meant: set[str]) -> list[Mapping[str, Any]]:
    return [record for record in records if record.get("id") not in meant]


def _comments(text: str) -> Counter[str]:
    return Counter(found.strip() for found in _COMMENT.findall(text))
