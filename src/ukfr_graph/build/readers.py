"""Reading files of records on all processors: what each defines, then, with the names of all files, its triples.

The processes start anew, so that it does not matter what else the program that builds is doing.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ukfr_graph.build.collector import pause_collector
from ukfr_graph.documents import Document, check_head, read_document
from ukfr_graph.errors import DataError, Problem, SettingsError
from ukfr_graph.own_terms import Names, complete_terms, find_names, link_names
from ukfr_graph.records import Records, to_records
from ukfr_graph.shorthand import write_out
from ukfr_graph.workspace import VOCABULARY

_WORTH_A_PROCESS = 500_000  # bytes: what a process reads in the time that it needs to start


@dataclass(frozen=True)
class RecordFile:
    """A file of records: its ``name``, where it lies, and in which ``part`` of which workspace (by its folder)."""

    name: str
    path: Path
    root: Path
    base: str
    part: str
    workspace: Path

    def read(self) -> Document:
        """Read it, its short forms written out.

        Raises:
            DataError: it cannot be read, or begins otherwise than a file of its workspace does.
        """
        document = write_out(read_document(self.path, self.root))
        check_head(document, self.base)
        if self.part == VOCABULARY:
            complete_terms(document)
        return document


_Problems = tuple[Problem, ...]


class _Share:
    """Reads some of the files: first the names that they define, then, with those of all files, their records."""

    def __init__(self, files: Sequence[RecordFile]) -> None:
        self._files = files
        self._documents: list[Document] = []

    def read(self) -> tuple[dict[str, Names], list[Problem]]:
        names: dict[str, Names] = {}
        problems: list[Problem] = []
        for file in self._files:
            try:
                document = file.read()
                names[file.name] = find_names(document)
            except DataError as error:
                problems += error.problems
            else:
                self._documents.append(document)
        return names, problems

    def finish(self, elsewhere: dict[str, str]) -> Iterator[Records | _Problems]:
        self._documents.reverse()
        while self._documents:  # what is finished is not held
            document = self._documents.pop()
            try:
                link_names(document, elsewhere)
                yield to_records(document)
            except DataError as error:
                yield error.problems


class Readers:
    """Reads files on all processors where that is worth it: the largest first, in shares of about the same size."""

    def __init__(self, files: Sequence[RecordFile]) -> None:
        sizes = {file: file.path.stat().st_size if file.path.exists() else 0 for file in files}
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        count = min(cores, 1 + sum(sizes.values()) // _WORTH_A_PROCESS) if sys.executable else 1
        shares: list[list[RecordFile]] = [[] for _ in range(count)]
        for file in sorted(files, key=lambda file: sizes[file], reverse=True):
            min(shares, key=lambda share: sum(sizes[f] for f in share)).append(file)
        self._own = _Share(shares[0])
        self._counts: list[int] = []
        self._others = [_start_reader(share) for share in shares[1:]]

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *error: object) -> None:
        for process in self._others:
            process.kill()
            process.communicate()

    def read(self, problems: list[Problem]) -> dict[str, Names]:
        """Read what the files define, by name; add the problems of those that cannot be read."""
        with ThreadPoolExecutor(1 + len(self._others)) as threads:
            answers = [threads.submit(_receive, process) for process in self._others]
            parts = [self._own.read(), *(answer.result() for answer in answers)]
        problems += [problem for _, found in parts for problem in found]
        self._counts = [len(names) for names, _ in parts[1:]]
        return {name: found for names, _ in parts for name, found in names.items()}

    def finish(self, elsewhere: dict[str, str], problems: list[Problem]) -> dict[str, Records]:
        """Make records of what was read, by name; ``elsewhere`` has the IRIs of things in other namespaces."""
        with ThreadPoolExecutor(1 + len(self._others)) as threads:
            for process in self._others:
                _send(process, elsewhere)
            counted = zip(self._others, self._counts, strict=True)
            answers = [threads.submit(_receive_records, process, count) for process, count in counted]
            made = list(self._own.finish(elsewhere))
            made += [each for answer in answers for each in answer.result()]
        problems += [problem for each in made if not isinstance(each, Records) for problem in each]
        return {each.name: each for each in made if isinstance(each, Records)}


def _start_reader(files: Sequence[RecordFile]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", f"from {__name__} import serve_reader; serve_reader()"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)  # noqa: S603
    _send(process, files)
    return process


def _send(process: subprocess.Popen[bytes], content: Any) -> None:
    assert process.stdin
    pickle.dump(content, process.stdin)
    process.stdin.flush()


def _receive(process: subprocess.Popen[bytes]) -> Any:
    assert process.stdout
    try:
        return pickle.load(process.stdout)  # noqa: S301  # our own process wrote it
    except EOFError:
        raise SettingsError(
            "A process that reads files has ended (%(wait)s): is there memory left?", wait=process.wait()
        ) from None


def _receive_records(process: subprocess.Popen[bytes], count: int) -> list[Records | _Problems]:
    return [_receive(process) for _ in range(count)]


def serve_reader() -> None:
    """Read a share for the process that started this one, which ends it."""
    with pause_collector():
        share = _Share(pickle.load(sys.stdin.buffer))  # noqa: S301
        pickle.dump(share.read(), sys.stdout.buffer)
        sys.stdout.buffer.flush()
        for each in share.finish(pickle.load(sys.stdin.buffer)):  # noqa: S301
            pickle.dump(each, sys.stdout.buffer)
        sys.stdout.buffer.flush()
