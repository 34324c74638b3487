"""Names of things, asked of the workers: see ``query.labels``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from ukfr_graph.query.labels import LABELS, Named, Names, choose_names, labels_question, list_nameable
from ukfr_graph.query.questions import give_values
from ukfr_graph.service.answers import list_values, select
from ukfr_graph.service.service import Service

__all__ = ["LABELS", "Named", "Names", "choose_names", "find_names"]


async def find_names(service: Service, things: Iterable[str], language: str) -> Names:
    """Find how things are called in a language.

    A plain dataset is asked too: whoever labels things in it sees the labels.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    asked = [give_values(labels_question(), "thing", values) for values in list_values(service, list_nameable(things))]
    answers = await asyncio.gather(*(select(service, text) for text in asked))
    return choose_names((row for answer in answers for row in answer.dicts()), language)
