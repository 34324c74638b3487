"""The tables of the data package, each described by one file in ``tables/``.

A table of clauses, or of their parts, is YAML, and its rows come from the model of clauses (see ``clause_tables``). A
table of what stands in the graph for itself is a query, with its description in ``#+`` lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ukfr_graph.documents import read_document, read_query
from ukfr_graph.resources import tables_folder


@dataclass(frozen=True)
class Field:
    """A column: ``type`` is uri or a type of Table Schema; ``refers`` names the table whose key it holds.

    Of a table of clauses, ``value``, ``language`` and ``local`` say what its cells are (see ``clause_tables``).
    """

    name: str
    type: str
    description: str
    refers: str = ""
    value: str = ""
    language: str = ""
    local: str = ""


@dataclass(frozen=True)
class PackageTable:
    """A table: its columns in order, and those that together are its key; its rows are the answer of ``query``.

    Without a query they are clauses, or of each clause the parts that ``each`` names.
    """

    name: str
    title: str
    description: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    query: str = ""
    each: str = ""


@cache
def read_tables() -> dict[str, PackageTable]:
    """Read the tables, by name.

    Raises:
        DataError: the description of one is not usable.
    """
    folder, tables = tables_folder(), []
    for path in (*folder.glob("*.rq"), *folder.glob("*.yaml")):
        facts, text = read_query(path, folder) if path.suffix == ".rq" else (read_document(path, folder).content, "")
        fields = tuple(Field(**field) for field in facts["fields"])
        about = (path.stem, facts["title"], facts["description"], tuple(facts["key"]), fields)
        tables.append(PackageTable(*about, text, facts.get("each", "")))
    return {table.name: table for table in sorted(tables, key=lambda table: table.name)}
