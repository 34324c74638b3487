"""The arguments of an act, as a form of the workbench has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ukfr_graph.build.evidence import find_quote
from ukfr_graph.coding.coding_files import CodingState
from ukfr_graph.drafting.blocks import normalise
from ukfr_graph.errors import ParameterError

_PARTS = ("accept-part", "reject-part", "remove-part")


def read_arguments(name: str, form: Mapping[str, str], state: CodingState) -> dict[str, Any]:
    """Read the arguments of an act: words stand for their place in the text.

    Raises:
        ParameterError: words do not stand in the text once, or a number is none.
    """
    record: dict[str, Any] = {"record": form.get("record", "")}
    match name:
        case "undo" | "redo" | "finish" | "reopen":
            return {}
        case "kind":
            return {**record, "kind": form.get("kind", "")}
        case "add":
            start, end = _find_words(state, form.get("words", ""))
            reason = form.get("reason", "connective")
            return {"start": start, "end": end, "kind": form.get("kind", ""), "reason": reason}
        case "split":
            return {**record, "at": _find_words(state, form.get("words", ""))[0]}
        case "set":
            return {**record, "key": form.get("key", ""), "value": read_texts(form) or None}
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
            number = form.get("number", "")
            if not number.isdecimal():
                raise ParameterError("%(number)s is no place of a part.", number=repr(number))
            return {**record, "key": form.get("key", ""), "number": int(number)}
        case _:
            return record


def read_texts(form: Mapping[str, str]) -> dict[str, str]:
    """Read what was written in each language."""
    return {key.removeprefix("text-"): " ".join(text.split()) for key, text in form.items()
            if key.startswith("text-") and text.strip()}  # fmt: skip


def _find_words(state: CodingState, words: str) -> tuple[int, int]:
    text = state.files.coding.text
    found = find_quote(text, normalise(words).strip())
    if len(found) != 1:
        raise ParameterError(
            "These words stand %(count)s times in the text: copy more of them, or fewer.", count=len(found)
        )
    return found[0].start, found[0].end
