from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.link.datasets.dates import AmbiguousDateError, DateError, Day, find_order, read_date


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_is_read_from_each_usual_form(day: date) -> None:
    expected = Day(day.year, day.month, day.day)
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%B %d, %Y", "%Y/%m/%d", "Geneva, %d %b %Y"):
        assert read_date(day.strftime(form), order="day") == expected
    assert read_date(day.strftime("%m/%d/%Y"), order="month") == expected


@given(st.dates(min_value=date(1000, 1, 1)))
def test_what_is_written_reads_the_same(day: date) -> None:
    for known in (Day(day.year), Day(day.year, day.month), Day(day.year, day.month, day.day)):
        assert read_date(str(known)) == known


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_none_or_a_date_error(text: str) -> None:
    with contextlib.suppress(DateError):
        found = read_date(text)
        assert found is None or 1000 <= found.year <= 9999


@pytest.mark.parametrize("text", ["31/02/2003", "2003-13-01", "0999-01-01", "soon", "4 Brumaire 1803", "1-2"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(DateError):
        read_date(text)


@pytest.mark.parametrize("text", ["", "  ", "0000-00-00", "NA", "n/a", "—"])
def test_what_says_that_there_is_no_date_is_none(text: str) -> None:
    assert read_date(text) is None


def test_a_day_or_month_that_is_unknown_stays_unknown() -> None:
    assert read_date("1957-04-00") == Day(1957, 4)
    assert read_date("1957-00-00") == Day(1957)


def test_a_day_after_today_is_refused() -> None:
    today = date(2026, 11, 24)
    assert read_date("2026-11-24", today=today) == Day(2026, 11, 24)
    with pytest.raises(DateError, match="future"):
        read_date("2026-11-25", today=today)
    assert read_date("2026", today=today) == Day(2026)


def test_french_months_and_ordinals_are_read() -> None:
    assert read_date("1er août 2016") == Day(2016, 8, 1)
    assert read_date("22nd January 2019") == Day(2019, 1, 22)


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_a_numeric_date_is_never_guessed(day: date, form: str) -> None:
    text = day.strftime(form)
    order, _ = find_order([text])
    if day.day > 12 or day.day == day.month:
        assert read_date(text, order=order) == Day(day.year, day.month, day.day)
    else:
        assert order == ""
        with pytest.raises(AmbiguousDateError):
            read_date(text)


@pytest.mark.parametrize("text", ["200312", "23/11/01", "04-Feb-03", "before 1950", "1950-1952", "2001/02", "37218"])
def test_what_can_be_read_in_several_ways_is_refused(text: str) -> None:
    with pytest.raises(DateError):
        read_date(text)
