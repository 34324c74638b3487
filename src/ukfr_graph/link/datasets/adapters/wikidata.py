"""Wikidata, as a saved answer of its query service (JSON).

Variables: ``item`` and ``itemLabel`` (or ``label``); optional are ``date`` or ``signed`` (P585, P577 or the start
of the signing), ``inForce``, ``partyLabel``, ``kindLabel``, and variables that
name a scheme of identifiers (``cets``, ``celex`` …).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ukfr_graph.link.datasets.bindings import VariableNames, read_answer
from ukfr_graph.link.datasets.reader import Adapter, Dataset
from ukfr_graph.link.datasets.treaties import Fault, Treaty

NAMESPACE = "http://www.wikidata.org/entity/"
_NAMES = VariableNames(
    item=("item", "treaty", "wikidata"),
    title=("itemLabel", "label", "title", "treatyLabel"),
    signed=("signed", "date", "signatureDate", "pointInTime"),
    in_force=("inForce", "inForceDate"),
    party=("partyLabel", "signatoryLabel", "party"),
    kind=("kindLabel", "typeLabel", "instanceLabel"),
)


def read(path: Path, _: Path | None = None) -> Iterator[Treaty | Fault]:
    """Read the items."""
    return read_answer(path, _NAMES, lambda iri: iri.replace(NAMESPACE, "wd:") if iri.startswith(NAMESPACE) else "")


DATASET = Dataset("wikidata", "wd", NAMESPACE, "https://www.wikidata.org/")
ADAPTER = Adapter("wikidata", "Wikidata, as a saved answer (SPARQL JSON)", read, DATASET)
