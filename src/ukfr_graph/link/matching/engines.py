"""The engines that run the comparison: our own arrays, or Splink on DuckDB or Spark, by one table of weights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ukfr_graph.link.datasets.treaties import InputError, Treaty

if TYPE_CHECKING:
    from ukfr_graph.link.matching.matches import Match

Run = Callable[[Sequence[Treaty], Iterable[Treaty]], Iterator[tuple[int, "list[Match]"]]]
ENGINES = {"own": "link", "splink-duckdb": "splink", "splink-spark": "spark"}
"""The engines, and the optional part of the package that each needs."""


def find_engine(name: str, processes: int) -> Run:
    """Return what matches a stream of treaties with targets; it yields as ``matcher.match_all`` does.

    Raises:
        InputError: there is no such engine, or its library is not installed.
    """
    if name not in ENGINES:
        raise InputError("There is no engine %(name)s; there are %(names)s.", name=repr(name), names=", ".join(ENGINES))
    try:
        if name == "own":
            from ukfr_graph.link.matching.matcher import match_all

            return lambda targets, sources: match_all(targets, sources, processes)
        from ukfr_graph.link.matching.splink_engine import match_by_splink, open_backend

        backend = open_backend(name.removeprefix("splink-"), processes)
    except ImportError:
        raise InputError(
            "Matching by the engine %(name)s needs an optional part: pip install 'ukfr-graph[%(part)s]'.",
            name=name,
            part=ENGINES[name],
        ) from None
    return lambda targets, sources: match_by_splink(backend, targets, sources)
