"""A network as SVG, for eyes and for screen readers (https://www.w3.org/TR/svg-aam-1.0/).

Types differ by colour and by shape. Each node is a link to its IRI, and has its label, type and weight as title.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import cos, pi, sin
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ukfr_graph.analysis.network import Edge, Network, Node
from ukfr_graph.iris import local_name
from ukfr_graph.messages import load_messages

_SVG = "http://www.w3.org/2000/svg"
_MARGIN, _ROW = 90.0, 22.0
_LABELS = 60  # nodes that are labelled at most: the heaviest
_LONGEST = 34
_MANY = 60
_INK, _PAPER, _TIE = "#1d2433", "#ffffff", "#8a93a6"
# The light colours of the pages (site/style.css, web/src/looks.ts), by type, and the corners of its shape; a test
# holds them. They go when the ontology has the looks of its classes.
LOOKS: Mapping[str, tuple[str, int]] = {
    "ukfr:Clause": ("#0b4a8f", 0),
    "ukfr:Actor": ("#873800", 4),
    "ukfr:Instrument": ("#1a5c2b", 3),
    "skos:Concept": ("#652a8a", 6),
    "ukfr:Place": ("#0a5a61", 5),
    "ukfr:Quantity": ("#7a5200", 8),
    "ukfr:DerivedQuantity": ("#a31621", 8),
    "community": ("#164a8b", 0),
}
_OTHER = ("#575e66", 0)


def draw_network(network: Network, places: Mapping[str, tuple[float, float]], language: str) -> bytes:
    """Draw a network whose nodes have places; the same network gives the same bytes."""
    types = Counter(node.type for node in network.nodes)
    xs, ys = [x for x, _ in places.values()] or [0.0], [y for _, y in places.values()] or [0.0]
    left, top = min(xs) - _MARGIN, min(ys) - _MARGIN
    width, height = max(xs) - left + _MARGIN, max(ys) - top + _MARGIN + _ROW * (len(types) + 1)
    svg = Element(
        "svg",
        {
            "xmlns": _SVG,
            "viewBox": " ".join(map(_number, (left, top, width, height))),
            "role": "img",
            "aria-labelledby": "network-title network-desc",
            "lang": language,
            "font-family": "sans-serif",
        },
    )
    title = _say(network, language)
    SubElement(svg, "title", {"id": "network-title"}).text = title
    SubElement(svg, "desc", {"id": "network-desc"}).text = _describe(network, types, language=language)
    SubElement(svg, "rect", {
        "x": _number(left), "y": _number(top), "width": _number(width), "height": _number(height), "fill": _PAPER,
    })  # fmt: skip
    _draw_edges(svg, network, places, language=language)
    _draw_nodes(svg, network, places, language=language)
    _draw_legend(svg, types, left + 20, top + height - _ROW * len(types) - 8, language=language)
    indent(svg, " ")
    content: bytes = tostring(svg, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _describe(network: Network, types: Counter[str], *, language: str) -> str:
    counted = ", ".join(f"{_name(t, language=language)}: {n}" for t, n in sorted(types.items()))
    messages = load_messages(language)
    nodes = messages.ngettext("%(count)s node", "%(count)s nodes", len(network.nodes)) % {"count": len(network.nodes)}
    links = messages.ngettext("%(count)s connection", "%(count)s connections", len(network.edges))
    return f"{nodes} ({counted}), {links % {'count': len(network.edges)}}."


def _draw_edges(svg: Element, network: Network, places: Mapping[str, tuple[float, float]], *, language: str) -> None:
    group = SubElement(svg, "g", {"stroke": _TIE, "stroke-opacity": "0.6"})
    for edge in network.edges:
        (x1, y1), (x2, y2) = places[edge.source], places[edge.target]
        line = SubElement(group, "line", {
            "x1": _number(x1), "y1": _number(y1), "x2": _number(x2), "y2": _number(y2),
            "stroke-width": _number(min(1 + 0.4 * (edge.weight - 1), 6)),
        })  # fmt: skip
        SubElement(line, "title").text = f"{_say(edge, language)} ({edge.weight})"


def _draw_nodes(svg: Element, network: Network, places: Mapping[str, tuple[float, float]], *, language: str) -> None:
    group = SubElement(svg, "g", {"stroke": _PAPER, "stroke-width": "1"})
    ties = Counter(iri for edge in network.edges for iri in (edge.source, edge.target))
    ranked = sorted(network.nodes, key=lambda n: (-n.members, -ties[n.iri], n.iri))
    labelled = {node.iri for node in ranked[:_LABELS]}
    size = "11" if len(network.nodes) <= _MANY else "8"
    for node in network.nodes:
        x, y = places[node.iri]
        radius = 4 + min(2.2 * max(ties[node.iri], node.members) ** 0.5, 16)
        label = _say(node, language)
        link = SubElement(group, "a", {"href": node.iri} if node.iri.startswith(("https://", "http://")) else {})
        colour, corners = LOOKS.get(node.type, _OTHER)
        SubElement(link, "title").text = f"{label} ({_name(node.type, language=language)}, {node.weight})"
        _draw_shape(link, x, y, radius, colour, corners)
        if node.iri in labelled:
            text = SubElement(link, "text", {
                "x": _number(x), "y": _number(y + radius + 9), "font-size": size, "text-anchor": "middle",
                "fill": _INK, "stroke-width": "2", "paint-order": "stroke",
            })  # fmt: skip
            text.text = _shorten(label)


def _draw_shape(parent: Element, x: float, y: float, radius: float, colour: str, corners: int) -> None:
    if not corners:
        SubElement(parent, "circle", {"cx": _number(x), "cy": _number(y), "r": _number(radius), "fill": colour})
        return
    angles = [2 * pi * at / corners - pi / 2 + (pi / 4 if corners == 4 else 0) for at in range(corners)]
    points = " ".join(f"{_number(x + radius * cos(a))},{_number(y + radius * sin(a))}" for a in angles)
    SubElement(parent, "polygon", {"points": points, "fill": colour})


def _draw_legend(svg: Element, types: Counter[str], x: float, y: float, *, language: str) -> None:
    group = SubElement(svg, "g", {"font-size": "13", "fill": _INK})
    for at, (name, count) in enumerate(sorted(types.items())):
        colour, corners = LOOKS.get(name, _OTHER)
        _draw_shape(group, x, y + at * _ROW - 4, 7, colour, corners)
        row = SubElement(group, "text", {"x": _number(x + 16), "y": _number(y + at * _ROW)})
        row.text = f"{_name(name, language=language)} ({count})"


def _name(type_: str, *, language: str) -> str:
    _ = load_messages(language).gettext
    names = {
        "ukfr:Clause": _("clause"),
        "ukfr:Actor": _("actor"),
        "ukfr:Instrument": _("instrument"),
        "skos:Concept": _("topic"),
        "ukfr:Place": _("place"),
        "ukfr:Quantity": _("figure"),
        "ukfr:DerivedQuantity": _("calculated figure"),
        "community": _("community"),
    }
    return names.get(type_) or local_name(type_.replace(":", "/"))


def _say(item: Network | Node | Edge, language: str) -> str:
    return (item.label_fr if language == "fr" else "") or item.label


def _shorten(label: str) -> str:
    return label if len(label) <= _LONGEST else label[: _LONGEST - 1].rstrip() + "…"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
