"""The graph in Python: ``ukfr_graph.open()``, for scripts and notebooks.

>>> import ukfr_graph
>>> with ukfr_graph.open() as graph:
...     graph.query("clauses-by-kind").column("clauses")
[26, 10, 7, 6, 4]
"""

from ukfr_graph.clauses import Clause, Evidence, Figure, Role
from ukfr_graph.library.graph import Graph, open_graph
from ukfr_graph.library.results import Rows, Triples

__all__ = ["Clause", "Evidence", "Figure", "Graph", "Role", "Rows", "Triples", "open_graph"]
