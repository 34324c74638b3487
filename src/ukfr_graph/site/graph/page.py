"""The page of a network: a form, a picture and a list that need no script; its script lets readers look into it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ukfr_graph.analysis.network_formats import FORMATS, NetworkFormat, find_network_format
from ukfr_graph.analysis.network_parameters import PARAMETERS, NetworkRequest, parse_request, write_request
from ukfr_graph.analysis.overview import KIND as COMMUNITY
from ukfr_graph.analysis.pictures import can_write_pdf
from ukfr_graph.analysis.projections import CLAUSE_FILTERS, list_projections
from ukfr_graph.errors import ParameterError, UkfrError
from ukfr_graph.query.parameters import Parameter, to_term
from ukfr_graph.query.questions import read_question
from ukfr_graph.service.answers import select_together
from ukfr_graph.service.names import find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.addresses import places_of
from ukfr_graph.site.graph import export
from ukfr_graph.site.graph.export import ask_network, write_credit
from ukfr_graph.site.navigation import Navigation
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.site.rendering import as_of, language_of, render

router = APIRouter()
router.routes.extend(export.router.routes)  # as its own: ``site.routes`` lists them one by one
navigation = Navigation(6, "/graph", _("Graph"), is_minor=True)
_FILES = ("json", "graphml", "svg")  # of a site without a server: every tool reads GraphML
_NARROWING = {**CLAUSE_FILTERS, "later": "later", "office-holders": "office-holders"}
"""The questions by which a script narrows a network that was made before, by what it calls them."""
_LISTED_NODES = 200
_NAMED_TIES = 6


@dataclass(frozen=True)
class ListedNode:
    """A node as the list shows it, with the first of those it is tied to."""

    iri: str
    label: str
    type: str
    ties: int
    others: tuple[str, ...]
    community: int | None
    """Its number, where the node stands for a community that can be asked for."""


@router.get("/graph", response_class=HTMLResponse, summary="A network as a page: drawn, listed, and to be looked into")
async def show_graph(request: Request) -> HTMLResponse:
    """Show the network that the address asks for; its parameters are those of ``/export/network``.

    ``query`` alone, or ``saved`` with the name of a saved query, will do; what fails is said on the page. A network
    that is larger than is laid out is shown by its communities; one to be drawn whole is not waited for here.
    """
    service: Service = request.app.state.service
    asked: NetworkRequest | None = None
    error: UkfrError | None = None
    nodes: list[ListedNode] = []
    total = 0
    try:
        asked = read_choice(request)
        if not asked.whole:
            entry = await ask_network(service, replace(asked, fit=True), find_network_format("json"))
            nodes, total = list_nodes(json.loads(entry.body), language_of(request))
    except UkfrError as problem:
        error = problem
    source: dict[str, Any] = dict(write_request(asked)) if asked else {}
    if asked and places_of(request).is_static:
        source["projection"] = [asked.projection]  # a file is found by its name
    is_overview = bool(nodes) and nodes[0].type == COMMUNITY

    def change(**changes: str) -> str:
        """Return the address of the page with another choice."""
        return "/graph?" + urlencode({k: v for k, v in (source | changes).items() if v}, doseq=True)

    return render(
        request,
        "graph/graph.html",
        status=error.status if error else 200,
        asked=asked,
        error=error,
        nodes=nodes,
        is_overview=is_overview,
        total=total,
        formats=[form for form in FORMATS.values() if _has_file(form, is_static=places_of(request).is_static)],
        projections=list(list_projections().values()),
        choices=await _list_choices(service, request),
        chosen={name: _expand(getattr(asked, name)) if asked else "" for name in CLAUSE_FILTERS},
        name=_name(asked, request),
        source=urlencode(source, doseq=True),
        credit=write_credit(service, asked) if asked else [],
        files=urlencode(source | ({"overview": "true"} if is_overview else {}), doseq=True),
        change=change,
        questions={name: read_question("analysis/questions", file) for name, file in _NARROWING.items()},
        day=places_of(request).day,
    )


def read_choice(request: Request) -> NetworkRequest:
    """Read what the address asks for; what the view alone needs is left to its script.

    Raises:
        ParameterError: a number or a pair is none.
    """
    given = request.query_params
    query = given.get("query", "").strip()
    chosen = {"query": query, "projection": "query" if query else given.get("saved") or given.get("projection", "")}
    chosen["at"] = day.isoformat() if (day := as_of(request)) else ""
    others = [pair for pair in given.multi_items() if pair[0] in PARAMETERS and pair[0] not in chosen]
    return parse_request([*chosen.items(), *others], language_of(request))


def list_nodes(network: dict[str, Any], language: str) -> tuple[list[ListedNode], int]:
    """Return the nodes of a network with the most ties first, at most 200 of them, and the number of all."""
    label = {node["id"]: node.get(f"label_{language}") or node["label"] for node in network["nodes"]}
    others: dict[str, dict[str, None]] = {node["id"]: {} for node in network["nodes"]}
    for edge in network["edges"]:
        if edge["source"] != edge["target"]:
            others[edge["source"]][edge["target"]] = others[edge["target"]][edge["source"]] = None
    order = sorted(network["nodes"], key=lambda node: (-len(others[node["id"]]), label[node["id"]]))
    listed = [
        ListedNode(
            node["id"], label[node["id"]], node["type"], len(others[node["id"]]),
            tuple(label[iri] for iri in list(others[node["id"]])[:_NAMED_TIES]),
            node.get("community"),
        )
        for node in order[:_LISTED_NODES]
    ]  # fmt: skip
    return listed, len(order)


def _has_file(form: NetworkFormat, *, is_static: bool) -> bool:
    """Return whether a network is given in a format: some alone without a server, and PDF where it can be written."""
    return form.name in _FILES if is_static else form.name != "pdf" or can_write_pdf()


def _expand(value: str) -> str:
    try:
        return to_term(Parameter("iri", "iri", "iri", required=True), value).value if value else ""
    except ParameterError:
        return value


def _name(asked: NetworkRequest | None, request: Request) -> str:
    """Name what is shown: the question of a saved query, in the reader's language."""
    if asked is None or asked.query:
        return ""
    try:
        service: Service = request.app.state.service
        return service.library().find(asked.projection).question(language_of(request))
    except UkfrError:
        return ""


async def _list_choices(service: Service, request: Request) -> dict[str, list[tuple[str, str]]]:
    """List what the form offers: (IRI, label) of topics with clauses, kinds of clause, sections and statements.

    Where there are several statements, sections are named with theirs.
    """
    (table,) = await select_together(service, [read_question("site/graph", "choices")])
    rows = table.dicts()
    names = await find_names(service, {row["iri"].value for row in rows}, language_of(request))
    is_one = sum(row["filter"].value == "statement" for row in rows) < 2
    found = sorted(
        (row["filter"].value, within, row["order"].value.zfill(6), label.casefold(), row["iri"].value, label)
        for row in rows
        for within in ["" if is_one or "of" not in row else names.label(row["of"].value)]
        if (label := " – ".join(filter(None, (names.label(row["iri"].value), within))))
    )
    return {name: [(iri, label) for filter_, *_, iri, label in found if filter_ == name] for name in CLAUSE_FILTERS}
