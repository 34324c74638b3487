"""Asking: saved queries and their parameters, the only executor, and the formats of answers."""

from ukfr_graph.query.executor import Answer, Executor
from ukfr_graph.query.formats import FORMATS, Format, find_format, negotiate, prefers_html
from ukfr_graph.query.saved import SavedQuery
from ukfr_graph.query.saved_files import find_query, read_queries

__all__ = [
    "FORMATS",
    "Answer",
    "Executor",
    "Format",
    "SavedQuery",
    "find_format",
    "find_query",
    "negotiate",
    "prefers_html",
    "read_queries",
]
