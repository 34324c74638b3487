"""The pages that every page leads to: each room says its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Navigation:
    """A link at the head of the pages: its place among them, its address, and its English label, a message."""

    order: int
    address: str
    label: str


def mark(message: str) -> str:
    """Mark a text as a message of the catalogues, which the page translates that shows it."""
    return message
