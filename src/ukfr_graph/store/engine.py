"""The engines that answer queries: one protocol for a snapshot here and for an engine elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

import pyoxigraph as ox

Term: TypeAlias = ox.NamedNode | ox.Literal | ox.BlankNode


class ReadSolutions:
    """Solutions of an engine elsewhere, all of which were read once, so that nothing after it can fail.

    They are used as those of the engine here (``pyoxigraph.QuerySolutions``); ``content`` is what it writes of them as
    JSON (SPARQL 1.1 Query Results JSON Format: https://www.w3.org/TR/sparql11-results-json/), which most ask for.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content

    @property
    def variables(self) -> list[ox.Variable]:
        """The variables that are selected, in order."""
        return self._read().variables

    def __iter__(self) -> Iterator[ox.QuerySolution]:
        """Return the solutions, in order, as often as one likes."""
        return self._read()

    def serialize(self, *, format: ox.QueryResultsFormat) -> bytes | None:  # noqa: A002 - the name is the library's
        """Write them in a format."""
        return self._content if format == ox.QueryResultsFormat.JSON else self._read().serialize(format=format)

    def _read(self) -> ox.QuerySolutions:
        results = ox.parse_query_results(self._content, format=ox.QueryResultsFormat.JSON)
        assert isinstance(results, ox.QuerySolutions)
        return results


Solutions: TypeAlias = ox.QuerySolutions | ReadSolutions
Results: TypeAlias = Solutions | ox.QueryBoolean | ox.QueryTriples


class Engine(Protocol):
    """Evaluates SPARQL 1.1 queries over one version of a dataset, whose default graph is the union of all."""

    @property
    def version(self) -> str:
        """Name of the version that is queried."""

    @property
    def folder(self) -> str:
        """Folder of the version that is queried; nothing where it lies elsewhere."""

    @property
    def curated(self) -> Engine:
        """The same version without what users added to it."""

    def count_triples(self) -> int:
        """Count the triples of all graphs."""

    def count_graphs(self) -> dict[str, int]:
        """Count the triples of each named graph, by its name."""

    def has_graph(self, name: str | None) -> bool:
        """Return whether there is a graph of this name; the default graph (none) is always there."""

    def hash_graph(self, name: str | None) -> str:
        """Name the content of a graph: another content has another hash. Empty where it cannot be told."""

    def quads(self) -> Iterable[ox.Quad]:
        """Return everything, in no order."""

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
