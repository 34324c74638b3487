"""Files for downloading: each is made once for a version of the dataset, when it is first asked for.

They lie beside the versions (see ``store.layout``), compressed, each with its size and SHA-256 in a file of its own,
which is written last. The same version gives the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, cast

from ukfr_graph import iris
from ukfr_graph.errors import DatasetError, NotFoundError, OutputError
from ukfr_graph.files import open_whole
from ukfr_graph.query.dump import write_dump
from ukfr_graph.store import Snapshot
from ukfr_graph.store.layout import EXPORTS, describe_file

GZIP, ZIP = "application/gzip", "application/zip"
CSV_PACKAGE = "csv/ukfr-graph.zip"
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*(/[A-Za-z0-9][A-Za-z0-9.-]*)*")
_LEVEL = 6
_FORMATS = {
    "nq": "application/n-quads",
    "trig": "application/trig",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
}


@dataclass(frozen=True)
class Export:
    """A file that can be had: its ``path`` under /export, its content's media type, and how it is packed.

    ``graph`` is the one graph that it holds, or nothing where it holds all.
    """

    path: str
    media_type: str
    packing: str
    form: str
    graph: str | None = None


def list_exports(snapshot: Snapshot) -> list[Export]:
    """List the files that a version of the dataset can be had as."""
    exports = [Export(f"rdf/dataset.{form}.gz", media_type, GZIP, form) for form, media_type in _FORMATS.items()]
    exports += [
        Export(find_graph_file(name), _FORMATS["ttl"], GZIP, "ttl", name) for name in sorted(snapshot.count_graphs())
    ]
    if not snapshot.is_plain:
        exports.append(Export(CSV_PACKAGE, "text/csv", ZIP, "csv"))
    return exports


def find_graph_file(graph: str) -> str:
    """Return the path, under /export, of the file that holds one graph."""
    return f"rdf/graphs/{_slug(graph)}.ttl.gz"


def find_export(snapshot: Snapshot, path: str) -> dict[str, Any] | None:
    """Find a file that is made: its facts, with ``file``, ``bytes`` and ``sha256``; nothing where it is not yet."""
    file = _place(snapshot, path)
    notes = _note(file)
    return {**json.loads(notes.read_text("utf-8")), "file": str(file)} if notes.exists() else None


def make_export(snapshot: Snapshot, path: str) -> dict[str, Any]:
    """Make one of the files, where it is not there yet, and give its facts (see ``find_export``).

    Raises:
        NotFoundError: there is no such file.
        DatasetError: it cannot be written.
    """
    export = next((e for e in list_exports(snapshot) if e.path == path), None)
    if export is None:
        raise NotFoundError("There is no file %(path)s to download; /export lists them.", path=repr(path))
    if facts := find_export(snapshot, path):
        return facts
    file = _place(snapshot, path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with open_whole(file) as stream:
            _write_export(snapshot, export, stream)
        facts = {**asdict(export), **describe_file(file)}
        with open_whole(_note(file)) as stream:
            stream.write(json.dumps(facts).encode())
    except (OSError, OutputError) as error:
        raise DatasetError(
            "The file %(file)s cannot be written (%(error)s). Make room, or give the right to.", file=file, error=error
        ) from None
    return {**facts, "file": str(file)}


def _place(snapshot: Snapshot, path: str) -> Path:
    version = Path(snapshot.folder)
    return version.parent.parent / EXPORTS / version.name / path


def _note(file: Path) -> Path:
    return file.with_name(file.name + ".json")


def _write_export(snapshot: Snapshot, export: Export, stream: IO[bytes]) -> None:
    if export.packing == ZIP:
        from ukfr_graph.query.tabular import write_package

        write_package(snapshot, stream)
        return
    with gzip.GzipFile("", "wb", _LEVEL, stream, mtime=0) as packed:
        write_dump(snapshot, export.form, cast("IO[bytes]", packed), export.graph)


def _slug(graph: str) -> str:
    """Name the file of a graph: by its own name where it is one of ours, else by its hash."""
    local = graph.removeprefix(iris.GRAPH)
    if local != graph and _SLUG.fullmatch(local):
        return local
    return hashlib.sha256(graph.encode()).hexdigest()[:16]
