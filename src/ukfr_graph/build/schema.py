"""The schema as triples: ontology, vocabularies and alignments, each for its own graph."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from pathlib import Path

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import DataError, Message, Problem
from ukfr_graph.errors import mark as _
from ukfr_graph.resources import ontology_folder

Graphs = dict[str, AbstractSet[ox.Triple]]
"""Triples by the name of their graph."""


def read_schema() -> Graphs:
    """Read the schema; the shapes, rules and checks stay outside the graph.

    Raises:
        DataError: a file is not valid Turtle.
    """
    root = ontology_folder()
    parts = {
        iris.ONTOLOGY_GRAPH: [root / "ukfr.ttl"],
        iris.VOCABULARY_GRAPH: sorted((root / "vocab").glob("*.ttl")),
        iris.ALIGNMENTS_GRAPH: sorted((root / "alignments").glob("*.ttl")),
    }
    return {name: frozenset(triple for path in files for triple in read_turtle(path)) for name, files in parts.items()}


def read_turtle(path: Path) -> list[ox.Triple]:
    """Read one Turtle file; blank nodes are renamed so that files can be put together.

    Raises:
        DataError: it is not valid Turtle.
    """
    try:
        return [quad.triple for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)]
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 0
        raise DataError(
            [Problem(path.name, line, "", "turtle", str(error), Message(_("correct the Turtle at this line")))]
        ) from None
