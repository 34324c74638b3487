"""Two codings of a text, and the act that settles one of their differences in the records of the first.

What prevails is written into the records, by the codebook: of a judgement, every other reading stands beside the one
that is settled, with its coder and reason. Of the rest, ``settlements/<statement>.yaml`` has both readings, which one
prevailed, why, by which section of the codebook, who settled it and when. The second coding is never changed, and the
first is kept as it was before the first difference was settled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from ruamel.yaml.comments import CommentedMap

from ukfr_graph.coding.agreement import Agreement, compare
from ukfr_graph.coding.cuts import recut
from ukfr_graph.coding.differences import Difference, find_differences
from ukfr_graph.coding.fields import set_kind
from ukfr_graph.coding.parts import make_role
from ukfr_graph.coding.record_texts import write_value
from ukfr_graph.coding.statement_texts import StatementFiles, to_list, to_plain
from ukfr_graph.coding.units import Unit, number_words, read_units
from ukfr_graph.documents import Document
from ukfr_graph.errors import DataError, Message, NotFoundError, ParameterError, Problem
from ukfr_graph.errors import mark as _
from ukfr_graph.plain_yaml import Mapping as Records
from ukfr_graph.shorthand import JUDGEMENTS

Choice = Literal["first", "second", "third"]


@dataclass(frozen=True)
class SecondCoding:
    """The second coding of somebody: the id of their record, and their records."""

    coder: str
    records: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Settlement:
    """A difference that was settled: the ``difference`` as it was, which reading prevailed, and what that was.

    ``reason`` is by language, ``on`` the day in ISO 8601.
    """

    difference: Difference
    second: str
    taken: str
    settled: str
    reason: Mapping[str, str]
    coder: str
    on: str


@dataclass(frozen=True)
class CodingComparison:
    """The agreement of two codings, what they have to settle, and what was settled already.

    ``measures`` are those of the first coding as it was before anything was settled; ``after`` compares the second
    with what is settled, and is empty before that.
    """

    measures: tuple[Agreement, ...]
    after: tuple[Agreement, ...]
    open: tuple[Difference, ...]
    settled: tuple[Settlement, ...]


def compare_codings(files: StatementFiles, second: SecondCoding) -> CodingComparison:
    """Compare the coding of a statement with a second one.

    Raises:
        DataError: a quote does not stand in the text once, or two share words.
    """
    body, text = files.coding.body, files.coding.text
    words = number_words(text, body)
    now, theirs = _read_units(files, files.read("records")), _read_units(files, None, second.records)
    before = _read_units(files, files.read("before")) if files.before is not None else now
    settled = [found for found in read_settlements(files) if found.second == second.coder]
    by_key = {_key(found.difference): found.settled for found in settled}
    left = [d for d in find_differences(now, theirs, text, words) if by_key.get(_key(d)) != d.first]
    return CodingComparison(
        tuple(compare(before, theirs, len(words))),
        tuple(compare(now, theirs, len(words))) if files.before is not None else (),
        tuple(left),
        tuple(settled),
    )


def read_settlements(files: StatementFiles) -> list[Settlement]:
    """Read what was settled, in the order in which it was.

    Raises:
        DataError: a settlement cannot be read.
    """
    text = files.read("settlements")
    try:
        return [_read_settlement(to_plain(record)) for record in text.records] if text else []
    except (KeyError, ValueError) as error:
        message = Message(_("a settlement lacks %(key)s"), {"key": str(error)})
        fix = Message(_("write it as the others are, or take it out"))
        raise DataError([Problem(files.names["settlements"], 0, "", "settlement", message, fix)]) from None


def _read_settlement(record: Mapping[str, Any]) -> Settlement:
    difference = Difference(
        record["what"], int(record["line"]), record["words"], record["first"], record["second"], record["section"],
        tuple(record.get("ours", ())), tuple(record.get("theirs", ())), record.get("role", ""),
    )  # fmt: skip
    return Settlement(
        difference, record["with"], record["taken"], record["settled"], record.get("reason", {}), record["coder"],
        record["settledOn"],
    )  # fmt: skip


def settle(
    files: StatementFiles, second: SecondCoding, what: str, ours: str, theirs: str, role: str, taken: str,
    reason: Mapping[str, str], third: Mapping[str, str], *, coder: str, on: str,
) -> StatementFiles:  # fmt: skip
    """Settle one difference: take the first reading, the second, or write a third one.

    Args:
        files: the files of the first coding.
        second: the second coding.
        what: the kind of the difference.
        ours: the ids of the first coding's records that it is about, with blanks between them.
        theirs: those of the second's.
        role: the role that it is about, or nothing.
        taken: "first", "second" or "third".
        reason: why, by language; a third reading needs it.
        third: what the third reading is: "kind", "verdict" and "confidence", or "who" and "quote"; of where a clause
            begins and ends it is what the records say by now.
        coder: who settles it.
        on: the day, in ISO 8601.

    Raises:
        NotFoundError: there is no such difference, or none any more.
        ParameterError: the choice is unknown, or a third reading lacks something.
    """
    difference = _find(files, second, (what, tuple(ours.split()), tuple(theirs.split()), role))
    if taken not in get_args(Choice):
        raise ParameterError(
            "There is no choice %(choice)s; there are %(choices)s.",
            choice=repr(taken),
            choices=", ".join(get_args(Choice)),
        )
    if taken == "third" and not reason:
        raise ParameterError("A third reading needs its reason.")
    changed = files if files.before is not None else files.put("before", files.records)
    if what in JUDGEMENTS:
        changed = _judge(changed, difference, second, taken, reason, third, coder=coder, on=on)
    elif taken == "second":
        changed = _take_second(changed, difference, second)
    elif taken == "third":
        changed = _write_third(changed, difference, reason, third)
    left = [d for d in _list_differences(changed, second) if _key(d) == _key(difference)]
    if left and taken == "second":
        raise ParameterError(
            "The second reading cannot be written by itself: write it in the workbench, and take it as the third."
        )
    entry: dict[str, Any] = {
        "id": f"settlement/{files.statement}/{len(read_settlements(files)) + 1:03}", "what": what,
        **({"role": role} if role else {}), "line": str(difference.line), "words": difference.words,
        "with": second.coder, "first": difference.first, "second": difference.second, "taken": taken,
        "settled": left[0].first if left else difference.second, **({"reason": dict(reason)} if reason else {}),
        "section": difference.section, "coder": coder, "settledOn": on, "ours": list(difference.ours),
        "theirs": list(difference.theirs),
    }  # fmt: skip
    return changed.add("settlements", {key: value for key, value in entry.items() if value != []})


def _list_differences(files: StatementFiles, second: SecondCoding) -> list[Difference]:
    words = number_words(files.coding.text, files.coding.body)
    now, theirs = _read_units(files, files.read("records")), _read_units(files, None, second.records)
    return find_differences(now, theirs, files.coding.text, words)


def _find(
    files: StatementFiles, second: SecondCoding, wanted: tuple[str, tuple[str, ...], tuple[str, ...], str]
) -> Difference:
    for found in _list_differences(files, second):
        if (found.what, found.ours, found.theirs, found.role) == wanted:
            return found
    raise NotFoundError("There is no such difference any more.")


def _key(difference: Difference) -> tuple[str, str, tuple[str, ...], str]:
    """Return what tells a difference from the others, whatever becomes of the first coding."""
    return difference.what, difference.role, difference.theirs or difference.ours, difference.second


def _read_units(files: StatementFiles, text: Any, records: Sequence[Mapping[str, Any]] = ()) -> list[Unit]:
    content = Records({"@graph": list(text.records if text else records)})
    return read_units(Document(files.names["records"], content), files.coding.text, files.coding.body)


def _take_second(files: StatementFiles, difference: Difference, second: SecondCoding) -> StatementFiles:
    theirs = [to_plain(record) for record in second.records if record.get("id") in difference.theirs]
    is_one = len(difference.ours) == len(theirs) == 1
    if difference.what == "role":
        parts = [p for p in _expand(theirs[0], second.records) if _role_of(p) == difference.role]
        return _set_role(files, difference.ours[0], difference.role, parts)
    if difference.what == "kind" and is_one:
        return set_kind(files, difference.ours[0], theirs[0]["type"])
    return recut(files, difference.ours, theirs)


def _write_third(
    files: StatementFiles, difference: Difference, reason: Mapping[str, str], third: Mapping[str, str]
) -> StatementFiles:
    if difference.what == "role":
        who = third.get("who", "").split()
        part = (
            make_role(files, difference.ours[0], who, difference.role, third.get("quote", ""), reason) if who else None
        )
        return _set_role(files, difference.ours[0], difference.role, [part] if part else [])
    if difference.what == "kind" and len(difference.ours) == 1 and third.get("kind"):
        return set_kind(files, difference.ours[0], third["kind"])
    return files


def _expand(record: Mapping[str, Any], records: Sequence[Mapping[str, Any]]) -> list[Any]:
    """List the roles of a clause; of one that is a record of its own, its id beside it."""
    shared = {str(r.get("id")): r for r in records if r.get("type") == "Participation"}
    return [
        (part, shared.get(part, {})) if isinstance(part, str) else (part, part)
        for part in to_list(record.get("participation"))
    ]


def _role_of(pair: Any) -> str:
    return str(pair[1].get("role", ""))


def _set_role(files: StatementFiles, record: str, role: str, parts: Sequence[Any]) -> StatementFiles:
    """Put roles in the place of those of the same name; a short form of them goes."""
    text, found = files.find(record)
    kept = [pair[0] for pair in _expand(found, text.records) if _role_of(pair) != role]
    new = [part[0] if isinstance(part, tuple) else part for part in parts]

    def change(raw: CommentedMap) -> None:
        raw.pop(role, None)
        written = to_list(raw.get("participation"))
        if text.is_short:
            others = [part for part in written if not isinstance(part, Mapping) or part.get("role") != role]
        else:
            others = [part for part in written if to_plain(part) in to_plain(kept)]
        if others or new:
            raw["participation"] = [*others, *(write_value(to_plain(part)) for part in new)]
        else:
            raw.pop("participation", None)

    return replace(files, records=text.edit(record, change).text)


def _judge(
    files: StatementFiles, difference: Difference, second: SecondCoding, taken: str, reason: Mapping[str, str],
    third: Mapping[str, str], *, coder: str, on: str,
) -> StatementFiles:  # fmt: skip
    """Write the judgement that prevails as the settled one, and the others beside it."""
    record, kind = difference.ours[0], JUDGEMENTS[difference.what]
    text, found = files.find(record)
    theirs = next((r for r in second.records if r.get("id") == difference.theirs[0]), {})
    readings = [_find_settled(found, kind), _find_settled(theirs, kind)]
    if taken == "third":
        verdict, sure = third.get("verdict", ""), third.get("confidence", "high")
        made = {"type": kind, "verdict": verdict, "reason": dict(reason), "confidence": sure, "coder": coder,
                "codedOn": on}  # fmt: skip
        readings.insert(0, made)
    elif taken == "second":
        readings.reverse()
    prevailing, *others = readings
    if not prevailing:
        raise ParameterError("There is no judgement to take; take the other one, or write a third one.")
    told = [{**reading, "settled": "false"} for reading in others if reading]

    def change(raw: CommentedMap) -> None:
        raw.pop(difference.what, None)
        kept = [part for part in to_list(raw.get("judgement")) if not _is_replaced(part, kind, (*told, prevailing))]
        written = [{**prevailing, "settled": True}, *({**other, "settled": False} for other in told)]
        raw["judgement"] = [*kept, *(write_value(to_plain(reading)) for reading in written)]

    return replace(files, records=text.edit(record, change).text)


def _find_settled(record: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Find the settled judgement of a record, as plain texts."""
    parts = [to_plain(part) for part in to_list(record.get("judgement")) if isinstance(part, Mapping)]
    return next((p for p in parts if p.get("type") == kind and p.get("settled", "").lower() == "true"), {})


def _is_replaced(part: Any, kind: str, readings: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether a judgement in a record is the settled one, or one of the readings that are written anew."""
    if part.get("type") != kind:
        return False
    alike = any(all(str(part.get(key)) == str(r.get(key)) for key in ("verdict", "coder")) for r in readings)
    return alike or str(part.get("settled")).lower() == "true"
