"""The whole dataset in one serialisation."""

from __future__ import annotations

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import SettingsError
from ukfr_graph.store import Snapshot

_DATASET_FORMATS = {"nq": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG, "jsonld": ox.RdfFormat.JSON_LD}
_GRAPH_FORMATS = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML}
_PREFIXED = {"trig", "ttl", "rdf"}


def dump_dataset(snapshot: Snapshot, form: str) -> bytes:
    """Serialise everything in a snapshot, the user's graphs included, in a stable order.

    ``nq``, ``trig`` and ``jsonld`` keep the graphs; ``ttl``, ``nt`` and ``rdf`` are their union.

    Raises:
        SettingsError: the format is none of these.
    """
    quads = sorted(snapshot.store, key=lambda q: (q.graph_name.value, str(q)))  # type: ignore[union-attr]
    prefixes = dict(iris.PREFIXES) if form in _PREFIXED else None
    if form in _DATASET_FORMATS:
        return ox.serialize(quads, format=_DATASET_FORMATS[form], prefixes=prefixes) or b""
    if form in _GRAPH_FORMATS:
        triples = sorted({q.triple for q in quads}, key=str)
        return ox.serialize(triples, format=_GRAPH_FORMATS[form], prefixes=prefixes) or b""
    raise SettingsError(f"The format {form!r} is unknown; use one of {', '.join(_DATASET_FORMATS | _GRAPH_FORMATS)}.")
