"""UK Treaties Online (FCDO), as JSON batches of its catalogue service.

The shape is that of the batches kept in the public project ukparliament/uk-treaties: ``csw:GetRecordsResponse`` →
``csw:SearchResults`` → ``iStoreRecord``, a list (one record may stand alone). A record has ``document_url`` with
backslashes, ``title``, ``country_name`` (separated by semicolons), ``signed_event_date`` and
``definative_eif_event_date`` (so spelled; day/month/year), ``references``. One treaty comes several times with one
``uuid``; records whose document is a PDF are publications, not treaties, and are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ukfr_graph.link.datasets.adapters.fcdo_csv import DATASET, read_row
from ukfr_graph.link.datasets.reader import Adapter
from ukfr_graph.link.datasets.treaties import Fault, InputError, Treaty


def read(path: Path, _: Path | None = None) -> Iterator[Treaty | Fault]:
    """Read one batch, or every ``*_batch.json`` of a folder; ``line`` counts records through all of them."""
    batches = sorted(path.glob("*_batch.json")) if path.is_dir() else [path]
    if not batches:
        raise InputError("The folder %(folder)s has no file named …_batch.json.", folder=path)
    seen: set[str] = set()
    line = 0
    for batch in batches:
        for record in _records(batch):
            line += 1
            if not isinstance(record, dict):
                yield Fault(line, "record", f"not a JSON object, in {batch.name}", is_lost=True)
                continue
            values = {key: value if isinstance(value, str) else "" for key, value in record.items()}
            page = values.get("document_url", "").strip().replace("\\", "/")
            uuid = values.get("uuid", "")
            if uuid in seen or page.lower().endswith(".pdf"):
                continue
            seen.update({uuid} - {""})
            yield from read_row(
                line, values.get("title", ""), values.get("country_name", "").split(";"),
                values.get("signed_event_date", ""), values.get("definative_eif_event_date", ""),
                values.get("references", ""), page,
            )  # fmt: skip


def _records(batch: Path) -> list[Any]:
    try:
        content = json.loads(batch.read_bytes())
        records = content["csw:GetRecordsResponse"]["csw:SearchResults"].get("iStoreRecord", [])
    except OSError as error:
        raise InputError("%(file)s cannot be read: %(error)s.", file=batch, error=error.strerror) from None
    except (ValueError, RecursionError) as error:
        raise InputError("%(file)s is not JSON (%(error)s).", file=batch.name, error=error) from None
    except (KeyError, TypeError, AttributeError):
        raise InputError(
            "%(file)s is JSON, but not a batch of UK Treaties Online: csw:GetRecordsResponse with "
            "csw:SearchResults is expected.",
            file=batch.name,
        ) from None
    return records if isinstance(records, list) else [records]


ADAPTER = Adapter("fcdo_json", "UK Treaties Online, as JSON batches (a file or a folder)", read, DATASET)
