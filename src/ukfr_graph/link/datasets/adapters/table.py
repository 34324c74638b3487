"""Any delimited table, by a mapping file that says which column is what.

The mapping is YAML (or JSON, which is YAML too)::

    prefix: mine                              # what identifiers begin with
    namespace: https://example.org/treaties/  # what the prefix stands for
    columns:
      identifier: "{ID}"                      # a column, or a template of columns in braces
      title: {en: Title, fr: Titre}           # or one column, whose language is not told
      signed: Date                            # optional, as are the following
      in_force: In force
      parties: [Party 1, Party 2]             # one column or several
      kind: Type
      references: [UNTS, Treaty Series]
      page: "https://example.org/treaties/{ID}.html"
    dates: ["%d.%m.%Y", "%Y"]                 # as in datetime.strptime
    parties_separator: ";"
    delimiter: ";"                            # found out where it is left out, as is the encoding
    encoding: windows-1252
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ukfr_graph.errors import SettingsError
from ukfr_graph.files import read_file
from ukfr_graph.link.datasets.assembly import assemble
from ukfr_graph.link.datasets.dates import DEFAULT_FORMATS
from ukfr_graph.link.datasets.reader import Adapter, Dataset
from ukfr_graph.link.datasets.tables import open_table
from ukfr_graph.link.datasets.treaties import Fault, InputError, Treaty

_SAFE = "-._~/:()"
_RESERVED = frozenset({"id", "owl", "rdf", "rdfs", "semapv", "skos", "sssom", "xsd", "orcid"})
_BRACES = re.compile(r"\{([^{}]+)\}")
_MAX_MAPPING_BYTES = 100_000

Several = Annotated[tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]
ByLanguage = Annotated[dict[str, str], BeforeValidator(lambda value: {"": value} if isinstance(value, str) else value)]


class Columns(BaseModel):
    """Which column, or template of columns, is which field."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    identifier: str
    title: ByLanguage
    signed: str = ""
    in_force: str = ""
    parties: Several = ()
    kind: str = ""
    references: Several = ()
    page: str = ""


class TableMapping(BaseModel):
    """A mapping file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    prefix: str = Field("mine", pattern=r"^[A-Za-z][\w-]*$")
    namespace: str = Field(pattern=r"^https?://\S+$")
    source: str = ""
    columns: Columns
    dates: Several = DEFAULT_FORMATS
    parties_separator: str = ";"
    delimiter: str = Field("", max_length=1)
    encoding: str = ""


def read_mapping(path: Path) -> TableMapping:
    """Read a mapping file.

    Raises:
        InputError: it cannot be read, is not YAML, or does not say what is needed; each fault by its key.
    """
    try:
        content = YAML(typ="safe", pure=True).load(read_file(path, _MAX_MAPPING_BYTES).decode())
        mapping = TableMapping.model_validate(content if content is not None else {})
        if mapping.prefix in _RESERVED:
            raise InputError(f"The mapping file {path.name}: the prefix {mapping.prefix!r} is taken; choose another.")
    except SettingsError as error:
        raise InputError(f"The mapping file: {error}") from None
    except (YAMLError, UnicodeError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        raise InputError(f"The mapping file {path.name}{line} is not YAML.") from None
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'the file'}: {e['msg']}" for e in error.errors())
        raise InputError(f"The mapping file {path.name} does not say what is needed: {faults}.") from None
    return mapping


def read(path: Path, mapping_file: Path | None) -> Iterator[Treaty | Fault]:
    """Read a table by its mapping."""
    assert mapping_file is not None
    mapping = read_mapping(mapping_file)
    columns = mapping.columns
    used = [columns.identifier, *columns.title.values(), columns.signed, columns.in_force, *columns.parties]
    used += [columns.kind, *columns.references, columns.page]
    with open_table(path, mapping.delimiter, mapping.encoding) as table:
        names = set(table.columns)
        needed = [name for field in used for name in _names(field, names)]
        table.require(
            list(dict.fromkeys(needed)), path, f"Correct {mapping_file.name}, or its delimiter, to fit the table."
        )
        for row in table.rows:
            if isinstance(row, Fault):
                yield row
                continue
            line, cells = row
            identifier = _fill(columns.identifier, cells)
            separator = mapping.parties_separator
            yield from assemble(
                line,
                f"{mapping.prefix}:{quote(identifier, safe=_SAFE)}" if identifier else "",
                {language: _fill(field, cells) for language, field in columns.title.items()},
                signed=_fill(columns.signed, cells),
                in_force=_fill(columns.in_force, cells),
                parties=[name for field in columns.parties for name in _split(_fill(field, cells), separator)],
                kind=_fill(columns.kind, cells),
                references=" | ".join(_fill(field, cells) for field in columns.references),
                page=_fill(columns.page, cells),
                formats=mapping.dates,
            )


def _names(field: str, known: set[str]) -> list[str]:
    """Give the columns that a field names: itself where it is one, else those in its braces, else itself."""
    if not field or field in known:
        return [field] if field else []
    return _BRACES.findall(field) or [field]


def _fill(field: str, cells: Mapping[str, str]) -> str:
    if not field:
        return ""
    if field in cells:
        return cells[field].strip()
    values = {name: cells[name].strip() for name in _BRACES.findall(field)}
    return _BRACES.sub(lambda m: values[m[1]], field) if all(values.values()) else ""


def _split(text: str, separator: str) -> list[Any]:
    return text.split(separator) if separator else [text]


def describe(mapping_file: Path) -> Dataset:
    """Say which dataset a mapping file is about; it goes by its prefix."""
    mapping = read_mapping(mapping_file)
    return Dataset(mapping.prefix, mapping.prefix, mapping.namespace, mapping.source or mapping.namespace)


ADAPTER = Adapter("table", "any delimited table, with a mapping file", read, describe=describe)
