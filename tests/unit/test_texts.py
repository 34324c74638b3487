import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.errors import TextError
from ukfr_graph.texts import decode, find_place, line_starts, split_lines

QUERY = 'SELECT ?o { ?o rdfs:label "Ministère" }\n'


@pytest.mark.parametrize(
    "raw",
    [
        QUERY.encode(),
        codecs.BOM_UTF8 + QUERY.encode(),
        codecs.BOM_UTF16_LE + QUERY.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + QUERY.encode("utf-16-be"),
        QUERY.encode("utf-16-le"),
        QUERY.encode("utf-16-be"),
        QUERY.encode("utf-32"),
        QUERY.encode("utf-32-le"),
        QUERY.encode("utf-32-be"),
        codecs.BOM_UTF32_BE + QUERY.encode("utf-32-be"),
    ],
)
def test_a_text_is_read_in_the_encodings_that_editors_write(raw: bytes) -> None:
    assert decode(raw) == QUERY


def test_a_byte_of_another_encoding_is_named_with_its_place() -> None:
    with pytest.raises(TextError, match=r"line 2, column 28: byte 0xe8 is not UTF-8 .*U\+00E8") as caught:
        decode(b"# a\r\n" + QUERY.replace("Ministère", "è").encode("cp1252"))
    assert (caught.value.line, caught.value.column) == (2, 28)


@given(st.text(st.characters(codec="utf-8")))
def test_every_text_comes_back_from_utf_8(text: str) -> None:
    assert decode(codecs.BOM_UTF8 + text.encode()) == text.removeprefix("\ufeff")


@given(st.text(st.sampled_from("ab\n\r\x0b\x0c\x1c\x85\u2028")))
def test_lines_end_as_in_an_editor(text: str) -> None:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    assert split_lines(text) == plain.split("\n")
    starts = line_starts(text)
    assert starts[0] == 0
    assert starts[-1] == len(text)
    for at in range(len(text)):
        line, column = find_place(text, at)
        assert starts[line - 1] + column - 1 == at
