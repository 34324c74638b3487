"""Chosen clauses of a statement as a table to take along: numbers, quotes, what each says, and permanent addresses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from ukfr_graph.clauses import Clause
from ukfr_graph.messages import load_messages
from ukfr_graph.site.negotiation import Variant
from ukfr_graph.site.spreadsheets import CSV, WORKBOOK, Cell, Sheet, write_csv, write_xlsx
from ukfr_graph.site.statement.contents import Statement

FORMS = (CSV, WORKBOOK, Variant("json", ("application/json",)))
_NAMES = (
    "number", "kind", "words", "label", "summary", "holders", "topics", "instruments", "testability", "address",
)  # fmt: skip
"""The columns, as programs call them."""
_SEPARATOR = "; "


def make_sheet(statement: Statement, clauses: Iterable[Clause], language: str) -> Sheet:
    """Make a row of each clause; the words are there where the text is."""
    gettext, names = load_messages(language).gettext, statement.names
    columns = (
        gettext("Number"), gettext("Kind"), gettext("Words"), gettext("Label"), gettext("Summary"),
        gettext("Who pledges or calls"), gettext("Topic"), gettext("Instrument"), gettext("Testability"),
        gettext("Permanent address"),
    )  # fmt: skip

    def join(iris: Iterable[str]) -> str:
        return _SEPARATOR.join(names.of(iri).name for iri in dict.fromkeys(iris))

    rows: list[list[Cell]] = [
        [
            Decimal(clause.order), names.of(clause.kind).name, statement.quote(clause.iri), clause.name(language),
            clause.summaries.get(language) or next(iter(clause.summaries.values()), ""), join(clause.holders()),
            join(clause.topics), join([*clause.instruments, *clause.incorporated]),
            names.of(clause.testability).name if clause.testability else "", clause.iri,
        ]
        for clause in clauses
    ]  # fmt: skip
    return Sheet(gettext("Clauses"), columns, rows)


def write_sheet(sheet: Sheet, form: str, about: Mapping[str, str]) -> bytes:
    """Write the table as one of the ``FORMS``, by its name; ``about`` says in XLSX and JSON what it is of."""
    match form:
        case CSV.name:
            return write_csv(sheet)
        case WORKBOOK.name:
            return write_xlsx([sheet], about)
        case _:
            rows: list[dict[str, Any]] = [
                dict(zip(_NAMES, [int(c) if isinstance(c, Decimal) else c for c in row], strict=True))
                for row in sheet.rows
            ]
            return json.dumps({"about": about, "clauses": rows}, ensure_ascii=False, indent=1).encode()
