"""UK Treaties Online (Foreign, Commonwealth and Development Office), as one CSV of its records.

Columns: record_id, uuid, title, kind, subject, parties, signed, place, entry_into_force, terminated, references,
record_url. Names of states are in capitals, names of dependencies are not; both stand among the parties, separated
by semicolons. ``kind`` tells bilateral from multilateral only.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ukfr_graph.link.datasets.assembly import assemble
from ukfr_graph.link.datasets.reader import Adapter, Dataset
from ukfr_graph.link.datasets.references import find_references
from ukfr_graph.link.datasets.tables import open_table
from ukfr_graph.link.datasets.treaties import Fault, Treaty

NAMESPACE = "https://treaties.fcdo.gov.uk/data/Library2/html/"
_COLUMNS = ("title", "parties", "signed", "entry_into_force", "references", "record_url")


def read(path: Path, _: Path | None = None) -> Iterator[Treaty | Fault]:
    """Read the records."""
    with open_table(path) as table:
        table.require(_COLUMNS, path)
        for row in table.rows:
            if isinstance(row, Fault):
                yield row
                continue
            line, cells = row
            yield from read_row(
                line, cells["title"], cells["parties"].split(";"), cells["signed"], cells["entry_into_force"],
                cells["references"], cells["record_url"],
            )  # fmt: skip


def read_row(
    line: int, title: str, names: list[str], signed: str, in_force: str, references: str, page: str
) -> Iterator[Treaty | Fault]:
    """Make a treaty of one record, whichever way it came."""
    number = next((r for r in find_references(page) if r.startswith("fcdo:")), "")
    states = [name for name in names if name.upper() == name]
    yield from assemble(
        line,
        f"{number}.html" if number else _name_file(page),
        {"en": title},
        signed=signed,
        in_force=in_force,
        parties=states,
        territories=[name for name in names if name not in states],
        references=f"{references} {page}",
        page=f"{NAMESPACE}{number.partition(':')[2]}.html" if number else page,
        order="day",
    )


def _name_file(page: str) -> str:
    """Name a record whose address ends in ``.pdf``, as three of them do; nothing for an address of another site."""
    return f"{DATASET.prefix}:{page.removeprefix(NAMESPACE)}" if page.startswith(NAMESPACE) else ""


DATASET = Dataset("fcdo", "fcdo", NAMESPACE, "https://treaties.fcdo.gov.uk/")
ADAPTER = Adapter("fcdo_csv", "UK Treaties Online, as CSV", read, DATASET)
