"""Readings of rules: values with their rule and confidence, and stretches of a sentence that are clauses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """A value that was read from a text: by which ``rule``, and how unlikely another reading is."""

    value: str
    rule: str
    confidence: str


@dataclass(frozen=True)
class Piece:
    """A clause: its characters, its ``kind`` (None: that of what it goes on with), and how its start was found.

    ``is_part`` says that it elaborates the piece before it that is none.
    """

    start: int
    end: int
    kind: Reading | None
    boundary: Reading
    is_part: bool = False
