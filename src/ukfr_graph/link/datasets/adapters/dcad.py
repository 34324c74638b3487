"""The Defense Cooperation Agreement Dataset (Kinne 2020), its main file of treaties, as CSV.

The file has no titles (https://www.brandonkinne.com/dcad): an agreement is known by its two states, as names or codes
of the Correlates of War project, and the day, month or year of signature. The main file of version 1.0 has ``ccode1``,
``cowName1``, ``ccode2``, ``cowName2``, ``signDay``, ``signMonth``, ``signYear``, ``EIFDay``, ``EIFMonth``, ``EIFYear``,
``UNTS`` and ``DCAid`` among others, as public code that reads it names them. Other files are read by like names, in any
case. Without an identifier an agreement is known by its row.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from ukfr_graph.link.datasets.assembly import assemble
from ukfr_graph.link.datasets.reader import Adapter, Dataset
from ukfr_graph.link.datasets.tables import open_table
from ukfr_graph.link.datasets.treaties import Fault, InputError, Treaty

NAMESPACE = "https://www.brandonkinne.com/dcad#"
_SIDE = (
    "cowname",
    "abbrev",
    "country",
    "stateabb",
    "statename",
    "stateabbrev",
    "cowabbrev",
    "cowcode",
    "ccode",
    "cow",
    "state",
)
_FIELDS = {
    "identifier": ("dcaid", "treatyid", "dcanum", "dcano", "agreementid", "uniqueid", "id"),
    "title": ("title", "treatytitle", "treatyname", "dcatitle", "agreementname"),
    "one": tuple(f"{name}{end}" for name in _SIDE for end in ("1", "a")),
    "other": tuple(f"{name}{end}" for name in _SIDE for end in ("2", "b")),
    "date": ("signdate", "datesigned", "signaturedate", "dsigned", "dateofsignature", "signed", "date"),
    "year": ("signyear", "yearsigned", "year", "signedyear"),
    "month": ("signmonth", "monthsigned", "month", "signedmonth"),
    "day": ("signday", "daysigned", "day", "signedday"),
    "force_year": ("eifyear",),
    "force_month": ("eifmonth",),
    "force_day": ("eifday",),
    "unts": ("unts",),
    "force": ("eifdate", "entrydate", "forcedate", "dateeif", "inforcedate"),
}  # fmt: skip


def read(path: Path, _: Path | None = None) -> Iterator[Treaty | Fault]:
    """Read the treaties."""
    with open_table(path) as table:
        lowered = {"".join(c for c in name.lower() if c.isalnum()): name for name in table.columns}
        places = {field: next((lowered[n] for n in names if n in lowered), "") for field, names in _FIELDS.items()}
        if not (places["one"] and places["other"] and (places["date"] or places["year"])):
            found = ", ".join(table.columns[:12])
            raise InputError(
                "%(file)s lacks the two states or the date of DCAD: its first line gives %(found)s. "
                "Read it with --adapter table and a mapping file.",
                file=path.name,
                found=found,
            )
        for row in table.rows:
            if isinstance(row, Fault):
                yield row
                continue
            line, cells = row
            cell = {field: cells[name].strip() if name else "" for field, name in places.items()}
            yield from assemble(
                line,
                f"dcad:{cell['identifier']}"
                if cell["identifier"]
                else ""
                if places["identifier"]
                else f"dcad:row-{line - 1}",
                {"en": cell["title"]},
                signed=cell["date"] or _join(cell["year"], cell["month"], cell["day"]),
                in_force=cell["force"] or _join(cell["force_year"], cell["force_month"], cell["force_day"]),
                references=f"UNTS {cell['unts']}" if cell["unts"] else "",
                parties=[cell["one"], cell["other"]],
                codes="cow",
                needs_title=False,
            )


def _join(*parts: str) -> str:
    """Write year, month and day as one date, as far as they are known (a negative number or 0 says that one is not)."""
    known = list(takewhile(lambda part: part.isdecimal() and int(part) > 0, parts))
    return "-".join(part.zfill(2) for part in known) or "".join(parts[:1]).removeprefix("-9")


DATASET = Dataset("dcad", "dcad", NAMESPACE, "https://www.brandonkinne.com/dcad")
ADAPTER = Adapter("dcad", "the Defense Cooperation Agreement Dataset, as CSV", read, DATASET)
