"""The Defense Cooperation Agreement Dataset (Kinne 2020), its main file of treaties, as CSV.

The dataset is documented at https://www.brandonkinne.com/dcad, but its file could not be seen when this was written:
the columns looked for are an identifier (``dcaID``, ``treatyID``, ``id``), a title (``title``, ``treatyTitle``,
``name``), the two states as Correlates of War abbreviations (``abbrev1``, ``abbrev2``) or names (``country1``,
``country2``), and the day of signature (``signDate``), or ``signYear``, ``signMonth`` and ``signDay``. Where your
copy differs, the error names what is missing, and the adapter ``table`` reads it by a mapping file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ukfr_graph.link.datasets.assembly import assemble
from ukfr_graph.link.datasets.reader import Adapter, Dataset
from ukfr_graph.link.datasets.tables import open_table
from ukfr_graph.link.datasets.treaties import Fault, InputError, Treaty

NAMESPACE = "https://www.brandonkinne.com/dcad#"
_FIELDS = {
    "identifier": ("dcaid", "treatyid", "dca_id", "treaty_id", "id"),
    "title": ("title", "treatytitle", "treaty_title", "name", "dcatitle"),
    "one": ("abbrev1", "country1", "statea", "state1"),
    "other": ("abbrev2", "country2", "stateb", "state2"),
    "date": ("signdate", "sign_date", "datesigned", "date_signed"),
    "year": ("signyear", "sign_year", "year"),
    "month": ("signmonth", "sign_month", "month"),
    "day": ("signday", "sign_day", "day"),
    "force": ("eifdate", "eif_date", "entrydate", "forcedate"),
}
_ABBREVIATIONS = dict(
    pair.split("=")
    for pair in (  # noqa: SIM905
        "USA=US CAN=CA UKG=GB IRE=IE NTH=NL BEL=BE LUX=LU FRN=FR SWZ=CH SPN=ES POR=PT GMY=DE POL=PL AUS=AT HUN=HU "
        "CZR=CZ SLO=SK ITA=IT MLT=MT ALB=AL CRO=HR SER=RS BOS=BA SLV=SI GRC=GR CYP=CY BUL=BG MLD=MD ROM=RO RUS=RU "
        "EST=EE LAT=LV LIT=LT UKR=UA BLR=BY ARM=AM GRG=GE AZE=AZ FIN=FI SWD=SE NOR=NO DEN=DK ICE=IS TUR=TR ISR=IL "
        "EGY=EG IND=IN PAK=PK CHN=CN JPN=JP ROK=KR SAF=ZA AUL=AU NEW=NZ BRA=BR ARG=AR CHL=CL MEX=MX SAU=SA UAE=AE "
        "QAT=QA KUW=KW OMA=OM JOR=JO MOR=MA ALG=DZ TUN=TN NIG=NG KEN=KE SEN=SN CDI=CI MAL=MY SIN=SG INS=ID PHI=PH"
    ).split()
)


def read(path: Path, _: Path | None = None) -> Iterator[Treaty | Fault]:
    """Read the treaties."""
    with open_table(path) as table:
        lowered = {name.lower(): name for name in table.columns}
        places = {field: next((lowered[n] for n in names if n in lowered), "") for field, names in _FIELDS.items()}
        if not all(places[field] for field in ("identifier", "title", "one", "other")):
            found = ", ".join(table.columns[:12])
            raise InputError(
                f"{path.name} lacks an identifier, a title or the two states of DCAD: its first line gives {found}. "
                "Read it with --adapter table and a mapping file."
            )
        for row in table.rows:
            if isinstance(row, Fault):
                yield row
                continue
            line, cells = row
            cell = {field: cells[name].strip() if name else "" for field, name in places.items()}
            parts = [cell["year"], cell["month"].zfill(2), cell["day"].zfill(2)]
            known = parts[: next((at for at, part in enumerate(parts) if not part.strip("0")), 3)]
            yield from assemble(
                line,
                f"dcad:{cell['identifier']}" if cell["identifier"] else "",
                {"en": cell["title"]},
                signed=cell["date"] or "-".join(known),
                in_force=cell["force"],
                parties=[_ABBREVIATIONS.get(cell[side], cell[side]) for side in ("one", "other")],
            )


DATASET = Dataset("dcad", "dcad", NAMESPACE, "https://www.brandonkinne.com/dcad")
ADAPTER = Adapter("dcad", "the Defense Cooperation Agreement Dataset, as CSV", read, DATASET)
