"""Answers of the workers, read for showing: rows of terms, and triples."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from ukfr_graph.errors import QueryError
from ukfr_graph.query.executor import bind_row
from ukfr_graph.query.questions import give_values, read_question
from ukfr_graph.service.cache import KeptAnswer, make_key
from ukfr_graph.service.service import Service
from ukfr_graph.store import Term
from ukfr_graph.workers.handle import Reply
from ukfr_graph.workers.wire import Head

ROWS = "application/sparql-results+json"
TRIPLES = "application/n-triples"
_LONGEST_PARSED = 150_000  # bytes of an answer whose rows are kept as well
_LONGEST_TEXT = 600  # characters; a longer one is shown as it is
_NO_PARAMETERS: Mapping[str, Term] = {}


class Table(NamedTuple):
    """The rows of an answer; ``total`` is their number before ``read_table`` cut them."""

    names: list[str]
    rows: list[list[Term | ox.Triple | None]]
    total: int

    def dicts(self) -> list[dict[str, Term]]:
        """Return each row by the names of its variables; what is unbound, or a triple, is left out."""
        return [bind_row(self.names, row) for row in self.rows]


async def ask(
    service: Service,
    text: str,
    parameters: Mapping[str, Term] = _NO_PARAMETERS,
    accept: str = "",
    *,
    with_user_graphs: bool = False,
) -> Reply:
    """Have a query answered by the workers, in the format that ``accept`` likes best.

    The curated graphs are asked, and ``with_user_graphs`` the union of all.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    terms = {name: str(term) for name, term in parameters.items()}
    head: Head = {"task": "query", "query": text, "parameters": terms, "with_user_graphs": with_user_graphs}
    if accept:
        head["accept"] = accept
    return await service.ask(head, (text, *terms.items(), accept, with_user_graphs))


async def require_known(service: Service, values: Mapping[str, Term], *, with_user_graphs: bool = False) -> None:
    """Make sure that the IRIs among values that someone typed occur in the dataset; it is asked once for a version.

    The curated graphs are asked, and ``with_user_graphs`` the union of all.

    Raises:
        NotFoundError: one does not; the message offers the nearest.
    """
    terms = sorted(str(term) for term in values.values() if isinstance(term, ox.NamedNode))
    key = make_key("known", service.pool.version, str(with_user_graphs), *terms)
    if terms and service.cache.find(key) is None:
        head: Head = {"task": "known", "iris": terms, "with_user_graphs": with_user_graphs}
        await service.ask(head, ("known", str(with_user_graphs), *terms))
        service.cache.keep(key, KeptAnswer("", (), b""))


async def select(
    service: Service, text: str, parameters: Mapping[str, Term] = _NO_PARAMETERS, *, with_user_graphs: bool = False
) -> Table:
    """Ask a SELECT of our own; its answer is kept as those of the endpoint are.

    Raises:
        UkfrError: see ``Pool.ask``; it is no SELECT.
    """
    body = await ask_kept(service, text, parameters, with_user_graphs=with_user_graphs)
    return read_rows(body) if len(body) > _LONGEST_PARSED else _parse_once(body)


async def ask_kept(
    service: Service,
    text: str,
    parameters: Mapping[str, Term] = _NO_PARAMETERS,
    accept: str = ROWS,
    *,
    with_user_graphs: bool = False,
) -> bytes:
    """Ask a question of our own, or take the answer that is kept, as it is: of rows, for ``read_rows``.

    Pages in another language, and data about the same, ask the same: an evaluation costs what a rendering does.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    given = [(name, str(term)) for name, term in parameters.items()]  # whose order is that of the columns
    key = make_key("answer", service.pool.version, text, given, accept, with_user_graphs)
    entry = service.cache.find(key)
    if entry is None:
        reply = await ask(service, text, parameters, accept, with_user_graphs=with_user_graphs)
        entry = KeptAnswer("", (), reply.body)
        service.cache.keep(key, entry)
    return entry.body


async def select_together(
    service: Service, texts: Iterable[str], parameters: Mapping[str, Term] = _NO_PARAMETERS
) -> tuple[Table, ...]:
    """Ask several questions at a time about curated graphs, each with those of the parameters that it has.

    A plain server holds no curated graphs and knows none of their prefixes: there every answer is empty.

    Raises:
        UkfrError: see ``Pool.ask``; one is no SELECT.
    """
    if service.is_plain:
        return tuple(Table([], [], 0) for _ in texts)
    return tuple(
        await asyncio.gather(
            *(
                select(service, text, {k: v for k, v in parameters.items() if re.search(rf"\?{k}\b", text)})
                for text in texts
            )
        )
    )


async def construct(service: Service, text: str, parameters: Mapping[str, Term] = _NO_PARAMETERS) -> list[ox.Triple]:
    """Ask a CONSTRUCT or DESCRIBE of our own; its answer is kept.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    return list(_parse_triples(await ask_kept(service, text, parameters, TRIPLES)))


def list_values(service: Service, terms: Sequence[str]) -> list[str]:
    """Write terms for ``VALUES``, as many at a time as half of what a query may be long has room for."""
    size = max(1, service.settings.max_query_length // (2 * max(map(len, terms), default=1)))
    return [" ".join(terms[at : at + size]) for at in range(0, len(terms), size)]


async def translate(service: Service, table: Table, language: str) -> Table:
    """Put the labels of an answer into the reader's language, where the graph has them in it.

    A text in another language is replaced where some resource has it and, by the same property, one in this language,
    and no resource has another. What is quoted has no other language, and stays.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    texts = sorted({str(t) for row in table.rows for t in row if isinstance(t, ox.Literal) and t.language})
    asked = [text for text in texts if len(text) <= _LONGEST_TEXT and not text.endswith("@" + language)]
    question, parameters = read_question("service/questions", "translations"), {"language": ox.Literal(language)}
    found = await asyncio.gather(
        *(select(service, give_values(question, "text", values), parameters) for values in list_values(service, asked))
    )
    others: defaultdict[Term, set[Term]] = defaultdict(set)
    for row in (row for part in found for row in part.dicts()):
        others[row["text"]].add(row["other"])
    chosen = {text: next(iter(known)) for text, known in others.items() if len(known) == 1}
    rows = [[chosen.get(t, t) if isinstance(t, ox.Literal) else t for t in row] for row in table.rows]
    return Table(table.names, rows, table.total)


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


@lru_cache(maxsize=48)
def _parse_once(body: bytes) -> Table:
    """Read rows that several pages need; nobody changes them."""
    return read_rows(body)


@lru_cache(maxsize=16)
def _parse_triples(body: bytes) -> tuple[ox.Triple, ...]:
    """Read triples, which a page in another language, or the same as data, needs too."""
    return tuple(quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES))


def read_rows(body: bytes) -> Table:
    """Read the answer of a SELECT.

    Raises:
        QueryError: it is that of an ASK.
    """
    table, _ = read_table(Reply({"type": ROWS}, body))
    if table is None:
        raise QueryError("Rows were asked for, and the query is no SELECT.")
    return table
