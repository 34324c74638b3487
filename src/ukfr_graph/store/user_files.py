"""The files of the graphs of the user's own: N-Quads in order, named by the hashes of the graph and of its content.

The same content has the same file, whatever it came from and in which order, but for the names of blank nodes.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import pyoxigraph as ox

from ukfr_graph.store.graph_files import FULL_STOP, write_as_stored
from ukfr_graph.store.layout import describe_file
from ukfr_graph.store.text_facts import Graph, name_graph

_TOGETHER = 10_000  # triples that are written at a time
_SORTED_LINES = 500_000  # that are sorted in memory, 120 MB


def find_file(user: Path, graph: Graph) -> Path | None:
    """Find the file of a graph; one that is empty has none."""
    return next(user.glob(f"{_hash_name(graph)}.*.nq"), None)


def read_hash(file: Path) -> str:
    """Return the hash of the content that a file is named by."""
    return file.name.split(".")[1]


def is_intact(file: Path) -> bool:
    """Return whether a file still has the hash that its name gives."""
    return str(describe_file(file)["sha256"]).startswith(read_hash(file))


def write_file(user: Path, graph: Graph, lines: Iterable[bytes]) -> int:
    """Write the file of a graph, in place of the one before, from its lines in order; return how many there are."""
    name, content, count = _hash_name(graph), hashlib.sha256(), 0
    written = user / f"{name}.nq"
    with written.open("wb", buffering=1 << 20) as file:
        for line in lines:
            file.write(line)
            content.update(line)
            count += 1
    if before := find_file(user, graph):
        before.unlink()
    if count:
        written.rename(user / f"{name}.{content.hexdigest()[:16]}.nq")
    else:
        written.unlink()
    return count


def write_lines(triples: Iterable[ox.Triple], graph: Graph) -> Iterator[bytes]:
    """Write triples as lines of a graph's file: numbers, times and the like as the store holds them."""
    end = f" {graph} .\n".encode() if isinstance(graph, ox.NamedNode) else FULL_STOP
    rest = iter(triples)
    while batch := list(islice(rest, _TOGETHER)):
        text = ox.serialize(batch, format=ox.RdfFormat.N_TRIPLES)
        assert text is not None  # no output file was given
        yield from write_as_stored(text).replace(FULL_STOP, end).splitlines(keepends=True)


def sort_lines(lines: Iterable[bytes], folder: Path, stack: ExitStack) -> Iterator[bytes]:
    """Return lines in order, each once; they lie in files without a name, in a folder, until ``stack`` closes them."""
    rest = iter(lines)
    runs: list[Iterable[bytes]] = []
    while run := list(islice(rest, _SORTED_LINES)):
        run = sorted(set(run))
        file: IO[bytes] = stack.enter_context(TemporaryFile(dir=folder))  # noqa: SIM115 - the stack closes it
        file.writelines(run)
        file.seek(0)
        runs.append(file)
    return merge_lines(*runs)


def merge_lines(*runs: Iterable[bytes]) -> Iterator[bytes]:
    """Merge lines that are in order, and leave each but once."""
    return (line for line, _ in groupby(heapq.merge(*runs)))


def _hash_name(graph: Graph) -> str:
    return hashlib.sha256(name_graph(graph).encode()).hexdigest()[:16]
