"""Captions of the parameters and columns of questions, from ``queries/names.yaml`` and a question's own file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from ukfr_graph.query.parameters import Parameter
from ukfr_graph.resources import queries_folder

FILE = "names.yaml"


@dataclass(frozen=True)
class ColumnName:
    """A column: its name by language, and the column that has the currency of its amounts (empty: it has none)."""

    labels: Mapping[str, str]
    unit: str = ""

    def label(self, language: str) -> str:
        """Return the name in a language, or in English."""
        return self.labels.get(language) or self.labels["en"]


def name_parameters(parameters: tuple[Parameter, ...], metadata: Mapping[str, object]) -> tuple[Parameter, ...]:
    """Return parameters with their names, and the class or vocabulary of what they take."""
    known = {**_read_names()["parameters"], **_mapping(metadata.get("parameters"))}
    return tuple(
        replace(parameter, takes=named.pop("takes", ""), labels=named)
        for parameter in parameters
        for named in [dict(_mapping(known.get(parameter.name)))]
    )


def name_columns(metadata: Mapping[str, object]) -> dict[str, ColumnName]:
    """Return what columns are called, by their variable."""
    known = {**_read_names()["columns"], **_mapping(metadata.get("columns"))}
    return {
        name: ColumnName(labels, unit)
        for name, named in known.items()
        for labels in [dict(_mapping(named))]
        for unit in [labels.pop("unit", "")]
        if labels.get("en")
    }


@cache
def _read_names() -> dict[str, dict[str, Mapping[str, str]]]:
    from ukfr_graph.documents import read_mapping  # a YAML parser, which the endpoint does not need

    folder = queries_folder()
    names = read_mapping(folder / FILE, folder)
    return {part: dict(_mapping(names.get(part))) for part in ("parameters", "columns")}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
