"""The only place where queries are run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import QueryError, QuerySyntaxError
from ukfr_graph.query.formats import Format, Kind
from ukfr_graph.query.guard import check_query
from ukfr_graph.query.limits import Limits
from ukfr_graph.store import Engine, Results, Term
from ukfr_graph.triples import serialize

if TYPE_CHECKING:
    from ukfr_graph.query.federation import Relay

_DETAIL_LENGTH = 300
_PREFIXED = (ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML)
_POSITION = re.compile(r"error at (\d+):(\d+):?\s*(.*)", re.DOTALL)
_PREFIX_USE = re.compile(r"(?<![\w<?$])([A-Za-z][\w.-]*):(?=[\w:%\\])")


@dataclass(frozen=True)
class Answer:
    """What a query answers with: the engine's results and their ``kind``. It can be read once.

    ``is_repeatable`` is false where asking again may rightly give another answer.
    """

    kind: Kind
    results: Results
    is_repeatable: bool = True

    def serialize(self, form: Format) -> bytes:
        """Give the answer in a format that fits its kind; datatypes and language tags are kept.

        Raises:
            QueryError: the evaluation failed while it was read.
        """
        try:
            if isinstance(self.results, ox.QueryTriples) and form.engine in _PREFIXED:
                assert isinstance(form.engine, ox.RdfFormat)
                return serialize(self.results, form.engine, prefixes=True)
            return self.results.serialize(format=form.engine) or b""  # type: ignore[arg-type]  # the kinds fit
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(f"The query failed while it was evaluated: {error}") from None

    def rows(self) -> tuple[tuple[str, ...], list[tuple[Term | ox.Triple | None, ...]]]:
        """Read a SELECT's answer: names of the variables, and a tuple of terms for each row.

        Raises:
            QueryError: the query is not a SELECT, or its evaluation failed.
        """
        if not isinstance(self.results, ox.QuerySolutions):
            raise QueryError(f"Rows were asked for, but the query answers with a {self.kind}.")
        names = tuple(v.value for v in self.results.variables)
        try:
            return names, [tuple(solution[name] for name in names) for solution in self.results]
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(f"The query failed while it was evaluated: {error}") from None


class Executor:
    """Runs queries on one engine, within the limits of the settings.

    The default graph is the union of the curated graphs, and ``with_user_graphs`` of all; a query that names its
    graphs (FROM, or by the protocol) may name any. The prefixes of ``iris`` need no declaration.
    """

    def __init__(self, engine: Engine, limits: Limits | None = None, *, with_user_graphs: bool = False) -> None:
        self.engine = engine
        self._unnamed = engine if with_user_graphs else engine.curated
        self._limits = limits or Limits()
        self._relay: Relay | None = None

    def run(
        self,
        text: str,
        parameters: Mapping[str, Term] | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Answer:
        """Run a query; ``parameters`` binds variables (without ``?``) to terms.

        ``default_graphs`` and ``named_graphs`` are the dataset of the SPARQL 1.1 Protocol, section 2.1.4.

        Raises:
            QuerySyntaxError: the text is not SPARQL, with line and column.
            QueryRefusedError: it is beyond a limit.
            QueryError: it cannot be evaluated.
        """
        traits = check_query(text, self._limits)
        if traits.calls_others and self.engine.folder:  # an engine elsewhere calls from there
            text = self.relay().rewrite(text)
        union = not (traits.has_dataset or default_graphs or named_graphs)
        engine = self._unnamed if union else self.engine
        try:
            results = engine.query(text, parameters or {}, default_graphs, named_graphs, union=union)
        except SyntaxError as error:
            raise explain_syntax(str(error), text) from None
        except (ValueError, OSError, RuntimeError) as error:
            hint = (
                " Name the parameter in the SELECT clause, so that it can be bound."
                if "projection" in str(error)
                else ""
            )
            raise QueryError(f"The query cannot be evaluated: {error}.{hint}") from None
        kinds: dict[type, Kind] = {ox.QuerySolutions: "solutions", ox.QueryBoolean: "boolean"}
        return Answer(kinds.get(type(results), "graph"), results, traits.is_repeatable)

    def relay(self) -> Relay:
        """Give the relay that calls other hosts for the engine; it is started when it is first needed."""
        from ukfr_graph.query.federation import Relay

        if self._relay is None:
            self._relay = Relay(self._limits.service_allow)
        return self._relay


def explain_syntax(message: str, text: str) -> QuerySyntaxError:
    """Say where the fault is; a prefix that nobody declared is the commonest one, and the parser does not name it."""
    found = _POSITION.match(message)
    line, column, detail = (int(found[1]), int(found[2]), found[3]) if found else (None, None, message)
    declared = {p.lower() for p in re.findall(r"(?i)\bPREFIX\s+([\w.-]*)\s*:", text)} | set(iris.PREFIXES)
    bare = re.sub(r"<[^<>\s]*>|\"[^\"\n]*\"|'[^'\n]*'|#[^\n]*", " ", text)
    missing = sorted({p for p in _PREFIX_USE.findall(bare) if p.lower() not in declared and p != "_"})
    if missing:
        detail = f"no PREFIX is declared for {', '.join(missing)}"
    else:  # the parser lists whole character classes
        detail = re.sub(r"\[[^\]]{40,}\](, )?", "", re.sub(r"\s+", " ", detail))[:_DETAIL_LENGTH]
    return QuerySyntaxError(detail, line, column)
