"""Acts on the statement as a whole: where its coding begins, and that it is finished."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from ruamel.yaml.comments import CommentedMap

from ukfr_graph.coding.statement_texts import (
    StatementFiles,
    find_references,
    find_words_of,
    list_records,
    make_quote_within,
    to_list,
    to_plain,
)
from ukfr_graph.drafting.gate import KINDS
from ukfr_graph.drafting.known import make_slug
from ukfr_graph.drafting.proposals import write_records
from ukfr_graph.errors import NotFoundError, ParameterError
from ukfr_graph.texts import suggest

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


def set_speakers(files: StatementFiles, participant: Sequence[str], words: str) -> StatementFiles:
    """Say who speaks in the statement, and so in each of its clauses that names nobody who speaks.

    Raises:
        NotFoundError: there is no record of the statement.
        ParameterError: nobody is named who has a record, or the words do not stand in the text once.
    """
    statement, text = find_statement_record(files), files.read("records")
    if text is None or not statement:
        raise NotFoundError("There is no record of the statement.")
    if not participant:
        raise ParameterError("Say who speaks.")
    for who in participant:
        if who not in files.coding.known:
            near = suggest(who, files.coding.known)
            raise ParameterError("%(name)s has no record.%(near)s", name=repr(who), near=near)
    quote = make_quote_within(files, words, None)
    name = f"participation/{files.statement}/speakers"
    made = {"id": name, "type": "Participation", "role": "speaker", "basis": "stated",
            "participant": list(participant), "evidence": {"quote": quote}}  # fmt: skip
    if text.find(name):
        files = replace(files, records=text.edit(name, lambda raw: raw.update(made)).text)
    else:
        files = files.add("records", made, str(statement["id"]))
    silent = [str(r["id"]) for r in list_records(files, "records") if r.get("type") in KINDS and not _speaks(r, files)]
    for record in (str(statement["id"]), *silent):
        text, _ = files.find(record)
        files = replace(files, records=text.edit(record, lambda raw: _name_first(raw, name)).text)
    return files


def list_speakers(files: StatementFiles) -> list[str]:
    """List who speaks in the statement, by the ids of their records."""
    return [str(who) for part in _list_roles(find_statement_record(files), files) if part.get("role") == "speaker"
            for who in to_list(part.get("participant"))]  # fmt: skip


def _list_roles(record: Mapping[str, Any], files: StatementFiles) -> list[Mapping[str, Any]]:
    """List the roles of a clause or of the statement, those in records of their own too."""
    text = files.read("records")
    parts = to_list(record.get("participation"))
    found = [text.find(part) if text and isinstance(part, str) else part for part in parts]
    return [part for part in found if isinstance(part, Mapping)]


def _speaks(record: Mapping[str, Any], files: StatementFiles) -> bool:
    """Return whether a clause names who speaks in it."""
    return any(part.get("role") == "speaker" for part in _list_roles(record, files))


def _name_first(raw: CommentedMap, name: str) -> None:
    others = to_list(raw.get("participation"))
    if name not in others:
        raw["participation"] = [name, *others]


def add_section(files: StatementFiles, label: Mapping[str, str], words: str = "") -> StatementFiles:
    """Add a part of the statement, with the words of its heading where it has one; those that follow are numbered on.

    Raises:
        ParameterError: it has no label, or the words do not stand in the text once.
    """
    if not label:
        raise ParameterError("Give the part of the statement a label.")
    quote = make_quote_within(files, words, None) if words else None
    taken = {str(record.get("id")) for record in list_records(files, "records")}
    slug = make_slug(next(iter(label.values())))
    names = (f"section/{files.statement}/{slug}{f'-{n}' if n > 1 else ''}" for n in count(1))
    name = next(name for name in names if name not in taken)
    sections = [record for record in list_records(files, "records") if record.get("type") == "Section"]
    sections.sort(key=lambda record: int(order) if (order := str(record.get("order"))).isdecimal() else len(sections))
    starts = [min((span.start for span in find_words_of(files, record)), default=-1) for record in sections]
    start = (
        min((span.start for span in find_words_of(files, {"evidence": {"quote": quote}})), default=0) if quote else -1
    )
    place = next((n for n, other in enumerate(starts) if other > start >= 0), len(sections))
    for number, section in enumerate(sections[place:], place + 2):
        text, _ = files.find(str(section["id"]))
        files = replace(files, records=text.edit(str(section["id"]), _put_order(number)).text)
    made: dict[str, Any] = {"id": name, "type": "Section", "statement": f"statement/{files.statement}"}
    made |= {"order": str(place + 1), "label": dict(label)}
    made |= {"evidence": {"quote": quote}} if quote else {}
    return files.add("records", made, str(sections[place - 1]["id"]) if place else "")


def _put_order(number: int) -> Callable[[CommentedMap], None]:
    def change(raw: CommentedMap) -> None:
        raw["order"] = number

    return change


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
    kept += [r for r in records if r.get("type") == "Section" or str(r.get("id")) in named]
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
