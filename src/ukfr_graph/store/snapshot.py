"""The one door to an embedded store: a snapshot of one version, opened for reading."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import DatasetError
from ukfr_graph.store import layout
from ukfr_graph.store.engine import Results, Term


@dataclass(frozen=True)
class Snapshot:
    """One whole version of the dataset; it stays as it is while others are put in force.

    ``version`` names the content, user graphs included; ``store`` is not to be written to.
    """

    store: ox.Store
    version: str
    manifest: dict[str, Any]

    def count_triples(self) -> int:
        """Count the triples of all graphs."""
        return len(self.store)

    def query(
        self,
        text: str,
        substitutions: Mapping[str, Term],
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        *,
        union: bool = True,
    ) -> Results:
        """Evaluate a query (see ``Engine.query``); the prefixes of ``iris`` need no declaration."""
        explicit = bool(default_graphs or named_graphs)
        return self.store.query(
            text,
            prefixes=dict(iris.PREFIXES),
            use_default_graph_as_union=union and not explicit,
            default_graph=[ox.NamedNode(g) for g in default_graphs] if explicit else None,
            named_graphs=[ox.NamedNode(g) for g in named_graphs] if explicit else None,
            substitutions={ox.Variable(name): term for name, term in substitutions.items()} or None,
        )


def open_snapshot(root: Path) -> Snapshot:
    """Open the version in force, after its files were held against the manifest.

    Raises:
        DatasetError: there is none, or it is damaged; the message says how to rebuild it.
    """
    version = layout.current_version(root)
    rebuild = f"Run 'ukfr-graph build --out {root}' to make it anew."
    manifest = layout.read_manifest(version)
    for name, facts in manifest["files"].items():
        try:
            with (version / name).open("rb") as stream:
                actual = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise DatasetError(f"The dataset is damaged: {error}. {rebuild}") from None
        if actual != facts["sha256"]:
            raise DatasetError(f"The dataset is damaged: {version / name} is not what the manifest says. {rebuild}")
    try:
        store = ox.Store.read_only(str(version / layout.STORE))
        count = len(store)
    except OSError as error:
        raise DatasetError(f"The store in {version} cannot be opened: {error}. {rebuild}") from None
    if count < manifest["counts"]["triples"]:
        raise DatasetError(f"The store in {version} holds {count} triples, fewer than the manifest counts. {rebuild}")
    return Snapshot(store, version.name, manifest)
