"""The only place where queries are run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import Message, QueryError, QuerySyntaxError, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.limits import Limits
from ukfr_graph.markup import finish_xml
from ukfr_graph.query.formats import Format, Kind
from ukfr_graph.query.guard import check_query
from ukfr_graph.store import Engine, Results, Solutions, Term
from ukfr_graph.store.injection import inject_values
from ukfr_graph.texts import describe, find_place
from ukfr_graph.tokens import Token, list_tokens, read_tokens
from ukfr_graph.triples import serialize

if TYPE_CHECKING:
    from ukfr_graph.query.federation import Rewriter

_INSTEAD = "JSON (json), CSV (csv) and TSV (tsv)"
_DETAIL_LENGTH = 300
_AGGREGATING = ("GROUP", "HAVING", "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")
_AFTER_GROUP = ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
_PREFIXED = (ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML)
_POSITION = re.compile(r"error at (\d+):(\d+):?\s*(.*)", re.DOTALL)
_PREFIX_USE = re.compile(r"(?<![\w<?$])([A-Za-z][\w.-]*):(?=[\w:%\\])")


@dataclass(frozen=True)
class Answer:
    """The answer of a query: the engine's results and their ``kind``. It can be read once.

    ``is_repeatable`` is false where asking again may rightly give another answer.
    """

    kind: Kind
    results: Results
    is_repeatable: bool = True

    def serialize(self, form: Format) -> bytes:
        """Return the answer in a format that fits its kind; datatypes and language tags are kept.

        Raises:
            QueryError: the evaluation failed while it was read.
            NotAcceptableError: the format, which is XML, cannot hold a value.
        """
        try:
            if isinstance(self.results, ox.QueryTriples) and form.engine in _PREFIXED:
                assert isinstance(form.engine, ox.RdfFormat)
                return serialize(self.results, form.engine, prefixes=iris.prefixes())
            body = self.results.serialize(format=form.engine) or b""  # type: ignore[arg-type]  # the kinds fit
            return finish_xml(body, _INSTEAD) if form.engine == ox.QueryResultsFormat.XML else body
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError("The query failed while it was evaluated: %(error)s", error=error) from None

    def rows(self) -> tuple[tuple[str, ...], list[tuple[Term | ox.Triple | None, ...]]]:
        """Read a SELECT's answer: names of the variables, and a tuple of terms for each row.

        Raises:
            QueryError: the query is not a SELECT, or its evaluation failed.
        """
        if not isinstance(self.results, Solutions):
            raise QueryError("Rows were asked for, but the query answers with a %(kind)s.", kind=self.kind)
        names = tuple(v.value for v in self.results.variables)
        try:
            return names, [tuple(solution[name] for name in names) for solution in self.results]
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError("The query failed while it was evaluated: %(error)s", error=error) from None

    def bindings(self) -> list[dict[str, Term]]:
        """Read a SELECT's answer as rows by the names of the variables; what is unbound, or a triple, is left out.

        Raises:
            QueryError: see ``rows``.
        """
        names, rows = self.rows()
        return [bind_row(names, row) for row in rows]


class Executor:
    """Runs queries on one engine, within the limits of the settings.

    The default graph is the union of the curated graphs, and ``with_user_graphs`` of all; a query that names its
    graphs (FROM, or by the protocol) may name any. The prefixes of ``iris`` need no declaration. ``relay`` is the one
    that calls other hosts for the engine; without it, one is started in this process when it is needed.
    """

    def __init__(
        self,
        engine: Engine,
        limits: Limits | None = None,
        relay: Rewriter | None = None,
        *,
        with_user_graphs: bool = False,
    ) -> None:
        self.engine = engine
        self._unnamed = engine if with_user_graphs else engine.curated
        self._limits = limits or Limits()
        self._relay = relay

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
        text = text.removeprefix("\ufeff")  # the mark that editors on Windows put before UTF-8
        if parameters and _may_select(text, parameters):
            text = project(text, parameters)
        elif parameters:  # the engine binds what is selected, or stands in a pattern; not what a filter alone has
            text, parameters = inject_values(text, parameters), None
        traits = check_query(text, self._limits)
        if traits.calls_others and self.engine.folder:  # an engine elsewhere calls from there
            text = self._find_relay().rewrite(text)
        union = not (traits.has_dataset or default_graphs or named_graphs)
        engine = self._unnamed if union else self.engine
        try:
            results = engine.query(text, parameters or {}, default_graphs, named_graphs, union=union)
        except SyntaxError as error:
            raise explain_syntax(str(error), text) from None
        except (ValueError, OSError, RuntimeError) as error:
            raise QueryError("The query cannot be evaluated: %(error)s.", error=error) from None
        kinds: dict[type, Kind] = {ox.QueryTriples: "graph", ox.QueryBoolean: "boolean"}
        return Answer(kinds.get(type(results), "solutions"), results, traits.is_repeatable)

    def _find_relay(self) -> Rewriter:
        if self._relay is None:
            from ukfr_graph.query.relay import Relay  # rarely needed, and heavy

            self._relay = Relay(self._limits.service_allow).start()
        return self._relay


def _may_select(text: str, names: Iterable[str]) -> bool:
    """Return whether a query is a SELECT of variables that it names, to which these may be added.

    What counts or groups selects only what it groups by.
    """
    depth, outermost = 0, list[Token]()
    for token in list_tokens(text):
        depth -= token.text == "}"
        if not depth:
            outermost.append(token)
        depth += token.text == "{"
    for form, *following in zip(outermost, outermost[1:], outermost[2:], strict=False):
        if form.is_word("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
            if not form.is_word("SELECT") or following[following[0].is_word("DISTINCT", "REDUCED")].text == "*":
                return False
            break
    grouped, is_group = set[str](), False
    for token in outermost:
        is_group = token.is_word("GROUP") or (is_group and not token.is_word(*_AFTER_GROUP))
        if is_group and token.kind == "variable":
            grouped.add(token.text[1:])
    return grouped.issuperset(names) or not any(token.is_word(*_AGGREGATING) for token in outermost)


def project(text: str, names: Iterable[str]) -> str:
    """Name variables in the outermost SELECT, where the engine wants those that it is to bind.

    A file does well without: whoever replaces parameters by text would write values where names belong.

    >>> project("SELECT ?s { ?s a ?_kind_iri }", ["_kind_iri"])
    'SELECT ?s ?_kind_iri { ?s a ?_kind_iri }'
    """
    depth, end, is_open, named = 0, 0, False, set[str]()
    for token in read_tokens(text):
        if token.kind == "space":
            continue
        if depth == 0 and token.is_word("ASK", "CONSTRUCT", "DESCRIBE"):
            return text
        if depth == 0 and token.is_word("SELECT"):
            is_open = True
        elif is_open and depth == 0 and (token.text == "{" or token.is_word("WHERE", "FROM")):
            added = "".join(f" ?{name}" for name in names if name not in named)
            return text[:end] + added + text[end:]
        elif is_open and depth == 0 and token.text == "*":
            return text
        elif token.kind == "variable" and depth == 0:
            named.add(token.text[1:])
        depth += (token.kind == "open") - (token.kind == "close")
        end = token.start + len(token.text)
    return text


def bind_row(names: Sequence[str], row: Sequence[Term | ox.Triple | None]) -> dict[str, Term]:
    """Return a row by the names of its variables; what is unbound, or a triple, is left out."""
    return {
        name: term
        for name, term in zip(names, row, strict=True)
        if term is not None and not isinstance(term, ox.Triple)
    }


def explain_syntax(message: str, text: str) -> QuerySyntaxError:
    """Say where the fault is; the commonest ones are named, which the parser does not do.

    They are a character that SPARQL does not know, such as a curly quotation mark, a short name with a slash as pages
    show it, and a prefix that nobody declared.
    """
    if told := _find_strange(text) or _find_slash(text):
        return told
    found = _POSITION.match(message)
    line, column, detail = (int(found[1]), int(found[2]), found[3]) if found else (None, None, message)
    declared = {p.lower() for p in re.findall(r"(?i)\bPREFIX\s+([\w.-]*)\s*:", text)} | set(iris.prefixes())
    bare = _QUOTED.sub(" ", text)
    missing = sorted({p for p in _PREFIX_USE.findall(bare) if p.lower() not in declared and p != "_"})
    if missing:
        undeclared = Message(_("no PREFIX is declared for %(names)s"), {"names": ", ".join(missing)})
        return QuerySyntaxError(undeclared, line, column)
    # The parser lists whole character classes.
    detail = re.sub(r"\[[^\]]{40,}\](, )?", "", re.sub(r"\s+", " ", detail))[:_DETAIL_LENGTH]
    return QuerySyntaxError(detail, line, column)


def _find_strange(text: str) -> QuerySyntaxError | None:
    """Find a character outside texts, IRIs and comments that SPARQL does not know (SPARQL 1.1 Query, section 19.8)."""
    for token in read_tokens(text):
        if token.kind == "space" and not token.text.startswith("#"):
            at = next((at for at, c in enumerate(token.text) if c not in " \t\r\n"), None)
        else:
            at = 0 if token.kind == "other" and not (token.text.isascii() and token.text.isprintable()) else None
        if at is not None:
            character = token.text[at]
            line, column = find_place(text, token.start + at)
            kind, meant = next(
                (pair for marks, pair in _MEANT if character in marks),
                (_("a character"), _("take it out, or quote it")),
            )
            if token.kind == "space":
                kind, meant = _("a blank"), _("write a plain blank")
            return QuerySyntaxError(
                make_message(
                    _("%(character)s is not %(kind)s of SPARQL; %(meant)s"),
                    character=describe(character),
                    kind=Message(kind),
                    meant=Message(meant),
                ),
                line,
                column,
            )
    return None


def _find_slash(text: str) -> QuerySyntaxError | None:
    """Find a short name with a slash, as id:place/calais: SPARQL reads a path there (section 19.8, PN_LOCAL_ESC)."""
    found = _SLASHED.search(_QUOTED.sub(lambda match: " " * len(match[0]), text))
    if not found:
        return None
    line, column = find_place(text, found.start())
    written = found[0].replace("/", "\\/")
    return QuerySyntaxError(
        make_message(_("in a short name a slash is written '\\/': %(written)s"), written=written), line, column
    )


_QUOTED = re.compile(r"<[^<>\s]*>|\"[^\"\n]*\"|'[^'\n]*'|#[^\n]*")
_SLASHED = re.compile(r"(?<![\w:?$/-])[A-Za-z][\w-]*:[\w.-]*(?:/[\w.-]{2,})+(?![\w:/-])")
_MEANT = (
    ("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02", (_("a quotation mark"), _('write "'))),
    ("\u2018\u2019\u201a\u201b\u2032\u02bc\uff07", (_("a quotation mark"), _("write '"))),
)
