"""Answers of queries as Python values, data frames or RDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, overload

import pyoxigraph as ox

from ukfr_graph.errors import SettingsError
from ukfr_graph.store import Term
from ukfr_graph.triples import Value, serialize, to_value

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


@dataclass(frozen=True)
class Rows(Sequence[dict[str, Value]]):
    """The rows of a SELECT: a sequence of dictionaries; ``terms`` are the RDF terms themselves.

    >>> rows = Rows(("n",), ((ox.Literal(28),), (None,)))
    >>> rows[0], rows.column("n"), len(rows)
    ({'n': 28}, [28, None], 2)
    """

    names: tuple[str, ...]
    terms: tuple[tuple[Term | ox.Triple | None, ...], ...]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.terms)

    @overload
    def __getitem__(self, index: int) -> dict[str, Value]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Value]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Value] | list[dict[str, Value]]:
        """Return one row, or some."""
        if isinstance(index, slice):
            return [self._read(row) for row in self.terms[index]]
        return self._read(self.terms[index])

    def __iter__(self) -> Iterator[dict[str, Value]]:
        """Return row by row."""
        return map(self._read, self.terms)

    def column(self, name: str) -> list[Value]:
        """Return the values of one variable.

        Raises:
            KeyError: there is no such variable.
        """
        if name not in self.names:
            raise KeyError(f"{name}: there are {', '.join(self.names)}")
        at = self.names.index(name)
        return [to_value(row[at]) for row in self.terms]

    def to_pandas(self) -> pd.DataFrame:
        """Return a pandas data frame; decimals become floats.

        Raises:
            SettingsError: pandas is not installed.
        """
        pandas = _import("pandas")
        frame: pd.DataFrame = pandas.DataFrame(self._columns())
        return frame

    def to_polars(self) -> pl.DataFrame:
        """Return a polars data frame; decimals become floats, and columns of several types texts.

        Raises:
            SettingsError: polars is not installed.
        """
        polars = _import("polars")
        columns = {n: values if len({type(v) for v in values} - {type(None)}) <= 1 else [
            None if v is None else str(v) for v in values] for n, values in self._columns().items()}  # fmt: skip
        frame: pl.DataFrame = polars.DataFrame(columns)
        return frame

    def _columns(self) -> dict[str, list[Value]]:
        return {n: [float(v) if isinstance(v, Decimal) else v for v in self.column(n)] for n in self.names}

    def _read(self, row: tuple[Term | ox.Triple | None, ...]) -> dict[str, Value]:
        return dict(zip(self.names, map(to_value, row), strict=True))


@dataclass(frozen=True)
class Triples(Sequence[ox.Triple]):
    """The triples of a CONSTRUCT or DESCRIBE, in a stable order; ``prefixes`` are those that they are written with."""

    triples: tuple[ox.Triple, ...]
    prefixes: Mapping[str, str]

    def __len__(self) -> int:
        """Count the triples."""
        return len(self.triples)

    @overload
    def __getitem__(self, index: int) -> ox.Triple: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[ox.Triple, ...]: ...
    def __getitem__(self, index: int | slice) -> ox.Triple | tuple[ox.Triple, ...]:
        """Return one triple, or some."""
        return self.triples[index]

    def serialize(self, form: str = "ttl") -> str:
        """Write them as ttl, nt, rdf or jsonld.

        Raises:
            SettingsError: the format is none of these.
        """
        if form not in _FORMATS:
            raise SettingsError(
                "The format %(form)s is unknown; use one of %(names)s.", form=repr(form), names=", ".join(_FORMATS)
            )
        prefixes = self.prefixes if form in ("ttl", "rdf") else None
        return serialize(self.triples, _FORMATS[form], prefixes=prefixes).decode()


def _import(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError:
        raise SettingsError("%(name)s is not installed: pip install 'ukfr-graph[%(name)s]'.", name=name) from None
