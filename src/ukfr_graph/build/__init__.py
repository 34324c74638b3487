"""From curated files to a validated dataset: read, resolve quotes, infer, validate, write."""

from ukfr_graph.build.dataset import write_dataset
from ukfr_graph.build.pipeline import Built, build_graphs

__all__ = ["Built", "build_graphs", "write_dataset"]
