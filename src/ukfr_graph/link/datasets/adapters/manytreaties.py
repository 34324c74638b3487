"""manytreaties (globalgov): its ``agreements`` as an R data file, read with ``rdata``, or a table that it is made of.

The file holds one list, ``agreements``, of tables (HUGGO, IEADB and others), each with columns ``manyID`` (or
``many_ID``), ``Title``, ``Begin`` (or ``Beg``), ``Signature``, ``Force`` and ``treatyID``, as the package documents
them. Tables of its sources have names of their own for the same (``_FIELDS``): those of GENG, MEA.Nodes and TFDD as the
CSV files in its repository (``data-raw/agreements``) begin, those of the IEADB as its script names them. Dates are
messydates, which may be ranges or years. A bilateral treaty's ``treatyID`` begins with the two states
(``FRA-GBR[…``); codes are those of ISO 3166, with ``EUE`` and ``ROM`` besides. One treaty stands in several tables:
each row keeps its table's name in the identifier.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ukfr_graph.link.datasets.assembly import Row, assemble
from ukfr_graph.link.datasets.parties import split_parties
from ukfr_graph.link.datasets.reader import Adapter, Dataset
from ukfr_graph.link.datasets.tables import open_table
from ukfr_graph.link.datasets.treaties import Fault, InputError, Treaty

NAMESPACE = "https://github.com/globalgov/manytreaties#"
_STATES = re.compile(r"^([A-Z]{3})-([A-Z]{3})(?=[\[_])")
_FIELDS = {
    "identifier": (
        "manyid",
        "treatyid",
        "gengb",
        "gengid",
        "ieaid",
        "ieaclickforaddlinfo",
        "mitchid",
        "ieadbid",
        "tfddid",
        "2016updateid",
        "id",
        "label",
    ),
    "title": ("title", "treatyname", "documentname", "agreementname", "nameoftheagreement", "name"),
    "signed": (
        "signature",
        "signaturedate",
        "datesigned",
        "signdate",
        "docdate",
        "docsign",
        "signed",
        "begin",
        "beg",
        "date",
        "year",
    ),
    "in_force": ("force", "dateieaenteredintoforce", "entryintoforce", "eif", "inforce", "docforce"),
    "parties": ("parties", "signatories", "countries", "country", "ccode", "stateid", "countryid"),
    "kind": ("doctype", "agreementtype", "documenttype", "agreementtypelevel2", "type", "d"),
}
_PAIR = ("countryx", "countryy")
"""The columns of the two states of a bilateral treaty."""
_KINDS = {
    "A": "agreement",
    "E": "amendment",
    "P": "protocol",
    "X": "exchange of notes",
    "Y": "memorandum",
    "V": "declaration",
}
_TEXT = (".csv", ".tsv", ".txt")
_SAFE = re.compile(r"[^\w.-]+")


def read(path: Path, _: Path | None = None) -> Iterator[Treaty | Fault]:
    """Read every table of the list (``line`` counts rows through all of them), or the one table of a text file."""
    if path.suffix.lower() in _TEXT:
        with open_table(path) as table:
            fields = _find_fields(table.columns)
            if not fields["title"]:
                raise InputError(
                    "%(file)s has no title: its first line gives %(columns)s.",
                    file=path.name,
                    columns=", ".join(table.columns[:12]),
                )
            for row in table.rows:
                yield from [row] if isinstance(row, Fault) else _assemble(row[0], path.stem, row[1], fields)
        return
    line = 0
    for name, frame in _tables(path).items():
        fields = _find_fields(list(frame.columns))
        if not fields["title"]:
            yield Fault(line + 1, name, "the table has no Title, and was passed over")
            line += len(frame)
            continue
        for values in frame.astype(object).to_dict("records"):
            line += 1
            yield from _assemble(line, name, values, fields)


def _find_fields(columns: Sequence[Any]) -> dict[str, list[Any]]:
    """Find the columns of each field, the likeliest first."""
    known = {re.sub(r"[^a-z0-9]", "", str(name).lower()): name for name in columns}
    fields = {field: [known[name] for name in names if name in known] for field, names in _FIELDS.items()}
    return fields | {name: [known[name]] if name in known else [] for name in ("treatyid", "url", "unts", *_PAIR)}


def _assemble(line: int, table: str, values: Mapping[Any, Any], fields: Mapping[str, Sequence[Any]]) -> Row:
    row = {field: _first_text(values, names) for field, names in fields.items()}
    states = _STATES.match(row["treatyid"]) or _STATES.match(row["identifier"])
    separator = next((mark for mark in ";|" if mark in row["parties"]), ",")
    parties = states.groups() if states else [row[name] for name in _PAIR if row[name]]
    yield from assemble(
        line,
        f"many:{_SAFE.sub('-', table)}_{_SAFE.sub('-', row['identifier'])}" if row["identifier"] else "",
        {"en": row["title"]},
        signed=_first(row["signed"]),
        in_force=_first(row["in_force"]),
        parties=parties or split_parties(row["parties"], separator),
        kind=_KINDS.get(row["kind"], row["kind"]),
        references=f"{row['url']} | {row['unts']}",
        page=row["url"],
        codes="iso",
    )


def _first_text(values: Mapping[Any, Any], names: Sequence[Any]) -> str:
    """Return the first of several columns that has a value."""
    return next(filter(None, (_text(values[name]) for name in names)), "")


def _tables(path: Path) -> dict[str, Any]:
    try:
        import rdata
    except ImportError:
        raise InputError("R data files need the optional part 'link': pip install 'ukfr-graph[link]'.") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # classes of R that are not known are read as their base
            content = rdata.read_rda(path)
    except OSError as error:
        raise InputError("%(file)s cannot be read: %(error)s.", file=path, error=error.strerror or error) from None
    except Exception as error:  # the library raises what its parsers raise
        raise InputError(
            "%(file)s is not an R data file (%(error)s).", file=path.name, error=type(error).__name__
        ) from None
    tables: dict[str, Any] = {}
    for name, value in content.items():
        parts = value.items() if isinstance(value, dict) else [(name, value)]
        tables |= {_SAFE.sub("-", str(key)): frame for key, frame in parts if hasattr(frame, "to_dict")}
    if not tables:
        raise InputError("%(file)s has no tables; manytreaties' data/agreements.rda is expected.", file=path.name)
    return tables


def _text(value: Any) -> str:
    if value is None or value != value:  # not a number
        return ""
    if isinstance(value, (list, tuple)) or hasattr(value, "tolist"):
        values = list(value)
        return _text(values[0]) if values else ""
    text = str(value).strip()
    return "" if text in ("NA", "nan", "<NA>") else text


def _first(date: str) -> str:
    """Return the first day of a messydate: of a range, of a set, without marks of approximation.

    >>> _first("1998-01-01..1998-12-31"), _first("{1998-01,1999}"), _first("~1957-04?")
    ('1998-01-01', '1998-01', '1957-04')
    """
    return re.split(r"\.\.|,|:", date.strip("{} "))[0].replace("?", "").replace("~", "").replace("%", "")


DATASET = Dataset("manytreaties", "many", NAMESPACE, "https://github.com/globalgov/manytreaties")
ADAPTER = Adapter(
    "manytreaties", "manytreaties' agreements, as an R data file; GENG, MEA.Nodes, TFDD, IEADB as CSV", read, DATASET
)
