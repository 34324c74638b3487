"""The layout of a chart as a file: every line fits, none lies on another, and a picture beyond a limit is refused."""

from collections.abc import Callable
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from ukfr_graph.analysis import pictures
from ukfr_graph.analysis.pictures import draw_png, wrap_text, write_pdf
from ukfr_graph.errors import ResultTooLargeError, UnsupportedError
from ukfr_graph.site.charts import Caption, lay_out

PROSE = st.lists(
    st.sampled_from(
        ["a", "committed", "ministers", "cooperation", "accompli", "en", "partie,", "2016", "WWW", "£85", "million"]
    )
).map(" ".join)


@given(PROSE, st.integers(200, 1000), st.sampled_from([12, 14, 20]), st.booleans())
def test_no_line_is_wider_than_there_is_room_and_no_word_is_lost(
    text: str, width: int, size: int, is_bold: bool
) -> None:
    weight = "Bold" if is_bold else "Regular"
    font = ImageFont.truetype(str(files("font_source_sans_pro") / f"files/SourceSansPro-{weight}.ttf"), size)
    lines = wrap_text(text, width, size, is_bold=is_bold)
    assert " ".join(lines) == text
    assert all(font.getlength(line) <= width for line in lines if "WWW" not in line)


def test_a_long_address_is_broken_rather_than_cut() -> None:
    address = "https://w3id.org/ukfr/outcomes?" + "topic=vocab:topic/" * 30
    lines = wrap_text(address, 400, 12)
    assert len(lines) > 1
    assert "".join(lines) == address


@given(PROSE, PROSE, PROSE, st.integers(100, 1500), st.integers(50, 3000))
def test_lines_stand_under_one_another_clear_of_the_picture_and_inside_the_frame(
    title: str, note: str, sources: str, width: int, height: int
) -> None:
    layout = lay_out(Caption(title, "what", note, sources, "https://w3id.org/ukfr/x"), (width, height), "imprint")
    over = [line for line in layout.lines if line.y < layout.picture_y]
    under = [line for line in layout.lines if line not in over]
    places = [line.y for line in layout.lines]
    assert places == sorted(places)
    assert all(b.y - a.y >= b.size for some in (over, under) for a, b in pairwise(some))
    assert min(line.y - line.size for line in under) >= layout.picture_y + height * layout.scale
    assert layout.height > places[-1]
    assert layout.width >= width * layout.scale + 2 * layout.margin
    assert {line.text for line in under} >= {"imprint", "https://w3id.org/ukfr/x"}


@pytest.mark.parametrize("draw", [draw_png, write_pdf])
def test_a_picture_that_is_too_large_for_its_form_is_refused_with_what_to_do(draw: Callable[[str], bytes]) -> None:
    with pytest.raises(ResultTooLargeError, match="format=svg"):
        draw("<svg xmlns='http://www.w3.org/2000/svg' width='1000' height='1000000'/>")


def test_the_same_picture_is_the_same_file() -> None:
    svg = (
        "<svg xmlns='http://www.w3.org/2000/svg' lang='fr' width='90' height='30'><title>É</title>"
        "<text y='20'>É</text></svg>"
    )
    assert write_pdf(svg) == write_pdf(svg)
    assert draw_png(svg) == draw_png(svg)


def test_pdf_is_refused_where_its_library_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "can_write_pdf", lambda: False)
    with pytest.raises(UnsupportedError, match="pip install typst"):
        write_pdf("<svg/>")
