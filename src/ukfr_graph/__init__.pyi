from ukfr_graph.library import Clause as Clause
from ukfr_graph.library import Evidence as Evidence
from ukfr_graph.library import Figure as Figure
from ukfr_graph.library import Graph as Graph
from ukfr_graph.library import Role as Role
from ukfr_graph.library import Rows as Rows
from ukfr_graph.library import Triples as Triples
from ukfr_graph.library import open_graph as open_graph

__version__: str
open = open_graph  # noqa: A001 - as in gzip.open
