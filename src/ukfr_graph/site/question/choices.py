"""The values that a parameter of a saved question can be given: lists of names, for its form."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import NamedTuple

from ukfr_graph import iris
from ukfr_graph.clauses.rows import read_text
from ukfr_graph.query.parameters import Parameter
from ukfr_graph.query.questions import give_values, read_question
from ukfr_graph.service.answers import select_together
from ukfr_graph.service.names import Named, find_names
from ukfr_graph.service.service import Service

_DIGITS = 6  # of a number, for putting numbers in order


class Choice(NamedTuple):
    """A value of a parameter, as it is given, and what it is called."""

    value: str
    name: str


async def list_choices(service: Service, parameters: Iterable[Parameter], language: str) -> dict[str, list[Choice]]:
    """List the things that each parameter takes, by the parameter's name; of one that takes any, nothing.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    taking = [parameter for parameter in parameters if parameter.choices or parameter.takes]
    lists = await asyncio.gather(*(_list_things(service, parameter, language) for parameter in taking))
    return {parameter.name: choices for parameter, choices in zip(taking, lists, strict=True)}


async def _list_things(service: Service, parameter: Parameter, language: str) -> list[Choice]:
    if parameter.choices:
        things = {iris.expand(choice) if parameter.kind == "iri" else choice: "" for choice in parameter.choices}
    else:
        kinds = " ".join(f"<{iris.expand(kind)}>" for kind in parameter.takes.split())
        question = give_values(read_question("site/question", "choices"), "kind", kinds)
        (found,) = await select_together(service, [question])
        things = {row["thing"].value: read_text(row, "order") for row in found.dicts()}
    names = await find_names(service, things, language)
    choices = [(order.zfill(_DIGITS), _name(names.of(thing), order)) for thing, order in things.items()]
    return [choice for _, choice in sorted(choices, key=lambda item: (item[0], item[1].name.casefold()))]


def _name(thing: Named, order: str) -> Choice:
    return Choice(iris.shorten(thing.iri), f"{order}. {thing.name}" if order else thing.name)
