"""The text index of a version: its words in one SQLite file, by FTS5 (https://www.sqlite.org/fts5.html).

A document is what one graph says of one resource in one language; text without a language belongs to each.
So a write touches the documents of the graphs that it changed, and no others. The user's graphs have an index of
their own, so that they change neither what is found in the curated ones nor in which order.

::

    graph(id, name)   resource(id, iri)   type(id, iri, resources)
    document(id, resource, graph, language)       its id is the rowid of its text
    kind(resource, type, graph)                   every type that a graph gives to a resource with a document
    text(label, alias, summary, definition, quote, variant)
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import DatasetError, SettingsError
from ukfr_graph.store import layout
from ukfr_graph.triples import fold_text

Graph: TypeAlias = ox.NamedNode | ox.DefaultGraph
_Texts: TypeAlias = dict[tuple[str, str], set[tuple[int, str]]]
_Owners: TypeAlias = dict[object, list[object]]
COLUMNS = ("label", "alias", "summary", "definition", "quote", "variant")
SEPARATOR = " · "
"""Between several texts of one field."""

_SCHEMA_ORG, _DC, _FOAF = "https://schema.org/", "http://purl.org/dc/elements/1.1/", "http://xmlns.com/foaf/0.1/"
_FIELDS = {
    "label": (
        iris.RDFS + "label", iris.SKOS + "prefLabel", iris.DCTERMS + "title", iris.UKFR + "counted",
        iris.UKFR + "wording", _DC + "title", _FOAF + "name", _SCHEMA_ORG + "name",
    ),
    "alias": (
        iris.SKOS + "altLabel", iris.SKOS + "hiddenLabel", iris.SKOS + "notation", iris.DCTERMS + "alternative",
        _SCHEMA_ORG + "alternateName",
    ),
    "summary": (
        iris.UKFR + "summary", iris.DCTERMS + "description", iris.DCTERMS + "abstract", iris.RDFS + "comment",
        iris.UKFR + "membershipCondition", _SCHEMA_ORG + "description",
    ),
    "definition": (iris.SKOS + "definition", iris.SKOS + "scopeNote"),
    "quote": (iris.OA + "exact",),
}  # fmt: skip
_OWNERS = (iris.OA + "hasSelector", iris.UKFR + "evidence", iris.ADMS + "identifier", iris.UKFR + "naming")
_TYPE = ox.NamedNode(iris.RDF + "type")
_DEPTH = 3  # from a selector to its evidence, and on to the record
_SCHEMA = """
CREATE TABLE graph(id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL);
CREATE TABLE resource(id INTEGER PRIMARY KEY, iri TEXT UNIQUE NOT NULL);
CREATE TABLE type(id INTEGER PRIMARY KEY, iri TEXT UNIQUE NOT NULL, resources INTEGER);
CREATE TABLE document(id INTEGER PRIMARY KEY, resource INTEGER NOT NULL, graph INTEGER NOT NULL,
                      language TEXT NOT NULL);
CREATE INDEX document_resource ON document(resource);
CREATE INDEX document_graph ON document(graph);
CREATE TABLE kind(resource INTEGER, type INTEGER, graph INTEGER, PRIMARY KEY (resource, type, graph)) WITHOUT ROWID;
CREATE INDEX kind_type ON kind(type, resource);
CREATE INDEX kind_graph ON kind(graph);
CREATE VIRTUAL TABLE text USING fts5(label, alias, summary, definition, quote, variant,
                                     tokenize="unicode61 remove_diacritics 2", prefix='1 2 3 4');
"""
_COUNT = "UPDATE type SET resources = (SELECT count(DISTINCT resource) FROM kind WHERE kind.type = type.id)"
# Words are tried from their beginning, and not again from within: a third of the time.
_JOINED = re.compile(r"\b\w++(?:[-‐‑–]\w++)+|\d{1,3}(?:[,.\u00a0\u202f ]\d{3})+\b|\b\w*[œæŒÆß]\w*")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss"})


def make_index(store: ox.Store, path: Path, only: Iterable[Graph] | None = None) -> None:
    """Make the index of a store, or of some of its graphs; the same content gives the same bytes on one machine.

    Raises:
        SettingsError: this Python's SQLite has no FTS5.
    """
    with _connect(path) as connection:
        try:
            connection.executescript(_SCHEMA)
        except sqlite3.OperationalError as error:
            raise SettingsError(
                f"The text index cannot be made: SQLite {sqlite3.sqlite_version} says '{error}'. Use a Python whose "
                "sqlite3 module has FTS5, as those of python.org, Debian and Alpine have."
            ) from None
        named = [graph for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)]
        everything: list[Graph] = [ox.DefaultGraph(), *named]
        for graph in sorted(everything if only is None else only, key=_name):
            _add_documents(connection, store, graph)
        for graph in sorted(everything, key=_name):
            _add_kinds(connection, store.quads_for_pattern(None, _TYPE, None, graph))
        connection.execute(_COUNT)
        connection.execute("INSERT INTO text(text) VALUES ('optimize')")


def update_index(before: Path, store: ox.Store, changed: Iterable[Graph], path: Path) -> None:
    """Make the index of a store from that of the version before, in which only the ``changed`` graphs differ."""
    shutil.copyfile(before, path)
    with _connect(path) as connection:
        for graph in sorted(changed, key=_name):
            _remove_graph(connection, _name(graph))
            for iri in _add_documents(connection, store, graph):
                _add_kinds(connection, store.quads_for_pattern(ox.NamedNode(iri), _TYPE, None))
            _add_kinds(connection, store.quads_for_pattern(None, _TYPE, None, graph))
        connection.execute(_COUNT)


def open_index(folder: Path, name: str = layout.INDEX) -> sqlite3.Connection:
    """Open an index of a version for reading, once it was held against its checksum.

    ``name`` is ``layout.INDEX``, or ``layout.USER_INDEX``, which there is once a user has written.

    Raises:
        DatasetError: the version has none, or it is damaged; the message says what to do.
    """
    path = folder / name
    if not path.exists():
        raise DatasetError(
            f"The dataset in {folder} has no text index: it was made by an older version. Run 'ukfr-graph build', or "
            "write to a graph of your own, to make one; everything but the search works without it."
        )
    if layout.describe_file(path) != layout.read_checksums(folder).get(name):
        raise DatasetError(
            f"The text index is damaged: {path} is not what it was when it was made. Run 'ukfr-graph build' to make it "
            "anew; everything but the search works without it."
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
    return nothing, names


def find_variants(text: str) -> list[str]:
    """Return further spellings of the words in a text: without hyphens, digit separators and ligatures.

    >>> find_variants("co-operation of 5,000 in the œuvre")
    ['cooperation', '5000', 'oeuvre']
    """
    return [re.sub(r"[^\w]", "", found).translate(_LIGATURES) for found in _JOINED.findall(text)]


@contextmanager
def _connect(path: Path) -> Iterator[sqlite3.Connection]:
    """Return a connection for making an index; where an error ends it, the file is good for nothing."""
    with closing(sqlite3.connect(path)) as connection:
        # The file is forced to the disk as a whole, with its version; until then it may be lost.
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 8192;")
        yield connection
        connection.commit()


def _add_documents(connection: sqlite3.Connection, store: ox.Store, graph: Graph) -> list[str]:
    """Add what a graph says; the resources that nothing was said of before."""
    owners = _read_owners(store, graph)
    texts: dict[str, _Texts] = defaultdict(lambda: defaultdict(set))
    for field, predicates in _FIELDS.items():
        for rank, predicate in enumerate(predicates):
            for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), None, graph):
                if isinstance(quad.object, ox.Literal) and (text := fold_text(quad.object.value)):
                    language = (quad.object.language or "").partition("-")[0].lower()
                    for owner in _find_owners(quad.subject, owners):
                        texts[owner][field, language].add((rank, text))
    fresh = []
    number = _number(connection, "graph", "name", _name(graph)) if texts else 0
    for iri in sorted(texts):
        if all(field == "quote" for field, _ in texts[iri]):
            continue  # a part of a record, such as a participation: it is found by the record
        added = connection.execute("INSERT INTO resource(iri) VALUES (?) ON CONFLICT DO NOTHING", (iri,)).rowcount
        fresh += [iri] * (added == 1)
        resource = _number(connection, "resource", "iri", iri)
        for language, values in _split_languages(texts[iri]):
            document = connection.execute(
                "INSERT INTO document(resource, graph, language) VALUES (?, ?, ?)", (resource, number, language)
            ).lastrowid
            connection.execute(
                "INSERT INTO text(rowid, label, alias, summary, definition, quote, variant) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (document, *values, " ".join(dict.fromkeys(find_variants("\n".join(values))))),
            )
    return fresh


def _add_kinds(connection: sqlite3.Connection, quads: Iterable[ox.Quad]) -> None:
    """Note types of the resources that have a document."""
    found = (
        (q.subject.value, q.object.value, _name(q.graph_name))
        for q in quads
        if isinstance(q.subject, ox.NamedNode) and isinstance(q.object, ox.NamedNode)
    )
    for subject, kind, graph in sorted(found):
        row = connection.execute("SELECT id FROM resource WHERE iri = ?", (subject,)).fetchone()
        if row is not None:
            numbers = row[0], _number(connection, "type", "iri", kind), _number(connection, "graph", "name", graph)
            connection.execute("INSERT OR IGNORE INTO kind(resource, type, graph) VALUES (?, ?, ?)", numbers)


def _remove_graph(connection: sqlite3.Connection, name: str) -> None:
    """Remove what a graph said."""
    of_graph = "(SELECT id FROM graph WHERE name = ?)"
    connection.execute(
        f"DELETE FROM text WHERE rowid IN (SELECT id FROM document WHERE graph = {of_graph})",
        (name,),
    )
    for table in ("document", "kind"):
        connection.execute(f"DELETE FROM {table} WHERE graph = {of_graph}", (name,))


def _read_owners(store: ox.Store, graph: Graph) -> _Owners:
    """Find of what the selectors, pieces of evidence and identifiers are."""
    owners: _Owners = defaultdict(list)
    for predicate in _OWNERS:
        for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), None, graph):
            owners[quad.object].append(quad.subject)
    return owners


def _find_owners(node: object, owners: _Owners, depth: int = _DEPTH) -> set[str]:
    """Find the records that a text is of: those that own its node, else the node itself."""
    if depth and node in owners:
        return set().union(*(_find_owners(owner, owners, depth - 1) for owner in owners[node]))
    return {node.value} if isinstance(node, ox.NamedNode) else set()


def _split_languages(texts: _Texts) -> Iterator[tuple[str, list[str]]]:
    """Return the fields in each language of a resource; where it has none, those without a language."""
    for language in sorted({language for _, language in texts} - {""}) or [""]:
        yield (
            language,
            [
                SEPARATOR.join(dict.fromkeys(text for _, text in sorted(texts[field, language] | texts[field, ""])))
                for field in _FIELDS
            ],
        )


def _number(connection: sqlite3.Connection, table: str, column: str, value: str) -> int:
    """Find the number of a row by its name; a new one gets one."""
    row = connection.execute(f"SELECT id FROM {table} WHERE {column} = ?", (value,)).fetchone()
    if row is None:
        return connection.execute(f"INSERT INTO {table}({column}) VALUES (?)", (value,)).lastrowid or 0
    return int(row[0])


def _name(graph: Graph | ox.BlankNode) -> str:
    return graph.value if isinstance(graph, ox.NamedNode) else ""
