"""Our triples as graphs of rdflib, for the libraries that tests hold us against."""

import io
from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import Graph

from ukfr_graph.triples import serialize


def to_rdflib(triples: Iterable[ox.Triple]) -> Graph:
    """Copy triples into a graph of rdflib."""
    return Graph().parse(io.BytesIO(serialize(triples, ox.RdfFormat.N_TRIPLES)), format="nt")
