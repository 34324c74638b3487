"""The pages that every page leads to: each room says its own."""

from __future__ import annotations

from dataclasses import dataclass

from ukfr_graph.errors import mark

__all__ = ["Navigation", "mark"]


@dataclass(frozen=True, order=True)
class Navigation:
    """A link at the head of the pages: its place among them, its address, and its English label, a message.

    One that ``is_minor`` stands in a list that is opened on purpose, so that the others fit into a line.
    """

    order: int
    address: str
    label: str
    is_minor: bool = False
