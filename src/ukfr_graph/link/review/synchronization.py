"""Identifiers of our instruments, refreshed from a saved answer of another endpoint.

What the answer says of an instrument that shares an identifying reference with it is compared with what the record
has. New identifiers can be written into the record, each with the page it came from as its source; what differs
from the record, or belongs to two of ours, is shown and left to a person.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from ukfr_graph.link.datasets.references import identifies
from ukfr_graph.link.datasets.treaties import InputError, Treaty
from ukfr_graph.link.review.candidate_files import open_whole

_WRITTEN = {"celex": "celex", "eli": "eli", "cets": "cets", "wikidata": "wikidata", "nor": "nor"}
_SINGLE = frozenset({"celex", "cets", "wikidata"})
_WIDTH = 110


@dataclass(frozen=True)
class Change:
    """One identifier that an answer has and a record has not; ``doubt`` says why it is not written, if it is not."""

    instrument: str
    label: str
    scheme: str
    notation: str
    source: str
    doubt: str = ""

    def __str__(self) -> str:
        """Return the change in one line."""
        sign = "?" if self.doubt else "+"
        return f"{sign} {self.instrument}  {self.scheme} {self.notation}" + (f"  ({self.doubt})" if self.doubt else "")


def find_changes(targets: Sequence[Treaty], answers: Iterable[Treaty]) -> list[Change]:
    """Compare an answer with our instruments: what it adds, and what is in doubt, in the order of our instruments."""
    owners: dict[str, list[Treaty]] = {}
    for target in targets:
        for reference in filter(identifies, target.references):
            owners.setdefault(reference, []).append(target)
    changes: dict[tuple[str, str], Change] = {}
    for answer in answers:
        given = sorted(filter(identifies, answer.references))
        ours = {t.identifier: t for reference in given for t in owners.get(reference, ())}
        for target in ours.values():
            for reference in given:
                scheme, _, notation = reference.partition(":")
                if reference in target.references or scheme not in _WRITTEN:
                    continue
                doubt = _doubt(scheme, reference, target, ours, owners)
                changes.setdefault(
                    (target.identifier, reference),
                    Change(target.identifier, target.title, scheme, notation, answer.page, doubt),
                )
    return sorted(changes.values(), key=lambda c: (c.instrument, c.scheme, c.notation))


def _doubt(
    scheme: str, reference: str, target: Treaty, ours: dict[str, Treaty], owners: dict[str, list[Treaty]]
) -> str:
    if len(ours) > 1:
        return f"the answer's item has identifiers of {', '.join(sorted(ours))}"
    if other := [t.identifier for t in owners.get(reference, ()) if t is not target]:
        return f"it is an identifier of {other[0]}"
    if scheme in _SINGLE and (has := [r for r in target.references if r.startswith(f"{scheme}:")]):
        return f"the record has {min(has).partition(':')[2]}"
    return ""


def write_changes(changes: Iterable[Change], data: Path) -> list[Path]:
    """Write the changes that are not in doubt into the records of entities and statements; the files that changed.

    Raises:
        InputError: an instrument has no record there, or a file cannot be written. Files are changed whole or not.
    """
    wanted: dict[str, list[Change]] = {}
    for change in changes:
        if not change.doubt:
            wanted.setdefault(change.instrument.partition(":")[2], []).append(change)
    texts: dict[Path, str] = {}
    for path in sorted(path for folder in ("entities", "statements") for path in (data / folder).glob("*.yaml")):
        yaml = YAML(typ="rt")
        yaml.width = _WIDTH
        yaml.indent(mapping=2, sequence=4, offset=2)
        content = yaml.load(path.read_text("utf-8"))
        found = [record for record in content.get("@graph", [content]) if record.get("id") in wanted]
        for record in found:
            _add(record, wanted.pop(record["id"]))
        if found:
            out = io.StringIO()
            yaml.dump(content, out)
            texts[path] = out.getvalue()
    if wanted:
        raise InputError(
            "%(names)s: no record under %(folder)s; nothing was written.", names=", ".join(wanted), folder=data
        )
    for path, text in texts.items():
        with open_whole(path) as file:
            file.write(text)
    return list(texts)


def _add(record: Any, changes: list[Change]) -> None:
    entries = record.setdefault("identifier", [])
    if not isinstance(entries, list):
        entries = record["identifier"] = [entries]
    for change in changes:
        notation = f"CETS No. {int(change.notation):03d}" if change.scheme == "cets" else change.notation
        entry = {"type": "adms:Identifier", "identifierScheme": _WRITTEN[change.scheme], "notation": notation}
        if change.scheme == "eli":
            entry["identifiedAs"] = f"http://data.europa.eu/eli/{change.notation}"
        if change.scheme == "wikidata":
            entry["identifiedAs"] = f"http://www.wikidata.org/entity/{change.notation}"
        entries.append({**entry, "source": change.source})
