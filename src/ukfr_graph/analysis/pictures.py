"""Pictures: lines of text that are no wider than they may be, and SVG as PNG (https://www.w3.org/TR/png-3/) or icon."""

from __future__ import annotations

import struct
import textwrap
from functools import cache
from importlib.resources import files

from ukfr_graph.errors import ResultTooLargeError

_ZOOM = 2
_MOST_PIXELS = 40_000_000
CHARACTER_WIDTH = 0.6  # of the size of the type: no more in any sans serif that browsers have, on average of a line
_BOLD_WIDTH = 0.66
_FIRST_FOREIGN = "\u2e80"  # from here on, East Asian scripts: only the system may have type for them


def draw_png(svg: str, width: float, height: float) -> bytes:
    """Draw an SVG as PNG, at twice its size, on white, in a typeface that the package brings.

    Nothing outside the SVG is read: one of a stranger's is not for this function.

    Raises:
        ResultTooLargeError: it would have too many pixels.
    """
    if width * height * _ZOOM**2 > _MOST_PIXELS:
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
        sans_serif_family="Source Sans Pro",
        font_files=_find_type(),
    )


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


@cache
def _find_type() -> list[str]:
    folder = files("font_source_sans_pro") / "files"
    return [str(folder / f"SourceSansPro-{weight}.ttf") for weight in ("Regular", "Bold")]


def wrap_text(text: str, width: float, size: int, *, is_bold: bool = False) -> list[str]:
    """Break a text into lines that are no wider than ``width`` in type of a size.

    >>> wrap_text("one two three", 100, 20)
    ['one two', 'three']
    """
    characters = max(1, int(width / (size * (_BOLD_WIDTH if is_bold else CHARACTER_WIDTH))))
    return textwrap.wrap(text, characters, break_on_hyphens=False)
