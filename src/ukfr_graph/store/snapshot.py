"""The one door to an embedded store: a snapshot of one version, opened for reading."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.profile import Profile, restore
from ukfr_graph.store import layout
from ukfr_graph.store.engine import Results, Term
from ukfr_graph.store.optionals import chain_optionals
from ukfr_graph.store.verification import damaged, verify_files
from ukfr_graph.store.versions import hash_graph


@dataclass(frozen=True)
class Snapshot:
    """One whole version of the dataset; it stays as it is while others are put in force.

    ``version`` names the content, user graphs included; ``store`` is not to be written to; ``held`` is the
    file descriptor that keeps the version's files from being pruned (see ``layout.hold_version``); ``is_curated``
    says that the user's graphs are left out.
    """

    store: ox.Store
    version: str
    folder: str
    manifest: dict[str, Any]
    held: int
    is_curated: bool = False

    @property
    def is_plain(self) -> bool:
        """Return whether it holds no curated graphs: then nothing is predeclared, and no graph is a union."""
        return bool(self.manifest.get("plain"))

    @cached_property
    def curated(self) -> Snapshot:
        """The same version without the user's graphs; a plain dataset has no others, and stays as it is.

        Raises:
            DatasetError: see ``layout.curated_store``, or it cannot be opened.
        """
        if self.is_curated or self.is_plain:
            return self
        path = layout.curated_store(Path(self.folder))
        store = self.store if path.name == layout.STORE else _open_store(path)
        return replace(self, store=store, is_curated=True)

    @cached_property
    def _prefixes(self) -> Mapping[str, str]:
        """The prefixes of the dataset; of one that lies in no folder, those of the software."""
        if not self.folder:
            return iris.PREFIXES
        with iris.using(read_profile(Path(self.folder)).namespaces):
            return iris.prefixes()

    def count_triples(self) -> int:
        """Count the triples of all graphs."""
        return len(self.store)

    def count_graphs(self) -> dict[str, int]:
        """Count the triples of each named graph; those of curated ones were counted by the build."""
        counts: dict[str, int] = dict(self.manifest["counts"]["graphs"])
        for name in self.store.named_graphs():
            if name.value not in counts:
                counts[name.value] = sum(1 for _ in self.store.quads_for_pattern(None, None, None, name))
        return counts

    def has_graph(self, name: str | None) -> bool:
        """Return whether there is a graph of this name."""
        return name is None or self.store.contains_named_graph(ox.NamedNode(name))

    def hash_graph(self, name: str | None) -> str:
        """Name the content of a graph (see ``versions.hash_graph``)."""
        return hash_graph(Path(self.folder), ox.DefaultGraph() if name is None else ox.NamedNode(name))

    def quads(self) -> Iterator[ox.Quad]:
        """Return everything as it was written: the store changes datatypes such as xsd:positiveInteger."""
        for path in self.list_files():
            yield from ox.parse(path=path, format=ox.RdfFormat.N_QUADS)

    def list_files(self) -> list[Path]:
        """List the files of N-Quads that the store was made from: what was built, and each graph of the user's."""
        folder = Path(self.folder)
        users = () if self.is_curated else sorted((folder / layout.USER).glob("*.nq"))
        return [folder / layout.NQUADS, *users]

    def query(
        self,
        text: str,
        substitutions: Mapping[str, Term],
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        *,
        union: bool = True,
    ) -> Results:
        """Evaluate a query (see ``Engine.query``); the prefixes of the dataset need no declaration."""
        explicit = bool(default_graphs or named_graphs)
        options: dict[str, Any] = {
            "base_iri": iris.ENDPOINT_BASE,
            "prefixes": None if self.is_plain else {p: iri for p, iri in self._prefixes.items() if p + ":" in text},
            "use_default_graph_as_union": union and not (explicit or self.is_plain),
            "default_graph": [ox.NamedNode(g) for g in default_graphs] if explicit else None,
            "named_graphs": [ox.NamedNode(g) for g in named_graphs] if explicit else None,
            "substitutions": {ox.Variable(name): term for name, term in substitutions.items()} or None,
        }
        if (chained := chain_optionals(text)) != text:
            with contextlib.suppress(SyntaxError):  # which is told of the text that was given
                return self.store.query(chained, **options)
        return self.store.query(text, **options)


def open_snapshot(root: Path, *, verify: bool = True) -> Snapshot:
    """Open the version in force; with ``verify``, after every file was held against its checksum.

    Raises:
        DatasetError: there is none, or it is damaged; the message says how to rebuild it.
    """
    version = layout.current_version(root)
    held = layout.hold_version(version)
    if verify:
        verify_files(root)
    store = _open_store(version / layout.STORE)
    return Snapshot(store, layout.version_name(version), str(version), layout.read_manifest(version), held)


@lru_cache(maxsize=8)
def read_profile(version: Path) -> Profile:
    """Read what the dataset in a version's folder says of itself.

    Raises:
        DatasetError: the manifest cannot be read.
    """
    return restore(layout.read_manifest(version))


def _open_store(path: Path) -> ox.Store:
    try:
        return ox.Store.read_only(str(path))
    except OSError as error:
        raise damaged(path.parent, f"the store {path} cannot be opened ({error})") from None
