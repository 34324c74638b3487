"""Advice about a fault: the spellings that are near, and the values that there are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from difflib import get_close_matches

from ukfr_graph import iris
from ukfr_graph.errors import Message, Problem, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.resources import read_context

_NEAR = 3  # spellings that are offered
_LISTED = 30  # values that are listed


def join_advice(parts: Sequence[str | Message]) -> str | Message:
    """Join pieces of advice."""
    said: str | Message = parts[0]
    for part in parts[1:]:
        said = make_message("%(fix)s; %(or)s", fix=said, **{"or": part})
    return said


def name_thing(iri: str) -> str:
    """Name a thing as records do."""
    return iris.local_id(iri).removeprefix(iris.VOCABULARY)


def offer_thing(value: str, known: AbstractSet[str]) -> str | Message:
    """Offer what may be meant by a thing that is missing, and where it is a term, the terms that there are."""
    start = value.rpartition("/")[0] + "/"
    names = sorted(iri.removeprefix(start) for iri in known if iri.startswith(start) and "#" not in iri)
    near = get_close_matches(value.removeprefix(start), names, _NEAR, 0.6)
    advice = (
        [make_message("did you mean %(names)s?", names=", ".join(name_thing(start + n) for n in near))] if near else []
    )
    if "/vocab/" not in value:
        advice.append(Message(_("correct the spelling, or add its record")))
    elif not names:
        advice.append(Message(_("there is no such vocabulary")))
    elif len(names) > _LISTED:
        shown = ", ".join(names[:_LISTED])
        advice.append(make_message("there are %(names)s, … (%(count)s in all)", names=shown, count=len(names)))
    else:
        advice.append(make_message("there are %(names)s", names=", ".join(names)))
    return join_advice(advice)


def offer_type(problem: Problem, known: AbstractSet[str]) -> str | Message:
    """Offer what may be meant by a type that is none."""
    named = str(problem.message.values.get("term", "")) if isinstance(problem.message, Message) else ""
    names = {iri.removeprefix(iris.UKFR) for iri in known if iri.startswith(iris.UKFR)}
    near = get_close_matches(named.rpartition(":")[2], {name for name in names if name[:1].isupper()}, _NEAR)
    offered = make_message("did you mean %(names)s?", names=", ".join(near))
    return join_advice([offered, problem.fix]) if near else problem.fix


def find_keys(key: str) -> list[str]:
    """Find the keys that are most like one that is none."""
    return get_close_matches(iris.local_name(key), [name for name in read_context() if not name.startswith("@")], _NEAR)


def offer_key(key: str) -> Message:
    """Offer what may be meant by a key that is none."""
    near = find_keys(key)
    if not near:
        return Message(_("there is no key like it"))
    return make_message("did you mean %(names)s?", names=", ".join(near))


def advise_on_value(problem: Problem, known: AbstractSet[str]) -> str:
    """Say what may stand in the place of a value that a shape refuses, where that is a term of a vocabulary."""
    vocabulary = re.search(r"/vocab/[\w-]+/", problem.value)
    if problem.rule not in ("shacl Pattern", "shacl In", "range") or not vocabulary:
        return problem.fix
    return join_advice([problem.fix, offer_thing(problem.value, known)])
