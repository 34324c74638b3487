"""Triples as Turtle, N-Triples, RDF/XML, or JSON-LD with the published context."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.query.formats import find_format
from ukfr_graph.records import read_context
from ukfr_graph.triples import serialize


def write_triples(triples: Iterable[ox.Triple], form: str, root: str = "") -> bytes:
    """Write triples in a format of ``query.formats``; JSON-LD is nested under ``root`` where one is given."""
    ordered = sorted(triples, key=str)
    if form == "jsonld":
        return json.dumps(compact(ordered, root), ensure_ascii=False, indent=1).encode()
    engine = find_format(form, "graph").engine
    assert isinstance(engine, ox.RdfFormat)
    return serialize(ordered, engine, prefixes=form in ("ttl", "rdf"))


def compact(triples: Iterable[ox.Triple], root: str = "") -> dict[str, Any]:
    """Write triples as compacted JSON-LD, whose context is the address of the published one.

    Nothing is fetched: the bundled context stands in for its address. With ``root`` the nodes are nested in it, as in
    the curated records (JSON-LD 1.1 Framing, https://www.w3.org/TR/json-ld11-framing/).
    """
    from pyld import jsonld  # needed for this format alone

    lines = serialize(triples, ox.RdfFormat.N_TRIPLES).decode()
    expanded = jsonld.from_rdf(lines, {"format": "application/n-quads"})
    options = {"documentLoader": _load_context, "ordered": True}
    if root and expanded:
        frame = {"@context": iris.CONTEXT, "@id": root, "@embed": "@once"}
        framed: dict[str, Any] = jsonld.frame(expanded, frame, options)
        return framed
    flat: dict[str, Any] = jsonld.compact(expanded, iris.CONTEXT, {**options, "graph": True})
    return flat


def _load_context(address: str, _: object = None) -> dict[str, Any]:
    if address != iris.CONTEXT:
        raise ValueError(f"{address} is not the published context, and nothing is fetched.")
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": address,
        "document": {"@context": read_context()},
    }
