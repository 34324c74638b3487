"""Making the text index of large files in processes of its own, beside the engine that loads them.

One process makes documents of the N-Quads, another puts them into the index: each takes about as long. Neither has the
engine open: its threads do not survive a fork.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ukfr_graph.errors import DatasetError
from ukfr_graph.store.text_documents import READ, Read, read_documents
from ukfr_graph.store.text_facts import Graph, ReadFacts, name_graph
from ukfr_graph.store.text_index import write_index

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_COMMAND = (
    "import sys; from pathlib import Path; from ukfr_graph.store.text_pass import write_index_of_files; "
    "write_index_of_files(*map(Path, sys.argv[1:]))"
)
_LARGE_BYTES = 20_000_000  # of N-Quads: from here on, starting processes is little of the time that they save
_TOGETHER = 500  # resources that are handed over at a time


def are_large(files: Iterable[Path]) -> bool:
    """Return whether to read all that is known takes less time than to look up what files of N-Quads tell about."""
    return sum(file.stat().st_size for file in files) >= _LARGE_BYTES


def make_index_of_files(path: Path, known: Path | None, *files: Path) -> None:
    """Make the index of what is loaded into a store from files of N-Quads: the same as of the store.

    What ``known`` says is not in the index, but names what the files tell about.

    Raises:
        SettingsError: see ``text_index.make_index``.
        DatasetError: the process that makes it ended before it was whole.
    """
    if not are_large(files):
        facts, graphs = _read_facts(known, files)
        write_index(facts, path, lambda graph: read_documents(facts, graph), graphs)
        return
    command = [sys.executable, "-c", _COMMAND, str(path), str(known or os.devnull), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [str(done.returncode)]
        raise DatasetError("The text index of %(nquads)s could not be made: %(fault)s", nquads=files[0], fault=last[0])


def write_index_of_files(path: Path, known: Path, *files: Path) -> None:
    """Make the index in this process, with one that makes the documents beside it."""
    import multiprocessing  # nobody else needs it

    gc.disable()  # a few large tables stay to the end, and nothing is in a cycle
    facts, graphs = _read_facts(known, files)
    ours, theirs = multiprocessing.Pipe(duplex=False)

    def send() -> None:
        ours.close()
        for graph in graphs:
            documents = read_documents(facts, graph)
            while batch := list(islice(documents, _TOGETHER)):
                theirs.send(batch)
            theirs.send(None)

    maker = multiprocessing.get_context("fork").Process(target=send)
    maker.start()
    theirs.close()
    write_index(facts, path, lambda _: _receive(ours), graphs)
    maker.join()


def _receive(end: Connection) -> Iterator[Read]:
    while batch := end.recv():  # it ends with an error where the other process does
        yield from batch


def _read_facts(known: Path | None, files: Sequence[Path]) -> tuple[ReadFacts, list[Graph]]:
    """Read the facts that matter; return them with the graphs that the files are of, by their names."""
    facts, graphs = ReadFacts(READ), set[Graph]()
    if known:
        facts.read(ox.parse(path=known, format=ox.RdfFormat.N_QUADS))
    for file in files:
        graphs |= facts.read(ox.parse(path=file, format=ox.RdfFormat.N_QUADS))
    return facts, sorted(graphs, key=name_graph)
