"""The curated graphs as tables: CSV files and their description, for people who do not speak RDF.

A package by the Data Package standard (https://specs.frictionlessdata.io/tabular-data-package/), version 1, which
readers of version 2 read too. Each table is one file in ``tables/`` (see ``package_tables``). CSV by RFC 4180.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from ukfr_graph.clauses import Clause
from ukfr_graph.errors import DatasetError, UnsupportedError
from ukfr_graph.files import write_archive
from ukfr_graph.messages import name_language
from ukfr_graph.profile import ENGLISH
from ukfr_graph.query.clause_tables import make_rows, read_all_clauses
from ukfr_graph.query.executor import Executor
from ukfr_graph.query.naming import ask_in
from ukfr_graph.query.package_tables import Field, PackageTable, read_tables
from ukfr_graph.query.questions import read_question
from ukfr_graph.store import Snapshot, read_profile

PACKAGE = "datapackage.json"
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
_TEXT = ("string", "uri")
_FRENCH = "_fr"
_VARIABLE = re.compile(r"(\?\w+)_fr\b")
_FORMATS: Mapping[str, Mapping[str, str]] = {
    "uri": {"type": "string", "format": "uri"},
    "boolean": {"type": "boolean"},
}
_DESCRIPTION = """The curated graphs as tables: clauses of joint statements, who does what to whom under which
instrument with which figures, and the exact characters that each record rests on. Rows are joined by
IRIs; clauses.csv is where to start. Graphs that users have added to a server are not in it.

A cell of text that begins with one of = + - @ ' or a control character is written with one ' before it, so that no
spreadsheet takes it for a formula; take one leading ' off to have the text. Cells of numbers, dates and yes/no are
never changed. Quotes are words of the source text, under its licence (sources.csv)."""


def write_package(snapshot: Snapshot, stream: IO[bytes]) -> None:
    """Write all tables with their description as one ZIP archive; the same content gives the same bytes.

    Raises:
        UnsupportedError: the dataset has no curated graphs.
        DatasetError: two rows of a table have one key.
    """
    files = make_package(snapshot)
    write_archive(stream, files)


def make_package(snapshot: Snapshot) -> dict[str, bytes]:
    """Make the files of the package by name, its description first.

    Raises:
        UnsupportedError, DatasetError: see ``write_package``.
    """
    if snapshot.is_plain:
        raise UnsupportedError("The tables are of the curated graphs, and a plain dataset has none.")
    executor = Executor(snapshot)
    profile = read_profile(Path(snapshot.folder))
    clauses = read_all_clauses(executor)
    tables = [_in_languages(table, profile.languages, profile.naming) for table in read_tables().values()]
    files = {table.name + ".csv": _write_table(executor, table, clauses) for table in tables}
    resources = [_describe_table(table, files[table.name + ".csv"]) for table in tables]
    package = {
        "profile": "tabular-data-package",
        "name": "ukfr-graph",
        "title": profile.say(profile.title, "en"),
        "description": f"{profile.say(profile.description, 'en')} {_DESCRIPTION}".replace("\n", " "),
        "version": snapshot.manifest["version"],
        "created": f"{snapshot.manifest['date']}T00:00:00Z",
        **({"licenses": [{"title": profile.license_name, "path": profile.license}]} if profile.license else {}),
        **({"contributors": [{"title": profile.creator, "role": "author"}]} if profile.creator else {}),
        "sources": _read_sources(executor),
        "keywords": list(profile.keywords.get("en", ())),
        "resources": resources,
    }
    return {PACKAGE: (json.dumps(package, indent=2, ensure_ascii=False) + "\n").encode(), **files}


def _in_languages(table: PackageTable, languages: Sequence[str], naming: Sequence[str]) -> PackageTable:
    """Return a table with columns in the languages of the dataset, each as that in French; names are in ``naming``."""
    others = [code for code in languages if code != ENGLISH]
    fields = [field for field in table.fields if ENGLISH in languages or not field.name.endswith("_en")]
    query = "\n".join(_repeat(line, others) for line in ask_in(table.query, naming).split("\n"))
    return replace(table, fields=tuple(each for field in fields for each in _translate(field, others)), query=query)


def _translate(field: Field, languages: Sequence[str]) -> list[Field]:
    if not field.name.endswith(_FRENCH):
        return [field]
    return [
        replace(
            field,
            name=f"{field.name.removesuffix(_FRENCH)}_{_as_variable(code)}",
            description=field.description.replace("French", name_language(code, ENGLISH)),
            language=code if field.language else "",
        )
        for code in languages
    ]


def _repeat(line: str, languages: Sequence[str]) -> str:
    """Write a line of a query that asks for French, or a list of variables, for each of the languages."""
    if "SELECT" in line:
        return _VARIABLE.sub(lambda m: " ".join(f"{m[1]}_{_as_variable(code)}" for code in languages), line)
    if not _VARIABLE.search(line):
        return line
    return "\n".join(
        _VARIABLE.sub(rf"\1_{_as_variable(code)}", line).replace('"fr"', f'"{code}"') for code in languages
    )


def _as_variable(language: str) -> str:
    """Write the code of a language as a part of a variable's name.

    >>> _as_variable("pt-BR")
    'pt_br'
    """
    return language.lower().replace("-", "_")


def guard_cell(text: str) -> str:
    """Write a text so that no spreadsheet takes it for a formula (OWASP, CSV injection).

    >>> guard_cell("=1+1"), guard_cell("'tis"), guard_cell("28 networks")
    ("'=1+1", "''tis", '28 networks')
    """
    return "'" + text if text.startswith(_RISKY) else text


def read_cell(cell: str) -> str:
    """Read what ``guard_cell`` wrote.

    >>> read_cell("'=1+1")
    '=1+1'
    """
    return cell[1:] if cell.startswith("'") else cell


def _write_table(executor: Executor, table: PackageTable, clauses: list[Clause]) -> bytes:
    names = [field.name for field in table.fields]
    rows = _ask_rows(executor, table) if table.query else make_rows(executor, clauses, table.each, table.fields)
    cells = sorted([_write_cell(value, field) for value, field in zip(row, table.fields, strict=True)] for row in rows)
    places = [names.index(name) for name in table.key]
    keys = [tuple(row[place] for place in places) for row in cells]
    if len(set(keys)) != len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise DatasetError(
            "The table %(name)s has two rows for %(twice)s: one of its columns has two values there.",
            name=table.name,
            twice=twice,
        )
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows(cells)
    return text.getvalue().encode()


def _ask_rows(executor: Executor, table: PackageTable) -> Iterator[list[str]]:
    names, rows = executor.run(table.query).rows()
    places = [names.index(field.name) for field in table.fields]
    for row in rows:
        yield ["" if row[place] is None else getattr(row[place], "value", "") for place in places]


def _write_cell(value: str, field: Field) -> str:
    return guard_cell(value) if field.type in _TEXT else value


def _describe_table(table: PackageTable, content: bytes) -> dict[str, Any]:
    """Describe a table (https://specs.frictionlessdata.io/table-schema/)."""
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": table.name + ".csv",
        "title": table.title,
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": "sha256:" + hashlib.sha256(content).hexdigest(),
        "schema": {
            "fields": [_describe_field(field, table) for field in table.fields],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {
                    "fields": [field.name],
                    "reference": {
                        "resource": "" if field.refers == table.name else field.refers,
                        "fields": list(read_tables()[field.refers].key),
                    },
                }
                for field in table.fields
                if field.refers
            ],
        },
    }


def _describe_field(field: Field, table: PackageTable) -> dict[str, Any]:
    kind = _FORMATS.get(field.type, {"type": field.type})
    constraints = {"constraints": {"required": True}} if field.name in table.key else {}
    return {"name": field.name, **kind, "description": field.description, **constraints}


def _read_sources(executor: Executor) -> list[dict[str, str]]:
    rows = executor.run(read_question("query", "package-sources")).bindings()
    return [{name: term.value for name, term in row.items()} for row in rows]
