"""Every curated file of a folder, read: sources, records and links, and what is wrong with them.

Reading is most of a build of many statements, and no file needs another: where there is much to read, other processes
take their share. They are this module run as a program, which asks nothing of the program that builds.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.accounting import Account
from ukfr_graph.build.link_files import LinkSet, read_link_set
from ukfr_graph.errors import DataError, Problem
from ukfr_graph.records import Location, Records, read_records
from ukfr_graph.sources import RECORD_NAME, SourceText, read_source
from ukfr_graph.triples import serialize

LAYERS = {
    "entities": iris.ENTITIES_GRAPH,
    "statements": iris.ENTITIES_GRAPH,
    "observations": iris.OBSERVATIONS_GRAPH,
    "outcomes": iris.OUTCOMES_GRAPH,
}
"""The graph of each folder's records, unless coded from a source: what is known and what is concluded stay apart."""
_WORTH_A_PROCESS = 1_000_000  # bytes: what a process reads in the time that it needs to start


@dataclass
class Files:
    """What was read: ``sources``, ``records`` by file name, ``links``, and the ``problems`` of what cannot be read.

    ``unread`` are the sources among the latter, by the IRI of their expression.
    """

    sources: tuple[SourceText, ...] = ()
    unread: set[str] = field(default_factory=set)
    records: dict[str, Records] = field(default_factory=dict)
    links: list[LinkSet] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


Kept = dict[str, tuple[str, Records]]
"""Records that were read before, by the file's name, with the SHA-256 of its content."""


def read_files(data: Path, kept: Kept | None = None) -> Files:
    """Read every file of records, sources and links under ``data``; what stands in ``kept`` unchanged is not read."""
    files = Files()
    sources = []
    folder = data / "sources"
    for path in sorted(p for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else ():
        try:
            sources.append(read_source(path, data))
        except DataError as error:
            files.unread.add(f"{iris.ID}expression/{path.name}")
            files.problems += error.problems
    files.sources = tuple(sources)
    for path in sorted((data / "links").glob("*.tsv")):
        try:
            files.links.append(read_link_set(path, data))
        except DataError as error:
            files.problems += error.problems
    paths = [folder / source.name / RECORD_NAME for source in sources]
    paths += [path for layer in LAYERS for path in sorted((data / layer).glob("*.yaml"))]
    kept = {} if kept is None else kept
    digests = {path: _digest(path) for path in paths}
    wanted = [p for p in paths if kept.get(_name(p, data), ("", None))[0] != digests[p]]
    for path, read in zip(wanted, _read_shared(wanted, data), strict=True):
        kept.pop(_name(path, data), None)
        if isinstance(read, Records):
            kept[read.name] = (digests[path], read)
        else:
            files.problems += read
    files.records = {name: kept[name][1] for name in (_name(path, data) for path in paths) if name in kept}
    return files


def _name(path: Path, data: Path) -> str:
    return path.relative_to(data).as_posix()


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "unreadable"


Read = Records | tuple[Problem, ...]


def _read_shared(paths: list[Path], data: Path) -> Iterable[Read]:
    """Read files, each as records or as its problems, on all processors where that is worth it."""
    sizes = {path: path.stat().st_size if path.exists() else 0 for path in paths}
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    count = min(cores, 1 + sum(sizes.values()) // _WORTH_A_PROCESS) if sys.executable else 1
    shares: list[list[Path]] = [[] for _ in range(count)]
    for path in sorted(paths, key=lambda path: sizes[path], reverse=True):
        min(shares, key=lambda share: sum(sizes[p] for p in share)).append(path)
    with ThreadPoolExecutor(count) as threads:
        others = [threads.submit(_read_apart, share, data) for share in shares[1:]]
        found = dict(zip(shares[0], (_read(path, data) for path in shares[0]), strict=True))
        for share, other in zip(shares[1:], others, strict=True):
            found |= dict(zip(share, other.result(), strict=True))
    return [found[path] for path in paths]


def _read(path: Path, data: Path) -> Read:
    try:
        return read_records(path, data)
    except DataError as error:
        return error.problems


def _read_apart(paths: list[Path], data: Path) -> list[Read]:
    """Read files in a process of their own; here, where that one comes to nothing."""
    command = [sys.executable, "-m", __spec__.name]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(command, input=pickle.dumps((paths, data)), capture_output=True, env=environment)  # noqa: S603
    if done.returncode:
        return [_read(path, data) for path in paths]
    return [_unpack(*each) if isinstance(each[0], str) else each for each in pickle.loads(done.stdout)]  # noqa: S301


Packed = tuple[str, bytes, dict[str, int], Account]


def _pack(read: Read) -> Packed | tuple[Problem, ...]:
    if not isinstance(read, Records):
        return read
    lines = {iri: location.line for iri, location in read.locations.items()}
    return read.name, serialize(read.triples, ox.RdfFormat.N_TRIPLES), lines, read.account


def _unpack(name: str, triples: bytes, lines: dict[str, int], account: Account) -> Records:
    made = frozenset(quad.triple for quad in ox.parse(triples, ox.RdfFormat.N_TRIPLES))
    return Records(name, made, {iri: Location(name, line) for iri, line in lines.items()}, account)


if __name__ == "__main__":
    wanted, root = pickle.loads(sys.stdin.buffer.read())  # noqa: S301  # from the process that started this one
    sys.stdout.buffer.write(pickle.dumps([_pack(_read(path, root)) for path in wanted]))
