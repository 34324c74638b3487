"""The inferences that queries need, by the rules of ``ontology/rules``.

Each rule is one SPARQL CONSTRUCT; those of OWL 2 RL name the rule they carry out
(https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules). They run until
nothing new follows. A test holds the result against a full OWL 2 RL reasoner.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.documents import read_query
from ukfr_graph.resources import ontology_folder
from ukfr_graph.triples import serialize

_MAX_ROUNDS = 20


def infer(store: ox.Store) -> frozenset[ox.Triple]:
    """Add to the default graph of a store what follows from it; return the triples that were not there.

    Raises:
        RuntimeError: the rules do not come to an end, which only a faulty rule can cause.
    """
    rules = [read_query(path, ontology_folder())[1] for path in sorted((ontology_folder() / "rules").glob("*.rq"))]
    inferred: set[ox.Triple] = set()
    for _ in range(_MAX_ROUNDS):
        found = {
            triple
            for rule in rules
            for triple in _construct(store, rule)
            if triple not in inferred and ox.Quad(triple.subject, triple.predicate, triple.object) not in store
        }
        if not found:
            return frozenset(inferred)
        inferred |= found
        store.load(serialize(found, ox.RdfFormat.N_TRIPLES), ox.RdfFormat.N_TRIPLES)
    raise RuntimeError(f"the rules of ontology/rules still find new triples after {_MAX_ROUNDS} rounds")


def fill_store(graphs: Iterable[Iterable[ox.Triple]]) -> ox.Store:
    """Put triples into the default graph of a store in memory; as text they are there in half the time."""
    store = ox.Store()
    for triples in graphs:
        store.load(serialize(triples, ox.RdfFormat.N_TRIPLES), ox.RdfFormat.N_TRIPLES)
    return store


def _construct(store: ox.Store, rule: str) -> list[ox.Triple]:
    results = store.query(rule, prefixes=dict(iris.prefixes()))
    assert isinstance(results, ox.QueryTriples)
    return list(results)
