"""The dataset's files: canonical N-Quads, Turtle for people, and the manifest that describes them.

N-Quads are canonical by RDFC-1.0 (https://www.w3.org/TR/rdf-canon/): same inputs, same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ukfr_graph import __version__, iris
from ukfr_graph.build.pipeline import Built
from ukfr_graph.profile import KEY
from ukfr_graph.resources import ontology_folder
from ukfr_graph.sources import read_sources
from ukfr_graph.triples import Index, serialize
from ukfr_graph.workspace import PARTS, QUERIES, SOURCES, Workspace

NQUADS_NAME = "dataset.nq"
TURTLE_NAME = "dataset.ttl"
MANIFEST_NAME = "manifest.json"
MANIFEST_FORMAT = 1
_INPUT_SUFFIXES = {".ttl", ".rq", ".yaml", ".jsonld", ".txt", ".tsv"}
_VERSION_LENGTH = 12


def write_dataset(built: Built, folder: Path) -> dict[str, Any]:
    """Write a built dataset into an empty folder, with its texts and its own questions, and return its manifest.

    The manifest holds: ``version`` (the beginning of the N-Quads' SHA-256), ``date`` (the latest date
    that the inputs give themselves), ``software``, ``files`` and ``inputs`` with their SHA-256, ``counts``
    (triples in all, by graph, and subjects by class), ``coverage`` for each source (characters), ``accounts``: for
    each file the records, keys and values read and the triples made of them, and the ``profile``.
    """
    quads = canonical_quads(built)
    nquads = b"".join(sorted(serialize(quads, ox.RdfFormat.N_QUADS).splitlines(keepends=True)))
    triples = sorted((quad.triple for quad in quads), key=str)
    turtle = serialize(triples, ox.RdfFormat.TURTLE, prefixes=True)
    (folder / NQUADS_NAME).write_bytes(nquads)
    (folder / TURTLE_NAME).write_bytes(turtle)
    carried = {name: path.read_bytes() for name, path in _find_carried(built.workspaces)}
    for name, content in carried.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    manifest = {
        "format": MANIFEST_FORMAT,
        "version": hashlib.sha256(nquads).hexdigest()[:_VERSION_LENGTH],
        "date": _latest_date(built),
        "software": {
            "ukfr-graph": __version__,
            **{name: installed_version(name) for name in ("pyoxigraph", "shacl")},
        },
        "files": {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for name, content in {NQUADS_NAME: nquads, TURTLE_NAME: turtle, **carried}.items()
        },
        "counts": _count(built),
        "coverage": {name: {**asdict(found), "share": found.share} for name, found in sorted(built.coverage.items())},
        "accounts": {name: asdict(account) for name, account in built.accounts.items()},
        KEY: built.profile.as_dict(),
        "inputs": hash_inputs(built.workspaces),
    }
    (folder / MANIFEST_NAME).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    return manifest


def canonical_quads(built: Built) -> list[ox.Quad]:
    """Put the graphs together, with blank nodes named by RDFC-1.0."""
    dataset = ox.Dataset(
        ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(name))
        for name, triples in built.graphs.items()
        for t in triples
    )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return list(dataset)


def hash_inputs(workspaces: Sequence[Workspace]) -> dict[str, str]:
    """Hash everything that a build reads: SHA-256 by the file's name, such as ``data/entities/actors.yaml``."""
    roots = [(workspace.folder.name, workspace.folder) for workspace in workspaces]
    hashes = {}
    for name, root in (*roots, ("ontology", ontology_folder())):
        for path in sorted(root.rglob("*")):
            if path.is_file() and path.suffix in _INPUT_SUFFIXES:
                key = f"{name}/{path.relative_to(root).as_posix()}"
                hashes[key] = hashlib.sha256(path.read_bytes()).hexdigest()
    return hashes


def _find_carried(workspaces: Sequence[Workspace]) -> Iterator[tuple[str, Path]]:
    """Find the files that a dataset carries along, with their places in it: its texts, and its own questions."""
    for workspace in workspaces:
        if SOURCES in workspace.parts:
            for source in read_sources(workspace):
                yield f"{SOURCES}/{source.name}/{source.file.name}", source.file
        if workspace.parts == PARTS:
            for path in sorted((workspace.folder / QUERIES).glob("*/*.rq")):
                yield f"{QUERIES}/{path.parent.name}/{path.name}", path


def _count(built: Built) -> dict[str, Any]:
    graphs = {name: len(triples) for name, triples in sorted(built.graphs.items())}
    index = Index(t for triples in built.graphs.values() for t in triples)
    classes: dict[str, int] = {}
    for _, cls in index.pairs(iris.RDF + "type"):
        if re.match(r"https?:", cls):
            classes[cls] = classes.get(cls, 0) + 1
    return {"triples": sum(graphs.values()), "graphs": graphs, "classes": dict(sorted(classes.items()))}


def _latest_date(built: Built) -> str:
    dates = (iris.UKFR + "codedOn", iris.DCTERMS + "modified")
    index = Index(t for triples in built.graphs.values() for t in triples)
    return max((value for name in dates for _, value in index.pairs(name)), default="")
