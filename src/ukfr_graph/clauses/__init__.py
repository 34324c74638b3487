"""The clause and its parts, as every face shows them: pages, library, agents."""

from ukfr_graph.clauses.model import (
    PARTS,
    QUESTIONS,
    Citation,
    Clause,
    Condition,
    Evidence,
    Figure,
    Judgement,
    Role,
    Time,
    read_clauses,
)
from ukfr_graph.clauses.model import ROOM as ROOM

__all__ = [
    "PARTS",
    "QUESTIONS",
    "ROOM",
    "Citation",
    "Clause",
    "Condition",
    "Evidence",
    "Figure",
    "Judgement",
    "Role",
    "Time",
    "read_clauses",
]
