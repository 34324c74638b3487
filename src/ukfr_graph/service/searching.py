"""Asking for words: what a version's text index finds, and which saved questions were meant."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from ukfr_graph.errors import mark as _
from ukfr_graph.query.recognition import Recognised
from ukfr_graph.query.saved import SavedQuery
from ukfr_graph.query.search_results import Found
from ukfr_graph.service.service import Service, need_folder


class Entrance(NamedTuple):
    """The findings, and the saved questions that were meant or may be, the best first, each with its file."""

    found: Found
    questions: list[tuple[Recognised, SavedQuery]]


async def search(
    service: Service, text: str, options: Mapping[str, Any], *, with_user_graphs: bool = False
) -> Entrance:
    """Search for the words of a text, with the options of ``query.search.search_labels``.

    Raises:
        UnsupportedError: the dataset is an endpoint elsewhere, which has no index.
        UkfrError: see ``Pool.ask``.
    """
    need_folder(service, _("The search"))
    head = {"task": "search", "text": text, "options": dict(options), "with_user_graphs": with_user_graphs}
    reply = await service.ask(head, ("search", text, json.dumps(dict(options)), with_user_graphs))
    found = Found.from_dict(json.loads(reply.body))
    meant = service.question_index().recognise(text, found)
    return Entrance(found, [(item, service.library().find(item.name)) for item in meant])
