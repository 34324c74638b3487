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
      references: [UNTS, Treaty Series]       # identifiers of the treaty itself
      cites: [Legal basis]                    # identifiers of others: evidence, and no proof
      page: "https://example.org/treaties/{ID}.html"
    dates: ["%d.%m.%Y", "%Y"]                 # as in datetime.strptime; found out where it is left out
    party_codes: cow                          # or iso; needed where the codes do not tell
    parties_separator: ";"
    delimiter: ";"                            # found out where it is left out, as is the encoding
    encoding: windows-1252

Columns of dates and of codes are looked at as a whole before a row is read. A column under ``references`` whose name
says that it has identifiers of other instruments ("Amends", "Legal basis") is read as ``cites``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ukfr_graph.errors import SettingsError, make_message
from ukfr_graph.files import read_file
from ukfr_graph.link.datasets.assembly import assemble
from ukfr_graph.link.datasets.dates import AmbiguousDateError, Order, find_order, is_year_and_month
from ukfr_graph.link.datasets.parties import CodeList, find_code_list, split_parties
from ukfr_graph.link.datasets.reader import Adapter, Dataset
from ukfr_graph.link.datasets.references import names_others
from ukfr_graph.link.datasets.tables import is_missing, open_table
from ukfr_graph.link.datasets.treaties import Fault, InputError, Treaty

_SAFE = "-._~/:()"
_RESERVED = frozenset({"id", "owl", "rdf", "rdfs", "semapv", "skos", "sssom", "xsd", "orcid"})
_BRACES = re.compile(r"\{([^{}]+)\}")
_MAX_MAPPING_BYTES = 100_000

Several = Annotated[tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]
ByLanguage = Annotated[dict[str, str], BeforeValidator(lambda value: {"": value} if isinstance(value, str) else value)]


class Columns(BaseModel):
    """The column, or template of columns, of each field."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    identifier: str
    title: ByLanguage
    signed: str = ""
    in_force: str = ""
    parties: Several = ()
    kind: str = ""
    references: Several = ()
    cites: Several = ()
    page: str = ""


class TableMapping(BaseModel):
    """A mapping file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    prefix: str = Field("mine", pattern=r"^[A-Za-z][\w-]*$")
    namespace: str = Field(pattern=r"^https?://\S+$")
    source: str = ""
    columns: Columns
    dates: Several = ()
    party_codes: Literal["", "iso", "cow"] = ""
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
            raise InputError(
                "The mapping file %(file)s: the prefix %(prefix)s is taken; choose another.",
                file=path.name,
                prefix=repr(mapping.prefix),
            )
    except SettingsError as error:
        raise InputError("The mapping file: %(error)s", error=error.message) from None
    except (YAMLError, UnicodeError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        place = f"{path.name}:{where.line + 1}" if where else path.name
        raise InputError("The mapping file %(place)s is not YAML.", place=place) from None
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'the file'}: {e['msg']}" for e in error.errors())
        raise InputError(
            "The mapping file %(file)s does not say what is needed: %(faults)s.", file=path.name, faults=faults
        ) from None
    return mapping


def read(path: Path, mapping_file: Path | None) -> Iterator[Treaty | Fault]:
    """Read a table by its mapping."""
    assert mapping_file is not None
    mapping = read_mapping(mapping_file)
    columns = mapping.columns
    used = [columns.identifier, *columns.title.values(), columns.signed, columns.in_force, *columns.parties]
    used += [columns.kind, *columns.references, *columns.cites, columns.page]
    with open_table(path, mapping.delimiter, mapping.encoding) as table:
        names = set(table.columns)
        needed = [name for field in used for name in _names(field, names)]
        table.require(
            list(dict.fromkeys(needed)), path, f"Correct {mapping_file.name}, or its delimiter, to fit the table."
        )
    habits = _look(path, mapping, mapping_file)
    own = [field for field in columns.references if not names_others(field)]
    cited = [*columns.cites, *(field for field in columns.references if names_others(field))]
    yield from habits.told
    with open_table(path, mapping.delimiter, mapping.encoding) as table:
        for row in table.rows:
            if isinstance(row, Fault):
                yield row
                continue
            line, cells = row
            identifier, page = _fill(columns.identifier, cells), _fill(columns.page, cells)
            separator = mapping.parties_separator
            yield from assemble(
                line,
                f"{mapping.prefix}:{quote(identifier, safe=_SAFE)}" if identifier else "",
                {language: _fill(field, cells) for language, field in columns.title.items()},
                signed=_fill_date(columns.signed, cells),
                in_force=_fill_date(columns.in_force, cells),
                parties=[name for field in columns.parties for name in split_parties(_fill(field, cells), separator)],
                kind=_fill(columns.kind, cells),
                references=" | ".join(
                    [_name_value(columns.identifier, cells), *(_name_value(f, cells) for f in own), page]
                ),
                others=" | ".join(_name_value(field, cells) for field in cited),
                page=page,
                formats=habits.formats or mapping.dates,
                order=habits.order,
                codes=habits.codes,
            )


@dataclass(frozen=True)
class _Habits:
    """The manner in which a table writes dates and parties, and what is to be told of that."""

    order: Order = ""
    formats: tuple[str, ...] = ()
    codes: CodeList = ""
    told: tuple[Fault, ...] = ()


def _look(path: Path, mapping: TableMapping, mapping_file: Path) -> _Habits:
    """Look through the columns of dates and parties before any row is read.

    Raises:
        InputError: dates may have the day or the month first, and the mapping does not say which.
    """
    columns = mapping.columns
    dates: dict[str, set[str]] = {field: set() for field in (columns.signed, columns.in_force) if field}
    parties: set[str] = set()
    with open_table(path, mapping.delimiter, mapping.encoding) as table:
        for row in table.rows:
            if not isinstance(row, Fault):
                for field, values in dates.items():
                    values.add(_fill_date(field, row[1]))
                for field in columns.parties:
                    parties.update(split_parties(_fill(field, row[1]), mapping.parties_separator))
    codes: CodeList = mapping.party_codes or find_code_list(parties)
    if mapping.dates:
        return _Habits(codes=codes)
    option = make_message(
        'Write into %(file)s: dates: "%%d/%%m/%%Y" (day first) or dates: "%%m/%%d/%%Y" (month first).',
        file=mapping_file.name,
    )
    try:
        order, text = find_order(text for values in dates.values() for text in sorted(values))
    except AmbiguousDateError as error:
        raise InputError(
            "%(file)s writes dates in two ways: %(error)s. %(fix)s", file=path.name, error=error, fix=option
        ) from None
    if text and not order:
        raise InputError(
            "%(file)s has dates such as %(text)s, with the day or the month first. %(fix)s",
            file=path.name,
            text=repr(text),
            fix=option,
        )
    told = [Fault(1, "dates", f"the month is read first, as {text!r} shows")] if order == "month" else []
    written = {text for values in dates.values() for text in values if not is_missing(text)}
    formats: tuple[str, ...] = ()
    if written and all(map(is_year_and_month, written)):
        formats = ("%Y%m",)
        told.append(Fault(1, "dates", f"{min(written)!r} and its like are read as year and month"))
    return _Habits(order, formats, codes, tuple(told))


def _names(field: str, known: set[str]) -> list[str]:
    """Return the columns that a field names: itself where it is one, else those in its braces, else itself."""
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


def _fill_date(field: str, cells: Mapping[str, str]) -> str:
    """Fill a template of a date; its empty columns leave the others known."""
    if not field or field in cells:
        return _fill(field, cells)
    values = {name: cells[name].strip() for name in _BRACES.findall(field)}
    return _BRACES.sub(lambda m: values[m[1]], field) if any(values.values()) else ""


def _name_value(field: str, cells: Mapping[str, str]) -> str:
    """Return a value, with the name of its column where it is only a number ("CETS: 185")."""
    value = _fill(field, cells)
    return f"{field}: {value}" if value.isdecimal() or re.fullmatch(r"Q\d+", value) else value


def describe(mapping_file: Path) -> Dataset:
    """Say which dataset a mapping file is about; it goes by its prefix."""
    mapping = read_mapping(mapping_file)
    return Dataset(mapping.prefix, mapping.prefix, mapping.namespace, mapping.source or mapping.namespace)


ADAPTER = Adapter("table", "any delimited table, with a mapping file", read, describe=describe)
