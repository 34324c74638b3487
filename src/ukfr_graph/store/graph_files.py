"""The graphs of a dataset as they lie in its files of N-Quads (https://www.w3.org/TR/n-quads/), each read as N-Triples.

A dump of the store fills the engine's caches, 80 MB. The files need no more memory than a piece of them, and two
numbers for each run of lines of one graph. What is read is what a dump would give: the store holds numbers and times in
a form of its own (an xsd:nonNegativeInteger as an xsd:integer), and another engine is to give the same answers.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

_PIECE_BYTES = 1 << 18
FULL_STOP = b" .\n"
"""What a line of N-Triples ends with."""

_TYPED = b'"^^<http://www.w3.org/2001/XMLSchema#'
_SPACES = 3  # in a line of the default graph
_GRAPH = re.compile(rb'\S+ \S+ .+( <[^<>"\s]*> \.\n)')


@dataclass
class GraphFile:
    """A graph by its ``name``, which is empty for the default graph; a body that can be sent as often as is asked for.

    ``end`` is what each of its lines ends with, ``runs`` where its lines begin and end in each file.
    """

    name: str
    end: bytes
    triples: int = 0
    line_bytes: int = 0
    runs: dict[Path, array[int]] = field(default_factory=dict)
    _hash: Any = field(default_factory=hashlib.sha256)

    @property
    def size_bytes(self) -> int:
        """The size as N-Triples."""
        return self.line_bytes - self.triples * (len(self.end) - len(FULL_STOP))

    @property
    def digest(self) -> str:
        """The SHA-256 of its content, in order."""
        return str(self._hash.hexdigest())

    def add(self, path: Path, start: int, lines: list[bytes]) -> None:
        """Add a run of lines that begins at a place of a file."""
        text = b"".join(lines)
        places = self.runs.setdefault(path, array("Q"))
        if places and places[-1] == start:
            places[-1] += len(text)
        else:
            places.extend((start, start + len(text)))
        text = write_as_stored(text)
        self._hash.update(text)
        self.triples += len(lines)
        self.line_bytes += len(text)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the graph as N-Triples, in pieces."""
        kept, size = list[bytes](), 0
        for piece in self._read():
            kept.append(piece)
            size += len(piece)
            if size >= _PIECE_BYTES:
                text, line, rest = b"".join(kept).rpartition(b"\n")
                yield self._write(text + line)
                kept, size = [rest], len(rest)
        yield self._write(b"".join(kept))

    def _write(self, lines: bytes) -> bytes:
        return write_as_stored(lines).replace(self.end, FULL_STOP)

    def _read(self) -> Iterator[bytes]:
        for path, places in self.runs.items():
            with path.open("rb") as file:
                for start, stop in zip(*[iter(places)] * 2, strict=True):
                    file.seek(start)
                    for at in range(start, stop, _PIECE_BYTES):
                        yield file.read(min(_PIECE_BYTES, stop - at))


def find_graphs(paths: Iterable[Path]) -> list[GraphFile]:
    """Find the graphs in files of N-Quads, written as pyoxigraph does, in the order of their names."""
    found: dict[bytes, GraphFile] = {}
    for path in paths:
        for start, end, lines in _read_runs(path):
            if end not in found:
                found[end] = GraphFile(end[2 : -len(FULL_STOP) - 1].decode(), end)
            found[end].add(path, start, lines)
    return sorted(found.values(), key=lambda graph: graph.name)


def find_rewritten(triples: Iterable[ox.Triple]) -> list[tuple[str, str]]:
    """Find literals that the engine would write otherwise: (as given, as stored), each once, in order.

    It keeps the value of numbers, dates and booleans, not their form: ``"01"^^xsd:integer`` becomes ``1``.
    """
    typed = {
        t.object
        for t in triples
        if isinstance(t.object, ox.Literal) and not t.object.datatype.value.endswith(("#string", "#langString"))
    }
    pairs = ((given, _read_stored(given.encode()).decode()) for given in sorted(map(str, typed)))
    return [(given, stored) for given, stored in pairs if stored != given]


def _read_runs(path: Path) -> Iterator[tuple[int, bytes, list[bytes]]]:
    """Yield lines of one graph that follow each other: where they begin, what all end with, and themselves."""
    start = at = 0
    end, lines = FULL_STOP, list[bytes]()
    with path.open("rb") as file:
        for line in file:
            is_same = line.endswith(end) and line.count(b" ") > _SPACES  # else what it ends with may be the object
            if end == FULL_STOP or not is_same or at - start >= _PIECE_BYTES:
                found = _GRAPH.fullmatch(line)
                next_end = found[1] if found else FULL_STOP
                if lines and (next_end != end or at - start >= _PIECE_BYTES):
                    yield start, end, lines
                    start, lines = at, []
                end = next_end
            lines.append(line)
            at += len(line)
    if lines:
        yield start, end, lines


def write_as_stored(lines: bytes) -> bytes:
    """Write numbers, times and the like as the store holds them."""
    first, *rest = lines.split(_TYPED)
    parts = [first]
    for piece in rest:
        before, quote, value = parts[-1].rpartition(b'"')
        kind, bracket, after = piece.partition(b">")
        if not quote or before.endswith(b"\\") or value.endswith(b"\\"):  # a text, or what has a text in it
            parts += [_TYPED, piece]
        else:
            parts[-1:] = [before, _read_stored(quote + value + _TYPED + kind + bracket), after]
    return b"".join(parts)


@lru_cache(maxsize=65_536)
def _read_stored(literal: bytes) -> bytes:
    """Return a literal as the store gives it back."""
    before, after = b"<urn:x> <urn:x> ", b" .\n"
    store = ox.Store()
    store.load(before + literal + after, format=ox.RdfFormat.N_TRIPLES)
    line = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph()) or b""
    return line.removeprefix(before).removesuffix(after)
