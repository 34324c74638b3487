"""The dataset's files: canonical N-Quads, Turtle for people, and the manifest that describes them.

N-Quads are canonical by RDFC-1.0 (https://www.w3.org/TR/rdf-canon/): same inputs, same bytes.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import re
import shutil
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from importlib.metadata import version as installed_version
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import pyoxigraph as ox

from ukfr_graph import __version__, iris
from ukfr_graph.build.collector import pause_collector
from ukfr_graph.build.pipeline import Built
from ukfr_graph.profile import KEY
from ukfr_graph.resources import ontology_folder
from ukfr_graph.sources import read_sources
from ukfr_graph.triples import find_mentioning, serialize
from ukfr_graph.workspace import EXAMPLES, QUERIES, SOURCES, Workspace

NQUADS_NAME = "dataset.nq"
TURTLE_NAME = "dataset.ttl"
MANIFEST_NAME = "manifest.json"
MANIFEST_FORMAT = 1
_INPUT_SUFFIXES = {".ttl", ".rq", ".yaml", ".jsonld", ".txt", ".tsv"}
_VERSION_LENGTH = 12
_PART_LINES = 50_000


@pause_collector()
def write_dataset(built: Built, folder: Path) -> dict[str, Any]:
    """Write a built dataset into an empty folder, with its texts and its own questions, and return its manifest.

    The manifest holds: ``version`` (the beginning of the N-Quads' SHA-256), ``date`` (the latest date
    that the inputs give themselves), ``software``, ``files`` and ``inputs`` with their SHA-256, ``counts``
    (triples in all, by graph, and subjects by class), ``coverage`` for each source (characters), ``accounts``: for
    each file the records, keys and values read and the triples made of them, and the ``profile``.
    """
    write_quads(built, folder / NQUADS_NAME)
    with iris.using(built.profile.namespaces):
        write_turtle(folder / NQUADS_NAME, folder / TURTLE_NAME)
    names = [NQUADS_NAME, TURTLE_NAME]
    for name, path in _find_carried(built.workspaces):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / name)
        names.append(name)
    digests = {name: _hash_file(folder / name) for name in names}
    manifest = {
        "format": MANIFEST_FORMAT,
        "version": digests[NQUADS_NAME][:_VERSION_LENGTH],
        "date": _latest_date(built),
        "software": {
            "ukfr-graph": __version__,
            **{name: installed_version(name) for name in ("pyoxigraph", "shacl")},
        },
        "files": {
            name: {"sha256": digest, "bytes": (folder / name).stat().st_size} for name, digest in digests.items()
        },
        "counts": _count(built),
        "coverage": {name: {**asdict(found), "share": found.share} for name, found in sorted(built.coverage.items())},
        "accounts": {name: asdict(account) for name, account in built.accounts.items()},
        KEY: built.profile.as_dict(),
        "inputs": hash_inputs(built.workspaces),
    }
    (folder / MANIFEST_NAME).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    return manifest


def write_quads(built: Built, path: Path) -> None:
    """Write the graphs as canonical N-Quads, one line after the other in order; never all of them in memory."""
    with ExitStack() as stack, path.open("wb") as file:
        parts = []
        lines: list[bytes] = []
        for name, triples in _name_blank_nodes(built).items():
            end = f"{ox.NamedNode(name)} .\n".encode()
            written = serialize(triples, ox.RdfFormat.N_TRIPLES).splitlines()
            lines += [line.removesuffix(b".") + end for line in written]
            if len(lines) > _PART_LINES:
                parts.append(_put_aside(lines, stack))
                lines = []
        file.writelines(heapq.merge(sorted(lines), *parts))


def _put_aside(lines: list[bytes], stack: ExitStack) -> IO[bytes]:
    """Write lines in order to a file that is there until the stack is closed."""
    file = stack.enter_context(TemporaryFile())  # noqa: SIM115  # it is closed by the stack
    file.writelines(sorted(lines))
    file.seek(0)
    return file


def write_turtle(quads: Path, path: Path) -> None:
    """Write the triples of a file of N-Quads as Turtle, in their order."""
    triples = (quad.triple for quad in ox.parse(path=quads, format=ox.RdfFormat.N_QUADS))
    ox.serialize(triples, path, ox.RdfFormat.TURTLE, prefixes=dict(iris.prefixes()))


def _name_blank_nodes(built: Built) -> dict[str, Collection[ox.Triple]]:
    """Name blank nodes by RDFC-1.0, which depends on nothing but the quads that have one."""
    blank = {
        name: {t for t in find_mentioning(triples, "_:") if ox.BlankNode in (type(t.subject), type(t.object))}
        for name, triples in built.graphs.items()
    }
    dataset = ox.Dataset(
        ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(name)) for name, ts in blank.items() for t in ts
    )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    named: dict[str, Collection[ox.Triple]] = {
        name: [*(triples - blank[name]), *(quad.triple for quad in dataset.quads_for_graph_name(ox.NamedNode(name)))]
        if blank[name]
        else triples
        for name, triples in built.graphs.items()
    }
    return named


def hash_inputs(workspaces: Sequence[Workspace]) -> dict[str, str]:
    """Hash everything that a build reads: SHA-256 by the file's name, such as ``data/entities/actors.yaml``."""
    roots = [(workspace.folder.name, workspace.folder) for workspace in workspaces]
    hashes = {}
    for name, root in (*roots, ("ontology", ontology_folder())):
        for path in sorted(root.rglob("*")):
            if path.is_file() and path.suffix in _INPUT_SUFFIXES:
                key = f"{name}/{path.relative_to(root).as_posix()}"
                hashes[key] = _hash_file(path)
    return hashes


def _find_carried(workspaces: Sequence[Workspace]) -> Iterator[tuple[str, Path]]:
    """Find the files that a dataset carries along, with their places in it: its texts, and its own questions."""
    for number, workspace in enumerate(workspaces):
        if SOURCES in workspace.parts:
            for source in read_sources(workspace):
                yield f"{SOURCES}/{source.name}/{source.file.name}", source.file
        if workspace.is_whole:
            if (workspace.folder / QUERIES / EXAMPLES).is_file():
                yield f"{QUERIES}/{number:02}-{EXAMPLES}", workspace.folder / QUERIES / EXAMPLES
            for path in sorted((workspace.folder / QUERIES).glob("*/*.rq")):
                yield f"{QUERIES}/{path.parent.name}/{path.name}", path


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _count(built: Built) -> dict[str, Any]:
    graphs = {name: len(triples) for name, triples in sorted(built.graphs.items())}
    classes = Counter(_find_values(built, iris.RDF + "type"))
    named = {cls: number for cls, number in sorted(classes.items()) if re.match(r"https?:", cls)}
    return {"triples": sum(graphs.values()), "graphs": graphs, "classes": named}


def _latest_date(built: Built) -> str:
    return max(_find_values(built, iris.UKFR + "codedOn", iris.DCTERMS + "modified"), default="")


def _find_values(built: Built, *predicates: str) -> Iterator[str]:
    wanted = {ox.NamedNode(predicate) for predicate in predicates}
    found = (t for triples in built.graphs.values() for t in find_mentioning(triples, *predicates))
    return (t.object.value for t in found if t.predicate in wanted)  # type: ignore[union-attr]
