"""The results of a search as a table to take along: names, where it was found, and of clauses number and words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from fastapi import Request
from markupsafe import Markup
from starlette.responses import Response

from ukfr_graph import iris
from ukfr_graph.clauses import Clause
from ukfr_graph.messages import load_messages
from ukfr_graph.query.search import MOST_HITS
from ukfr_graph.service.clause_answers import find_some_clauses
from ukfr_graph.service.searching import Entrance
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.site.negotiation import Variant
from ukfr_graph.site.rendering import language_of
from ukfr_graph.site.spreadsheets import Cell, Sheet, say_sheet
from ukfr_graph.site.taking import give_table

Find: TypeAlias = Callable[[Mapping[str, int]], Awaitable[tuple[dict[str, Any], Entrance]]]
_MOST = 1_000
_CONCEPT = iris.SKOS + "Concept"
_HEADINGS = (
    _("Name"), _("Kind"), _("Found in"), _("Around it"), _("Number"), _("Words"), _("Permanent address"),
)  # fmt: skip
_FIELDS = {
    "quote": _("Quote"), "summary": _("Summary"), "definition": _("Definition"), "alias": _("Also called"),
    "about": _("Topic or place"),
}  # fmt: skip


async def give_hits(request: Request, form: Variant, find: Find) -> Response:
    """Answer with all that is found, up to a thousand hits; ``find`` searches, with another part of the hits.

    Raises:
        UkfrError: see ``Pool.ask``; the address asks for what cannot be searched for.
    """
    answer, _entrance = await find({"limit": MOST_HITS, "offset": 0})
    hits = list(answer["hits"])
    while len(hits) < min(answer["total"], _MOST):
        part, _entrance = await find({"limit": MOST_HITS, "offset": len(hits)})
        if not part["hits"]:
            break
        hits += part["hits"]
    language = language_of(request)
    gettext = load_messages(language).gettext
    clauses = await find_some_clauses(request.app.state.service, [_of(hit) for hit in hits], ("clauses", "evidence"))
    sheet = _make_sheet(hits[:_MOST], answer, {clause.iri: clause for clause in clauses}, language)
    about = {
        gettext("Words searched for"): answer["query"],
        gettext("Results"): f"{len(sheet.rows)} / {answer['total']}",
    }
    return give_table(request, form, [sheet], about, name="search")


def _make_sheet(
    hits: list[dict[str, Any]], answer: Mapping[str, Any], clauses: Mapping[str, Clause], language: str
) -> Sheet:
    gettext = load_messages(language).gettext
    kinds = {facet["iri"]: facet["labels"] for facet in answer["facets"]}
    rows: list[list[Cell]] = []
    for hit in hits:
        field = _FIELDS.get(hit["field"], "")
        clause, labels = clauses.get(_of(hit)), kinds.get(hit["type"], {})
        rows.append(
            [
                hit["label"],
                labels.get(language) or labels.get("en") or (gettext("term") if hit["type"] == _CONCEPT else ""),
                gettext(field) if field else "",
                Markup(hit["snippet"]).striptags(),  # noqa: S704  # mark is its only element
                Decimal(clause.order) if clause else None,
                clause.words if clause else "",
                hit["iri"],
            ]
        )
    return say_sheet(_("Results"), _HEADINGS, rows, language)


def _of(hit: Mapping[str, Any]) -> str:
    """Return what a hit is, or is a part of: a clause has parts that are found on their own."""
    iri: str = hit["iri"]
    return iri.partition("#")[0]
