"""Pages of an answer, cut from the whole: no row is missing and none comes twice.

The whole answer is evaluated once for each version, query and parameters, and kept; a page is a slice of it. So the
total is exact, and the order is the same for every page even where the query leaves it open. Links to other pages name
the version, so that a page never comes from other data (RFC 8288, section 3.3, and the relation types of HTML).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

import pyoxigraph as ox

from ukfr_graph.errors import NotFoundError, ParameterError
from ukfr_graph.query.executor import Answer
from ukfr_graph.query.formats import find_format
from ukfr_graph.query.saved import SavedQuery
from ukfr_graph.service.answers import ROWS, Table, ask_kept, read_table
from ukfr_graph.service.service import Service
from ukfr_graph.store import Term
from ukfr_graph.workers.handle import Reply

MOST_ROWS = 10_000
"""Most rows of a page."""

_DEFAULT_ROWS = 100


class Page(NamedTuple):
    """One page: its ``number`` from 1, the most rows of a page, the rows of the whole, and the results as JSON."""

    number: int
    size: int
    total: int
    content: bytes

    @property
    def last(self) -> int:
        """The number of the last page; an empty answer has one page."""
        return max(1, -(-self.total // self.size))

    def write(self, form: str) -> bytes:
        """Write the rows in a format of ``query.formats``."""
        if form == "json":
            return self.content
        results = ox.parse_query_results(self.content, format=ox.QueryResultsFormat.JSON)
        assert isinstance(results, ox.QuerySolutions)
        return Answer("solutions", results).serialize(find_format(form, "solutions"))

    def links(self, path: str, parameters: Mapping[str, str]) -> dict[str, str]:
        """Return the addresses of the first, previous, next and last page, by relation type."""
        numbers = {"first": 1, "prev": self.number - 1, "next": self.number + 1, "last": self.last}
        return {
            name: f"{path}?{urlencode({**parameters, 'page': number, 'page_size': self.size})}"
            for name, number in numbers.items()
            if 1 <= number <= self.last
        }


def read_page_request(given: Mapping[str, str], query: SavedQuery) -> tuple[int, int] | None:
    """Read ``page`` and ``page_size``; nothing where neither is asked for, nor by the query's own file.

    Raises:
        ParameterError: one is no number within its bounds, or the query answers with no rows.
    """
    if not ({"page", "page_size"} & set(given)) and query.page_size is None:
        return None
    if query.kind != "solutions":
        if {"page", "page_size"} & set(given):
            raise ParameterError("Only rows come in pages; this query answers with a yes or no, or with a graph.")
        return None
    return (
        _read_number(given, "page", 1, 10**9),
        _read_number(given, "page_size", query.page_size or _DEFAULT_ROWS, MOST_ROWS),
    )


async def cut_page(service: Service, query: SavedQuery, values: Mapping[str, Term], number: int, size: int) -> Page:
    """Evaluate a query, or take its answer as it was kept, and cut one page out of it.

    Raises:
        NotFoundError: there are fewer pages.
        UkfrError: see ``Pool.ask``.
    """
    body = await ask_kept(service, query.text, values)
    page = await asyncio.to_thread(_cut, body, number, size)
    if number > page.last:
        raise NotFoundError(
            "There is no page %(number)s: the answer has %(total)s rows, so %(last)s pages.",
            number=number,
            total=page.total,
            last=page.last,
        )
    return page


def read_page_rows(query: SavedQuery, page: Page) -> Table:
    """Read the rows of a page, without the columns that only repeat the parameters."""
    table, _ = read_table(Reply({"type": ROWS}, page.content))
    assert table is not None  # a query that comes in pages answers with rows
    return drop_parameters(query, table)._replace(total=page.total)


def drop_parameters(query: SavedQuery, table: Table) -> Table:
    """Leave out the columns that only repeat the parameters."""
    repeated = {p.variable for p in query.parameters}
    kept = [at for at, name in enumerate(table.names) if name not in repeated]
    return Table([table.names[at] for at in kept], [[row[at] for at in kept] for row in table.rows], table.total)


def _cut(body: bytes, number: int, size: int) -> Page:
    answer = json.loads(body)
    rows = answer["results"]["bindings"]
    answer["results"]["bindings"] = rows[(number - 1) * size : number * size]
    return Page(number, size, len(rows), json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode())


def _read_number(given: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and 1 <= int(text) <= most):
        raise ParameterError(
            "'%(name)s' is a whole number from 1 to %(most)s; %(text)s is not.",
            name=name,
            most=most,
            text=repr(text[:50]),
        )
    return int(text)
