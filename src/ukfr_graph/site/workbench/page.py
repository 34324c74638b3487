"""The SPARQL workbench: a form that works without scripts, and what its script needs to know of the dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ukfr_graph.errors import UkfrError
from ukfr_graph.query.examples import fill
from ukfr_graph.query.questions import read_question
from ukfr_graph.query.saved import Library
from ukfr_graph.service.answers import ROWS, ask, read_table, select
from ukfr_graph.service.service import Service
from ukfr_graph.site.catalog.page import count
from ukfr_graph.site.navigation import Navigation
from ukfr_graph.site.phrases import name_area
from ukfr_graph.site.rendering import language_of, render

router = APIRouter()
navigation = Navigation(9, "/sparql", "SPARQL", is_minor=True)
_SHOWN_ROWS = 1000
_SHOWN_CHARACTERS = 200_000
_READABLE = f"{ROWS}, text/turtle;q=0.9"
_EXAMPLE = """SELECT ?kind (COUNT(*) AS ?n)
{ ?c a ?kind . ?kind rdfs:subClassOf ukfr:Clause }
GROUP BY ?kind"""
_PLAIN_EXAMPLE = "SELECT * { ?s ?p ?o } LIMIT 100"


@dataclass(frozen=True)
class Described:
    """A class or property: its labels by language, and how often it is used."""

    iri: str
    label: dict[str, str]
    count: int


@dataclass(frozen=True)
class Terms:
    """The terms that a query can be made of, beside the prefixes, which are part of the page."""

    classes: list[Described]
    properties: list[Described]


@dataclass(frozen=True)
class Example:
    """A saved query as the workbench offers it."""

    name: str
    area: str
    question: str
    query: str


@router.get("/editor", response_class=HTMLResponse, summary="A form for SPARQL, and the answer as a table")
async def show_editor(request: Request) -> HTMLResponse:
    """Show the form; with a query, its answer or what is wrong with it."""
    service: Service = request.app.state.service
    query = request.query_params.get("query", "")
    table, text, error = None, "", None
    if query.strip():
        try:
            table, text = read_table(await ask(service, query, accept=_READABLE, with_user_graphs=True), _SHOWN_ROWS)
        except UkfrError as problem:
            error = problem
    return render(
        request,
        "workbench/editor.html",
        status=error.status if error else 200,
        query=query or (_PLAIN_EXAMPLE if service.is_plain else _EXAMPLE),
        table=table,
        text=text[:_SHOWN_CHARACTERS],
        error=error,
        examples=[asdict(example) for example in list_examples(service.library(), language_of(request))],
    )


@router.get("/editor/terms", summary="Classes and properties, with their labels and how often they are used")
async def give_terms(request: Request) -> Terms:
    """Return what an editor completes: the partitions of the VoID description, with labels for people.

    Raises:
        UkfrError: the dataset could not be asked.
    """
    service, statistics = await count(request)
    labels: dict[str, dict[str, dict[str, str]]] = {"class": {}, "property": {}}
    for row in (await select(service, read_question("site/workbench", "terms"))).dicts():
        language = getattr(row["label"], "language", None) or "en"
        labels[row["kind"].value].setdefault(row["term"].value, {})[language] = row["label"].value
    return Terms(
        classes=_describe(statistics.classes, labels["class"]),
        properties=_describe({iri: uses for iri, (uses, _, _) in statistics.properties.items()}, labels["property"]),
    )


def _describe(uses: Mapping[str, int], labels: dict[str, dict[str, str]]) -> list[Described]:
    """List what is used and what else has a label, the most used first."""
    counts = dict.fromkeys(labels, 0) | dict(uses)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Described(iri, labels.get(iri, {}), count) for iri, count in ordered]


def list_examples(library: Library, language: str) -> list[Example]:
    """List the saved queries as texts that can be asked as they are, named in a language."""
    texts = ((query, fill(query).strip()) for query in library.queries.values())
    return [
        Example(query.name, name_area(query.area, language), query.question(language), text)
        for query, text in texts
        if text
    ]
