"""Every IRI of the graph answers: ``/id/…`` leads to ``/doc/…``, which is a page or data, as the client likes.

Cool URIs (https://www.w3.org/TR/cooluris/): what is named by ``/id/…`` is no document, so the answer is 303. Concepts,
graphs and profiles are answered at their own address. How forms are chosen: see ``negotiation``.
"""

from __future__ import annotations

import contextlib
from functools import cache
from typing import Annotated
from urllib.parse import quote

import pyoxigraph as ox
from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from ukfr_graph import iris
from ukfr_graph.clauses import Clause
from ukfr_graph.errors import GoneError, Message, NotFoundError
from ukfr_graph.errors import mark as _
from ukfr_graph.messages import find_languages, load_messages, say_in_all
from ukfr_graph.query.questions import give_values, read_question
from ukfr_graph.resources import templates_folder
from ukfr_graph.service.answers import construct, require_known, select
from ukfr_graph.service.clause_answers import find_clause, find_some_clauses
from ukfr_graph.service.identifiers import find_identifier
from ukfr_graph.service.names import find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site import negotiation
from ukfr_graph.site.addresses import find_base
from ukfr_graph.site.clause_table import give_clauses
from ukfr_graph.site.follow import follow_up
from ukfr_graph.site.negotiation import FULL, PAGE, PROFILES, RESOURCE_VARIANTS, SUMMARY, ContentProfile, path_of
from ukfr_graph.site.openapi import negotiated, not_found, redirect
from ukfr_graph.site.phrases import name_inverse
from ukfr_graph.site.rendering import language_of, render
from ukfr_graph.site.representations import write_triples
from ukfr_graph.site.rules import find_rules, list_coded
from ukfr_graph.site.spreadsheets import CSV, WORKBOOK
from ukfr_graph.site.statement.passages import Passage, find_passage
from ukfr_graph.site.taking import list_files
from ukfr_graph.site.thing.gathering import describe, find_user_graphs, glimpse, paint
from ukfr_graph.site.thing.portrait import Portrait
from ukfr_graph.site.thing.readings import list_readings
from ukfr_graph.site.thing.schema_org import describe_for_search
from ukfr_graph.triples import is_count, is_true

router = APIRouter(tags=["resources"])
ThingPath = Annotated[str, Path(examples=["place/calais", "instrument/dublin-iii"])]
SchemeName = Annotated[str, Path(examples=["topic"])]
_ROOM = "site/thing"
_SSSOM = "https://w3id.org/sssom/"  # whose mapping sets are the links to other datasets
_VARY = "Accept, Accept-Profile, Accept-Language, Cookie"
_SUMMARIZED = {
    iris.RDF + "type", iris.RDFS + "label", iris.SKOS + "prefLabel", iris.DCTERMS + "title", iris.UKFR + "summary",
    iris.DCTERMS + "description", iris.SKOS + "definition", iris.SKOS + "notation",
}  # fmt: skip
_TABLES = (CSV, WORKBOOK)
"""The forms of the clauses that concern a thing; the thing itself has others."""
_NEGOTIATED = negotiated(RESOURCE_VARIANTS, profiles=True)


@router.get(
    "/id/{path:path}",
    summary="Go from a thing to the document about it",
    status_code=303,
    response_class=RedirectResponse,
    responses=redirect("The document about the thing"),
)
async def identify(path: ThingPath, request: Request) -> Response:
    """Send the client to the document, with the parameters that it came with (303, See Other)."""
    address = "/doc/" + quote(path, safe="/:@!$&'()*+,;=~-._")
    if iris.has_dot_segments(address):  # which clients take for another path (RFC 3986, section 5.2.4)
        raise NotFoundError("%(path)s is no part of an IRI, so nothing is said of it.", path=repr(path[:500]))
    query = request.scope["query_string"].decode("latin-1")
    return RedirectResponse(address + (f"?{query}" if query else ""), 303, {"Vary": "Accept"})


@router.get("/doc/{path:path}", summary="What is known about a thing, as a page or as data", **_NEGOTIATED)
async def document(path: ThingPath, request: Request) -> Response:
    """Answer with a page, or with the triples about the thing and its parts."""
    return await _answer(request, await find_identifier(request.app.state.service, "id/" + path))


@router.get("/vocab", summary="The vocabularies", **_NEGOTIATED)
async def vocabularies(request: Request) -> Response:
    """Return the schemes of concepts, with their labels."""
    service: Service = request.app.state.service
    told = await construct(service, read_question(_ROOM, "vocabularies"))
    return await _answer(request, iris.VOCABULARY.rstrip("/"), told, "thing/vocabularies.html")


@router.get("/vocab/{scheme}", summary="A vocabulary with its concepts", **_NEGOTIATED)
async def vocabulary(scheme: SchemeName, request: Request) -> Response:
    """Return a scheme and all its concepts."""
    service: Service = request.app.state.service
    iri = _name(iris.VOCABULARY + scheme)
    question = give_values(read_question(_ROOM, "vocabulary"), "scheme", str(ox.NamedNode(iri)))
    return await _answer(request, iri, await construct(service, question), "thing/vocabulary.html")


@router.get("/vocab/{scheme}/{concept}", summary="A concept", **_NEGOTIATED)
async def concept(scheme: SchemeName, concept: Annotated[str, Path(examples=["asylum"])], request: Request) -> Response:
    """Return a concept, and what is about it."""
    iri = await find_identifier(request.app.state.service, f"vocab/{scheme}/{concept}")
    return await _answer(request, iri)


@router.get("/links/{name}", summary="The reviewed links to an outside dataset", **_NEGOTIATED)
async def links(name: Annotated[str, Path(examples=["cets"])], request: Request) -> Response:
    """Return a set of links, and each of them."""
    return await _answer(request, _name(f"{iris.BASE}links/{name}"))


@router.get("/graph/{name:path}", summary="A named graph of the dataset", **negotiated(RESOURCE_VARIANTS))
async def graph(name: Annotated[str, Path(examples=["entities"])], request: Request) -> Response:
    """Show what a graph holds, or send a program to its triples in the graph store (303, See Other)."""
    service: Service = request.app.state.service
    iri = _name(iris.GRAPH + name)
    facts = (await service.ask({"task": "facts"}, "facts")).head
    if iri not in facts["graphs"]:
        raise NotFoundError("There is no graph <%(graph)s> here.", graph=iri)
    variant = negotiation.choose_variant(request, RESOURCE_VARIANTS)
    if variant != PAGE:
        return RedirectResponse(f"/graph-store?graph={quote(iri, safe='')}", 303, {"Vary": "Accept"})
    table = await select(service, read_question(_ROOM, "graph-contents"), {"graph": ox.NamedNode(iri)})
    counts = [
        (row["kind"].value, int(row["nodes"].value)) for row in table.dicts() if isinstance(row["kind"], ox.NamedNode)
    ]
    names = Portrait(iri, language_of(request), [], {}, [], cut=False)
    names.add(await glimpse(service, [kind for kind, _ in counts]))
    return render(
        request, "thing/graph-contents.html", iri=iri, triples=facts["graphs"][iri], counts=counts, names=names
    )


@router.get("/profile/{name}", summary="What a profile of the representations is", responses=not_found())
async def profile(name: Annotated[str, Path(examples=["summary"])]) -> dict[str, str]:
    """Describe a profile of Content Negotiation by Profile."""
    for known in PROFILES:
        if known.name == name:
            return {"id": known.iri, **say_in_all(known.description, find_languages())}
    raise NotFoundError(
        "There is no profile %(name)s; there are %(profiles)s.",
        name=repr(name),
        profiles=" and ".join(p.name for p in PROFILES),
    )


async def _answer(
    request: Request, iri: str, triples: list[ox.Triple] | None = None, template: str = "thing/resource.html"
) -> Response:
    """Answer in the form and by the profile that the client likes best.

    Raises:
        NotFoundError: nothing is said of it.
        GoneError: it is retired.
    """
    service: Service = request.app.state.service
    table = next((form for form in _TABLES if request.query_params.get("format") == form.name), None)
    variant = table or negotiation.choose_variant(request, RESOURCE_VARIANTS)
    chosen = negotiation.choose_profile(request)
    is_whole = triples is None
    told = await describe(service, iri) if triples is None else triples
    if not told:
        await require_known(service, {"iri": ox.NamedNode(iri)}, with_user_graphs=True)
        added = "".join(f" <{name}>," for name in await find_user_graphs(service, iri)).rstrip(",")
        users = Message(
            _(" Users added something about it, in%(graphs)s: ask /sparql, which reads all graphs."), {"graphs": added}
        )
        raise NotFoundError(
            "Nothing is said here of <%(iri)s>. /search and /queries find what is.%(told_by)s",
            iri=iri,
            told_by=users if added else "",
        )
    await _check_retirement(service, iri, told)
    if table:
        about = {load_messages(language_of(request)).gettext("Concerning"): iri}
        clauses = [iri] if await find_clause(service, iri) else await _find_concerned(service, iri)
        return await give_clauses(request, table, clauses, about, name=iris.local_name(iri))
    if chosen is SUMMARY:
        told = [t for t in told if t.predicate.value in _SUMMARIZED and (not is_whole or t.subject.value == iri)]  # type: ignore[union-attr]  # no triple is a subject here
    if variant == PAGE:
        response = await _show(request, iri, told, chosen, template)
    else:
        body = write_triples(told, variant.name, iri if is_whole else "", site=find_base(request))
        response = Response(body, headers={"Content-Type": variant.content_type})
    response.headers["Vary"] = _VARY
    response.headers["Link"] = negotiation.link_header(request, chosen, RESOURCE_VARIANTS, iri)
    return response


async def _find_concerned(service: Service, thing: str) -> list[str]:
    """Find the clauses that concern a thing, those on the narrower topics of a topic among them."""
    table = await select(service, read_question(_ROOM, "clauses"), {"thing": ox.NamedNode(thing)})
    return [row["clause"].value for row in table.dicts()]


async def _show(request: Request, iri: str, told: list[ox.Triple], chosen: ContentProfile, template: str) -> Response:
    service: Service = request.app.state.service
    portrait = await paint(service, iri, language_of(request), told)
    clause = await find_clause(service, iri) if portrait.is_a(iri, "ukfr:Clause") else None
    neighbours = await _find_neighbours(service, clause) if clause else {}
    named = clause.mentioned() | set(neighbours.values()) if clause else set()
    others = [] if clause else await _find_concerned(service, iri)
    names = await find_names(service, named, portrait.language)
    return render(
        request,
        template,
        node=iri,
        portrait=portrait,
        layout="thing/clause.html" if clause else _choose_layout(portrait),
        clause=clause,
        follow_up=await follow_up(request) if clause else None,
        rules=await find_rules(service, list_coded([clause] if clause else []), portrait.language),
        names=names,
        neighbours={side: names.of(other) for side, other in neighbours.items()},
        told_above={iris.UKFR + name for name in (*clause.related_by, "outcomeOf")} if clause else set(),
        inverse=name_inverse,
        is_full=chosen is FULL,
        passages=_find_passages(portrait),
        alternates=negotiation.list_alternates(request, chosen),
        readings=list_readings(portrait),
        concerned=await find_some_clauses(service, others, ("clauses", "texts")),
        files=list_files(path_of(request), [], _TABLES),
        description=_describe(portrait),
        structured=describe_for_search(portrait, service.profile.license),
    )


def _describe(portrait: Portrait) -> str:
    """Describe the thing in a sentence: as its record does, else by its kind and its name."""
    node = portrait.iri
    if told := portrait.text(node, "ukfr:summary", "dcterms:description", "skos:definition"):
        return told.value
    kinds = ", ".join(portrait.label(kind).value for kind in portrait.kinds(node))
    name = portrait.name(node).value
    return f"{kinds}{load_messages(portrait.language).gettext(': ')}{name}" if kinds else name


def _choose_layout(portrait: Portrait) -> str:
    """Name the template of what a page of this kind tells first, which is called like its class; none without one."""
    classes = (*portrait.kinds(portrait.iri), *portrait.nodes(portrait.iri, "rdf:type"))
    ours = (iris.local_name(kind) for kind in classes if kind.startswith((iris.UKFR, _SSSOM)))
    return next((f"thing/kinds/{name}.html" for name in ours if name in _list_layouts()), "")


@cache
def _list_layouts() -> frozenset[str]:
    return frozenset(path.stem for path in (templates_folder() / "thing/kinds").glob("*.html"))


def _find_passages(portrait: Portrait) -> dict[str, Passage]:
    """Find the words of the node's evidence where they stand, by the IRI of the evidence; none that are not here."""
    found: dict[str, Passage] = {}
    for evidence in portrait.nodes(portrait.iri, "ukfr:evidence"):
        selectors = portrait.nodes(evidence, "oa:hasSelector")
        start = next((v for s in selectors if (v := portrait.one(s, "oa:start"))), "")
        end = next((v for s in selectors if (v := portrait.one(s, "oa:end"))), "")
        for source in portrait.nodes(evidence, "oa:hasSource"):
            checksum = next(iter(portrait.nodes(source, "spdx:checksum")), source + "#checksum")
            with contextlib.suppress(NotFoundError):  # the text does not lie here
                text = portrait.source_texts.read(portrait.one(checksum, "spdx:checksumValue"))
                if is_count(start) and is_count(end) and (passage := find_passage(text, int(start), int(end))):
                    found[evidence] = passage
    return found


async def _find_neighbours(service: Service, clause: Clause) -> dict[str, str]:
    """Find the clauses before and after one in its statement."""
    places = {clause.order - 1: "before", clause.order + 1: "after"}
    question = give_values(read_question(_ROOM, "neighbours"), "order", " ".join(map(str, places)))
    table = await select(service, question, {"statement": ox.NamedNode(clause.statement)})
    return {places[int(row["order"].value)]: row["clause"].value for row in table.dicts()}


async def _check_retirement(service: Service, iri: str, told: list[ox.Triple]) -> None:
    """Refuse what is marked ``owl:deprecated``; ``dcterms:isReplacedBy`` names what stands in its place.

    A curated IRI is retired by a curated graph alone: who may write beside them cannot take it away.
    """
    if not any(t.predicate.value == iris.OWL + "deprecated" and t.subject == ox.NamedNode(iri) for t in told):
        return
    rows = (await select(service, read_question(_ROOM, "stated"), {"node": ox.NamedNode(iri)})).dicts()
    stated = [row for row in rows if iris.is_curated_graph(row["graph"].value) or not iri.startswith(iris.namespaces())]
    if any(row["property"].value == iris.OWL + "deprecated" and is_true(row["value"]) for row in stated):
        replaced = [row["value"].value for row in stated if row["property"].value == iris.DCTERMS + "isReplacedBy"]
        successors = tuple(sorted(set(replaced)))
        use = Message(_(" Use %(successors)s instead."), {"successors": ", ".join(f"<{s}>" for s in successors)})
        raise GoneError(
            "<%(iri)s> is retired.%(instead)s", iri=iri, instead=use if successors else "", successors=successors
        )


def _name(iri: str) -> str:
    try:
        return ox.NamedNode(iri).value
    except ValueError:
        raise NotFoundError("%(iri)s is no IRI, so nothing is said of it.", iri=repr(iri[:500])) from None
