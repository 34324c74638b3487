"""The clause and its parts, as every face shows them: pages, library, agents, tables."""

from ukfr_graph.clauses.clause import PARTS, QUESTIONS, ROOM, Citation, Clause, Condition, read_clauses
from ukfr_graph.clauses.figures import Figure, Time
from ukfr_graph.clauses.judgements import Judgement
from ukfr_graph.clauses.quotes import Evidence, read_quotes
from ukfr_graph.clauses.roles import Role

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
    "read_quotes",
]
