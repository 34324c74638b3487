"""The answer to a saved question as a table for people to take along: columns and things by their names, whole.

The other forms of an answer are for programs, and name columns as the query does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyoxigraph as ox

from ukfr_graph.messages import load_messages
from ukfr_graph.query.captions import ColumnName
from ukfr_graph.service.answers import Table, translate
from ukfr_graph.service.names import Names, find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.addresses import find_words
from ukfr_graph.site.negotiation import Variant
from ukfr_graph.site.question.answer import choose_columns, name_column
from ukfr_graph.site.spreadsheets import CSV, WORKBOOK, Cell, Sheet, read_term
from ukfr_graph.store import Term
from ukfr_graph.triples import is_true

READABLE_CSV = Variant("sheet", CSV.media_types)
"""CSV with headings for people, beside that of SPARQL, which is named ``csv``."""
SHEETS = (READABLE_CSV, WORKBOOK)
_SOURCE_ADDRESS = "source_address"


async def make_answer_sheet(
    service: Service, title: str, table: Table, columns: Mapping[str, ColumnName], language: str
) -> Sheet:
    """Make a row of each row, with what a reader of the page sees, and the permanent address of what it is about.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    kept = choose_columns(table, language)
    kept += [name for name in (_SOURCE_ADDRESS,) if name in table.names and name not in kept]
    translated = await translate(service, table, language)
    nodes = {term.value for row in table.rows for term in row if isinstance(term, ox.NamedNode)}
    names = await find_names(service, nodes, language)
    headings = [name_column(name, columns, language) for name in kept]
    rows = [
        [*(_read(row[table.names.index(name)], names, language) for name in kept), _find_subject(row)]
        for row in translated.rows
    ]
    address = load_messages(language).gettext("Permanent address")
    return Sheet(title, [*headings, address], rows, "rows", [*kept, "address"])


def _read(term: Term | ox.Triple | None, names: Names, language: str) -> Cell:
    if isinstance(term, ox.NamedNode):
        return names.of(term.value).name
    if isinstance(term, ox.Literal) and term.datatype.value.endswith("#boolean"):
        messages = load_messages(language)
        return messages.gettext("Yes") if is_true(term) else messages.gettext("No")
    return None if isinstance(term, ox.BlankNode) else read_term(term)


def _find_subject(row: Sequence[Term | ox.Triple | None]) -> str:
    """Return the IRI of what a row is about: of what has words in a text, else of its first thing."""
    nodes = [term.value for term in row if isinstance(term, ox.NamedNode)]
    return next((node for node in nodes if find_words(node)), nodes[0] if nodes else "")
