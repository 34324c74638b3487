"""A network as SVG, for eyes and for screen readers (https://www.w3.org/TR/svg-aam-1.0/).

Types differ by colour and by shape. Each node is a link to its IRI, and has its label, type and weight as title.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from math import cos, pi, sin
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ukfr_graph import iris
from ukfr_graph.analysis.network import Network, say_label
from ukfr_graph.analysis.pictures import CHARACTER_WIDTH, wrap_text
from ukfr_graph.messages import load_messages
from ukfr_graph.resources import templates_folder
from ukfr_graph.term_names import LABEL, Look, find_text, list_looks

_SVG = "http://www.w3.org/2000/svg"
_LONGEST = 34
_MARGIN, _ROW = 18 + _LONGEST * 11 * CHARACTER_WIDTH / 2, 22.0  # no label is cut at the edge
_EDGE, _LINE, _LEAST_WIDTH = 24.0, 18.0, 752.0
_TITLE, _TEXT = 20, 12
_LABELS = 60  # nodes that are labelled at most: the heaviest, where no heavier one's label is
_CANDIDATES = 4 * _LABELS
_MANY = 60
_INK, _PAPER, _TIE = "#1d2433", "#ffffff", "#8a93a6"
_CORNERS = {"▲": 3, "■": 4, "⬟": 5, "⬢": 6, "⯃": 8}
_LOOKS = {"community": Look("●", "accent")}
_OTHER = Look("●", "soft")


def draw_network(
    network: Network, places: Mapping[str, tuple[float, float]], language: str, credit: Sequence[str] = ()
) -> bytes:
    """Draw a network whose nodes have places; the same network gives the same bytes.

    Its name stands above it; signs of the types and the lines of ``credit`` below.
    """
    types = Counter(node.type for node in network.nodes)
    xs, ys = [x for x, _ in places.values()] or [0.0], [y for _, y in places.values()] or [0.0]
    left, right = min(xs) - _MARGIN, max(xs) + _MARGIN
    left, right = min(left, right - _LEAST_WIDTH), max(right, left + _LEAST_WIDTH)
    inner = right - left - 2 * _EDGE
    above = wrap_text(say_label(network.labels, language), inner, _TITLE, is_bold=True)
    told = wrap_text(_describe(network, types, language=language), inner, _TEXT)
    below = [line for text in credit for line in wrap_text(text, inner, _TEXT)]
    top = min(ys) - _MARGIN - len(above) * _TITLE * 1.3 - len(told) * _LINE
    legend = max(ys) + _MARGIN + _ROW
    width, height = right - left, legend - top + _ROW * len(types) + _LINE * (len(below) + 1)
    svg = Element(
        "svg",
        {
            "xmlns": _SVG,
            "viewBox": " ".join(map(_number, (left, top, width, height))),
            "width": _number(width),
            "height": _number(height),
            "role": "img",
            "aria-labelledby": "network-title network-desc",
            "lang": language,
            "font-family": "sans-serif",
        },
    )
    title = say_label(network.labels, language)
    SubElement(svg, "title", {"id": "network-title"}).text = title
    SubElement(svg, "desc", {"id": "network-desc"}).text = _describe(network, types, language=language)
    SubElement(svg, "rect", {
        "x": _number(left), "y": _number(top), "width": _number(width), "height": _number(height), "fill": _PAPER,
    })  # fmt: skip
    _draw_edges(svg, network, places, language=language)
    _draw_nodes(svg, network, places, language=language)
    for at, line in enumerate(above):
        _write(svg, line, left + _EDGE, top + (at + 1) * _TITLE * 1.3, size=_TITLE, is_bold=True)
    for at, line in enumerate(told):
        _write(svg, line, left + _EDGE, top + len(above) * _TITLE * 1.3 + (at + 1) * _LINE)
    _draw_legend(svg, types, left + _EDGE, legend, language=language)
    for at, line in enumerate(below):
        _write(svg, line, left + _EDGE, legend + _ROW * len(types) + at * _LINE)
    indent(svg, " ")
    content: bytes = tostring(svg, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _write(svg: Element, text: str, x: float, y: float, *, size: int = _TEXT, is_bold: bool = False) -> None:
    look = {"font-size": str(size), "fill": _INK} | ({"font-weight": "bold"} if is_bold else {})
    SubElement(svg, "text", {"x": _number(x), "y": _number(y), **look}).text = text


def _describe(network: Network, types: Counter[str], *, language: str) -> str:
    messages = load_messages(language)
    colon = messages.gettext(": ")
    counted = ", ".join(f"{_name(t, language=language)}{colon}{n}" for t, n in sorted(types.items()))
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
        SubElement(line, "title").text = f"{say_label(edge.labels, language)} ({edge.weight})"


def _draw_nodes(svg: Element, network: Network, places: Mapping[str, tuple[float, float]], *, language: str) -> None:
    group = SubElement(svg, "g", {"stroke": _PAPER, "stroke-width": "1"})
    ties = Counter(iri for edge in network.edges for iri in (edge.source, edge.target))
    ranked = sorted(network.nodes, key=lambda n: (-n.members, -ties[n.iri], n.iri))
    radii = {n.iri: 4 + min(2.2 * max(ties[n.iri], n.members) ** 0.5, 16) for n in network.nodes}
    size = 11 if len(network.nodes) <= _MANY else 8
    labels = {n.iri: _shorten(say_label(n.labels, language)) for n in ranked[:_CANDIDATES]}
    under = {iri: (places[iri][0], places[iri][1] + radii[iri] + 9) for iri in labels}
    for node in network.nodes:
        x, y = places[node.iri]
        radius = radii[node.iri]
        label = say_label(node.labels, language)
        link = SubElement(group, "a", {"href": node.iri} if node.iri.startswith(("https://", "http://")) else {})
        colour, corners = _find_look(node.type)
        SubElement(link, "title").text = f"{label} ({_name(node.type, language=language)}, {node.weight})"
        _draw_shape(link, x, y, radius, colour, corners)
    over = SubElement(svg, "g", {
        "fill": _INK, "stroke": _PAPER, "stroke-width": "2", "paint-order": "stroke", "text-anchor": "middle",
    })  # fmt: skip
    for iri in _keep_apart(labels, under, size):
        x, y = under[iri]
        SubElement(over, "text", {"x": _number(x), "y": _number(y), "font-size": str(size)}).text = labels[iri]


def _keep_apart(labels: Mapping[str, str], places: Mapping[str, tuple[float, float]], size: int) -> list[str]:
    """Choose the first labels that lie on none that was chosen before."""
    chosen: list[str] = []
    for iri, label in labels.items():
        x, y = places[iri]
        if len(chosen) < _LABELS and all(
            abs(x - places[other][0]) > (len(label) + len(labels[other])) * size * CHARACTER_WIDTH / 2
            or abs(y - places[other][1]) > size * 1.2
            for other in chosen
        ):
            chosen.append(iri)
    return chosen


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
        colour, corners = _find_look(name)
        _draw_shape(group, x, y + at * _ROW - 4, 7, colour, corners)
        row = SubElement(group, "text", {"x": _number(x + 16), "y": _number(y + at * _ROW)})
        row.text = f"{_name(name, language=language)} ({count})"


def _find_look(type_: str) -> tuple[str, int]:
    """Find the colour of a type, and the corners of its shape: none for a circle."""
    look = _LOOKS.get(type_) or list_looks().get(iris.expand(type_), _OTHER)
    return _read_colours()[look.colour_token], _CORNERS.get(look.symbol, 0)


@cache
def _read_colours() -> Mapping[str, str]:
    """Read the light colours of the pages, by their names."""
    return dict(re.findall(r"--([\w-]+): light-dark\((#\w+),", (templates_folder() / "style.css").read_text("utf-8")))


def _name(type_: str, *, language: str) -> str:
    if type_ == "community":
        return load_messages(language).gettext("community")
    return find_text(LABEL, iris.expand(type_), language) or iris.local_name(type_.replace(":", "/"))


def _shorten(label: str) -> str:
    return label if len(label) <= _LONGEST else label[: _LONGEST - 1].rstrip() + "…"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
