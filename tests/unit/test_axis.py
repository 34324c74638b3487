from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ukfr_graph.site.timeline.axis import Axis, Stretch, fit_axis

AXIS = Axis(2001, 2004)  # 1,461 days


def test_days_have_their_place() -> None:
    assert AXIS.place(date(2001, 1, 1)) == 0
    assert AXIS.place(date(2005, 1, 1)) == 100
    assert AXIS.place(date(2003, 1, 1)) == round(100 * 730 / 1461, 2)


def test_a_known_stretch_has_no_open_end() -> None:
    assert AXIS.stretch(date(2001, 1, 1), date(2003, 1, 1)) == Stretch(0, 49.97, "")
    assert AXIS.stretch(date(2002, 1, 1), date(2002, 1, 1)) == Stretch(24.98, 0, "", is_point=True)


def test_an_end_that_is_not_known_fades() -> None:
    assert AXIS.stretch(None, None) == Stretch(0, 100, "both")
    assert AXIS.stretch(None, date(2003, 1, 1)) == Stretch(37.97, 12, "start")
    assert AXIS.stretch(date(2003, 1, 1), None) == Stretch(49.97, 12, "end")
    assert AXIS.stretch(date(2003, 1, 1), None, is_open=False) == Stretch(49.97, 50.03, "end")


def test_what_lies_beside_the_axis_is_not_drawn() -> None:
    assert AXIS.stretch(date(1990, 1, 1), date(2000, 12, 31)) is None
    assert AXIS.stretch(date(2010, 1, 1), date(2010, 1, 1)) is None
    assert AXIS.stretch(date(1990, 1, 1), date(2010, 1, 1)) == Stretch(0, 100, "")


def test_ticks_are_round_years() -> None:
    assert [year for year, _ in Axis(1991, 2027).ticks()] == [1995, 2000, 2005, 2010, 2015, 2020, 2025]
    assert [year for year, _ in Axis(2014, 2017).ticks()] == [2014, 2015, 2016, 2017]
    assert fit_axis([date(1991, 6, 18), date(2026, 7, 1)], None, 2020) == Axis(1991, 2020)
    assert fit_axis([], 2030, 2020) == Axis(2020, 2030)


DAYS = st.dates(date(1, 1, 1), date(9998, 12, 31))


@settings(deadline=None)
@given(DAYS, DAYS, st.integers(1, 9998), st.integers(0, 300))
def test_nothing_is_drawn_outside_of_the_axis(start: date, end: date, first: int, years: int) -> None:
    axis = Axis(first, min(first + years, 9998))
    for stretch in (axis.stretch(start, max(start, end)), axis.stretch(None, end), axis.stretch(start, None)):
        assert stretch is None or (-0.01 <= stretch.left <= 100 and stretch.left + stretch.width <= 100.7)
    assert len(axis.ticks()) <= 12
    assert axis.place(start + timedelta(days=1)) >= axis.place(start)
