"""An OPTIONAL that is written as a chain answers as it did: asked of the engine itself, with queries and data made up."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from support.generated_queries import NODES, VARIABLES, blocks, conditions, fill, filters, triples
from ukfr_graph.errors import QuerySyntaxError
from ukfr_graph.query import Executor
from ukfr_graph.store import Snapshot
from ukfr_graph.store.optionals import chain_optionals

STARS = st.builds(
    "{{ ?a <urn:p> {} . {} OPTIONAL {{ {} {} {} }} {} }}".format,
    st.sampled_from(VARIABLES), st.one_of(blocks(most=2), st.just("OPTIONAL { ?b <urn:q> ?c }")),
    st.one_of(st.just(""), conditions()),
    st.sampled_from(["?a <urn:p> ?x ; <urn:q> ?c", "?a <urn:q> ?x, ?y . ?x ?q ?b", "?a <urn:p>/<urn:q> ?b . ?a ?p 5"]),
    st.one_of(st.just(""), conditions()), st.one_of(st.just(""), filters(), st.builds(". {}".format, blocks(most=2))),
)  # fmt: skip
QUERIES = st.builds(
    "SELECT * {}".format,
    st.one_of(
        STARS,
        st.builds("{{ {} UNION {} }}".format, STARS, STARS),
        st.builds("{{ {} MINUS {} }}".format, blocks(most=2), STARS),
        st.builds("{{ {} OPTIONAL {} }}".format, blocks(most=2), STARS),
        st.builds("{{ {} {{ SELECT ?a ?x {} }} }}".format, blocks(most=2), STARS),
        st.builds("{{ {} {} }}".format, filters(), STARS),
    ),
)


def ask(store: ox.Store, text: str, **options: Any) -> tuple[list[str], Counter[str]]:
    results = store.query(text, use_default_graph_as_union=True, **options)
    assert isinstance(results, ox.QuerySolutions)
    names = [variable.value for variable in results.variables]
    return sorted(names), Counter(str([str(row[name]) for name in sorted(names)]) for row in results)


@given(triples(), QUERIES)
@example([], "SELECT * { ?a <urn:p> ?b OPTIONAL { ?a <urn:p> ?x ; <urn:q> ?y } }")
def test_a_chain_answers_as_the_query_that_was_given(quads: list[ox.Quad], query: str) -> None:
    chained = chain_optionals(query)
    assume(chained != query)
    store = fill(quads)
    assert ask(store, chained) == ask(store, query)


@given(triples(), QUERIES, st.sampled_from(VARIABLES), st.sampled_from(NODES))
def test_a_chain_answers_the_same_with_a_value_given_for_a_variable(
    quads: list[ox.Quad], query: str, variable: str, node: str
) -> None:
    chained = chain_optionals(query)
    assume(chained != query)
    values = {ox.Variable(variable[1:]): ox.NamedNode(node.strip("<>"))}
    store = fill(quads)
    assume(variable[1:] in ask(store, query)[0])
    assert ask(store, chained, substitutions=values) == ask(store, query, substitutions=values)


@pytest.mark.parametrize(
    "inner",
    [
        "?a <urn:p> ?x . ?x <urn:q> ?y",
        "?a <urn:p> ?x",
        "?x <urn:p> ?a ; <urn:q> ?y",
        "?a <urn:p>* ?x ; <urn:q> ?y",
        "?a <urn:p> _:x ; <urn:q> ?y",
        "?a <urn:p> [] ; <urn:q> ?y",
        "?a <urn:p> ?x ; <urn:q> ?y OPTIONAL { ?y <urn:p> ?z }",
        "?a <urn:p> ?x ; <urn:q> ?y FILTER EXISTS { ?y <urn:p> ?z }",
        "?a <urn:p> ?x ; <urn:q> ?y . ?u <urn:p> ?v",
        "GRAPH ?g { ?a <urn:p> ?x ; <urn:q> ?y }",
    ],
)
def test_what_is_quick_or_not_surely_the_same_stays(inner: str) -> None:
    query = f"SELECT * {{ ?a ?p ?b OPTIONAL {{ {inner} }} }}"
    assert chain_optionals(query) == query


@pytest.mark.parametrize("around", ["SERVICE <urn:s> {}", "GRAPH ?g {}", "?a ?p ?b FILTER EXISTS {}"])
def test_what_another_engine_or_another_graph_is_asked_stays(around: str) -> None:
    query = "SELECT * { " + around.format("{ ?a ?p ?b OPTIONAL { ?a <urn:p> ?x ; <urn:q> ?y } }") + " }"
    assert chain_optionals(query) == query


def test_an_error_is_told_at_its_place_in_the_text_that_was_given() -> None:
    snapshot = Snapshot(ox.Store(), "1", "", {"plain": True}, 0)
    query = "SELECT * {\n ?a a ?k\n OPTIONAL { ?a <urn:p> ?x ;\n <urn:q> ?y } }\nORDER ?a"
    assert chain_optionals(query) != query
    with pytest.raises(QuerySyntaxError, match="line 5"):
        Executor(snapshot).run(query)


@pytest.mark.parametrize("opening", ["{", "{ ?s ?p [ ", "FILTER ("])
def test_brackets_in_too_many_brackets_are_left_to_the_engine(opening: str) -> None:
    text = "ASK { OPTIONAL " + opening * 20_000
    assert chain_optionals(text) == text
