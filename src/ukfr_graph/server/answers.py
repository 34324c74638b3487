"""Answers of the workers, read for showing: rows of terms, and triples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pyoxigraph as ox

from ukfr_graph.errors import QueryError
from ukfr_graph.server.cache import Entry
from ukfr_graph.server.service import Service
from ukfr_graph.store import Term
from ukfr_graph.workers.link import Reply
from ukfr_graph.workers.wire import Head

ROWS = "application/sparql-results+json"
TRIPLES = "application/n-triples"
_TERMS = (ox.NamedNode, ox.Literal, ox.BlankNode)
_NO_PARAMETERS: Mapping[str, Term] = {}


class Table(NamedTuple):
    """The rows of an answer; ``total`` is their number before ``read_table`` cut them."""

    names: list[str]
    rows: list[list[Term | ox.Triple | None]]
    total: int

    def dicts(self) -> list[dict[str, Term]]:
        """Give each row by the names of its variables; what is unbound, or a triple, is left out."""
        return [
            {name: term for name, term in zip(self.names, row, strict=True) if isinstance(term, _TERMS)}
            for row in self.rows
        ]


async def ask(service: Service, text: str, parameters: Mapping[str, Term] = _NO_PARAMETERS, accept: str = "") -> Reply:
    """Have a query answered by the workers, in the format that ``accept`` likes best.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    terms = {name: str(term) for name, term in parameters.items()}
    head: Head = {"task": "query", "query": text, "parameters": terms}
    if accept:
        head["accept"] = accept
    return await service.ask(head, (text, *terms.items(), accept))


async def select(service: Service, text: str, parameters: Mapping[str, Term] = _NO_PARAMETERS) -> Table:
    """Ask a SELECT of our own.

    Raises:
        UkfrError: see ``Pool.ask``; it is no SELECT.
    """
    return _read_rows(await ask(service, text, parameters, ROWS))


async def select_kept(service: Service, text: str, parameters: Mapping[str, Term] = _NO_PARAMETERS) -> Table:
    """Ask a SELECT of our own whose answer many views of a page need: it is kept as those of the endpoint are.

    Raises:
        UkfrError: see ``Pool.ask``; it is no SELECT.
    """
    key = ("page", service.pool.version, text, *(f"{name} {term}" for name, term in parameters.items()))
    entry = service.cache.find(key)
    if entry is None:
        entry = Entry("", (), (await ask(service, text, parameters, ROWS)).body)
        service.cache.keep(key, entry)
    return _read_rows(Reply({"type": ROWS}, entry.body))


async def construct(service: Service, text: str, parameters: Mapping[str, Term] = _NO_PARAMETERS) -> list[ox.Triple]:
    """Ask a CONSTRUCT or DESCRIBE of our own.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    reply = await ask(service, text, parameters, TRIPLES)
    return [quad.triple for quad in ox.parse(reply.body, format=ox.RdfFormat.N_TRIPLES)]


def read_table(reply: Reply, most: int | None = None) -> tuple[Table | None, str]:
    """Read an answer for showing: rows as a table of at most ``most``, anything else as text."""
    if reply.head["type"] != ROWS:
        return None, reply.body.decode("utf-8")
    results = ox.parse_query_results(reply.body, format=ox.QueryResultsFormat.JSON)
    if isinstance(results, ox.QueryBoolean):
        return None, str(bool(results)).lower()
    assert isinstance(results, ox.QuerySolutions)
    names = [variable.value for variable in results.variables]
    rows = [[solution[name] for name in names] for solution in results]
    return Table(names, rows[:most], len(rows)), ""


def _read_rows(reply: Reply) -> Table:
    table, _ = read_table(reply)
    if table is None:
        raise QueryError("Rows were asked for, and the query is no SELECT.")
    return table
