"""Networks for other tools: GraphML, GEXF, node-link JSON, DOT; SVG by ``drawing``, PNG and PDF of it by ``pictures``.

GraphML 1.0 (http://graphml.graphdrawing.org/specification.html), GEXF 1.2 (https://gexf.net/schema.html), node-link
JSON as networkx and d3 read it, DOT (https://graphviz.org/doc/info/lang.html).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from ukfr_graph.analysis.drawing import draw_network
from ukfr_graph.analysis.layouts import ALGORITHM
from ukfr_graph.analysis.measures import SEED
from ukfr_graph.analysis.network import Network, name_labels, say_label
from ukfr_graph.analysis.pictures import draw_png, write_pdf
from ukfr_graph.errors import SettingsError
from ukfr_graph.markup import finish_xml

Places = Mapping[str, tuple[float, float]]
Extras = Mapping[str, Mapping[str, Any]]
"""Measures by node: plain values by the names of their measures."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A network with the places of its nodes, what was measured about them, and lines that credit it in a picture."""

    network: Network
    places: Places
    extras: Extras
    credit: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NetworkFormat:
    """A format: its name, its title for people, its media type, and what writes it in a language."""

    name: str
    title: str
    media_type: str
    write: Callable[[Drawing, str], bytes]


def _decorate(drawing: Drawing) -> Any:
    """Return the networkx graph with places and measures as attributes of its nodes."""
    graph = drawing.network.to_networkx()
    for iri, (x, y) in drawing.places.items():
        graph.nodes[iri].update(x=x, y=y, **drawing.extras.get(iri, {}))
    return graph


def _write_graphml(drawing: Drawing, _: str) -> bytes:
    """The schema takes name tokens as identifiers, which IRIs are not: nodes are n0, n1 …, edges e0, e1 ….

    Cytoscape and yEd show what is called ``name``.
    """
    from networkx.readwrite.graphml import GraphMLWriter

    graph = _decorate(drawing)
    names = {iri: f"n{at}" for at, iri in enumerate(graph)}
    plain = type(graph)(**graph.graph)
    plain.add_nodes_from((names[iri], {"name": facts["label"], **facts}) for iri, facts in graph.nodes(data=True))
    plain.add_edges_from(
        (names[one], names[other], f"e{at}", facts) for at, (one, other, facts) in enumerate(graph.edges(data=True))
    )
    writer = GraphMLWriter()
    writer.add_graph_element(plain)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{writer}\n".encode()


def _write_gexf(drawing: Drawing, _: str) -> bytes:
    """A name, which the schema does not have, is taken out, and the day, by which equal files would differ."""
    from networkx.readwrite.gexf import GEXFWriter

    graph = _decorate(drawing)
    for facts in graph.nodes.values():
        facts["viz"] = {"position": {"x": facts["x"], "y": facts["y"], "z": 0.0}}
    writer = GEXFWriter(graph, version="1.2draft")
    for element in writer.xml:
        for name in ("name", "lastmodifieddate"):
            element.attrib.pop(name, None)
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue() + b"\n"


def _write_json(drawing: Drawing, _: str) -> bytes:
    """Lists stay lists here: clauses, and the nodes of a path."""
    import networkx as nx

    network = drawing.network
    content = nx.node_link_data(_decorate(drawing), edges="edges")
    for item in (*content["nodes"], *content["edges"]):
        item["clauses"] = item["clauses"].split()
    content["graph"] |= {
        **name_labels(network.labels),
        "layout": f"{ALGORITHM}, seed {SEED}",
        "path": list(network.path),
    }
    return json.dumps(content, ensure_ascii=False).encode()


def _write_dot(drawing: Drawing, language: str) -> bytes:
    """Places are in points, and pinned (``!``), for ``neato -n``."""
    network = drawing.network
    kind, arrow = ("digraph", "->") if network.is_directed else ("graph", "--")
    lines = [f"{kind} {_quote(network.name)} {{"]
    for node in network.nodes:
        x, y = drawing.places[node.iri]
        facts = {
            **name_labels(node.labels),
            "label": say_label(node.labels, language),
            "URL": node.iri,
            "type": node.type,
            "kind": node.kind,
            "weight": str(node.weight),
            "clauses": " ".join(node.clauses),
            "pos": f"{x},{y}!",
        }
        lines.append(f"  {_quote(node.iri)} [{_write_facts(facts)}];")
    for edge in network.edges:
        facts = {
            **name_labels(edge.labels),
            "label": say_label(edge.labels, language),
            "URL": edge.relation,
            "weight": str(edge.weight),
            "clauses": " ".join(edge.clauses),
        }
        lines.append(f"  {_quote(edge.source)} {arrow} {_quote(edge.target)} [{_write_facts(facts)}];")
    return ("\n".join(lines) + "\n}\n").encode()


def _write_svg(drawing: Drawing, language: str) -> bytes:
    return draw_network(drawing.network, drawing.places, language, drawing.credit)


def _make_picture(draw: Callable[[str], bytes]) -> Callable[[Drawing, str], bytes]:
    """Make a writer that has the SVG drawn in another form."""
    write = _as_xml(_write_svg)
    return lambda drawing, language: draw(write(drawing, language).decode())


def _write_facts(facts: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={_quote(value)}" for name, value in facts.items())


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _as_xml(write: Callable[[Drawing, str], bytes]) -> Callable[[Drawing, str], bytes]:
    """Make a writer that refuses what XML cannot hold (see ``markup.finish_xml``)."""
    return lambda drawing, language: finish_xml(write(drawing, language), "The formats json and dot")


FORMATS: dict[str, NetworkFormat] = {
    form.name: form
    for form in (
        NetworkFormat("json", "JSON", "application/json", _write_json),
        NetworkFormat("graphml", "GraphML", "application/graphml+xml", _as_xml(_write_graphml)),
        NetworkFormat("gexf", "GEXF", "application/gexf+xml", _as_xml(_write_gexf)),
        NetworkFormat("dot", "DOT", "text/vnd.graphviz", _write_dot),
        NetworkFormat("svg", "SVG", "image/svg+xml", _as_xml(_write_svg)),
        NetworkFormat("png", "PNG", "image/png", _make_picture(draw_png)),
        NetworkFormat("pdf", "PDF", "application/pdf", _make_picture(write_pdf)),
    )
}

PICTURES = ("svg", "png", "pdf")
"""The names of the formats that are drawn for the eye, in one language."""


def find_network_format(name: str) -> NetworkFormat:
    """Find a format by its name.

    Raises:
        SettingsError: there is none.
    """
    if name not in FORMATS:
        raise SettingsError(
            "The format %(name)s is unknown; use one of %(names)s.", name=repr(name), names=", ".join(FORMATS)
        )
    return FORMATS[name]
