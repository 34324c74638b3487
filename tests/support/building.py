"""Datasets of records that are nearly the bundled ones: what is as it was is read once for all tests of a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ukfr_graph.build import Built, build_graphs
from ukfr_graph.build.reading import Kept
from ukfr_graph.resources import data_folder


def build_changed(data: Path) -> Built:
    """Build the dataset of a copy of the bundled records in which some files were changed."""
    read = _read_bundled()
    return build_graphs(data, kept=Kept(dict(read.names), dict(read.records)))


@cache
def _read_bundled() -> Kept:
    kept = Kept()
    build_graphs(data_folder(), kept=kept)
    return kept
