"""The text index of a version: its words in one SQLite file, by FTS5 (https://www.sqlite.org/fts5.html).

A document is what one graph says of one resource in one language (see ``store.text_documents``). So a write touches the
documents of the graphs that it changed, and no others. The user's graphs have an index of their own, so that they
change neither what is found in the curated ones nor in which order.

::

    graph(id, name)   resource(id, iri, weight)   type(id, iri, resources)
    document(id, resource, graph, language)       its id is the rowid of its text
    kind(resource, type, graph)                   every type that a graph gives to a resource with a document
    name(key, document, weight)                   what a resource is called; the key is ``text_documents.make_key``
    text(label, alias, summary, definition, quote, variant, about, name_stems, text_stems, about_stems)
    vocabulary(term, col, doc, cnt)               the words of the text, for finding the one that was meant
    stop(word)   stemmed(language, stemmer)       what ``word_forms`` knows, for whoever searches without it

It needs no function and no tokenizer but SQLite's own, so that SQLite in a browser searches it too: ``query.search``
says how, and ``word_forms`` what becomes of a word.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path

import pyoxigraph as ox

from ukfr_graph.errors import DatasetError, SettingsError
from ukfr_graph.store import layout
from ukfr_graph.store.text_documents import TYPE, Read, TextDocument, read_documents
from ukfr_graph.store.text_facts import Facts, Graph, Node, StoreFacts, name_graph
from ukfr_graph.store.verification import is_verified
from ukfr_graph.word_forms import STEMMED, stop_words

TEXTS = ("label", "alias", "summary", "definition", "quote", "variant", "about")
STEMS = ("name_stems", "text_stems", "about_stems")
_MERGED_BYTES = 64_000_000  # of words that are sorted in memory; by default it is 1 MB, and merging takes as long again
_TOGETHER = 500  # resources whose documents are put in at a time
_FORM = 2  # of the schema: an index in another form is made anew
_SCHEMA = f"""
CREATE TABLE graph(id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL);
CREATE TABLE resource(id INTEGER PRIMARY KEY, iri TEXT UNIQUE NOT NULL, weight REAL NOT NULL);
CREATE TABLE type(id INTEGER PRIMARY KEY, iri TEXT UNIQUE NOT NULL, resources INTEGER);
CREATE TABLE document(id INTEGER PRIMARY KEY, resource INTEGER NOT NULL, graph INTEGER NOT NULL,
                      language TEXT NOT NULL);
CREATE INDEX document_resource ON document(resource);
CREATE INDEX document_graph ON document(graph);
CREATE TABLE kind(resource INTEGER, type INTEGER, graph INTEGER, PRIMARY KEY (resource, type, graph)) WITHOUT ROWID;
CREATE INDEX kind_type ON kind(type, resource);
CREATE INDEX kind_graph ON kind(graph);
CREATE TABLE name(key TEXT, document INTEGER, weight INTEGER NOT NULL, PRIMARY KEY (key, document)) WITHOUT ROWID;
CREATE INDEX name_document ON name(document);
CREATE TABLE stop(word TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE stemmed(language TEXT PRIMARY KEY, stemmer TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE text USING fts5({", ".join((*TEXTS, *STEMS))},
                                     tokenize="unicode61 remove_diacritics 2", prefix='1 2 3 4');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(text, 'col');
PRAGMA user_version = {_FORM};
"""
_INSERT_TEXT = f"INSERT INTO text(rowid, {', '.join((*TEXTS, *STEMS))}) VALUES (?{', ?' * len((*TEXTS, *STEMS))})"
_COUNT = "UPDATE type SET resources = (SELECT count(DISTINCT resource) FROM kind WHERE kind.type = type.id)"


def make_index(store: ox.Store, path: Path, only: Iterable[Graph] | None = None) -> None:
    """Make the index of a store, or of some of its graphs; the same content gives the same bytes on one machine.

    Raises:
        SettingsError: this Python's SQLite has no FTS5.
    """
    facts = StoreFacts(store)
    write_index(facts, path, lambda graph: read_documents(facts, graph), only)


def write_index(
    facts: Facts, path: Path, read: Callable[[Graph], Iterable[Read]], only: Iterable[Graph] | None = None
) -> None:
    """Write the index of facts, or of some of their graphs, whose documents are ``read`` in the order of their names.

    Raises:
        SettingsError: see ``make_index``.
    """
    with _connect(path) as connection:
        try:
            connection.executescript(_SCHEMA)
        except sqlite3.OperationalError as error:
            raise SettingsError(
                "The text index cannot be made: SQLite %(sqlite_version)s says '%(error)s'. Use a Python whose "
                "sqlite3 module has FTS5, as those of python.org, Debian and Alpine have.",
                sqlite_version=sqlite3.sqlite_version,
                error=error,
            ) from None
        connection.execute("INSERT INTO text(text, rank) VALUES ('hashsize', ?)", (_MERGED_BYTES,))
        _add_word_forms(connection)
        graphs = facts.sorted_graphs()
        for graph in graphs if only is None else sorted(only, key=name_graph):
            _add_documents(connection, graph, read(graph))
        for graph in graphs:
            _add_kinds(connection, ((one, kind, graph) for one, kind in facts.pairs(TYPE, graph)))
        connection.execute(_COUNT)
        connection.execute("INSERT INTO text(text) VALUES ('optimize')")


def update_index(before: Path, store: ox.Store, changed: Iterable[Graph], path: Path) -> None:
    """Make the index of a store from that of the version before, in which only the ``changed`` graphs differ."""
    shutil.copyfile(before, path)
    facts = StoreFacts(store)
    with _connect(path) as connection:
        for graph in sorted(changed, key=name_graph):
            _remove_graph(connection, name_graph(graph))
            for iri in _add_documents(connection, graph, read_documents(facts, graph)):
                _add_kinds(connection, _list_kinds(store, ox.NamedNode(iri)))
            _add_kinds(connection, ((one, kind, graph) for one, kind in facts.pairs(TYPE, graph)))
        connection.execute(_COUNT)


def is_readable(path: Path) -> bool:
    """Return whether there is an index in the form that this version reads and writes."""
    if not path.exists():
        return False
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
        return bool(connection.execute("PRAGMA user_version").fetchone()[0] == _FORM)


def open_index(folder: Path, name: str = layout.INDEX) -> sqlite3.Connection:
    """Open an index of a version for reading, once it was held against its checksum.

    ``name`` is ``layout.INDEX``, or ``layout.USER_INDEX``, which there is once a user has written.

    Raises:
        DatasetError: the version has none, or it is damaged; the message says what to do.
    """
    path = folder / name
    if not path.exists():
        raise DatasetError(
            "The version %(version)s has no text index. A large dataset gets it by itself some time after its first "
            "build has begun to answer; one of an older version, by 'ukfr-graph build' or a write to a graph of your "
            "own. Everything but the search works without it.",
            version=folder.name,
        )
    if not is_verified(folder, name):
        raise DatasetError(
            "The text index is damaged: %(name)s of the version %(version)s is not what it was when it was made. Run "
            "'ukfr-graph build' to make it anew; everything but the search works without it.",
            name=name,
            version=folder.name,
        )
    if not is_readable(path):
        raise DatasetError(
            "The text index of the version %(version)s was made by another version of the software. Run "
            "'ukfr-graph build' to make it anew; everything but the search works without it.",
            version=folder.name,
        )
    return sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)


def open_indexes(folder: Path, *, of_users: bool = False) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    """Open the index of a version to search in, and the one that knows how types are called.

    A plain dataset has the user's graphs alone: they are searched without being asked for.

    Raises:
        DatasetError: see ``open_index``.
    """
    names = open_index(folder)
    if not (of_users or layout.read_manifest(folder).get("plain")):
        return names, names
    if (folder / layout.USER_INDEX).exists():
        return open_index(folder, layout.USER_INDEX), names
    nothing = sqlite3.connect(":memory:")
    nothing.executescript(_SCHEMA)
    _add_word_forms(nothing)
    return nothing, names


@contextmanager
def _connect(path: Path) -> Iterator[sqlite3.Connection]:
    """Return a connection for making an index; where an error ends it, the file is good for nothing."""
    with closing(sqlite3.connect(path)) as connection:
        # The file is forced to the disk as a whole, with its version; until then it may be lost.
        connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 8192; PRAGMA cache_size = -64000;"
        )
        yield connection
        connection.commit()


def _add_word_forms(connection: sqlite3.Connection) -> None:
    connection.executemany("INSERT INTO stop(word) VALUES (?)", [(word,) for word in sorted(stop_words())])
    connection.executemany("INSERT INTO stemmed(language, stemmer) VALUES (?, ?)", STEMMED.items())


def _add_documents(connection: sqlite3.Connection, graph: Graph, documents: Iterable[Read]) -> list[str]:
    """Add what a graph says; the resources that nothing was said of before."""
    fresh: list[str] = []
    rest = iter(documents)
    while batch := list(islice(rest, _TOGETHER)):
        number = _number(connection, "graph", "name", name_graph(graph))
        (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM document").fetchone()
        rows: list[tuple[int, int, TextDocument]] = []
        for iri, weight, texts in batch:
            added = connection.execute(
                "INSERT INTO resource(iri, weight) VALUES (?, ?) ON CONFLICT DO NOTHING", (iri, weight)
            )
            is_fresh = added.rowcount == 1
            fresh += [iri] * is_fresh
            resource = (is_fresh and added.lastrowid) or _number(connection, "resource", "iri", iri)
            rows += [(last + len(rows) + at, resource, document) for at, document in enumerate(texts, 1)]
        connection.executemany(
            "INSERT INTO document(id, resource, graph, language) VALUES (?, ?, ?, ?)",
            ((at, resource, number, document.language) for at, resource, document in rows),
        )
        connection.executemany(_INSERT_TEXT, ((at, *document.texts) for at, _, document in rows))
        connection.executemany(
            "INSERT OR IGNORE INTO name(key, document, weight) VALUES (?, ?, ?)",
            ((key, at, weight) for at, _, document in rows for key, weight in document.names),
        )
    return fresh


def _list_kinds(store: ox.Store, node: ox.NamedNode) -> Iterator[tuple[Node, Node, Graph]]:
    for quad in store.quads_for_pattern(node, TYPE, None):
        if not isinstance(quad.graph_name, ox.BlankNode):
            yield quad.subject, quad.object, quad.graph_name


def _add_kinds(connection: sqlite3.Connection, kinds: Iterable[tuple[Node, Node, Graph]]) -> None:
    """Note types of the resources that have a document: resource, type, and the graph that says so."""
    found = (
        (subject.value, kind.value, name_graph(graph))
        for subject, kind, graph in kinds
        if isinstance(subject, ox.NamedNode) and isinstance(kind, ox.NamedNode)
    )
    numbers: dict[tuple[str, str, str], int] = {}

    def number(table: str, column: str, value: str) -> int:
        if (known := numbers.get((table, column, value))) is None:
            known = numbers[table, column, value] = _number(connection, table, column, value)
        return known

    rows: list[tuple[int, int, int]] = []
    for subject, said in groupby(sorted(found), key=itemgetter(0)):
        resource = connection.execute("SELECT id FROM resource WHERE iri = ?", (subject,)).fetchone()
        if resource is not None:
            rows += [(resource[0], number("type", "iri", k), number("graph", "name", g)) for _, k, g in said]
    connection.executemany("INSERT OR IGNORE INTO kind(resource, type, graph) VALUES (?, ?, ?)", rows)


def _remove_graph(connection: sqlite3.Connection, name: str) -> None:
    """Remove what a graph said."""
    of_graph = "(SELECT id FROM graph WHERE name = ?)"
    connection.execute(
        f"DELETE FROM text WHERE rowid IN (SELECT id FROM document WHERE graph = {of_graph})",
        (name,),
    )
    connection.execute(
        f"DELETE FROM name WHERE document IN (SELECT id FROM document WHERE graph = {of_graph})", (name,)
    )
    for table in ("document", "kind"):
        connection.execute(f"DELETE FROM {table} WHERE graph = {of_graph}", (name,))


def _number(connection: sqlite3.Connection, table: str, column: str, value: str) -> int:
    """Find the number of a row by its name; a new one gets one."""
    row = connection.execute(f"SELECT id FROM {table} WHERE {column} = ?", (value,)).fetchone()
    if row is None:
        return connection.execute(f"INSERT INTO {table}({column}) VALUES (?)", (value,)).lastrowid or 0
    return int(row[0])
