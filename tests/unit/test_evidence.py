from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.build.evidence import find_quote, nearest_match
from ukfr_graph.sources import Span

TEXT = "28 networks in 2015, and an additional 28 since. We will act; we will talk."


def test_a_unique_quote_is_found_at_its_characters() -> None:
    (span,) = find_quote(TEXT, "an additional 28")
    assert TEXT[span.start : span.end] == "an additional 28"


def test_a_repeated_quote_needs_a_prefix() -> None:
    assert len(find_quote(TEXT, "28")) == 2
    assert find_quote(TEXT, "28", prefix="additional ") == [Span(39, 41)]


def test_a_repeated_quote_is_unique_inside_its_clause() -> None:
    assert find_quote(TEXT, "28", scopes=[Span(0, 19)]) == [Span(0, 2)]


def test_words_outside_the_clause_are_found_where_the_clause_has_none() -> None:
    assert find_quote(TEXT, "We will", scopes=[Span(0, 19)]) == [Span(49, 56)]


def test_a_quote_that_does_not_occur_is_not_found() -> None:
    assert find_quote(TEXT, "29 networks") == []
    assert find_quote(TEXT, "") == []


def test_the_nearest_words_are_offered() -> None:
    assert nearest_match(TEXT, "28 network in 2015,") == "28 networks in 2015,"


@given(st.text(max_size=200), st.data())
def test_every_stretch_of_every_text_is_found_with_what_surrounds_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = find_quote(text, text[start:end], text[:start], text[end:])
    assert found == ([Span(start, end)] if start < end else [])
