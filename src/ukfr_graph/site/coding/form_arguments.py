"""The arguments of an act, as a form of the workbench has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ukfr_graph.build.evidence import find_quote
from ukfr_graph.coding.coding_files import CodingState
from ukfr_graph.coding.part_keys import PART_KEYS, list_part_keys
from ukfr_graph.drafting.blocks import normalise
from ukfr_graph.errors import ParameterError
from ukfr_graph.lexical_forms import is_day

_PARTS = ("accept-part", "reject-part", "remove-part")
_TEXT = re.compile(r"(text|definition)-([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)")  # a language tag (RFC 5646)
_NUMBER = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,20})?")
_NUMBER_OF_PART = re.compile(r"[0-9]{1,6}")


def read_arguments(name: str, form: Mapping[str, str], state: CodingState) -> dict[str, Any]:
    """Read the arguments of an act: words stand for their place in the text.

    Raises:
        ParameterError: words do not stand in the text once, or a number or a day is none.
    """
    record: dict[str, Any] = {"record": form.get("record", "")}
    match name:
        case "undo" | "redo" | "finish" | "reopen":
            return {}
        case "kind":
            return {**record, "kind": form.get("kind", "")}
        case "add" | "quote":
            start, end = _find_words(state, form.get("words", ""))
            if name == "quote":
                return {**record, "start": start, "end": end}
            reason = form.get("reason", "connective")
            return {"start": start, "end": end, "kind": form.get("kind", ""), "reason": reason}
        case "split":
            return {**record, "at": _find_words(state, form.get("words", ""))[0]}
        case "set":
            return {**record, "key": form.get("key", ""), "value": _read_value(form)}
        case "add-value":
            return {**record, "key": form.get("key", ""), "value": form.get("value", "").strip()}
        case "write-part":
            key = form.get("key", "")
            place = {"number": _read_number(form)} if "number" in form else {}
            return {**record, **place, "key": key, "words": form.get("words", ""), "values": _read_values(form, key)}
        case "add-section":
            return {"label": read_texts(form), "words": form.get("words", "")}
        case "speakers":
            return {"participant": _read_names(form.get("participant", "")), "words": form.get("words", "")}
        case "add-term":
            texts = {"label": read_texts(form), "definition": read_texts(form, "definition")}
            return {**texts, "kind": form.get("kind", ""), "name": form.get("name", "").strip()}
        case "judge":
            given: dict[str, Any] = {key: form.get(key, "") for key in ("judgement", "verdict", "confidence")}
            return {**record, **given, "reason": read_texts(form)}
        case "use":
            given = {key: form.get(key, "") for key in ("entity", "role", "words")}
            return {**record, **given, "basis": form.get("basis", "stated"), "reason": read_texts(form)}
        case "add-entity":
            given = {key: form.get(key, "").strip() for key in ("kind", "name", "instrument_kind", "membership_kind")}
            return {**given, "label": read_texts(form)}
        case _ if name in _PARTS:
            return {**record, "key": form.get("key", ""), "number": _read_number(form)}
        case _:
            return record


def read_texts(form: Mapping[str, str], field: str = "text") -> dict[str, str]:
    """Read what was written in each language in the fields of a name."""
    found = ((_TEXT.fullmatch(key), " ".join(text.split())) for key, text in form.items())
    return {name[2]: text for name, text in found if name and name[1] == field and text}


def _read_value(form: Mapping[str, str]) -> Any:
    """Read the value of a key: texts by language, terms that are ticked, or one line; None where there is nothing."""
    ticked = [name.removeprefix("tick-") for name in form if name.startswith("tick-")]
    return read_texts(form) or ticked or form.get("value", "").strip() or None


def _read_values(form: Mapping[str, str], part: str) -> dict[str, Any]:
    """Read the values of a part of a clause.

    Raises:
        ParameterError: a number or a day is none.
    """
    found: dict[str, Any] = {}
    for key in list_part_keys(part) if part in PART_KEYS else ():
        given = form.get(f"value-{key.name}", "").strip()
        if key.form == "texts":
            found[key.name] = read_texts(form)
        elif key.form == "name":
            names = _read_names(given)
            found[key.name] = names if len(names) > 1 else "".join(names)
        elif given and key.form == "number" and not _NUMBER.fullmatch(given):
            raise ParameterError("%(value)s is no number; write it as 1200 or 0.5.", value=repr(given))
        elif given and key.form == "date" and not is_day(given):
            raise ParameterError("%(value)s is no day; write it as 2016-08-30.", value=repr(given))
        else:
            found[key.name] = given
    return found


def _read_names(text: str) -> list[str]:
    """Read the ids of records, apart by commas or blanks."""
    return list(dict.fromkeys(text.replace(",", " ").split()))


def _read_number(form: Mapping[str, str]) -> int:
    number = form.get("number", "")
    if not _NUMBER_OF_PART.fullmatch(number):
        raise ParameterError("%(number)s is no place of a part.", number=repr(number))
    return int(number)


def _find_words(state: CodingState, words: str) -> tuple[int, int]:
    text = state.files.coding.text
    found = find_quote(text, normalise(words).strip())
    if len(found) != 1:
        raise ParameterError(
            "These words stand %(count)s times in the text: copy more of them, or fewer.", count=len(found)
        )
    return found[0].start, found[0].end
