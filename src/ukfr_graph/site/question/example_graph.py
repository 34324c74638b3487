"""The saved queries as RDF, which query editors read."""

from __future__ import annotations

import pyoxigraph as ox
from fastapi import APIRouter, Request
from starlette.responses import Response

from ukfr_graph.query.examples import GRAPH_PATH, describe_examples
from ukfr_graph.service.service import Service
from ukfr_graph.site import negotiation
from ukfr_graph.site.addresses import find_base
from ukfr_graph.site.negotiation import GRAPH_VARIANTS, Variant
from ukfr_graph.site.openapi import negotiated
from ukfr_graph.site.representations import write_triples

router = APIRouter()
EXAMPLE_VARIANTS = (*GRAPH_VARIANTS, Variant("trig", ("application/trig",)))


@router.get(GRAPH_PATH, summary="The saved queries as RDF, for query editors", **negotiated(EXAMPLE_VARIANTS))
async def give_examples(request: Request) -> Response:
    """Describe the saved queries with SHACL's terms; TriG names the graph, which is this very address."""
    service: Service = request.app.state.service
    variant = negotiation.choose_variant(request, EXAMPLE_VARIANTS)
    site = find_base(request)
    triples = describe_examples(service.library().queries.values(), site)
    if variant.name == "trig":
        graph = ox.NamedNode(site + GRAPH_PATH)
        body = (
            ox.serialize(
                [ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples],
                format=ox.RdfFormat.TRIG,
            )
            or b""
        )
    else:
        body = write_triples(triples, variant.name, site=find_base(request))
    return Response(body, headers={"Content-Type": variant.content_type, "Vary": "Accept"})
