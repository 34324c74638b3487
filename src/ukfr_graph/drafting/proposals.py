"""A draft → proposed records: in the form of curated ones, each value with its rule and its confidence.

What needs a person is left out: labels, summaries, testability, and topics but as suggestions. The file is none of a
workspace's records: the build does not read it, and a person moves out of it what is accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ukfr_graph import iris
from ukfr_graph.drafting.draft import Draft, Drafted
from ukfr_graph.drafting.figures import FoundFigure
from ukfr_graph.drafting.language import close_elisions
from ukfr_graph.drafting.readings import Reading
from ukfr_graph.drafting.roles import FoundRole
from ukfr_graph.drafting.terms import find_unit, suggest_topics
from ukfr_graph.drafting.times import FoundTime
from ukfr_graph.plain_yaml import write_yaml

CODER = "coder/drafter"
STATUS = "proposed"
Record = dict[str, Any]


def make_records(draft: Draft, statement: str, on: str) -> list[Record]:
    """Make the proposed records of a draft.

    Args:
        draft: what was read.
        statement: the local id of the statement, such as "uk-fr-2016-08-30".
        on: the day, in ISO 8601.
    """
    maker = _Maker(draft, statement, on)
    return [maker.statement(), *maker.speakers(), *maker.sections(), *maker.entities(), *maker.leaves()]


def write_records(records: list[Record], base: str = iris.ID) -> str:
    """Write records as a YAML-LD file, as curated ones are written; ``base`` is that of their identifiers."""
    content = {"@context": [iris.CONTEXT, {"@base": base}], "@graph": records}
    return write_yaml(content)


class _Maker:
    def __init__(self, draft: Draft, statement: str, on: str) -> None:
        self._draft, self._id, self._on = draft, statement, on
        self._language = draft.rules.code
        self._clauses = [n for n, drafted in enumerate(draft.leaves) if drafted.leaf.is_clause]
        self._names = {n: f"clause/{statement}/{place:03}" for place, n in enumerate(self._clauses, 1)}

    def statement(self) -> Record:
        """Make the record of the statement."""
        found: Record = {"id": f"statement/{self._id}", "type": ["Statement", "Instrument"]}
        if self._draft.speakers_at:
            found["participation"] = [f"participation/{self._id}/speakers"]
        return {**found, **self._end({})}

    def speakers(self) -> Iterator[Record]:
        """Make the record of the speakers, where words name them."""
        at = self._draft.speakers_at
        quote = self._draft.quoter.quote(at.start, at.end) if at else None
        if quote:
            yield {
                "id": f"participation/{self._id}/speakers",
                "type": "Participation",
                "role": "speaker",
                "basis": "stated",
                "participant": list(self._draft.speakers),
                "evidence": {"quote": quote.write()},
                **self._end({"participant": Reading("", "first-two-states", "medium")}),
            }

    def sections(self) -> Iterator[Record]:
        """Make the records of the sections: one before the first heading, one for each heading."""
        headings = {
            drafted.leaf.section: drafted
            for drafted in reversed(self._draft.leaves)
            if drafted.leaf.reason == "heading" and drafted.leaf.boundary.rule == ""
        }
        used = {self._draft.leaves[n].leaf.section for n in self._clauses}
        for order, number in enumerate(sorted(used), 1):
            found: Record = {
                "id": self._section(number),
                "type": "Section",
                "statement": f"statement/{self._id}",
                "order": str(order),
            }
            if number in headings:
                words = headings[number].quote
                found |= {
                    "label": {self._language: " ".join(words.exact.split())},
                    "evidence": {"quote": words.write()},
                }
            yield {**found, **self._end({"label": Reading("", "heading", "high")} if number in headings else {})}

    def entities(self) -> Iterator[Record]:
        """Make the records of entities that no record has yet."""
        for entity in self._draft.new:
            found: Record = {"id": entity.id, "type": entity.type, "label": {self._language: entity.names[0]}}
            rules = {"label": Reading("", "name-in-text", "medium")}
            if entity.type == "Instrument":
                found["instrumentKind"] = self._draft.kinds.get(entity.id) or "agreement"
                rules["instrumentKind"] = Reading("", "noun", "low")
            yield {**found, "new": "true", **self._end(rules)}

    def leaves(self) -> Iterator[Record]:
        """Make the records of clauses and passages."""
        passages = 0
        for number, drafted in enumerate(self._draft.leaves):
            if drafted.leaf.is_clause:
                yield self._clause(number, drafted)
            else:
                passages += 1
                yield {
                    "id": f"passage/{self._id}/{passages:03}",
                    "type": "UncodedPassage",
                    "statement": f"statement/{self._id}",
                    "omissionReason": drafted.leaf.reason,
                    "evidence": {"quote": drafted.quote.write()},
                    **self._end(
                        {
                            "omissionReason": Reading(
                                "", drafted.leaf.boundary.rule or drafted.leaf.reason, drafted.leaf.boundary.confidence
                            )
                        }
                    ),
                }

    def _clause(self, number: int, drafted: Drafted) -> Record:
        leaf = drafted.leaf
        kind = leaf.kind or Reading("Report", "no-cue", "low")
        found: Record = {
            "id": self._names[number],
            "type": kind.value,
            "section": self._section(leaf.section),
            "evidence": {"quote": drafted.quote.write()},
        }
        rules = {"type": kind, "evidence": leaf.boundary}
        scope = (leaf.start, leaf.end)
        participation = [record for role in drafted.roles if (record := self._role(role, scope))]
        if self._draft.speakers_at:
            found["participation"] = [f"participation/{self._id}/speakers", *participation]
        elif participation:
            found["participation"] = participation
        lists = {
            "citation": [
                self._citation(named.start, named.end, named.entity.id, named.reading, scope)
                for named in drafted.names
                if named.entity.type == "Instrument"
            ],
            "quantity": [self._quantity(figure, scope) for figure in drafted.figures],
            "timeframe": [self._time(time, scope) for time in drafted.times],
            "condition": [self._condition(c.start, c.end, c.cue.kind, c.cue.rule, scope) for c in drafted.conditions],
        }
        found |= {key: kept for key, values in lists.items() if (kept := [value for value in values if value])}
        places = [named for named in drafted.names if named.entity.type == "Place"]
        if places:
            found["place"] = list(dict.fromkeys(named.entity.id for named in places))
            rules["place"] = Reading("", places[0].reading.rule, places[0].reading.confidence)
        if leaf.head is not None and leaf.head in self._names:
            found["elaborates"] = self._names[leaf.head]
            rules["elaborates"] = Reading("", leaf.boundary.rule, "medium")
        found["judgement"] = [self._novelty(kind.value, drafted.continuing)]
        if topics := suggest_topics(self._draft.text[leaf.start : leaf.end]):
            found["suggestions"] = {"subject": topics}
        return {**found, **self._end(rules)}

    def _novelty(self, kind: str, cue: str) -> Record:
        verdict = "past" if kind == "Report" else "continuing" if cue else "unmarked"
        words = " ".join(close_elisions(cue).split())
        return {
            "type": "NoveltyJudgement",
            "verdict": verdict,
            "reason": {self._language: self._draft.rules.reasons[verdict].replace("%cue%", words)},
            "confidence": "medium",
            "coder": CODER,
            "codedOn": self._on,
            "settled": "false",
        }

    def _role(self, role: FoundRole, scope: tuple[int, int]) -> Record | None:
        is_inside = scope[0] <= role.start and role.end <= scope[1]
        quote = (
            self._draft.quoter.quote_within(role.start, role.end, scope)
            if is_inside
            else self._draft.quoter.quote(role.start, role.end)
        )
        if quote is None:
            return None
        return {
            "type": "Participation",
            "role": role.role,
            "basis": role.basis,
            "participant": list(role.participants),
            "evidence": {"quote": quote.write()},
            **_rules({"participant": role.reading}),
        }

    def _citation(
        self, start: int, end: int, instrument: str, reading: Reading, scope: tuple[int, int]
    ) -> Record | None:
        found: Record = {"type": "Citation", "citedInstrument": instrument}
        return self._quoted(found, start, end, scope, {"citedInstrument": reading})

    def _quantity(self, figure: FoundFigure, scope: tuple[int, int]) -> Record | None:
        found: Record = {"type": "Quantity", "value": figure.value}
        rules = {"value": Reading("", "number", "high"), "comparator": figure.comparator}
        unit = find_unit(figure.currency.value) if figure.currency else figure.unit.value if figure.unit else ""
        if unit:
            found["unit"] = unit
            rules["unit"] = figure.currency or figure.unit or figure.comparator
        found["comparator"] = figure.comparator.value
        if figure.measure.value:
            found["measureKind"] = figure.measure.value
            rules["measureKind"] = figure.measure
        if figure.counted:
            found["counted"] = {self._language: " ".join(close_elisions(figure.counted).split())}
            rules["counted"] = Reading("", "words-after", "medium")
        if figure.currency and figure.currency.value:
            found["currency"] = figure.currency.value
        if figure.currency:
            rules["currency"] = figure.currency
        return self._quoted(found, figure.start, figure.end, scope, rules)

    def _time(self, time: FoundTime, scope: tuple[int, int]) -> Record | None:
        found: Record = {
            "type": "Timeframe",
            "wording": " ".join(self._draft.text[time.start : time.end].split()),
            "timeAspect": time.aspect.value,
        }
        found |= {
            key: value
            for key, value in (("urgency", time.urgency), ("earliestStart", time.earliest), ("latestEnd", time.latest))
            if value
        }
        return self._quoted(
            found, time.start, time.end, scope, {"wording": Reading("", time.rule, "high"), "timeAspect": time.aspect}
        )

    def _condition(self, start: int, end: int, kind: str, rule: str, scope: tuple[int, int]) -> Record | None:
        found: Record = {
            "type": "Condition",
            "wording": " ".join(self._draft.text[start:end].split()),
            "conditionKind": kind,
        }
        return self._quoted(
            found,
            start,
            end,
            scope,
            {"wording": Reading("", rule, "medium"), "conditionKind": Reading("", rule, "medium")},
        )

    def _quoted(
        self, found: Record, start: int, end: int, scope: tuple[int, int], rules: dict[str, Reading]
    ) -> Record | None:
        """Add the quote of what stands in a clause; None where it cannot be told from others there."""
        quote = self._draft.quoter.quote_within(start, end, scope)
        return {**found, "evidence": {"quote": quote.write()}, **_rules(rules)} if quote else None

    def _section(self, number: int) -> str:
        return f"section/{self._id}/{number:02}"

    def _end(self, rules: dict[str, Reading]) -> Record:
        return {"status": STATUS, "coder": CODER, **_rules(rules)}


def _rules(rules: dict[str, Reading]) -> Record:
    """Write by which rule each value was read, and how unlikely another reading is."""
    return {"rules": {key: {"rule": r.rule, "confidence": r.confidence} for key, r in rules.items()}} if rules else {}
