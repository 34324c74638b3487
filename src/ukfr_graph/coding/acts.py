"""Acts of a coder, each a pure function from the texts of a statement's files to their new texts.

A proposal is taken over or refused; a clause is made of words, given another kind or another value, split, or joined to
the next. ``files.CodingFiles`` checks what an act makes at the gate of proposals, and writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from ruamel.yaml.comments import CommentedMap

from ukfr_graph.build.evidence import find_quote
from ukfr_graph.coding.record_texts import RecordText, read_records
from ukfr_graph.drafting.blocks import normalise
from ukfr_graph.drafting.gate import ENTITY_TYPES, KINDS, LEAVES, Coding
from ukfr_graph.drafting.known import make_slug
from ukfr_graph.drafting.proposals import write_records
from ukfr_graph.drafting.quotes import Quoter
from ukfr_graph.errors import NotFoundError, ParameterError
from ukfr_graph.shorthand import JUDGEMENTS, NESTED, is_text_by_language
from ukfr_graph.sources import Span

_PROPOSED = ("status", "rules", "new", "suggestions")  # what only a proposal has
_STRUCTURE = ("Statement", "Section", "Participation")  # what comes along with a clause that names it
_FIXED = ("id", "type", "evidence", "quote", *KINDS)  # what other acts change
_NAMED = 5  # words of a quote that name its clause
_PASSAGE = "UncodedPassage"


@dataclass(frozen=True)
class Files:
    """The texts of the files of a statement; None where there is no file.

    ``base`` is that of the identifiers of records, ``coding`` the text with the records that there are of it.
    """

    statement: str
    base: str
    coding: Coding
    records: str | None
    proposals: str | None
    entities: str | None

    def read(self, part: str) -> RecordText | None:
        """Read the records of one of the three files.

        Raises:
            DataError: they cannot be read.
        """
        text = getattr(self, part)
        return read_records(text, f"{part}/{self.statement}.yaml") if text is not None else None

    def find(self, identifier: str, part: str = "records") -> tuple[RecordText, Mapping[str, Any]]:
        """Find a record in one of the files.

        Raises:
            NotFoundError: it is not there.
        """
        text = self.read(part)
        record = text.find(identifier) if text else None
        if text is None or record is None:
            what = "proposal" if part == "proposals" else "record"
            raise NotFoundError(f"There is no {what} {identifier!r} of {self.statement}; it may be done already.")
        return text, record

    def add(self, part: str, record: Mapping[str, Any], after: str = "") -> Files:
        """Add a record to a file, which is made where it is not there."""
        text = self.read(part)
        written = text.add(record, after).text if text else write_records([dict(record)], self.base)
        return self.put(part, written)

    def remove(self, part: str, identifier: str) -> Files:
        """Take a record out of a file; the file goes with the last one."""
        text, _ = self.find(identifier, part)
        return self.put(part, text.remove(identifier).text if len(text.records) > 1 else None)

    def put(self, part: str, text: str | None) -> Files:
        """Put a text in the place of that of one of the files."""
        changed: dict[str, Any] = {part: text}
        return replace(self, **changed)

    def spans(self) -> list[tuple[Span, str]]:
        """List the characters and the id of each clause and passage among the records, in the order of the text."""
        text = self.read("records")
        found = replace(self.coding, records=tuple(text.records) if text else ()).spans()
        return sorted(((span, name) for name, span in found), key=lambda item: (item[0].start, item[1]))


def accept(files: Files, record: str, *, coder: str, on: str) -> Files:
    """Take a proposal over, without what only a proposal has, and what it names of the statement's structure.

    Raises:
        NotFoundError: there is no such proposal.
    """
    proposals, proposal = files.find(record, "proposals")
    for name in [*_find_structure(proposal, proposals), record]:
        known = files.read("records")
        if known is None or known.find(name) is None:
            taken = _take_over(files.find(name, "proposals")[1], coder, on)
            is_entity = taken.get("type") in ENTITY_TYPES.values()
            files = files.add("entities" if is_entity else "records", taken, "" if is_entity else _before(files, taken))
        files = files.remove("proposals", name)
    return files


def reject(files: Files, record: str) -> Files:
    """Take a proposal out; its words are a gap again.

    Raises:
        NotFoundError: there is no such proposal.
    """
    return files.remove("proposals", record)


def add_leaf(files: Files, start: int, end: int, kind: str, *, coder: str, reason: str = "connective") -> Files:
    """Make a clause, or a passage that is none, of the characters from ``start`` to ``end`` of the text with LF.

    Raises:
        ParameterError: the kind is unknown, there is no section yet, or the words cannot be quoted.
    """
    _check_kind(kind, LEAVES)
    words = files.coding.text[start:end]
    stripped = start + len(words) - len(words.lstrip())
    quote = _quote(files, Span(stripped, stripped + len(words.strip())))
    is_passage = kind == _PASSAGE
    found: dict[str, Any] = {"id": _name(files, "passage" if is_passage else "clause", quote["exact"]), "type": kind}
    if is_passage:
        found |= {"statement": f"statement/{files.statement}", "omissionReason": reason}
    else:
        found["section"] = _find_section(files, start)
    found |= {"evidence": {"quote": quote}, **({} if is_passage else {"coder": coder})}
    return files.add("records", found, _before(files, found))


def set_kind(files: Files, record: str, kind: str) -> Files:
    """Give a clause another kind.

    Raises:
        NotFoundError: there is no such record.
        ParameterError: the kind is unknown, or the record is no clause.
    """
    text, found = files.find(record)
    _check_kind(kind, KINDS)
    if found.get("type") not in KINDS:
        raise ParameterError(f"{record} is no clause: it has no kind.")

    def change(raw: CommentedMap) -> None:
        if "type" in raw:
            raw["type"] = kind
            return
        short = next(key for key in raw if key in KINDS)  # "Pledge: section/name"
        place, value, comment = list(raw).index(short), raw.pop(short), raw.ca.items.pop(short, None)
        raw.insert(place, kind, value)
        if comment:
            raw.ca.items[kind] = comment

    return replace(files, records=text.edit(record, change).text)


def set_field(files: Files, record: str, key: str, value: Any) -> Files:
    """Give a key of a record another value, in any form that a file may have; None takes the key out.

    Raises:
        NotFoundError: there is no such record.
        ParameterError: the key is one that another act changes.
    """
    text, _ = files.find(record)
    if key in _FIXED:
        raise ParameterError(f"{key!r} is not changed by itself: set the kind, split, or join.")

    def change(raw: CommentedMap) -> None:
        if value is None:
            raw.pop(key, None)
        else:
            raw[key] = value

    return replace(files, records=text.edit(record, change).text)


def judge(
    files: Files, record: str, judgement: str, verdict: str, reason: Mapping[str, str], *,
    coder: str, on: str, confidence: str = "high",
) -> Files:  # fmt: skip
    """Settle a judgement, "novelty" or "testability", in the place of the one that was settled before.

    Raises:
        NotFoundError: there is no such record.
        ParameterError: there is no such judgement.
    """
    text, _ = files.find(record)
    if judgement not in JUDGEMENTS:
        raise ParameterError(f"There is no judgement {judgement!r}; there are {', '.join(JUDGEMENTS)}.")
    kind = JUDGEMENTS[judgement]
    made = {"type": kind, "verdict": verdict, "reason": dict(reason), "confidence": confidence, "coder": coder,
            "codedOn": on, "settled": True}  # fmt: skip

    def change(raw: CommentedMap) -> None:
        raw.pop(judgement, None)
        others = raw.setdefault("judgement", [])
        kept = [
            other for other in (others if isinstance(others, list) else [others])
            if not (other.get("type") == kind and (other.get("settled") is True or other.get("coder") == coder))
        ]  # fmt: skip
        raw["judgement"] = [*kept, made]

    return replace(files, records=text.edit(record, change).text)


def split(files: Files, record: str, at: int) -> Files:
    """Split a clause or passage before a character of the text with LF.

    What stands in the second part goes with it; roles that are named in the first part are inherited. The texts and
    judgements of a person stay with the first.

    Raises:
        NotFoundError: there is no such record.
        ParameterError: the character is not within it.
    """
    text, found = files.find(record)
    whole = _find_span(files, record)
    words = files.coding.text[whole.start : whole.end]
    first = Span(whole.start, whole.start + len(words[: max(0, at - whole.start)].rstrip()))
    second = Span(whole.end - len(words[max(0, at - whole.start) :].lstrip()), whole.end)
    if not first.start < first.end <= second.start < second.end:
        raise ParameterError(f"Character {at} is not within {record}: it has {whole.start} to {whole.end}.")
    moved = {
        key: [
            n for n, part in enumerate(_list(found.get(key)))
            if _find_inside(files, part, second) and not _find_inside(files, part, first)
        ]
        for key in NESTED
    }  # fmt: skip
    quote = _quote(files, second)
    folder = record.partition("/")[0]
    made: dict[str, Any] = {"id": _name(files, folder, quote["exact"]), "type": found["type"]}
    made |= {key: found[key] for key in ("section", "statement", "omissionReason") if key in found}
    made["evidence"] = {"quote": quote}
    for key, places in moved.items():
        numbered = list(enumerate(_list(found.get(key))))
        parts = [part for n, part in numbered if n in places]
        if key == "participation":
            parts = [part if n in places else _inherit(files, part, whole) for n, part in numbered]
        if parts:
            made[key] = parts

    def change(raw: CommentedMap) -> None:
        _set_quote(raw, _quote(files, first))
        for key, places in moved.items():
            parts = _list(raw.get(key))
            if places and len(parts) == len(_list(found.get(key))):  # the short forms of roles stay with the first
                raw[key] = [part for n, part in enumerate(parts) if n not in places]
                if not raw[key]:
                    del raw[key]

    shorter = replace(files, records=text.edit(record, change).text)
    return shorter.add("records", _plain(made), record)


def join(files: Files, record: str) -> Files:
    """Join the next clause or passage to this one, and take it out; what stands in it comes along.

    Raises:
        NotFoundError: there is no such record.
        ParameterError: nothing follows, or other records name the next one.
    """
    text, _ = files.find(record)
    spans = files.spans()
    place = next((n for n, (_, name) in enumerate(spans) if name == record), None)
    if place is None or place + 1 == len(spans):
        raise ParameterError(f"Nothing that could be joined follows {record}.")
    (whole, _), (after, following) = spans[place], spans[place + 1]
    if naming := [str(r.get("id")) for r in text.records if r.get("id") != following and following in _references(r)]:
        raise ParameterError(f"{', '.join(naming)} names {following}; change that first.")
    _, taken = files.find(following)

    def change(raw: CommentedMap) -> None:
        _set_quote(raw, _quote(files, Span(whole.start, after.end)))
        for key in NESTED:
            if key != "participation" and taken.get(key):
                raw[key] = [*_list(raw.get(key)), *_plain(_list(taken[key]))]

    without = files.remove("records", following)
    return replace(files, records=without.find(record)[0].edit(record, change).text)


ACTS: Mapping[str, Callable[..., Files]] = {
    "accept": accept, "reject": reject, "add": add_leaf, "kind": set_kind, "set": set_field, "judge": judge,
    "split": split, "join": join,
}  # fmt: skip


def _take_over(proposal: Mapping[str, Any], coder: str, on: str) -> dict[str, Any]:
    """Make a record of a proposal: the judgements in it are the coder's own, who has read and accepted them."""
    found: dict[str, Any] = _strip(proposal)
    if "Statement" in _list(found.get("type")):
        found["status"] = "draft"
    for part in _list(found.get("judgement")):
        part |= {"coder": coder, "codedOn": on, "settled": "true"}
    if "coder" in found:
        found["coder"] = coder
    return found


def _strip(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _strip(inner) for key, inner in value.items() if key not in _PROPOSED}
    return [_strip(item) for item in value] if isinstance(value, list) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else str(value)


def _find_structure(proposal: Mapping[str, Any], proposals: RecordText) -> list[str]:
    """List the proposals of the statement's structure that one names, directly or by another of them."""
    found: list[str] = []
    left = [proposal]
    while left:
        for name in sorted(_references(left.pop())):
            named = proposals.find(name)
            if named and name not in found and set(_list(named.get("type"))) & set(_STRUCTURE):
                found.append(name)
                left.append(named)
    return [name for name in reversed(found) if name != proposal.get("id")]


def _references(value: Any) -> set[str]:
    """Return every text in a record that may be the id of another one."""
    if isinstance(value, Mapping):
        return {name for key, inner in value.items() if not is_text_by_language(key) for name in _references(inner)}
    if isinstance(value, list):
        return {name for item in value for name in _references(item)}
    return {str(value)} if "/" in str(value) else set()


def _before(files: Files, record: Mapping[str, Any]) -> str:
    """Return the id of the record behind which a new clause or passage is written: the one before it in the text."""
    if record.get("type") not in LEAVES:
        return ""
    mine = replace(files.coding, records=(record,)).spans()
    start = next((span.start for _, span in mine), 0)
    return next((name for span, name in reversed(files.spans()) if span.start < start), "")


def _find_section(files: Files, at: int) -> str:
    """Return the section of the clause before a place in the text, else the first section."""
    text = files.read("records")
    records = text.records if text else []
    sections = {str(record.get("id")): str(record["section"]) for record in records if "section" in record}
    before = [sections[name] for span, name in files.spans() if span.start < at and name in sections]
    of_it = [str(record.get("id")) for record in records if record.get("type") == "Section"]
    if not before and not of_it:
        raise ParameterError("The statement has no section yet: add a record of type Section.")
    return before[-1] if before else of_it[0]


def _find_span(files: Files, record: str) -> Span:
    span = next((span for span, name in files.spans() if name == record), None)
    if span is None:
        raise ParameterError(f"{record} has no quote that stands in the text once.")
    return span


def _quote(files: Files, span: Span) -> dict[str, str]:
    found = Quoter(files.coding.text).quote(span.start, span.end) if span.start < span.end else None
    if found is None:
        raise ParameterError("These words cannot be told from others in the text.")
    return found.write()


def _set_quote(raw: CommentedMap, quote: Mapping[str, str]) -> None:
    if "quote" in raw:
        raw["quote"] = quote["exact"] if len(quote) == 1 else dict(quote)
    else:
        raw["evidence"]["quote"] = dict(quote)


def _find_inside(files: Files, part: Any, whole: Span) -> list[Span]:
    """Find the words of a figure, a time or a role in a stretch of the text."""
    evidence = part.get("evidence") if isinstance(part, Mapping) else None
    quote = evidence.get("quote", {}) if isinstance(evidence, Mapping) else {}
    exact, prefix, suffix = (normalise(str(quote.get(key, ""))) for key in ("exact", "prefix", "suffix"))
    places = find_quote(files.coding.text, exact, prefix, suffix)
    return [place for place in places if whole.start <= place.start and place.end <= whole.end]


def _inherit(files: Files, part: Any, whole: Span) -> Any:
    """Make a role that is named in another clause, whose characters are ``whole``, an inherited one."""
    places = _find_inside(files, part, whole)
    if not places or part.get("basis") != "stated":
        return part
    return {**part, "basis": "inherited", "evidence": {"quote": _quote(files, places[0])}}


def _name(files: Files, folder: str, words: str) -> str:
    """Name a record by the first words of its quote, with a number where the name is taken."""
    taken = {str(record.get("id")) for record in files.coding.records}
    slug = make_slug(" ".join(words.split()[:_NAMED]))
    names: Iterator[str] = (f"{folder}/{files.statement}/{slug}{f'-{n}' if n > 1 else ''}" for n in count(1))
    return next(name for name in names if name not in taken)


def _check_kind(kind: str, allowed: tuple[str, ...]) -> None:
    if kind not in allowed:
        raise ParameterError(f"There is no kind {kind!r}; there are {', '.join(allowed)}.")


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [] if value is None else [value]
