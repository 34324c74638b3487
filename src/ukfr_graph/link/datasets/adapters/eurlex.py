"""EUR-Lex and CELLAR, as a saved answer of the Publications Office's endpoint (JSON).

Variables: ``celex`` and ``title``; optional are ``date`` (cdm:work_date_document), ``inForce``, ``eli``, ``type``,
``party``; others (``amends``, ``legalBasis``) name other acts. The identifier is the CELEX number.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ukfr_graph.link.datasets.bindings import VariableNames, read_answer
from ukfr_graph.link.datasets.reader import Adapter, Dataset
from ukfr_graph.link.datasets.references import find_references
from ukfr_graph.link.datasets.treaties import Fault, Treaty

NAMESPACE = "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:"
_NAMES = VariableNames(
    item=("celex", "celexUri", "work"),
    title=("title", "label", "workTitle"),
    signed=("date", "dateDocument", "documentDate"),
    in_force=("inForce", "dateInForce", "entryIntoForce"),
    party=("partyLabel", "party"),
    kind=("typeLabel", "type"),
)


def identify(item: str) -> str:
    """Make the identifier of a CELEX number or an IRI that ends with one.

    >>> identify("32016L0681"), identify("http://publications.europa.eu/resource/celex/32016L0681"), identify("x")
    ('celex:32016L0681', 'celex:32016L0681', '')
    """
    return next((found for found in sorted(find_references(item)) if found.startswith("celex:")), "")


def read(path: Path, _: Path | None = None) -> Iterator[Treaty | Fault]:
    """Read the acts; what has no CELEX number is told and left out."""
    for item in read_answer(path, _NAMES, identify):
        yield _with_page(item) if isinstance(item, Treaty) else item


def _with_page(treaty: Treaty) -> Treaty:
    from dataclasses import replace

    celex = treaty.identifier.partition(":")[2]
    page = NAMESPACE + celex
    return replace(treaty, page=page, references=treaty.references | {f"celex:{celex}"})


DATASET = Dataset("eur-lex", "celex", NAMESPACE, "https://eur-lex.europa.eu/")
ADAPTER = Adapter("eurlex", "EUR-Lex and CELLAR, as a saved answer (SPARQL JSON)", read, DATASET)
