"""A network as of a day: without what came later, and with offices held by those who held them then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.analysis.network import Network
from ukfr_graph.query.executor import Executor
from ukfr_graph.query.questions import read_question

_OFFICE = iris.UKFR + "office"
_ROOM = "analysis/questions"


def keep_day(executor: Executor, network: Network, day: date) -> Network:
    """Return the part of a network that stood on a day.

    Acts and statements dated later are left out, with the clauses of those statements; what has no date stays.
    A person is tied to an office by a tenure of that day only.

    Raises:
        UkfrError: see ``Executor.run``.
    """
    values = {"day": ox.Literal(day.isoformat(), datatype=ox.NamedNode(iris.XSD + "date"))}
    later, held = (executor.run(read_question(_ROOM, name), values).bindings() for name in ("later", "office-holders"))
    dated_later = {row["node"].value for row in later}
    ties = {(row["person"].value, row["office"].value) for row in held}
    kept = network.keep_nodes([node.iri for node in network.nodes if node.iri not in dated_later], network.path)
    edges = (e for e in kept.edges if e.relation != _OFFICE or (e.source, e.target) in ties)
    return replace(kept, edges=tuple(edges))
