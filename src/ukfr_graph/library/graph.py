"""Opening the graph, and asking it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
from collections.abc import Callable, Sequence
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.clauses import PARTS, ROOM, Clause, read_clauses
from ukfr_graph.errors import NotFoundError, QueryError, UnsupportedError
from ukfr_graph.library.results import Rows, Triples
from ukfr_graph.limits import Limits
from ukfr_graph.query import Answer, Executor, find_query
from ukfr_graph.query.known import require_known
from ukfr_graph.query.parameters import Parameter, bind_parameters, find_parameters, to_term
from ukfr_graph.query.questions import read_question
from ukfr_graph.query.recognition import QuestionIndex, Recognised
from ukfr_graph.query.saved_files import read_library
from ukfr_graph.query.search import search_labels
from ukfr_graph.query.search_results import Found
from ukfr_graph.settings import read_settings
from ukfr_graph.source_texts import SourceTexts
from ukfr_graph.store import Engine, RemoteEngine, Snapshot, open_snapshot, read_profile
from ukfr_graph.store.text_index import open_index
from ukfr_graph.workspace_datasets import build_dataset, find_dataset, is_built

if TYPE_CHECKING:
    import networkx as nx

    from ukfr_graph.analysis.network import Network

_Method = TypeVar("_Method", bound=Callable[..., Any])


def open_graph(
    source: str | os.PathLike[str] | None = None,
    progress: Callable[[str], None] | None = None,
    *,
    data: Sequence[str | os.PathLike[str]] = (),
    user_graphs: bool = False,
) -> Graph:
    """Open the bundled dataset (none), a dataset's folder, or a SPARQL endpoint (``http://…/sparql``).

    ``data`` names folders of workspaces, each extending those before it, whose dataset is opened instead
    (docs/workspaces.md; UKFR_DATA where none is given). It, and the bundled one, is built on first use, in a second or
    two; ``progress`` is told each step, and without it they
    are written to stderr. With ``user_graphs``, SPARQL of your own is asked of the graphs that users added too; saved
    queries, clauses and networks are always of the curated ones. Credentials for an endpoint come from the environment
    (docs/settings.md).

    Raises:
        DatasetError: there is no dataset, or it is damaged.
        SettingsError: the address is not usable.
    """
    if isinstance(source, str) and source.startswith(("http://", "https://")):
        engine: Engine = RemoteEngine(source, read_settings().endpoint_authorization())
    elif source is not None:
        engine = open_snapshot(Path(source))
    else:
        folders = tuple(map(Path, data)) or read_settings().data
        root = find_dataset(folders)
        if not is_built(root, folders):
            tell = progress or (lambda step: print(f"ukfr-graph: {step}", file=sys.stderr))  # noqa: T201
            build_dataset(root, tell, folders)
        engine = open_snapshot(root)
    return Graph(engine, user_graphs=user_graphs)


def _in_its_names(method: _Method) -> _Method:
    """Let a method write and read names as its graph's dataset does, whatever else is open in this process."""

    @wraps(method)
    def ask(graph: Graph, *given: Any, **named: Any) -> Any:
        with iris.using(graph.namespaces):
            return method(graph, *given, **named)

    return cast("_Method", ask)


class Graph:
    """One version of the graph, opened for reading; a context manager. It may be shared among threads.

    Prefixes of the project and the usual ones need no declaration, and those of the workspaces of the dataset, which
    ``namespaces`` has. Queries are run in this process: those of
    strangers belong to a server, which ends them at a limit of time.
    """

    def __init__(self, engine: Engine, *, user_graphs: bool = False) -> None:
        limits = Limits.of(read_settings())
        self._executor = Executor(engine, limits)
        self._own = Executor(engine, limits, with_user_graphs=True) if user_graphs else self._executor
        self.namespaces = read_profile(Path(engine.folder)).namespaces if engine.folder else {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<ukfr_graph.Graph {self.version}>"

    @property
    def version(self) -> str:
        """Name of the version of the dataset, or the address of the endpoint: name it where you cite a result."""
        return self._executor.engine.version

    def close(self) -> None:
        """Let go of the dataset's files; an older version may then be removed from disk."""
        if isinstance(self._executor.engine, Snapshot):
            with contextlib.suppress(OSError):  # it was closed before
                os.close(self._executor.engine.held)

    @_in_its_names
    def select(self, text: str, /, **parameters: object) -> Rows:
        """Ask a SELECT of your own; ``?_name_type`` in it takes the parameter ``name``, as in saved queries.

        >>> import ukfr_graph
        >>> graph = ukfr_graph.open()
        >>> graph.select("SELECT (COUNT(?c) AS ?n) { ?c a ukfr:Pledge }")[0]
        {'n': 26}

        Raises:
            QueryError: it is not valid, or no SELECT.
        """
        answer = _run(self._own, text, find_parameters(text, {}, {}), parameters)
        return Rows(*_read_rows(answer))

    @_in_its_names
    def construct(self, text: str, /, **parameters: object) -> Triples:
        """Ask a CONSTRUCT or DESCRIBE of your own.

        Raises:
            QueryError: it is not valid, or neither.
        """
        answer = _run(self._own, text, find_parameters(text, {}, {}), parameters)
        if answer.kind != "graph":
            raise QueryError("Triples were asked for, but the query answers with %(kind)s.", kind=answer.kind)
        return _read_triples(answer)

    @_in_its_names
    def query(self, name: str, /, **parameters: object) -> Rows | Triples | bool:
        """Ask a saved query by its name: rows, triples, or yes or no, as it answers.

        >>> import ukfr_graph
        >>> graph = ukfr_graph.open()
        >>> [row["answer"] for row in graph.query("pledges-with-deadline")]
        ['no']
        >>> [row["person_label"] for row in graph.query("office-holders", day="2017-01-01")]
        ['Amber Rudd']

        Raises:
            NotFoundError: there is no such query.
            ParameterError: a parameter is missing, unknown or of the wrong type.
        """
        saved = find_query(name, dataset=self._executor.engine.folder)
        answer = _run(self._executor, saved.text, saved.parameters, parameters)
        if answer.kind == "boolean":
            return bool(answer.results)
        return _read_triples(answer) if answer.kind == "graph" else Rows(*_read_rows(answer))

    @_in_its_names
    def clause(self, iri: str) -> Clause:
        """Read a clause with its words, roles, figures and evidence; the IRI may be a compact one.

        >>> import ukfr_graph
        >>> clause = ukfr_graph.open().clause("id:clause/uk-fr-2016-08-30/pnr-implementation")
        >>> clause.words[:40], clause.evidence.start, clause.evidence.end
        ('we call for all member states to impleme', 2203, 2299)

        Raises:
            NotFoundError: it is no clause's.
            ParameterError: it is no IRI.
        """
        term = to_term(Parameter("iri", "iri", "iri", required=True), iri)
        assert isinstance(term, ox.NamedNode)
        require_known(self._executor, {"iri": term})
        answers = {name: self._executor.run(read_question(ROOM, name), {"clause": term}).bindings() for name in PARTS}
        clauses = read_clauses(answers, SourceTexts(self._executor.engine.folder))
        if not clauses or not clauses[0].words:
            told = "" if not clauses else " that has its words in the text"
            raise NotFoundError("%(term)s is no clause%(told)s.", term=iris.shorten(term.value), told=told)
        return clauses[0]

    @_in_its_names
    def search(self, text: str, *, limit: int = 20, language: str = "") -> Found:
        """Find things by words; misspelt ones are read as the nearest, and what has every word comes first.

        >>> import ukfr_graph
        >>> [hit.label for hit in ukfr_graph.open().search("clause 48", limit=1).hits]
        ['Bring unaccompanied children to the UK']

        Raises:
            DatasetError: there is no text index.
            ParameterError: the text has no word in it, or too many.
            UnsupportedError: the graph is an endpoint elsewhere.
        """
        return search_labels(self._index(), text, limit, language, prefer=language or "en")

    @_in_its_names
    def find_questions(self, text: str) -> list[Recognised]:
        """Return the saved questions that a text asks, the best first, with the values of their parameters.

        >>> import ukfr_graph
        >>> ukfr_graph.open().find_questions("what became of clause 48?")[0].name
        'outcome-of-clause'

        Raises:
            DatasetError, ParameterError, UnsupportedError: see ``search``.
        """
        return QuestionIndex(read_library(dataset=self._executor.engine.folder).queries.values()).recognise(
            text, search_labels(self._index(), text, 1)
        )

    def _index(self) -> sqlite3.Connection:
        if not isinstance(self._executor.engine, Snapshot):
            raise UnsupportedError("An endpoint elsewhere has no text index; ask it by SPARQL, or open a dataset.")
        return open_index(Path(self._executor.engine.folder))

    @_in_its_names
    def network(self, projection: str = "all", **filters: Any) -> Network:
        """Read a network (``ukfr_graph.analysis``); filters are those of ``analysis.requests.NetworkRequest``.

        >>> import ukfr_graph
        >>> network = ukfr_graph.open().network("all", start="id:person/amber-rudd", end="id:instrument/dublin-iii")
        >>> [iri.rpartition("/")[2] for iri in network.path]
        ['amber-rudd', 'home-secretary', 'home-office', 'united-kingdom', 'children-to-uk', 'dublin-iii']

        Raises:
            NotFoundError, ParameterError, QueryError: a name, an IRI or the query is not usable.
        """
        from ukfr_graph.analysis.network_parameters import NetworkRequest
        from ukfr_graph.analysis.requests import read_network

        return read_network(self._executor, NetworkRequest(projection, **filters))

    def to_networkx(self, projection: str = "all", **filters: Any) -> nx.MultiDiGraph | nx.MultiGraph:
        """Read a network as a networkx graph (see ``Network.to_networkx``)."""
        return self.network(projection, **filters).to_networkx()


def _run(executor: Executor, text: str, known: tuple[Parameter, ...], given: dict[str, object]) -> Answer:
    values = {name: v.isoformat() if isinstance(v, date) else str(v) for name, v in given.items()}
    bound = bind_parameters(known, values)
    require_known(executor, bound)
    return executor.run(text, bound)


def _read_rows(answer: Answer) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]:
    names, rows = answer.rows()
    return names, tuple(rows)


def _read_triples(answer: Answer) -> Triples:
    assert isinstance(answer.results, ox.QueryTriples)
    try:
        return Triples(tuple(sorted(answer.results, key=str)), iris.prefixes())
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError("The query failed while it was evaluated: %(error)s", error=error) from None
