"""What answers queries: one protocol for a snapshot here and for an engine elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

import pyoxigraph as ox

Term: TypeAlias = ox.NamedNode | ox.Literal | ox.BlankNode
Results: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class Engine(Protocol):
    """Evaluates SPARQL 1.1 queries over one version of a dataset, whose default graph is the union of all."""

    @property
    def version(self) -> str:
        """Name of the version that is queried."""

    def count_triples(self) -> int:
        """Count the triples of all graphs."""

    def query(
        self,
        text: str,
        substitutions: Mapping[str, Term],
        default_graphs: Sequence[str],
        named_graphs: Sequence[str],
        *,
        union: bool,
    ) -> Results:
        """Evaluate a query, with ``substitutions`` for variables.

        The dataset is that of the two lists of graphs where either has one; else, with ``union``, the default
        graph is the union of all graphs; else it is what the query itself says.

        Raises:
            SyntaxError: the text is not SPARQL.
            ValueError, OSError, RuntimeError: it cannot be evaluated.
        """
