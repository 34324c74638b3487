"""Pictures: lines of text that are no wider than they may be, and SVG in other forms.

PNG (https://www.w3.org/TR/png-3/), PDF (ISO 32000-1, https://pdfa.org/resource/iso-32000-pdf/) and icons.
"""

from __future__ import annotations

import struct
import textwrap
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from ukfr_graph.errors import ResultTooLargeError, UnsupportedError

_ZOOM = 2
_MOST_PIXELS = 40_000_000
_MOST_POINTS = 14_400  # that a side of a page of PDF has (ISO 32000-1, annex C.2)
_POINTS = 0.75  # a pixel of CSS
_TYPE = "Source Sans Pro"
_PAGE = """
#set page(width: auto, height: auto, margin: 0pt)
#set document(title: sys.inputs.title, date: none)
#set text(lang: sys.inputs.language)
#image("picture.svg", alt: sys.inputs.title + " " + sys.inputs.words)
"""
CHARACTER_WIDTH = 0.6  # of the size of the type: no more in any sans serif that browsers have, on average of a line
_BOLD_WIDTH = 0.66
_FIRST_FOREIGN = "\u2e80"  # from here on, East Asian scripts: only the system may have type for them


@dataclass(frozen=True)
class Root:
    """The root of an SVG of ours: its size in pixels, its title, its description and its language."""

    width: float
    height: float
    title: str
    words: str
    language: str


def read_root(svg: str) -> Root:
    """Read the root of an SVG of ours."""
    root = ElementTree.fromstring(svg.encode())  # noqa: S314  # ours
    title, words = (root.findtext(f"{{*}}{name}", "").strip() for name in ("title", "desc"))
    return Root(float(root.get("width", 0)), float(root.get("height", 0)), title, words, root.get("lang", ""))


def draw_png(svg: str) -> bytes:
    """Draw an SVG as PNG, at twice its size, on white, in a typeface that the package brings.

    Nothing outside the SVG is read: one of a stranger's is not for this function.

    Raises:
        ResultTooLargeError: it would have too many pixels.
    """
    root = read_root(svg)
    if root.width * root.height * _ZOOM**2 > _MOST_PIXELS:
        raise ResultTooLargeError(
            "The picture would have more than %(most_pixels)s pixels. Choose fewer rows, or take it as format=svg.",
            most_pixels=f"{_MOST_PIXELS:,}",
        )
    import resvg_py  # needed for this form alone

    return resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=_ZOOM,
        background="white",
        skip_system_fonts=max(svg) < _FIRST_FOREIGN,
        sans_serif_family=_TYPE,
        font_files=[str(_find_type() / f"SourceSansPro-{weight}.ttf") for weight in ("Regular", "Bold")],
    )


@cache
def can_write_pdf() -> bool:
    """Return whether the library that writes PDF is installed: an image for containers does without its 80 MB."""
    return find_spec("typst") is not None


def write_pdf(svg: str) -> bytes:
    """Write an SVG as a page of PDF, of its size, with its text as text; its title and description are told with it.

    The same SVG gives the same bytes. One of a stranger's is not for this function.

    Raises:
        UnsupportedError: the library that writes PDF is not installed.
        ResultTooLargeError: it is larger than a page can be.
    """
    if not can_write_pdf():
        raise UnsupportedError(
            "PDF is written by typst, which is not installed here. Take the picture as SVG or PNG, or have it "
            "installed ('pip install typst')."
        )
    root = read_root(svg)
    if max(root.width, root.height) * _POINTS > _MOST_POINTS:
        raise ResultTooLargeError(
            "The picture is larger than a page of PDF can be. Choose fewer rows, or take it as format=svg."
        )
    import typst  # needed for this form alone

    drawn = svg.replace('font-family="sans-serif"', f'font-family="{_TYPE}"')
    pages: Any = {"main.typ": _PAGE.encode(), "picture.svg": drawn.encode()}  # which its types do not know
    pdf: bytes = typst.compile(
        pages,
        format="pdf",
        font_paths=[str(_find_type())],
        ignore_system_fonts=max(svg) < _FIRST_FOREIGN,
        sys_inputs={"title": root.title, "words": root.words, "language": root.language},
    )
    return pdf


@cache
def draw_square(svg: str, size: int) -> bytes:
    """Draw a square SVG as PNG, ``size`` pixels wide, on nothing."""
    import resvg_py

    return resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size)


@cache
def draw_ico(svg: str, size: int) -> bytes:
    """Draw a square SVG, up to 255 pixels wide, as an icon file: one PNG behind a directory of one entry.

    https://learn.microsoft.com/en-us/previous-versions/ms997538(v=msdn.10)
    """
    png = draw_square(svg, size)
    directory = struct.pack("<HHH", 0, 1, 1)
    entry = struct.pack("<BBBBHHII", size, size, 0, 0, 1, 32, len(png), len(directory) + 16)
    return directory + entry + png


def _find_type() -> Path:
    """Find the folder of the typeface that the package brings."""
    return Path(str(files("font_source_sans_pro"))) / "files"


def wrap_text(text: str, width: float, size: int, *, is_bold: bool = False) -> list[str]:
    """Break a text into lines that are no wider than ``width`` in type of a size.

    >>> wrap_text("one two three", 100, 20)
    ['one two', 'three']
    """
    characters = max(1, int(width / (size * (_BOLD_WIDTH if is_bold else CHARACTER_WIDTH))))
    return textwrap.wrap(text, characters, break_on_hyphens=False)
