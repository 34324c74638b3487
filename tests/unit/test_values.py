"""Literals as values: one way for the library, agents and pages, and never an exception."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.triples import is_true, literal, to_value

TYPES = ["integer", "byte", "unsignedLong", "decimal", "double", "float", "boolean", "date", "dateTime", "string", "x"]


@pytest.mark.parametrize(
    ("text", "datatype", "value"),
    [
        ("2203", "integer", 2203),
        ("2203", "nonNegativeInteger", 2203),
        ("-3", "short", -3),
        ("1_000", "integer", "1_000"),
        ("\u0661", "integer", "\u0661"),
        (" 1", "integer", " 1"),
        ("9" * 5000, "integer", "9" * 5000),
        ("1.50", "decimal", Decimal("1.50")),
        ("1e5", "decimal", "1e5"),
        ("NaN", "decimal", "NaN"),
        ("1e5", "double", 1e5),
        ("nan", "double", "nan"),
        ("1", "boolean", True),
        ("0", "boolean", False),
        ("yes", "boolean", "yes"),
        ("2016-08-30", "date", date(2016, 8, 30)),
        ("2016-02-30", "date", "2016-02-30"),
        ("20160830", "date", "20160830"),
        ("12016-08-30", "date", "12016-08-30"),
    ],
)
def test_a_literal_is_a_value_where_it_is_in_the_form_of_its_datatype(text: str, datatype: str, value: object) -> None:
    found = to_value(literal(text, datatype))
    assert (found, type(found)) == (value, type(value))


@given(st.text(max_size=30), st.sampled_from(TYPES))
def test_no_literal_is_an_exception(text: str, datatype: str) -> None:
    to_value(literal(text.encode("utf-8", "ignore").decode(), datatype))


def test_a_boolean_is_true_however_it_is_written_and_a_text_is_not() -> None:
    assert is_true(literal("true", "boolean"))
    assert is_true(literal("1", "boolean"))
    assert not is_true(literal("false", "boolean"))
    assert not is_true(ox.Literal("true"))
    assert not is_true(None)
