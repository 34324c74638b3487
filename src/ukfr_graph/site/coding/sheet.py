"""The sheet that the workbench shows: the text cut at its marks, the record in hand, what is left, and the kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.coding.coding_files import CodingState
from ukfr_graph.coding.statement_texts import to_plain
from ukfr_graph.drafting.gate import KINDS, LEAVES, Gap, find_gaps, measure_share
from ukfr_graph.drafting.proposals import STATUS, write_plainly
from ukfr_graph.resources import ontology_folder
from ukfr_graph.shorthand import JUDGEMENTS

_SHOWN = ("id", "type", "status", "evidence")


@dataclass(frozen=True)
class Segment:
    """A stretch of the text: the ``record`` whose words these are, or none; ``kind`` is its class."""

    text: str
    record: str = ""
    kind: str = ""
    is_proposal: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of clause as the ontology has it."""

    name: str
    label: str
    definition: str


@dataclass(frozen=True)
class CodingSheet:
    """One look at the coding of a statement.

    ``share`` is the part of the words that is in a record, proposals left out, from 0 to 1; ``gaps`` are the stretches
    that neither a record nor a proposal has; ``record`` is what the form is about, ``quote`` its words,
    ``written`` the rest of it as YAML, and ``verdicts`` the settled judgements of it by name.
    """

    segments: tuple[Segment, ...]
    share: float
    gaps: tuple[Gap, ...]
    proposals: tuple[Mapping[str, Any], ...]
    record: Mapping[str, Any] | None
    quote: str
    written: str
    verdicts: Mapping[str, Mapping[str, Any]]

    @property
    def is_proposal(self) -> bool:
        """Return whether the record in hand is a proposal."""
        return self.record is not None and self.record in self.proposals


def make_sheet(state: CodingState, chosen: str) -> CodingSheet:
    """Make the sheet of a statement, with a record in hand: the chosen one, else the first proposal in the text.

    Raises:
        DataError: a file cannot be read.
    """
    files = state.files
    texts = [files.read(part) for part in ("records", "proposals")]
    records, proposals = (tuple(text.records) if text else () for text in texts)
    proposals = tuple(p for p in proposals if p.get("id") not in {r.get("id") for r in records})
    both = replace(files.coding, records=(*records, *proposals))
    by_id = {str(record.get("id")): record for record in both.records}
    spans = sorted(((span.start, span.end, name) for name, span in both.spans), key=lambda span: span[:2])
    order = [name for *_, name in spans if by_id[name] in proposals]
    others = [str(proposal["id"]) for proposal in proposals if proposal.get("type") not in LEAVES]
    name = chosen if chosen in by_id else next(iter([*others, *order]), "")
    return CodingSheet(
        tuple(_cut(both.text, spans, by_id)),
        measure_share(replace(files.coding, records=records)),
        tuple(find_gaps(both)),
        proposals,
        by_id.get(name),
        next((both.text[start:end] for start, end, other in spans if other == name), ""),
        _write(by_id.get(name)),
        _read_verdicts(by_id.get(name)),
    )


def _write(record: Mapping[str, Any] | None) -> str:
    """Write as YAML what is in a record besides its name, kind and words."""
    rest = {key: value for key, value in (record or {}).items() if key not in _SHOWN}
    return write_plainly(to_plain(rest)) if rest else ""


def _read_verdicts(record: Mapping[str, Any] | None) -> dict[str, Mapping[str, Any]]:
    judgements = (record or {}).get("judgement", [])
    found = {
        judgement.get("type"): judgement
        for judgement in (judgements if isinstance(judgements, list) else [judgements])
        if isinstance(judgement, Mapping) and judgement.get("settled") == "true"
    }
    return {name: found.get(kind, {}) for name, kind in JUDGEMENTS.items()}


def _cut(text: str, spans: list[tuple[int, int, str]], records: Mapping[str, Mapping[str, Any]]) -> Iterator[Segment]:
    """Cut a text at the spans; of two that share words, the later one has the rest."""
    position = 0
    for start, end, name in spans:
        if end <= position:
            continue
        if start > position:
            yield Segment(text[position:start])
        record = records[name]
        yield Segment(text[max(start, position) : end], name, str(record["type"]), record.get("status") == STATUS)
        position = end
    if position < len(text):
        yield Segment(text[position:])


@cache
def list_kinds(language: str) -> tuple[Kind, ...]:
    """List the kinds of clause, with the label and definition that the ontology has in a language, else in English."""
    ontology = ox.Store()
    ontology.load(path=str(ontology_folder() / "ukfr.ttl"), format=ox.RdfFormat.TURTLE)

    def say(kind: str, predicate: str) -> str:
        found = {
            quad.object.language: quad.object.value
            for quad in ontology.quads_for_pattern(ox.NamedNode(iris.UKFR + kind), ox.NamedNode(predicate), None)
            if isinstance(quad.object, ox.Literal)
        }
        return found.get(language) or found.get("en") or kind

    return tuple(Kind(kind, say(kind, iris.RDFS + "label"), say(kind, iris.SKOS + "definition")) for kind in KINDS)
