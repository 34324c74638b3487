import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.errors import QueryRefusedError
from ukfr_graph.limits import Limits
from ukfr_graph.query.guard import check_query

LIMITS = Limits()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://a/> { ?s ?p ?o } }",
        "SELECT * { service silent <http://a/> { ?s ?p ?o } }",
        "PREFIX s: <http://a/> SELECT * { { SERVICE s:x { ?s ?p ?o } } }",
        "SELECT * { ?s ?p 'a' . SERVICE ?s { } }",
        "SELECT * { ?s ?p ?o }#x\nSELECT * {SERVICE<http://a/>{}}",
        'SELECT * { ?s ?p "\\"" . SERVICE <http://a/> { } }',
        "PREFIX : <urn:x> SELECT * { SERVICESILENT <http://a/> { } }",
    ],
)
def test_a_call_to_another_service_is_refused(query: str) -> None:
    with pytest.raises(QueryRefusedError, match="SERVICE"):
        check_query(query, LIMITS)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p 'SERVICE <http://a/>' }",
        "SELECT * { ?s ?p '''it's SERVICE''' }",
        "SELECT * { ?s <http://a/SERVICE> ?service, ?SERVICE, ex:service, service:x }",
        "# SERVICE\nSELECT * { }",
        "SELECT * { ?s ?p 'x'@service }",
    ],
)
def test_the_word_alone_is_no_call(query: str) -> None:
    check_query(query, LIMITS)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * " + "{" * 3000 + "}" * 3000,
        "SELECT (" + "STR(" * 1000 + "1" + ")" * 1000 + " AS ?x) {}",
        "SELECT (" + "!" * 3000 + "true AS ?x) {}",
        "SELECT (" + "- " * 3000 + "1 AS ?x) {}",
        "SELECT * { " + "MINUS { ?s ?p ?o } " * 3000 + "}",
        "SELECT * { ?s " + "/".join(["a"] * 600) + " ?o }",
        "SELECT * { " + "OPTIONAL { ?s ?p ?o } " * 500 + "}",
        "SELECT * { ?s ?p '" + "x" * 200_000 + "' }",
    ],
)
def test_what_would_kill_the_engine_is_refused_before_it_is_parsed(query: str) -> None:
    with pytest.raises(QueryRefusedError, match="UKFR_MAX_QUERY"):
        check_query(query, LIMITS)


@given(st.text(max_size=500))
def test_any_text_is_judged_without_failing(text: str) -> None:
    try:
        check_query(text, LIMITS)
    except QueryRefusedError as error:
        assert "SERVICE" in str(error) or "limit" in str(error) or "nested" in str(error)


@given(st.text(st.characters(exclude_characters="'\\\r\n", codec="utf-8"), max_size=100))
def test_no_content_of_a_string_is_read_as_code(content: str) -> None:
    check_query(f"SELECT * {{ ?s ?p '{content} SERVICE {{' }}", LIMITS)
