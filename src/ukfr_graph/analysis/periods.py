"""A network as of a day: without what came later, and with offices held by those who held them then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.analysis.network import Network
from ukfr_graph.query.executor import Executor

_OFFICE = iris.UKFR + "office"
_LATER = """SELECT DISTINCT ?node ?day {
  { ?node ukfr:documentDate|ukfr:meetingDate ?date } UNION { ?node ukfr:statement/ukfr:meetingDate ?date }
  FILTER (?date > ?day)
}"""
_HELD = """SELECT DISTINCT ?person ?office ?day {
  ?tenure ukfr:tenureOf ?person ; ukfr:office ?office ; ukfr:startDate ?from .
  OPTIONAL { ?tenure ukfr:endDate ?until }
  FILTER (?from <= ?day && (!BOUND(?until) || ?until >= ?day))
}"""


def keep_day(executor: Executor, network: Network, day: date) -> Network:
    """Give the part of a network that stood on a day.

    Acts and statements dated later are left out, with the clauses of those statements; what has no date stays.
    A person is tied to an office by a tenure of that day only.

    Raises:
        UkfrError: see ``Executor.run``.
    """
    values = {"day": ox.Literal(day.isoformat(), datatype=ox.NamedNode(iris.XSD + "date"))}
    later = {str(row[0]) for row in executor.run(iris.PROLOGUE + _LATER, values).rows()[1]}
    held = {(str(row[0]), str(row[1])) for row in executor.run(iris.PROLOGUE + _HELD, values).rows()[1]}
    kept = network.keep_nodes([node.iri for node in network.nodes if f"<{node.iri}>" not in later], network.path)
    edges = (e for e in kept.edges if e.relation != _OFFICE or (f"<{e.source}>", f"<{e.target}>") in held)
    return replace(kept, edges=tuple(edges))
