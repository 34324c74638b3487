from hypothesis import given, settings
from hypothesis import strategies as st

from ukfr_graph.site.statement.blocks import lay_out, set_sections
from ukfr_graph.sources import Span

TEXT = "Title\n\nHeading\n\nWe pledge one thing and\n\nanother. Also:\n\n- first, 28 of them\n- second\n"


def at(words: str) -> Span:
    return Span(TEXT.index(words), TEXT.index(words) + len(words))


def test_lines_become_blocks_without_their_dashes() -> None:
    blocks = lay_out(TEXT, {}, {}, {}, {"t": Span(0, 7)})
    assert [(TEXT[b.start : b.end], b.is_item, b.paratext) for b in blocks] == [
        ("Title", False, "t"),
        ("Heading", False, ""),
        ("We pledge one thing and", False, ""),
        ("another. Also:", False, ""),
        ("first, 28 of them", True, ""),
        ("second", True, ""),
    ]


def test_a_clause_that_runs_over_a_line_begins_once() -> None:
    over = Span(TEXT.index("We"), TEXT.index("."))
    blocks = lay_out(TEXT, {"c": over}, {"p": at("Also:")}, {}, {})
    runs = [(r.clause, r.passage, r.is_first, r.pieces[0].text) for b in blocks[2:4] for r in b.runs]
    assert runs == [
        ("c", "", True, "We pledge one thing and"),
        ("c", "", False, "another"),
        ("", "", False, ". "),
        ("", "p", True, "Also:"),
    ]


def test_a_figure_is_a_piece_of_its_clause() -> None:
    [_, _, _, _, item, _] = lay_out(TEXT, {"c": at("first, 28 of them")}, {}, {"f": at("28")}, {})
    [run] = item.runs
    assert [(p.text, p.figure) for p in run.pieces] == [("first, ", ""), ("28", "f"), (" of them", "")]


def test_sections_begin_at_their_heading_or_their_first_clause() -> None:
    blocks = lay_out(TEXT, {"c": at("first")}, {}, {}, {})
    set_sections(blocks, {"one": at("Heading")}, [("one", at("We").start), ("two", at("first").start)])
    assert [(b.section, b.is_heading) for b in blocks if b.section] == [("one", True), ("two", False)]


def test_of_spans_that_overlap_or_leave_the_text_the_first_is_marked() -> None:
    spans = {"a": Span(0, 3), "b": Span(2, 5), "c": Span(3, 5), "d": Span(9, 9), "e": Span(60, 9_999), "f": Span(-4, 2)}
    runs = [r for b in lay_out(TEXT, spans, {}, {}, {}) for r in b.runs]
    assert [(r.clause, r.pieces[0].text) for r in runs if r.clause] == [("a", "Tit"), ("c", "le")]


SPANS = st.dictionaries(st.text(min_size=1, max_size=3), st.builds(Span, st.integers(-5, 80), st.integers(-5, 80)))


@settings(deadline=None)
@given(st.text(alphabet="ab-. \n\r\u2028é", max_size=80), SPANS, SPANS, SPANS, SPANS)
def test_no_character_is_lost_or_moved(
    text: str,
    clauses: dict[str, Span],
    passages: dict[str, Span],
    figures: dict[str, Span],
    paratexts: dict[str, Span],
) -> None:
    blocks = lay_out(text, clauses, passages, figures, paratexts)
    shown = ["".join(p.text for r in b.runs for p in r.pieces) for b in blocks]
    assert shown == [line.strip().removeprefix("- ") for line in text.splitlines() if line.strip()]
    begun = [r.clause for b in blocks for r in b.runs if r.clause and r.is_first]
    assert len(begun) == len(set(begun))
