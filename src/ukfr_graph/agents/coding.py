"""The tools with which an agent proposes the coding of a text, where its user lets it: they pass the gate of drafting.

A proposal is none of the dataset's records: it lies in a file of its own in the workspace, and a person accepts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mcp import types

from ukfr_graph.drafting.gate import ENTITY_TYPES, KINDS, Coding, check_proposal, find_gaps, measure_share
from ukfr_graph.drafting.proposal_files import ProposalFile
from ukfr_graph.drafting.terms import read_terms
from ukfr_graph.errors import NotFoundError, ParameterError
from ukfr_graph.iris import is_local_name

CODER = "coder/agent"
NAMES = ("next_gap", "propose_clause", "propose_entity", "check")
_PASSAGE = "UncodedPassage"
_SHOWN = 2000  # characters of a gap
_LONGEST = 20_000  # characters of an argument
_TEXT = {"type": "string", "maxLength": _LONGEST}
_STATEMENT = {"type": "string", "maxLength": 200, "description": "Local id of a statement or of its source."}
_WRITES = types.ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False
)
_READS = types.ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def list_coding_tools() -> list[types.Tool]:
    """List the tools."""
    clause = {
        "statement": _STATEMENT,
        "kind": {"type": "string", "enum": [*KINDS, _PASSAGE]},
        "exact": {**_TEXT, "description": "The words, exactly as the text has them, line breaks included."},
        "prefix": {**_TEXT, "description": "The characters right before, where the words stand more than once."},
        "suffix": {**_TEXT, "description": "The characters right after."},
        "omissionReason": {"type": "string", "enum": sorted(read_terms("omission"))},
        "record": {"type": "object", "description": "Further keys, in the form of the records: participation, "
                   "quantity, timeframe, citation, condition, section; inner ones have evidence: {quote: {exact: …}}."},
    }  # fmt: skip
    entity = {
        "statement": _STATEMENT,
        "type": {"type": "string", "enum": list(ENTITY_TYPES.values())},
        "id": {"type": "string", "maxLength": 200, "description": "Folder and name, such as state/chile."},
        "label": {**_TEXT, "description": "The name, as the text has it."},
        "language": {"type": "string", "maxLength": 35, "default": "en"},
        "instrumentKind": {"type": "string", "enum": sorted(read_terms("instrument-kind"))},
    }
    return [
        _describe("next_gap", "The next words of a statement that no record has",
                  "Where to go on: the words, their line, and how much of the text is in records.",
                  {"statement": _STATEMENT}, ["statement"], _READS),
        _describe("propose_clause", "Propose a clause, or a passage that is none",
                  "Refused are a quote that does not stand in the text once, words that another record has, and a term "
                  "or entity that is unknown. A person accepts.", clause, ["statement", "kind", "exact"], _WRITES),
        _describe("propose_entity", "Propose an actor, place or instrument that no record has yet",
                  "Search first: what is known needs no proposal. A person accepts.", entity,
                  ["statement", "type", "id", "label"], _WRITES),
        _describe("check", "How far the coding of a statement is, and what is wrong with its proposals",
                  "Share of the words in records, gaps, and the problems of each proposal, with what to do.",
                  {"statement": _STATEMENT}, ["statement"], _READS),
    ]  # fmt: skip


def answer_coding_tool(root: Path, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a tool over the workspace in a folder.

    Raises:
        DataError: the gate refuses a proposal, or a file of the workspace cannot be read.
        NotFoundError: there is no such tool, or no such statement.
        ParameterError: an argument is missing, unknown or of another type.
    """
    tool = next((tool for tool in list_coding_tools() if tool.name == name), None)
    if tool is None:
        raise NotFoundError(f"There is no tool {name!r}; there are {', '.join(NAMES)}.")
    given = _check_arguments(tool.input_schema, arguments)
    statement = str(given["statement"])
    if not is_local_name(statement):
        raise ParameterError(f"'statement' {statement!r} is no local id: small letters, digits and hyphens.")
    file = ProposalFile(root, statement)
    if name == "propose_clause":
        return {"proposed": file.propose(_make_clause(file, given)), **_progress(file.read_coding())}
    if name == "propose_entity":
        return {"proposed": file.propose(_make_entity(given))}
    coding = file.read_coding()
    return {**_progress(coding), **(_check_proposals(file, coding) if name == "check" else {})}


def _make_clause(file: ProposalFile, given: Mapping[str, Any]) -> dict[str, Any]:
    is_passage = given["kind"] == _PASSAGE
    quote = {key: given[key] for key in ("exact", "prefix", "suffix") if given.get(key)}
    record = {
        "id": file.name("passage" if is_passage else "clause"),
        "type": given["kind"],
        **({"statement": f"statement/{file.statement}"} if is_passage else {}),
        **({"omissionReason": given.get("omissionReason", "connective")} if is_passage else {}),
        "evidence": {"quote": quote},
        "coder": CODER,
    }
    further = given.get("record", {})
    if taken := sorted(set(further) & {*record, "status"}):
        raise ParameterError(f"'record' has {', '.join(taken)}, which other arguments give; leave them out.")
    return {**record, **further}


def _make_entity(given: Mapping[str, Any]) -> dict[str, Any]:
    label = {str(given.get("language", "en")): given["label"]}
    record = {"id": given["id"], "type": given["type"], "label": label, "new": "true", "coder": CODER}
    return {**record, **({"instrumentKind": given["instrumentKind"]} if "instrumentKind" in given else {})}


def _progress(coding: Coding) -> dict[str, Any]:
    gaps = find_gaps(coding)
    found: dict[str, Any] = {"share": round(measure_share(coding), 4), "gaps": len(gaps), "next": None}
    if gaps:
        words = coding.text[gaps[0].start : gaps[0].end]
        found["next"] = {"line": gaps[0].line, "words": words[:_SHOWN], "cut": len(words) > _SHOWN}
    return found


def _check_proposals(file: ProposalFile, coding: Coding) -> dict[str, Any]:
    """Ask the gate about each proposal that is in the file, as if it came last."""
    problems = []
    proposals = file.read()
    for proposal in proposals:
        others = tuple(record for record in coding.records if record.get("id") != proposal.get("id"))
        rest = Coding(coding.text, coding.body, others, coding.known, coding.terms)
        problems += [
            {"record": problem.record, "rule": problem.rule, "message": problem.message, "fix": problem.fix}
            for problem in check_proposal(proposal, rest)
        ]
    return {"proposals": len(proposals), "problems": problems}


def _check_arguments(schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Check arguments against the schema of a tool: names, types, lengths and choices."""
    known = schema["properties"]
    if unknown := sorted(set(arguments) - set(known)):
        raise ParameterError(f"There is no argument {', '.join(unknown)}; there are {', '.join(known)}.")
    if missing := [name for name in schema["required"] if not arguments.get(name)]:
        raise ParameterError(f"{', '.join(missing)} is missing.")
    for name, value in arguments.items():
        kind: type = dict if known[name]["type"] == "object" else str
        if not isinstance(value, kind):
            raise ParameterError(f"{name!r} is of type {known[name]['type']}.")
        if isinstance(value, str) and len(value) > known[name].get("maxLength", _LONGEST):
            raise ParameterError(f"{name!r} has more than {known[name]['maxLength']} characters.")
        if "enum" in known[name] and value not in known[name]["enum"]:
            raise ParameterError(f"{name!r} is one of {', '.join(known[name]['enum'])}; {value!r} is not.")
    return arguments


def _describe(
    name: str, title: str, description: str, properties: Mapping[str, Any], required: list[str],
    annotations: types.ToolAnnotations,
) -> types.Tool:  # fmt: skip
    schema = {"type": "object", "properties": dict(properties), "required": required, "additionalProperties": False}
    return types.Tool(name=name, title=title, description=description, input_schema=schema, annotations=annotations)
