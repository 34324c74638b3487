"""The ontology, its alignments, the shapes and the JSON-LD context, each at its own address.

They are served as the bundled files have them, whatever the dataset: what the records were built with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Any

import pyoxigraph as ox
from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from ukfr_graph import iris
from ukfr_graph.errors import NotFoundError, QueryTimeoutError
from ukfr_graph.resources import CONTEXT_NAME, SCHEMA_NAME, ontology_folder
from ukfr_graph.service.service import Service
from ukfr_graph.site import negotiation
from ukfr_graph.site.addresses import find_base
from ukfr_graph.site.negotiation import FULL, PAGE, RESOURCE_VARIANTS
from ukfr_graph.site.ontology.terms import NO_USAGE, Usage, count_usage, list_schema_files, list_terms, read_schema_file
from ukfr_graph.site.openapi import answers, negotiated, not_found, redirect
from ukfr_graph.site.rendering import language_of, render
from ukfr_graph.site.representations import write_triples
from ukfr_graph.site.thing.portrait import Portrait

router = APIRouter(tags=["ontology"])
SHAPES = iris.BASE + "shapes"
_LABEL = ox.NamedNode(iris.RDFS + "label")
_SH_NAME = ox.NamedNode("http://www.w3.org/ns/shacl#name")
_SH_PATH = ox.NamedNode("http://www.w3.org/ns/shacl#path")
_NEGOTIATED = negotiated(RESOURCE_VARIANTS)


@router.get(
    "/context.jsonld",
    summary="The JSON-LD context that the records are written with",
    response_class=Response,
    responses=answers("application/ld+json"),
)
async def context() -> Response:
    """Return the published context."""
    content = (ontology_folder() / CONTEXT_NAME).read_bytes()
    headers = {"Content-Type": "application/ld+json", "Link": f'<{iris.CONTEXT}>; rel="canonical"'}
    return Response(content, headers=headers)


@router.get(
    "/records.schema.json",
    summary="The JSON Schema of files of records, for editors",
    response_class=Response,
    responses=answers("application/schema+json"),
)
async def schema() -> Response:
    """Return the schema that editors complete and check records with."""
    content = (ontology_folder() / SCHEMA_NAME).read_bytes()
    return Response(content, headers={"Content-Type": "application/schema+json"})


@router.get("/ontology", summary="The ontology: a reference, or its triples", **_NEGOTIATED)
async def ontology(request: Request) -> Response:
    """Return every term with its use in the data, or the ontology as it is written."""
    variant = negotiation.choose_variant(request, RESOURCE_VARIANTS)
    triples = read_schema_file("ukfr.ttl")
    if variant != PAGE:
        return _give(request, triples, variant, iris.ONTOLOGY)
    try:
        usage = await _usage(request)
    except QueryTimeoutError:  # the dataset is too large to count within the limits; the page says so
        usage = NO_USAGE
    portrait = _open(request, iris.ONTOLOGY, triples)
    stems = list_schema_files("alignments")
    for stem in stems:
        portrait.add(read_schema_file(f"alignments/{stem}.ttl"))
    portrait.add(usage.names)
    return _show(
        request,
        "ontology/ontology.html",
        portrait,
        terms=list_terms(portrait, usage),
        is_counted=usage is not NO_USAGE,
        alignments=[f"{iris.ONTOLOGY}/alignments/{stem}" for stem in stems],
    )


@router.get("/ontology/alignments/{name}", summary="Matches with an outside vocabulary", **_NEGOTIATED)
async def alignment(name: Annotated[str, Path(examples=["prov"])], request: Request) -> Response:
    """Return the matches of one outside vocabulary, or what is said of them."""
    triples = read_schema_file(f"alignments/{name}.ttl")
    iri = f"{iris.ONTOLOGY}/alignments/{name}"
    variant = negotiation.choose_variant(request, RESOURCE_VARIANTS)
    if variant != PAGE:
        return _give(request, triples, variant, iri)
    portrait = _open(request, iri, triples)
    portrait.add(read_schema_file("ukfr.ttl"))
    rows = [
        (t.subject.value, t.predicate.value, t.object.value)
        for t in sorted(triples, key=str)
        if isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.NamedNode) and t.subject.value != iri
        and t.subject.value.startswith(iris.BASE)
    ]  # fmt: skip
    return _show(request, "ontology/alignment.html", portrait, rows=rows)


@router.get("/ontology/{version}", summary="The ontology, by its version or its file's name", **_NEGOTIATED)
async def ontology_version(version: Annotated[str, Path(examples=["ukfr"])], request: Request) -> Response:
    """Return the ontology where it is of this version; ``ukfr`` names it too."""
    current = _open(request, iris.ONTOLOGY, read_schema_file("ukfr.ttl")).one(iris.ONTOLOGY, "owl:versionInfo")
    if version not in ("ukfr", current):
        raise NotFoundError(
            "There is no version %(version)s of the ontology here; the one here is %(current)s.",
            version=repr(version[:100]),
            current=current,
        )
    return await ontology(request)


@router.get("/shapes", summary="The SHACL shapes: what records and terms must have", **_NEGOTIATED)
async def shapes(request: Request) -> Response:
    """Return the shapes as a page, or as they are written."""
    variant = negotiation.choose_variant(request, RESOURCE_VARIANTS)
    triples = [t for name in list_schema_files("shapes") for t in read_schema_file(f"shapes/{name}.ttl")]
    if variant != PAGE:
        return _give(request, [*triples, *_name_properties(triples)], variant, SHAPES)
    portrait = _open(request, SHAPES, triples)
    portrait.add(read_schema_file("ukfr.ttl"))
    node_shape = ox.NamedNode("http://www.w3.org/ns/shacl#NodeShape")
    found = {t.subject.value for t in triples if t.object == node_shape and isinstance(t.subject, ox.NamedNode)}
    return _show(request, "ontology/shapes.html", portrait, shapes=sorted(found, key=str.casefold))


@router.get(
    "/shapes/{name}",
    summary="Go from a shape to the document that it is in",
    status_code=303,
    response_class=RedirectResponse,
    responses={**redirect("The document, at the shape"), **not_found()},
)
async def shape(name: Annotated[str, Path(examples=["Actor"])]) -> Response:
    """Send the client to the shapes (303, See Other)."""
    try:
        node = ox.NamedNode(f"{SHAPES}/{name}")
    except ValueError:
        raise NotFoundError("There is no shape %(name)s.", name=repr(name[:200])) from None
    if not any(
        t.subject == node for file in list_schema_files("shapes") for t in read_schema_file(f"shapes/{file}.ttl")
    ):
        raise NotFoundError("There is no shape %(name)s.", name=repr(name[:200]))
    return RedirectResponse(f"/shapes#{name}", 303)


def _name_properties(shapes: Sequence[ox.Triple]) -> list[ox.Triple]:
    """Return ``sh:name`` for each property shape: the labels of its path, which forms and query builders show.

    SHACL, section 2.3.2 (https://www.w3.org/TR/shacl/#name).
    """
    labels: defaultdict[ox.NamedNode, list[ox.Literal]] = defaultdict(list)
    for triple in read_schema_file("ukfr.ttl"):
        if (
            triple.predicate == _LABEL
            and isinstance(triple.subject, ox.NamedNode)
            and isinstance(triple.object, ox.Literal)
        ):
            labels[triple.subject].append(triple.object)
    return [
        ox.Triple(triple.subject, _SH_NAME, label)
        for triple in shapes
        if triple.predicate == _SH_PATH and isinstance(triple.object, ox.NamedNode)
        for label in labels[triple.object]
    ]


def _give(
    request: Request, triples: tuple[ox.Triple, ...] | list[ox.Triple], variant: negotiation.Variant, iri: str
) -> Response:
    body = write_triples(triples, variant.name, site=find_base(request))
    headers = {"Content-Type": variant.content_type, "Vary": "Accept"}
    return Response(body, headers={**headers, "Link": _links(request, iri)})


def _links(request: Request, iri: str) -> str:
    forms = [
        f'<{negotiation.alternate_address(request, FULL, v)}>; rel="alternate"; type="{v.media_type}"'
        for v in RESOURCE_VARIANTS
    ]
    return ", ".join([f'<{negotiation.to_uri(iri)}>; rel="canonical"', *forms])


def _open(request: Request, iri: str, triples: tuple[ox.Triple, ...] | list[ox.Triple]) -> Portrait:
    portrait = Portrait(iri, language_of(request), list(triples), {}, [], cut=False)
    portrait.add(triples)
    return portrait


def _show(request: Request, template: str, portrait: Portrait, **facts: Any) -> Response:
    alternates = negotiation.list_alternates(request, FULL)
    response = render(request, template, node=portrait.iri, portrait=portrait, alternates=alternates, **facts)
    response.headers["Link"] = _links(request, portrait.iri)
    return response


async def _usage(request: Request) -> Usage:
    """Count the use of the terms, or give what was counted for the version that is in force."""
    service: Service = request.app.state.service
    kept = getattr(request.app.state, "usage", None)
    if kept is None or kept[0] != service.pool.version or service.is_remote:
        kept = service.pool.version, await count_usage(service)
        request.app.state.usage = kept
    usage: Usage = kept[1]
    return usage
