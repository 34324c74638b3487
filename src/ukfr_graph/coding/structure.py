"""Acts on the statement as a whole: where its coding begins, and that it is finished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ruamel.yaml.comments import CommentedMap

from ukfr_graph.coding.statement_texts import StatementFiles, find_references, find_words_of, to_list, to_plain
from ukfr_graph.drafting.proposals import write_records
from ukfr_graph.errors import NotFoundError

_DRAFT = "draft"


def finish(files: StatementFiles) -> StatementFiles:
    """Say that the coding of the statement is no draft any more.

    Raises:
        NotFoundError: there is no record of the statement.
    """
    return _mark(files, is_draft=False)


def reopen(files: StatementFiles) -> StatementFiles:
    """Say that the coding of the statement is a draft.

    Raises:
        NotFoundError: there is no record of the statement.
    """
    return _mark(files, is_draft=True)


def is_finished(files: StatementFiles) -> bool:
    """Return whether there is a record of the statement, and it is no draft."""
    found = find_statement_record(files)
    return bool(found) and found.get("status") != _DRAFT


def find_first_coder(files: StatementFiles) -> str:
    """Return the id of who coded the statement, by its record; nothing where that does not say it."""
    return str(find_statement_record(files).get("coder", ""))


def find_statement_record(files: StatementFiles) -> Mapping[str, Any]:
    """Find the record of the statement; an empty one where there is none."""
    text = files.read("records")
    return next((r for r in text.records if "Statement" in to_list(r.get("type"))), {}) if text else {}


def _mark(files: StatementFiles, *, is_draft: bool) -> StatementFiles:
    text, found = files.read("records"), find_statement_record(files)
    if text is None or not found:
        raise NotFoundError("There is no record of the statement.")

    def change(raw: CommentedMap) -> None:
        raw.pop("status", None)
        if is_draft:
            raw["status"] = _DRAFT

    return replace(files, records=text.edit(str(found["id"]), change).text)


def begin_second(first: StatementFiles, coder: str) -> str:
    """Write the records with which a second coder begins: the statement, its speakers and its sections, no clause.

    Comments stay behind, and so does everything else that the first coder has written.
    """
    text = first.read("records")
    records = [to_plain(record) for record in text.records] if text else []
    statement = to_plain(find_statement_record(first))
    named = find_references(statement.get("participation")) if statement else set()
    kept: list[dict[str, Any]] = [{**statement, "status": _DRAFT, "coder": coder}] if statement else [
        {"id": f"statement/{first.statement}", "type": ["Statement", "Instrument"], "status": _DRAFT, "coder": coder}
    ]  # fmt: skip
    kept += [r for r in records if r.get("type") == "Section" or r.get("id") in named]
    return write_records(kept, first.base)


def find_section(files: StatementFiles, at: int) -> tuple[StatementFiles, str]:
    """Return the section of the clause before a place in the text, else the first one, which is made if need be."""
    text = files.read("records")
    records = text.records if text else []
    sections = {str(record.get("id")): str(record["section"]) for record in records if "section" in record}
    places = [(span.start, sections[name]) for span, name in files.spans() if name in sections]
    headings = [(record, find_words_of(files, record)) for record in records if record.get("type") == "Section"]
    places += [(span.start, str(record.get("id"))) for record, spans in headings for span in spans[:1]]
    if before := [(start, name) for start, name in places if start < at]:
        return files, max(before)[1]
    if headings:
        return files, str(headings[0][0].get("id"))
    name = f"section/{files.statement}/body"
    made = {"id": name, "type": "Section", "statement": f"statement/{files.statement}", "order": "1"}
    return files.add("records", made), name
