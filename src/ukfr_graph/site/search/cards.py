"""The cards of questions that were surely meant: the question in words, and the head of its answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urlencode

from ukfr_graph.errors import UkfrError
from ukfr_graph.query.parameters import bind_parameters
from ukfr_graph.query.recognition import MOST_CARDS, Recognised
from ukfr_graph.query.saved import SavedQuery
from ukfr_graph.service.answers import ROWS, ask, ask_kept, read_rows, read_table, require_known
from ukfr_graph.service.names import find_names
from ukfr_graph.service.searching import Entrance
from ukfr_graph.service.service import Service
from ukfr_graph.site.question.answer import ReadableAnswer, read_answer
from ukfr_graph.site.question.paging import drop_parameters
from ukfr_graph.store import Term

_ROWS, _COLUMNS = 3, 5


@dataclass(frozen=True)
class Card:
    """A question, the values that were read from the text (label, value), and how its answer begins.

    ``answer`` has rows, and ``verdict`` is yes or no (``true``, ``false``) where it is that; ``page`` has all of it.
    """

    question: str
    values_read: tuple[tuple[str, str], ...]
    answer: ReadableAnswer | None
    verdict: str
    page: str


async def make_cards(service: Service, entrance: Entrance, language: str) -> list[Card]:
    """Answer the questions that were surely meant; one that cannot be answered now is left out.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    sure = [(item, query) for item, query in entrance.questions if item.is_sure][:MOST_CARDS]
    cards = await asyncio.gather(*(_make_card(service, item, query, language) for item, query in sure))
    return [card for card in cards if card]


async def _make_card(service: Service, item: Recognised, query: SavedQuery, language: str) -> Card | None:
    values: dict[str, Term] = {**bind_parameters(query.parameters, item.values)}
    answer, verdict = None, ""
    try:
        await require_known(service, values)
        if query.kind == "solutions":
            table = drop_parameters(query, read_rows(await ask_kept(service, query.text, values)))
            answer = (await read_answer(service, table, query.columns, language)).head(_ROWS, _COLUMNS)
        elif query.kind == "boolean":
            verdict = read_table(await ask(service, query.text, values, ROWS))[1]
    except UkfrError:
        return None  # what was found is shown all the same
    things = {term.value for term in values.values()}
    names = await find_names(service, things, language)
    told = tuple(
        (parameter.label(language), names.label(values[parameter.variable].value) or item.values[parameter.name])
        for parameter in query.parameters
        if parameter.name in item.values
    )
    asked = f"?{urlencode(item.values)}" if item.values else ""
    return Card(query.question(language), told, answer, verdict, f"/queries/{query.name}{asked}")
