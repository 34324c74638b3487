"""Words in their context."""

from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.resources import data_folder
from ukfr_graph.site.statement.passages import find_passage

TEXT = (data_folder() / "sources/govuk-2016-08-30/text.txt").read_text("utf-8")


@given(st.integers(-5, len(TEXT) + 5), st.integers(-5, len(TEXT) + 5))
def test_a_passage_is_a_stretch_of_the_text(start: int, end: int) -> None:
    passage = find_passage(TEXT, start, end)
    if not 0 <= start < end <= len(TEXT):
        assert passage is None
        return
    assert passage is not None
    assert passage.quote == TEXT[start:end]
    assert "".join(passage) in TEXT


def test_a_line_break_inside_a_sentence_does_not_end_it() -> None:
    start = TEXT.index("extremism, as well")
    passage = find_passage(TEXT, start, start + 9)
    assert passage is not None
    assert "Effective UK/France cooperation remains crucial" in passage.before
    assert passage.after.endswith("leaves the EU.")
