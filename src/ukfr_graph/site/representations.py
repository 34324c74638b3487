"""Triples as Turtle, N-Triples, RDF/XML, or JSON-LD with the published context."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.query.formats import find_format
from ukfr_graph.resources import read_context
from ukfr_graph.triples import find_prefixes, serialize

_TYPE = ox.NamedNode(iris.RDF + "type")
CONTEXT_PATH = "/" + iris.CONTEXT.removeprefix(iris.BASE)
"""The path of the published context on a server."""


def write_triples(triples: Iterable[ox.Triple], form: str, root: str = "", *, site: str) -> bytes:
    """Return triples in a format of ``query.formats``; JSON-LD is nested under ``root`` where one is given.

    JSON-LD names the context by its address at ``site`` (scheme and host), where any client can read it.
    """
    ordered = sorted(triples, key=lambda t: (str(t.subject), t.predicate != _TYPE, str(t)))  # a typed element first
    if form == "jsonld":
        document = compact(ordered, root) | {"@context": site + CONTEXT_PATH}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    engine = find_format(form, "graph").engine
    assert isinstance(engine, ox.RdfFormat)
    return serialize(ordered, engine, prefixes=find_prefixes(ordered) if form in ("ttl", "rdf") else None)


def compact(triples: Iterable[ox.Triple], root: str = "") -> dict[str, Any]:
    """Write triples as compacted JSON-LD, whose context is the address of the published one.

    Nothing is fetched: the bundled context stands in for its address. With ``root`` the nodes are nested in it, as in
    the curated records (JSON-LD 1.1 Framing, https://www.w3.org/TR/json-ld11-framing/).
    """
    from pyld import jsonld  # needed for this format alone

    expanded = expand(triples)
    options = {"documentLoader": _load_context, "contextResolver": _keep_context(), "ordered": True}
    if root and expanded:
        frame = {"@context": iris.CONTEXT, "@id": root, "@embed": "@once"}
        framed: dict[str, Any] = jsonld.frame(expanded, frame, options)
        return framed
    flat: dict[str, Any] = jsonld.compact(expanded, iris.CONTEXT, {**options, "graph": True})
    return flat


def expand(triples: Iterable[ox.Triple]) -> list[dict[str, Any]]:
    """Write triples as expanded JSON-LD, a node for each subject (JSON-LD 1.1 API, section 8.5, without lists).

    The library's own way takes N-Quads, whose lines it also ends at U+2028.
    """
    nodes: dict[str, dict[str, Any]] = {}
    for triple in triples:
        assert not isinstance(triple.subject, ox.Triple)  # no answer of ours has triple terms
        name = _identify(triple.subject)
        node = nodes.setdefault(name, {"@id": name})
        value = triple.object
        if isinstance(value, ox.Literal):
            given: dict[str, str] = {"@value": value.value}
            if value.language:
                given["@language"] = value.language
            elif value.datatype.value != iris.XSD + "string":
                given["@type"] = value.datatype.value
            node.setdefault(triple.predicate.value, []).append(given)
        elif isinstance(value, ox.NamedNode) and triple.predicate.value == iris.RDF + "type":
            node.setdefault("@type", []).append(value.value)
        elif not isinstance(value, ox.Triple):
            node.setdefault(triple.predicate.value, []).append({"@id": _identify(value)})
    return list(nodes.values())


def _identify(node: ox.NamedNode | ox.BlankNode) -> str:
    return node.value if isinstance(node, ox.NamedNode) else f"_:{node.value}"


@cache
def _keep_context() -> Any:
    """Keep the published context as it is once resolved, which took a fifth of the time for each document."""
    from pyld.context_resolver import ContextResolver

    return ContextResolver({}, _load_context)


def _load_context(address: str, _: object = None) -> dict[str, Any]:
    if address != iris.CONTEXT:
        raise ValueError(f"{address} is not the published context, and nothing is fetched.")
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": address,
        "document": {"@context": read_context()},
    }
