"""Write ``inputs.json``: what a second coder of outcomes is given, and nothing that the first one judged.

``python docs/coding/outcomes/inputs.py`` writes it; a test holds the file against the data.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ukfr_graph.documents import read_document
from ukfr_graph.resources import data_folder
from ukfr_graph.shorthand import write_out

HERE = Path(__file__).parent
STATEMENT = "uk-fr-2016-08-30"
CODED = ("Pledge", "Call")
OBSERVED = ("Event", "Measurement", "Transfer")
ADDED_SINCE = (
    "measurement/networks-uk-bound-october-2016", "measurement/removals-calais-2016",
    "measurement/tunnel-trucks-january-2018", "transfer/2014-2023-committed", "transfer/2015-camp-project",
    "transfer/2015-facilities-yearly", "transfer/2018-sandhurst-spent", "transfer/2021-received",
)  # fmt: skip
"""Observations recorded after the second pass, which that coder has not seen."""
TOLD = ("label", "summary", "value", "currency", "comparator", "unit", "counted", "transferStatus")
WHEN_AND_WHERE = (
    "periodWording",
    "startDate",
    "endDate",
    "transferDate",
    "place",
    "payer",
    "payee",
    "under",
    "concerns",
)


def build_inputs() -> dict[str, Any]:
    """Return the clauses, the figures reported and the observations, in English, without any verdict."""
    root = data_folder()
    statement = list(write_out(read_document(root / "statements" / f"{STATEMENT}.yaml", root)).records())
    observed = [
        record
        for path in sorted((root / "observations").glob("*.yaml"))
        for record in write_out(read_document(path, root)).records()
        if record["type"] in OBSERVED and record["id"] not in ADDED_SINCE
    ]
    return {
        "statement": STATEMENT,
        "clauses": [
            {**_words(record), "kind": record["type"], "summary": record["summary"]["en"]}
            for record in statement
            if record.get("type") in CODED
        ],
        "figures": [
            _words(figure) for record in statement for figure in _listed(record.get("quantity")) if "id" in figure
        ],
        "reports": [_words(record) for record in statement if record.get("type") == "Report"],
        "observations": [
            {
                "id": record["id"],
                **{name: _english(record[name]) for name in (*TOLD, *WHEN_AND_WHERE) if name in record},
            }
            for record in observed
        ],
    }


def _words(record: Mapping[str, Any]) -> dict[str, str]:
    return {"id": record["id"], "words": record["evidence"]["quote"]["exact"]}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _english(value: Any) -> Any:
    return value["en"] if isinstance(value, dict) and "en" in value else value


def main() -> None:
    """Write the file."""
    text = json.dumps(build_inputs(), ensure_ascii=False, indent=1)
    (HERE / "inputs.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
