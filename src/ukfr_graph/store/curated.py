"""Holding the curated graphs of a store against what the build put into it.

A digest of each is taken when a build is installed, and comes along from version to version. Every start of a server
compares them, in a process of its own: the one that serves never holds a store.
"""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.store import layout

_COMMAND = (
    "import sys; from pathlib import Path; from ukfr_graph.store.curated import find_difference; "
    "sys.stdout.write(find_difference(Path(sys.argv[1])))"
)


def digest_graph(store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph) -> str:
    """Digest a graph as it lies in a store on disk, which keeps the same triples in the same order."""
    writer = _Hash()
    store.dump(writer, format=ox.RdfFormat.N_TRIPLES, from_graph=graph)
    return writer.digest.hexdigest()


def write_digests(store: ox.Store, version: Path) -> None:
    """Note what the curated graphs are in a store that a build, and nothing else, was loaded into."""
    is_plain = bool(layout.read_manifest(version).get("plain"))
    (version / layout.DIGESTS).write_text(json.dumps(_digest_curated(store, is_plain=is_plain), indent=1), "utf-8")


def verify_curated(version: Path) -> str:
    """Say how the curated graphs differ from what was noted, in a process that is gone afterwards."""
    command = [sys.executable, "-c", _COMMAND, str(version)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip() or (f"the check of {version} ended with {done.returncode}" if done.returncode else "")


def find_difference(version: Path) -> str:
    """Say how the curated graphs differ from what was noted when they were built; nothing where they do not."""
    try:
        noted = json.loads((version / layout.DIGESTS).read_text("utf-8"))
        store = ox.Store.read_only(str(version / layout.STORE))
        actual = _digest_curated(store, is_plain=bool(layout.read_manifest(version).get("plain")))
    except (OSError, ValueError) as error:
        return f"the curated graphs of {version} cannot be held against the build ({error})"
    changed = sorted(name for name in noted.keys() | actual.keys() if noted.get(name) != actual.get(name))
    return f"{', '.join(changed[:3])} in {version} is not what was built" if changed else ""


def _digest_curated(store: ox.Store, *, is_plain: bool) -> dict[str, str]:
    """Digest each curated graph, and the default graph, which is empty beside them; in a plain store nothing is."""
    if is_plain:
        return {}
    graphs = [g for g in store.named_graphs() if isinstance(g, ox.NamedNode) and iris.is_curated_graph(g.value)]
    with ThreadPoolExecutor(2) as threads:
        digests = list(threads.map(lambda graph: digest_graph(store, graph), [ox.DefaultGraph(), *graphs]))
    return dict(zip(["", *(graph.value for graph in graphs)], digests, strict=True))


class _Hash(io.BytesIO):
    """A file that keeps the digest of what is written to it, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.digest = hashlib.sha256()

    def write(self, data: Any, /) -> int:
        self.digest.update(data)
        return len(data)
