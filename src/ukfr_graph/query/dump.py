"""The whole dataset in one serialisation."""

from __future__ import annotations

import pyoxigraph as ox

from ukfr_graph.errors import SettingsError
from ukfr_graph.store import Engine
from ukfr_graph.triples import serialize

_DATASET_FORMATS = {"nq": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG, "jsonld": ox.RdfFormat.JSON_LD}
_GRAPH_FORMATS = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML}
_PREFIXED = {"trig", "ttl", "rdf"}


def dump_dataset(engine: Engine, form: str) -> bytes:
    """Serialise everything that an engine holds, the user's graphs included, in a stable order.

    ``nq``, ``trig`` and ``jsonld`` keep the graphs; ``ttl``, ``nt`` and ``rdf`` are their union.

    Raises:
        SettingsError: the format is none of these.
    """
    quads = sorted(engine.quads(), key=lambda quad: (str(quad.graph_name), str(quad)))
    if form in _DATASET_FORMATS:
        return serialize(quads, _DATASET_FORMATS[form], prefixes=form in _PREFIXED)
    if form in _GRAPH_FORMATS:
        triples = sorted({q.triple for q in quads}, key=str)
        return serialize(triples, _GRAPH_FORMATS[form], prefixes=form in _PREFIXED)
    raise SettingsError(f"The format {form!r} is unknown; use one of {', '.join(_DATASET_FORMATS | _GRAPH_FORMATS)}.")
