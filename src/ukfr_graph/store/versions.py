"""Making the next version: of a new build, or with a user's graph. The old one stays whole until the switch."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import DataError, DatasetError, Problem, SettingsError, UnsupportedMediaTypeError
from ukfr_graph.store import layout
from ukfr_graph.triples import serialize

_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}


def install_dataset(staging: Path, root: Path) -> Path:
    """Make the store of a freshly built dataset and put it in force; the user's graphs come along.

    ``staging`` holds the files that the build wrote. Returns the folder of the version.

    Raises:
        DatasetError: the store does not hold what the manifest counts.
    """
    user = staging / layout.USER
    user.mkdir()
    if (root / layout.CURRENT).exists():
        _link_files((layout.current_version(root) / layout.USER).glob("*.nq"), user)
    manifest = layout.read_manifest(staging)
    store = ox.Store(staging / layout.STORE)
    store.bulk_load(path=staging / layout.NQUADS, format=ox.RdfFormat.N_QUADS)
    if len(store) != manifest["counts"]["triples"]:
        raise DatasetError(f"The store took {len(store)} triples, the manifest counts {manifest['counts']['triples']}.")
    for path in sorted(user.glob("*.nq")):
        store.bulk_load(path=path, format=ox.RdfFormat.N_QUADS)
    store.flush()
    del store  # releases the engine's lock before the folder moves
    return layout.switch_to(staging, root, _version_name(manifest["version"], user))


def load_graph(files: Iterable[Path], graph: str, root: Path, *, replace: bool = False) -> int:
    """Add RDF files to a graph of the user's own, or replace it; the number of triples it then has.

    All files are read before anything is written: a bad one changes nothing.

    Raises:
        SettingsError: the graph is a curated one, or its name is no absolute IRI.
        UnsupportedMediaTypeError: a file's ending names no RDF format.
        DataError: a file is not well-formed, with file and line.
        DatasetError: there is no dataset yet, or another process is writing.
    """
    if iris.is_curated_graph(graph):
        raise SettingsError(f"The graph <{graph}> is curated and read-only. Choose a name outside {iris.BASE}.")
    try:
        name = ox.NamedNode(graph)
    except ValueError as error:
        raise SettingsError(
            f"{graph!r} is not an absolute IRI ({error}). Give one such as https://example.org/g."
        ) from None
    triples = {triple for path in files for triple in _read_triples(path)}
    with layout.write_lock(root), layout.staging_folder(root) as staging:
        version = layout.current_version(root)
        manifest = layout.read_manifest(version)
        _link_files((version / file for file in (layout.MANIFEST, layout.NQUADS, layout.TURTLE)), staging)
        user = staging / layout.USER
        user.mkdir()
        _link_files((version / layout.USER).glob("*.nq"), user)
        # The engine's backup is a hard-linked copy: cheap, and the original is not touched.
        ox.Store.read_only(str(version / layout.STORE)).backup(staging / layout.STORE)
        store = ox.Store(staging / layout.STORE)
        old = store.quads_for_pattern(None, None, None, name)
        if replace:
            store.remove_graph(name)
        else:
            triples |= {quad.triple for quad in old}
        store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in triples)
        store.flush()
        count = sum(1 for _ in store.quads_for_pattern(None, None, None, name))
        content = serialize(store.quads_for_pattern(None, None, None, name), ox.RdfFormat.N_QUADS)
        del store
        _write_user_graph(graph, content, user)
        layout.switch_to(staging, root, _version_name(manifest["version"], user))
    return count


def _read_triples(path: Path) -> list[ox.Triple]:
    form = _FORMATS.get(path.suffix.lower())
    if form is None:
        raise UnsupportedMediaTypeError(
            f"{path}: the ending {path.suffix!r} names no RDF format; use one of {', '.join(sorted(_FORMATS))}."
        )
    if not path.is_file():
        raise SettingsError(f"{path} is not a file.")
    try:
        quads = list(ox.parse(path=str(path), format=form, base_iri=path.resolve().as_uri(), rename_blank_nodes=True))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 0
        raise DataError(
            [Problem(str(path), line, "", "rdf", str(error), "correct the file; nothing was loaded")]
        ) from None
    return [quad.triple for quad in quads]


def _write_user_graph(graph: str, content: bytes, user: Path) -> None:
    """Write a user's graph to its file, named by the hashes of graph and content, in place of the one before."""
    stem = hashlib.sha256(graph.encode()).hexdigest()[:16]
    for before in user.glob(f"{stem}.*.nq"):
        before.unlink()
    lines = b"".join(sorted(content.splitlines(keepends=True)))
    (user / f"{stem}.{hashlib.sha256(lines).hexdigest()[:16]}.nq").write_bytes(lines)


def _link_files(files: Iterable[Path], folder: Path) -> None:
    for file in files:
        try:
            os.link(file, folder / file.name)
        except OSError:  # another file system
            shutil.copy2(file, folder / file.name)


def _version_name(version: str, user: Path) -> str:
    names = sorted(path.stem for path in user.glob("*.nq"))
    if not names:
        return version
    return f"{version}-{hashlib.sha256(' '.join(names).encode()).hexdigest()[:8]}"
