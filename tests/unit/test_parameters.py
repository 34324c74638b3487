import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.errors import ParameterError
from ukfr_graph.iris import XSD
from ukfr_graph.query.parameters import Parameter, bind_parameters, find_parameters, to_term

ALL = find_parameters("?_a_iri ?__b_literal ?_c_integer ?_d_date ?_e_number ?_f_en $_g ?_two_words_iri ?x_y", {}, {})


def parameter(kind: str) -> Parameter:
    return Parameter("p", f"_p_{kind}", kind, required=True)


def test_parameters_are_found_with_type_and_need() -> None:
    assert [(p.name, p.variable, p.kind, p.required) for p in ALL] == [
        ("a", "_a_iri", "iri", True),
        ("b", "__b_literal", "literal", False),
        ("c", "_c_integer", "integer", True),
        ("d", "_d_date", "date", True),
        ("e", "_e_number", "number", True),
        ("f", "_f_en", "en", True),
        ("g", "_g", "literal", True),
        ("two_words", "_two_words_iri", "iri", True),
    ]


def test_a_default_makes_a_parameter_optional() -> None:
    (found,) = find_parameters("?_a_iri", {"a": "ukfr:Call"}, {})
    assert not found.required
    assert bind_parameters((found,), {}) == {"_a_iri": ox.NamedNode("https://w3id.org/ukfr/ontology#Call")}


@pytest.mark.parametrize(
    ("kind", "value", "term"),
    [
        ("iri", "ukfr:Call", ox.NamedNode("https://w3id.org/ukfr/ontology#Call")),
        ("iri", "https://example.org/x?y=1", ox.NamedNode("https://example.org/x?y=1")),
        ("integer", "007", ox.Literal("7", datatype=ox.NamedNode(XSD + "integer"))),
        ("number", "1.50", ox.Literal("1.50", datatype=ox.NamedNode(XSD + "decimal"))),
        ("date", "2016-08-30", ox.Literal("2016-08-30", datatype=ox.NamedNode(XSD + "date"))),
        ("en", "a b", ox.Literal("a b", language="en")),
        ("fr", "é", ox.Literal("é", language="fr")),
        ("literal", "x", ox.Literal("x")),
    ],
)
def test_a_value_becomes_a_term_of_its_type(kind: str, value: str, term: ox.NamedNode | ox.Literal) -> None:
    assert to_term(parameter(kind), value) == term


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("iri", "not an iri"),
        ("iri", "https://a/> . ?s ?p ?o . <https://b/"),
        ("iri", "javascript:alert(1)"),
        ("iri", "file:///etc/passwd"),
        ("integer", "1.5"),
        ("integer", "1; DROP"),
        ("integer", "٣"),
        ("number", "NaN"),
        ("number", "1e400"),
        ("date", "2016-02-30"),
        ("date", "30/08/2016"),
        ("date", "2016-W01-1"),
        ("literal", "x" * 3000),
    ],
)
def test_a_value_of_another_type_is_refused_by_name(kind: str, value: str) -> None:
    with pytest.raises(ParameterError, match="'p'"):
        to_term(parameter(kind), value)


def test_unknown_and_missing_parameters_are_named() -> None:
    with pytest.raises(ParameterError, match="no parameter zz; it takes a"):
        bind_parameters(ALL[:1], {"zz": "1"})
    with pytest.raises(ParameterError, match="'a' \\(iri\\) must be given"):
        bind_parameters(ALL[:1], {})


def test_a_choice_is_kept_to() -> None:
    (found,) = find_parameters("?_k", {}, {"k": ("x", "y")})
    with pytest.raises(ParameterError, match="one of x, y"):
        bind_parameters((found,), {"k": "z"})


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_no_text_can_leave_its_literal(value: str) -> None:
    store = ox.Store()
    term = to_term(parameter("literal"), value)
    rows = store.query("SELECT ?_p_literal { }", substitutions={ox.Variable("_p_literal"): term})
    assert isinstance(rows, ox.QuerySolutions)
    assert [row["_p_literal"] for row in rows] == [ox.Literal(value)]
