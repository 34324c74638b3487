"""Making the text index of a large file in processes of its own, beside the engine that loads it.

One process makes documents of the N-Quads, another puts them into the index: each takes about as long. Neither has the
engine open: its threads do not survive a fork.
"""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ukfr_graph.errors import DatasetError
from ukfr_graph.store.text_documents import READ, Read, read_documents
from ukfr_graph.store.text_facts import ReadFacts
from ukfr_graph.store.text_index import write_index

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_COMMAND = (
    "import sys; from pathlib import Path; from ukfr_graph.store.text_pass import write_index_of_file; "
    "write_index_of_file(Path(sys.argv[1]), Path(sys.argv[2]))"
)
_LARGE_BYTES = 20_000_000  # from here on, starting processes is little of the time that they save
_TOGETHER = 500  # resources that are handed over at a time


def make_index_of_file(nquads: Path, path: Path) -> None:
    """Make the index of a store that is loaded from a file of N-Quads: the same as of the store.

    Raises:
        SettingsError: see ``text_index.make_index``.
        DatasetError: the process that makes it ended before it was whole.
    """
    if nquads.stat().st_size < _LARGE_BYTES:
        facts = _read_facts(nquads)
        write_index(facts, path, lambda graph: read_documents(facts, graph))
        return
    command = [sys.executable, "-c", _COMMAND, str(nquads), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [str(done.returncode)]
        raise DatasetError("The text index of %(nquads)s could not be made: %(fault)s", nquads=nquads, fault=last[0])


def write_index_of_file(nquads: Path, path: Path) -> None:
    """Make the index in this process, with one that makes the documents beside it."""
    import multiprocessing  # nobody else needs it

    gc.disable()  # a few large tables stay to the end, and nothing is in a cycle
    facts = _read_facts(nquads)
    ours, theirs = multiprocessing.Pipe(duplex=False)
    graphs = facts.sorted_graphs()

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
    write_index(facts, path, lambda _: _receive(ours))
    maker.join()


def _receive(end: Connection) -> Iterator[Read]:
    while batch := end.recv():  # it ends with an error where the other process does
        yield from batch


def _read_facts(nquads: Path) -> ReadFacts:
    return ReadFacts(ox.parse(path=nquads, format=ox.RdfFormat.N_QUADS), READ)
