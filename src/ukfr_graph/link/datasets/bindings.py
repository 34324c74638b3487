"""Saved answers of SPARQL endpoints (SPARQL 1.1 Query Results JSON Format), read as treaties or identifiers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ukfr_graph.errors import Message
from ukfr_graph.errors import mark as _
from ukfr_graph.link.datasets.assembly import assemble
from ukfr_graph.link.datasets.references import names_others
from ukfr_graph.link.datasets.treaties import Fault, InputError, Treaty
from ukfr_graph.link.spelling import fold

_IDENTIFIERS = re.compile(
    r"\b(?:celex|eli|c?ets|ste|stce|unt[sc]|nor|fcdo|fco|doi|wikidata|identifiers?|id|number|numero|reference|command"
    r"|ukts|ts|oj|jo)\b"
)
_MAX_BYTES = 500_000_000


@dataclass(frozen=True)
class VariableNames:
    """Variables of an answer for each field of a treaty: the first that the answer has counts."""

    item: Sequence[str]
    title: Sequence[str]
    signed: Sequence[str]
    in_force: Sequence[str] = ()
    party: Sequence[str] = ()
    kind: Sequence[str] = ()


def _is_identifier(variable: str) -> bool:
    words = fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", variable).replace("_", " "))
    return bool(_IDENTIFIERS.search(words)) and not names_others(variable)


def read_bindings(path: Path) -> tuple[list[str], list[dict[str, dict[str, str]]]]:
    """Read the variables and the bindings of a saved SELECT answer.

    Raises:
        InputError: the file is not that.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(
                "%(file)s has more than %(most)s bytes; ask for less, or for parts.", file=path.name, most=_MAX_BYTES
            )
        content: Any = json.loads(path.read_bytes())
        variables, bindings = list(content["head"]["vars"]), list(content["results"]["bindings"])
        if any(not isinstance(cell.get("value"), str) for row in bindings for cell in row.values()):
            raise TypeError  # noqa: TRY301  # told as the other faults of shape
    except OSError as error:
        raise InputError("%(file)s cannot be read: %(error)s.", file=path, error=error.strerror) from None
    except (KeyError, TypeError, AttributeError):
        raise InputError(
            "%(file)s is JSON, but not the answer to a SELECT query (head and results).", file=path.name
        ) from None
    except (ValueError, RecursionError):
        raise InputError(
            "%(file)s is not JSON. Save the answer as application/sparql-results+json.", file=path.name
        ) from None
    return variables, bindings


def read_answer(path: Path, names: VariableNames, identify: Callable[[str], str]) -> Iterator[Treaty | Fault]:
    """Read one treaty for each item; rows of one item are read together (titles by language, parties).

    Variables that name a scheme (``celex``, ``cets``, ``identifier`` …) have identifiers of the item; what stands in
    all others (``amends``, ``legalBasis``, ``abstract``) is of other instruments.

    ``identify`` makes the identifier from the item's IRI, and gives "" for what is no treaty of this dataset.
    ``line`` counts bindings.

    Raises:
        InputError: the file is no answer, or none of its variables is the item or the title.
    """
    variables, bindings = read_bindings(path)
    chosen = {
        field: next((v for v in getattr(names, field) if v in variables), "") for field in VariableNames.__annotations__
    }
    for field in ("item", "title"):
        if not chosen[field]:
            raise InputError(
                "%(file)s has no variable for the %(field)s: one of %(wanted)s is needed; it has %(found)s.",
                file=path.name,
                field=field,
                wanted=", ".join(getattr(names, field)),
                found=", ".join(variables) or Message(_("none")),
            )
    rows: dict[str, list[tuple[int, dict[str, dict[str, str]]]]] = {}
    for number, binding in enumerate(bindings, 1):
        item = binding.get(chosen["item"], {}).get("value", "")
        if not item:
            yield Fault(number, "item", "there is none", is_lost=True)
            continue
        rows.setdefault(item, []).append((number, binding))
    for item, group in rows.items():
        titles: dict[str, str] = {}
        for _row, binding in group:
            if cell := binding.get(chosen["title"]):
                titles.setdefault(cell.get("xml:lang", ""), cell["value"])

        def values(field: str, group: Sequence[Any] = group) -> list[str]:
            found = (binding.get(chosen[field], {}).get("value", "") for _, binding in group)
            return list(dict.fromkeys(v for v in found if v)) if chosen[field] else []

        dates = values("signed")
        if len(dates) > 1:
            yield Fault(group[0][0], "signed", f"{len(dates)} dates; the earliest is taken")
        own, others = (
            " | ".join(
                f"{name}: {cell['value']}" if cell["value"].isdecimal() else cell["value"]
                for _, binding in group
                for name, cell in binding.items()
                if (name == chosen["item"] or _is_identifier(name)) == is_own
            )
            for is_own in (True, False)
        )
        yield from assemble(
            group[0][0],
            identify(item),
            titles,
            signed=min(dates, default=""),
            in_force=min(values("in_force"), default=""),
            parties=values("party"),
            kind=next(iter(values("kind")), ""),
            references=own,
            others=others,
            page=item,
        )
