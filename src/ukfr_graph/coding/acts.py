"""Acts of a coder, each a pure function from the texts of a statement's files to their new texts.

A proposal is taken over or refused; a clause is made of words, given another kind or another value, split, or joined to
the next. ``coding_files.CodingFiles`` checks what an act makes at the gate of proposals, and writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ukfr_graph.coding.cuts import join, quote_other, remove, split
from ukfr_graph.coding.fields import check_kind, judge, set_field, set_kind
from ukfr_graph.coding.new_terms import add_term
from ukfr_graph.coding.parts import accept_part, add_entity, add_part, reject_part, remove_part, use_entity
from ukfr_graph.coding.proposed import (
    find_before,
    find_parts,
    list_proposals,
    take_over,
    take_structure,
    write_rejected,
)
from ukfr_graph.coding.settling import settle
from ukfr_graph.coding.statement_texts import StatementFiles, make_name, make_quote, to_list
from ukfr_graph.coding.structure import (
    add_section,
    find_section,
    find_statement_record,
    finish,
    reopen,
    set_speakers,
)
from ukfr_graph.coding.written_parts import add_value, write_part
from ukfr_graph.drafting.gate import LEAVES
from ukfr_graph.sources import Span

_PASSAGE = "UncodedPassage"


def accept(files: StatementFiles, record: str, *, coder: str, on: str) -> StatementFiles:
    """Take a proposal over, without what only a proposal has, and what it names of the statement's structure.

    Where the clause is there already, the parts of it that are still proposed are taken over.

    Raises:
        NotFoundError: there is no such proposal.
    """
    _, proposal = files.find(record, "proposals")
    left = next((left for left in list_proposals(files) if left.get("id") == record), {})
    known = files.read("records")
    if known is None or known.find(record) is None:
        return take_over(files, left or proposal, coder, on).remove("proposals", record)
    files = take_structure(files, left, coder, on)
    for key in find_parts(left):
        for part in to_list(left[key]):
            files = add_part(files, record, key, part)
    return files.remove("proposals", record)


def reject(files: StatementFiles, record: str) -> StatementFiles:
    """Take a proposal out for good; its words are a gap again.

    Raises:
        NotFoundError: there is no such proposal.
    """
    _, proposal = files.find(record, "proposals")
    known = files.read("records")
    if known is None or known.find(record) is None:
        return write_rejected(files.remove("proposals", record), proposal)
    for key in find_parts(proposal):
        for part in to_list(proposal[key]):
            files = write_rejected(files, proposal, key, part)
    return files.remove("proposals", record)


def add_leaf(files: StatementFiles, start: int, end: int, kind: str, reason: str = "connective") -> StatementFiles:
    """Make a clause, or a passage that is none, of the characters from ``start`` to ``end`` of the text with LF.

    Raises:
        ParameterError: the kind is unknown, there is no section yet, or the words cannot be quoted.
    """
    check_kind(kind, LEAVES)
    words = files.coding.text[start:end]
    stripped = start + len(words) - len(words.lstrip())
    quote = make_quote(files, Span(stripped, stripped + len(words.strip())))
    is_passage = kind == _PASSAGE
    found: dict[str, Any] = {
        "id": make_name(files, "passage" if is_passage else "clause", quote["exact"]),
        "type": kind,
    }
    if is_passage:
        found |= {"statement": f"statement/{files.statement}", "omissionReason": reason}
    else:
        files, found["section"] = find_section(files, start)
        if speakers := _find_speakers(files):
            found["participation"] = speakers
    found["evidence"] = {"quote": quote}
    return files.add("records", found, find_before(files, found))


ACTS: Mapping[str, Callable[..., StatementFiles]] = {
    "accept": accept, "reject": reject, "add": add_leaf, "kind": set_kind, "set": set_field, "judge": judge,
    "split": split, "join": join, "accept-part": accept_part, "reject-part": reject_part, "remove-part": remove_part,
    "use": use_entity, "add-entity": add_entity, "add-term": add_term, "add-section": add_section,
    "write-part": write_part, "add-value": add_value, "quote": quote_other, "remove": remove,
    "speakers": set_speakers, "finish": finish, "reopen": reopen, "settle": settle,
}  # fmt: skip


def _find_speakers(files: StatementFiles) -> list[str]:
    """List the records of who speaks in the whole statement, where it names them and the file does not by default."""
    text = files.read("records")
    if text is None or text.is_short:
        return []
    return [name for name in to_list(find_statement_record(files).get("participation")) if isinstance(name, str)]
